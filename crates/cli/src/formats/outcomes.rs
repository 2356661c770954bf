//! What `docmill test` gives: for people, programs, test reports and comments.

use super::junit::escaped;
use super::markdown::cell;
use super::{number, path};
use crate::testing::{Outcome, Suite, indented};
use docmill_pipeline::Located;
use serde_json::{Value, json};

fn word(outcome: &Outcome) -> &'static str {
    match (&outcome.blessed, outcome.failures.is_empty()) {
        (_, false) => "FAILED",
        (Some(_), true) => "blessed",
        (None, true) => "ok",
    }
}

/// One line a test.
pub(crate) fn lines(suite: &Suite) -> String {
    let mut out = String::new();
    for outcome in &suite.outcomes {
        let word = word(outcome);
        out += &format!("{word:<7} {}: {}\n", suite.checked.name, outcome.name);
    }
    out
}

/// The mistakes of the file and what did not hold, each drawn where it is; a golden folder's differences follow.
pub(crate) fn failures(suite: &Suite, colour: bool) -> String {
    let of_tests: usize = suite.outcomes.iter().map(|outcome| outcome.failures.len()).sum();
    let (mistakes, _) =
        suite.checked.findings.split_at(suite.checked.findings.len().saturating_sub(of_tests));
    let mut out = suite.checked.sources.render_all(mistakes, colour);
    for outcome in &suite.outcomes {
        out += &drawn(suite, outcome, colour);
    }
    out
}

fn drawn(suite: &Suite, outcome: &Outcome, colour: bool) -> String {
    suite.checked.sources.render_all(&outcome.failures, colour) + &outcome.difference
}

/// The counts, in one line.
pub(crate) fn closing(suites: &[Suite]) -> String {
    let (passed, failed) = counts(suites);
    if passed + failed == 0 {
        return "no tests\n".to_owned();
    }
    format!("{}: {passed} passed, {failed} failed\n", number(passed + failed, "test"))
}

fn counts(suites: &[Suite]) -> (usize, usize) {
    let all = || suites.iter().flat_map(|suite| &suite.outcomes);
    let failed = all().filter(|outcome| !outcome.failures.is_empty()).count();
    (all().count() - failed, failed)
}

/// An object with the counts, every test, and the mistakes of the files.
pub(crate) fn json(suites: &[Suite]) -> String {
    let (passed, failed) = counts(suites);
    let mut tests = Vec::new();
    let mut mistakes: Vec<Located> = Vec::new();
    for suite in suites {
        let located = |found: &[_]| suite.checked.sources.locate_all(found);
        for outcome in &suite.outcomes {
            let difference: Vec<&str> = outcome.difference.lines().collect();
            tests.push(json!({
                "file": suite.checked.name,
                "name": outcome.name,
                "outcome": word(outcome).to_lowercase(),
                "failures": located(&outcome.failures),
                "difference": difference,
            }));
        }
        let of_tests: usize = suite.outcomes.iter().map(|outcome| outcome.failures.len()).sum();
        let own = suite.checked.findings.len().saturating_sub(of_tests);
        mistakes.extend(located(suite.checked.findings.get(..own).unwrap_or_default()));
    }
    let all: Value = json!({ "passed": passed, "failed": failed, "tests": tests, "mistakes": mistakes });
    format!("{all:#}\n")
}

/// A suite a file, with a case a test; a pipeline with mistakes is a case that is an error.
pub(crate) fn junit(suites: &[Suite]) -> String {
    let (passed, failed) = counts(suites);
    let errors = suites.iter().filter(|suite| error(suite).is_some()).count();
    let tests = passed + failed + errors;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += &format!(
        "<testsuites name=\"docmill test\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{errors}\">\n"
    );
    for suite in suites {
        let name = escaped(&suite.checked.name);
        let failed = suite.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
        let error = error(suite);
        let errors = usize::from(error.is_some());
        let tests = suite.outcomes.len() + errors;
        out += &format!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{errors}\">\n"
        );
        for outcome in &suite.outcomes {
            out += &case(suite, outcome);
        }
        if let Some(message) = error {
            let message = escaped(&message);
            out += &format!(
                "    <testcase classname=\"{name}\" name=\"pipeline\" file=\"{name}\">\n      \
                 <error message=\"{message}\"/>\n    </testcase>\n"
            );
        }
        out += "  </testsuite>\n";
    }
    out + "</testsuites>\n"
}

/// Why the tests of a file could not be run.
fn error(suite: &Suite) -> Option<String> {
    if let Some((message, _)) = &suite.checked.unread {
        return Some(message.clone());
    }
    let is_broken = suite.outcomes.is_empty() && suite.checked.exit != crate::exit::Exit::OK;
    is_broken.then(|| suite.checked.sources.render_all(&suite.checked.findings, false))
}

fn case(suite: &Suite, outcome: &Outcome) -> String {
    let (file, name) = (escaped(&suite.checked.name), escaped(&outcome.name));
    let open = format!("    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\"");
    let Some(first) = outcome.failures.first() else { return open + "/>\n" };
    format!(
        "{open}>\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>\n",
        escaped(&first.message),
        first.code,
        escaped(&drawn(suite, outcome, false))
    )
}

/// A heading with the counts, a row a failure, and the differences of golden folders.
pub(crate) fn markdown(suites: &[Suite]) -> String {
    let closing = closing(suites);
    let mut out = format!("### docmill test: {}\n", closing.trim_end());
    let mut rows = String::new();
    for suite in suites {
        if let Some((message, _)) = &suite.checked.unread {
            rows += &format!("| `{}` | | {} |\n", path(&suite.checked.name), cell(message));
        }
        for found in suite.checked.sources.locate_all(&suite.checked.findings) {
            let place = found.line.map_or_else(String::new, |line| format!(":{line}"));
            let words = [found.message.as_str(), found.label.as_str()].map(cell);
            rows +=
                &format!("| `{}{place}` | {} | {} |\n", path(&found.file), found.code, words.join("<br>"));
        }
    }
    if !rows.is_empty() {
        out += &format!("\n| place | code | what came |\n|---|---|---|\n{rows}");
    }
    let all = suites.iter().flat_map(|suite| &suite.outcomes);
    for outcome in all.filter(|outcome| !outcome.difference.is_empty()) {
        let title = cell(&outcome.name);
        // Four spaces make code of a line whatever it holds.
        let lines: Vec<&str> = outcome.difference.lines().collect();
        let lines = indented(&lines, "    ");
        out += &format!("\n{title}:\n\n{lines}");
    }
    out
}
