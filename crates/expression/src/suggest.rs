//! "Did you mean …": the known name that is nearest to an unknown one.

// Names are short; comparing against a text of any length would let a hostile expression cost quadratic time.
const MAX_CHARS: usize = 64;

/// The known name that `name` was probably meant to be; the first of several equally near ones.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(name)?;
    // One slip in three letters: more would propose names that have nothing to do with it.
    let limit = folded.len() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let Some(other) = fold(candidate) else { continue };
        let distance = distance(&folded, &other);
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

fn fold(name: &str) -> Option<Vec<char>> {
    if name.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    Some(name.to_lowercase().chars().map(|c| if c == '-' { '_' } else { c }).collect())
}

/// Letters to insert, drop, change or swap with the next.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(other.len() + 1);
        row.push(i + 1);
        for (j, b) in other.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
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
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&chars(one), &chars(other)), wanted, "{one} {other}");
        }
    }
}
