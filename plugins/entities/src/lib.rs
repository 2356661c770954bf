//! The stages `entities`: who, where, which, when and how much, and `quotes`: who said what.
//!
//! [`annotator`] takes a text and gives mentions and entities, without arrow:
//!
//! ```
//! use docmill_entities::annotator::{Annotations, Annotator, Document, Options};
//! use docmill_entities::model::Model;
//!
//! let text = "The bridge in Lima cost USD3.2 million.";
//! let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
//! let mut found = Annotations::default();
//! let annotator = Annotator::new(Options::default()).with_model(Some(Model::embedded()));
//! annotator.annotate(&document, &mut found);
//! let norms: Vec<_> = found.mentions.iter().filter_map(|m| m.norm.as_deref()).collect();
//! assert_eq!(norms, ["USD 3200000"]);
//! ```

mod amount;
pub mod annotator;
mod calendar;
#[cfg(test)]
mod cases;
mod clock;
mod currency;
mod date;
mod form;
pub mod gazetteer;
mod identity;
pub mod label;
pub mod learn;
mod lexicon;
mod lists;
mod mention;
pub mod model;
mod number;
pub mod quotes;
mod run;
mod split;
mod unit;
mod verb;
mod word;

use annotator::{Annotations, Annotator, Dateline, Document, Options};
use chrono::NaiveDate;
use docmill_sdk::arrow_array::builder::{StringBuilder, StringDictionaryBuilder, UInt32Builder};
use docmill_sdk::arrow_array::types::Int32Type;
use docmill_sdk::arrow_array::{
    Array, ArrayRef, Date32Array, ListArray, StringArray, StructArray, UInt32Array,
};
use docmill_sdk::arrow_schema::{DataType, Field};
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{
    About, Added, AttributeKind, Documents, Host, LayerBuilder, LayerType, Span, StageError, Transform,
    Value, columns,
};
use gazetteer::{Gazetteer, Term};
use label::Label;
use model::Model;
use quotes::stage::Quotes;
use std::path::Path;
use std::sync::Arc;

/// How a date such as `03/04/2025` is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "kebab-case")]
pub enum DateOrder {
    /// 3 April.
    #[default]
    DayFirst,
    /// March 4.
    MonthFirst,
}

/// What decides on names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "kebab-case")]
pub enum NamesBy {
    /// A model that sees what the rules say, and more.
    #[default]
    Model,
    /// The rules and word lists alone.
    Rules,
}

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// The labels wanted; empty for all.
    pub types: Vec<Label>,
    /// Keeps dates without a weekday, month name or year, such as "last month".
    pub relative_dates: bool,
    /// Leaves out mentions with a lower score.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_score: f32,
    /// How a date such as 03/04/2025 is read.
    pub date_order: DateOrder,
    /// Cuts a longer expression at the names inside it, as some newswire guidelines do: `Jordan` + `Times`,
    /// `US` + `$3 million`, the year alone in `winter of 2022` and `1990s`.
    pub split_names: bool,
    /// Adds the attribute `why` to each mention: which rule, list or features decided.
    pub explain: bool,
    /// Files of terms to find: CSV with the columns phrase, label, id, `ignore_case`, or TOML with `[[term]]`
    /// tables of the same keys. Terms go before all else that overlaps them; among themselves the one that
    /// begins first, then the longest, then the one named first. An id becomes the `norm` of its mentions.
    #[schemars(schema_with = "files")]
    pub gazetteers: Vec<String>,
    /// A model for names that `train-entities` wrote; without it, the one that docmill brings along.
    /// `cargo run --release -p docmill-entities --bin train-entities -- --out own.bin own.conll` trains one on
    /// texts of your own: `CoNLL` columns, or JSON Lines with `text` and `entities`.
    #[schemars(schema_with = "file")]
    pub model: Option<String>,
    /// What decides on names.
    pub names_by: NamesBy,
    /// Patterns to find, after the terms of the files: `#` stands for digits, `^` for a word with a capital, `*`
    /// for any word.
    pub patterns: Vec<PatternParam>,
}

/// A pattern of the option `patterns`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct PatternParam {
    /// What to look for, such as `Flight #`.
    pub pattern: String,
    /// The label of what is found.
    pub label: Label,
    /// The `norm` of what is found.
    #[serde(default)]
    pub id: Option<String>,
    /// Finds the pattern in any spelling of its ASCII letters.
    #[serde(default)]
    pub ignore_case: bool,
}

fn files(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "array", "items": { "type": "string", "format": "input-path" } })
}

fn file(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "null"], "format": "input-path" })
}

impl PatternParam {
    fn term(&self) -> Term {
        Term {
            text: self.pattern.clone(),
            is_pattern: true,
            label: self.label,
            id: self.id.clone(),
            ignore_case: self.ignore_case,
            origin: "patterns".to_owned(),
        }
    }
}

impl Default for Params {
    fn default() -> Self {
        let (types, min_score, date_order) = (Vec::new(), 0.0, DateOrder::DayFirst);
        let (gazetteers, patterns) = (Vec::new(), Vec::new());
        Self {
            types,
            relative_dates: true,
            min_score,
            date_order,
            split_names: false,
            explain: false,
            gazetteers,
            model: None,
            names_by: NamesBy::Model,
            patterns,
        }
    }
}

/// Finds entities and tells which mentions are of one.
pub struct Entities {
    annotator: Annotator,
    explain: bool,
}

/// The layer `entities`, with what decided on each mention if `explain` asks for it.
fn layer(explain: bool) -> LayerType {
    if explain { columns::entities().with("why", AttributeKind::Text) } else { columns::entities() }
}

impl Transform for Entities {
    type Params = Params;

    fn about() -> About {
        About::new(
            "entities",
            env!("CARGO_PKG_VERSION"),
            "finds people, organisations, places, dates and amounts",
        )
        .reads([columns::text(), columns::spans("sentences").field()])
        .reads_if_present([columns::published(), columns::dateline(), columns::body_start()])
        .writes([columns::entities().field(), columns::entity_list()])
    }

    fn writes(params: &Params) -> Vec<Field> {
        vec![layer(params.explain).field(), columns::entity_list()]
    }

    fn check(params: &Params) -> Result<(), StageError> {
        if params.model.is_some() && params.names_by == NamesBy::Rules {
            return Err(StageError::param(["model"], "a model has no say where `names_by` is `rules`"));
        }
        patterns(params)
    }

    fn new(params: Params, host: Host) -> Result<Self, StageError> {
        let mut terms = Vec::new();
        for (at, name) in params.gazetteers.iter().enumerate() {
            let read = gazetteer::read(&host.resolve(Path::new(name)), name);
            terms.extend(
                read.map_err(|why| StageError::param(["gazetteers", &at.to_string()], why.to_string()))?,
            );
        }
        terms.extend(params.patterns.iter().map(PatternParam::term));
        let gazetteer = Gazetteer::new(terms).map_err(|why| StageError::param(["gazetteers"], why))?;
        let model = model(&params, host)?;
        let options = Options {
            types: params.types,
            relative_dates: params.relative_dates,
            min_score: params.min_score,
            day_first: params.date_order == DateOrder::DayFirst,
            split_names: params.split_names,
            explain: params.explain,
        };
        let annotator = Annotator::new(options).with_gazetteer(gazetteer).with_model(model);
        Ok(Self { annotator, explain: params.explain })
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let (texts, layer) = (documents.texts()?, documents.layer("sentences")?);
        let (published, bodies) = (documents.dates("published").ok(), documents.numbers("body_start").ok());
        let datelines = documents.structs("dateline").ok();
        let (mut out, mut sentences, mut found) =
            (Columns::new(self.explain), Vec::new(), Annotations::default());
        for row in 0..documents.len() {
            let text = texts.value(row);
            sentences.clear();
            sentences.extend(layer.spans(row, text));
            let document = Document {
                text,
                published: published.and_then(|p| day(p, row)),
                body_start: bodies.map_or(0, |b| b.value(row) as usize),
                dateline: datelines.and_then(|d| dateline(d, row, text)),
                sentences: &sentences,
            };
            self.annotator.annotate(&document, &mut found);
            out.push(&found);
        }
        Ok(Added::columns(out.finish()))
    }
}

/// The model that the params ask for.
fn model(params: &Params, host: Host) -> Result<Option<Model>, StageError> {
    if params.names_by == NamesBy::Rules {
        return Ok(None);
    }
    let Some(name) = &params.model else { return Ok(Some(Model::embedded())) };
    let failed = |why: String| StageError::param(["model"], format!("failed to read `{name}`: {why}"));
    let file = std::fs::read(host.resolve(Path::new(name))).map_err(|why| failed(why.to_string()))?;
    Model::decode(file.into()).map(Some).map_err(|why| failed(why.to_string()))
}

/// The patterns, if all of them are sound.
fn patterns(params: &Params) -> Result<(), StageError> {
    params.patterns.iter().enumerate().try_for_each(|(at, pattern)| {
        Gazetteer::new(vec![pattern.term()])
            .map(|_| ())
            .map_err(|why| StageError::param(["patterns", &at.to_string(), "pattern"], why))
    })
}

fn day(column: &Date32Array, row: usize) -> Option<NaiveDate> {
    // Days between the first day of the common era and 1970-01-01.
    const EPOCH: i32 = 719_163;
    column
        .is_valid(row)
        .then(|| column.value(row))
        .and_then(|d| NaiveDate::from_num_days_from_ce_opt(d.checked_add(EPOCH)?))
}

fn dateline<'a>(column: &'a StructArray, row: usize, text: &str) -> Option<Dateline<'a>> {
    let place: &StringArray = column.column_by_name("place")?.as_any().downcast_ref()?;
    let offset = |name: &str| {
        let offsets: &UInt32Array = column.column_by_name(name)?.as_any().downcast_ref()?;
        Some(offsets.value(row) as usize)
    };
    if column.is_null(row) || place.is_null(row) {
        return None;
    }
    let span = Span::new(text, offset("start")?, offset("end")?)?;
    Some(Dateline { place: place.value(row), span })
}

/// The columns as they grow.
struct Columns {
    mentions: LayerBuilder,
    names: StringBuilder,
    labels: StringDictionaryBuilder<Int32Type>,
    counts: UInt32Builder,
    firsts: UInt32Builder,
    lengths: Vec<usize>,
}

impl Columns {
    fn new(explain: bool) -> Self {
        Self {
            mentions: LayerBuilder::new(&layer(explain)),
            names: StringBuilder::new(),
            labels: StringDictionaryBuilder::new(),
            counts: UInt32Builder::new(),
            firsts: UInt32Builder::new(),
            lengths: Vec::new(),
        }
    }

    fn push(&mut self, found: &Annotations) {
        for mention in &found.mentions {
            let norm = mention.norm.as_deref().map_or(Value::Null, Value::Text);
            let explicit =
                if mention.label == Label::Date { Value::Bool(mention.explicit) } else { Value::Null };
            let (score, entity) = (Value::F32(mention.score), Value::U32(mention.entity));
            let why = mention.why.as_deref().map_or(Value::Null, Value::Text);
            let label = Value::Text(mention.label.as_str());
            self.mentions.push(mention.span, &[label, norm, explicit, score, entity, why]);
        }
        self.mentions.end_document();
        for entity in &found.entities {
            self.names.append_value(&entity.name);
            self.labels.append_value(entity.label.as_str());
            self.counts.append_value(entity.mentions);
            self.firsts.append_value(entity.first);
        }
        self.lengths.push(found.entities.len());
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        let DataType::List(item) = columns::entity_list().data_type().clone() else { return Vec::new() };
        let DataType::Struct(fields) = item.data_type().clone() else { return Vec::new() };
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.names.finish()),
            Arc::new(self.labels.finish()),
            Arc::new(self.counts.finish()),
            Arc::new(self.firsts.finish()),
        ];
        let total = self.lengths.iter().sum();
        let entities = StructArray::try_new_with_length(fields, arrays, None, total)
            .expect("the arrays were made for these fields");
        let offsets = docmill_sdk::arrow_buffer::OffsetBuffer::from_lengths(self.lengths);
        vec![self.mentions.finish(), Arc::new(ListArray::new(item, offsets, Arc::new(entities), None))]
    }
}

docmill_sdk::export!(transform Entities, transform Quotes);

#[cfg(test)]
mod contract {
    use crate as docmill_entities;
    docmill_testkit::contract!(docmill_entities, {});
}

#[cfg(test)]
mod tests;
