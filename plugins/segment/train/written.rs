//! Texts written for this training, of the kinds of which the others have few examples: mail that was forwarded, lists,
//! forums. Most of their sentences end without a stop.

use crate::Document;

/// In each a line is a sentence, an empty one lies between two paragraphs, and [`BORDER`] between two texts.
const FILES: [&str; 4] = [
    include_str!("texts/answers.txt"),
    include_str!("texts/lists.txt"),
    include_str!("texts/mail.txt"),
    include_str!("texts/posts.txt"),
];
const BORDER: &str = "====";

/// All texts.
pub(crate) fn written() -> Vec<Document> {
    let mut texts = Vec::new();
    for file in FILES {
        texts.extend(file.lines().collect::<Vec<_>>().split(|line| *line == BORDER).map(text));
    }
    texts
}

fn text(lines: &[&str]) -> Document {
    let mut document = Document::default();
    let Document { text, starts, ends, .. } = &mut document;
    for &line in lines {
        if line.is_empty() {
            text.push_str("\n\n");
            continue;
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        starts.insert(text.len());
        text.push_str(line);
        ends.insert(text.len());
    }
    document
}
