//! What `docmill check` finds, in every form.

use crate::command::{Ran, docmill, root};
use crate::gather::files;
use docmill_testkit::golden;
use serde_json::Value;
use std::process::Command;

fn check(format: &str) -> Ran {
    let files = files();
    docmill(files.path(), &["check", ".", "guide.md", "none/*.toml", "--format", format]).exits(3)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// SARIF without the explanations and the version, which change for reasons of their own.
fn without_pages(sarif: &str) -> String {
    let mut log = json(sarif);
    let driver = &mut log["runs"][0]["tool"]["driver"];
    driver["version"] = "…".into();
    for rule in driver["rules"].as_array_mut().unwrap() {
        rule["help"] = "…".into();
    }
    format!("{log:#}\n")
}

#[test]
fn each_format_is_as_it_was() {
    for (format, suffix) in [
        ("human", "txt"),
        ("json", "json"),
        ("github", "txt"),
        ("sarif", "json"),
        ("junit", "xml"),
        ("markdown", "md"),
    ] {
        let ran = check(format);
        let got = match format {
            "human" => ran.stdout + &ran.stderr,
            "sarif" => without_pages(&ran.stdout),
            _ => ran.stdout,
        };
        golden(&root().join(format!("tests/golden/formats/{format}.{suffix}")), &got);
    }
}

#[test]
fn sarif_has_what_the_standard_demands() {
    let log = json(&check("sarif").stdout);
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].is_string());
    let run = &log["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert!(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].is_string());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        let help = rule["help"]["text"].as_str().unwrap();
        assert!(help.starts_with(&format!("# {}: ", rule["id"].as_str().unwrap())), "{help}");
        assert!(rule["shortDescription"]["text"].is_string());
        assert!(matches!(rule["defaultConfiguration"]["level"].as_str(), Some("error" | "warning")));
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 4, "{results:?}");
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        assert!(matches!(result["level"].as_str(), Some("error" | "warning")));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
        let number = |key: &str| place["region"][key].as_u64().unwrap();
        let (start, end) =
            ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{place}");
    }
}

#[test]
fn junit_is_xml_that_a_parser_reads() {
    let files = files();
    let path = files.path().join("junit.xml");
    std::fs::write(&path, check("junit").stdout).unwrap();
    let script = "import sys, xml.etree.ElementTree as tree\n\
                  root = tree.parse(sys.argv[1]).getroot()\n\
                  for suite in root:\n    print(suite.get('name'), *[kind.tag for case in suite for kind in case])\n";
    let output = Command::new("python3").args(["-c", script]).arg(&path).output().expect("python3 is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "ok.toml\nsub/doubtful.toml system-out\nwrong, 100%.toml failure\nguide.md failure\nnone/*.toml error\n"
    );
}

#[test]
fn warnings_fail_a_test_only_when_they_are_to() {
    let files = files();
    let args = ["check", "sub", "--format", "junit"];
    let ran = docmill(files.path(), &args).exits(0);
    assert!(ran.stdout.contains("failures=\"0\"") && ran.stdout.contains("W0901"), "{}", ran.stdout);
    let ran = docmill(files.path(), &[&args[..], &["--strict"]].concat()).exits(3);
    assert!(ran.stdout.contains("failures=\"1\""), "{}", ran.stdout);
}
