//! The README's examples: every pipeline is checked, every command line parses, the sample is real.

use crate::command::{docmill, folder, root};
use serde_json::Value;

/// The code blocks of a language in a Markdown page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let (mut blocks, mut open) = (Vec::new(), None);
    for line in text.lines() {
        match &mut open {
            None if line.trim_end() == format!("```{language}") => open = Some(String::new()),
            Some(block) if line.starts_with("```") => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    blocks
}

#[test]
fn every_pipeline_in_the_readme_is_without_mistakes() {
    let pipelines = blocks("README.md", "toml");
    assert!(pipelines.len() >= 2);
    for text in pipelines {
        let folder = folder(&[("readme.toml", &text)]);
        docmill(folder.path(), &["check", "--strict", "readme.toml"]).exits(0);
    }
}

#[test]
fn every_pipeline_in_the_pages_is_without_mistakes() {
    let pages = ["docs/language.md", "plugins/filter/README.md"];
    docmill(&root(), &[&["check", "--strict"], pages.as_slice()].concat()).exits(0);
    let profiles = blocks("docs/language.md", "toml");
    let profiles: Vec<&String> = profiles.iter().filter(|text| text.contains("[profile.ci]")).collect();
    assert!(!profiles.is_empty());
    for text in profiles {
        let folder = folder(&[("page.toml", text)]);
        docmill(folder.path(), &["check", "--strict", "page.toml", "--profile", "ci"]).exits(0);
    }
}

#[test]
fn every_command_in_the_readme_is_one() {
    let mut seen = 0;
    for block in blocks("README.md", "sh") {
        for line in block.lines() {
            let Some(rest) = line.strip_prefix("docmill ") else { continue };
            seen += 1;
            let mut args: Vec<&str> =
                rest.split(" #").next().unwrap_or_default().split_whitespace().collect();
            args.push("--help");
            let ran = docmill(&root(), &args).exits(0);
            assert!(ran.stdout.contains("Usage: docmill"), "{line}");
        }
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn the_table_and_the_line_in_the_readme_are_what_a_run_gives() {
    let shown = blocks("README.md", "text")
        .into_iter()
        .find(|b| b.starts_with("stage "))
        .expect("the table is there");
    let ran = docmill(&root(), &["run", "pipelines/news.toml"]).exits(0);
    // Times differ between machines; what was counted does not.
    let counted = |table: &str| -> Vec<String> {
        let rows = table
            .lines()
            .take(6)
            .map(|row| row.split("  ").map(str::trim).filter(|c| !c.is_empty() && !c.ends_with('%')));
        rows.map(|cells| cells.collect::<Vec<_>>().join(" | ")).collect()
    };
    assert_eq!(counted(&shown), counted(&ran.stdout));

    let line = blocks("README.md", "json").into_iter().next().expect("the line is there");
    let line: Value = serde_json::from_str(&line).unwrap();
    let written = std::fs::read_to_string(root().join("out/articles.jsonl")).unwrap();
    let mut lines = written.lines().map(|line| serde_json::from_str(line).unwrap());
    assert!(lines.any(|written| holds(&written, &line)), "no document has {line:#}");
}

/// True when `whole` says all that `part` says; lists may have more items in between.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| holds(whole, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            let mut whole = whole.iter();
            part.iter().all(|part| whole.any(|whole| holds(whole, part)))
        }
        _ => whole == part,
    }
}

#[test]
fn the_mistake_in_the_readme_is_drawn_as_it_says() {
    let shown = blocks("README.md", "text")
        .into_iter()
        .find(|b| b.starts_with("error["))
        .expect("the message is there");
    let text = std::fs::read_to_string(root().join("pipelines/news.toml")).unwrap();
    let text = text.replace("with.sentences = ", "with.sentence = ");
    let folder = folder(&[("news.toml", &text)]);
    let ran = docmill(folder.path(), &["check", "news.toml"]).exits(3);
    assert!(ran.stderr.starts_with(shown.trim_end()), "README says\n{shown}\nbut it is\n{}", ran.stderr);
}
