//! The chain of files that `extends` makes, and their tables laid over each other.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::keys::{Keys, Problems};
use super::overlay;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Settings, Sources};

// More files on top of each other than anybody can keep in mind.
const MAX_FILES: usize = 16;
const PROFILE: &[&str] = &["params", "run", "stage", "gate"];

/// Reads the file's `extends`, that of the file it names, and so on.
pub(crate) fn gather(name: &str, text: &str, settings: &Settings<'_>, problems: &mut Problems) -> Sources {
    let mut sources = Sources::new(name, text);
    let (mut last, mut start) = ((name.to_owned(), text.to_owned()), 0);
    while let Some((base, place)) = extended(&last.1) {
        let place = start + place.start..start + place.end;
        let read = if sources.names().count() >= MAX_FILES {
            Err(format!("more than {MAX_FILES} files extend each other"))
        } else {
            (settings.read)(&last.0, &base)
        };
        let wrong = match read {
            Ok((name, _)) if sources.names().any(|known| known == name) => {
                let wrong = format!("`{}` extends itself", short(&name));
                let help = "a file is the base of others, or has one: remove the `extends` of one of them";
                problems.add(problems.problem(Code::BadBase, wrong).at(place).help(help));
                break;
            }
            Ok(read) => {
                start = sources.end();
                sources.push(read.0.clone(), read.1.clone());
                last = read;
                continue;
            }
            Err(why) => format!("`extends` leads to nothing: {why}"),
        };
        let help = "a path starts at the folder of the file that it stands in";
        problems.add(problems.problem(Code::BadBase, wrong).at(place).help(help));
        break;
    }
    sources
}

// What a text extends. A value that is no string is complained about with the other keys.
fn extended(text: &str) -> Option<(String, Range<usize>)> {
    if !text.contains("extends") {
        return None;
    }
    let (root, _) = DeTable::parse_recoverable(text);
    let value = root.get_ref().get("extends")?;
    value.get_ref().as_str().map(|base| (base.to_owned(), value.span()))
}

/// The texts of all files, each behind as many blanks as there are bytes before it: what is parsed from it
/// then has its place among all texts as one.
pub(crate) fn padded(sources: &Sources) -> Vec<String> {
    let mut before = 0;
    let padded = sources.names().map(|name| {
        let text = sources.text(name);
        // A byte order mark is only one at the very start.
        let text = if before == 0 { text.to_owned() } else { text.replacen('\u{FEFF}', "   ", 1) };
        let padded = " ".repeat(before) + &text;
        before += text.len();
        padded
    });
    padded.collect()
}

/// Lays the tables of the files over each other, the farthest first, then their profile of the name given.
///
/// The names of all profiles come second.
pub(crate) fn merge<'i>(
    roots: Vec<DeTable<'i>>,
    profile: Option<&str>,
    problems: &mut Problems,
) -> (DeTable<'i>, Vec<String>) {
    let mut merged: Option<DeTable<'i>> = None;
    let mut chosen = Vec::new();
    let (mut names, mut seen): (Vec<String>, BTreeSet<String>) = Default::default();
    for mut root in roots.into_iter().rev() {
        check_extends(&mut root, problems);
        for (name, place, table) in profiles(&mut root, problems) {
            if profile == Some(name.as_str()) {
                chosen.push((table, place));
            }
            if seen.insert(name.clone()) {
                names.push(name);
            }
        }
        match &mut merged {
            None => merged = Some(root),
            Some(base) => overlay::apply(base, root, problems),
        }
    }
    let mut merged = merged.unwrap_or_default();
    if let Some(profile) = profile.filter(|_| chosen.is_empty()) {
        unknown(profile, &names, problems);
    }
    for (table, _) in chosen {
        overlay::apply(&mut merged, table, problems);
    }
    (merged, names)
}

fn check_extends(root: &mut DeTable<'_>, problems: &mut Problems) {
    if let Some(base) = root.remove("extends")
        && base.get_ref().as_str().is_none()
    {
        super::keys::wrong_type::<()>("extends", "the path of a pipeline file", &base, problems);
    }
}

fn profiles<'i>(root: &mut DeTable<'i>, problems: &mut Problems) -> Vec<(String, Range<usize>, DeTable<'i>)> {
    let Some(value) = root.remove("profile") else { return Vec::new() };
    let place = value.span();
    let DeValue::Table(profiles) = value.get_ref() else {
        super::keys::wrong_type::<()>("profile", "a table of profiles", &value, problems);
        return Vec::new();
    };
    let whole = Keys::new(profiles, "`[profile]`", place);
    let mut found = Vec::new();
    for (name, _) in whole.iter() {
        let what = format!("profile `{}`", short(&name.value));
        let Some(keys) = whole.table(&name.value, &what, problems) else { continue };
        keys.check(PROFILE, &[], problems);
        let mut table = DeTable::new();
        for (key, value) in keys.entries().filter(|(key, _)| PROFILE.contains(&key.get_ref().as_ref())) {
            table.insert(key.clone(), value.clone());
        }
        found.push((name.value, name.place, table));
    }
    found
}

fn unknown(profile: &str, names: &[String], problems: &mut Problems) {
    let known = || names.iter().map(String::as_str);
    let help = if names.is_empty() {
        "the pipeline has no profiles".to_owned()
    } else {
        format!("the profiles are {}", listed(known()))
    };
    let message = format!("`--profile {}` names no profile of the pipeline", short(profile));
    let problem = problems.problem(Code::UnknownProfile, message);
    problems.add(problem.help_if(did_you_mean(profile, known())).help(help));
}
