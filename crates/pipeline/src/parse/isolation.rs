//! `isolation` and `timeout` of a stage.

use toml::Spanned;
use toml::de::DeValue;

use super::convert::Converter;
use super::keys::{Keys, wrong_type};
use super::run::size;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Isolation, Placed, Sandbox, units};

const KEYS: &[&str] = &["kind", "sandbox", "memory", "read"];
pub(super) const KINDS: [&str; 2] = ["none", "process"];
pub(super) const SANDBOX: [(&str, Sandbox); 3] =
    [("required", Sandbox::Required), ("best-effort", Sandbox::BestEffort), ("off", Sandbox::Off)];
/// Less than this no process begins in.
const MIN_MEMORY: u64 = 64 << 20;

/// Both keys; after a mistake in the first, none, so that it is not told twice.
pub(super) fn isolation(
    keys: &Keys<'_, '_>,
    converter: &mut Converter<'_>,
) -> (Option<Isolation>, Option<u64>) {
    let timeout = timeout(keys, converter);
    let Some(value) = keys.get("isolation") else { return (None, timeout) };
    let before = converter.flaws();
    let isolation = match value.get_ref() {
        DeValue::String(_) => {
            let word = keys.string("isolation", converter.problems);
            let word = word.and_then(|word| choice("isolation", &word, KINDS, converter));
            (word == Some(1)).then(Isolation::default)
        }
        DeValue::Table(table) => of_table(&Keys::new(table, "`isolation`", value.span()), converter),
        _ => wrong_type("isolation", "a string or a table", value, converter.problems),
    };
    if converter.flaws() > before { (None, None) } else { (isolation, timeout) }
}

fn of_table(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Option<Isolation> {
    keys.check(KEYS, &[], converter.problems);
    let kind = keys.needed_string("kind", "kind = \"process\"", converter.problems);
    let kind = kind.and_then(|kind| choice("kind", &kind, KINDS, converter));
    let mut isolation = Isolation::default();
    if let Some(word) = keys.string("sandbox", converter.problems) {
        let chosen = choice("sandbox", &word, SANDBOX.map(|(name, _)| name), converter);
        isolation.sandbox = chosen.map_or_else(Sandbox::default, |at| SANDBOX[at].1);
    }
    if let Some(bytes) = size(keys, "memory", u64::MAX, converter) {
        if bytes < MIN_MEMORY {
            let place = keys.get("memory").map_or_else(|| keys.place(), Spanned::span);
            let message = "`memory` must be at least 64 MiB: no process begins in less";
            converter.problems.add(converter.problems.problem(Code::BadValue, message).at(place));
        }
        isolation.memory = bytes;
    }
    match keys.get("read").map(|value| (value, value.get_ref())) {
        None => {}
        Some((_, DeValue::Array(paths))) => {
            isolation.read = paths.iter().filter_map(|path| converter.string("read", path)).collect();
        }
        Some((value, _)) => drop(wrong_type::<()>("read", "an array of paths", value, converter.problems)),
    }
    (kind == Some(1)).then_some(isolation)
}

// Which of the words it is.
fn choice<const N: usize>(
    key: &str,
    word: &Placed<String>,
    words: [&str; N],
    converter: &mut Converter<'_>,
) -> Option<usize> {
    let at = words.iter().position(|known| *known == word.value);
    if at.is_none() {
        let problem = converter
            .problems
            .problem(Code::BadValue, format!("`{key}` cannot be `{}`", short(&word.value)))
            .at(word.place.clone())
            .label(did_you_mean(&word.value, words).unwrap_or_default())
            .help(format!("it is one of {}", listed(words)));
        converter.problems.add(problem);
    }
    at
}

fn timeout(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Option<u64> {
    let problems = &mut *converter.problems;
    let text = keys.string("timeout", problems)?;
    let milliseconds = units::milliseconds(&text.value);
    if let Some(milliseconds) = milliseconds.filter(|&ms| ms > 0) {
        return Some(milliseconds);
    }
    let problem = if milliseconds.is_none() {
        problems
            .problem(Code::BadValue, format!("`{}` is no span of time", short(&text.value)))
            .help("a span of time is a number and a unit, such as `500ms`, `2s`, `1m30s`")
    } else {
        problems.problem(Code::BadValue, "`timeout` must be at least 1 ms")
    };
    problems.add(problem.at(text.place));
    None
}
