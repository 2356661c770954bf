//! "Did you mean …": the known name that is nearest to an unknown one.

// Names are short; comparing against a text of any length would let a hostile file cost quadratic time.
const MAX_CHARS: usize = 64;
// Nor are there ever so many; against thousands of names, thousands of slips would cost quadratic time.
const MAX_KNOWN: usize = 256;

/// The known name that `name` was probably meant to be: the nearest one, the first of several, or else the one that
/// other languages call so.
pub(crate) fn nearest<'a, I>(name: &str, known: I) -> Option<&'a str>
where
    I: IntoIterator<Item = &'a str>,
    I::IntoIter: Clone,
{
    let known = known.into_iter().take(MAX_KNOWN);
    if name.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    let folded = fold(name);
    // One slip in three letters: more would propose names that have nothing to do with it.
    let limit = folded.chars().count() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in known.clone() {
        if candidate.chars().nth(MAX_CHARS).is_some() {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &fold(candidate));
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate).or_else(|| other_word(&folded, known))
}

// What other languages call a thing of this one: no slip, and yet it is plain what is meant.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("bool", &["boolean", "truth"]),
    ("drop", &["skip", "ignore", "discard"]),
    ("fail", &["stop", "abort", "error"]),
    ("float", &["number", "real", "double"]),
    ("from", &["input", "inputs", "depends_on", "needs", "reads"]),
    ("id", &["name"]),
    ("int", &["integer", "number"]),
    ("list", &["array"]),
    ("path", &["file", "folder", "filename"]),
    ("string", &["str", "text"]),
    ("threads", &["workers", "jobs", "parallelism"]),
    ("use", &["type", "plugin", "kind", "uses"]),
    ("when", &["if", "condition", "filter"]),
    ("with", &["options", "config", "args", "params", "settings"]),
];

fn other_word<'a, I>(folded: &str, known: I) -> Option<&'a str>
where
    I: IntoIterator<Item = &'a str>,
{
    let is_meant =
        |word: &str| OTHER_WORDS.iter().any(|(meant, others)| *meant == word && others.contains(&folded));
    known.into_iter().find(|known| is_meant(known))
}

/// The label "did you mean `x`?", or nothing.
pub(crate) fn did_you_mean<'a, I>(name: &str, known: I) -> Option<String>
where
    I: IntoIterator<Item = &'a str>,
    I::IntoIter: Clone,
{
    nearest(name, known).map(|known| format!("did you mean `{known}`?"))
}

/// Names as a list in a sentence: `` `a`, `b`, `c` ``; of many the first forty.
pub(crate) fn listed<'a, I>(names: I) -> String
where
    I: IntoIterator<Item = &'a str>,
{
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(40).map(|name| format!("`{name}`")).collect();
    let more = names.count();
    let list = shown.join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

/// A name or value from a file as it is quoted in a message: cut when it is long.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
    }
}

fn fold(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests;
