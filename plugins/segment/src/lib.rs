//! The `segment` stage: paragraphs, sentences, tokens and direct quotations as layers.
//!
//! The text functions take `&str` and give spans, without arrow:
//!
//! ```
//! use docmill_segment::paragraphs::paragraphs;
//! use docmill_segment::sentences::Splitter;
//!
//! let text = "Mr. Diaz left at 5 p.m. on Monday. Nobody saw him.";
//! let (mut blocks, mut found) = (Vec::new(), Vec::new());
//! paragraphs(text, 0, &mut blocks);
//! Splitter::default().sentences(text, &blocks, &mut found);
//! assert_eq!(found.iter().map(|s| s.of(text)).collect::<Vec<_>>(), [
//!     "Mr. Diaz left at 5 p.m. on Monday.",
//!     "Nobody saw him.",
//! ]);
//! ```

pub mod abbreviations;
mod boundary;
mod captions;
mod chars;
mod chunk;
mod doubts;
mod features;
pub mod gaps;
mod glance;
mod kernel;
pub mod language;
mod lines;
pub mod model;
pub mod paragraphs;
#[cfg(test)]
mod properties;
pub mod quotes;
pub mod sentences;
pub mod tokens;
mod web;
mod window;
mod words;

use docmill_sdk::arrow_array::{Array, StructArray, UInt32Array};
use docmill_sdk::arrow_schema::Field;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{
    About, Added, Documents, Host, LayerBuilder, LayerType, Span, StageError, Transform, Value, columns,
};
use language::Language;
use quotes::Quote;
use sentences::{Profile, Splitter, SplitterOptions};

/// A layer that the stage makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum LayerName {
    /// Blocks of text between blank lines, headings and list items.
    Paragraphs,
    /// Sentences.
    Sentences,
    /// Words, numbers and marks.
    Tokens,
    /// Direct quotations.
    Quotes,
}

/// What becomes of several sentences inside one quotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum QuoteRule {
    /// Each is a sentence. In Slovak a quotation that ends in a comma still stays in one with the words
    /// that say whose it is.
    #[default]
    Split,
    /// The quotation stays in one sentence.
    Keep,
}

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// The layers to make.
    pub layers: Vec<LayerName>,
    /// What kind of text the documents are.
    pub profile: Profile,
    /// What becomes of several sentences inside one quotation.
    pub quotes: QuoteRule,
    /// Abbreviations beside the built-in ones; the full stop after one ends no sentence.
    pub abbreviations: Vec<String>,
    /// Cuts longer sentences, in bytes, at white space if there is some, else between two chars. 0 leaves them
    /// whole.
    pub max_sentence_bytes: u32,
    /// The language of the documents as a BCP 47 tag, or `auto`: the `lang` column of each tells, and English
    /// rules hold where it names no language known.
    pub language: String,
}

/// The value of `language` that leaves the choice to each document.
const AUTO: &str = "auto";

const ALL: [LayerName; 4] =
    [LayerName::Paragraphs, LayerName::Sentences, LayerName::Tokens, LayerName::Quotes];

impl Default for Params {
    fn default() -> Self {
        Self {
            layers: ALL.to_vec(),
            profile: Profile::News,
            quotes: QuoteRule::Split,
            abbreviations: Vec::new(),
            max_sentence_bytes: 0,
            language: AUTO.to_owned(),
        }
    }
}

impl LayerName {
    fn layer(self) -> LayerType {
        match self {
            Self::Paragraphs => columns::spans("paragraphs"),
            Self::Sentences => columns::spans("sentences"),
            Self::Tokens => columns::spans("tokens"),
            Self::Quotes => columns::quotes(),
        }
    }
}

/// Splits documents into paragraphs, sentences, tokens and quotations.
#[derive(Debug)]
pub struct Segment {
    layers: Vec<LayerName>,
    splitter: Splitter,
    /// The language of every document; without one the `lang` column tells.
    language: Option<&'static Language>,
    found: Found,
}

/// What is found in one document; reused for the next.
#[derive(Debug, Default)]
struct Found {
    paragraphs: Vec<Span>,
    sentences: Vec<Span>,
    tokens: Vec<Span>,
    quotes: Vec<Quote>,
}

impl Transform for Segment {
    type Params = Params;

    fn about() -> About {
        About::new("segment", env!("CARGO_PKG_VERSION"), "finds paragraphs, sentences, tokens and quotations")
            .reads([columns::text()])
            .reads_if_present([columns::dateline(), columns::body_start(), columns::string("lang")])
            .writes(ALL.map(|name| name.layer().field()))
    }

    fn writes(params: &Params) -> Vec<Field> {
        wanted(params).iter().map(|name| name.layer().field()).collect()
    }

    fn check(params: &Params) -> Result<(), StageError> {
        language(params).map(|_| ())
    }

    fn new(params: Params, _host: Host) -> Result<Self, StageError> {
        let layers = wanted(&params);
        let language = language(&params)?;
        let keep_quotes = params.quotes == QuoteRule::Keep;
        let options = SplitterOptions {
            profile: params.profile,
            abbreviations: params.abbreviations,
            longest: (params.max_sentence_bytes > 0).then_some(params.max_sentence_bytes as usize),
            keep_quotes,
        };
        let splitter = Splitter::new(&options);
        Ok(Self { layers, splitter, language, found: Found::default() })
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let texts = documents.texts()?;
        let bodies = documents.numbers("body_start").ok();
        let datelines = documents.structs("dateline").ok();
        let languages = documents.strings("lang").ok();
        let mut layers: Vec<LayerBuilder> =
            self.layers.iter().map(|name| LayerBuilder::new(&name.layer())).collect();
        for row in 0..documents.len() {
            let text = texts.value(row);
            let tag = languages.filter(|tags| tags.is_valid(row)).map_or("", |tags| tags.value(row));
            let language = self.language.or_else(|| Language::find(tag)).unwrap_or_else(Language::english);
            self.split(text, language, prose_start(bodies, datelines, row));
            for (name, layer) in self.layers.iter().zip(&mut layers) {
                self.found.write(*name, layer);
                layer.end_document();
            }
        }
        Ok(Added::columns(layers.into_iter().map(LayerBuilder::finish).collect()))
    }
}

/// The layers asked for, each once, in the order in which the stage makes them.
fn wanted(params: &Params) -> Vec<LayerName> {
    ALL.into_iter().filter(|name| params.layers.contains(name)).collect()
}

/// The language that the params name, `None` for `auto`.
fn language(params: &Params) -> Result<Option<&'static Language>, StageError> {
    if params.language == AUTO {
        return Ok(None);
    }
    let found = Language::find(&params.language);
    found.map(Some).ok_or_else(|| {
        let known: Vec<_> = Language::tags().collect();
        let message =
            format!("unknown language `{}`: {AUTO}, {} are known", params.language, known.join(", "));
        StageError::param(["language"], message)
    })
}

/// Where sentences begin: at the dateline if there is one, else at the body.
fn prose_start(bodies: Option<&UInt32Array>, datelines: Option<&StructArray>, row: usize) -> usize {
    let dateline = datelines.filter(|d| d.is_valid(row)).and_then(|d| {
        let start = d.column_by_name("start")?.as_any().downcast_ref::<UInt32Array>()?;
        Some(start.value(row))
    });
    dateline.or_else(|| bodies.map(|b| b.value(row))).unwrap_or(0) as usize
}

impl Segment {
    fn split(&mut self, text: &str, language: &Language, from: usize) {
        let found = &mut self.found;
        found.paragraphs.clear();
        found.sentences.clear();
        found.tokens.clear();
        found.quotes.clear();
        paragraphs::paragraphs(text, from, &mut found.paragraphs);
        let wants = |name| self.layers.contains(&name);
        if wants(LayerName::Sentences) {
            self.splitter.sentences_in(language, text, &found.paragraphs, &mut found.sentences);
        }
        if wants(LayerName::Tokens) {
            found.paragraphs.iter().for_each(|&paragraph| tokens::tokens(text, paragraph, &mut found.tokens));
        }
        if wants(LayerName::Quotes) {
            quotes::quotes(text, &found.paragraphs, &mut found.quotes);
        }
    }
}

impl Found {
    fn write(&self, name: LayerName, layer: &mut LayerBuilder) {
        let spans = match name {
            LayerName::Paragraphs => &self.paragraphs,
            LayerName::Sentences => &self.sentences,
            LayerName::Tokens => &self.tokens,
            LayerName::Quotes => {
                let direct = |quote: &Quote| [Value::Text("direct"), Value::U32(quote.group)];
                return self.quotes.iter().for_each(|quote| layer.push(quote.span, &direct(quote)));
            }
        };
        layer.extend(spans);
    }
}

docmill_sdk::export!(transform Segment);

#[cfg(test)]
mod tests;

#[cfg(test)]
mod contract {
    use crate as docmill_segment;
    docmill_testkit::contract!(docmill_segment, {});
}
