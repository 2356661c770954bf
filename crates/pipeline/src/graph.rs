//! Pictures of a plan, as text for tools that draw.

use std::fmt::Write;

use crate::{Kind, Plan};

/// The plan as a Mermaid flow chart; each arrow names the columns that it carries.
///
/// # Examples
///
/// ```
/// use docmill_pipeline::{Plan, Run, graph};
///
/// let stages = Vec::new();
/// let empty =
///     Plan { name: "quick".into(), stages, gates: Vec::new(), run: Run::default(), warnings: Vec::new() };
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
        let _ = writeln!(out, "  s{at}{open}\"{}\"{close}", entities(&title(&stage.id, &stage.use_)));
    }
    for (from, to, columns) in edges(plan) {
        let label = if columns.is_empty() { String::new() } else { format!("|\"{}\"|", entities(&columns)) };
        let _ = writeln!(out, "  s{from} -->{label} s{to}");
    }
    out
}

/// The plan as a graph for Graphviz; each arrow names the columns that it carries.
#[must_use]
pub fn dot(plan: &Plan) -> String {
    let mut out = format!("digraph \"{}\" {{\n  node [shape=box];\n", escaped(&plan.name));
    for (at, stage) in plan.stages.iter().enumerate() {
        let shape = match stage.kind {
            Kind::Source => ", shape=oval",
            Kind::Transform => "",
            Kind::Sink => ", shape=cylinder",
        };
        let _ = writeln!(out, "  s{at} [label=\"{}\"{shape}];", escaped(&title(&stage.id, &stage.use_)));
    }
    for (from, to, columns) in edges(plan) {
        let _ = writeln!(out, "  s{from} -> s{to} [label=\"{}\"];", escaped(&columns));
    }
    out.push_str("}\n");
    out
}

fn title(id: &str, use_: &str) -> String {
    if id == use_ { id.to_owned() } else { format!("{id} ({use_})") }
}

// From, to, and the names of the columns between them.
fn edges(plan: &Plan) -> impl Iterator<Item = (usize, usize, String)> + '_ {
    plan.stages.iter().enumerate().flat_map(move |(to, stage)| {
        stage.from.iter().filter_map(move |edge| {
            let columns = plan.stages.get(edge.stage)?.columns.iter().map(|column| column.name.as_str());
            Some((edge.stage, to, columns.collect::<Vec<_>>().join(", ")))
        })
    })
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
