//! Where the keys and values of a stage stand in the file.

use std::collections::BTreeMap;
use std::ops::Range;

/// A value and the bytes of the file that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file, quotes included.
    pub place: Range<usize>,
}

/// The bytes of a key and of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key; an element of an array has none.
    pub key: Option<Range<usize>>,
    /// The value; of a table with a header, the header.
    pub value: Range<usize>,
}

impl Place {
    /// The key, or the value where there is no key.
    #[must_use]
    pub fn key_or_value(&self) -> Range<usize> {
        self.key.clone().unwrap_or_else(|| self.value.clone())
    }
}

/// The places of every key and value of one table, by key path.
///
/// A path names table keys from the outside in, and array elements by their index as a decimal number:
/// `["with", "fields", "0", "title"]`. The empty path is the table itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    places: BTreeMap<Vec<String>, Place>,
    outside: Vec<(Vec<String>, String)>,
}

impl Places {
    /// The place of exactly this path; `None` where the file has no such key.
    #[must_use]
    pub fn get<S: AsRef<str>>(&self, path: &[S]) -> Option<&Place> {
        self.places.get(&owned(path))
    }

    /// The place of this path, or else of the nearest table around it that has one.
    ///
    /// `None` only where nothing was read from a file.
    #[must_use]
    pub fn nearest<S: AsRef<str>>(&self, path: &[S]) -> Option<&Place> {
        let mut path = owned(path);
        loop {
            if let Some(place) = self.places.get(&path) {
                return Some(place);
            }
            path.pop()?;
        }
    }

    /// How the value at this path was given from outside the file (`--set segment.max_len=x`), if it was.
    #[must_use]
    pub fn outside<S: AsRef<str>>(&self, path: &[S]) -> Option<&str> {
        let starts =
            |set: &[String]| set.len() <= path.len() && set.iter().zip(path).all(|(a, b)| a == b.as_ref());
        self.outside.iter().rev().find(|(set, _)| starts(set)).map(|(_, words)| words.as_str())
    }

    pub(crate) fn insert(&mut self, path: &[String], place: Place) {
        self.places.insert(path.to_vec(), place);
    }

    // What the file says at the path and below counts no more.
    pub(crate) fn replace(&mut self, path: &[String], words: String) {
        self.places.retain(|known, _| !known.starts_with(path));
        self.outside.push((path.to_vec(), words));
    }
}

fn owned<S: AsRef<str>>(path: &[S]) -> Vec<String> {
    path.iter().map(|part| part.as_ref().to_owned()).collect()
}
