//! "Did you mean …": the known name that is nearest to an unknown one.

// Names are short; comparing against a text of any length would let a hostile file cost quadratic time.
const MAX_CHARS: usize = 64;

/// The known name that `name` was probably meant to be; the first of several equally near ones.
pub(crate) fn nearest<'a, I>(name: &str, known: I) -> Option<&'a str>
where
    I: IntoIterator<Item = &'a str>,
{
    if name.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    let folded = fold(name);
    // One slip in three letters: more would propose names that have nothing to do with it.
    let limit = folded.chars().count() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate.chars().nth(MAX_CHARS).is_some() {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &fold(candidate));
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The label "did you mean `x`?", or nothing.
pub(crate) fn did_you_mean<'a, I>(name: &str, known: I) -> Option<String>
where
    I: IntoIterator<Item = &'a str>,
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
