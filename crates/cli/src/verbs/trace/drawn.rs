//! A trace as people and programs read it.

use super::told::{Fate, Step, Trace};
use crate::marks::{Mark, bracketed, coloured};
use crate::rows::{Row, listed, marks};
use docmill_pipeline::{PlannedStage, harmless};
use serde_json::{Map, Value, json};

/// The layers whose spans are drawn: those asked for, else the labelled ones of the last stage that adds some,
/// else the last layer.
///
/// # Errors
/// When one of those asked for is nowhere after a stage that the document reached; what and the remedy.
pub(crate) fn layers(trace: &Trace, asked: &[String]) -> Result<Vec<String>, (String, String)> {
    if !asked.is_empty() {
        let known: Vec<&str> = trace
            .stages()
            .flat_map(|(stage, _)| &stage.adds)
            .filter(|column| column.ty.attributes().is_some())
            .map(|column| column.name.as_str())
            .collect();
        if let Some(unknown) = asked.iter().find(|name| !known.contains(&name.as_str())) {
            let help = format!("the layers are {}", known.join(", "));
            return Err((format!("no stage makes a layer `{unknown}`"), help));
        }
        return Ok(asked.to_vec());
    }
    let reached = trace.stages().rev().filter(|(_, step)| !step.rows.is_empty());
    let added = reached.map(|(stage, _)| {
        stage.adds.iter().filter_map(|column| Some((column.name.clone(), column.ty.attributes()?)))
    });
    let mut last = None;
    for layers in added {
        let layers: Vec<_> = layers.collect();
        let labelled = layers.iter().filter(|(_, attributes)| attributes.iter().any(|a| a.name == "label"));
        let labelled: Vec<String> = labelled.map(|(name, _)| name.clone()).collect();
        if !labelled.is_empty() {
            return Ok(labelled);
        }
        last = last.or_else(|| layers.last().map(|(name, _)| name.clone()));
    }
    Ok(last.into_iter().collect())
}

/// For people: every stage with what it added, then the text with the spans of the layers.
pub(crate) fn human(trace: &Trace, layers: &[String], colour: bool) -> String {
    let bold = |text: &str| if colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() };
    let mut out = String::new();
    for (stage, step) in trace.stages() {
        let name =
            if stage.id == stage.use_ { stage.id.clone() } else { format!("{} ({})", stage.id, stage.use_) };
        out += &bold(&name);
        if step.fate != Fate::NotReached {
            out += &format!("  {:.1} ms", step.nanos as f64 / 1e6);
        }
        let words = words(stage, step);
        out += &if words.is_empty() { "\n".to_owned() } else { format!("  {words}\n") };
        for (at, row) in step.rows.iter().enumerate() {
            if step.rows.len() > 1 {
                let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
                out += &format!("  {} of {}: {}\n", at + 1, step.rows.len(), harmless(id));
            }
            if step.fate != Fate::Skipped {
                out += &listed(added(stage, row).into_iter());
            }
        }
    }
    let Some(step) = carrying(trace, layers) else { return out };
    for row in &step.rows {
        let Some(text) = row.get("text").and_then(Value::as_str) else { continue };
        let spans: Vec<Mark> = layers.iter().filter_map(|name| marks(row.get(name)?)).flatten().collect();
        let drawn = if colour { coloured(text, &spans) } else { bracketed(text, &spans) };
        let head = if layers.is_empty() { "text".to_owned() } else { layers.join(", ") };
        out += &format!("\n{}\n{}\n", bold(&head), drawn.trim_end_matches('\n'));
    }
    out
}

/// The last step after which the document has all of the layers.
fn carrying<'a>(trace: &'a Trace, layers: &[String]) -> Option<&'a Step> {
    let has_all = |row: &Row| layers.iter().all(|name| row.contains_key(name));
    let steps = || trace.steps.iter().rev().filter(|step| !step.rows.is_empty());
    // A document that ended before the layers were made is shown as far as it came.
    steps().find(|step| step.rows.iter().all(has_all)).or_else(|| steps().next())
}

/// How the document left the stage, where that is more than going through it.
fn words(stage: &PlannedStage, step: &Step) -> String {
    match &step.fate {
        Fate::Passed => String::new(),
        Fate::Skipped => {
            let when = stage.when.as_deref().unwrap_or_default();
            format!("went past: `{}` does not hold", harmless(when))
        }
        Fate::Dropped(reason) => format!("dropped: {}", harmless(reason)),
        Fate::Rejected(code, message) => format!("rejected: {}: {}", harmless(code), harmless(message)),
        Fate::NotReached => "not reached".to_owned(),
    }
}

/// What a stage added to a document; the columns of a source are all its own.
fn added<'a>(stage: &PlannedStage, row: &'a Row) -> Vec<(&'a String, &'a Value)> {
    row.iter().filter(|(name, _)| stage.adds.iter().any(|column| column.name == **name)).collect()
}

/// For programs: every stage with the values it added, whole.
pub(crate) fn json(trace: &Trace) -> Value {
    let step = |(stage, step): (&PlannedStage, &Step)| {
        let documents: Vec<Value> = step
            .rows
            .iter()
            .map(|row| {
                let added: Map<String, Value> = added(stage, row)
                    .into_iter()
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                json!({ "id": row.get("id"), "added": added })
            })
            .collect();
        let (word, reason, message) = match &step.fate {
            Fate::Passed => ("passed", None, None),
            Fate::Skipped => ("skipped", stage.when.as_ref(), None),
            Fate::Dropped(reason) => ("dropped", Some(reason), None),
            Fate::Rejected(code, message) => ("rejected", Some(code), Some(message)),
            Fate::NotReached => ("not_reached", None, None),
        };
        json!({
            "id": stage.id,
            "use": stage.use_,
            "fate": word,
            "reason": reason,
            "message": message,
            "ns": step.nanos,
            "documents": documents,
        })
    };
    json!({ "format": 1, "pipeline": trace.plan.name, "stages": trace.stages().map(step).collect::<Vec<_>>() })
}
