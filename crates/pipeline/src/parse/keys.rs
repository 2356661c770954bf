//! The keys of one table of the language, each of a known type.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::suggest::{did_you_mean, listed, nearest, short};
use crate::{Code, Diagnostic, Placed};

/// The problems of one file.
pub(crate) struct Problems {
    file: String,
    found: Vec<Diagnostic>,
}

impl Problems {
    pub(crate) fn new(file: &str) -> Problems {
        Problems { file: file.to_owned(), found: Vec::new() }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn problem(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, &self.file, message)
    }

    pub(crate) fn add(&mut self, problem: Diagnostic) {
        self.found.push(problem);
    }

    /// The problems after the first `count`.
    pub(crate) fn since(&mut self, count: usize) -> &mut [Diagnostic] {
        self.found.get_mut(count..).unwrap_or_default()
    }

    /// Adds a remedy to the problem that was added last.
    pub(crate) fn help_last(&mut self, help: &str) {
        if let Some(last) = self.found.last_mut() {
            last.help.push(help.to_owned());
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    pub(crate) fn into_inner(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// One table, with what it is called in messages and where it stands.
pub(crate) struct Keys<'a, 'i> {
    table: &'a DeTable<'i>,
    what: String,
    place: Range<usize>,
}

impl<'a, 'i> Keys<'a, 'i> {
    pub(crate) fn new(table: &'a DeTable<'i>, what: impl Into<String>, place: Range<usize>) -> Keys<'a, 'i> {
        Keys { table, what: what.into(), place }
    }

    /// Complains about every key that is neither known nor planned.
    pub(crate) fn check(&self, known: &[&str], later: &[&str], problems: &mut Problems) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let shown = short(name);
            let problem = if later.contains(&name) {
                not_supported(&format!("`{shown}` in {}", self.what), problems).help("leave the key out")
            } else {
                // One that is there already was not meant.
                let free = known.iter().copied().filter(|known| self.get(known).is_none());
                let label = did_you_mean(name, free).unwrap_or_default();
                problems
                    .problem(Code::UnknownKey, format!("unknown key `{shown}` in {}", self.what))
                    .label(label)
                    .help(format!("known keys: {}", listed(known.iter().copied())))
            };
            problems.add(problem.at(key.span()));
        }
    }

    /// Whether the key is missing and another one was probably meant to be it: that it is missing is an echo then.
    pub(crate) fn is_misspelt(&self, key: &str) -> bool {
        self.get(key).is_none() && self.table.keys().any(|other| nearest(other.get_ref(), [key]).is_some())
    }

    pub(crate) fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    pub(crate) fn iter(
        &self,
    ) -> impl Iterator<Item = (Placed<String>, &'a Spanned<DeValue<'i>>)> + use<'a, 'i> {
        self.table
            .iter()
            .map(|(key, value)| (Placed { value: key.get_ref().to_string(), place: key.span() }, value))
    }

    pub(crate) fn entries(
        &self,
    ) -> impl Iterator<Item = (&'a Spanned<Cow<'i, str>>, &'a Spanned<DeValue<'i>>)> + use<'a, 'i> {
        self.table.iter()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    pub(crate) fn key_place(&self, key: &str) -> Option<Range<usize>> {
        self.table.get_key_value(key).map(|(key, _)| key.span())
    }

    pub(crate) fn string(&self, key: &str, problems: &mut Problems) -> Option<Placed<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Placed { value: text.to_string(), place: value.span() }),
            _ => wrong_type(key, "a string", value, problems),
        }
    }

    /// A string that must be there and not be empty; `example` shows how it is written.
    pub(crate) fn needed_string(
        &self,
        key: &str,
        example: &str,
        problems: &mut Problems,
    ) -> Option<Placed<String>> {
        if self.is_misspelt(key) {
            return None;
        }
        if self.get(key).is_none() {
            let problem = problems
                .problem(Code::MissingKey, format!("{} lacks `{key}`", self.what))
                .at(self.place())
                .help(format!("for example `{example}`"));
            problems.add(problem);
            return None;
        }
        let text = self.string(key, problems)?;
        if text.value.is_empty() {
            problems.add(problems.problem(Code::BadValue, format!("`{key}` is empty")).at(text.place));
            return None;
        }
        Some(text)
    }

    pub(crate) fn boolean(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => wrong_type(key, "true or false", value, problems),
        }
    }

    /// An integer from 1 to `most`.
    pub(crate) fn count(&self, key: &str, most: u32, problems: &mut Problems) -> Option<usize> {
        self.number(key, 1..=most, problems)
    }

    /// An integer within these bounds.
    pub(crate) fn number(
        &self,
        key: &str,
        bounds: RangeInclusive<u32>,
        problems: &mut Problems,
    ) -> Option<usize> {
        let value = self.get(key)?;
        let DeValue::Integer(number) = value.get_ref() else {
            return wrong_type(key, "an integer", value, problems);
        };
        let count = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let (least, most) = (i64::from(*bounds.start()), i64::from(*bounds.end()));
        let count = count.filter(|count| (least..=most).contains(count));
        if count.is_none() {
            let message = format!("`{key}` must be from {least} to {most}");
            problems.add(problems.problem(Code::BadValue, message).at(value.span()));
        }
        count.map(|count| count as usize)
    }

    /// The table of a key; `what` is what messages call it.
    pub(crate) fn table(&self, key: &str, what: &str, problems: &mut Problems) -> Option<Keys<'a, 'i>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Keys::new(table, what, value.span())),
            _ => wrong_type(key, "a table", value, problems),
        }
    }
}

pub(crate) fn not_supported(what: &str, problems: &Problems) -> Diagnostic {
    problems.problem(Code::NotSupported, format!("{what} is not supported yet"))
}

pub(crate) fn wrong_type<T>(
    key: &str,
    wanted: &str,
    found: &Spanned<DeValue<'_>>,
    problems: &mut Problems,
) -> Option<T> {
    let problem = problems
        .problem(Code::WrongType, format!("`{}` must be {wanted}", short(key)))
        .at(found.span())
        .label(format!("this is {}", type_of(found.get_ref())));
    problems.add(problem);
    None
}

pub(crate) fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
