//! Turns the sentences of a document into numbered terms.

use std::ops::Range;

use docmill_sdk::Span;

use crate::keyed::KeyedMap;
use crate::stem;
use crate::stopwords::{Role, Stopwords};
use crate::words::{Form, Word, words};

/// A word of the document, its offsets those of the document's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Number of its term, or [`NO_TERM`].
    pub(crate) term: u32,
    pub(crate) form: Form,
    pub(crate) role: Role,
    pub(crate) joined: bool,
}

/// The term of a word that carries nothing: a function word, a single letter.
pub(crate) const NO_TERM: u32 = u32::MAX;

/// A sentence as a run of tokens.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub(crate) span: Span,
    /// The part from the document's body on, by its first byte; the span's start for all but one sentence.
    pub(crate) body_start: usize,
    pub(crate) tokens: Range<usize>,
    /// Where its distinct terms lie in [`Terms::distinct`], in order of first appearance.
    pub(crate) distinct: Range<usize>,
}

/// How a term is used in a document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Use {
    /// How often it occurs.
    pub(crate) count: u32,
    /// In how many sentences it occurs.
    pub(crate) spread: u32,
    /// How often it stands in lower case, or as a number.
    pub(crate) plain: u32,
    /// One more than the number of the last sentence that has it.
    last: u32,
}

/// The terms of a document.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) tokens: Vec<Token>,
    /// The distinct terms of each sentence, one sentence after the other.
    pub(crate) distinct: Vec<u32>,
    /// How each term is used, by its number.
    pub(crate) uses: Vec<Use>,
    /// The number of each term by its key.
    numbers: KeyedMap<u64, u32>,
}

/// How words become terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English stop words and endings.
    English,
    /// Any other: function words of some and short words are dropped, long ones cut to their first letters.
    Other,
}

/// Letters kept of a word in a language without a stemmer: enough to tell words apart, few enough to lose
/// most endings.
const STEM_CHARS: usize = 6;

/// Bytes of a word that count; what lies behind is noise, or an attack.
const WORD_BYTES: usize = 48;

impl Language {
    /// The language by its code, or by the share of English function words where none is given.
    pub(crate) fn of(code: Option<&str>, text: &str, stopwords: &Stopwords) -> Self {
        if let Some(code) = code.filter(|code| !code.is_empty()) {
            let english = code.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("en"));
            return if english { Self::English } else { Self::Other };
        }
        let mut seen = 0;
        let mut function = 0;
        let mut lower = Vec::with_capacity(WORD_BYTES);
        for word in words(text).take(400) {
            lower_case(text.get(word.start..word.end).unwrap_or_default(), &mut lower);
            seen += 1;
            function += usize::from(stopwords.role(hash(&lower)) == Role::Function);
        }
        // English articles have 35 function words in a hundred or more; headlines and tables have fewer.
        if function * 6 >= seen { Self::English } else { Self::Other }
    }
}

impl Terms {
    /// Reads the sentences of `text` from `body_start` on. Linear in the text.
    pub(crate) fn read(text: &str, body_start: usize, spans: &[Span], reader: &Reader<'_>) -> Self {
        let mut terms = Self::default();
        // English news has a word in six bytes; a short article a new one in twelve, a long one far fewer.
        terms.tokens.reserve(text.len() / 6);
        terms.numbers.reserve((text.len() / 12).min(4096));
        let mut lower = Vec::with_capacity(WORD_BYTES);
        for &span in spans {
            let start = span.start().max(body_start);
            let Some(body) = text.get(start..span.end()).filter(|body| !body.is_empty()) else { continue };
            let tokens = terms.tokens.len();
            let distinct = terms.distinct.len();
            let sentence = terms.sentences.len() as u32;
            for word in words(body) {
                let Some(surface) = body.get(word.start..word.end) else { continue };
                let (role, key) = reader.read(surface, word.form, &mut lower);
                let term = key.map_or(NO_TERM, |key| terms.number(key));
                if term != NO_TERM {
                    terms.see(term, sentence, word.form);
                }
                terms.tokens.push(Token::new(word, start, term, role));
            }
            terms.sentences.push(Sentence {
                span,
                body_start: start,
                tokens: tokens..terms.tokens.len(),
                distinct: distinct..terms.distinct.len(),
            });
        }
        terms
    }

    /// The tokens of a sentence of this document.
    pub(crate) fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        self.tokens.get(sentence.tokens.clone()).unwrap_or_default()
    }

    /// The distinct terms of a sentence of this document.
    pub(crate) fn distinct_of(&self, sentence: &Sentence) -> &[u32] {
        self.distinct.get(sentence.distinct.clone()).unwrap_or_default()
    }

    /// The number of the term with this key, if the document has it.
    pub(crate) fn known(&self, key: u64) -> Option<u32> {
        self.numbers.get(&key).copied()
    }

    /// The number of a term, a new one at its first appearance.
    #[inline]
    fn number(&mut self, key: u64) -> u32 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.uses.push(Use::default());
            self.uses.len() as u32 - 1
        })
    }

    /// Counts one appearance.
    #[inline]
    fn see(&mut self, term: u32, sentence: u32, form: Form) {
        let Some(used) = self.uses.get_mut(term as usize) else { return };
        used.count += 1;
        used.plain += u32::from(form != Form::Capital);
        if used.last != sentence + 1 {
            used.last = sentence + 1;
            used.spread += 1;
            self.distinct.push(term);
        }
    }
}

impl Token {
    fn new(word: Word, offset: usize, term: u32, role: Role) -> Self {
        let Word { start, end, form, joined } = word;
        Self { start: (offset + start) as u32, end: (offset + end) as u32, term, form, role, joined }
    }
}

/// Reads single words.
pub(crate) struct Reader<'a> {
    /// The words of the language that carry no topic.
    pub(crate) stopwords: &'a Stopwords,
    pub(crate) language: Language,
}

impl Reader<'_> {
    /// What the word does, and the key of its term unless it carries nothing. `lower` is memory to reuse.
    #[inline]
    pub(crate) fn read(&self, surface: &str, form: Form, lower: &mut Vec<u8>) -> (Role, Option<u64>) {
        match form {
            Form::GrammarPair => return (Role::Function, None),
            Form::Pair => return (Role::Content, Some(hash(surface.as_bytes()))),
            Form::Number => return (Role::Breaking, Some(hash(surface.as_bytes()))),
            Form::Plain | Form::Capital => lower_case(surface, lower),
        }
        match self.language {
            Language::English => {
                let role = self.stopwords.role(hash(lower));
                let carries = role != Role::Function && lower.len() > 1;
                let verbal = role == Role::Content && form == Form::Plain && stem::is_verbal(lower);
                (if verbal { Role::Breaking } else { role }, carries.then(|| hash(stem::english(lower))))
            }
            Language::Other => {
                let head = prefix(lower, STEM_CHARS);
                let long = prefix(lower, 3).len() < lower.len() || !surface.is_ascii() && head.len() > 4;
                if long && self.stopwords.role(hash(lower)) == Role::Content {
                    (Role::Content, Some(hash(head)))
                } else {
                    (Role::Function, None)
                }
            }
        }
    }
}

/// A 64-bit hash, never 0 and the same on every machine. Two terms that share one are taken for one, which costs a summary little;
/// the tables behind it do not depend on it for their speed.
#[inline]
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let block = chunk.iter().fold(0, |block, &byte| block << 8 | u64::from(byte));
        hash = (hash.rotate_left(23) ^ block).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
    }
    hash.max(1)
}

/// Writes the lower-case form of a word's first bytes to `lower`.
#[inline]
fn lower_case(word: &str, lower: &mut Vec<u8>) {
    lower.clear();
    if word.is_ascii() {
        lower.extend(word.bytes().take(WORD_BYTES).map(|byte| byte.to_ascii_lowercase()));
        return;
    }
    let mut bytes = [0; 4];
    for c in word.chars().flat_map(char::to_lowercase) {
        let encoded = c.encode_utf8(&mut bytes).as_bytes();
        if lower.len() + encoded.len() > WORD_BYTES {
            break;
        }
        lower.extend_from_slice(encoded);
    }
}

/// The first `count` characters of UTF-8 bytes.
fn prefix(bytes: &[u8], count: usize) -> &[u8] {
    let starts = bytes.iter().enumerate().filter(|&(_, &byte)| byte & 0xc0 != 0x80);
    let end = starts.map(|(at, _)| at).nth(count).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(bytes)
}

#[cfg(test)]
mod tests;
