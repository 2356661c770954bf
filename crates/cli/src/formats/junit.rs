//! `JUnit` XML, which CI systems show as test results: a suite a file, with one test.

use super::number;
use crate::checked::Checked;
use crate::exit::Exit;
use docmill_pipeline::Code;
use std::collections::BTreeSet;

/// The files as tests: one with mistakes fails, one that could not be read is an error.
///
/// Warnings fail a test only where they are counted as errors; else they are its output.
pub(crate) fn write(all: &[Checked]) -> String {
    let errors = all.iter().filter(|checked| checked.unread.is_some()).count();
    let failures = all.iter().filter(|checked| is_failure(checked)).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += &format!(
        "<testsuites name=\"docmill check\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">\n",
        all.len()
    );
    all.iter().for_each(|checked| out += &suite(checked));
    out += "</testsuites>\n";
    out
}

fn is_failure(checked: &Checked) -> bool {
    checked.unread.is_none() && checked.exit != Exit::OK
}

fn suite(checked: &Checked) -> String {
    let name = escaped(&checked.name);
    let failures = usize::from(is_failure(checked));
    let errors = usize::from(checked.unread.is_some());
    format!(
        "  <testsuite name=\"{name}\" tests=\"1\" failures=\"{failures}\" errors=\"{errors}\">\n    \
         <testcase classname=\"docmill.check\" name=\"{name}\" file=\"{name}\">\n{}    </testcase>\n  \
         </testsuite>\n",
        outcome(checked)
    )
}

fn outcome(checked: &Checked) -> String {
    let drawn = escaped(&checked.sources.render_all(&checked.findings, false));
    if let Some((message, _)) = &checked.unread {
        return format!("      <error message=\"{}\">{drawn}</error>\n", escaped(message));
    }
    if is_failure(checked) {
        let (errors, warnings) = checked.counts();
        let codes: BTreeSet<Code> = checked.findings.iter().map(|finding| finding.code).collect();
        let codes: Vec<&str> = codes.into_iter().map(Code::as_str).collect();
        let counts = format!("{}, {}", number(errors, "error"), number(warnings, "warning"));
        return format!(
            "      <failure message=\"{counts}: {codes}\" type=\"{codes}\">{drawn}</failure>\n",
            codes = codes.join(" ")
        );
    }
    if drawn.is_empty() { drawn } else { format!("      <system-out>{drawn}</system-out>\n") }
}

/// A text as XML 1.0, for an attribute or between tags; what XML cannot hold becomes `�`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\r' => out += "&#13;",
            '\t' => out += "&#9;",
            '\n' => out.push(c),
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
