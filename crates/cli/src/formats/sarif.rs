//! SARIF 2.1.0, the form of findings that code scanning and editors read.

use super::{path, severity, words};
use crate::checked::Checked;
use docmill_pipeline::{Code, Located, Severity};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run, with a rule a code that was found and a result a finding.
///
/// Columns count chars, which the run states as its `columnKind`.
pub(crate) fn write(all: &[Checked]) -> String {
    let located = |checked: &Checked| checked.sources.locate_all(&checked.findings);
    let found: Vec<Located> = all.iter().flat_map(located).collect();
    let codes: BTreeSet<Code> = found.iter().map(|finding| finding.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let unread: Vec<Value> =
        all.iter().filter_map(|checked| Some(notification(&checked.unread.as_ref()?.0))).collect();
    let rules: Vec<Value> = codes.iter().copied().map(rule).collect();
    let results: Vec<Value> = found.iter().map(|finding| result(finding, &codes)).collect();
    log(&rules, &unread, &results)
}

/// A log of one run; it was executed well unless there are notifications.
pub(super) fn log(rules: &[Value], notifications: &[Value], results: &[Value]) -> String {
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "docmill",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": notifications.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    let level = if code.is_warning() { Severity::Warning } else { Severity::Error };
    json!({
        "id": code,
        "shortDescription": { "text": code.title() },
        "help": { "text": code.explanation(), "markdown": code.explanation() },
        "defaultConfiguration": { "level": severity(level) },
    })
}

fn result(finding: &Located, codes: &[Code]) -> Value {
    json!({
        "ruleId": finding.code,
        "ruleIndex": codes.iter().position(|code| *code == finding.code),
        "level": severity(finding.severity),
        "message": message(&words(finding)),
        "locations": [location(finding)],
    })
}

fn location(finding: &Located) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(&finding.file) } });
    if finding.line.is_some() {
        place["region"] = json!({
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
        });
    }
    json!({ "physicalLocation": place })
}

pub(super) fn notification(words: &str) -> Value {
    json!({ "level": "error", "message": message(words) })
}

// In a message, braces stand for arguments; doubled, they stand for themselves.
pub(super) fn message(words: &str) -> Value {
    json!({ "text": words.replace('{', "{{").replace('}', "}}") })
}

/// A path as a reference relative to the repository, or a `file` URI where it is absolute.
pub(super) fn uri(name: &str) -> String {
    let path = path(name);
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}
