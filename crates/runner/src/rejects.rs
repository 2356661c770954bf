//! Rejected documents on their way to the quarantine.

use crate::Failure;
use crate::flow::Rejected;
use crate::names::{Renamed, new_name};
use crate::rows::{failed, take};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt32Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt32Array};
use docmill_sdk::columns;
use docmill_store::{Day, KeptDateline, KeptDocument, Quarantine, Rejection};
use std::io;

/// What was rejected of one batch of a source, in document order.
#[derive(Debug)]
pub(crate) struct Rejects {
    /// Each with the row of the source's batch that its document came from.
    list: Vec<(u32, Rejection)>,
    /// The documents as the source gave them, each once; those without a text are not among them.
    documents: Option<RecordBatch>,
    /// The rows of the source's batch that they were.
    rows: Vec<u32>,
}

impl Rejects {
    /// Sorts what was rejected by document and not by group: the order must not depend on the size of groups.
    ///
    /// `source` is the batch that the documents came from; none where the source gave none.
    pub(crate) fn new(mut rejected: Vec<Rejected>, source: Option<&RecordBatch>) -> Result<Self, Failure> {
        rejected.sort_by_key(|r| (r.origin, r.stage, r.row));
        let texts = source.map(Texts::of);
        let has_text = |row| texts.as_ref().is_some_and(|texts| texts.has(row));
        let ids = source.and_then(|batch| strings(batch, "id"));
        let mut rows: Vec<u32> = Vec::new();
        let mut list = Vec::with_capacity(rejected.len());
        for Rejected { origin, mut rejection, .. } in rejected {
            if has_text(origin as usize) {
                rejection.document = ids.map(|ids| ids.value(origin as usize).to_owned());
                if rows.last() != Some(&origin) {
                    rows.push(origin);
                }
            }
            list.push((origin, rejection));
        }
        // Copied, so that they do not keep the other texts of the batch alive while they wait.
        let documents = source.filter(|_| !rows.is_empty()).map(|batch| {
            let standard = columns::document();
            let known = standard.iter().filter_map(|field| batch.schema_ref().index_of(field.name()).ok());
            take(&batch.project(&known.collect::<Vec<_>>())?, &UInt32Array::from(rows.clone()))
        });
        Ok(Self { list, documents: documents.transpose().map_err(failed)?, rows })
    }

    /// What it keeps alive while it waits, by estimate.
    pub(crate) fn bytes(&self) -> usize {
        let words = |r: &Rejection| r.id.len() + r.uri.len() + r.message.len() + size_of::<Rejection>();
        let documents = self.documents.as_ref().map_or(0, crate::rows::held_bytes);
        self.list.iter().map(|(_, one)| words(one)).sum::<usize>() + documents
    }

    /// Writes everything, under the ids that documents have now.
    pub(crate) fn write(mut self, quarantine: &mut Quarantine, renamed: &Renamed) -> io::Result<()> {
        for (origin, rejection) in &mut self.list {
            rejection.id = new_name(&rejection.id, *origin, renamed).into_owned();
            rejection.document =
                rejection.document.as_ref().map(|id| new_name(id, *origin, renamed).into_owned());
            quarantine.push(rejection)?;
        }
        let Some(documents) = &self.documents else { return Ok(()) };
        for (row, origin) in self.rows.iter().enumerate() {
            let document = kept(documents, row);
            let id = new_name(document.id, *origin, renamed);
            quarantine.keep(&KeptDocument { id: &id, ..document })?;
        }
        Ok(())
    }
}

/// Which documents of a source's batch have a text.
struct Texts<'a> {
    texts: Option<&'a StringArray>,
    errors: Option<&'a ArrayRef>,
}

impl<'a> Texts<'a> {
    fn of(batch: &'a RecordBatch) -> Self {
        Self { texts: strings(batch, "text"), errors: batch.column_by_name("__error") }
    }

    fn has(&self, row: usize) -> bool {
        self.texts.is_some_and(|texts| texts.is_valid(row))
            && self.errors.is_none_or(|errors| errors.is_null(row))
    }
}

fn strings<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    batch.column_by_name(name)?.as_string_opt::<i32>()
}

/// A document with the standard columns that it has; those of other types were refused before.
fn kept(batch: &RecordBatch, row: usize) -> KeptDocument<'_> {
    let text = |name: &str| strings(batch, name).filter(|c| c.is_valid(row)).map(|c| c.value(row));
    let column = |name: &str| batch.column_by_name(name).filter(|column| column.is_valid(row));
    let number = column("body_start").and_then(|c| c.as_primitive_opt::<UInt32Type>());
    KeptDocument {
        id: text("id").unwrap_or_default(),
        uri: text("uri").unwrap_or_default(),
        text: text("text").unwrap_or_default(),
        title: text("title"),
        byline: text("byline"),
        publisher: text("publisher"),
        lang: text("lang"),
        published: column("published").and_then(|days| day(days, row)),
        media_type: text("media_type"),
        dateline: column("dateline").and_then(|dateline| kept_dateline(dateline, row)),
        body_start: number.map_or(0, |number| number.value(row)),
        meta: column("meta").map(|meta| pairs(meta, row)).unwrap_or_default(),
    }
}

fn kept_dateline(column: &ArrayRef, row: usize) -> Option<KeptDateline<'_>> {
    let dateline = column.as_struct_opt()?;
    let part = |name: &str| dateline.column_by_name(name).filter(|part| part.is_valid(row));
    let text = |name: &str| Some(part(name)?.as_string_opt::<i32>()?.value(row));
    let number = |name: &str| Some(part(name)?.as_primitive_opt::<UInt32Type>()?.value(row));
    Some(KeptDateline {
        place: text("place"),
        date: part("date").and_then(|days| day(days, row)),
        agency: text("agency"),
        start: number("start")?,
        end: number("end")?,
    })
}

fn day(days: &ArrayRef, row: usize) -> Option<Day> {
    Some(Day(days.as_primitive_opt::<Date32Type>()?.value(row)))
}

fn pairs(column: &ArrayRef, row: usize) -> Vec<(&str, Option<&str>)> {
    let Some(map) = column.as_map_opt() else { return Vec::new() };
    let (keys, values) = (map.keys().as_string_opt::<i32>(), map.values().as_string_opt::<i32>());
    let offsets = map.value_offsets();
    let (Some(keys), Some(values)) = (keys, values) else { return Vec::new() };
    let within = offsets[row] as usize..offsets[row + 1] as usize;
    within.map(|n| (keys.value(n), values.is_valid(n).then(|| values.value(n)))).collect()
}
