//! The forms of what `docmill check` finds, of what `docmill run` tells, and of what `docmill test` gives: one file a
//! form.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod outcomes;
pub(crate) mod run;
pub(crate) mod sarif;

use crate::args::CheckFormat;
use crate::checked::Checked;
use docmill_pipeline::{Located, Severity};

/// What was found in files, in a form for stdout; for people it goes elsewhere.
pub(crate) fn write(format: CheckFormat, all: &[Checked]) -> String {
    match format {
        CheckFormat::Human => String::new(),
        CheckFormat::Json => json::write(all),
        CheckFormat::Github => github::write(all),
        CheckFormat::Sarif => sarif::write(all),
        CheckFormat::Junit => junit::write(all),
        CheckFormat::Markdown => markdown::write(all),
    }
}

/// A finding in words, without its code and place: the message, what stands beside the caret, the remedies.
fn words(finding: &Located) -> String {
    let mut lines = vec![finding.message.clone()];
    lines.extend((!finding.label.is_empty()).then(|| finding.label.clone()));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A number of things: `1 error`, `2 errors`.
fn number(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A path with `/` between its parts and without `./` before it, as services know the files of a repository.
fn path(name: &str) -> String {
    let name = name.replace(std::path::MAIN_SEPARATOR, "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests;
