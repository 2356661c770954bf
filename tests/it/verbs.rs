//! The verbs that only show something.

use crate::command::{docmill, root};
use serde_json::Value;

fn json(args: &[&str]) -> Value {
    let ran = docmill(&root(), args).exits(0);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}\n{}", ran.stdout))
}

#[test]
fn plan_tells_who_reads_and_adds_what() {
    let plan = json(&["plan", "pipelines/news.toml", "--format", "json"]);
    let ids: Vec<&str> =
        plan["stages"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ingest", "segment", "entities", "summarize", "export"]);
    assert_eq!(plan["stages"][2]["adds"][0]["name"], "entities");
    let shown = docmill(&root(), &["plan", "pipelines/branched.toml"]).exits(0).stdout;
    assert!(shown.contains("quotations") && shown.contains("paragraphs sentences tokens quotes"), "{shown}");
}

#[test]
fn graph_draws_every_edge() {
    let drawn =
        docmill(&root(), &["graph", "pipelines/branched.toml", "--format", "mermaid"]).exits(0).stdout;
    assert!(drawn.starts_with("flowchart"), "{drawn}");
    assert_eq!(drawn.matches("-->").count(), 6, "{drawn}");
    let dot = docmill(&root(), &["graph", "pipelines/branched.toml", "--format", "dot"]).exits(0).stdout;
    assert!(dot.starts_with("digraph"), "{dot}");
}

#[test]
fn schema_knows_every_stage_and_its_options() {
    let schema = json(&["schema"]).to_string();
    for word in [
        "ingest",
        "segment",
        "entities",
        "summarize",
        "export",
        "max_document_mib",
        "keyphrases",
        "relative_dates",
    ] {
        assert!(schema.contains(&format!("\"{word}\"")), "{word}");
    }
}

#[test]
fn plugins_are_listed_and_described() {
    let listed = json(&["plugin", "list", "--format", "json"]);
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["entities", "export", "filter", "ingest", "quotes", "sample", "segment", "summarize"]);
    let told = docmill(&root(), &["plugin", "info", "summarize"]).exits(0).stdout;
    for line in [
        "reads\n  text: utf8\n  sentences: layer\n",
        "  sentences  integer from 0 to 1000, default 3\n      Sentences to choose, at most.\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let missing = docmill(&root(), &["plugin", "info", "nothing"]).exits(6);
    assert!(missing.stderr.contains("installed: entities, export"), "{}", missing.stderr);
}

#[test]
fn explain_lists_all_codes_and_explains_one() {
    let listed = docmill(&root(), &["explain"]).exits(0).stdout;
    assert_eq!(listed.lines().count(), docmill_pipeline::Code::ALL.len());
    assert!(listed.contains("E0401  a stage needs a column that nobody makes\n"), "{listed}");
    let page = docmill(&root(), &["explain", "e0401"]).exits(0).stdout;
    assert!(page.starts_with("# E0401: a stage needs a column that nobody makes\n"), "{page}");
    assert_eq!(json(&["explain", "E0401", "--format", "json"])["explanation"], page.as_str());
    let slip = docmill(&root(), &["explain", "E0410"]).exits(2);
    assert_eq!(
        slip.stderr,
        "error: unknown code `E0410`\n  = help: did you mean `E0401`: a stage needs a column that nobody makes?\n"
    );
    let other = docmill(&root(), &["explain", "rain"]).exits(2);
    assert!(other.stderr.contains("`docmill explain` lists all codes"), "{}", other.stderr);
}

/// Explanations whose examples have options of no bundled stage, or params and plugins from outside.
const NOT_WITH_THE_BUNDLED_STAGES: &[&str] =
    &["E0209", "E0316", "E0317", "E0318", "E0320", "E0402", "E0502", "E0601", "E0602", "E0603", "E0604"];

#[test]
fn examples_of_explanations_hold_for_the_bundled_stages() {
    let files = crate::command::folder(&[]);
    let (mut wrong, mut right) = (Vec::new(), vec!["check".to_owned(), "--strict".to_owned()]);
    for code in docmill_pipeline::Code::ALL {
        if NOT_WITH_THE_BUNDLED_STAGES.contains(&code.as_str()) {
            continue;
        }
        for (at, block) in code.explanation().split("```toml ").skip(1).enumerate() {
            let (mark, text) = block.split_once('\n').unwrap();
            let name = format!("{code}-{at}.toml");
            std::fs::write(files.path().join(&name), text.split_once("```").unwrap().0).unwrap();
            if mark == "right" { right.push(name) } else { wrong.push((code.as_str(), name)) }
        }
    }
    docmill(files.path(), &right.iter().map(String::as_str).collect::<Vec<_>>()).exits(0);
    for (code, name) in wrong {
        let ran = docmill(files.path(), &["check", "--strict", "--format", "json", &name]).exits(3);
        let found: Value = serde_json::from_str(&ran.stdout).unwrap();
        let codes: Vec<&Value> = found.as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert!(!codes.is_empty() && codes.iter().all(|found| *found == code), "{name}: {}", ran.stdout);
    }
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = docmill(&root(), &["completions", shell]).exits(0).stdout;
        assert!(script.contains("docmill"), "{shell}");
    }
}

/// The pipelines of a TOML file or of the blocks of a page.
fn pipelines_in(file: &std::path::Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    if file.extension().is_some_and(|suffix| suffix == "toml") {
        return vec![text];
    }
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned());
    blocks.filter(|block| block.contains("pipeline = ")).collect()
}

#[test]
fn the_schema_fits_every_pipeline_of_ours_and_refuses_a_slip() {
    let schema: Value = json(&["schema"]);
    let validator = jsonschema::options().build(&schema).unwrap();
    let wrong = |text: &str| -> Vec<String> {
        let value: toml::Table = toml::from_str(text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect()
    };
    let folders = ["pipelines", "pipelines/eval", "examples/ci", "docs", "plugins/filter", "."];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(root().join(folder)).unwrap());
    let mut seen = 0;
    for file in files.map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let is_a = |suffix: &str| file.extension().is_some_and(|found| found == suffix);
        let is_toml = is_a("toml") && !name.ends_with("_test.toml");
        let is_ours = is_toml && !["Cargo.toml", "clippy.toml", "rustfmt.toml"].contains(&name.as_str());
        if !is_ours && !is_a("md") {
            continue;
        }
        for text in pipelines_in(&file) {
            seen += 1;
            assert!(wrong(&text).is_empty(), "{}: {:#?}\n{text}", file.display(), wrong(&text));
        }
    }
    assert!(seen >= 15, "{seen}");
    let news = std::fs::read_to_string(root().join("pipelines/news.toml")).unwrap();
    for (right, slip) in
        [("use = \"ingest\"", "use = \"ingets\""), ("with.path", "with.paht"), ("pipeline =", "pipelin =")]
    {
        assert!(!wrong(&news.replacen(right, slip, 1)).is_empty(), "{slip}");
    }
}
