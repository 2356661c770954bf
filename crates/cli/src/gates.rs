//! The gates of a pipeline, judged by the counts of a run.

use crate::score::{Scorer, Scorers, Tally};
use docmill_expression::{Condition, Row, Value, condition};
use docmill_pipeline::{Gate, Plan};
use docmill_runner::Report;
use std::collections::BTreeMap;
use std::path::Path;

/// A gate with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// The gate's name.
    pub(crate) name: String,
    /// Its condition.
    pub(crate) assert: String,
    /// Whether it held.
    pub(crate) passed: bool,
    /// The values of the names that its condition uses, in order of mention.
    pub(crate) values: Vec<(String, Option<f64>)>,
    /// The tallies of its score, by label.
    pub(crate) tallies: Option<BTreeMap<String, Tally>>,
    /// Documents of the gold that the run never brought.
    pub(crate) missing: usize,
}

/// One scorer for each gate that has a score.
///
/// # Errors
/// When the gold of one cannot be read.
pub(crate) fn scorers(plan: &Plan, folder: &Path) -> Result<Scorers, String> {
    let open = |gate: &Gate| gate.score.as_ref().map(|score| Scorer::open(score, folder)).transpose();
    plan.gates.iter().map(open).collect::<Result<_, _>>().map(Scorers)
}

/// Judges every gate.
pub(crate) fn judge(plan: &Plan, report: &Report, scorers: &Scorers) -> Vec<Verdict> {
    let judge = |(gate, scorer): (&Gate, &Option<Scorer>)| {
        let tallies = scorer.as_ref().map(Scorer::tallies);
        let counts = Counts { plan, report, tallies: tallies.as_ref() };
        let names = Gate::names(&plan.stages, gate.score.is_some());
        // The condition was checked before the run.
        let typed = condition(&gate.assert, &names).ok();
        let values: Vec<(String, Option<f64>)> = typed
            .iter()
            .flat_map(Condition::names)
            .map(|name| (name.to_string(), counts.value(name.path())))
            .collect();
        let numbers: Vec<Option<f64>> = values.iter().map(|(_, value)| *value).collect();
        let passed = typed.as_ref().is_some_and(|typed| typed.holds(&Numbers(&numbers)));
        let missing = scorer.as_ref().map_or(0, Scorer::missing);
        let (name, assert) = (gate.name.clone(), gate.assert.clone());
        Verdict { name, assert, passed, values, tallies, missing }
    };
    plan.gates.iter().zip(&scorers.0).map(judge).collect()
}

impl Verdict {
    /// One line for people: `gate f1 >= 0.7 was missed: f1 is 0.62`.
    pub(crate) fn words(&self) -> String {
        let shown = |(name, value): &(String, Option<f64>)| match value {
            Some(value) => format!("{name} is {}", rounded(*value)),
            None => format!("{name} has no value"),
        };
        let values: Vec<String> = self.values.iter().map(shown).collect();
        let named = if self.name == self.assert {
            format!("`{}`", self.assert)
        } else {
            format!("`{}` ({})", self.name, self.assert)
        };
        let missing = match self.missing {
            0 => String::new(),
            1 => "; a document of the gold did not come".to_owned(),
            n => format!("; {n} documents of the gold did not come"),
        };
        let word = if self.passed { "holds" } else { "was missed" };
        format!("gate {named} {word}: {}{missing}", values.join(", "))
    }
}

fn rounded(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.4}") }
}

struct Counts<'a> {
    plan: &'a Plan,
    report: &'a Report,
    tallies: Option<&'a BTreeMap<String, Tally>>,
}

impl Counts<'_> {
    fn value(&self, path: &[String]) -> Option<f64> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["run", count] => self.run(count),
            ["stage", id, rest @ ..] => self.stage(id, rest),
            ["label", label, count] => {
                self.tallies?.get(*label).map_or(Tally::default(), |t| *t).value(count)
            }
            [count] => Scorer::total(self.tallies?).value(count),
            _ => None,
        }
    }

    fn run(&self, count: &str) -> Option<f64> {
        let dropped = || self.report.stages.iter().map(|stage| stage.counts.dropped_total()).sum::<u64>();
        Some(match count {
            "documents_in" => self.report.documents(self.plan),
            "documents_out" => self.report.documents_written,
            "dropped" => dropped(),
            "rejected" => self.report.rejected(),
            "text_bytes" => self.report.text_bytes,
            _ => return None,
        } as f64)
    }

    fn stage(&self, id: &str, rest: &[&str]) -> Option<f64> {
        let at = self.plan.stages.iter().position(|stage| stage.id == id)?;
        let counts = &self.report.stages.get(at)?.counts;
        Some(match rest {
            ["documents_in"] => counts.documents_in,
            ["documents_out"] => counts.documents_out,
            ["made"] => counts.made,
            ["dropped"] => counts.dropped_total(),
            ["rejected"] => counts.rejected_total(),
            ["annotations", layer] => counts.annotations.get(*layer).copied().unwrap_or(0),
            _ => return None,
        } as f64)
    }
}

impl Tally {
    fn value(self, count: &str) -> Option<f64> {
        match count {
            "precision" => self.precision(),
            "recall" => self.recall(),
            "f1" => self.f1(),
            "gold" => Some(self.gold as f64),
            "found" => Some(self.found as f64),
            "correct" => Some(self.correct as f64),
            _ => None,
        }
    }
}

/// The values of a condition's names.
struct Numbers<'a>(&'a [Option<f64>]);

impl Row for Numbers<'_> {
    fn value(&self, name: usize) -> Value<'_> {
        self.0.get(name).copied().flatten().map_or(Value::Missing, Value::Real)
    }
}
