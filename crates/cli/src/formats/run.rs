//! What `docmill run` tells, for CI: counts, rejected documents, missed limits, failures.

use super::github::{property, text};
use super::junit::escaped;
use super::markdown::{cell, code};
use super::{number, path, sarif};
use crate::args::CheckFormat;
use crate::report::RunReport;
use crate::verbs::report;
use docmill_store::Rejection;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Rejected documents told of one by one; GitHub shows fewer, and nobody reads more.
const TOLD: usize = 50;

/// A run that has ended, well or not.
pub(crate) struct Ended<'a> {
    /// The pipeline's file.
    pub(crate) file: &'a str,
    /// The report, if there is one.
    pub(crate) report: Option<&'a RunReport>,
    /// Why there is none.
    pub(crate) failure: Option<String>,
    /// The limit and the gates that were missed, in words.
    pub(crate) missed: Vec<String>,
    /// The first of the rejected documents.
    pub(crate) rejected: Vec<Rejection>,
}

impl<'a> Ended<'a> {
    /// A run that was finished, with the list of its rejected documents.
    pub(crate) fn well(file: &'a str, report: &'a RunReport, list: Option<&Path>) -> Self {
        let lines = list.and_then(|list| File::open(list).ok()).map(|file| BufReader::new(file).lines());
        let lines = lines.into_iter().flatten().map_while(Result::ok).take(TOLD);
        let rejected = lines.filter_map(|line| serde_json::from_str(&line).ok()).collect();
        let missed = report.missed_limit().into_iter().collect();
        Self { file, report: Some(report), failure: None, missed, rejected }
    }

    /// A run that failed.
    pub(crate) fn failed(file: &'a str, failure: String) -> Self {
        Self { file, report: None, failure: Some(failure), missed: Vec::new(), rejected: Vec::new() }
    }

    /// How many rejected documents are not told of one by one.
    fn left_out(&self) -> u64 {
        self.report.map_or(0, |report| report.rejected).saturating_sub(self.rejected.len() as u64)
    }

    fn more(&self) -> Option<String> {
        let more = usize::try_from(self.left_out()).unwrap_or(usize::MAX);
        (more > 0).then(|| format!("{} more rejected", number(more, "document")))
    }
}

/// The run in a form for stdout; for people it is told elsewhere.
pub(crate) fn write(format: CheckFormat, ended: &Ended<'_>) -> String {
    match format {
        CheckFormat::Human => String::new(),
        CheckFormat::Json => ended.report.map_or_else(String::new, RunReport::to_text),
        CheckFormat::Github => github(ended),
        CheckFormat::Sarif => sarif(ended),
        CheckFormat::Junit => junit(ended),
        CheckFormat::Markdown => markdown(ended),
    }
}

fn words(rejection: &Rejection) -> String {
    let Rejection { id, uri, stage, message, .. } = rejection;
    format!("document {id} ({uri}) was rejected by stage {stage}: {message}")
}

/// A table of the stages, then the rejected documents.
pub(crate) fn markdown(ended: &Ended<'_>) -> String {
    let mut out = ended.report.map_or_else(String::new, report::markdown);
    if let Some(failure) = &ended.failure {
        out += &format!("### docmill: {} failed\n\n{}\n", code(&path(ended.file)), cell(failure));
    }
    ended.missed.iter().for_each(|missed| out += &format!("\n**{}**\n", cell(missed)));
    if !ended.rejected.is_empty() {
        out += "\n| document | place | stage | code | message |\n|---|---|---|---|---|\n";
        for Rejection { id, uri, stage, code: word, message, .. } in &ended.rejected {
            let cells = [id, uri, stage, word, message].map(|text| cell(text));
            out += &format!("| {} |\n", cells.join(" | "));
        }
    }
    ended.more().into_iter().for_each(|more| out += &format!("\n{more}.\n"));
    out
}

/// Annotations stand at the pipeline: the documents are seldom files of the repository.
fn github(ended: &Ended<'_>) -> String {
    let file = property(&path(ended.file));
    let mut out = String::new();
    for rejection in &ended.rejected {
        let title = property(&rejection.code);
        out += &format!("::warning file={file},title={title}::{}\n", text(&words(rejection)));
    }
    ended.more().into_iter().for_each(|more| out += &format!("::warning file={file}::{more}\n"));
    for wrong in ended.failure.iter().chain(&ended.missed) {
        out += &format!("::error file={file},title=docmill run::{}\n", text(wrong));
    }
    if let Some(report) = ended.report {
        let documents = number(usize::try_from(report.documents).unwrap_or(usize::MAX), "document");
        out +=
            &format!("::notice file={file},title=docmill run::{documents}, {} rejected\n", report.rejected);
    }
    out
}

fn sarif(ended: &Ended<'_>) -> String {
    let codes: BTreeSet<&str> = ended.rejected.iter().map(|rejection| rejection.code.as_str()).collect();
    let mut ids: Vec<String> = codes.iter().map(|code| format!("rejected/{code}")).collect();
    ids.extend((!ended.missed.is_empty()).then(|| "limit".to_owned()));
    let rule = |id: &String| {
        let what = match id.strip_prefix("rejected/") {
            Some(code) => format!("a document was rejected: {code}"),
            None => "a limit or a gate was missed".to_owned(),
        };
        json!({ "id": id, "shortDescription": { "text": what } })
    };
    let place = json!([{ "physicalLocation": { "artifactLocation": { "uri": sarif::uri(ended.file) } } }]);
    let result = |id: &str, level: &str, words: &str| {
        json!({
            "ruleId": id,
            "ruleIndex": ids.iter().position(|other| other == id),
            "level": level,
            "message": sarif::message(words),
            "locations": place,
        })
    };
    let mut results: Vec<Value> = ended
        .rejected
        .iter()
        .map(|rejection| result(&format!("rejected/{}", rejection.code), "warning", &words(rejection)))
        .collect();
    results.extend(ended.missed.iter().map(|missed| result("limit", "error", missed)));
    let failures: Vec<Value> = ended.failure.iter().map(|failure| sarif::notification(failure)).collect();
    let rules: Vec<Value> = ids.iter().map(rule).collect();
    sarif::log(&rules, &failures, &results)
}

/// A suite with a test a stage, and one for the limit; a run that failed is one test with an error.
fn junit(ended: &Ended<'_>) -> String {
    let suite = escaped(ended.report.map_or(ended.file, |report| report.pipeline.name.as_str()));
    let case = |name: &str, inner: &str| {
        format!("    <testcase classname=\"docmill.run\" name=\"{}\">{inner}</testcase>\n", escaped(name))
    };
    let mut cases = Vec::new();
    for stage in ended.report.iter().flat_map(|report| &report.stages) {
        let rejected: Vec<String> =
            ended.rejected.iter().filter(|rejection| rejection.stage == stage.id).map(words).collect();
        let told = escaped(&rejected.join("\n"));
        let inner = if told.is_empty() { told } else { format!("<system-out>{told}</system-out>") };
        cases.push(case(&format!("stage {}", stage.id), &inner));
    }
    if let Some(report) = ended.report {
        let failure = |words: &String| format!("<failure message=\"{}\" type=\"limit\"/>", escaped(words));
        let over = report.missed_limit().as_ref().map_or_else(String::new, failure);
        // The gates that were missed follow the limit, in their order.
        let mut missed = ended.missed.iter().skip(usize::from(!over.is_empty()));
        for gate in &report.gates {
            let inner = if gate.passed { None } else { missed.next() };
            cases.push(case(&format!("gate {}", gate.name), &inner.map_or_else(String::new, failure)));
        }
        cases.push(case("rejected documents", &over));
    }
    if let Some(words) = &ended.failure {
        cases.push(case("run", &format!("<error message=\"{}\"/>", escaped(words))));
    }
    let (tests, failures, errors) = (cases.len(), ended.missed.len(), usize::from(ended.failure.is_some()));
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"docmill run\" {counts}>\n  \
         <testsuite name=\"{suite}\" {counts}>\n{}  </testsuite>\n</testsuites>\n",
        cases.concat()
    )
}
