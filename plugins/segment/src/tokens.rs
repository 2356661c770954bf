//! Tokens: words, numbers and punctuation marks, in the manner of the English treebanks' surface tokens.

mod scan;

use crate::abbreviations::{abbreviation, words};
use crate::chars::{byte, char_within, is_ideographic, is_word, skip_space};
use crate::kernel::with_kernel;
use crate::web::address;
use crate::words::is_acronym;
use docmill_sdk::Span;
use scan::Scan;

/// Appends the tokens of the range `within` of `text` to `out`, in text order.
///
/// Best given one sentence at a time: at the end of the range a single letter gives up its full stop.
/// A contraction or possessive is one token (`don't`, `Khan's`); a hyphenated compound is several
/// (`car`, `-`, `bomb`) unless it begins with a prefix (`anti-war`); abbreviations keep their full stop;
/// numbers keep their separators and lose a unit written on to them (`5`, `km`); runs of one mark are one
/// token. Every char that is no white space belongs to exactly one token. One pass, no allocation. An
/// empty range gives none.
pub fn tokens(text: &str, within: Span, out: &mut Vec<Span>) {
    let end = within.end().min(text.len());
    with_kernel(Scan { text, start: within.start(), end, out, begun: None });
}

/// Appends the tokens from `at` to `end` of the run without ASCII white space that starts at `start`; the range
/// ends at `limit`.
pub(crate) fn run(
    text: &str,
    mut start: usize,
    (mut at, end): (usize, usize),
    limit: usize,
    out: &mut Vec<Span>,
) {
    while at < end {
        let (stop, classes) = chunk_end(text, at, end);
        if stop == at {
            at = skip_space(text, at, end).max(at + 1);
            start = at;
            continue;
        }
        if classes & !(LETTER | DIGIT) == 0 && (classes != LETTER | DIGIT) {
            out.extend(Span::new(text, at, stop));
        } else {
            Chunk { text, end: stop, last: stop == limit, classes }.split(start, at, out);
        }
        (start, at) = (stop, stop);
    }
}

/// True when the word from `start` to `at` is an abbreviation to which the stop at `at` belongs.
pub(crate) fn keeps_stop(text: &str, start: usize, at: usize, limit: usize) -> bool {
    Chunk { text, end: at + 1, last: at + 1 == limit, classes: LETTER }.keeps_stop(start, at)
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const MARK: u8 = 4;
const SPACE: u8 = 8;
/// Bytes without which a run of text holds no address.
const ADDRESS: u8 = 16;
const WIDE: u8 = 32;
/// First bytes of chars beyond ASCII that can be white space.
const WIDE_SPACE: u8 = 64;

static CLASS: [u8; 256] = {
    let mut table = [MARK; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b' ' | 9..=13 => SPACE,
            b'@' | b'/' => MARK | ADDRESS,
            0xc2 | 0xe1 | 0xe2 | 0xe3 => WIDE | WIDE_SPACE,
            0x80.. => WIDE,
            _ => MARK,
        };
        b += 1;
    }
    table
};

/// The end of the run without white space that starts at `at`, and the classes of its bytes.
fn chunk_end(text: &str, at: usize, end: usize) -> (usize, u8) {
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let (mut i, mut classes) = (at, 0);
    while let Some(&b) = bytes.get(i) {
        let class = CLASS[usize::from(b)];
        if class & SPACE != 0 {
            break;
        }
        if class & WIDE_SPACE != 0 && char_within(text, i, end).is_some_and(char::is_whitespace) {
            break;
        }
        classes |= class;
        i += 1;
    }
    (i, classes)
}

/// A run of text without white space.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    text: &'a str,
    end: usize,
    /// True when nothing but white space follows in the range.
    last: bool,
    classes: u8,
}

impl Chunk<'_> {
    /// Appends the tokens from `at` on of the run that starts at `start`.
    fn split(self, start: usize, mut at: usize, out: &mut Vec<Span>) {
        while at < self.end {
            let next = self.token_end(at, start).clamp(at + 1, self.end);
            out.extend(Span::new(self.text, at, next));
            at = next;
        }
    }

    fn char(self, at: usize) -> Option<char> {
        char_within(self.text, at, self.end)
    }

    fn byte(self, at: usize) -> u8 {
        if at < self.end { byte(self.text, at) } else { 0 }
    }

    fn is_word_at(self, at: usize) -> bool {
        self.char(at).is_some_and(is_word)
    }

    fn token_end(self, at: usize, start: usize) -> usize {
        let Some(c) = self.char(at) else { return self.end };
        if is_word(c) {
            let likely = self.classes & ADDRESS != 0 || self.byte(at) | 0x20 == b'w';
            let found = if likely { address(self.text, at, self.end) } else { None };
            return found.unwrap_or_else(|| self.word_end(at));
        }
        self.mark_end(at, c, start)
    }

    /// The end of a token that begins with a mark.
    fn mark_end(self, at: usize, c: char, start: usize) -> usize {
        let next = at + c.len_utf8();
        match c {
            '.' | '!' | '?' | '…' => self.run(at, |c| matches!(c, '.' | '!' | '?' | '…')),
            '-' | '=' | '*' | '_' | '~' | '+' | '<' | '>' | '—' | '–' => self.run(at, |other| other == c),
            '\'' | '’' | '`' | '‘' if self.char(next) == Some(c) => next + c.len_utf8(),
            '\'' | '’' => self.clitic_end(next, start).unwrap_or(next),
            '#' | '@' if at == start && self.char(next).is_some_and(char::is_alphabetic) => {
                self.word_end(next)
            }
            ':' | ';' if at == start => self.face_end(at).unwrap_or(next),
            '#' => self.run(at, |other| other == c),
            _ => next,
        }
    }

    fn run(self, at: usize, same: impl Fn(char) -> bool) -> usize {
        let mut end = at;
        while let Some(c) = self.char(end).filter(|&c| same(c)) {
            end += c.len_utf8();
        }
        end
    }

    /// The end of a clipped word such as `'s`, `'em` or `'90s` whose apostrophe begins the run.
    fn clitic_end(self, next: usize, start: usize) -> Option<usize> {
        if next > start + '’'.len_utf8() {
            return None;
        }
        let end = self.run(next, is_word);
        let word = self.text.get(next..end).unwrap_or_default();
        let clipped =
            matches!(
                word,
                "s" | "em" | "til" | "cause" | "tis" | "twas" | "ll" | "re" | "ve" | "d" | "m" | "t"
            ) || word.len() == 3 && word.ends_with('s') && word.starts_with(|c: char| c.is_ascii_digit());
        clipped.then_some(end)
    }

    /// The end of a smiley that makes up the whole run.
    fn face_end(self, at: usize) -> Option<usize> {
        let face = self.text.get(at..self.end)?;
        matches!(face, ":)" | ":(" | ":-)" | ":-(" | ";)" | ";-)" | ":D" | ":P" | ":/" | ":-D" | ":-/")
            .then_some(self.end)
    }

    /// The end of the word or number that starts at `at`.
    fn word_end(self, start: usize) -> usize {
        if self.char(start).is_some_and(is_ideographic) {
            return self.marks_end(start + self.char(start).map_or(1, char::len_utf8));
        }
        let mut at = start;
        // Most words are plain letters, which need no char decoded and are no unit after a number.
        while self.byte(at).is_ascii_alphabetic() {
            at += 1;
        }
        while let Some(c) = self.char(at) {
            let next = at + c.len_utf8();
            if is_word(c) && !is_ideographic(c) {
                if self.is_unit(start, at) {
                    return at;
                }
                at = next;
            } else if at > start && self.is_word_at(next) && self.joins(start, at, c) {
                at = next;
            } else {
                let kept = c == '.' && self.keeps_stop(start, at) || c == '$' && self.is_country(start, at);
                return if kept { next } else { at };
            }
        }
        at
    }

    /// The end of the combining marks that sit on the char before `at`.
    fn marks_end(self, at: usize) -> usize {
        self.run(
            at,
            |c| matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}'),
        )
    }

    /// True when the letters from `at` on are a unit written on to the number before them: `5km`, `7pm`.
    fn is_unit(self, start: usize, at: usize) -> bool {
        if at == start || !self.byte(at - 1).is_ascii_digit() || !self.byte(at).is_ascii_alphabetic() {
            return false;
        }
        if !self.byte(start).is_ascii_digit() {
            return false;
        }
        let width = (0..LONGEST_UNIT).take_while(|&i| self.byte(at + i).is_ascii_alphanumeric()).count();
        let unit = self.text.get(at..at + width).unwrap_or_default();
        !self.is_word_at(at + width) && UNITS.binary_search(&unit).is_ok()
    }

    /// True when the mark `c` at `at`, between two chars of words, joins them into one token.
    fn joins(self, start: usize, at: usize, c: char) -> bool {
        let (before, after) = (self.byte(at - 1), self.byte(at + 1));
        let digits = before.is_ascii_digit() && after.is_ascii_digit();
        match c {
            '\'' | '’' | '_' | '·' | '`' => true,
            '.' => digits || self.stop_joins(start, at),
            ',' => digits && self.byte(at + 2).is_ascii_digit(),
            ':' | '/' => digits,
            '-' => self.hyphen_joins(start, at),
            '&' => before.is_ascii_uppercase() && after.is_ascii_uppercase(),
            _ => false,
        }
    }

    /// True for the stop in `U.S.`, `Ph.D.` or `example.com`, but not for that in `done.The`.
    fn stop_joins(self, start: usize, at: usize) -> bool {
        let after = self.char(at + 1).unwrap_or(' ');
        let lone = at - start == self.char(start).map_or(1, char::len_utf8)
            || matches!(self.byte(at.saturating_sub(2)), b'.');
        let next_lone = !self.is_word_at(at + 1 + after.len_utf8());
        lone && next_lone || after.is_lowercase() || after.is_ascii_digit() || next_lone && at - start <= 2
    }

    /// True for the capitals in `US$` or `HK$`.
    fn is_country(self, start: usize, at: usize) -> bool {
        at - start <= 2
            && self.text.get(start..at).is_some_and(|word| word.bytes().all(|b| b.is_ascii_uppercase()))
    }

    /// True when the hyphen at `at` follows a prefix or parts the groups of a telephone number.
    fn hyphen_joins(self, start: usize, at: usize) -> bool {
        let head = self.text.get(start..at).unwrap_or_default();
        let tail = self.run(at + 1, |c| c.is_ascii_digit()) - at - 1;
        if head.len() <= LONGEST_PHONE && head.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            let after = self.byte(at + 1 + tail);
            return tail >= 2 && head.len() >= 3 && !is_word(char::from(after)) || tail == 3 && after == b'-';
        }
        is_prefix(head)
    }

    /// True when the stop at `at` belongs to the abbreviation that starts at `start`.
    fn keeps_stop(self, start: usize, at: usize) -> bool {
        let next = self.char(at + 1);
        if next.is_some_and(|c| is_word(c) || matches!(c, '.' | '…' | '!')) {
            return false;
        }
        let word = self.text.get(start..at).unwrap_or_default();
        let mut chars = word.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => c.is_uppercase() && !(self.last && at + 1 == self.end) && word != "I",
            _ if word.eq_ignore_ascii_case("no") => {
                let follows = skip_space(self.text, at + 1, self.text.len());
                byte(self.text, follows).is_ascii_digit()
            }
            _ => is_acronym(word) || abbreviation(word).is_some(),
        }
    }
}

/// Units that writers put right after a number, sorted.
static UNITS: &[&str] = words![
    "AM" "C" "F" "GB" "GHz" "GW" "Hz" "K" "KB" "M" "MB" "MHz" "MM" "MW" "MWh" "PM" "TB" "W" "a" "am" "b"
    "billion" "bn" "cc" "cm" "crore" "ft" "g" "h" "ha" "hp" "hr" "hrs" "in" "k" "kHz" "kW" "kWh" "kb"
    "kg" "km" "kmh" "kph" "lakh" "lb" "lbs" "m" "mg" "million" "min" "mins" "ml" "mm" "mn" "mph" "oz"
    "p" "pc" "pct" "percent" "pm" "sec" "secs" "sq" "t" "tn" "trillion" "x" "yrs"
];

/// The longest unit, in bytes.
const LONGEST_UNIT: usize = 8;

/// Longer runs of digits and hyphens are no telephone numbers.
const LONGEST_PHONE: usize = 24;

/// Prefixes after which a hyphen parts no words.
fn is_prefix(head: &str) -> bool {
    let mut buffer = [0; 8];
    let Some(lower) = buffer.get_mut(..head.len()) else { return false };
    lower.copy_from_slice(head.as_bytes());
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"anti"
            | b"co"
            | b"non"
            | b"pre"
            | b"post"
            | b"pro"
            | b"re"
            | b"mid"
            | b"ex"
            | b"multi"
            | b"neo"
            | b"semi"
            | b"sub"
            | b"over"
            | b"counter"
            | b"e"
            | b"un"
            | b"ultra"
            | b"pan"
            | b"bi"
            | b"inter"
            | b"intra"
            | b"socio"
            | b"psycho"
            | b"trans"
            | b"super"
            | b"de"
            | b"quasi"
            | b"arch"
            | b"mini"
            | b"micro"
            | b"macro"
            | b"mega"
            | b"uni"
            | b"tri"
            | b"proto"
            | b"pseudo"
            | b"vice"
            | b"cross"
    )
}

#[cfg(test)]
mod tests;
