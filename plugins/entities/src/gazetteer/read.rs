//! Reads terms from the user's files.

use std::fmt;
use std::fs;
use std::path::Path;

use docmill_sdk::serde::Deserialize;

use super::Term;
use crate::label::Label;

/// A file of terms that cannot be read.
#[derive(Debug)]
pub struct ReadError(String);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

/// A line of the file.
#[derive(Deserialize)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
struct Line {
    phrase: String,
    label: Label,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    ignore_case: Option<bool>,
}

/// The shape of a TOML file: `[[term]]` tables.
#[derive(Deserialize)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    term: Vec<Line>,
}

/// Reads a `.toml` file of `[[term]]` tables, or any other file as CSV with a header line.
///
/// The keys are `phrase`, `label`, and, if wanted, `id` and `ignore_case`. `name` is the file as the user wrote it.
///
/// # Errors
/// When the file cannot be opened, has an unknown key or label, or holds an empty phrase.
pub fn read(path: &Path, name: &str) -> Result<Vec<Term>, ReadError> {
    let text =
        fs::read_to_string(path).map_err(|error| ReadError(format!("cannot read `{name}`: {error}")))?;
    let toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let lines = if toml { tables(&text) } else { rows(&text) };
    let lines = lines.map_err(|why| ReadError(format!("`{name}`: {why}")))?;
    if lines.iter().any(|line| line.phrase.trim().is_empty()) {
        return Err(ReadError(format!("`{name}`: a phrase is empty")));
    }
    Ok(lines.into_iter().map(|line| line.term(name)).collect())
}

fn tables(text: &str) -> Result<Vec<Line>, String> {
    toml::from_str::<Tables>(text).map(|tables| tables.term).map_err(|error| error.to_string())
}

fn rows(text: &str) -> Result<Vec<Line>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| error.to_string())
}

impl Line {
    fn term(self, origin: &str) -> Term {
        let id = self.id.filter(|id| !id.is_empty());
        let ignore_case = self.ignore_case.unwrap_or(false);
        Term {
            text: self.phrase,
            is_pattern: false,
            label: self.label,
            id,
            ignore_case,
            origin: origin.to_owned(),
        }
    }
}
