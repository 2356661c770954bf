//! One thread's work: blocks in, parcels for the sinks out.

use crate::again::again;
use crate::flow::{Cause, Lane, Passed, fault, name_of};
use crate::graph::{self, Opened};
use crate::intake;
use crate::kept::{self, Kept};
use crate::rejects::Rejects;
use crate::rows::{Group, held_bytes, project};
use crate::shared::{Parcel, Shared, Work};
use crate::spans::{broken_span, layers_of};
use crate::{Failure, RunError, RunErrorKind, Taken};
use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow_select::take::take_record_batch;
use docmill_pipeline::{Edge, Kind};
use docmill_sdk::Span;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Takes blocks until there are none, the run is stopped, or something fails.
pub(crate) fn work(lane: &mut Lane<'_>, shared: &Shared<'_>) -> Result<(), RunError> {
    loop {
        if shared.options.cancel.load(Ordering::Relaxed) {
            shared.window.close();
            return Ok(());
        }
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let Some(work) = shared.work.get(number) else { return Ok(()) };
        if !take_block(lane, shared, number, work)? {
            return Ok(());
        }
        shared.window.complete(number);
        tracing::debug!(block = number, uri = work.block.uri, bytes = work.block.bytes, "block done");
        shared.options.progress.block_done(work.block.bytes);
    }
}

/// Reads one block through to the sinks; false when nobody wants the result any more.
fn take_block(
    lane: &mut Lane<'_>,
    shared: &Shared<'_>,
    number: usize,
    work: &Work,
) -> Result<bool, RunError> {
    let mut kept = match look(lane, shared, work) {
        Ok(kept) => kept,
        Err(failure) => return block_failed(lane, shared, (number, work), (&failure, 1)),
    };
    let at = work.source;
    let known = kept.note().and_then(kept::taken);
    let mut taken = known.unwrap_or_default();
    if known.is_some() {
        while let Some(unit) = kept.batch(at)? {
            lane.ledgers[at].recalled += unit.num_rows() as u64;
            if is_cancelled(shared) || !take_unit(lane, (shared, number), (at, unit), &mut kept)? {
                return Ok(false);
            }
        }
    } else {
        let began = Instant::now();
        let Some(source) = lane.opened.stages[at].as_mut() else { return Ok(true) };
        // Later, when documents of the block were given, it would be too late to read it again.
        let (retry, cancel) = (lane.plan.stages[at].retry, lane.cancel);
        let (opened, again) = again(retry, cancel, || source.read(&work.block.key))?;
        lane.ledgers[at].fleeting += u64::from(again.is_some());
        let again = again.unwrap_or(0);
        lane.ledgers[at].counts.retried += u64::from(again);
        lane.ledgers[at].nanos += began.elapsed().as_nanos() as u64;
        let mut batches = match opened {
            Ok(batches) => batches,
            Err(failure) => return block_failed(lane, shared, (number, work), (&failure, 1 + again)),
        };
        loop {
            if is_cancelled(shared) {
                return Ok(false);
            }
            let began = Instant::now();
            let next = batches.next();
            lane.ledgers[at].nanos += began.elapsed().as_nanos() as u64;
            let batch = match next {
                None => break,
                Some(Ok(batch)) => batch,
                // What was read of the block goes on; it is not kept, so that the next run tries again.
                Some(Err(failure)) => return block_failed(lane, shared, (number, work), (&failure, 1)),
            };
            taken = Taken::sum(&taken, &intake::digest(&batch));
            for unit in units(&batch) {
                kept.keep_batch(at, &unit)?;
                if is_cancelled(shared) || !take_unit(lane, (shared, number), (at, unit), &mut kept)? {
                    return Ok(false);
                }
            }
        }
    }
    lane.taken = Taken::sum(&lane.taken, &taken);
    kept.finish(lane.plan, &work.block.uri, &taken)?;
    Ok(true)
}

fn is_cancelled(shared: &Shared<'_>) -> bool {
    let is_cancelled = shared.options.cancel.load(Ordering::Relaxed);
    if is_cancelled {
        shared.window.close();
    }
    is_cancelled
}

/// Looks for results of earlier runs for a block.
fn look<'a>(lane: &mut Lane<'_>, shared: &Shared<'a>, work: &Work) -> Result<Kept<'a>, Failure> {
    let Some(keep) = shared.keep else { return Ok(Kept::off(lane.plan)) };
    let fingerprint = fingerprint(&mut lane.opened, work)?;
    let look = |fingerprint| Kept::look(lane.plan, keep, (work.source, fingerprint), shared.options.replay);
    Ok(fingerprint.map_or_else(|| Kept::off(lane.plan), look))
}

/// What tells a block's content: the source's digest of it, or what it said when it listed the block.
pub(crate) fn fingerprint<'w>(opened: &mut Opened, work: &'w Work) -> Result<Option<&'w str>, Failure> {
    if let Some(known) = work.fingerprint.get() {
        return Ok(known.as_deref());
    }
    let source = opened.stages[work.source].as_mut();
    let told = source.map_or(Ok(None), |source| source.fingerprint(&work.block.key))?;
    let listed = &work.block.fingerprint;
    let told = told.or_else(|| (!listed.is_empty()).then(|| listed.clone()));
    Ok(work.fingerprint.get_or_init(|| told).as_deref())
}

/// Documents that go through all stages together: no more than so many, and about so many bytes of text. What is
/// kept of a block depends on these borders, so they must not depend on how a run was started.
const UNIT_DOCUMENTS: usize = 1024;
const UNIT_BYTES: i32 = 1 << 20;

/// Cuts a source's batch into units.
fn units(batch: &RecordBatch) -> Vec<RecordBatch> {
    let texts = batch.column_by_name("text").and_then(|texts| texts.as_string_opt::<i32>());
    let offsets = texts.map_or(&[][..], |texts| texts.value_offsets());
    let (mut units, mut from) = (Vec::new(), 0);
    for row in 1..=batch.num_rows() {
        let bytes = offsets.get(row).zip(offsets.get(from)).map_or(0, |(end, start)| end - start);
        if row == batch.num_rows() || row - from == UNIT_DOCUMENTS || bytes >= UNIT_BYTES {
            units.push(batch.slice(from, row - from));
            from = row;
        }
    }
    units
}

/// Books a block that cannot be read (further) as one rejected document.
fn block_failed(
    lane: &mut Lane<'_>,
    shared: &Shared<'_>,
    (number, work): (usize, &Work),
    (failure, attempts): (&Failure, u32),
) -> Result<bool, RunError> {
    let at = work.source;
    if failure.poisoned {
        lane.renew(at)?;
    }
    lane.ledgers[at].counts.documents_in += 1;
    lane.taken = Taken::sum(&lane.taken, &intake::unread(failure));
    let code = if failure.code == "stage_error" { "unreadable" } else { &failure.code };
    let names = (work.block.uri.clone(), work.block.uri.clone());
    lane.book(at, (0, 0), names, &Cause { code, message: &failure.message, attempts })?;
    Ok(shared.window.push(number, Parcel::Unread, 0) && send_rejected(lane, shared, number, (at, None))?)
}

/// Sends on what was rejected since, with the documents of the source's batch that have a text.
fn send_rejected(
    lane: &mut Lane<'_>,
    shared: &Shared<'_>,
    number: usize,
    (at, batch): (usize, Option<&RecordBatch>),
) -> Result<bool, RunError> {
    let rejects = Rejects::new(std::mem::take(&mut lane.rejected), batch).map_err(fault(lane.plan, at))?;
    let bytes = rejects.bytes();
    Ok(shared.window.push(number, Parcel::Rejected(rejects), bytes))
}

/// Takes a unit of a source's documents through all stages.
fn take_unit(
    lane: &mut Lane<'_>,
    (shared, number): (&Shared<'_>, usize),
    (at, batch): (usize, RecordBatch),
    kept: &mut Kept<'_>,
) -> Result<bool, RunError> {
    let fault = fault(lane.plan, at);
    // Copied, so that waiting names do not keep the texts beside them alive.
    let rows: UInt32Array = (0..batch.num_rows() as u32).collect();
    let names: Vec<usize> =
        ["id", "uri"].iter().filter_map(|n| batch.schema_ref().index_of(n).ok()).collect();
    let names = batch.project(&names).and_then(|names| take_record_batch(&names, &rows));
    let names = names.map_err(|e| fault(Failure::new("internal", e.to_string())))?;
    let bytes = held_bytes(&names);
    if !shared.window.push(number, Parcel::Read(names), bytes) {
        return Ok(false);
    }
    let group = admit(lane, at, &batch)?;
    let rows = batch.num_rows();
    kept.begin_unit(at, (rows, rows - group.batch.num_rows()));
    if !flow(lane, (shared, number), (at, group), kept)? {
        return Ok(false);
    }
    Ok(lane.rejected.is_empty() || send_rejected(lane, shared, number, (at, Some(&batch)))?)
}

/// Counts a source's batch and sorts out the documents that could not be read.
fn admit(lane: &mut Lane<'_>, at: usize, batch: &RecordBatch) -> Result<Group, RunError> {
    let fault = fault(lane.plan, at);
    let rows = batch.num_rows();
    let errors = batch.column_by_name("__error").and_then(|c| c.as_struct_opt());
    let columns = project(batch, &lane.opened.schemas[at]).map_err(fault)?;
    let layers = layers_of(&columns);
    let texts = columns.column_by_name("text").and_then(|texts| texts.as_string_opt::<i32>());
    let mut keep = vec![true; rows];
    for (row, keep) in keep.iter_mut().enumerate() {
        let told = errors.filter(|e| e.is_valid(row)).map(|e| {
            let text = |n: usize| e.column(n).as_string::<i32>().value(row).to_owned();
            (text(0), text(1))
        });
        let span = || texts.and_then(|texts| broken_span(&layers, row, texts.value(row)));
        let broken = || broken_offset(batch, row).or_else(span);
        let told = told.or_else(|| broken().map(|what| ("bad_output".to_owned(), what)));
        let Some((code, message)) = told else { continue };
        *keep = false;
        let names = (name_of(batch, "id", row), name_of(batch, "uri", row));
        lane.book(at, (row as u32, row), names, &Cause { code: &code, message: &message, attempts: 1 })?;
    }
    drop(layers);
    let group = Group { batch: columns, origins: (0..rows as u32).collect() };
    let group = group.filter(&keep).map_err(fault)?;
    let counts = &mut lane.ledgers[at].counts;
    counts.documents_in += rows as u64;
    counts.documents_out += group.batch.num_rows() as u64;
    Ok(group)
}

/// A source's own offsets are checked like those of any stage.
fn broken_offset(batch: &RecordBatch, row: usize) -> Option<String> {
    let text = batch.column_by_name("text")?.as_string_opt::<i32>()?.value(row);
    let number = |column: &ArrayRef| Some(column.as_primitive_opt::<UInt32Type>()?.value(row) as usize);
    if let Some(start) = batch.column_by_name("body_start").and_then(number)
        && !text.is_char_boundary(start)
    {
        return Some(format!("body_start {start} is no char boundary of the text"));
    }
    let dateline = batch.column_by_name("dateline")?.as_struct_opt().filter(|d| d.is_valid(row))?;
    let (start, end) = (number(dateline.column_by_name("start")?)?, number(dateline.column_by_name("end")?)?);
    Span::new(text, start, end).is_none().then(|| format!("dateline {start}..{end} is no span of the text"))
}

/// Takes one group through everything downstream of its source.
fn flow(
    lane: &mut Lane<'_>,
    (shared, number): (&Shared<'_>, usize),
    (source, group): (usize, Group),
    kept: &mut Kept<'_>,
) -> Result<bool, RunError> {
    let texts = group.batch.column_by_name("text").and_then(|c| c.as_string_opt::<i32>());
    let bytes =
        texts.map_or(0, |t| t.value_offsets().last().unwrap_or(&0) - t.value_offsets().first().unwrap_or(&0));
    shared.options.progress.read(group.batch.num_rows() as u64, bytes as u64);
    let plan = lane.plan;
    shared.watch(source, &group.batch);
    let mut after: Vec<Option<Passed>> = vec![None; plan.stages.len()];
    after[source] = Some(Passed { group, dropped: None });
    for (at, planned) in plan.stages.iter().enumerate() {
        let output = |edge: &Edge| after[edge.stage].as_ref()?.output(edge.dropped);
        let inputs: Vec<&Group> = planned.from.iter().filter_map(output).collect();
        let schema = &lane.opened.inputs[at];
        let fault = fault(plan, at);
        let input = match inputs.as_slice() {
            [] => continue,
            [one] => one.project(schema).map_err(fault)?,
            several => {
                let parts: Result<Vec<Group>, Failure> = several.iter().map(|g| g.project(schema)).collect();
                parts.and_then(|parts| Group::union(schema, &parts)).map_err(fault)?
            }
        };
        if planned.kind == Kind::Sink {
            let input = lane.wanted(at, input)?;
            let bytes = held_bytes(&input.batch);
            if !shared.window.push(number, Parcel::Documents(at, input), bytes) {
                return Ok(false);
            }
        } else {
            let passed = lane.transform(at, &input, kept)?;
            shared.watch(at, &passed.group.batch);
            after[at] = Some(passed);
        }
    }
    Ok(true)
}

/// A thread's instances, opened unless they were given; all threads must see the same columns.
pub(crate) fn lane<'a>(shared: &Shared<'a>, opened: Option<graph::Opened>) -> Result<Lane<'a>, RunError> {
    // The first thread's stages opened well: a failure now is the run's, not the pipeline's.
    let later = |error: RunError| RunError { kind: RunErrorKind::Run, ..error };
    let opened = opened.map_or_else(|| graph::open(shared.plan, shared.stages).map_err(later), Ok)?;
    if let Some(at) = (0..shared.schemas.len()).find(|&at| shared.schemas[at] != opened.schemas[at]) {
        let stage = Some(shared.plan.stages[at].id.clone());
        let message = "two instances of the stage gave different columns";
        return Err(RunError { stage, ..RunError::new(RunErrorKind::Plugin, message) });
    }
    Ok(Lane::new(shared.plan, shared.stages, opened, (shared.options.batch, shared.options.cancel)))
}
