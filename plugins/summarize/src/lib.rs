//! The `summarize` stage: the sentences that stand for a document, and its key phrases.
//!
//! [`summarizer`] takes text and sentence spans and gives the chosen ones, without arrow:
//!
//! ```
//! use docmill_sdk::Span;
//! use docmill_summarize::summarizer::{Document, Options, Summarizer, Summary};
//!
//! let text = "The dam broke. Nobody was hurt.";
//! let sentences: Vec<Span> = [(0, 14), (15, 31)].iter().filter_map(|&(a, b)| Span::new(text, a, b)).collect();
//! let mut summary = Summary::default();
//! let document = Document { text, title: None, body_start: 0, sentences: &sentences, lang: Some("en") };
//! Summarizer::new(Options { sentences: 1, ..Options::default() }).summarize(&document, &mut summary);
//! assert_eq!(summary.sentences.len(), 1);
//! ```

mod keyed;
mod keyphrases;
mod quality;
mod selection;
mod stem;
mod stopwords;
pub mod summarizer;
mod terms;
mod words;

use docmill_sdk::arrow_array::builder::{Float32Builder, StringBuilder};
use docmill_sdk::arrow_array::{Array, ArrayRef, ListArray, StringArray, StructArray};
use docmill_sdk::arrow_schema::{DataType, Field};
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{About, Added, Documents, Host, LayerBuilder, Span, StageError, Transform, Value, columns};
use std::sync::Arc;
use summarizer::{Document, Options, Summarizer, Summary};

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// Sentences to choose, at most.
    #[schemars(range(max = 1000))]
    pub sentences: u32,
    /// Characters that the chosen sentences may have together.
    pub max_chars: Option<u32>,
    /// Key phrases to give, at most.
    #[schemars(range(max = 1000))]
    pub keyphrases: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { sentences: 3, max_chars: None, keyphrases: 8 }
    }
}

/// Chooses sentences and key phrases.
#[derive(Debug)]
pub struct Summarize {
    summarizer: Summarizer,
}

impl Transform for Summarize {
    type Params = Params;

    fn about() -> About {
        About::new("summarize", env!("CARGO_PKG_VERSION"), "chooses the sentences that stand for a document")
            .reads([columns::text(), columns::spans("sentences").field()])
            .reads_if_present([columns::string("title"), columns::string("lang"), columns::body_start()])
            .writes([columns::summary().field(), summary_text(), columns::keyphrases()])
    }

    fn new(params: Params, _host: Host) -> Result<Self, StageError> {
        let options = Options {
            sentences: params.sentences as usize,
            max_chars: params.max_chars.map(|n| n as usize),
            keyphrases: params.keyphrases as usize,
            ..Options::default()
        };
        Ok(Self { summarizer: Summarizer::new(options) })
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let (texts, layer) = (documents.texts()?, documents.layer("sentences")?);
        let bodies = documents.numbers("body_start").ok();
        let (titles, languages) = (documents.strings("title").ok(), documents.strings("lang").ok());
        let (mut out, mut sentences, mut summary) = (Columns::new(), Vec::new(), Summary::default());
        for row in 0..documents.len() {
            let text = texts.value(row);
            sentences.clear();
            sentences.extend(layer.spans(row, text));
            let body_start = bodies.map_or(0, |b| b.value(row) as usize);
            let (title, lang) = (cell(titles, row), cell(languages, row));
            let document = Document { text, title, body_start, sentences: &sentences, lang };
            self.summarizer.summarize(&document, &mut summary);
            out.push(&summary, text, body_start);
        }
        Ok(Added::columns(out.finish()))
    }
}

/// `summary_text`: the chosen sentences as one string, without the dateline.
fn summary_text() -> Field {
    Field::new("summary_text", DataType::Utf8, false)
}

fn cell(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|c| c.is_valid(row)).map(|c| c.value(row))
}

/// The columns as they grow.
struct Columns {
    summary: LayerBuilder,
    text: StringBuilder,
    phrases: StringBuilder,
    scores: Float32Builder,
    lengths: Vec<usize>,
}

impl Columns {
    fn new() -> Self {
        Self {
            summary: LayerBuilder::new(&columns::summary()),
            text: StringBuilder::new(),
            phrases: StringBuilder::new(),
            scores: Float32Builder::new(),
            lengths: Vec::new(),
        }
    }

    fn push(&mut self, summary: &Summary, text: &str, body_start: usize) {
        let mut joined = String::new();
        for chosen in &summary.sentences {
            self.summary.push(chosen.span, &[Value::U32(chosen.rank), Value::F32(chosen.score)]);
            if !joined.is_empty() {
                joined.push(' ');
            }
            let prose = Span::new(text, chosen.span.start().max(body_start), chosen.span.end());
            joined.push_str(prose.unwrap_or(chosen.span).of(text));
        }
        self.summary.end_document();
        self.text.append_value(joined);
        for phrase in &summary.keyphrases {
            self.phrases.append_value(&phrase.text);
            self.scores.append_value(phrase.score);
        }
        self.lengths.push(summary.keyphrases.len());
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        let DataType::List(item) = columns::keyphrases().data_type().clone() else { return Vec::new() };
        let DataType::Struct(fields) = item.data_type().clone() else { return Vec::new() };
        let arrays: Vec<ArrayRef> = vec![Arc::new(self.phrases.finish()), Arc::new(self.scores.finish())];
        let total = self.lengths.iter().sum();
        let phrases = StructArray::try_new_with_length(fields, arrays, None, total)
            .expect("the arrays were made for these fields");
        let offsets = docmill_sdk::arrow_buffer::OffsetBuffer::from_lengths(self.lengths);
        let phrases = ListArray::new(item, offsets, Arc::new(phrases), None);
        vec![self.summary.finish(), Arc::new(self.text.finish()), Arc::new(phrases)]
    }
}

docmill_sdk::export!(transform Summarize);

#[cfg(test)]
mod contract {
    use crate as docmill_summarize;
    docmill_testkit::contract!(docmill_summarize, {});
}
