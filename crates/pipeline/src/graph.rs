//! Pictures of a plan, as text for tools that draw and for terminals.
//!
//! An edge is labelled with the columns that are new on it and those that its reader reads, so that a picture of
//! many stages stays readable; an output that has a name is named before them.

use std::fmt::Write;

use crate::{DROP_REASON, Edge, Kind, Plan, PlannedStage};

mod lanes;

pub use lanes::text;

/// The plan as a Mermaid flow chart.
///
/// # Examples
///
/// ```
/// use docmill_pipeline::{Plan, Run, graph};
///
/// let stages = Vec::new();
/// let empty =
///     Plan { name: "quick".into(), stages, gates: vec![], run: Run::default(), secrets: Default::default(), warnings: vec![] };
/// assert_eq!(graph::mermaid(&empty), "flowchart TD\n");
/// ```
#[must_use]
pub fn mermaid(plan: &Plan) -> String {
    let mut out = String::from("flowchart TD\n");
    for (at, stage) in plan.stages.iter().enumerate() {
        let (open, close) = match stage.kind {
            Kind::Source => ("([", "])"),
            Kind::Transform => ("[", "]"),
            Kind::Sink => ("[(", ")]"),
        };
        let _ = writeln!(out, "  s{at}{open}\"{}\"{close}", entities(&title(stage)));
    }
    for (from, to, label) in edges(plan) {
        let label = if label.is_empty() { String::new() } else { format!("|\"{}\"|", entities(&label)) };
        let _ = writeln!(out, "  s{from} -->{label} s{to}");
    }
    out
}

/// The plan as a graph for Graphviz.
#[must_use]
pub fn dot(plan: &Plan) -> String {
    let mut out = format!("digraph \"{}\" {{\n  node [shape=box];\n", escaped(&plan.name));
    for (at, stage) in plan.stages.iter().enumerate() {
        let shape = match stage.kind {
            Kind::Source => ", shape=oval",
            Kind::Transform => "",
            Kind::Sink => ", shape=cylinder",
        };
        let _ = writeln!(out, "  s{at} [label=\"{}\"{shape}];", escaped(&title(stage)));
    }
    for (from, to, label) in edges(plan) {
        let _ = writeln!(out, "  s{from} -> s{to} [label=\"{}\"];", escaped(&label));
    }
    out.push_str("}\n");
    out
}

fn title(stage: &PlannedStage) -> String {
    if stage.id == stage.use_ { stage.id.clone() } else { format!("{} ({})", stage.id, stage.use_) }
}

// From, to, and the label between them.
fn edges(plan: &Plan) -> impl Iterator<Item = (usize, usize, String)> + '_ {
    plan.stages.iter().enumerate().flat_map(move |(to, reader)| {
        reader.from.iter().map(move |edge| {
            let columns = columns(plan, edge, reader).join(", ");
            let label = port(plan, edge).map_or_else(
                || columns.clone(),
                |port| if columns.is_empty() { port.to_owned() } else { format!("{port}: {columns}") },
            );
            (edge.stage, to, label)
        })
    })
}

// The columns that are new on an edge and those that its reader reads.
fn columns<'a>(plan: &'a Plan, edge: &Edge, reader: &'a PlannedStage) -> Vec<&'a str> {
    let reads = |name: &str| reader.reads.iter().any(|column| column.name == name);
    let names = |stage: &'a PlannedStage| stage.columns.iter().map(|column| column.name.as_str());
    let Some(maker) = plan.stages.get(edge.stage) else { return Vec::new() };
    if edge.dropped {
        let read = reader.reads.iter().map(|column| column.name.as_str());
        return read.filter(|name| *name != DROP_REASON).chain([DROP_REASON]).collect();
    }
    let is_new = |name: &str| maker.adds.iter().any(|column| column.name == name);
    names(maker).filter(|name| is_new(name) || reads(name)).collect()
}

// The name of an output, where the edge gives one.
fn port<'a>(plan: &Plan, edge: &'a Edge) -> Option<&'a str> {
    edge.name.strip_prefix(plan.stages.get(edge.stage)?.id.as_str())?.strip_prefix('.')
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Mermaid writes entities with `#`, and reads some Markdown within quotes.
            '"' | '#' | '<' | '>' | '&' | '`' => drop(write!(out, "#{};", u32::from(c))),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
