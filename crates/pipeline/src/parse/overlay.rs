//! One table of the language laid over another: a file over what it extends, a profile over the file.
//!
//! `pipeline` and `description` are replaced. `params`, `run` and `plugins` are merged key by key, and a
//! param that is given as a plain value has a new default. Stages are merged by id: their runner's keys are
//! replaced, their options merged key by key; a stage of a new id is inserted. Gates and tests are added.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::keys::Problems;
use crate::Code;
use crate::suggest::{listed, nearest, short};

type Stage<'i> = Spanned<DeValue<'i>>;

/// Lays `over` on `base`.
pub(crate) fn apply<'i>(base: &mut DeTable<'i>, over: DeTable<'i>, problems: &mut Problems) {
    for (key, value) in over {
        let name = key.get_ref().as_ref();
        match (name, base.get_mut(name).map(Spanned::get_mut), value.get_ref()) {
            ("params", Some(DeValue::Table(known)), DeValue::Table(_)) => params(known, value),
            ("run" | "plugins", Some(DeValue::Table(known)), DeValue::Table(_)) => deepen(known, value),
            ("stage", Some(DeValue::Array(known)), DeValue::Array(_)) => {
                let DeValue::Array(elements) = value.into_inner() else { continue };
                let mut stages: Vec<Stage<'i>> =
                    std::mem::replace(known, DeArray::new()).into_iter().collect();
                elements.into_iter().for_each(|element| stage(&mut stages, element, problems));
                *known = stages.into_iter().collect();
            }
            ("gate" | "test", Some(DeValue::Array(known)), DeValue::Array(_)) => {
                let DeValue::Array(elements) = value.into_inner() else { continue };
                elements.into_iter().for_each(|element| known.push(element));
            }
            _ => put(base, key, value),
        }
    }
}

// The new key counts with the new value, for its place.
fn put<'i>(table: &mut DeTable<'i>, key: Spanned<std::borrow::Cow<'i, str>>, value: Stage<'i>) {
    table.remove(key.get_ref().as_ref());
    table.insert(key, value);
}

fn params<'i>(known: &mut DeTable<'i>, over: Stage<'i>) {
    let DeValue::Table(over) = over.into_inner() else { return };
    for (key, value) in over {
        match (known.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut), value.get_ref()) {
            (Some(DeValue::Table(_)), DeValue::Table(_)) | (None, _) => {
                let mut one = DeTable::new();
                let name = key.get_ref().clone();
                one.insert(key, value);
                if let Some(DeValue::Table(declared)) = known.get_mut(name.as_ref()).map(Spanned::get_mut) {
                    let declaration = one.remove(name.as_ref());
                    declaration.into_iter().for_each(|declaration| deepen(declared, declaration));
                } else {
                    known.extend(one);
                }
            }
            (Some(DeValue::Table(declared)), _) => {
                put(declared, Spanned::new(key.span(), "default".into()), value);
            }
            (Some(_), _) => put(known, key, value),
        }
    }
}

// Tables are merged key by key, anything else is replaced.
fn deepen<'i>(known: &mut DeTable<'i>, over: Stage<'i>) {
    let DeValue::Table(over) = over.into_inner() else { return };
    for (key, value) in over {
        match (known.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut), value.get_ref()) {
            (Some(DeValue::Table(inner)), DeValue::Table(_)) => deepen(inner, value),
            _ => put(known, key, value),
        }
    }
}

fn stage<'i>(stages: &mut Vec<Stage<'i>>, over: Stage<'i>, problems: &mut Problems) {
    let place = over.span();
    let DeValue::Table(mut over) = over.into_inner() else {
        // Told with the other stages.
        stages.push(Spanned::new(place, DeValue::Boolean(false)));
        return;
    };
    let anchor = anchor(&mut over, problems);
    let remove = over.remove("remove");
    let id = id(&over).map(str::to_owned);
    let at = id.as_ref().and_then(|id| position(stages, id));
    let id_place = over.get("id").or_else(|| over.get("use")).map_or(place.clone(), Spanned::span);
    if let Some(remove) = remove {
        match (remove.get_ref(), at) {
            (DeValue::Boolean(true), Some(at)) => drop(stages.remove(at)),
            (DeValue::Boolean(true), None) => {
                let meant = unknown(id.as_deref(), id_place, "`remove` names no stage", stages, problems);
                meant.into_iter().for_each(|at| drop(stages.remove(at)));
            }
            _ => drop(super::keys::wrong_type::<()>("remove", "true", &remove, problems)),
        }
        return;
    }
    // A change, for what is new says what it uses.
    let at = match at {
        None if !over.contains_key("use") && id.is_some() => {
            let Some(meant) = unknown(id.as_deref(), id_place, "no stage is changed", stages, problems)
            else {
                return;
            };
            over.remove("id");
            Some(meant)
        }
        at => at,
    };
    let new = match at {
        Some(at) => {
            let mut known = stages[at].clone();
            merge(&mut known, over);
            if anchor.is_none() {
                stages[at] = known;
                return;
            }
            stages.remove(at);
            known
        }
        None => Spanned::new(place, DeValue::Table(over)),
    };
    insert(stages, new, anchor, problems);
}

enum Side {
    Before,
    After,
}

// `before` or `after` with the id that it names.
fn anchor(over: &mut DeTable<'_>, problems: &mut Problems) -> Option<(Side, String, Range<usize>)> {
    let mut found = None;
    for (key, side) in [("before", Side::Before), ("after", Side::After)] {
        let Some(value) = over.remove(key) else { continue };
        match value.get_ref().as_str() {
            Some(_) if found.is_some() => {
                let problem = problems.problem(Code::BadValue, "a stage stands `before` or `after` another");
                problems.add(problem.at(value.span()).help("remove one of the two keys"));
            }
            Some(id) => found = Some((side, id.to_owned(), value.span())),
            None => drop(super::keys::wrong_type::<()>(key, "the id of a stage", &value, problems)),
        }
    }
    found
}

fn insert<'i>(
    stages: &mut Vec<Stage<'i>>,
    new: Stage<'i>,
    anchor: Option<(Side, String, Range<usize>)>,
    problems: &mut Problems,
) {
    let Some((side, id, place)) = anchor else { return stages.push(new) };
    let at = position(stages, &id).or_else(|| {
        let word = if matches!(side, Side::Before) { "before" } else { "after" };
        unknown(Some(&id), place, &format!("`{word}` names no stage"), stages, problems)
    });
    let Some(at) = at else { return stages.push(new) };
    stages.insert(if matches!(side, Side::Before) { at } else { at + 1 }, new);
}

// Complains about an id that no stage has; where the one is that was probably meant.
fn unknown(
    id: Option<&str>,
    place: Range<usize>,
    what: &str,
    stages: &[Stage<'_>],
    problems: &mut Problems,
) -> Option<usize> {
    let id = id.unwrap_or_default();
    let known: Vec<&str> = stages.iter().filter_map(id_of).collect();
    let meant = nearest(id, known.iter().copied());
    let problem = problems
        .problem(Code::UnknownBaseStage, format!("{what}: there is no `{}`", short(id)))
        .at(place)
        .label(meant.map(|meant| format!("did you mean `{meant}`?")).unwrap_or_default())
        .help(format!("the stages are {}", listed(known.iter().copied())));
    problems.add(problem);
    position(stages, meant?)
}

fn position(stages: &[Stage<'_>], id: &str) -> Option<usize> {
    stages.iter().position(|stage| id_of(stage) == Some(id))
}

fn merge<'i>(known: &mut Stage<'i>, over: DeTable<'i>) {
    let DeValue::Table(table) = known.get_mut() else { return };
    let name =
        |table: &DeTable<'_>| table.get("use").and_then(|name| name.get_ref().as_str().map(str::to_owned));
    // Another stage under the same id has options of its own.
    if over.contains_key("use") && name(&over) != name(table) {
        table.remove("with");
    }
    for (key, value) in over {
        match (table.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut), value.get_ref()) {
            (Some(DeValue::Table(options)), DeValue::Table(_)) if key.get_ref() == "with" => {
                deepen(options, value);
            }
            _ => put(table, key, value),
        }
    }
}

fn id_of<'a>(stage: &'a Stage<'_>) -> Option<&'a str> {
    stage.get_ref().as_table().and_then(id)
}

fn id<'a>(stage: &'a DeTable<'_>) -> Option<&'a str> {
    stage.get("id").or_else(|| stage.get("use"))?.get_ref().as_str()
}

#[cfg(test)]
mod tests;
