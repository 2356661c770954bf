//! What a run would do anew, in words.

use crate::keeping;
use crate::load::Loaded;
use crate::recipes::recipes;
use crate::terminal::number;
use docmill_pipeline::{Kind, Plan, harmless};
use docmill_runner::{RunError, RunErrorKind, Survey, Why, survey};
use docmill_store::Listing;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Compares the input with what the plan's store keeps. None where there is no store yet and `always` is not set.
///
/// # Errors
/// When the input cannot be listed or the store cannot be read.
pub(crate) fn look(loaded: &Loaded, plan: &Plan, always: bool) -> Result<Option<Survey>, RunError> {
    let failed = |message: String| RunError::new(RunErrorKind::Setup, message);
    let Some(folder) = keeping::folder(plan, &loaded.folder) else { return Ok(None) };
    if !always && !folder.join("ledger.jsonl").is_file() {
        return Ok(None);
    }
    let listing = Listing::read(&folder).map_err(|e| failed(format!("the store cannot be read: {e}")))?;
    let recipes = recipes(plan, &loaded.installed, &loaded.folder).map_err(failed)?;
    survey(plan, &loaded.installed, (&recipes, &listing)).map(Some)
}

/// How many blocks reach a stage, and for how many it would be called. None for a sink.
pub(crate) fn counts(survey: &Survey, plan: &Plan, stage: usize) -> Option<(usize, usize)> {
    let all = survey.blocks.iter().filter(|block| reaches(plan, block.source, stage)).count();
    let anew = survey.blocks.iter().filter(|block| block.anew[stage].is_some()).count();
    (plan.stages[stage].kind != Kind::Sink).then_some((anew, all))
}

/// Whether documents of a source come to a stage.
fn reaches(plan: &Plan, source: usize, stage: usize) -> bool {
    stage == source || plan.stages[stage].from.iter().any(|edge| reaches(plan, source, edge.stage))
}

/// For each stage and reason a line, with the first block that it concerns.
pub(crate) fn reasons(survey: &Survey, plan: &Plan) -> String {
    let mut out = String::new();
    for (stage, planned) in plan.stages.iter().enumerate() {
        let mut by_reason: BTreeMap<&Why, (usize, &str)> = BTreeMap::new();
        for block in &survey.blocks {
            if let Some(why) = &block.anew[stage] {
                by_reason.entry(why).or_insert((0, &block.uri)).0 += 1;
            }
        }
        for (why, (blocks, first)) in by_reason {
            let several = if blocks == 1 { "block" } else { "blocks, the first" };
            let words = words(why, planned.kind);
            out += &format!(
                "{}: {} {several} {}: {words}\n",
                planned.id,
                number(blocks as u64),
                harmless(first)
            );
        }
    }
    if out.is_empty() { "nothing has changed: no stage would be called\n".to_owned() } else { out }
}

/// The same for programs: a list of the blocks of which anything would be made anew.
pub(crate) fn to_json(survey: &Survey, plan: &Plan) -> Value {
    let mut blocks = Vec::new();
    for block in &survey.blocks {
        let stages = plan.stages.iter().zip(&block.anew);
        let anew = stages.filter_map(|(planned, why)| {
            Some((planned.id.clone(), json!(words(why.as_ref()?, planned.kind))))
        });
        let anew: serde_json::Map<String, Value> = anew.collect();
        blocks.push(
            json!({ "block": block.uri, "bytes": block.bytes, "documents": block.documents, "anew": anew }),
        );
    }
    Value::from(blocks)
}

/// A reason in words.
pub(crate) fn words(why: &Why, kind: Kind) -> String {
    match why {
        Why::New => "nothing is kept of it".to_owned(),
        Why::Unknown => "its content is known only when it is read".to_owned(),
        Why::Lost => "what was made of it is gone".to_owned(),
        Why::Changed { input, parts } => {
            let mut words: Vec<String> = parts.iter().map(differs).collect();
            if *input {
                words.push(
                    if kind == Kind::Source { "its content changed" } else { "its input changed" }.to_owned(),
                );
            }
            if words.is_empty() {
                "it was made with something no longer known".to_owned()
            } else {
                words.join("; ")
            }
        }
    }
}

/// What a part of a recipe was and is.
pub(crate) fn differs((name, then, now): &(String, String, String)) -> String {
    let shown = |value: &str| match value {
        "" => "not there".to_owned(),
        value => format!("`{}`", harmless(&value.chars().take(60).collect::<String>())),
    };
    let name = match name.as_str() {
        "library" => "the library".to_owned(),
        "plugin" => "the plugin".to_owned(),
        "data" => "the form of what is kept".to_owned(),
        name => format!("`{name}`"),
    };
    format!("{name} was {}, is {}", shown(then), shown(now))
}
