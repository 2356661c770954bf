//! One pass over the text that finds words, numbers and marks.

use docmill_sdk::Span;

use crate::lexicon::{Entry, Lexicon, flag, hash, lower};

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Begins with a small letter, or has no case.
    Lower,
    /// Begins with a capital, the rest is small.
    Cap,
    /// Two capitals or more and no small letter: `NATO`, `U.S.`, `COP27`.
    Upper,
    /// One capital, with or without its period.
    Initial,
    /// Small and large letters in another order: `WeChat`, `iPhone`.
    Mixed,
    /// Digits with inner commas and periods.
    Number,
    /// `'s` or the lone apostrophe after a plural.
    Possessive,
    /// Any other char that is no white space.
    Mark,
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    None,
    Space,
    Line,
}

/// A word with everything that later passes ask about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) shape: Shape,
    pub(crate) gap: Gap,
    /// The word opens a sentence, a line or a quotation, so that its capital says nothing.
    pub(crate) first: bool,
    /// What the word lists know of it.
    pub(crate) entry: Entry,
    /// Hash of the word in small letters.
    pub(crate) hash: u64,
}

impl Word {
    /// True when the word's own list flags hold any of `flags`.
    #[inline]
    pub(crate) fn is(&self, flags: u64) -> bool {
        self.entry.flags & flags != 0
    }

    /// True when the word is written like a name.
    #[inline]
    pub(crate) fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Cap | Shape::Upper | Shape::Initial | Shape::Mixed)
    }

    /// True when the word is made of letters.
    #[inline]
    pub(crate) fn is_letters(&self) -> bool {
        self.is_capital() || self.shape == Shape::Lower
    }
}

/// A text with its words.
pub(crate) struct Words<'a> {
    pub(crate) text: &'a str,
    pub(crate) list: Vec<Word>,
}

impl<'a> Words<'a> {
    /// Scans `text` from byte `from` on; linear, one allocation for the list.
    pub(crate) fn scan(text: &'a str, from: usize, sentences: &[Span], lexicon: &Lexicon) -> Self {
        let rest = text.len().saturating_sub(from);
        let mut scanner = Scanner {
            text,
            bytes: text.as_bytes(),
            at: from,
            gap: Gap::Line,
            list: Vec::with_capacity(rest / 5 + 8),
            lexicon,
        };
        scanner.run();
        let mut words = Self { text, list: scanner.list };
        words.mark_first(sentences);
        words
    }

    /// The text of word `at`; empty past the end.
    #[inline]
    pub(crate) fn str(&self, at: usize) -> &'a str {
        self.list.get(at).map_or("", |word| self.slice(word.start, word.end))
    }

    /// The text between two byte offsets; empty when they are no char boundaries.
    #[inline]
    pub(crate) fn slice(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The word at an index, if there is one.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&Word> {
        self.list.get(at)
    }

    /// The word before an index, if it stands on the same line.
    pub(crate) fn before(&self, at: usize) -> Option<&Word> {
        (self.list.get(at)?.gap != Gap::Line).then(|| self.list.get(at.checked_sub(1)?)).flatten()
    }

    /// True when word `at` is the mark or letters `text`, ASCII case aside.
    #[inline]
    pub(crate) fn is_text(&self, at: usize, text: &str) -> bool {
        self.str(at).eq_ignore_ascii_case(text)
    }

    /// True when word `at` exists and has any of the flags.
    #[inline]
    pub(crate) fn has(&self, at: usize, flags: u64) -> bool {
        self.list.get(at).is_some_and(|word| word.is(flags))
    }

    /// True when word `at` exists and follows its neighbour without a line break.
    #[inline]
    pub(crate) fn same_line(&self, at: usize) -> bool {
        self.list.get(at).is_some_and(|word| word.gap != Gap::Line)
    }

    /// The longest phrase of two words or more that begins at word `at`: its number of words and entry.
    pub(crate) fn phrase(&self, lexicon: &Lexicon, at: usize) -> Option<(usize, Entry)> {
        let first = self.get(at)?;
        let longest = usize::from(first.entry.longest);
        let mut found = None;
        for len in 2..=longest {
            let Some(last) = self.get(at + len - 1).filter(|last| last.gap != Gap::Line) else { break };
            let mut buffer = [0_u8; 64];
            let text = self.slice(first.start, last.end);
            let entry = if let Some(small) = lower(text, &mut buffer) {
                lexicon.find(small, hash(small))
            } else {
                let small = text.to_lowercase();
                lexicon.find(small.as_bytes(), hash(small.as_bytes()))
            };
            if entry.flags != 0 {
                found = Some((len, entry));
            }
        }
        found
    }

    fn mark_first(&mut self, sentences: &[Span]) {
        let mut next = sentences.iter().map(|span| span.start() as u32).peekable();
        let mut opened = true;
        let mut stopped = false;
        for at in 0..self.list.len() {
            let text = self.str(at);
            let Some(word) = self.list.get_mut(at) else { break };
            while next.next_if(|&start| start <= word.start).is_some() {
                opened = true;
            }
            if word.gap == Gap::Line || (sentences.is_empty() && stopped && word.gap == Gap::Space) {
                opened = true;
            }
            word.first = opened;
            if word.shape == Shape::Mark {
                let closes = matches!(text, "”" | "’" | ")" | "]" | "»") && word.gap == Gap::None;
                opened |= matches!(text, "“" | "‘" | "«" | ":" | "•" | "*" | "…");
                opened |= matches!(text, "\"" | "'") && word.gap != Gap::None;
                stopped = matches!(text, "." | "!" | "?") || (stopped && closes);
                continue;
            }
            stopped = false;
            // A bullet's number leaves the next word at the start.
            opened = opened && word.shape == Shape::Number && word.gap == Gap::Line;
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    gap: Gap,
    list: Vec<Word>,
    lexicon: &'a Lexicon,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' | b'\r' => {
                    self.gap = Gap::Line;
                    self.at += 1;
                }
                b' ' | b'\t' => self.space(1),
                b'0'..=b'9' => self.number(),
                b'a'..=b'z' | b'A'..=b'Z' => self.letters(),
                _ if byte.is_ascii() => self.mark(),
                _ => self.wide(),
            }
        }
    }

    fn space(&mut self, len: usize) {
        if self.gap == Gap::None {
            self.gap = Gap::Space;
        }
        self.at += len;
    }

    fn wide(&mut self) {
        let Some(c) = self.char_at(self.at) else {
            self.at += 1;
            return;
        };
        if c == '\u{2028}' || c == '\u{2029}' {
            self.gap = Gap::Line;
            self.at += c.len_utf8();
        } else if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') {
            self.space(c.len_utf8());
        } else if c.is_alphabetic() {
            self.letters();
        } else {
            self.mark();
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        match self.bytes.get(at) {
            Some(&byte) if byte.is_ascii() => Some(byte as char),
            _ => self.text.get(at..)?.chars().next(),
        }
    }

    /// Bytes of the letter, digit or combining mark at an offset; 0 when there is none.
    fn letter_len(&self, at: usize) -> usize {
        match self.bytes.get(at) {
            Some(byte) if byte.is_ascii() => usize::from(byte.is_ascii_alphanumeric()),
            Some(_) => match self.char_at(at) {
                Some(c) if c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}') => c.len_utf8(),
                _ => 0,
            },
            None => 0,
        }
    }

    fn letters(&mut self) {
        let start = self.at;
        if self.is_address() {
            let bytes = self.bytes.get(start..).unwrap_or_default();
            let len = bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len());
            self.push(start, start + len, Shape::Mark);
            return;
        }
        let mut at = start;
        loop {
            let len = self.letter_len(at);
            if len > 0 {
                if self.is_price(start, at) {
                    break;
                }
                at += len;
                continue;
            }
            match self.apostrophe(start, at) {
                Some(after) => at = after,
                None => break,
            }
        }
        at = self.dotted(start, at);
        let shape = shape(self.text.get(start..at).unwrap_or_default());
        self.push(start, at, shape);
        self.possessive();
    }

    /// True where the digits of `USD70` begin: letters that stand before amounts are a word of their own.
    fn is_price(&self, start: usize, at: usize) -> bool {
        // COP27 is a conference far more often than 27 Colombian pesos.
        let climate = self.bytes.get(start..at) == Some(b"COP");
        !climate
            && at > start
            && at < start + 5
            && self.bytes.get(at).is_some_and(u8::is_ascii_digit)
            && self.bytes.get(start).is_some_and(u8::is_ascii_uppercase)
            && self.lexicon.word(self.text.get(start..at).unwrap_or_default()).0.flags & flag::PREFIX != 0
    }

    fn is_address(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.starts_with(b"http://") || rest.starts_with(b"https://") || rest.starts_with(b"www.")
    }

    /// The offset after an apostrophe that belongs to the word (`O'Brien`, `Sana'a`, `don't`).
    fn apostrophe(&self, start: usize, at: usize) -> Option<usize> {
        let mark = self.apostrophe_len(at)?;
        let after = at + mark;
        let first = self.char_at(after).filter(|c| c.is_alphabetic())?;
        let second = self.char_at(after + first.len_utf8()).filter(|c| c.is_alphabetic());
        let small = self.char_at(start).is_some_and(char::is_lowercase);
        let one = second.is_none() && !matches!(first, 's' | 'S' | 't' | 'd' | 'm');
        let many = second.is_some() && !matches!((first, second), ('l', Some('l')) | ('v' | 'r', Some('e')));
        (small && first == 't' || one || many).then_some(after)
    }

    fn apostrophe_len(&self, at: usize) -> Option<usize> {
        match self.char_at(at)? {
            '\'' => Some(1),
            '’' => Some('’'.len_utf8()),
            _ => None,
        }
    }

    /// Takes the periods of `U.S.`, `J.` and `p.m.` into the word.
    fn dotted(&self, start: usize, end: usize) -> usize {
        let amount =
            self.gap == Gap::None && self.list.last().is_some_and(|word| word.shape == Shape::Number);
        if end != start + 1 || self.bytes.get(end) != Some(&b'.') || amount {
            return end;
        }
        let mut at = end + 1;
        while self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic) && self.bytes.get(at + 1) == Some(&b'.')
        {
            at += 2;
        }
        let capital = self.bytes.get(start).is_some_and(u8::is_ascii_uppercase);
        if at > end + 1 || (capital && self.bytes.get(start) != Some(&b'I')) { at } else { end }
    }

    fn possessive(&mut self) {
        let Some(mark) = self.apostrophe_len(self.at) else { return };
        let after = self.at + mark;
        if matches!(self.bytes.get(after), Some(b's' | b'S')) && self.letter_len(after + 1) == 0 {
            self.push(self.at, after + 1, Shape::Possessive);
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let mut at = start;
        let digit = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        while digit(at) || (matches!(self.bytes.get(at), Some(b',' | b'.')) && digit(at + 1)) {
            at += 1;
        }
        self.push(start, at, Shape::Number);
    }

    fn mark(&mut self) {
        let len = self.char_at(self.at).map_or(1, char::len_utf8);
        self.push(self.at, self.at + len, Shape::Mark);
    }

    fn push(&mut self, start: usize, end: usize, shape: Shape) {
        let text = self.text.get(start..end).unwrap_or_default();
        let (entry, hash) = match shape {
            Shape::Number | Shape::Possessive | Shape::Mark => (Entry::default(), 0),
            Shape::Lower => {
                let (entry, hash) = self.lexicon.word(text);
                (Entry { flags: entry.flags & flag::SMALL, ..entry }, hash)
            }
            _ => self.lexicon.word(text),
        };
        self.list.push(Word {
            start: start as u32,
            end: end as u32,
            shape,
            gap: self.gap,
            first: false,
            entry,
            hash,
        });
        self.gap = Gap::None;
        self.at = end;
    }
}

fn shape(text: &str) -> Shape {
    let (mut upper, mut lower, mut chars) = (0_u32, 0_u32, 0_u32);
    let mut begins = false;
    for c in text.chars() {
        let (up, low) = if c.is_ascii() {
            (c.is_ascii_uppercase(), c.is_ascii_lowercase())
        } else {
            (c.is_uppercase(), c.is_lowercase())
        };
        begins |= chars == 0 && up;
        upper += u32::from(up);
        lower += u32::from(low);
        chars += 1;
    }
    match (begins, upper, lower) {
        (_, 0, _) => Shape::Lower,
        (true, 1, 0) if chars <= 2 && !text.ends_with(|c: char| c.is_ascii_digit()) => Shape::Initial,
        (true, _, 0) => Shape::Upper,
        (true, 1, _) => Shape::Cap,
        _ => Shape::Mixed,
    }
}

#[cfg(test)]
mod tests;
