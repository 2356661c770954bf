use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::export::tests::{export, options, pair};
use crate::{ExportOptions, Offsets};

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Reads a file back as one batch.
pub(crate) fn rows(bytes: &[u8]) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file(bytes)).unwrap();
    let schema = reader.schema().clone();
    let batches = reader.build().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    concat_batches(&schema, &batches).unwrap()
}

fn group_sizes(bytes: &[u8]) -> Vec<i64> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file(bytes)).unwrap();
    reader.metadata().row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows).collect()
}

#[test]
fn types_survive_and_values_are_those_of_the_lines() {
    for unit in [Offsets::Bytes, Offsets::Chars, Offsets::Utf16] {
        let read = rows(&export("out.parquet", &[pair()], &options(&[], unit)));
        let types = |batch: &RecordBatch| {
            batch.schema().fields().iter().map(|field| field.data_type().clone()).collect::<Vec<_>>()
        };
        assert_eq!(types(&read), types(&pair()));
        let lines = |batch: RecordBatch, unit| export("out.jsonl", &[batch], &options(&[], unit));
        assert_eq!(lines(read, Offsets::Bytes), lines(pair(), unit));
    }
}

#[test]
fn no_rows_give_a_file_with_the_schema() {
    let read =
        rows(&export("out.parquet", &[pair().slice(1, 0)], &options(&["id", "entities"], Offsets::Bytes)));
    assert_eq!((read.num_rows(), read.num_columns()), (0, 2));
}

#[test]
fn groups_end_by_documents_and_by_text() {
    let texts = |sizes: &[usize]| {
        let texts: StringArray = sizes.iter().map(|size| Some("x".repeat(*size))).collect();
        RecordBatch::try_from_iter_with_nullable([("text", Arc::new(texts) as ArrayRef, true)]).unwrap()
    };
    let sizes = |batch: RecordBatch| group_sizes(&export("out.parquet", &[batch], &ExportOptions::default()));
    assert_eq!(sizes(texts(&vec![1; 2050])), [1024, 1024, 2]);
    assert_eq!(sizes(texts(&[1, 20 << 20, 8 << 20, 8 << 20, 3])), [2, 2, 1]);
}
