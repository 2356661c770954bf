//! `[[gate]]`: what must hold at the end of a run.

use toml::de::DeValue;

use super::convert::Converter;
use super::keys::{Keys, wrong_type};
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, GateDecl, Offsets, ScoreDecl};

const KEYS: &[&str] = &["name", "assert", "score"];
const SCORE: &[&str] = &["stage", "layer", "gold", "offsets"];
pub(super) const OFFSETS: [(&str, Offsets); 3] =
    [("bytes", Offsets::Bytes), ("chars", Offsets::Chars), ("utf16", Offsets::Utf16)];

/// The gates that could be read.
pub(crate) fn gates(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Vec<GateDecl> {
    let Some(value) = keys.get("gate") else { return Vec::new() };
    let DeValue::Array(elements) = value.get_ref() else {
        wrong_type::<()>("gate", "an array of tables", value, converter.problems);
        converter.problems.help_last("write `[[gate]]`, with two brackets");
        return Vec::new();
    };
    let mut gates = Vec::new();
    for element in elements {
        let DeValue::Table(table) = element.get_ref() else {
            wrong_type::<()>("gate", "a table", element, converter.problems);
            continue;
        };
        gates.extend(gate(&Keys::new(table, "a gate", element.span()), converter));
    }
    gates
}

fn gate(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Option<GateDecl> {
    keys.check(KEYS, &[], converter.problems);
    let name = keys.string("name", converter.problems).map(|name| name.value).unwrap_or_default();
    let score = match keys.table("score", "`score` of a gate", converter.problems) {
        Some(score) => Some(self::score(&score, converter)?),
        None => None,
    };
    keys.needed_string("assert", "assert = \"run.rejected == 0\"", converter.problems)?;
    let assert = converter.placed(keys, "assert")?;
    Some(GateDecl { name, assert, score })
}

fn score(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Option<ScoreDecl> {
    keys.check(SCORE, &[], converter.problems);
    let stage = keys.needed_string("stage", "stage = \"entities\"", converter.problems);
    keys.needed_string("gold", "gold = \"gold.jsonl\"", converter.problems)?;
    let gold = converter.placed(keys, "gold")?;
    let layer = keys.string("layer", converter.problems);
    let offsets = offsets(keys, converter);
    Some(ScoreDecl { stage: stage?, layer, gold, offsets, place: keys.place() })
}

fn offsets(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Offsets {
    let Some(word) = keys.string("offsets", converter.problems) else { return Offsets::default() };
    if let Some((_, known)) = OFFSETS.iter().find(|(name, _)| *name == word.value) {
        return *known;
    }
    let names = || OFFSETS.iter().map(|(name, _)| *name);
    let problem = converter
        .problems
        .problem(Code::BadValue, format!("`offsets` cannot be `{}`", short(&word.value)))
        .at(word.place)
        .label(did_you_mean(&word.value, names()).unwrap_or_default())
        .help(format!("it is one of {}", listed(names())));
    converter.problems.add(problem);
    Offsets::default()
}
