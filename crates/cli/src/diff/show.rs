//! The forms of a difference between two runs.

use super::annotations::{Change, Kind, LayerChanges};
use super::{Difference, DocumentDifference, OutputDifference};
use crate::formats::markdown::{cell, code};
use crate::terminal::{number, table};

/// Characters of Markdown after which further documents are left out: a comment of GitHub holds 65 536.
const COMMENT: usize = 50_000;

/// Changes told of one by one in a document.
const CHANGES: usize = 20;

/// For programs.
pub(crate) fn json(difference: &Difference) -> String {
    format!("{}\n", serde_json::to_string_pretty(difference).unwrap_or_default())
}

/// For people.
pub(crate) fn human(difference: &Difference) -> String {
    let mut out = String::new();
    if !difference.causes.is_empty() {
        out += "why outputs might differ:\n";
        for cause in &difference.causes {
            out += &format!("  {}: {} -> {}\n", cause.what, cause.base, cause.new);
        }
    }
    for output in &difference.outputs {
        out += &format!("{} ({}): {}\n", output.stage, output.path, verdict(output));
        if !output.layers.is_empty() {
            out += &indented(&table(&layer_rows(output)));
        }
        for (column, documents) in &output.columns {
            out += &format!("  column {column} differs in {}\n", documents_of(*documents));
        }
        for document in &output.details {
            out += &format!("  {} {}\n", document.change, document.id);
            for line in changes(document) {
                out += &format!("    {line}\n");
            }
        }
        if output.left_out > 0 {
            out += &format!("  and {} more, not shown\n", documents_of(output.left_out));
        }
    }
    if difference.equal {
        out += "all outputs are the same\n";
    }
    out
}

/// For a comment on a change: what matters first, details folded away, and no longer than a comment may be.
pub(crate) fn markdown(difference: &Difference) -> String {
    if difference.equal {
        let mut out = "### docmill: all outputs are the same\n".to_owned();
        out += &causes(difference);
        return out;
    }
    let mut out = "### docmill: outputs differ\n".to_owned();
    out += &causes(difference);
    out += "\n| output | same | changed | added | removed | |\n|---|--:|--:|--:|--:|---|\n";
    for output in &difference.outputs {
        let documents = &output.documents;
        let name = code(&output.path);
        if output.compared == "digest" {
            out += &format!("| {name} | | | | | {} |\n", cell(&verdict(output)));
        } else {
            let [same, changed, added, removed] =
                [documents.same, documents.changed, documents.added, documents.removed].map(number);
            out += &format!("| {name} | {same} | {changed} | {added} | {removed} | |\n");
        }
    }
    for output in difference.outputs.iter().filter(|output| !output.equal) {
        out += &layers(output);
        out += &details(output, COMMENT.saturating_sub(out.len()));
    }
    out
}

fn causes(difference: &Difference) -> String {
    if difference.causes.is_empty() {
        return String::new();
    }
    let mut out = "\n| what else differs | base | new |\n|---|---|---|\n".to_owned();
    for cause in &difference.causes {
        out += &format!(
            "| {} | {} | {} |\n",
            cell(&cause.what),
            cell(&cut(&cause.base)),
            cell(&cut(&cause.new))
        );
    }
    out
}

fn layers(output: &OutputDifference) -> String {
    let mut out = String::new();
    let rows = layer_rows(output);
    if rows.len() > 1 {
        out += &format!("\n**{}**\n\n", code(&output.path));
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
            out += &format!("| {} |\n", cells.join(" | "));
            if at == 0 {
                out += "|---|---|--:|--:|--:|--:|--:|\n";
            }
        }
    }
    for (column, documents) in &output.columns {
        out += &format!("\nColumn {} differs in {}.\n", code(column), documents_of(*documents));
    }
    out
}

fn details(output: &OutputDifference, room: usize) -> String {
    let mut out = String::new();
    let mut left_out = output.left_out;
    for document in &output.details {
        let mut one = format!(
            "\n<details><summary>{} <code>{}</code></summary>\n\n",
            document.change,
            document.id.replace('&', "&amp;").replace('<', "&lt;")
        );
        changes(document).iter().for_each(|line| one += &format!("- {}\n", cell(line)));
        one += "\n</details>\n";
        if out.len() + one.len() > room {
            left_out += 1;
        } else {
            out += &one;
        }
    }
    if left_out > 0 {
        out += &format!("\n{} more differ and are not shown.\n", documents_of(left_out));
    }
    out
}

fn verdict(output: &OutputDifference) -> String {
    let documents = &output.documents;
    match (&output.reason, output.equal) {
        (Some(reason), true) => format!("same bytes ({reason})"),
        (Some(reason), false) => format!("differs ({reason})"),
        (None, true) => format!("the same {}", documents_of(documents.same)),
        (None, false) => format!(
            "{} same, {} changed, {} added, {} removed",
            number(documents.same),
            number(documents.changed),
            number(documents.added),
            number(documents.removed)
        ),
    }
}

fn layer_rows(output: &OutputDifference) -> Vec<Vec<String>> {
    let head = ["layer", "label", "added", "removed", "moved", "relabelled", "altered"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (layer, labels) in &output.layers {
        for (label, changes) in labels {
            let LayerChanges { added, removed, moved, relabelled, altered } = *changes;
            let mut row = vec![layer.clone(), if label.is_empty() { "-".to_owned() } else { label.clone() }];
            row.extend([added, removed, moved, relabelled, altered].map(number));
            rows.push(row);
        }
    }
    rows
}

/// A line a change, with `+` and `-` before what came and what went.
fn changes(document: &DocumentDifference) -> Vec<String> {
    let mut lines: Vec<String> =
        document.columns.iter().map(|column| format!("column {column} differs")).collect();
    lines.extend(document.annotations.iter().take(CHANGES).map(line));
    let more = document.annotations.len().saturating_sub(CHANGES);
    lines.extend((more > 0).then(|| format!("and {more} more annotations")));
    lines
}

fn line(change: &Change) -> String {
    let Change { layer, label, start, end, text, .. } = change;
    let label = if label.is_empty() { layer.clone() } else { format!("{layer} {label}") };
    let place = format!("{start}..{end}");
    let words = if text.is_empty() { String::new() } else { format!(" \u{201c}{text}\u{201d}") };
    match change.kind {
        Kind::Added => format!("+ {label} {place}{words}"),
        Kind::Removed => format!("- {label} {place}{words}"),
        Kind::Moved => {
            let (from, to) = (change.from_start.unwrap_or(0), change.from_end.unwrap_or(0));
            format!("~ {label} {from}..{to} -> {place}{words}")
        }
        Kind::Relabelled => {
            format!("~ {label} -> {} {place}{words}", change.new_label.as_deref().unwrap_or("-"))
        }
        Kind::Altered => format!("~ {label} {place}{words}: other attributes"),
    }
}

fn documents_of(n: u64) -> String {
    format!("{} document{}", number(n), if n == 1 { "" } else { "s" })
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |out, line| out + "  " + line + "\n")
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if text.chars().nth(120).is_some() {
        short.push('…');
    }
    short
}
