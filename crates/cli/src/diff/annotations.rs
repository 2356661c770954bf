//! What differs between two forms of one document.

use super::DocumentDifference;
use crate::report::{OutputFile, RunReport};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// An annotation that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    pub(crate) layer: String,
    /// Its label, or its kind; empty where it has neither. Of one that was relabelled, the label it had.
    pub(crate) label: String,
    #[serde(rename = "change")]
    pub(crate) kind: Kind,
    /// The offsets it has, or had if it was removed, in the unit of the output.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// The start it had, of one that was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from_start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from_end: Option<u64>,
    /// The label it has, of one that was relabelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_label: Option<String>,
    /// What it covers, cut after 60 chars; empty where the output has no text.
    pub(crate) text: String,
}

/// The sort of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Only the new run has it.
    Added,
    /// Only the base run had it.
    Removed,
    /// It has the same label and overlaps the one it was, or covers the same words in a text that changed.
    Moved,
    /// The same place has another label.
    Relabelled,
    /// Place and label are the same, some other attribute is not.
    Altered,
}

/// How many annotations of one layer and label differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct LayerChanges {
    pub(crate) added: u64,
    pub(crate) removed: u64,
    pub(crate) moved: u64,
    pub(crate) relabelled: u64,
    pub(crate) altered: u64,
}

impl LayerChanges {
    pub(crate) fn count(&mut self, change: &Change) {
        *match change.kind {
            Kind::Added => &mut self.added,
            Kind::Removed => &mut self.removed,
            Kind::Moved => &mut self.moved,
            Kind::Relabelled => &mut self.relabelled,
            Kind::Altered => &mut self.altered,
        } += 1;
    }
}

/// A document that only one run has, with its annotations.
pub(crate) fn one_sided(
    id: &str,
    change: &'static str,
    row: &Value,
    units: (Unit, Unit),
) -> DocumentDifference {
    let nothing = Value::Null;
    let (was, is) = if change == "added" { (&nothing, row) } else { (row, &nothing) };
    let whole = changed(id, was, is, units);
    DocumentDifference { change, columns: Vec::new(), ..whole }
}

/// Compares two forms of a document, column by column.
pub(crate) fn changed(id: &str, was: &Value, is: &Value, units: (Unit, Unit)) -> DocumentDifference {
    let empty = Map::new();
    let (was, is) = (was.as_object().unwrap_or(&empty), is.as_object().unwrap_or(&empty));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let (mut columns, mut annotations, mut texts) = (Vec::new(), Vec::new(), None);
    for name in names {
        let (one, other) = (was.get(name), is.get(name));
        if one == other {
            continue;
        }
        match (layer(one), layer(other)) {
            // Two empty lists are no layers, and are equal anyhow.
            (Some(one), Some(other)) if !one.is_empty() || !other.is_empty() => {
                let texts = texts.get_or_insert_with(|| (Text::of(was, units.0), Text::of(is, units.1)));
                annotations.extend(compare(name, &one, &other, texts));
            }
            _ => columns.push(name.clone()),
        }
    }
    DocumentDifference { id: id.to_owned(), change: "changed", columns, annotations }
}

/// An annotation as a row of the output has it.
#[derive(Clone, Copy, PartialEq)]
struct Found<'a> {
    start: u64,
    end: u64,
    label: &'a str,
    all: &'a Map<String, Value>,
}

/// The annotations of a column; none if it is no layer. A column that is absent or empty may be one.
fn layer(value: Option<&Value>) -> Option<Vec<Found<'_>>> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Some(Vec::new()) };
    let of = |value: &'_ Value| -> Option<(u64, u64)> {
        Some((value.get("start")?.as_u64()?, value.get("end")?.as_u64()?))
    };
    value
        .as_array()?
        .iter()
        .map(|annotation| {
            let (start, end) = of(annotation)?;
            let all = annotation.as_object()?;
            let label = ["label", "kind"].iter().find_map(|key| all.get(*key)?.as_str());
            Some(Found { start, end, label: label.unwrap_or_default(), all })
        })
        .collect()
}

/// What the offsets of an output count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Chars,
    Utf16,
}

impl Unit {
    /// The unit that the sink was told to write.
    pub(crate) fn of(report: &RunReport, output: &OutputFile) -> Self {
        let stage = report.stages.iter().find(|stage| stage.id == output.stage);
        match stage.and_then(|stage| stage.with.get("offsets")?.as_str()) {
            Some("chars") => Self::Chars,
            Some("utf16") => Self::Utf16,
            _ => Self::Bytes,
        }
    }
}

/// The text of a document, and the byte at each offset where offsets do not count bytes.
struct Text<'a> {
    text: &'a str,
    bytes: Option<Vec<usize>>,
}

impl<'a> Text<'a> {
    fn of(row: &'a Map<String, Value>, unit: Unit) -> Self {
        let text = row.get("text").and_then(Value::as_str).unwrap_or_default();
        let places = |width: fn(char) -> usize| {
            let places = text.char_indices().flat_map(|(at, c)| std::iter::repeat_n(at, width(c)));
            Some(places.chain([text.len()]).collect())
        };
        let bytes = match unit {
            Unit::Bytes => None,
            Unit::Chars => places(|_| 1),
            Unit::Utf16 => places(char::len_utf16),
        };
        Self { text, bytes }
    }

    fn covered(&self, found: &Found<'_>) -> Option<&'a str> {
        let byte = |offset: u64| {
            let offset = usize::try_from(offset).ok()?;
            self.bytes.as_ref().map_or(Some(offset), |bytes| bytes.get(offset).copied())
        };
        self.text.get(byte(found.start)?..byte(found.end)?)
    }
}

type Texts<'a> = (Text<'a>, Text<'a>);

/// Pairs what is left of both sides in rounds, from the surest to the least sure.
fn compare(layer: &str, was: &[Found<'_>], is: &[Found<'_>], texts: &Texts<'_>) -> Vec<Change> {
    let mut sides =
        Sides { was: was.iter().map(|f| Some(*f)).collect(), is: is.iter().map(|f| Some(*f)).collect() };
    let mut changes = Vec::new();
    let place = |f: &Found<'_>| (f.start, f.end);
    let change = |kind, old: &Found<'_>, new: &Found<'_>| Change {
        layer: layer.to_owned(),
        label: old.label.to_owned(),
        kind,
        start: new.start,
        end: new.end,
        from_start: (kind == Kind::Moved).then_some(old.start),
        from_end: (kind == Kind::Moved).then_some(old.end),
        new_label: (kind == Kind::Relabelled).then(|| new.label.to_owned()),
        text: cut(if kind == Kind::Removed { texts.0.covered(old) } else { texts.1.covered(new) }),
    };
    sides.pair(|f| Some((place(f), f.label.to_owned(), Value::from(f.all.clone()).to_string())), |_, _| {});
    sides.pair(|f| Some((place(f), f.label)), |old, new| changes.push(change(Kind::Altered, old, new)));
    sides.pair(|f| Some(place(f)), |old, new| changes.push(change(Kind::Relabelled, old, new)));
    let moved = |old: &Found<'_>, new: &Found<'_>| changes.push(change(Kind::Moved, old, new));
    // In a text that has changed, a place says nothing, and words do; else it is the other way round.
    if texts.0.text == texts.1.text {
        sides.overlapping(moved);
    } else {
        sides.same_text(texts, moved);
    }
    changes.extend(sides.was.iter().flatten().map(|old| change(Kind::Removed, old, old)));
    changes.extend(sides.is.iter().flatten().map(|new| change(Kind::Added, new, new)));
    changes.sort_by_key(|change| (change.start, change.end, change.kind));
    changes
}

/// What has no twin yet.
struct Sides<'a> {
    was: Vec<Option<Found<'a>>>,
    is: Vec<Option<Found<'a>>>,
}

impl<'a> Sides<'a> {
    /// Pairs annotations of one key, in order.
    fn pair<K: Ord>(
        &mut self,
        key: impl Fn(&Found<'a>) -> Option<K>,
        pair: impl FnMut(&Found<'a>, &Found<'a>),
    ) {
        let old = |found: &Found<'a>| key(found);
        self.pair_by(old, &key, pair);
    }

    fn pair_by<K: Ord>(
        &mut self,
        old: impl Fn(&Found<'a>) -> Option<K>,
        new: impl Fn(&Found<'a>) -> Option<K>,
        mut pair: impl FnMut(&Found<'a>, &Found<'a>),
    ) {
        let mut waiting: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (at, found) in self.was.iter().enumerate().rev() {
            if let Some(key) = found.as_ref().and_then(&old) {
                waiting.entry(key).or_default().push(at);
            }
        }
        for slot in &mut self.is {
            let Some(key) = slot.as_ref().and_then(&new) else { continue };
            let twin = waiting.get_mut(&key).and_then(Vec::pop).and_then(|at| self.was.get_mut(at)?.take());
            if let (Some(old), Some(found)) = (twin, *slot) {
                pair(&old, &found);
                *slot = None;
            }
        }
    }

    /// Pairs annotations of one label that overlap. Both sides are in the order of their starts.
    fn overlapping(&mut self, mut pair: impl FnMut(&Found<'a>, &Found<'a>)) {
        let mut from = 0;
        for slot in &mut self.is {
            let Some(new) = *slot else { continue };
            while self.was.get(from).is_some_and(|old| old.is_none_or(|old| old.end <= new.start)) {
                from += 1;
            }
            let near = self.was.iter_mut().skip(from).take(16);
            let twin = near
                .take_while(|old| old.is_none_or(|old| old.start < new.end))
                .find(|old| old.is_some_and(|old| old.label == new.label && old.end > new.start));
            if let Some(old) = twin.and_then(Option::take) {
                pair(&old, &new);
                *slot = None;
            }
        }
    }

    /// Pairs annotations of one label that cover the same words: a text before them has grown or shrunk.
    fn same_text(&mut self, texts: &Texts<'_>, pair: impl FnMut(&Found<'a>, &Found<'a>)) {
        let old = |f: &Found<'a>| Some((f.label, texts.0.covered(f)?.to_owned()));
        let new = |f: &Found<'a>| Some((f.label, texts.1.covered(f)?.to_owned()));
        self.pair_by(old, new, pair);
    }
}

fn cut(text: Option<&str>) -> String {
    let mut chars = text.unwrap_or_default().chars();
    let mut short: String = chars.by_ref().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}
