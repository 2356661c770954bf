//! `docmill plan`.

use crate::anew;
use crate::args::{OutputArgs, PlanArgs, PlanFormat};
use crate::exit::Exit;
use crate::load::{Loaded, load_sound};
use crate::terminal::{self, number};
use docmill_pipeline::{Column, Kind, Plan, PlannedStage};
use docmill_runner::{Failure, RunError, RunErrorKind, Stages, Survey};
use docmill_sdk::Block;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Stored bytes for which a machine of its own pays.
const SHARD_BYTES: u64 = 256 << 20;
/// As many jobs as CI services let a matrix have.
const MAX_SHARDS: u64 = 256;

pub(crate) fn run(args: &PlanArgs, output: &OutputArgs) -> Exit {
    shown(args, output).err().unwrap_or(Exit::OK)
}

fn shown(args: &PlanArgs, output: &OutputArgs) -> Result<(), Exit> {
    let (mut loaded, plan) = load_sound(&args.file, &args.pipeline, output)?;
    // With a number given, a matrix needs no look at the input.
    let is_told = args.format == PlanFormat::Matrix && args.shards.is_some();
    let is_blind = args.offline || is_told;
    let inputs = if is_blind { None } else { Some(inputs(&mut loaded, &plan, output)?) };
    let anew = if is_blind || args.format == PlanFormat::Matrix {
        None
    } else {
        anew::look(&loaded, &plan, args.why).map_err(|error| loaded.explain(&error, output))?
    };
    terminal::print(&match args.format {
        PlanFormat::Json => {
            let mut told = serde_json::to_value(&plan).unwrap_or_default();
            told["inputs"] = inputs.map_or(Value::Null, |inputs| inputs.iter().map(Input::to_json).collect());
            told["anew"] = anew.map_or(Value::Null, |anew| anew::to_json(&anew, &plan));
            format!("{told:#}\n")
        }
        PlanFormat::Human => {
            let reasons = anew.as_ref().filter(|_| args.why).map(|anew| anew::reasons(anew, &plan));
            human(&plan, inputs.as_deref(), anew.as_ref()) + &reasons.unwrap_or_default()
        }
        PlanFormat::Matrix => {
            let shards = args.shards.map(u64::from).or_else(|| inputs.as_deref().map(shards)).unwrap_or(1);
            let all: Vec<Value> = (1..=shards).map(|n| json!({ "shard": format!("{n}/{shards}") })).collect();
            format!("{}\n", json!({ "include": all }))
        }
    });
    Ok(())
}

/// What a source found.
struct Input {
    stage: String,
    blocks: u64,
    bytes: u64,
    first: String,
}

impl Input {
    fn to_json(&self) -> Value {
        json!({ "stage": self.stage, "blocks": self.blocks, "bytes": self.bytes, "first": self.first })
    }
}

/// Asks every source for its blocks, as a run would; no document is read.
fn inputs(loaded: &mut Loaded, plan: &Plan, output: &OutputArgs) -> Result<Vec<Input>, Exit> {
    let cancel = Arc::new(AtomicBool::new(false));
    loaded.installed.prepare(plan, &loaded.folder, &cancel);
    let sources = plan.stages.iter().filter(|stage| stage.kind == Kind::Source);
    let input = |stage: &PlannedStage| {
        let blocks = blocks(loaded, stage).map_err(|failure| {
            let Failure { message, path, .. } = failure;
            let (kind, stage) = (RunErrorKind::Setup, Some(stage.id.clone()));
            loaded.explain(&RunError { kind, stage, path, message }, output)
        })?;
        let bytes = blocks.iter().fold(0, |sum: u64, block| sum.saturating_add(block.bytes));
        let first = blocks.first().map(|block| block.uri.clone()).unwrap_or_default();
        Ok(Input { stage: stage.id.clone(), blocks: blocks.len() as u64, bytes, first })
    };
    sources.map(input).collect()
}

fn blocks(loaded: &Loaded, stage: &PlannedStage) -> Result<Vec<Block>, Failure> {
    let mut source = Stages::create(&loaded.installed, stage)?;
    source.open(None)?;
    source.blocks()
}

/// How many machines the input is worth; a block is never divided.
fn shards(inputs: &[Input]) -> u64 {
    let bytes = inputs.iter().fold(0, |sum: u64, input| sum.saturating_add(input.bytes));
    let blocks = inputs.iter().map(|input| input.blocks).sum::<u64>();
    bytes.div_ceil(SHARD_BYTES).min(blocks).clamp(1, MAX_SHARDS)
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn human(plan: &Plan, inputs: Option<&[Input]>, anew: Option<&Survey>) -> String {
    let mut rows = vec![["stage", "plugin", "from", "reads", "adds"].map(str::to_owned).to_vec()];
    // Where nothing is kept yet, all is anew.
    rows.iter_mut().filter(|_| anew.is_some()).for_each(|row| row.insert(1, "blocks anew".to_owned()));
    for (at, stage) in plan.stages.iter().enumerate() {
        let from: Vec<&str> = stage.from.iter().map(|edge| edge.name.as_str()).collect();
        rows.push(vec![
            stage.id.clone(),
            format!("{} {}", stage.plugin, stage.version),
            from.join(" "),
            names(&stage.reads),
            names(&stage.adds),
        ]);
        if let (Some(survey), Some(row)) = (anew, rows.last_mut()) {
            let counts = anew::counts(survey, plan, at);
            let told = |(anew, all)| format!("{} of {}", number(anew as u64), number(all as u64));
            row.insert(1, counts.map(told).unwrap_or_default());
        }
    }
    let mut out = terminal::table(&rows);
    for Input { stage, blocks, bytes, first } in inputs.unwrap_or_default() {
        let several = if *blocks == 1 { "block" } else { "blocks" };
        let first = docmill_pipeline::harmless(first);
        let (blocks, bytes) = (number(*blocks), number(*bytes));
        let documents =
            documents(plan, anew, stage).map(|known| format!(" with {} documents", number(known)));
        let documents = documents.unwrap_or_default();
        out += &format!("{stage} reads {bytes} bytes in {blocks} {several}{documents}, first {first}\n");
    }
    out
}

/// How many documents a source gives, where earlier runs have told it of all its blocks.
fn documents(plan: &Plan, anew: Option<&Survey>, stage: &str) -> Option<u64> {
    let source = plan.stages.iter().position(|planned| planned.id == stage)?;
    let blocks = anew?.blocks.iter().filter(|block| block.source == source);
    blocks.map(|block| block.documents).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_follow_the_bytes_and_never_outnumber_the_blocks() {
        let input = |blocks, bytes| Input { stage: String::new(), blocks, bytes, first: String::new() };
        assert_eq!(shards(&[]), 1);
        assert_eq!(shards(&[input(1, 0)]), 1);
        assert_eq!(shards(&[input(100, SHARD_BYTES)]), 1);
        assert_eq!(shards(&[input(100, SHARD_BYTES + 1)]), 2);
        assert_eq!(shards(&[input(2, 10 * SHARD_BYTES), input(1, 1)]), 3);
        assert_eq!(shards(&[input(u64::from(u32::MAX), u64::MAX), input(1, 1)]), MAX_SHARDS);
    }
}
