//! Trains the model for names of the stage `entities`.
//!
//! usage: `cargo run --release -p docmill-entities --bin train-entities -- [OPTION…] FILE…`
//!
//! A FILE is JSON Lines with `text` and `entities` (`[start, end, label]`, offsets in chars), or columns as of the
//! `CoNLL` tasks with a token first and its tag (`B-PER`, `I-PER`, `O`) last on each line. Behind it, parted by colons,
//! may stand `labels=PERSON+ORG`, the labels that it annotates throughout (those that occur in it, else); `weight=0.5`;
//! and `join=8`, to read eight texts as one document, where a file has sentences of whole articles.
//!
//! - `--out MODEL` writes the model
//! - `--news FOLDER` adds the public sets that docmill's own model is trained on
//! - `--alone` leaves out the text that was written for docmill
//! - `--test FILE` scores rules and model on a file that is not learned from
//! - `--forget PERCENT` lets both do without so much of the word lists in tests
//!
//! A fifth of the documents is kept aside at first, to score the model and to learn how sure it may be; then it is
//! trained on all. The same files give the same bytes on every machine: one thread, a fixed order, and no arithmetic
//! that a processor or a library may round in its own way.

#![expect(clippy::print_stdout, reason = "a training program prints how good it is")]

mod cases;
mod fit;
mod random;
mod read;
mod score;
mod text;

use std::error::Error;

use docmill_entities::annotator::{Annotator, Options};
use docmill_entities::model::{Model, OUTCOMES, Weights};

use fit::{POINT, fit};
use read::{Named, Set};

/// The public sets of docmill's own model.
const NEWS: [&str; 6] = [
    "train-gmb-66k.jsonl:join=8:labels=PERSON+ORG+LOC+NORP",
    "train-wikigold.jsonl:join=8",
    "train-gum.permissive.jsonl:weight=0.4:labels=PERSON+ORG+LOC",
    "train-re3d.permissive.jsonl:join=6:weight=0.5:labels=PERSON+ORG+LOC",
    "train-btc.jsonl:weight=0.2:labels=PERSON+ORG+LOC",
    "train-wnut17.train.jsonl:weight=0.3:labels=PERSON+ORG+LOC",
];
/// Articles put together from frames, and what draws their names.
const ARTICLES: usize = 600;
const SEED: u64 = 7;
/// Every so manyth document is kept aside at first.
const FOLD: usize = 5;
/// The stage leaves out what is less sure, in tests.
const LEAST: f32 = 0.25;

/// What the command line asks for.
#[derive(Default)]
struct Args {
    out: Option<String>,
    tests: Vec<Set>,
    sets: Vec<Set>,
    alone: bool,
    forget: u64,
}

impl Args {
    fn read(mut rest: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut args = Self::default();
        while let Some(arg) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("`{arg}` needs a value"));
            match arg.as_str() {
                "--out" => args.out = Some(value()?),
                "--test" => args.tests.push(Named::parse(&value()?)?.read()?),
                "--forget" => args.forget = value()?.parse()?,
                "--alone" => args.alone = true,
                "--news" => {
                    let folder = value()?;
                    for name in NEWS {
                        args.sets.push(Named::parse(&format!("{folder}/{name}"))?.read()?);
                    }
                }
                _ if arg.starts_with("--") => return Err(format!("unknown option `{arg}`").into()),
                _ => args.sets.push(Named::parse(&arg)?.read()?),
            }
        }
        if !args.alone {
            args.sets.push(text::articles(ARTICLES, SEED)?);
            args.sets.push(text::paragraphs()?);
        }
        if args.sets.iter().all(|set| set.documents.is_empty()) {
            return Err("there is nothing to learn from".into());
        }
        Ok(args)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    train(Args::read(std::env::args().skip(1))?)
}

fn train(args: Args) -> Result<(), Box<dyn Error>> {
    let (aside, kept): (Vec<Set>, Vec<Set>) = args.sets.iter().map(|set| set.split(FOLD)).unzip();
    let first = fit(&cases::cases(&kept), Model::BUCKETS);
    let right = score::calibrate(&aside, &first, POINT);
    let model = |weights: Vec<[f64; OUTCOMES]>| Model::encode(&Weights { point: POINT, weights, right });
    println!("a fifth that was kept aside, strict F1, rules alone and with the model:");
    compare(&aside, &model(first), 0)?;
    let file = model(fit(&cases::cases(&args.sets), Model::BUCKETS));
    if !args.tests.is_empty() {
        println!("texts that were not learned from:");
        compare(&args.tests, &file, args.forget)?;
    }
    if let Some(out) = args.out {
        std::fs::write(&out, file).map_err(|why| format!("failed to write `{out}`: {why}"))?;
    }
    Ok(())
}

/// Prints the scores of rules and model.
fn compare(sets: &[Set], file: &[u8], forget: u64) -> Result<(), Box<dyn Error>> {
    let model = Model::decode(file.to_vec().into())?;
    let options = Options { split_names: true, min_score: LEAST, ..Options::default() };
    let annotator = || {
        let annotator = Annotator::new(options.clone());
        if forget > 0 { annotator.without_lists(SEED, forget) } else { annotator }
    };
    let (rules, both) = (annotator(), annotator().with_model(Some(model)));
    for set in sets.iter().filter(|set| !set.documents.is_empty()) {
        println!("{}", set.name);
        println!("  rules: {}", score::strict(set, &rules));
        println!("  model: {}", score::strict(set, &both));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
