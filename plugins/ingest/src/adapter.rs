//! The stage itself: blocks and documents as arrow batches.

use crate::blocks::{Block, blocks_as};
use crate::find::find_as;
use crate::own::Own;
use crate::read::{Outcome, ReadOptions, read};
use crate::{Format, Params, Patterns};
use chrono::{Datelike, NaiveDate};
use docmill_sdk::arrow_array::RecordBatch;
use docmill_sdk::tracing;
use docmill_sdk::{About, Batches, Dateline, Document, DocumentsBuilder, Host, Source, StageError};
use std::sync::Arc;

/// Bytes of a block, about, where the host does not say: enough to keep a worker busy, few enough to share work out.
const BLOCK_BYTES: u64 = 4 << 20;
/// Documents and bytes of text after which a batch is handed over; a smaller block has smaller batches.
const BATCH_DOCUMENTS: usize = 1024;
const BATCH_BYTES: u64 = 4 << 20;

/// Reads articles from files.
#[derive(Debug)]
pub struct Ingest {
    patterns: Vec<String>,
    format: Option<Format>,
    options: Arc<ReadOptions>,
    host: Host,
}

impl Source for Ingest {
    type Params = Params;

    fn about() -> About {
        About::new(
            "ingest",
            env!("CARGO_PKG_VERSION"),
            "reads articles from text, Markdown, HTML, JSON Lines and CSV",
        )
    }

    fn check(params: &Params) -> Result<(), StageError> {
        let Patterns(patterns) = &params.path;
        if patterns.is_empty() || patterns.iter().any(String::is_empty) {
            return Err(StageError::param(["path"], "there is no path"));
        }
        Ok(())
    }

    fn new(params: Params, host: Host) -> Result<Self, StageError> {
        let max_document_bytes = u64::from(params.max_document_mib) << 20;
        let options = ReadOptions { format: params.format, fields: params.fields, max_document_bytes };
        let Patterns(patterns) = params.path;
        Ok(Self { patterns, format: params.format, options: Arc::new(options), host })
    }

    fn blocks(&mut self) -> Result<Vec<docmill_sdk::Block>, StageError> {
        let bad_path = |message: String| StageError::param(["path"], message);
        let base = self.host.base_folder();
        let mut own = Own::new(&self.host.targets());
        if let Some(named) = own.named(&base, &self.patterns) {
            return Err(bad_path(format!("`{named}` is a file that this run writes")));
        }
        let found = find_as(&base, &self.patterns, self.format);
        let mut found = found.map_err(|error| bad_path(error.to_string()))?;
        let left_out = own.leave_out(&mut found);
        if left_out > 0 {
            tracing::info!(files = left_out, "left out: this run writes them");
        }
        if found.is_empty() {
            return Err(bad_path("nothing is found but files that this run writes".to_owned()));
        }
        let block = |block: Block| docmill_sdk::Block {
            key: block.key,
            uri: block.uri,
            bytes: block.bytes,
            fingerprint: String::new(),
        };
        Ok(blocks_as(&found, self.block_bytes(), self.format).into_iter().map(block).collect())
    }

    fn fingerprint(&mut self, key: &str) -> Result<Option<String>, StageError> {
        let block = Block::from_key(key)
            .map_err(|e| StageError::data(format!("a block's key cannot be read: {e}")))?;
        Ok(block.fingerprint())
    }

    fn read(&mut self, key: &str) -> Result<Batches, StageError> {
        let block = Block::from_key(key)
            .map_err(|e| StageError::data(format!("a block's key cannot be read: {e}")))?;
        let mut documents = read(block, Arc::clone(&self.options));
        let batch_bytes = BATCH_BYTES.min(self.block_bytes());
        Ok(Box::new(std::iter::from_fn(move || next_batch(&mut documents, batch_bytes).map(Ok))))
    }
}

impl Ingest {
    fn block_bytes(&self) -> u64 {
        self.host.block_bytes().unwrap_or(BLOCK_BYTES).max(1)
    }
}

fn next_batch(documents: &mut impl Iterator<Item = Outcome>, batch_bytes: u64) -> Option<RecordBatch> {
    let (mut builder, mut bytes) = (DocumentsBuilder::default(), 0);
    while builder.len() < BATCH_DOCUMENTS && bytes < batch_bytes {
        match documents.next() {
            None => break,
            Some(Ok(document)) => {
                bytes += document.text.len() as u64;
                push(&mut builder, &document);
            }
            Some(Err(rejected)) => {
                builder.reject(&rejected.id, &rejected.uri, rejected.code, &rejected.message);
            }
        }
    }
    (!builder.is_empty()).then(|| builder.finish())
}

fn push(builder: &mut DocumentsBuilder, read: &crate::read::Document) {
    let dateline = read.dateline.as_ref().map(|dateline| Dateline {
        place: dateline.place.as_deref(),
        date: dateline.date.map(days),
        agency: dateline.agency.as_deref(),
        span: dateline.span,
    });
    builder.push(&Document {
        id: &read.id,
        uri: &read.uri,
        text: &read.text,
        title: read.title.as_deref(),
        byline: read.byline.as_deref(),
        publisher: read.publisher.as_deref(),
        lang: read.lang.as_deref(),
        media_type: read.media_type.as_deref(),
        published: read.published.map(days),
        dateline,
        body_start: read.body_start,
        meta: &read.meta,
    });
}

/// Days since 1970-01-01.
fn days(date: NaiveDate) -> i32 {
    // Days between the first day of the common era and 1970-01-01.
    const EPOCH: i32 = 719_163;
    date.num_days_from_ce() - EPOCH
}
