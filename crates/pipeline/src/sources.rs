//! The files that a pipeline is made of: the one that was named, and those that it extends.

use std::fmt;
use std::ops::Range;

use crate::render::Lines;
use crate::{Diagnostic, Located};

/// The texts of a pipeline: the file itself, then what it extends, nearest first.
///
/// The texts count as one, in this order: a place is a range of bytes in it, and so tells its file. For a
/// pipeline of one file places are those of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<File>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    name: String,
    text: String,
    start: usize,
}

/// A place as people name it: `news.toml:12:5`, lines and columns from 1, columns in chars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in chars, from 1.
    pub column: usize,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Sources {
    /// A single file.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Sources {
        let mut sources = Sources::default();
        sources.push(name.to_owned(), text.to_owned());
        sources
    }

    pub(crate) fn push(&mut self, name: String, text: String) {
        let start = self.end();
        self.files.push(File { name, text, start });
    }

    /// The names of the files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// The text of a file; empty for one that is none of these.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.files.iter().find(|file| file.name == name).map_or("", |file| &file.text)
    }

    /// The bytes at a place; empty for a place that is in no file.
    #[must_use]
    pub fn slice(&self, place: &Range<usize>) -> &str {
        let Some(file) = self.file(place.start) else { return "" };
        file.text.get(place.start - file.start..place.end.saturating_sub(file.start)).unwrap_or_default()
    }

    /// Where a place is, as people name it.
    #[must_use]
    pub fn spot(&self, place: &Range<usize>) -> Option<Spot> {
        let file = self.file(place.start)?;
        let position = Lines::new(&file.text).position(place.start - file.start);
        Some(Spot { file: file.name.clone(), line: position.line, column: position.column })
    }

    /// The place of bytes `part` of the value of the string literal at `place`; all of the literal where they
    /// cannot be told.
    #[must_use]
    pub fn within(&self, place: &Range<usize>, part: &Range<usize>) -> Range<usize> {
        let literal = self.slice(place);
        let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| literal.starts_with(quotes));
        // What was escaped or replaced has no bytes of its own.
        let is_plain = !literal.contains('\\') && !literal.contains("${");
        let Some(quotes) = quotes.filter(|_| is_plain) else { return place.clone() };
        // A line feed straight behind three quotes is no part of the value.
        let skipped = literal.get(quotes.len()..).map_or(0, |rest| {
            if quotes.len() == 1 { 0 } else { rest.len() - rest.trim_start_matches(['\r', '\n']).len() }
        });
        let from = place.start + quotes.len() + skipped;
        let (start, end) = (from + part.start, from + part.end);
        if end <= place.end { start..end } else { place.clone() }
    }

    /// A problem with its place in its own file, instead of in all texts as one.
    #[must_use]
    pub fn localize(&self, mut problem: Diagnostic) -> Diagnostic {
        // Problems are made in the name of the first file; one that was moved already has another.
        let is_first = self.files.first().is_some_and(|file| file.name == problem.file);
        let place = problem.place.clone().filter(|_| is_first);
        if let Some((place, file)) = place.and_then(|place| Some((place.clone(), self.file(place.start)?))) {
            problem.file.clone_from(&file.name);
            problem.place = Some(place.start - file.start..place.end.saturating_sub(file.start));
        }
        problem
    }

    /// Brings problems of these files, moved to their own, into the order in which they are shown.
    pub fn sort(&self, problems: &mut [Diagnostic]) {
        let order = |problem: &Diagnostic| self.names().position(|name| name == problem.file);
        problems.sort_by_key(|problem| {
            let place = problem.place.as_ref().map(|place| (place.start, place.end));
            (place.is_some(), order(problem), place)
        });
    }

    /// Several problems as lines for a terminal, each with the lines of its file; see [`Diagnostic::render`].
    #[must_use]
    pub fn render_all(&self, problems: &[Diagnostic], colour: bool) -> String {
        let of_one_file = problems.chunk_by(|a, b| a.file == b.file);
        of_one_file.map(|some| Diagnostic::render_all(some, self.text(&some[0].file), colour)).collect()
    }

    /// Several problems with their places as lines and columns; see [`Diagnostic::locate`].
    #[must_use]
    pub fn locate_all(&self, problems: &[Diagnostic]) -> Vec<Located> {
        let of_one_file = problems.chunk_by(|a, b| a.file == b.file);
        of_one_file.flat_map(|some| Diagnostic::locate_all(some, self.text(&some[0].file))).collect()
    }

    /// Adds the files of others that are not there yet, so that problems in them can be shown.
    pub fn add(&mut self, others: &Sources) {
        for file in &others.files {
            if self.files.iter().all(|known| known.name != file.name) {
                self.push(file.name.clone(), file.text.clone());
            }
        }
    }

    pub(crate) fn end(&self) -> usize {
        self.files.last().map_or(0, |file| file.start + file.text.len())
    }

    fn file(&self, at: usize) -> Option<&File> {
        let after = self.files.partition_point(|file| file.start <= at);
        self.files.get(after.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests;
