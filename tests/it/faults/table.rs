//! The table of faults in `tests/README.md` names tests that exist, and leaves none out.

use crate::command::root;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows of the table: number, and what stands in the last cell.
fn rows() -> Vec<(u32, String)> {
    let page = fs::read_to_string(root().join("tests/README.md")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        Some((cells.first()?.parse().ok()?, (*cells.last()?).to_owned()))
    };
    page.lines().filter_map(row).collect()
}

/// The tests that a cell names, each as its file and its function.
fn named(cell: &str) -> Vec<(&str, &str)> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter_map(|words| words.split_once("::")).collect()
}

/// The names of the tests of a file.
fn tests_of(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        is_test |= line == "#[test]";
        let name = line.strip_prefix("fn ").and_then(|rest| rest.split_once('('));
        if let Some((name, _)) = name.filter(|_| is_test) {
            found.push(name.to_owned());
            is_test = false;
        }
    }
    found
}

#[test]
fn every_test_that_the_table_names_exists() {
    let rows = rows();
    let numbers: Vec<u32> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=39).collect::<Vec<_>>(), "every row is there once, in order");
    let mut known: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for (number, cell) in &rows {
        for (file, name) in named(cell) {
            let path = root().join(file);
            let tests = known.entry(path.clone()).or_insert_with(|| tests_of(&path));
            assert!(tests.iter().any(|test| test == name), "row {number}: {file} has no test `{name}`");
        }
    }
    assert!(known.len() > 5 && known.values().all(|tests| !tests.is_empty()));
}

#[test]
fn every_test_of_a_row_is_in_the_table() {
    let rows: BTreeMap<u32, String> = rows().into_iter().collect();
    let folder = root().join("tests/it/faults");
    let mut seen = 0;
    for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let shown = format!("tests/it/faults/{}", file.file_name().unwrap().to_string_lossy());
        for test in tests_of(&file) {
            let Some(number) = test.strip_prefix("row_").and_then(|rest| rest.get(..2)) else { continue };
            let cell = rows.get(&number.parse().unwrap()).map_or("", String::as_str);
            assert!(
                named(cell).contains(&(shown.as_str(), test.as_str())),
                "row {number} of tests/README.md lacks `{shown}::{test}`"
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} tests were found");
}
