//! Annotations of a run beside gold: precision, recall and F1 of exact spans with their labels.

use docmill_pipeline::{Offsets, Score};
use docmill_runner::Watch;
use docmill_sdk::arrow_array::RecordBatch;
use docmill_sdk::arrow_array::cast::AsArray;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::{Documents, Layer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// An annotation: start, end, label (empty where the layer has none).
type Span = (u64, u64, String);

/// How many annotations gold has, how many the run found, and how many of those are gold's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tally {
    /// Annotations of the gold.
    pub(crate) gold: u64,
    /// Annotations that the run found.
    pub(crate) found: u64,
    /// Those found that are gold's.
    pub(crate) correct: u64,
}

impl Tally {
    /// The share of what was found that is right; none when nothing was found.
    pub(crate) fn precision(self) -> Option<f64> {
        (self.found > 0).then(|| self.correct as f64 / self.found as f64)
    }

    /// The share of gold that was found; none when there is no gold.
    pub(crate) fn recall(self) -> Option<f64> {
        (self.gold > 0).then(|| self.correct as f64 / self.gold as f64)
    }

    /// The harmonic mean of both; none when there is neither gold nor a finding.
    pub(crate) fn f1(self) -> Option<f64> {
        let all = self.gold + self.found;
        (all > 0).then(|| 2.0 * self.correct as f64 / all as f64)
    }

    fn add(&mut self, other: Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.correct += other.correct;
    }
}

/// Compares the annotations of one layer with gold while a run goes on.
#[derive(Debug)]
pub(crate) struct Scorer {
    stage: usize,
    layer: String,
    offsets: Offsets,
    gold: BTreeMap<String, Vec<Span>>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    documents: BTreeSet<String>,
    tallies: BTreeMap<String, Tally>,
}

impl Scorer {
    /// Reads the gold: a JSON object a line with `id` and the layer, as the export stage writes it.
    pub(crate) fn open(score: &Score, folder: &Path) -> Result<Self, String> {
        let path = folder.join(&score.gold);
        let shown = path.display();
        let file = std::fs::File::open(&path).map_err(|e| format!("cannot read the gold {shown}: {e}"))?;
        let mut gold = BTreeMap::new();
        for (number, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|e| format!("cannot read the gold {shown}: {e}"))?;
            if line.trim().is_empty() {
                continue;
            }
            let (id, spans) = document(&line, &score.layer).ok_or_else(|| {
                let wanted = format!("an object with `id` and a list `{}` of spans", score.layer);
                format!("line {} of the gold {shown} is not {wanted}", number + 1)
            })?;
            gold.insert(id, spans);
        }
        let (stage, layer, offsets) = (score.stage, score.layer.clone(), score.offsets);
        Ok(Self { stage, layer, offsets, gold, seen: Mutex::default() })
    }

    /// The tally of each label, after the run; gold of documents that never came counts as not found.
    pub(crate) fn tallies(&self) -> BTreeMap<String, Tally> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = seen.tallies.clone();
        for spans in self.gold.iter().filter(|(id, _)| !seen.documents.contains(*id)).map(|(_, spans)| spans)
        {
            for (_, _, label) in spans {
                all.entry(label.clone()).or_default().gold += 1;
            }
        }
        all
    }

    /// The documents of the gold that the run never brought.
    pub(crate) fn missing(&self) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.gold.len() - seen.documents.len()
    }

    pub(crate) fn total(tallies: &BTreeMap<String, Tally>) -> Tally {
        tallies.values().fold(Tally::default(), |mut sum, tally| {
            sum.add(*tally);
            sum
        })
    }

    fn compare(&self, batch: &RecordBatch) -> Option<()> {
        let documents = Documents::new(batch);
        let layer = documents.layer(&self.layer).ok()?;
        let texts = documents.texts().ok()?;
        let ids = batch.column_by_name("id")?.as_string_opt::<i32>()?;
        for row in 0..batch.num_rows() {
            let Some(gold) = self.gold.get(ids.value(row)) else { continue };
            let text = texts.value(row);
            let found: BTreeSet<Span> = spans(&layer, row, text, self.offsets);
            let gold: BTreeSet<Span> = gold.iter().cloned().collect();
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if !seen.documents.insert(ids.value(row).to_owned()) {
                continue;
            }
            let mut count = |spans: &mut dyn Iterator<Item = &Span>, add: fn(&mut Tally)| {
                spans.for_each(|(_, _, label)| add(seen.tallies.entry(label.clone()).or_default()));
            };
            count(&mut gold.iter(), |tally| tally.gold += 1);
            count(&mut found.iter(), |tally| tally.found += 1);
            count(&mut gold.intersection(&found), |tally| tally.correct += 1);
        }
        Some(())
    }
}

impl Watch for Scorer {
    fn seen(&self, stage: usize, batch: &RecordBatch) {
        if stage == self.stage {
            // A batch without the layer has nothing to compare; the columns were checked before the run.
            self.compare(batch);
        }
    }
}

/// Several scorers as one.
#[derive(Debug, Default)]
pub(crate) struct Scorers(pub(crate) Vec<Option<Scorer>>);

impl Watch for Scorers {
    fn seen(&self, stage: usize, batch: &RecordBatch) {
        self.0.iter().flatten().for_each(|scorer| scorer.seen(stage, batch));
    }
}

fn document(line: &str, layer: &str) -> Option<(String, Vec<Span>)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let id = match value.get("id")? {
        Value::String(id) => id.clone(),
        number @ Value::Number(_) => number.to_string(),
        _ => return None,
    };
    let span = |span: &Value| {
        let label = span.get("label").and_then(Value::as_str).unwrap_or_default();
        Some((span.get("start")?.as_u64()?, span.get("end")?.as_u64()?, label.to_owned()))
    };
    let spans: Option<Vec<Span>> = value.get(layer)?.as_array()?.iter().map(span).collect();
    Some((id, spans?))
}

/// The annotations of one document, with offsets in the unit asked for.
fn spans(layer: &Layer<'_>, row: usize, text: &str, offsets: Offsets) -> BTreeSet<Span> {
    let count = |to: usize| {
        let before = text.get(..to).unwrap_or(text);
        match offsets {
            Offsets::Bytes => to as u64,
            Offsets::Chars => before.chars().count() as u64,
            Offsets::Utf16 => before.encode_utf16().count() as u64,
        }
    };
    let label = |at: usize| {
        let column = layer.attribute("label")?;
        match column.as_any_dictionary_opt() {
            Some(labels) => {
                let values = labels.values().as_string_opt::<i32>()?;
                Some(values.value(*labels.normalized_keys().get(at)?).to_owned())
            }
            None => Some(column.as_string_opt::<i32>()?.value(at).to_owned()),
        }
    };
    let rows = layer.rows(row).zip(layer.spans(row, text));
    rows.map(|(at, span)| (count(span.start()), count(span.end()), label(at).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests;
