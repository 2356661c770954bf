//! `[[test]]`: a text and what must come of it.
//!
//! Nothing is replaced in a test: a `${` in a text is two characters of it.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::convert::plain;
use super::keys::{Keys, Problems, wrong_type};
use crate::suggest::short;
use crate::{
    Code, Diagnostic, ExpectDecl, Expected, Placed, Sources, TestDecl, TestInput, TestsFile, Wanted,
};

const KEYS: &[&str] = &["name", "text", "file", "golden", "params", "profile", "from", "to", "expect"];
const EXPECT: &[&str] =
    &["column", "label", "attribute", "equals", "contains", "count", "absent", "any", "rejected", "dropped"];
const INPUTS: [&str; 3] = ["text", "file", "golden"];
const WANTED: [&str; 4] = ["equals", "contains", "count", "absent"];

/// Reads a file that has tests of a pipeline and nothing else.
///
/// `name` is what diagnostics call the file. Whether the tests fit the pipeline tells
/// [`check_tests`](crate::check_tests).
///
/// # Errors
///
/// Everything that is wrong with the file as such, by place.
///
/// # Examples
///
/// ```
/// let text = "tests = \"news.toml\"\n[[test]]\nname = \"rain\"\ntext = \"It rains.\"\nexpect = [{ column = \"text\", contains = \"rain\" }]\n";
/// let file = docmill_pipeline::parse_tests("news_test.toml", text).map_err(|errors| errors[0].render(text, false))?;
/// assert_eq!(file.pipeline.value, "news.toml");
/// assert_eq!(file.tests.len(), 1);
/// # Ok::<(), String>(())
/// ```
pub fn parse_tests(name: &str, text: &str) -> Result<TestsFile, Vec<Diagnostic>> {
    let mut problems = Problems::new(name);
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(super::syntax_errors(name, &[text.to_owned()], &errors));
    }
    let keys = Keys::new(root.get_ref(), "a file of tests", 0..0);
    keys.check(&["tests", "test"], &[], &mut problems);
    let pipeline = keys.needed_string("tests", "tests = \"news.toml\"", &mut problems);
    let tests = tests(&keys, &mut problems);
    let mut found = problems.into_inner();
    match pipeline {
        Some(pipeline) if found.is_empty() => {
            Ok(TestsFile { file: name.to_owned(), pipeline, tests, sources: Sources::new(name, text) })
        }
        _ => {
            Diagnostic::sort(&mut found);
            Err(found)
        }
    }
}

/// The tests that could be read.
pub(crate) fn tests(keys: &Keys<'_, '_>, problems: &mut Problems) -> Vec<TestDecl> {
    let mut tests: Vec<TestDecl> = Vec::new();
    for (table, element) in tables(keys, "test", "write `[[test]]`, with two brackets", problems) {
        let Some(test) = test(&Keys::new(table, "a test", element.span()), problems) else { continue };
        if tests.iter().any(|known| known.name.value == test.name.value) {
            let message = format!("two tests are called `{}`", short(&test.name.value));
            let problem = problems.problem(Code::BadValue, message).at(test.name.place.clone());
            problems.add(problem.help("`--filter` and reports tell tests by their names"));
        }
        tests.push(test);
    }
    tests
}

type Element<'a, 'i> = (&'a DeTable<'i>, &'a Spanned<DeValue<'i>>);

fn tables<'a, 'i>(
    keys: &Keys<'a, 'i>,
    key: &str,
    help: &str,
    problems: &mut Problems,
) -> Vec<Element<'a, 'i>> {
    let Some(value) = keys.get(key) else { return Vec::new() };
    let DeValue::Array(elements) = value.get_ref() else {
        wrong_type::<()>(key, "an array of tables", value, problems);
        problems.help_last(help);
        return Vec::new();
    };
    let mut tables = Vec::new();
    for element in elements {
        match element.get_ref() {
            DeValue::Table(table) => tables.push((table, element)),
            _ => drop(wrong_type::<()>(key, "a table", element, problems)),
        }
    }
    tables
}

fn test(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<TestDecl> {
    keys.check(KEYS, &[], problems);
    let name = keys.needed_string("name", "name = \"places are found\"", problems);
    let input = input(keys, problems);
    let before = problems.count();
    let expect: Vec<ExpectDecl> = tables(keys, "expect", "write `[[test.expect]]`", problems)
        .into_iter()
        .filter_map(|(table, element)| expect(&Keys::new(table, "an expectation", element.span()), problems))
        .collect();
    let is_golden = matches!(input, Some(TestInput::Golden(_)));
    if expect.is_empty() && !is_golden && input.is_some() && problems.count() == before {
        let problem = problems.problem(Code::TestExpectation, "the test expects nothing").at(keys.place());
        problems.add(problem.help(r#"for example `expect = [{ column = "entities", contains = "Rome" }]`"#));
    }
    let test = TestDecl {
        name: name?,
        input: input?,
        params: params(keys, problems),
        profile: keys.string("profile", problems),
        from: keys.string("from", problems),
        to: keys.string("to", problems),
        expect,
        place: keys.place(),
    };
    Some(test)
}

fn input(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<TestInput> {
    let given: Vec<&str> = INPUTS.into_iter().filter(|key| keys.get(key).is_some()).collect();
    if let [key] = given.as_slice() {
        let value = keys.string(key, problems)?;
        return Some(match *key {
            "text" => TestInput::Text(value),
            "file" => TestInput::File(value),
            _ => TestInput::Golden(value),
        });
    }
    let (message, place) = match given.get(1) {
        Some(second) => ("the test has several inputs", keys.key_place(second).unwrap_or(keys.place())),
        None => ("the test has no input", keys.place()),
    };
    let help = "give one of `text = \"…\"`, `file = \"sample.txt\"`, `golden = \"tests/news\"`";
    problems.add(problems.problem(Code::TestInput, message).at(place).help(help));
    None
}

// The values are read as those of `--param` are.
fn params(keys: &Keys<'_, '_>, problems: &mut Problems) -> Vec<(Placed<String>, String)> {
    let Some(table) = keys.table("params", "`params` of a test", problems) else { return Vec::new() };
    let mut params = Vec::new();
    for (name, value) in table.iter() {
        let text = match plain(value, problems) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        params.push((name, text));
    }
    params
}

fn expect(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<ExpectDecl> {
    keys.check(EXPECT, &[], problems);
    let any = keys.boolean("any", problems).unwrap_or_default();
    for fate in ["rejected", "dropped"] {
        if keys.get(fate).is_none() {
            continue;
        }
        let other = keys.iter().find(|(key, _)| key.value != fate && key.value != "any");
        if let Some((key, _)) = other {
            let message =
                format!("`{fate}` stands alone: a document that does not come through has no columns");
            problems.add(problems.problem(Code::TestExpectation, message).at(key.place));
            return None;
        }
        let reason = keys.needed_string(fate, "rejected = \"too_large\"", problems)?;
        let what = if fate == "rejected" { Expected::Rejected(reason) } else { Expected::Dropped(reason) };
        return Some(ExpectDecl { what, any, place: keys.place() });
    }
    let column = keys.needed_string("column", "column = \"entities\"", problems);
    let wanted = wanted(keys, problems);
    let what = Expected::Column {
        label: keys.string("label", problems),
        attribute: keys.string("attribute", problems),
        column: column?,
        wanted: wanted?,
    };
    Some(ExpectDecl { what, any, place: keys.place() })
}

fn wanted(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<Wanted> {
    let given: Vec<&str> = WANTED.into_iter().filter(|key| keys.get(key).is_some()).collect();
    let help = "give one of `equals`, `contains`, `count`, `absent`";
    let (key, value) = match given.as_slice() {
        [key] => (*key, keys.get(key)?),
        several => {
            let message =
                if several.is_empty() { "does not say what it wants" } else { "wants several things" };
            let place = several.get(1).and_then(|key| keys.key_place(key)).unwrap_or(keys.place());
            let problem = problems.problem(Code::TestExpectation, format!("an expectation {message}"));
            problems.add(problem.at(place).help(help));
            return None;
        }
    };
    let before = problems.count();
    let placed = Placed { value: plain(value, problems), place: value.span() };
    if problems.count() > before {
        return None;
    }
    match key {
        "equals" => Some(Wanted::Equals(placed)),
        "contains" => texts(key, value, placed, problems).map(Wanted::Contains),
        "absent" if placed.value == Value::Bool(true) => Some(Wanted::Absent(placed.place)),
        "absent" if placed.value.is_boolean() => {
            let problem = problems.problem(Code::BadValue, "`absent` is true, or a list of texts");
            problems.add(problem.at(placed.place).help("leave the expectation out"));
            None
        }
        "absent" => texts(key, value, placed, problems).map(Wanted::Without),
        _ => match placed.value.as_u64() {
            Some(count) => Some(Wanted::Count(Placed { value: count, place: placed.place })),
            None => wrong_type(key, "a whole number, 0 or more", value, problems),
        },
    }
}

// A text or a list of them, of which there is at least one.
fn texts(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    placed: Placed<Value>,
    problems: &mut Problems,
) -> Option<Placed<Vec<String>>> {
    let place = placed.place;
    let texts = match placed.value {
        Value::String(text) => Some(vec![text]),
        Value::Array(elements) => {
            elements.into_iter().map(|element| element.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    };
    match texts {
        Some(texts) if texts.iter().any(String::is_empty) || texts.is_empty() => {
            let problem = problems.problem(Code::BadValue, format!("`{key}` names no text"));
            problems.add(problem.at(place));
            None
        }
        Some(texts) => Some(Placed { value: texts, place }),
        None => wrong_type(key, "a text or a list of texts", value, problems),
    }
}

#[cfg(test)]
mod tests;
