//! The rules of the interface, tried on every stage of a plugin.

use crate::documents::{batch, texts};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{Schema, SchemaRef};
use docmill_loader::{HostContext, Instance, Library, LinkedEntry, LoadError, Output, Rows};
use docmill_pipeline::{Kind, StageInfo};
use docmill_sdk::columns::{is_layer, notation};
use docmill_sdk::{Column, Documents, StageError};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// One rule tried on one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stage.
    pub stage: String,
    /// The rule, in a few words.
    pub rule: &'static str,
    /// Whether the stage keeps it, or how it does not.
    pub outcome: Result<(), String>,
}

type Outcome = Result<(), String>;
type Rule = (&'static str, fn(&Subject<'_>) -> Outcome);

/// Loads a plugin and tries every rule on every stage it ships, with these params: the same for all, or under each
/// stage's name its own.
///
/// # Errors
/// When the library cannot be loaded.
pub fn conformance(path: &Path, params: &Value) -> Result<Vec<Finding>, LoadError> {
    conformance_with(path, params, &inside)
}

/// The same for instances that are made in another way, such as in processes of their own.
///
/// # Errors
/// When the library cannot be loaded.
pub fn conformance_with(path: &Path, params: &Value, make: &Make<'_>) -> Result<Vec<Finding>, LoadError> {
    Library::open(path).map(|library| try_all(library, params, make))
}

/// An instance of a transform, wherever it runs. Errors are in words.
pub trait Calls: Send {
    /// Binds the input's columns and tells those of the output.
    ///
    /// # Errors
    /// When the stage refuses them.
    fn open(&mut self, input: &SchemaRef) -> Result<Option<SchemaRef>, String>;

    /// Sends a batch through.
    ///
    /// # Errors
    /// When the stage fails.
    fn process(&mut self, batch: &RecordBatch) -> Result<Output, String>;
}

/// Makes an instance of the stage with this number with these params.
pub type Make<'a> = dyn Fn(&'static Library, usize, &Value) -> Result<Box<dyn Calls>, String> + 'a;

impl Calls for Instance {
    fn open(&mut self, input: &SchemaRef) -> Result<Option<SchemaRef>, String> {
        Self::open(self, Some(input)).map_err(|e| e.to_string())
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, String> {
        Self::process(self, batch).map_err(|e| e.to_string())
    }
}

/// An instance in this process.
fn inside(library: &'static Library, stage: usize, params: &Value) -> Result<Box<dyn Calls>, String> {
    let host = HostContext::new(library.stage_id(stage), Path::new("."), Arc::default());
    let made = library.create(stage, params, host).map_err(|e| text_of(&e))?;
    Ok(Box::new(made))
}

/// The same for a plugin that is linked in.
///
/// # Errors
/// When its entry function fails.
pub fn conformance_linked(entry: LinkedEntry, params: &Value) -> Result<Vec<Finding>, LoadError> {
    Library::linked(entry).map(|library| try_all(library, params, &inside))
}

fn try_all(library: Library, params: &Value, make: &Make<'_>) -> Vec<Finding> {
    let library: &'static Library = Box::leak(Box::new(library));
    let mut findings = Vec::new();
    for number in 0..library.stages().len() {
        let stage = library.stage_id(number).to_owned();
        let info: Result<StageInfo, String> =
            serde_json::from_value(library.stages()[number].clone()).map_err(|e| e.to_string());
        let described = info.as_ref().map_err(Clone::clone).and_then(check_description);
        findings.push(Finding {
            stage: stage.clone(),
            rule: "the description makes sense",
            outcome: described,
        });
        let Ok(info) = info else { continue };
        // Params of several stages stand under their names.
        let params = params.get(&info.id).filter(|own| own.is_object()).unwrap_or(params);
        let subject = Subject { library, number, info, params, make };
        for (rule, check) in RULES {
            if subject.info.kind == Kind::Transform || *rule == UNKNOWN_PARAM {
                findings.push(Finding { stage: stage.clone(), rule, outcome: check(&subject) });
            }
        }
    }
    findings
}

struct Subject<'a> {
    library: &'static Library,
    number: usize,
    info: StageInfo,
    params: &'a Value,
    make: &'a Make<'a>,
}

const UNKNOWN_PARAM: &str = "an unknown option is refused";

const RULES: &[Rule] = &[
    (UNKNOWN_PARAM, unknown_param),
    ("process before open is refused", before_open),
    ("open twice is refused", open_twice),
    ("the columns added are those declared", declared_columns),
    ("an input without its columns is refused", missing_columns),
    ("an empty batch gives an empty batch", empty_batch),
    ("every sort of text is taken, spans are sound", all_texts),
    ("the same input gives the same output", twice_the_same),
    ("output does not depend on how documents are batched", batching),
    ("output outlives the instance, on another thread", outlives),
    ("two instances at once do not disturb each other", concurrently),
];

fn check_description(info: &StageInfo) -> Outcome {
    if info.id.is_empty() || info.version.is_empty() || info.summary.is_empty() {
        return Err("id, version or summary is empty".to_owned());
    }
    if info.params.get("type").and_then(Value::as_str) != Some("object") {
        return Err("params are not described as an object".to_owned());
    }
    Ok(())
}

fn text_of(error: &StageError) -> String {
    error.to_string()
}

impl Subject<'_> {
    fn create(&self) -> Result<Box<dyn Calls>, String> {
        (self.make)(self.library, self.number, self.params)
            .map_err(|e| format!("it cannot be made with these params (--params gives others): {e}"))
    }

    fn input(&self, texts: &[String]) -> RecordBatch {
        batch(texts, &self.info.reads)
    }

    fn opened(&self, input: &RecordBatch) -> Result<Box<dyn Calls>, String> {
        let mut instance = self.create()?;
        instance.open(&input.schema())?;
        Ok(instance)
    }

    fn output(&self, input: &RecordBatch) -> Result<Output, String> {
        let mut instance = self.opened(input)?;
        instance.process(input)
    }
}

fn unknown_param(subject: &Subject<'_>) -> Outcome {
    let mut params = subject.params.clone();
    if let Some(object) = params.as_object_mut() {
        object.insert("no_such_option".to_owned(), json!(1));
    }
    match (subject.make)(subject.library, subject.number, &params) {
        Ok(_) => Err("`no_such_option = 1` was taken".to_owned()),
        Err(_) => Ok(()),
    }
}

fn before_open(subject: &Subject<'_>) -> Outcome {
    let input = subject.input(&texts());
    match subject.create()?.process(&input) {
        Ok(_) => Err("it answered".to_owned()),
        Err(_) => Ok(()),
    }
}

fn open_twice(subject: &Subject<'_>) -> Outcome {
    let input = subject.input(&texts());
    let mut instance = subject.opened(&input)?;
    match instance.open(&input.schema()) {
        Ok(_) => Err("it answered".to_owned()),
        Err(_) => Ok(()),
    }
}

fn declared_columns(subject: &Subject<'_>) -> Outcome {
    let input = subject.input(&texts());
    let mut instance = subject.create()?;
    let made = instance.open(&input.schema())?;
    let made = made.unwrap_or_else(|| Arc::new(Schema::empty()));
    let visible = made.fields().iter().filter(|f| !f.name().starts_with("__"));
    let given: Vec<String> = visible.map(|f| format!("{}: {}", f.name(), notation(f.data_type()))).collect();
    let schema = input.schema();
    let columns: Vec<Column> = schema.fields().iter().map(|field| Column::from(field.as_ref())).collect();
    let planned =
        subject.library.plan(subject.number, subject.params, &json!(columns)).map_err(|e| text_of(&e))?;
    let promised: Vec<String> = planned
        .adds
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| {
            let text = |key: &str| c.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{}: {}", text("name"), text("type"))
        })
        .collect();
    if given == promised { Ok(()) } else { Err(format!("declared {promised:?}, gave {given:?}")) }
}

fn missing_columns(subject: &Subject<'_>) -> Outcome {
    if subject.info.reads.iter().all(|column| column.optional) {
        return Ok(());
    }
    let input = batch(&texts(), &[]);
    let mut instance = subject.create()?;
    if instance.open(&input.schema()).is_err() {
        return Ok(());
    }
    match instance.process(&input) {
        Err(_) => Ok(()),
        Ok(_) => Err("a batch without columns was taken".to_owned()),
    }
}

fn empty_batch(subject: &Subject<'_>) -> Outcome {
    let output = subject.output(&subject.input(&[]))?;
    match output.columns.num_rows() {
        0 => Ok(()),
        rows => Err(format!("{rows} rows came back")),
    }
}

fn all_texts(subject: &Subject<'_>) -> Outcome {
    let texts = texts();
    let output = subject.output(&subject.input(&texts))?;
    let layers = output.columns.schema();
    for field in layers.fields().iter().filter(|field| is_layer(field.data_type())) {
        let layer = Documents::new(&output.columns).layer(field.name()).map_err(|e| e.to_string())?;
        for row in 0..output.columns.num_rows() {
            let from = match &output.rows {
                Rows::Same => row,
                Rows::From(parents) => parents.value(row) as usize,
            };
            layer
                .check(row, &texts[from])
                .map_err(|why| format!("document {from}, layer {}: {why}", field.name()))?;
        }
    }
    Ok(())
}

fn same(one: &Output, other: &Output) -> bool {
    one.columns == other.columns && one.rows == other.rows && one.fates == other.fates
}

fn twice_the_same(subject: &Subject<'_>) -> Outcome {
    let input = subject.input(&texts());
    let mut instance = subject.opened(&input)?;
    let first = instance.process(&input)?;
    let second = instance.process(&input)?;
    if same(&first, &second) { Ok(()) } else { Err("the second output differs from the first".to_owned()) }
}

/// Arrow compares by value: the dictionaries behind labels may differ between batches.
fn batching(subject: &Subject<'_>) -> Outcome {
    if subject.info.changes_rows {
        return Ok(());
    }
    let input = subject.input(&texts());
    let whole = subject.output(&input)?;
    for size in [1, 3] {
        for offset in (0..input.num_rows()).step_by(size) {
            let len = size.min(input.num_rows() - offset);
            let part = subject.output(&input.slice(offset, len))?;
            let want = whole.columns.slice(offset, len);
            for column in 0..want.num_columns() {
                if want.column(column) != part.columns.column(column) {
                    let name = want.schema_ref().field(column).name().clone();
                    return Err(format!("column `{name}` of documents {offset}..{} differs", offset + len));
                }
            }
        }
    }
    Ok(())
}

fn outlives(subject: &Subject<'_>) -> Outcome {
    let input = subject.input(&texts());
    let output = subject.output(&input)?;
    let seen = std::thread::spawn(move || output.columns.columns().iter().map(Array::len).sum::<usize>());
    seen.join().map(|_| ()).map_err(|_| "reading it on another thread failed".to_owned())
}

fn concurrently(subject: &Subject<'_>) -> Outcome {
    let input = subject.input(&texts());
    let want = subject.output(&input)?;
    let (one, other) = (subject.opened(&input)?, subject.opened(&input)?);
    let results: Vec<Result<bool, String>> = std::thread::scope(|scope| {
        let run = |mut instance: Box<dyn Calls>| {
            let (input, want) = (&input, &want);
            scope.spawn(move || instance.process(input).map(|got| same(&got, want)))
        };
        let threads = [run(one), run(other)];
        threads.map(|t| t.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()))).to_vec()
    });
    for result in results {
        if !result? {
            return Err("an output differs from that of a single instance".to_owned());
        }
    }
    Ok(())
}
