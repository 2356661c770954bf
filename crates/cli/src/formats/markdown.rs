//! A Markdown table, for comments and job summaries.

use super::{number, path, severity};
use crate::checked::Checked;
use docmill_pipeline::Located;

/// A heading with the counts, and a row a finding.
pub(crate) fn write(all: &[Checked]) -> String {
    let (errors, warnings) = all.iter().map(Checked::counts).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let unread = all.iter().filter(|checked| checked.unread.is_some()).count();
    let files = number(all.len(), "file");
    if errors + warnings + unread == 0 {
        return format!("### docmill: no mistakes in {files}\n");
    }
    let counts = format!("{}, {}", number(errors + unread, "error"), number(warnings, "warning"));
    let mut out =
        format!("### docmill: {counts} in {files}\n\n| | place | code | what is wrong | remedy |\n");
    out += "|---|---|---|---|---|\n";
    for checked in all {
        if let Some((message, help)) = &checked.unread {
            let place = code(&path(&checked.name));
            out +=
                &format!("| error | {place} | | {} | {} |\n", cell(message), cell(help.unwrap_or_default()));
        }
        for finding in checked.sources.locate_all(&checked.findings) {
            out += &row(&finding);
        }
    }
    out
}

fn row(finding: &Located) -> String {
    let place = match (finding.line, finding.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", path(&finding.file)),
        _ => path(&finding.file),
    };
    let what = [finding.message.as_str(), finding.label.as_str()].map(cell);
    let what = if finding.label.is_empty() { what[0].clone() } else { what.join("<br>") };
    let help: Vec<String> = finding.help.iter().map(|help| cell(help)).collect();
    let word = severity(finding.severity);
    format!("| {word} | {} | {} | {what} | {} |\n", code(&place), finding.code, help.join("<br>"))
}

/// A text in a cell: code between backticks stays code, and nothing else has a meaning.
pub(crate) fn cell(text: &str) -> String {
    let text = one_line(text);
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut is_code = false;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '`' if has_code => {
                is_code = !is_code;
                out.push(c);
            }
            // A bar ends a cell even inside code.
            '|' => out += "\\|",
            c if !is_code && "`\\*_[]<>&#~!$@".contains(c) => out += &format!("\\{c}"),
            c => out.push(c),
        }
    }
    out
}

pub(crate) fn code(text: &str) -> String {
    let text = one_line(text);
    if text.contains('`') { cell(&text) } else { format!("`{}`", text.replace('|', "\\|")) }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
