use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{MapBuilder, MapFieldNames, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Float32Array, Int32Array, ListArray, RecordBatch,
    StringArray, StructArray, UInt32Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, Schema};
use arrow_select::concat::concat_batches;
use proptest::prelude::*;

use super::*;

/// A document's text, with its annotations as the substrings they cover.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) text: String,
    /// Start and end in bytes, with a label.
    pub(crate) entities: Vec<(u32, u32, Option<usize>)>,
    pub(crate) place: Option<String>,
    pub(crate) meta: Vec<(String, String)>,
}

const LABELS: [&str; 3] = ["LOC", "ORG", "PERSON"];

fn structs(columns: Vec<(&str, DataType, ArrayRef)>, nulls: Option<NullBuffer>) -> StructArray {
    let fields: Fields =
        columns.iter().map(|(name, kind, _)| Field::new(*name, kind.clone(), true)).collect();
    StructArray::new(fields, columns.into_iter().map(|(_, _, array)| array).collect(), nulls)
}

fn lists(values: StructArray, lengths: Vec<usize>) -> ArrayRef {
    let element = Arc::new(Field::new("item", values.data_type().clone(), false));
    Arc::new(ListArray::new(element, OffsetBuffer::from_lengths(lengths), Arc::new(values), None))
}

fn labels_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn entities(samples: &[Sample]) -> ArrayRef {
    let entities: Vec<_> = samples.iter().flat_map(|sample| sample.entities.clone()).collect();
    let labels: DictionaryArray<Int32Type> =
        entities.iter().map(|(_, _, label)| label.map(|label| LABELS[label])).collect();
    let starts: ArrayRef =
        Arc::new(entities.iter().map(|(start, _, _)| Some(*start)).collect::<UInt32Array>());
    let ends: ArrayRef = Arc::new(entities.iter().map(|(_, end, _)| Some(*end)).collect::<UInt32Array>());
    let speakers: UInt32Array =
        entities.iter().map(|(start, _, label)| label.is_some().then_some(*start)).collect();
    let scores: Float32Array =
        entities.iter().map(|(start, end, _)| Some((end - start) as f32 / 10.0)).collect();
    let lengths = samples.iter().map(|sample| sample.entities.len()).collect();
    let span =
        vec![("start", DataType::UInt32, Arc::clone(&starts)), ("end", DataType::UInt32, Arc::clone(&ends))];
    let mut annotations = span.clone();
    annotations.push(("label", labels_type(), Arc::new(labels)));
    annotations.push(("speaker_start", DataType::UInt32, Arc::new(speakers)));
    annotations.push(("score", DataType::Float32, Arc::new(scores)));
    lists(structs(annotations, None), lengths)
}

/// Builds a batch; the order of the dictionary's values follows from the documents, as it does in a stage.
pub(crate) fn batch(samples: &[Sample]) -> RecordBatch {
    let text_ends: UInt32Array = samples.iter().map(|sample| Some(sample.text.len() as u32)).collect();
    let summary = structs(
        vec![
            ("start", DataType::UInt32, Arc::new(UInt32Array::from(vec![0; samples.len()]))),
            ("end", DataType::UInt32, Arc::new(text_ends.clone())),
        ],
        None,
    );
    let phrases: StringArray = samples.iter().map(|sample| Some(format!("of {}", sample.id))).collect();
    let phrases = structs(vec![("text", DataType::Utf8, Arc::new(phrases))], None);

    let places: StringArray = samples.iter().map(|sample| sample.place.as_deref()).collect();
    let dates: Date32Array = samples.iter().map(|_| None::<i32>).collect();
    let dateline = structs(
        vec![
            ("place", DataType::Utf8, Arc::new(places)),
            ("date", DataType::Date32, Arc::new(dates)),
            ("end", DataType::UInt32, Arc::new(UInt32Array::from(vec![0; samples.len()]))),
        ],
        Some(samples.iter().map(|sample| sample.place.is_some()).collect()),
    );
    let names = MapFieldNames { entry: "entries".into(), key: "key".into(), value: "value".into() };
    let mut meta = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
    for sample in samples {
        for (key, value) in &sample.meta {
            meta.keys().append_value(key);
            meta.values().append_value(value);
        }
        meta.append(true).unwrap();
    }
    let published: Date32Array = samples.iter().map(|sample| sample.title.as_ref().map(|_| 20_355)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(samples.iter().map(|sample| Some(sample.id.as_str())).collect::<StringArray>())),
        ("text", Arc::new(samples.iter().map(|sample| Some(sample.text.as_str())).collect::<StringArray>())),
        ("title", Arc::new(samples.iter().map(|sample| sample.title.as_deref()).collect::<StringArray>())),
        ("published", Arc::new(published)),
        ("dateline", Arc::new(dateline)),
        ("body_start", Arc::new(text_ends)),
        ("meta", Arc::new(meta.finish())),
        ("entities", entities(samples)),
        ("summary", lists(summary, vec![1; samples.len()])),
        ("keyphrases", lists(phrases, vec![1; samples.len()])),
    ];
    let fields: Fields =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// Two documents: one with characters of every width and one that has next to nothing.
pub(crate) fn pair() -> RecordBatch {
    let text = "Zoë 😀 met ABB.";
    let span = |word: &str| {
        let start = text.find(word).unwrap() as u32;
        (start, start + word.len() as u32)
    };
    let (zoe, abb) = (span("Zoë"), span("ABB"));
    batch(&[
        Sample {
            id: "a".into(),
            title: Some("*Met*, \"they\" did".into()),
            text: text.into(),
            entities: vec![(zoe.0, zoe.1, Some(2)), (abb.0, abb.1, None)],
            place: Some("Bern".into()),
            meta: vec![("og.url".into(), "http://x/1".into()), ("tag".into(), "=1+1".into())],
        },
        Sample {
            id: "b".into(),
            title: None,
            text: String::new(),
            entities: vec![],
            place: None,
            meta: vec![],
        },
    ])
}

pub(crate) fn options(fields: &[&str], offsets: Offsets) -> ExportOptions {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    ExportOptions { format: None, fields, offsets }
}

/// Exports batches to a file of that name and returns its bytes.
pub(crate) fn export(name: &str, batches: &[RecordBatch], options: &ExportOptions) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let mut export = Export::open(&path, batches[0].schema(), options).unwrap();
    for batch in batches {
        export.write(batch).unwrap();
    }
    export.finish().unwrap();
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, [name]);
    fs::read(path).unwrap()
}

pub(crate) fn check(name: &str, fields: &[&str], offsets: Offsets, expected: &str) {
    let bytes = export(name, &[pair()], &options(fields, offsets));
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[track_caller]
pub(crate) fn check_error(opened: Result<Export, ExportError>, kind: ErrorKind, message: &str) {
    let error = opened.err().unwrap();
    assert_eq!(error.kind(), kind);
    assert!(
        format!("{error} ({})", error.help().unwrap_or("")).contains(message),
        "{error} {:?}",
        error.help()
    );
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let text = prop_oneof!["[a-z .]{0,40}", "[aé漢😀\n\",=#*]{0,200}", "\\PC{0,30}"];
    (text, proptest::option::of("\\PC{0,9}"), proptest::option::of("[A-Z]{1,3}"), 0..5_usize, "[a-z]{1,3}")
        .prop_map(|(text, title, place, count, id)| {
            let mut bounds: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
            bounds.push(text.len() as u32);
            let spans = bounds.iter().zip(bounds.iter().skip(1)).take(count);
            let label = |start: u32| [None, Some(0), Some(1), Some(2)][start as usize % 4];
            let entities = spans.map(|(start, end)| (*start, *end, label(*start))).collect();
            let meta = vec![("k".to_owned(), text.clone())];
            Sample { id, title, text, entities, place, meta }
        })
}

const NAMES: [&str; 9] = [
    "out.jsonl",
    "out.jsonl.gz",
    "out.jsonl.zst",
    "out.csv",
    "out.csv.gz",
    "out.md",
    "out.md.zst",
    "out.parquet",
    "out.ndjson",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn same_rows_in_any_batching_give_the_same_bytes(
        samples in proptest::collection::vec(any_sample(), 1..24),
        cuts in proptest::collection::vec(0..24_usize, 0..6),
        unit in prop_oneof![Just(Offsets::Bytes), Just(Offsets::Chars), Just(Offsets::Utf16)],
        chosen in any::<bool>(),
    ) {
        let fields: &[&str] = if chosen { &["title", "entities", "dateline.place", "meta.k", "body_start"] } else { &[] };
        let options = options(fields, unit);
        let whole = batch(&samples);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(samples.len())).collect();
        cuts.extend([0, samples.len()]);
        cuts.sort_unstable();
        let ranges = || cuts.windows(2).map(|cut| cut[0]..cut[1]);
        // Slices share the whole's buffers and dictionary; batches built apart have their own.
        let slices: Vec<RecordBatch> = ranges().map(|range| whole.slice(range.start, range.len())).collect();
        let apart: Vec<RecordBatch> = ranges().map(|range| batch(&samples[range])).collect();
        for name in NAMES {
            let expected = export(name, std::slice::from_ref(&whole), &options);
            prop_assert_eq!(&export(name, &slices, &options), &expected, "{} in slices", name);
            prop_assert_eq!(&export(name, &apart, &options), &expected, "{} apart", name);
        }
    }
}

#[test]
fn many_documents_in_any_batching_give_the_same_bytes() {
    let sample = |index: usize| Sample {
        id: format!("{index}"),
        title: Some(format!("T{}", index % 7)),
        text: "é=\"x\" ".repeat(index % 90),
        entities: vec![(0, 0, Some(index % 3)); index % 5],
        place: None,
        meta: vec![],
    };
    let samples: Vec<Sample> = (0..2500).map(sample).collect();
    let whole = batch(&samples);
    let slices: Vec<RecordBatch> =
        (0..2500).step_by(97).map(|at| whole.slice(at, 97.min(2500 - at))).collect();
    for name in NAMES {
        let expected = export(name, std::slice::from_ref(&whole), &ExportOptions::default());
        assert!(export(name, &slices, &ExportOptions::default()) == expected, "{name}");
    }
}

#[test]
fn unfinished_export_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/out.jsonl");
    fs::create_dir(folder.path().join("new")).unwrap();
    fs::write(&path, "old").unwrap();
    let mut export = Export::open(&path, pair().schema(), &ExportOptions::default()).unwrap();
    export.write(&pair()).unwrap();
    assert!(folder.path().join("new/.out.jsonl.part").exists());
    drop(export);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);

    let export = Export::open(&path, pair().schema(), &ExportOptions::default()).unwrap();
    export.finish().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}

#[test]
fn failed_write_cannot_be_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let mut export = Export::open(&path, pair().schema(), &ExportOptions::default()).unwrap();
    let narrow = pair().project(&[0, 1]).unwrap();
    assert_eq!(export.write(&narrow).unwrap_err().kind(), ErrorKind::Schema);
    assert!(export.finish().is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn refusals_before_the_first_document() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, fields: &[&str]| {
        Export::open(&folder.path().join(name), pair().schema(), &options(fields, Offsets::Chars))
    };
    check_error(open("out.txt", &[]), ErrorKind::Format, "suffix");
    check_error(open("out.parquet.zst", &[]), ErrorKind::Format, "compressed already");
    check_error(open("out.csv", &["id", "entites"]), ErrorKind::Field, "columns here: id, text, title");
    check_error(open("out.csv", &["dateline.city"]), ErrorKind::Field, "place, date, end");
    check_error(open("out.csv", &["entities.label"]), ErrorKind::Field, "is a list");
    check_error(open("out.csv", &["id", "id"]), ErrorKind::Field, "twice");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    fs::write(folder.path().join("file"), "").unwrap();
    check_error(open("file/out.csv", &[]), ErrorKind::Io, "create folder");
    fs::create_dir(folder.path().join("folder.csv")).unwrap();
    check_error(open("folder.csv", &[]), ErrorKind::Io, "names a folder");
    let nowhere = Path::new("/proc/docmill-nowhere/out.csv");
    check_error(Export::open(nowhere, pair().schema(), &ExportOptions::default()), ErrorKind::Io, "create");

    let no_text = Arc::new(pair().schema().project(&[0, 7]).unwrap());
    let path = folder.path().join("out.jsonl");
    check_error(
        Export::open(&path, no_text, &options(&[], Offsets::Utf16)),
        ErrorKind::Column,
        "no utf8 column `text`",
    );
}

#[test]
fn null_among_dictionary_values_is_null_everywhere() {
    let values: ArrayRef = Arc::new(StringArray::from(vec![Some("LOC"), None]));
    let labels = DictionaryArray::<Int32Type>::new(Int32Array::from(vec![Some(1), Some(0), None]), values);
    let batch =
        RecordBatch::try_from_iter_with_nullable([("label", Arc::new(labels) as ArrayRef, true)]).unwrap();
    let json = export("a.jsonl", std::slice::from_ref(&batch), &ExportOptions::default());
    assert_eq!(String::from_utf8(json).unwrap(), "{\"label\":null}\n{\"label\":\"LOC\"}\n{\"label\":null}\n");
    let csv = export("a.csv", std::slice::from_ref(&batch), &ExportOptions::default());
    assert_eq!(String::from_utf8(csv).unwrap(), "label\n\"\"\nLOC\n\"\"\n");
    let parquet = crate::parquet::tests::rows(&export("a.parquet", &[batch], &ExportOptions::default()));
    let nulls = parquet.column(0).logical_nulls().unwrap();
    assert_eq!(nulls.iter().collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn batch_without_columns_keeps_its_rows() {
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(2));
    let none = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).unwrap();
    assert_eq!(export("a.jsonl", &[none], &ExportOptions::default()), b"{}\n{}\n");
}

#[test]
fn rows_of_a_concatenation_are_those_of_its_parts() {
    let both = concat_batches(&pair().schema(), &[pair(), pair()]).unwrap();
    let options = options(&[], Offsets::Utf16);
    assert_eq!(export("a.md", &[both], &options), export("a.md", &[pair(), pair()], &options));
}
