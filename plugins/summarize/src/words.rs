//! Cuts text into words of any script, with what summaries and phrases need to know about each.

/// A word as it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte, counted from the start of the scanned text.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
    /// How it is written.
    pub(crate) form: Form,
    /// Nothing but one blank, a line end or a hyphen stands between it and the word before, so that both can be
    /// of one phrase. Always true for the later one of two overlapping pairs.
    pub(crate) joined: bool,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lower case, or a script without case.
    Plain,
    /// A capital first.
    Capital,
    /// A digit first.
    Number,
    /// Two characters of a script that sets no blanks between words, or a single one that stands alone.
    Pair,
    /// Such a pair that is mostly grammar (hiragana).
    GrammarPair,
}

/// The words of `text`, in order.
///
/// A word is a run of letters, digits and marks. An apostrophe belongs to it when a capital follows
/// (`O’Dwyer`), so that a possessive `s` is a word of its own; a point or comma between digits belongs to the
/// number. Scripts without blanks (Han, kana, Thai, Lao, Khmer, Burmese) give overlapping pairs of characters.
/// One pass, no allocation.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, after_word: false }
}

/// Iterator made by [`words`].
pub(crate) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// The scan stands right behind a word.
    after_word: bool,
}

/// What a character is to a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Unspaced(Form),
    Other,
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        let gap = self.at;
        let (start, c) = self.skip_to_word()?;
        let joined = std::mem::replace(&mut self.after_word, true) && self.is_narrow(gap, start);
        let (end, form) = match kind(c) {
            Kind::Unspaced(form) => return Some(self.pair(start, form, joined)),
            Kind::Digit => (self.run_end(start), Form::Number),
            _ if c.is_uppercase() => (self.run_end(start), Form::Capital),
            _ => (self.run_end(start), Form::Plain),
        };
        self.at = end;
        Some(Word { start, end, form, joined })
    }
}

impl Words<'_> {
    /// The next character that belongs to a word, from the scan's place on.
    #[inline]
    fn skip_to_word(&self) -> Option<(usize, char)> {
        let tail = self.text.get(self.at..)?;
        let (offset, c) = tail.char_indices().find(|&(_, c)| kind(c) != Kind::Other)?;
        Some((self.at + offset, c))
    }

    /// True when a phrase may bridge the bytes `[from, to)`.
    #[inline]
    fn is_narrow(&self, from: usize, to: usize) -> bool {
        matches!(self.text.as_bytes().get(from..to), Some([] | [b' ' | b'\n' | b'-'] | b"\r\n"))
    }

    /// The pair of characters that opens at `start`; the scan moves on by one, or past a pair that ends its run.
    fn pair(&mut self, start: usize, form: Form, joined: bool) -> Word {
        let mut run = self.text.get(start..).unwrap_or_default().char_indices();
        let mut same = || run.next().filter(|&(_, c)| kind(c) == Kind::Unspaced(form));
        let first = same().map_or(1, |(_, c)| c.len_utf8());
        let second = same().map_or(0, |(_, c)| c.len_utf8());
        let end = start + first + second;
        self.at = if same().is_some() { start + first } else { end };
        Word { start, end, form, joined }
    }

    /// The end of the run of letters and digits that opens at `start`.
    #[inline]
    fn run_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                at += 1;
            } else if let Some(more) = self.inner(at, byte) {
                at += more;
            } else {
                break;
            }
        }
        at
    }

    /// Length of the character at `at` if a word goes on with it; `byte` is its first byte and no ASCII letter.
    fn inner(&self, at: usize, byte: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let before = at.checked_sub(1).and_then(|i| bytes.get(i));
        let after = bytes.get(at + 1);
        match byte {
            b'\'' => after.is_some_and(u8::is_ascii_uppercase).then_some(1),
            b'.' | b',' => {
                let in_number =
                    before.is_some_and(u8::is_ascii_digit) && after.is_some_and(u8::is_ascii_digit);
                in_number.then_some(1)
            }
            0..=127 => None,
            _ => {
                let mut chars = self.text.get(at..)?.chars();
                let c = chars.next()?;
                let apostrophe = c == '’' && chars.next().is_some_and(char::is_uppercase);
                let goes_on = apostrophe || matches!(kind(c), Kind::Letter | Kind::Digit);
                goes_on.then_some(c.len_utf8())
            }
        }
    }
}

#[inline]
fn kind(c: char) -> Kind {
    match c {
        'a'..='z' | 'A'..='Z' => Kind::Letter,
        '0'..='9' => Kind::Digit,
        '\0'..='\u{7f}' => Kind::Other,
        _ => foreign_kind(c),
    }
}

fn foreign_kind(c: char) -> Kind {
    match c {
        '\u{964}' | '\u{965}' => Kind::Other,
        // Marks that no letter test knows but that stand inside words: combining accents, Arabic vowel signs,
        // the viramas and joiners of India.
        '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{200c}' | '\u{200d}' => Kind::Letter,
        '\u{900}'..='\u{dff}' if !c.is_numeric() => Kind::Letter,
        '\u{3041}'..='\u{309f}' => Kind::Unspaced(Form::GrammarPair),
        _ if is_unspaced(c) => Kind::Unspaced(Form::Pair),
        _ if c.is_alphabetic() => Kind::Letter,
        _ if c.is_numeric() => Kind::Digit,
        _ => Kind::Other,
    }
}

/// True for a character of a script that sets no blanks between words, hiragana aside.
fn is_unspaced(c: char) -> bool {
    let thai_or_lao = matches!(c, '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{edc}'..='\u{edf}');
    let burmese_or_khmer = matches!(c, '\u{1000}'..='\u{103f}' | '\u{1780}'..='\u{17d3}');
    let katakana = matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}');
    let han = matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    thai_or_lao || burmese_or_khmer || katakana || han || matches!(c, '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests;
