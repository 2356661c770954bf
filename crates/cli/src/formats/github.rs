//! Workflow commands, from which GitHub makes annotations beside the lines of a change.

use super::{path, severity, words};
use crate::checked::Checked;
use docmill_pipeline::Located;

/// A command a finding, and one for each file that could not be read.
pub(crate) fn write(all: &[Checked]) -> String {
    let mut out = String::new();
    for checked in all {
        if let Some((message, _)) = &checked.unread {
            out += &format!("::error file={}::{}\n", property(&path(&checked.name)), text(message));
        }
        for finding in checked.sources.locate_all(&checked.findings) {
            out += &command(&finding);
        }
    }
    out
}

fn command(finding: &Located) -> String {
    let mut properties = vec![format!("file={}", property(&path(&finding.file)))];
    if let (Some(line), Some(column)) = (finding.line, finding.column) {
        properties.push(format!("line={line}"));
        match (finding.end_line, finding.end_column) {
            // Columns are allowed for a place within one line only.
            (Some(end), _) if end != line => properties.push(format!("endLine={end}")),
            (_, Some(end)) => properties.push(format!("col={column},endColumn={end}")),
            _ => properties.push(format!("col={column}")),
        }
    }
    // The rest of the title is the message, which follows.
    properties.push(format!("title={}", finding.code));
    format!("::{} {}::{}\n", severity(finding.severity), properties.join(","), text(&words(finding)))
}

pub(super) fn text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

pub(super) fn property(value: &str) -> String {
    text(value).replace(':', "%3A").replace(',', "%2C")
}
