//! Ids, `from`, and whether sources and sinks stand where they can.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Checker, Known, of_kind};
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Edge, Inputs, Kind, Placed, StageInfo};

/// How the stages hang together.
pub(super) struct Wiring {
    /// For each stage the outputs that it reads, each of a stage before it; `None` after an error.
    pub(super) from: Vec<Option<Vec<Edge>>>,
    // Whether nothing is known to be wrong with any `from`: only then is an unread output no echo.
    sound: bool,
}

pub(super) fn wire(checker: &mut Checker<'_>) -> Wiring {
    let ids = ids(checker);
    let mut wiring = Wiring { from: Vec::new(), sound: true };
    for at in 0..checker.stages.len() {
        let from = match &checker.stages[at].decl.from {
            Inputs::Before => before(checker, at),
            Inputs::Named(names) => named(checker, at, names, &ids),
        };
        wiring.sound &= from.is_some();
        wiring.from.push(from);
    }
    unread(checker, &wiring);
    wiring
}

// The first stage of each id.
fn ids<'a>(checker: &mut Checker<'a>) -> BTreeMap<&'a str, usize> {
    let mut ids = BTreeMap::new();
    for at in 0..checker.stages.len() {
        let id = &checker.stages[at].decl.id;
        if let Some(first) = ids.get(id.value.as_str()) {
            let problem = checker.error(
                Code::DuplicateId,
                format!("stage {} and stage {} are both called `{}`", first + 1, at + 1, short(&id.value)),
                id.place.clone(),
            );
            problem.help.push("give one of them an `id` of its own".to_owned());
        } else {
            ids.insert(id.value.as_str(), at);
        }
    }
    ids
}

// The stage before, for a stage that says nothing else.
fn before(checker: &mut Checker<'_>, at: usize) -> Option<Vec<Edge>> {
    let stage = checker.stages[at];
    let place = stage.decl.use_.place.clone();
    let kind = stage.info.map(|info| info.kind);
    let Some(previous) = at.checked_sub(1) else {
        return no_input(checker, at);
    };
    let id = short(&stage.decl.id.value);
    if kind == Some(Kind::Source) {
        let problem = checker.error(
            Code::SourceWithInput,
            format!("source `{id}` cannot read the stage before it"),
            place,
        );
        problem.help.push("write `from = []` if a second source is meant".to_owned());
        return None;
    }
    if checker.stages[previous].info.is_some_and(|info| info.kind == Kind::Sink) {
        let sink = short(&checker.stages[previous].decl.id.value);
        let is_sink = |at: &usize| checker.stages[*at].info.is_some_and(|info| info.kind == Kind::Sink);
        let readable = (0..previous).rev().find(|at| !is_sink(at));
        let help = readable.map(|at| {
            format!("name the stage to read: `from = \"{}\"`", short(&checker.stages[at].decl.id.value))
        });
        let message =
            format!("stage `{id}` reads the stage before it, but `{sink}` is a sink and has no output");
        checker.error(Code::FromSink, message, place).help.extend(help);
        return None;
    }
    let name = checker.stages[previous].decl.id.value.clone();
    Some(vec![Edge { stage: previous, dropped: false, name }])
}

fn no_input(checker: &mut Checker<'_>, at: usize) -> Option<Vec<Edge>> {
    let stage = checker.stages[at];
    let Some(info) = stage.info.filter(|info| info.kind != Kind::Source) else { return Some(Vec::new()) };
    let id = short(&stage.decl.id.value);
    let message = if at == 0 {
        format!("the first stage must be a source, and `{id}` is a {}", info.kind.as_str())
    } else {
        format!("stage `{id}` has no input, but is a {}", info.kind.as_str())
    };
    let sources = of_kind(checker.catalogue, Kind::Source);
    let place = stage.decl.use_.place.clone();
    let problem = checker.error(Code::NotASource, message, place);
    if !sources.is_empty() {
        problem.help.push(format!("sources: {}", listed(sources.iter().map(String::as_str))));
    }
    None
}

fn named(
    checker: &mut Checker<'_>,
    at: usize,
    names: &[Placed<String>],
    ids: &BTreeMap<&str, usize>,
) -> Option<Vec<Edge>> {
    if names.is_empty() {
        return no_input(checker, at);
    }
    let stage = checker.stages[at];
    if stage.info.is_some_and(|info| info.kind == Kind::Source) {
        let place =
            stage.decl.places.get(&["from"]).map_or(stage.decl.place.clone(), |place| place.value.clone());
        let message = format!("source `{}` cannot read another stage", short(&stage.decl.id.value));
        checker.error(Code::SourceWithInput, message, place).help.push("write `from = []`".to_owned());
        return None;
    }
    let mut seen = BTreeSet::new();
    let from: Vec<_> = names.iter().map(|name| input(checker, at, name, ids, &mut seen)).collect();
    from.into_iter().collect()
}

fn input(
    checker: &mut Checker<'_>,
    at: usize,
    name: &Placed<String>,
    ids: &BTreeMap<&str, usize>,
    seen: &mut BTreeSet<(usize, bool)>,
) -> Option<Edge> {
    let (id, port) =
        name.value.split_once('.').map_or((name.value.as_str(), None), |(id, port)| (id, Some(port)));
    let shown = short(id);
    let place = name.place.clone();
    let Some(&from) = ids.get(id) else {
        let known: Vec<&str> =
            checker.stages[..at].iter().map(|stage| stage.decl.id.value.as_str()).collect();
        let label = did_you_mean(id, known.iter().copied()).unwrap_or_default();
        let help = (!known.is_empty()).then(|| format!("stages before it: {}", listed(known)));
        let problem =
            checker.error(Code::UnknownFrom, format!("`from` names no stage: there is no `{shown}`"), place);
        problem.label = label;
        problem.help.extend(help);
        return None;
    };
    if from >= at {
        let what = if from == at { "the stage itself" } else { "a later stage" };
        let message = format!("`from` names `{shown}`, which is {what}");
        let problem = checker.error(Code::LaterFrom, message, place);
        problem.help.push("a stage can only read stages above it in the file".to_owned());
        return None;
    }
    if checker.stages[from].info.is_some_and(|info| info.kind == Kind::Sink) {
        let message = format!("`from` names `{shown}`, which is a sink and has no output");
        checker.error(Code::FromSink, message, place);
        return None;
    }
    let dropped = match port {
        None => false,
        Some(port) => is_dropped(checker, from, port, place.clone())?,
    };
    if !seen.insert((from, dropped)) {
        checker.error(Code::DuplicateFrom, format!("`from` names `{}` twice", short(&name.value)), place);
        return None;
    }
    Some(Edge { stage: from, dropped, name: name.value.clone() })
}

/// The names of a stage's outputs: that of the documents it lets through, and that of those it drops.
fn ports(info: Option<&StageInfo>) -> Vec<&str> {
    let named: Vec<&str> =
        info.map(|info| info.ports.iter().map(String::as_str).collect()).unwrap_or_default();
    if named.is_empty() { vec!["out"] } else { named }
}

// Whether a port is that of the documents dropped.
fn is_dropped(checker: &mut Checker<'_>, stage: usize, port: &str, place: Range<usize>) -> Option<bool> {
    let Known { decl, info } = checker.stages[stage];
    // What an unknown stage puts out is not known: it has been complained about.
    info?;
    let ports = ports(info);
    if let Some(at) = ports.iter().position(|known| *known == port) {
        return Some(at == 1);
    }
    let message = format!("stage `{}` has no output `{}`", short(&decl.id.value), short(port));
    let problem = checker.error(Code::UnknownPort, message, place);
    problem.label = did_you_mean(port, ports.iter().copied()).unwrap_or_default();
    problem.help.push(format!("its outputs: {}", listed(ports)));
    None
}

// Whether the output of documents that go on is listed as one that nobody needs to read. After a wrong name in the
// list it may be meant.
fn is_listed(checker: &mut Checker<'_>, at: usize) -> bool {
    let decl = checker.stages[at].decl;
    let found: Vec<Option<bool>> =
        decl.unread.iter().map(|name| is_dropped(checker, at, &name.value, name.place.clone())).collect();
    found.into_iter().any(|dropped| dropped != Some(true))
}

fn unread(checker: &mut Checker<'_>, wiring: &Wiring) {
    let kinds: Vec<_> = checker.stages.iter().map(|stage| stage.info.map(|info| info.kind)).collect();
    // An unknown stage may be meant as a sink.
    let has_sink = kinds.iter().any(|kind| matches!(kind, None | Some(Kind::Sink)));
    let last = kinds.len().saturating_sub(1);
    if !has_sink && let Some(stage) = checker.stages.get(last) {
        let sinks = of_kind(checker.catalogue, Kind::Sink);
        let mut problem = checker
            .pipeline
            .problem(Code::NoSink, "the pipeline has no sink: nothing is written")
            .at(stage.decl.use_.place.clone());
        if !sinks.is_empty() {
            problem = problem.help(format!("add one: {}", sinks.join(", ")));
        }
        checker.warnings.push(problem);
    }
    if !wiring.sound {
        return;
    }
    // Documents that a stage drops are counted with the reason: nobody needs to read them.
    let edges = wiring.from.iter().flatten().flatten();
    let read: BTreeSet<usize> = edges.filter(|edge| !edge.dropped).map(|edge| edge.stage).collect();
    for (at, kind) in kinds.iter().enumerate() {
        let is_listed = is_listed(checker, at);
        let needs_reader = matches!(kind, Some(Kind::Source | Kind::Transform));
        if !needs_reader || read.contains(&at) || is_listed || (at == last && !has_sink) {
            continue;
        }
        let Known { decl, info } = checker.stages[at];
        let (id, port) = (short(&decl.id.value), ports(info)[0].to_owned());
        let message = format!("nobody reads the output of stage `{id}`");
        let problem = checker.error(Code::OutputUnread, message, decl.use_.place.clone());
        problem.help.push(format!("name it in the `from` of a later stage: `from = \"{id}\"`"));
        problem.help.push(format!("or say that nobody needs to: `unread = [\"{port}\"]`"));
    }
}

#[cfg(test)]
mod tests;
