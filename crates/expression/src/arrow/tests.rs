use super::*;
use crate::{check, condition, parse};
use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::{Int8Type, Int32Type, UInt16Type};
use arrow_array::*;
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{Field, TimeUnit};
use proptest::prelude::*;
use std::sync::Arc;

/// A document as plain values: what the batch is made of, and the row that it must agree with.
#[derive(Clone, Debug)]
struct Plain {
    lang: Option<&'static str>,
    paid: Option<bool>,
    words: Option<u32>,
    large: i64,
    score: Option<f64>,
    share: Option<f32>,
    day: Option<i32>,
    time: Option<i64>,
    entities: Option<Vec<&'static str>>,
    topics: Option<Vec<Option<&'static str>>>,
    /// Whether there is a dateline, and its place.
    place: (bool, Option<&'static str>),
    meta: Vec<(&'static str, Option<&'static str>)>,
}

struct PlainRow<'a>(&'a Plain, &'a [Name]);

impl PlainRow<'_> {
    fn name(&self, name: usize) -> String {
        self.1[name].path().join(".")
    }
}

impl Row for PlainRow<'_> {
    fn value(&self, name: usize) -> Value<'_> {
        let (row, there) = (self.0, |is: bool| if is { Value::Present } else { Value::Missing });
        match self.name(name).as_str() {
            "lang" | "coded" | "tiny" | "wide" | "view" => row.lang.into(),
            "paid" => row.paid.into(),
            "words" => row.words.into(),
            "large" => row.large.into(),
            "score" => row.score.into(),
            "share" => row.share.map(f64::from).into(),
            "day" => row.day.map_or(Value::Missing, Value::Date),
            "time" => row.time.map_or(Value::Missing, |time| Value::Timestamp(i128::from(time) * 1_000_000)),
            "entities" => there(row.entities.is_some()),
            "topics" => there(row.topics.is_some()),
            "dateline" => there(row.place.0),
            "dateline.place" => row.place.1.filter(|_| row.place.0).into(),
            "meta" => Value::Present,
            "meta.section" => row.meta.iter().find(|(key, _)| *key == "section").and_then(|(_, v)| *v).into(),
            _ => Value::Missing,
        }
    }

    fn count(&self, name: usize, label: Option<&str>) -> Option<u64> {
        let count = match (self.name(name).as_str(), label) {
            ("entities" | "plain", None) => self.0.entities.as_ref()?.len(),
            ("entities" | "plain", Some(label)) => {
                self.0.entities.as_ref()?.iter().filter(|entity| **entity == label).count()
            }
            ("topics", _) => self.0.topics.as_ref()?.len(),
            ("meta", _) => self.0.meta.len(),
            _ => return None,
        };
        Some(count as u64)
    }

    fn holds(&self, _: usize, wanted: Value<'_>) -> bool {
        self.0.topics.iter().flatten().flatten().any(|topic| Value::Text(topic).is_same(wanted))
    }
}

fn layer(rows: &[Plain], labels: ArrayRef) -> ArrayRef {
    let total = labels.len();
    let offsets: ArrayRef = Arc::new(UInt32Array::from(vec![0; total]));
    let items = StructArray::from(vec![
        (Arc::new(Field::new("start", DataType::UInt32, false)), offsets.clone()),
        (Arc::new(Field::new("end", DataType::UInt32, false)), offsets),
        (Arc::new(Field::new("label", labels.data_type().clone(), true)), labels),
    ]);
    let item = Field::new("item", items.data_type().clone(), false);
    let lengths = rows.iter().map(|row| row.entities.as_ref().map_or(0, Vec::len));
    let nulls = rows.iter().map(|row| row.entities.is_some()).collect::<NullBuffer>();
    Arc::new(ListArray::new(
        Arc::new(item),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(items),
        Some(nulls),
    ))
}

fn batch(rows: &[Plain]) -> RecordBatch {
    let labels = || rows.iter().flat_map(|row| row.entities.iter().flatten().copied());
    let langs = || rows.iter().map(|row| row.lang);
    let mut topics = ListBuilder::new(StringBuilder::new());
    rows.iter().for_each(|row| topics.append_option(row.topics.as_ref().map(|t| t.iter().copied())));
    let mut meta = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for row in rows {
        for (key, value) in &row.meta {
            meta.keys().append_value(key);
            meta.values().append_option(*value);
        }
        meta.append(true).unwrap();
    }
    // A null struct whose field has a value: the field is missing all the same.
    let places: StringArray = rows.iter().map(|row| row.place.1).collect();
    let place_field = Field::new("place", DataType::Utf8, true);
    let dateline = StructArray::new(
        vec![place_field].into(),
        vec![Arc::new(places)],
        Some(rows.iter().map(|row| row.place.0).collect::<NullBuffer>()),
    );
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("lang", Arc::new(langs().collect::<StringArray>())),
        ("coded", Arc::new(langs().collect::<DictionaryArray<Int32Type>>())),
        ("tiny", Arc::new(langs().collect::<DictionaryArray<Int8Type>>())),
        ("wide", Arc::new(langs().collect::<LargeStringArray>())),
        ("view", Arc::new(langs().collect::<StringViewArray>())),
        ("paid", Arc::new(rows.iter().map(|row| row.paid).collect::<BooleanArray>())),
        ("words", Arc::new(rows.iter().map(|row| row.words).collect::<UInt32Array>())),
        ("large", Arc::new(rows.iter().map(|row| row.large).collect::<Int64Array>())),
        ("score", Arc::new(rows.iter().map(|row| row.score).collect::<Float64Array>())),
        ("share", Arc::new(rows.iter().map(|row| row.share).collect::<Float32Array>())),
        ("day", Arc::new(rows.iter().map(|row| row.day).collect::<Date32Array>())),
        ("time", Arc::new(rows.iter().map(|row| row.time).collect::<TimestampMillisecondArray>())),
        ("entities", layer(rows, Arc::new(labels().map(Some).collect::<DictionaryArray<Int32Type>>()))),
        ("plain", layer(rows, Arc::new(labels().map(Some).collect::<StringArray>()))),
        ("topics", Arc::new(topics.finish())),
        ("dateline", Arc::new(dateline)),
        ("meta", Arc::new(meta.finish())),
        ("nothing", Arc::new(NullArray::new(rows.len()))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

const CONDITIONS: &[&str] = &[
    "lang == 'en'",
    "coded == 'en' and lower(tiny) in ['en', 'fr'] or wide == 'fr' or view == null",
    "coded != lang or tiny != lang or wide != view",
    "lang != 'en' and coded == null",
    "matches(lang, '^e') or starts_with(tiny, 'f') or contains(wide, 'E') or ends_with(view, 'n')",
    "paid",
    "not paid and paid != null",
    "words > 5 and large < words",
    "large * 2 + words / 3 >= -score",
    "words == score or share in [0.5, 1]",
    "score == null or score != score",
    "day == date('1970-01-03') or day > date('1970-01-05')",
    "time < date('1970-01-02') or time == day",
    "len(entities) > 1 and count(entities, 'PERSON') == 1",
    "count(plain, 'PERSON') == count(entities, 'PERSON') and count(plain) == len(entities)",
    "entities == null or len(topics) == 0 or topics == null",
    "'sport' in topics or lang in topics",
    "'sport' not in topics",
    "dateline.place == 'Lima'",
    "dateline != null and dateline.place == null",
    "meta.section == 'sport' and len(meta) > 1",
    "meta.weather == null and meta != null",
    "nothing == null",
];

fn plain() -> impl Strategy<Value = Plain> {
    let lang = || prop::option::of(prop::sample::select(vec!["en", "fr", "EN", ""]));
    let label = prop::sample::select(vec!["PERSON", "PLACE", ""]);
    let topic = prop::option::of(prop::sample::select(vec!["sport", "en", "politics"]));
    let place = prop::option::of(prop::sample::select(vec!["Lima", "Köln"]));
    let entry =
        prop::sample::select(vec![("section", Some("sport")), ("section", None), ("desk", Some("sport"))]);
    let texts =
        (lang(), prop::option::of(any::<bool>()), (any::<bool>(), place), prop::collection::vec(entry, 0..3));
    let numbers = (
        prop::option::of(0_u32..10),
        -5_i64..10,
        prop::option::of(prop_oneof![Just(f64::NAN), (-4_i32..8).prop_map(|n| f64::from(n) / 2.0)]),
        prop::option::of(prop::sample::select(vec![0.5_f32, 1.0, 0.1])),
        prop::option::of(-1_i32..8),
        prop::option::of(-1_i64..300_000_000),
    );
    let lists = (
        prop::option::of(prop::collection::vec(label, 0..4)),
        prop::option::of(prop::collection::vec(topic, 0..3)),
    );
    (texts, numbers, lists).prop_map(|(texts, numbers, lists)| {
        let ((lang, paid, place, meta), (entities, topics)) = (texts, lists);
        let (words, large, score, share, day, time) = numbers;
        Plain { lang, paid, words, large, score, share, day, time, entities, topics, place, meta }
    })
}

proptest! {
    #[test]
    fn batches_agree_with_rows(rows in prop::collection::vec(plain(), 0..12), from in 0_usize..12) {
        let from = from.min(rows.len());
        let batch = batch(&rows);
        let sliced = batch.slice(from, rows.len() - from);
        for source in CONDITIONS {
            let condition = condition(source, &types_of(&batch.schema())).unwrap();
            let bound = Bound::new(&condition, &batch.schema()).unwrap();
            let wanted: Vec<bool> =
                rows.iter().map(|row| condition.holds(&PlainRow(row, condition.names()))).collect();
            for (batch, wanted) in [(&batch, wanted.as_slice()), (&sliced, &wanted[from..])] {
                let holds = bound.evaluate(batch).unwrap();
                prop_assert_eq!(holds.null_count(), 0);
                prop_assert_eq!(holds.values().iter().collect::<Vec<_>>(), wanted, "{}", source);
            }
        }
    }
}

#[test]
fn schemas_give_names() {
    let schema = batch(&[]).schema();
    let names = types_of(&schema);
    for (path, wanted) in [
        ("lang", Some(Type::Text)),
        ("coded", Some(Type::Text)),
        ("words", Some(Type::Number)),
        ("share", Some(Type::Number)),
        ("paid", Some(Type::Bool)),
        ("day", Some(Type::Date)),
        ("time", Some(Type::Timestamp)),
        ("entities", Some(Type::Layer { label: true })),
        ("topics", Some(Type::List(Box::new(Type::Text)))),
        ("dateline", Some(Type::Other)),
        ("dateline.place", Some(Type::Text)),
        ("dateline.weather", None),
        ("meta", Some(Type::Map)),
        ("meta.anything", Some(Type::Text)),
        ("meta.any.thing", None),
        ("lang.x", None),
        ("nothing", Some(Type::Other)),
        ("weather", None),
    ] {
        assert_eq!(names.ty(&path.split('.').collect::<Vec<_>>()), wanted, "{path}");
    }
    let all = names.all();
    assert!(all.contains(&"dateline.place".to_owned()) && all.contains(&"meta".to_owned()), "{all:?}");
    let faults = check(&parse("datline.place == 'Lima'").unwrap(), &names).unwrap_err();
    assert_eq!(faults[0].label, "did you mean `dateline.place`?");
}

#[test]
fn another_schema_is_refused() {
    let schema = batch(&[]).schema();
    let when = condition("words > 3", &types_of(&schema)).unwrap();
    let with = |data_type| Schema::new(vec![Field::new("words", data_type, true)]);
    let other = with(DataType::Utf8);
    for (schema, kind, message) in [
        (&Schema::empty(), BindErrorKind::Missing, "the batch has no column `words`"),
        (&other, BindErrorKind::OtherType, "column `words` is a text, not a number"),
    ] {
        let error = Bound::new(&when, schema).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        assert_eq!(error.name().to_string(), "words");
    }
    let bound = Bound::new(&when, &with(DataType::Float64)).unwrap();
    let error = bound.evaluate(&RecordBatch::new_empty(Arc::new(other))).unwrap_err();
    assert_eq!(error.kind(), BindErrorKind::OtherType);
    let wider =
        RecordBatch::try_from_iter([("words", Arc::new(UInt64Array::from(vec![2, 4])) as ArrayRef)]).unwrap();
    assert_eq!(bound.evaluate(&wider).unwrap(), BooleanArray::from(vec![false, true]));
}

#[test]
fn nulls_among_the_values_of_a_dictionary_are_missing() {
    let mut builder = StringDictionaryBuilder::<UInt16Type>::new();
    builder.append_value("en");
    let coded = builder.finish();
    let values = StringArray::from(vec![Some("en"), None]);
    let keys = UInt16Array::from(vec![Some(0), Some(1), None]);
    assert_eq!(coded.data_type(), DictionaryArray::new(keys.clone(), Arc::new(values.clone())).data_type());
    let column: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(values)));
    let batch = RecordBatch::try_from_iter_with_nullable([("lang", column, true)]).unwrap();
    let when = condition("lang == null", &types_of(&batch.schema())).unwrap();
    let holds = Bound::new(&when, &batch.schema()).unwrap().evaluate(&batch).unwrap();
    assert_eq!(holds, BooleanArray::from(vec![false, true, true]));
}

#[test]
fn times_of_every_unit_are_the_same_time() {
    let day = 20_355_i64 * 86_400;
    let columns: [(&str, ArrayRef); 4] = [
        ("s", Arc::new(TimestampSecondArray::from(vec![day]))),
        ("ms", Arc::new(TimestampMillisecondArray::from(vec![day * 1_000]).with_timezone("UTC"))),
        ("us", Arc::new(TimestampMicrosecondArray::from(vec![day * 1_000_000]))),
        ("ns", Arc::new(TimestampNanosecondArray::from(vec![day * 1_000_000_000]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    assert_eq!(batch.schema().field(0).data_type(), &DataType::Timestamp(TimeUnit::Second, None));
    let source = "s == ms and ms == us and us == ns and ns == date('2025-09-24')";
    let when = condition(source, &types_of(&batch.schema())).unwrap();
    let holds = Bound::new(&when, &batch.schema()).unwrap().evaluate(&batch).unwrap();
    assert_eq!(holds, BooleanArray::from(vec![true]));
}
