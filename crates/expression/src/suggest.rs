//! "Did you mean …": the known name that is nearest to an unknown one.

use strsim::osa_distance;

// Names are short; comparing against a text of any length would let a hostile expression cost quadratic time.
const MAX_CHARS: usize = 64;

/// The known name that `name` was probably meant to be; the first of several equally near ones.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(name)?;
    // One slip in three letters: more would propose names that have nothing to do with it.
    let limit = folded.chars().count() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let Some(other) = fold(candidate) else { continue };
        let distance = osa_distance(&folded, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names as a list in a sentence: `` `a`, `b`, `c` ``; of many the first forty.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(40).map(|name| format!("`{name}`")).collect();
    let more = names.count();
    let list = shown.join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

/// Part of an expression as it is quoted in a message: cut when it is long.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
    }
}

fn fold(name: &str) -> Option<String> {
    if name.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    Some(name.to_lowercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let known = ["text", "title", "run.documents_out"];
        for (name, wanted) in [
            ("txet", Some("text")),
            ("Title", Some("title")),
            ("run.documents-out", Some("run.documents_out")),
            ("run.document_out", Some("run.documents_out")),
            ("weather", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), wanted, "{name}");
        }
        assert_eq!(nearest(&"x".repeat(1000), known), None);
    }

    #[test]
    fn distances() {
        for (one, other, wanted) in
            [("", "abc", 3), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ab", "ab", 0)]
        {
            assert_eq!(osa_distance(one, other), wanted, "{one} {other}");
        }
    }
}
