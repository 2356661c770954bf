//! A plugin that fails as it is told: by markers in a document's text, or by its params.

mod deeds;
mod slow;
mod spans;

pub use slow::{MockSlow, MockSlowSink, Pace};
pub use spans::MockSpan;

use docmill_sdk::arrow_array::{ArrayRef, StringArray, UInt32Array};
use docmill_sdk::arrow_schema::{DataType, Field, SchemaRef};
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{
    About, Added, Batches, Block, Document, Documents, DocumentsBuilder, ErrorKind, Host, LayerBuilder, Sink,
    Source, Span, StageError, Transform, columns,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The call in which a stage panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum Moment {
    /// While params are checked.
    Check,
    /// While an instance is made.
    New,
    /// While the target is opened.
    Open,
    /// While a batch is written.
    Write,
    /// While everything is committed.
    Commit,
    /// While the instance is dropped.
    Drop,
}

/// The options of the stages here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// The call in which to panic.
    pub panic_at: Option<Moment>,
    /// Whether to fail for every document.
    pub fail_all: bool,
    /// A secret, which is told to everybody.
    pub token: Option<String>,
}

fn maybe_panic(params: &Params, moment: Moment) {
    assert!(params.panic_at != Some(moment), "told to panic at {moment:?}");
}

/// A payload that panics again when it is dropped.
struct Bomb;

impl Drop for Bomb {
    #[expect(clippy::panic, reason = "the plugin exists to panic")]
    fn drop(&mut self) {
        panic!("the payload panics as well");
    }
}

/// Does to each document what its text says: `mock:panic`, `mock:bomb`, `mock:error`, `mock:batch-error`,
/// `mock:reject`, `mock:drop`, and the deeds of `deeds.rs`, most of which no thread survives; any other text is counted.
/// `mock:busy-3` fails for the moment the first three times, `mock:batch-busy-3` does so without naming the document.
pub struct Mock {
    params: Params,
    seen: BTreeMap<String, u32>,
}

impl Mock {
    /// Whether a text says that it is still to fail for the moment, by this word.
    fn is_busy(&mut self, text: &str, word: &str) -> bool {
        let Some(times) = text.split(word).nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok())
        else {
            return false;
        };
        let seen = self.seen.entry(text.to_owned()).or_default();
        *seen += 1;
        *seen <= times
    }
}

impl Transform for Mock {
    type Params = Params;

    fn about() -> About {
        About::new("mock", "1.0.0", "fails as it is told").reads([columns::text()]).writes([Field::new(
            "mock",
            DataType::UInt32,
            false,
        )])
    }

    fn check(params: &Params) -> Result<(), StageError> {
        maybe_panic(params, Moment::Check);
        if let Some(token) = params.token.as_ref().filter(|token| token.starts_with("refused")) {
            return Err(StageError::param(["token"], format!("`{token}` is no token")));
        }
        Ok(())
    }

    fn new(params: Params, _host: Host) -> Result<Self, StageError> {
        maybe_panic(&params, Moment::New);
        Ok(Self { params, seen: BTreeMap::new() })
    }

    #[expect(clippy::panic, reason = "the plugin exists to panic")]
    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let texts = documents.texts()?;
        let has = |row: usize, marker: &str| texts.value(row).contains(marker);
        if let Some(token) = &self.params.token {
            docmill_sdk::tracing::error!(token, "logged in with {token}");
            docmill_sdk::tracing::trace!(token, "logged in with {token}");
            for row in 0..documents.len() {
                if has(row, "mock:tell") {
                    return Err(StageError::data(format!("cannot log in with {token}")).at_row(row));
                }
                assert!(!has(row, "mock:scream"), "cannot log in with {token}");
            }
        }
        if self.params.fail_all {
            return Err(StageError::data("told to fail for every document"));
        }
        for row in 0..documents.len() {
            let failure = StageError::new(ErrorKind::Io, "told to be busy").retryable();
            if self.is_busy(texts.value(row), "mock:busy-") {
                return Err(failure.at_row(row));
            }
            if self.is_busy(texts.value(row), "mock:batch-busy-") {
                return Err(failure);
            }
            assert!(!has(row, "mock:panic"), "told to panic");
            let missing = texts.value(row).split_once("mock:unless ").map(|(_, path)| path.trim());
            if let Some(path) = missing.filter(|path| !std::path::Path::new(path).exists()) {
                return Err(StageError::data(format!("there is no {path}")).at_row(row));
            }
            if has(row, "mock:bomb") {
                std::panic::panic_any(Bomb);
            }
            if has(row, "mock:error") {
                return Err(StageError::data("told to fail").at_row(row));
            }
            if has(row, "mock:batch-error") {
                return Err(StageError::data("told to fail, row unknown"));
            }
            deeds::do_as_told(texts.value(row)).map_err(|error| error.at_row(row))?;
        }
        docmill_sdk::tracing::debug!(documents = documents.len(), "a batch was counted");
        let lengths = (0..documents.len()).map(|row| texts.value(row).len() as u32);
        let mut added = Added::columns(vec![Arc::new(UInt32Array::from_iter_values(lengths))]);
        for row in 0..documents.len() {
            if has(row, "mock:reject") {
                added.reject(row, "mock_reject", "told to reject");
            } else if has(row, "mock:drop") {
                added.drop_document(row, "told to drop");
            } else if has(row, "mock:malformed") {
                added.reject(usize::MAX >> 33, "malformed", "there is no such row");
            }
        }
        Ok(added)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        maybe_panic(&self.params, Moment::Drop);
    }
}

/// Finds words in capitals: next to no work, for measuring what lies around it.
pub struct MockWords;

impl Transform for MockWords {
    type Params = Params;

    fn about() -> About {
        About::new("mock-words", "1.0.0", "finds words that begin with a capital letter")
            .reads([columns::text()])
            .writes([columns::spans("mock_words").field()])
    }

    fn new(_params: Params, _host: Host) -> Result<Self, StageError> {
        Ok(Self)
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let texts = documents.texts()?;
        let mut layer = LayerBuilder::new(&columns::spans("mock_words"));
        for row in 0..documents.len() {
            let text = texts.value(row);
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                let is_first = at == 0 || text.as_bytes()[at - 1] == b' ';
                if is_first && byte.is_ascii_uppercase() {
                    start = Some(at);
                } else if !byte.is_ascii_alphanumeric()
                    && let Some(start) = start.take()
                {
                    Span::new(text, start, at).into_iter().for_each(|span| layer.push(span, &[]));
                }
            }
            layer.end_document();
        }
        Ok(Added::columns(vec![layer.finish()]))
    }
}

/// Splits documents at `|` into several; one that says `mock:vanish` is not given back at all.
pub struct MockSplit;

impl Transform for MockSplit {
    type Params = Params;

    fn about() -> About {
        About::new("mock-split", "1.0.0", "splits documents")
            .reads([columns::id(), columns::text()])
            .writes([Field::new("part", DataType::Utf8, false)])
            .changes_rows()
    }

    fn new(_params: Params, _host: Host) -> Result<Self, StageError> {
        Ok(Self)
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let texts = documents.texts()?;
        let (mut parents, mut parts) = (Vec::new(), Vec::new());
        for row in 0..documents.len() {
            let text = texts.value(row);
            if text.contains("mock:vanish") {
                continue;
            }
            for part in text.split('|') {
                parents.push(row as u32);
                parts.push(part.trim().to_owned());
            }
        }
        let parts: ArrayRef = Arc::new(StringArray::from(parts));
        Ok(Added::rows(parents, vec![parts]))
    }
}

/// What a source does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum Fault {
    /// Nothing.
    None,
    /// Panics in `blocks`.
    Blocks,
    /// Panics in `read` of the first block.
    Panic,
    /// Gives a batch of other columns than its schema's, in the first block.
    Types,
    /// Fails in the first block, with a NUL in the message.
    Nul,
    /// Says that the body begins behind the text, in the first block.
    Body,
    /// Cannot begin with the first block for the moment, the first two times.
    Busy,
}

/// The options of the source.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct SourceParams {
    /// What it does wrong.
    pub fault: Fault,
}

/// Eight blocks of one document each, the first of them faulty.
pub struct MockSource(Fault, u32);

impl Source for MockSource {
    type Params = SourceParams;

    fn about() -> About {
        About::new("mock-source", "1.0.0", "brings eight documents")
    }

    fn new(params: SourceParams, _host: Host) -> Result<Self, StageError> {
        Ok(Self(params.fault, 0))
    }

    fn blocks(&mut self) -> Result<Vec<Block>, StageError> {
        assert!(self.0 != Fault::Blocks, "told to panic in blocks");
        let block = |n: u32| Block {
            key: n.to_string(),
            uri: format!("mock#{n}"),
            bytes: u64::MAX,
            fingerprint: String::new(),
        };
        Ok((0..8).map(block).collect())
    }

    #[expect(clippy::panic, reason = "the plugin exists to panic")]
    fn read(&mut self, key: &str) -> Result<Batches, StageError> {
        let fault = if key == "0" { self.0 } else { Fault::None };
        if fault == Fault::Busy && self.1 < 2 {
            self.1 += 1;
            return Err(StageError::new(ErrorKind::Io, "told to be busy").retryable());
        }
        let mut builder = DocumentsBuilder::default();
        let (id, uri) = (format!("m{key}"), format!("mock#{key}"));
        let body_start = if fault == Fault::Body { 99 } else { 0 };
        let text = if fault == Fault::Busy { "Rain fell mock:busy-sink." } else { "Rain fell." };
        builder.push(&Document { id: &id, uri: &uri, text, body_start, ..Document::default() });
        let batch = builder.finish();
        let item = match fault {
            Fault::Panic => panic!("told to panic in read"),
            Fault::Types => Ok(batch.project(&[0]).unwrap_or(batch)),
            Fault::Nul => Err(StageError::data("told to fail \0 with a NUL")),
            Fault::None | Fault::Blocks | Fault::Body | Fault::Busy => Ok(batch),
        };
        Ok(Box::new(std::iter::once(item)))
    }
}

/// Turns the documents of a batch around, which no stage may.
pub struct MockReverse;

impl Transform for MockReverse {
    type Params = Params;

    fn about() -> About {
        About::new("mock-reverse", "1.0.0", "turns documents around").reads([columns::text()]).changes_rows()
    }

    fn new(_params: Params, _host: Host) -> Result<Self, StageError> {
        Ok(Self)
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        Ok(Added::rows((0..documents.len() as u32).rev().collect(), Vec::new()))
    }
}

/// Takes everything and writes nothing; panics when told to. A text with `mock:busy-sink` is refused for the moment
/// the first two times.
pub struct MockSink(Params, u32);

impl Sink for MockSink {
    type Params = Params;

    fn about() -> About {
        About::new("mock-sink", "1.0.0", "takes everything").reads([columns::text()])
    }

    fn new(params: Params, _host: Host) -> Result<Self, StageError> {
        maybe_panic(&params, Moment::New);
        Ok(Self(params, 0))
    }

    fn open(&mut self, _schema: SchemaRef) -> Result<(), StageError> {
        maybe_panic(&self.0, Moment::Open);
        Ok(())
    }

    fn write(&mut self, documents: &Documents<'_>) -> Result<(), StageError> {
        maybe_panic(&self.0, Moment::Write);
        let busy = documents.texts()?.iter().flatten().any(|text| text.contains("mock:busy-sink"));
        if busy && self.1 < 2 {
            self.1 += 1;
            return Err(StageError::new(ErrorKind::Io, "told to be busy").retryable());
        }
        let full = documents.texts()?.iter().flatten().any(|text| text.contains("mock:full"));
        if full { Err(StageError::new(ErrorKind::Io, "told that the disk is full")) } else { Ok(()) }
    }

    fn commit(&mut self) -> Result<(), StageError> {
        maybe_panic(&self.0, Moment::Commit);
        Ok(())
    }
}

docmill_sdk::export!(transform Mock, transform MockSpan, transform MockWords, transform MockSplit, transform MockReverse, source MockSource, sink MockSink, transform MockSlow, sink MockSlowSink);
