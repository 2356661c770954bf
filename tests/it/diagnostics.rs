//! Mistakes in a pipeline, as `docmill check` draws them.
//!
//! `tests/golden/diagnostics` holds broken pipelines, each with what is said of it beside it. A first line
//! `# args: --profile ci` gives arguments. `parts/` holds what the pipelines extend and load.

use crate::command::{docmill, folder, root};
use docmill_pipeline::Code;
use docmill_testkit::golden;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Codes that no case has, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("E0205", "no key is reserved at present"),
    ("E0390", "needs a lock: see lock.rs"),
    ("E0402", "no two bundled stages disagree on a type: see crates/pipeline, check/tests.rs"),
    ("E0603", "needs a library built for it: see hostile.rs"),
    ("E0604", "needs a library built for it: see mock.rs"),
    ("E0808", "needs a file of tests: see tests_verb.rs"),
    ("E0809", "needs a run: see tests_verb.rs"),
    ("E0810", "needs a run: see tests_verb.rs"),
    ("E0811", "needs a run: see tests_verb.rs"),
];

fn place() -> PathBuf {
    root().join("tests/golden/diagnostics")
}

/// The names of the cases, without `.toml`, sorted.
fn cases() -> Vec<String> {
    let files = std::fs::read_dir(place()).expect("the folder is there").flatten().map(|file| file.path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "toml"))
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The arguments of a case: `check`, its file, those of its first line.
fn args(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(place().join(format!("{name}.toml"))).expect("a case is text");
    let more = text.lines().next().and_then(|line| line.strip_prefix("# args: ")).unwrap_or_default();
    let given = ["check".to_owned(), format!("{name}.toml")];
    given.into_iter().chain(more.split_whitespace().map(str::to_owned)).collect()
}

/// What is found in a case that lies in `folder`, as JSON.
fn found(folder: &Path, name: &str) -> Vec<serde_json::Value> {
    let args = args(name);
    let args: Vec<&str> = args.iter().map(String::as_str).chain(["--format", "json"]).collect();
    let ran = docmill(folder, &args);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{name}: {e}: {}{}", ran.stdout, ran.stderr))
}

#[test]
fn every_broken_pipeline_is_told_as_its_golden_file_says() {
    let cases = cases();
    assert!(cases.len() >= 60, "there are {} cases", cases.len());
    let mut wrong = Vec::new();
    for name in &cases {
        let args = args(name);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = docmill(&place(), &args);
        // Where the repository lies is of this machine alone.
        let shown = ran.stderr.replace(&root().display().to_string(), "…");
        let is_told = [3, 6].contains(&ran.status) && ran.stdout.is_empty() && !shown.contains("panicked");
        if !is_told {
            wrong.push(format!("{name}: exit {}: {}{shown}", ran.status, ran.stdout));
        } else if let Err(why) =
            std::panic::catch_unwind(|| golden(&place().join(format!("{name}.txt")), &shown))
        {
            let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
            wrong.push(format!("{name}: {why}\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_expected_output_has_its_case() {
    let cases: BTreeSet<String> = cases().into_iter().collect();
    for file in std::fs::read_dir(place()).unwrap().flatten().map(|file| file.path()) {
        if file.extension().is_some_and(|suffix| suffix == "txt") {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(cases.contains(&name), "{name}.txt stands alone");
        }
    }
}

#[test]
fn every_code_that_a_file_can_give_has_a_case() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for name in cases() {
        for finding in found(&place(), &name) {
            seen.entry(finding["code"].as_str().unwrap().to_owned()).or_insert_with(|| name.clone());
        }
    }
    for code in Code::ALL.iter().map(|code| code.as_str()) {
        let elsewhere = ELSEWHERE.iter().any(|(known, _)| *known == code);
        assert_ne!(seen.contains_key(code), elsewhere, "{code}: {:?}", seen.get(code));
    }
}

/// Where a finding stands, in bytes of a text.
fn bytes(text: &str, finding: &serde_json::Value) -> Option<(usize, usize)> {
    let at = |line: &str, column: &str| {
        let (line, column) = (finding[line].as_u64()?, finding[column].as_u64()?);
        let before: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
        let chars = text.get(before..)?.char_indices().map(|(at, _)| before + at);
        chars.chain([text.len()]).nth(column as usize - 1)
    };
    Some((at("line", "column")?, at("end_line", "end_column")?))
}

/// The words that a label proposes, as they are to be written over what is marked.
fn proposed(label: &str, marked: &str) -> Option<String> {
    let words = label.strip_prefix("did you mean `").and_then(|rest| rest.strip_suffix("`?"));
    let words = words.or_else(|| label.strip_prefix("write `")?.strip_suffix('`'))?;
    let quote = marked.chars().next().filter(|c| "\"'".contains(*c) && !words.starts_with(*c));
    let quote = quote.map(String::from).unwrap_or_default();
    Some(format!("{quote}{words}{quote}"))
}

#[test]
fn what_a_label_proposes_mends_the_mistake() {
    let mut mended = 0;
    for name in cases() {
        for finding in found(&place(), &name) {
            let file = finding["file"].as_str().unwrap();
            let text = std::fs::read_to_string(place().join(file)).unwrap();
            let Some((start, end)) = bytes(&text, &finding) else { continue };
            let Some(words) = proposed(finding["label"].as_str().unwrap(), text.get(start..end).unwrap())
            else {
                continue;
            };
            let copy = folder(&[]);
            std::fs::create_dir(copy.path().join("parts")).unwrap();
            for from in [place(), place().join("parts")] {
                for path in std::fs::read_dir(&from).unwrap().flatten().map(|file| file.path()) {
                    if path.is_file() {
                        let to = copy.path().join(path.strip_prefix(place()).unwrap());
                        std::fs::copy(&path, to).unwrap();
                    }
                }
            }
            let text = format!("{}{words}{}", text.split_at(start).0, text.split_at(end).1);
            std::fs::write(copy.path().join(file), text).unwrap();
            let same = |left: &serde_json::Value| {
                ["code", "line", "message"].iter().all(|key| left[key] == finding[key])
            };
            let left = found(copy.path(), &name);
            assert!(!left.iter().any(same), "{name}: `{words}` does not mend {finding}");
            let more = left.iter().find(|left| left["code"].as_str().unwrap().starts_with("E01"));
            assert!(more.is_none(), "{name}: `{words}` breaks the file: {more:?}");
            mended += 1;
        }
    }
    assert!(mended >= 30, "only {mended} labels propose something");
}

#[test]
fn findings_as_json_have_places() {
    let folder = folder(&[("x.toml", "pipeline = \"x\"\n[[stage]]\nuse = \"ingestt\"\n")]);
    let ran = docmill(folder.path(), &["check", "x.toml", "--format", "json"]).exits(3);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found[0]["code"], "E0301");
    assert_eq!(found[0]["line"], 3);
    assert_eq!(found[0]["column"], 7);
}

#[test]
fn every_pipeline_of_ours_is_without_mistakes() {
    let files: Vec<String> =
        ["quick", "news", "entities", "branched"].map(|n| format!("pipelines/{n}.toml")).to_vec();
    let args: Vec<&str> = ["check", "--strict"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let ran = docmill(&root(), &args).exits(0);
    assert_eq!(ran.stdout.lines().count(), 4, "{}", ran.stdout);
}

#[test]
fn the_pipelines_that_make_predictions_are_without_mistakes() {
    let files = ["newswire", "segment", "summary"].map(|n| format!("pipelines/eval/{n}.toml"));
    let args = ["check", "--strict", "--param", "input=gold.jsonl"]
        .into_iter()
        .chain(files.iter().map(String::as_str));
    docmill(&root(), &args.collect::<Vec<_>>()).exits(0);
}
