//! What a run takes in: which of the sources' documents, and a digest over them.

use crate::{Batches, Failure, Output, Stage, Stages};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use arrow_select::filter::filter_record_batch;
use docmill_pipeline::{Kind, PlannedStage};
use docmill_sdk::Block;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which documents of the sources a run takes; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// No more than this many, the first ones in the order of the blocks. One thread does the work.
    pub limit: Option<u64>,
    /// Only the blocks of this part.
    pub shard: Option<Shard>,
    /// Only documents from these places.
    pub uris: Option<Arc<dyn Uris>>,
}

impl Selection {
    /// True when of a block all documents are taken or none.
    #[must_use]
    pub fn takes_whole_blocks(&self) -> bool {
        self.limit.is_none() && self.uris.is_none()
    }
}

/// A part of the blocks of a run: contiguous, so that the outputs of all parts in order are those of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
}

/// Tells by its `uri` whether a document is wanted.
pub trait Uris: fmt::Debug + Send + Sync {
    /// Whether it is; `None` when nothing is known about the place.
    fn wants(&self, uri: &str) -> Option<bool>;
}

/// What the sources gave, in numbers that depend neither on threads nor on the order of the documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// A digest over all documents taken, with all that their source said of them: the sum of the BLAKE3 digests
    /// of each, little-endian. The digests of the parts of an input add up to that of the whole.
    pub digest: [u8; 32],
    /// A BLAKE3 digest over names and sizes of all blocks of the sources in order, those of other shards included.
    pub manifest: [u8; 32],
    /// How many blocks the sources have.
    pub blocks: usize,
    /// The first block worked on, and the one after the last.
    pub part: (usize, usize),
}

impl Taken {
    /// The digest of this input and another one together.
    #[must_use]
    pub fn sum(one: &[u8; 32], other: &[u8; 32]) -> [u8; 32] {
        let mut sum = [0; 32];
        let mut carry = 0;
        for ((sum, one), other) in sum.iter_mut().zip(one).zip(other) {
            let total = u16::from(*one) + u16::from(*other) + carry;
            *sum = total as u8;
            carry = total >> 8;
        }
        sum
    }
}

impl Shard {
    /// The blocks of this part, as borders in the list of all. Parts have about the same number of bytes.
    ///
    /// A part may be empty where there are few blocks. No block is in two parts, and every block is in one.
    #[must_use]
    pub(crate) fn of_blocks(self, bytes: impl Iterator<Item = u64> + Clone) -> (usize, usize) {
        // An empty file is work as well.
        let weights = bytes.map(|bytes| u128::from(bytes) + 1);
        let total = weights.clone().sum::<u128>().max(1);
        let (mut before, mut range) = (0, (0, 0));
        for weight in weights {
            // A block belongs where its middle lies.
            let part = (2 * before + weight) * u128::from(self.of) / (2 * total);
            before += weight;
            range.0 += usize::from(part + 1 < u128::from(self.number));
            range.1 += usize::from(part < u128::from(self.number));
        }
        range
    }
}

/// The digest of names and sizes of blocks; their keys and times of modification differ between machines.
pub(crate) fn manifest<'a>(blocks: impl Iterator<Item = (usize, &'a Block)>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for (source, block) in blocks {
        hasher.update(&(source as u64).to_le_bytes());
        text(&mut hasher, &block.uri);
        hasher.update(&block.bytes.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The stages of a run, with its sources watched.
pub(crate) struct Watched<'a> {
    stages: &'a dyn Stages,
    tally: Arc<Tally>,
}

#[derive(Debug)]
struct Tally {
    selection: Selection,
    documents: Mutex<u64>,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(stages: &'a dyn Stages, selection: &Selection) -> Self {
        let tally = Tally { selection: selection.clone(), documents: Mutex::default() };
        Self { stages, tally: Arc::new(tally) }
    }
}

impl Stages for Watched<'_> {
    fn create(&self, planned: &PlannedStage) -> Result<Box<dyn Stage>, Failure> {
        let stage = self.stages.create(planned)?;
        if planned.kind != Kind::Source {
            return Ok(stage);
        }
        Ok(Box::new(Source { stage, tally: Arc::clone(&self.tally) }))
    }

    fn library(&self, stage: &PlannedStage) -> Option<String> {
        self.stages.library(stage)
    }
}

/// A source that gives only what is selected, and counts it.
struct Source {
    stage: Box<dyn Stage>,
    tally: Arc<Tally>,
}

impl Stage for Source {
    fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        self.stage.open(input)
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure> {
        self.stage.process(batch)
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        self.stage.blocks()
    }

    fn fingerprint(&mut self, key: &str) -> Result<Option<String>, Failure> {
        self.stage.fingerprint(key)
    }

    fn read(&mut self, key: &str) -> Result<Batches, Failure> {
        let tally = Arc::clone(&self.tally);
        if tally.is_full() {
            return Ok(Box::new(std::iter::empty()));
        }
        let mut batches = self.stage.read(key)?;
        Ok(Box::new(std::iter::from_fn(move || {
            while !tally.is_full() {
                match batches.next()?.and_then(|batch| tally.take(batch)) {
                    Ok(batch) if batch.num_rows() == 0 => {}
                    taken => return Some(taken),
                }
            }
            None
        })))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.stage.write(batch)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.stage.flush()
    }
}

impl Tally {
    fn is_full(&self) -> bool {
        self.selection.limit.is_some_and(|limit| *self.taken() >= limit)
    }

    fn taken(&self) -> MutexGuard<'_, u64> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of a batch that are wanted, counted.
    fn take(&self, batch: RecordBatch) -> Result<RecordBatch, Failure> {
        let mut batch = match &self.selection.uris {
            Some(uris) => wanted(&batch, uris.as_ref())?,
            None => batch,
        };
        if let Some(limit) = self.selection.limit {
            let left = usize::try_from(limit.saturating_sub(*self.taken())).unwrap_or(usize::MAX);
            batch = batch.slice(0, left.min(batch.num_rows()));
        }
        *self.taken() += batch.num_rows() as u64;
        Ok(batch)
    }
}

fn wanted(batch: &RecordBatch, uris: &dyn Uris) -> Result<RecordBatch, Failure> {
    let column = batch.column_by_name("uri").and_then(|uris| uris.as_string_opt::<i32>());
    // A document from a place that nothing is known about may have changed.
    let wants = |row| column.is_none_or(|column| uris.wants(column.value(row)).unwrap_or(true));
    let wanted: BooleanArray = (0..batch.num_rows()).map(|row| Some(wants(row))).collect();
    filter_record_batch(batch, &wanted).map_err(|error| Failure::new("internal", error.to_string()))
}

/// The digest of all that the source says of the documents of a batch: the sum over all of them.
pub(crate) fn digest(batch: &RecordBatch) -> [u8; 32] {
    (0..batch.num_rows()).fold([0; 32], |sum, row| Taken::sum(&sum, &document(batch, row)))
}

/// The digest of something that cannot be read: it is a part of the input too.
pub(crate) fn unread(failure: &Failure) -> [u8; 32] {
    *blake3::hash(failure.code.as_bytes()).as_bytes()
}

/// The digest of all that the source says of one document.
fn document(batch: &RecordBatch, row: usize) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        text(&mut hasher, field.name());
        cell(&mut hasher, column, row);
    }
    *hasher.finalize().as_bytes()
}

fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
}

/// Adds one value with its length, so that no two rows look alike by where their values end.
fn cell(hasher: &mut blake3::Hasher, array: &ArrayRef, row: usize) {
    hasher.update(&[u8::from(array.is_valid(row))]);
    if array.is_null(row) {
        return;
    }
    let mut put = |bytes: &[u8]| {
        hasher.update(bytes);
    };
    match array.data_type() {
        DataType::Utf8 => text(hasher, array.as_string::<i32>().value(row)),
        DataType::Boolean => put(&[u8::from(array.as_boolean().value(row))]),
        DataType::Int32 => put(&array.as_primitive::<Int32Type>().value(row).to_le_bytes()),
        DataType::Int64 => put(&array.as_primitive::<Int64Type>().value(row).to_le_bytes()),
        DataType::UInt32 => put(&array.as_primitive::<UInt32Type>().value(row).to_le_bytes()),
        DataType::UInt64 => put(&array.as_primitive::<UInt64Type>().value(row).to_le_bytes()),
        DataType::Float32 => put(&array.as_primitive::<Float32Type>().value(row).to_le_bytes()),
        DataType::Float64 => put(&array.as_primitive::<Float64Type>().value(row).to_le_bytes()),
        DataType::Date32 => put(&array.as_primitive::<Date32Type>().value(row).to_le_bytes()),
        DataType::Timestamp(unit, _) => put(&instant(array, *unit, row).to_le_bytes()),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys().get(row).copied().unwrap_or(0);
            cell(hasher, dictionary.values(), key);
        }
        DataType::Struct(_) => array.as_struct().columns().iter().for_each(|c| cell(hasher, c, row)),
        DataType::List(_) => elements(hasher, &array.as_list::<i32>().value(row)),
        DataType::Map(_, _) => {
            let entries: ArrayRef = Arc::new(array.as_map().value(row));
            elements(hasher, &entries);
        }
        other => text(hasher, &other.to_string()),
    }
}

fn elements(hasher: &mut blake3::Hasher, elements: &ArrayRef) {
    hasher.update(&(elements.len() as u64).to_le_bytes());
    (0..elements.len()).for_each(|n| cell(hasher, elements, n));
}

fn instant(array: &ArrayRef, unit: TimeUnit, row: usize) -> i64 {
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row),
    }
}

#[cfg(test)]
mod tests;
