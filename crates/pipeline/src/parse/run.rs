//! `[run]`.

use toml::de::DeValue;

use super::convert::Converter;
use super::keys::{Keys, Problems, wrong_type};
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, DuplicateIds, Quarantine, Run, Store, units};

const KEYS: &[&str] =
    &["threads", "batch", "block", "memory", "store", "duplicate_ids", "quarantine", "report"];
/// More threads than any machine has cores.
const MAX_THREADS: u32 = 4096;
/// The data model's limit on the text of a batch, which a block must not pass.
const MAX_BLOCK: u64 = 1 << 30;

pub(crate) fn run(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Run {
    let mut run = Run::default();
    let Some(keys) = keys.table("run", "`[run]`", converter.problems) else { return run };
    keys.check(KEYS, &[], converter.problems);
    run.threads = keys.count("threads", MAX_THREADS, converter.problems);
    run.batch = keys.count("batch", u32::MAX, converter.problems).unwrap_or(run.batch);
    run.block = size(&keys, "block", MAX_BLOCK, converter).unwrap_or(run.block);
    run.memory = size(&keys, "memory", u64::MAX, converter);
    run.report = keys.get("report").and_then(|value| converter.string("report", value));
    run.quarantine = quarantine(&keys, converter);
    run.store = store(&keys, converter);
    run.duplicate_ids = duplicate_ids(&keys, converter.problems);
    run
}

fn duplicate_ids(keys: &Keys<'_, '_>, problems: &mut Problems) -> DuplicateIds {
    let Some(word) = keys.string("duplicate_ids", problems) else { return DuplicateIds::default() };
    match word.value.as_str() {
        "error" => return DuplicateIds::Error,
        "suffix" => return DuplicateIds::Suffix,
        _ => {}
    }
    let names = ["error", "suffix"];
    let problem = problems
        .problem(Code::BadValue, format!("`duplicate_ids` cannot be `{}`", short(&word.value)))
        .at(word.place)
        .label(did_you_mean(&word.value, names).unwrap_or_default())
        .help(format!("it is one of {}", listed(names)));
    problems.add(problem);
    DuplicateIds::default()
}

fn store(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Store {
    let mut store = Store::default();
    let Some(value) = keys.get("store") else { return store };
    match value.get_ref() {
        DeValue::Boolean(on) => store.on = *on,
        DeValue::String(_) => store.path = converter.string("store", value),
        DeValue::Table(table) => {
            let keys = Keys::new(table, "`run.store`", value.span());
            keys.check(&["path", "max_size"], &[], converter.problems);
            store.path = keys.get("path").and_then(|path| converter.string("path", path));
            store.max_bytes = size(&keys, "max_size", u64::MAX, converter).unwrap_or(store.max_bytes);
        }
        _ => drop(wrong_type::<()>("store", "a path, a table, or `false`", value, converter.problems)),
    }
    store
}

pub(super) fn size(keys: &Keys<'_, '_>, key: &str, most: u64, converter: &mut Converter<'_>) -> Option<u64> {
    let value = keys.get(key)?;
    let problems = &mut *converter.problems;
    let DeValue::String(text) = value.get_ref() else {
        return wrong_type(key, "a size such as \"4 MiB\"", value, problems);
    };
    let bytes = units::bytes(text);
    if let Some(bytes) = bytes.filter(|bytes| (1..=most).contains(bytes)) {
        return Some(bytes);
    }
    let problem = if bytes.is_none() {
        problems
            .problem(Code::BadValue, format!("`{}` is no size", short(text)))
            .help("a size is a number and a unit: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB")
    } else {
        let most = if most == MAX_BLOCK { " and at most 1 GiB" } else { "" };
        problems.problem(Code::BadValue, format!("`{key}` must be at least 1 B{most}"))
    };
    problems.add(problem.at(value.span()));
    None
}

fn quarantine(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Quarantine {
    let mut quarantine = Quarantine::default();
    let Some(value) = keys.get("quarantine") else { return quarantine };
    match value.get_ref() {
        DeValue::String(_) => quarantine.path = converter.string("quarantine", value),
        DeValue::Table(table) => {
            let keys = Keys::new(table, "`run.quarantine`", value.span());
            keys.check(&["path", "max_ratio"], &[], converter.problems);
            quarantine.path = keys.get("path").and_then(|path| converter.string("path", path));
            quarantine.max_ratio = ratio(&keys, converter).unwrap_or_default();
        }
        _ => drop(wrong_type::<()>("quarantine", "a path or a table", value, converter.problems)),
    }
    quarantine
}

fn ratio(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Option<f64> {
    let value = keys.get("max_ratio")?;
    let number = match value.get_ref() {
        DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
        _ => return wrong_type("max_ratio", "a number", value, converter.problems),
    };
    let ratio = number.filter(|ratio| (0.0..=1.0).contains(ratio));
    if ratio.is_none() {
        let problem = converter.problems.problem(Code::BadValue, "`max_ratio` must be from 0 to 1");
        converter.problems.add(problem.at(value.span()));
    }
    ratio
}
