use std::collections::BTreeSet;

use super::Code;
use crate::Diagnostic;
use crate::fixture::findings;

#[test]
fn every_code_has_a_title_and_a_number_of_its_own() {
    let mut numbers = BTreeSet::new();
    for code in Code::ALL {
        assert!(!code.title().is_empty() && !code.title().ends_with('.'), "{code}");
        assert!(numbers.insert(code.as_str()), "{code} is there twice");
        let (group, number) = code.as_str().split_at(1);
        assert!(matches!(group, "E" | "W") && number.len() == 4 && number.parse::<u16>().is_ok(), "{code}");
        assert_eq!(code.is_warning(), group == "W");
    }
    assert!(Code::ALL.is_sorted());
}

/// Codes that no pipeline file alone can give, with the reason.
const NOT_BY_A_FILE: &[(Code, &str)] = &[
    (Code::NotSupported, "no key is reserved at present"),
    (Code::UnknownSet, "needs `--set`"),
    (Code::UnknownParam, "needs `--param`"),
    (Code::UnknownProfile, "needs `--profile`"),
    (Code::UnknownBaseStage, "needs `--profile`, or a second file"),
    (Code::SameTarget, "needs to know which option of a sink is its file, as the command does"),
    (Code::LockDiffers, "needs a lock"),
    (Code::TestTarget, "needs a second file"),
    (Code::TestFailed, "needs a run"),
    (Code::TestGolden, "needs a run"),
    (Code::TestRun, "needs a run"),
    (Code::PluginNotFound, "needs a look for libraries, which this crate does not take"),
    (Code::PluginNotLoaded, "needs a library that cannot be opened"),
    (Code::PluginBroken, "needs a library that misdescribes itself"),
    (Code::PluginClash, "needs two libraries"),
];

/// The blocks of a page that are marked so.
fn examples<'a>(page: &'a str, mark: &str) -> Vec<&'a str> {
    let fence = format!("```toml {mark}\n");
    page.split(fence.as_str()).skip(1).map(|rest| rest.split_once("```").unwrap().0).collect()
}

#[test]
fn every_page_begins_with_its_title_and_ends_its_fences() {
    for code in Code::ALL {
        let page = code.explanation();
        assert_eq!(page.lines().next(), Some(format!("# {code}: {}", code.title()).as_str()));
        assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{code}");
        assert_eq!(page.matches("```").count() % 2, 0, "{code}");
        assert!(!examples(page, "right").is_empty(), "{code} has no right example");
        assert!(page.lines().all(|line| line.chars().count() <= 160), "{code} has an overlong line");
    }
}

#[test]
fn every_wrong_example_gives_its_code_and_every_right_one_nothing() {
    let mut amiss = Vec::new();
    for code in Code::ALL {
        if NOT_BY_A_FILE.iter().any(|(exempt, _)| exempt == code) {
            continue;
        }
        let wrong = examples(code.explanation(), "wrong");
        assert!(!wrong.is_empty(), "{code} has no wrong example");
        for text in wrong {
            let found = findings(text);
            if found.is_empty() || found.iter().any(|problem| problem.code != *code) {
                amiss.push((code, Diagnostic::render_all(&found, text, false)));
            }
        }
        for text in examples(code.explanation(), "right") {
            let found = findings(text);
            if !found.is_empty() {
                amiss.push((code, Diagnostic::render_all(&found, text, false)));
            }
        }
    }
    for (code, shown) in &amiss {
        println!("{code}:\n{shown}");
    }
    assert!(amiss.is_empty());
}

#[test]
fn a_code_is_read_in_any_case_and_a_slip_is_seen() {
    assert_eq!("E0401".parse(), Ok(Code::MissingColumn));
    assert_eq!("w0902".parse(), Ok(Code::UnusedParam));
    let meant = |text: &str| text.parse::<Code>().unwrap_err().meant();
    assert_eq!(meant("E0410"), Some(Code::MissingColumn));
    assert_eq!(meant("E401"), Some(Code::MissingColumn));
    assert_eq!(meant("rain"), None);
    assert_eq!("rain".parse::<Code>().unwrap_err().to_string(), "unknown code `rain`");
}
