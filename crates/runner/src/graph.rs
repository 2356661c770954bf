//! The plan with its arrow schemas: which columns reach each stage.

use crate::{Failure, RunError, RunErrorKind, Stage, Stages};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use docmill_expression::{Bound, types_of};
use docmill_pipeline::{DROP_REASON, Edge, Kind, Plan, PlannedStage};
use docmill_sdk::columns::{self, notation};
use std::sync::Arc;

/// A plan's stages, opened: one set of instances for one thread.
pub(crate) struct Opened {
    /// One instance a stage; none for a sink, which is opened once, apart.
    pub(crate) stages: Vec<Option<Box<dyn Stage>>>,
    /// The columns that reach each stage.
    pub(crate) inputs: Vec<SchemaRef>,
    /// The columns after each stage.
    pub(crate) schemas: Vec<SchemaRef>,
    /// Of those the columns that each stage adds.
    pub(crate) added: Vec<SchemaRef>,
    /// The columns of the documents that each stage drops.
    pub(crate) dropped: Vec<SchemaRef>,
    /// The condition of each stage that has one.
    pub(crate) conditions: Vec<Option<Bound>>,
    /// Whether a stage reads the documents that this one drops.
    pub(crate) is_read: Vec<bool>,
}

impl Opened {
    /// The columns of an output.
    fn output(&self, edge: &Edge) -> Option<&SchemaRef> {
        if edge.dropped { self.dropped.get(edge.stage) } else { self.schemas.get(edge.stage) }
    }
}

/// Makes and opens every stage but the sinks.
pub(crate) fn open(plan: &Plan, stages: &dyn Stages) -> Result<Opened, RunError> {
    let edges: Vec<&Edge> = plan.stages.iter().flat_map(|stage| &stage.from).collect();
    let is_read = |stage| edges.iter().any(|edge| edge.dropped && edge.stage == stage);
    let is_read = (0..plan.stages.len()).map(is_read).collect();
    let (inputs, schemas, added) = (Vec::new(), Vec::new(), Vec::new());
    let (stages_made, dropped, conditions) = (Vec::new(), Vec::new(), Vec::new());
    let mut opened = Opened { stages: stages_made, inputs, schemas, added, dropped, conditions, is_read };
    for planned in &plan.stages {
        let input = input_schema(planned, &opened);
        if planned.kind == Kind::Sink {
            opened.schemas.push(input.clone());
            opened.added.push(Arc::new(Schema::empty()));
            opened.stages.push(None);
        } else {
            let Created { stage, schema, added } = create(planned, stages, &input)
                .map_err(|failure| RunError::of_stage(RunErrorKind::Setup, &planned.id, &failure))?;
            opened.stages.push(Some(stage));
            opened.schemas.push(schema);
            opened.added.push(added);
        }
        opened.conditions.push(condition(planned, &input)?);
        opened.dropped.push(dropped_schema(&input));
        opened.inputs.push(input);
    }
    Ok(opened)
}

/// An instance of a stage, open, with the columns after it and those of them that it adds.
pub(crate) struct Created {
    pub(crate) stage: Box<dyn Stage>,
    pub(crate) schema: SchemaRef,
    pub(crate) added: SchemaRef,
}

/// Makes and opens one instance, and tells the columns after it.
pub(crate) fn create(
    planned: &PlannedStage,
    stages: &dyn Stages,
    input: &SchemaRef,
) -> Result<Created, Failure> {
    let mut stage = stages.create(planned)?;
    let sent = read_schema(planned, input);
    if let Some(lost) = planned.reads.iter().find(|column| input.field_with_name(&column.name).is_err()) {
        let message =
            format!("column `{}: {}` has different types in the branches that meet here", lost.name, lost.ty);
        return Err(Failure::new("schema", message));
    }
    let made = stage.open((planned.kind != Kind::Source).then_some(&sent))?;
    let made = made.unwrap_or_else(|| Arc::new(Schema::empty()));
    check_declared(planned, &made)?;
    check_exact(planned, &made)?;
    let added = made.fields().iter().filter(|f| !f.name().starts_with("__"));
    // A document that goes past the stage has nothing there.
    let may_be_null = planned.when.is_some();
    let added = added.map(|field| {
        if may_be_null { Arc::new(field.as_ref().clone().with_nullable(true)) } else { field.clone() }
    });
    let added = Arc::new(Schema::new(added.collect::<Fields>()));
    let kept = input.fields().iter().filter(|f| is_kept(planned, f.name(), f.data_type(), &made)).cloned();
    let schema = Arc::new(Schema::new(kept.chain(added.fields().iter().cloned()).collect::<Fields>()));
    Ok(Created { stage, schema, added })
}

/// True for a column of the input that is still true of the output: one that the stage does not write
/// anew, and no layer over a text that it does.
fn is_kept(planned: &PlannedStage, name: &str, data_type: &DataType, made: &Schema) -> bool {
    let writes = |name: &str| made.field_with_name(name).is_ok();
    let stale = planned.changes_rows && writes("text") && columns::is_layer(data_type);
    !writes(name) && !stale
}

/// The columns that reach a stage: of one input all, of several those that they share.
fn input_schema(planned: &PlannedStage, opened: &Opened) -> SchemaRef {
    let mut inputs = planned.from.iter().filter_map(|edge| opened.output(edge));
    let Some(first) = inputs.next() else { return Arc::new(Schema::empty()) };
    let rest: Vec<&SchemaRef> = inputs.collect();
    if rest.is_empty() {
        return first.clone();
    }
    let shared = first.fields().iter().filter_map(|field| {
        let others: Result<Vec<&Field>, _> =
            rest.iter().map(|other| other.field_with_name(field.name())).collect();
        let others = others.ok().filter(|all| all.iter().all(|f| f.data_type() == field.data_type()))?;
        let may_be_null = field.is_nullable() || others.iter().any(|other| other.is_nullable());
        Some(Arc::new(field.as_ref().clone().with_nullable(may_be_null)))
    });
    Arc::new(Schema::new(shared.collect::<Fields>()))
}

/// The condition of a stage, ready for batches of its input.
fn condition(planned: &PlannedStage, input: &Schema) -> Result<Option<Bound>, RunError> {
    let Some(when) = &planned.when else { return Ok(None) };
    let bound = docmill_expression::condition(when, &types_of(input))
        .map_err(|faults| faults.first().map_or_else(String::new, |fault| fault.message.clone()))
        .and_then(|typed| Bound::new(&typed, input).map_err(|e| e.to_string()));
    let failed = |why: String| Failure::new("config", format!("`when` does not fit the columns: {why}"));
    bound.map(Some).map_err(|why| RunError::of_stage(RunErrorKind::Setup, &planned.id, &failed(why)))
}

/// The columns that reach a stage, and the reason why it dropped the document.
fn dropped_schema(input: &Schema) -> SchemaRef {
    let kept = input.fields().iter().filter(|field| field.name() != DROP_REASON).cloned();
    let reason = Arc::new(Field::new(DROP_REASON, DataType::Utf8, false));
    Arc::new(Schema::new(kept.chain([reason]).collect::<Fields>()))
}

/// The columns that are sent to a transform: those it reads.
pub(crate) fn read_schema(planned: &PlannedStage, input: &Schema) -> SchemaRef {
    let wanted = planned.reads.iter().filter_map(|column| input.fields().find(&column.name));
    Arc::new(Schema::new(wanted.map(|(_, field)| field.clone()).collect::<Fields>()))
}

/// The columns that the host itself reads must have exactly the standard's arrow types.
fn check_exact(planned: &PlannedStage, made: &Schema) -> Result<(), Failure> {
    let mut exact = columns::document();
    if planned.kind == Kind::Source {
        exact.push(columns::error());
    } else if planned.changes_rows {
        exact.push(Field::new("__parent", DataType::UInt32, false));
        if made.field_with_name("__parent").is_err() {
            return Err(Failure::new(
                "bad_output",
                "the stage changes rows but has no column `__parent: u32`",
            ));
        }
    }
    for field in exact {
        let Ok(given) = made.field_with_name(field.name()) else { continue };
        if given.data_type() != field.data_type() {
            let message = format!(
                "column `{}` has arrow type {}, not {}",
                field.name(),
                given.data_type(),
                field.data_type()
            );
            return Err(Failure::new("bad_output", message));
        }
    }
    Ok(())
}

/// A stage must add the columns that its plan promised, and no others.
fn check_declared(planned: &PlannedStage, made: &Schema) -> Result<(), Failure> {
    let shown = |name: &str, ty: &str| format!("{name}: {ty}");
    let promised: Vec<String> = planned.adds.iter().map(|c| shown(&c.name, &c.ty.to_string())).collect();
    let visible = made.fields().iter().filter(|f| !f.name().starts_with("__"));
    let given: Vec<String> = visible.map(|f| shown(f.name(), &notation(f.data_type()))).collect();
    if promised == given {
        return Ok(());
    }
    let message = format!(
        "plugin {} {} adds [{}], but its description says [{}]",
        planned.plugin,
        planned.version,
        given.join(", "),
        promised.join(", ")
    );
    Err(Failure::new("bad_output", message))
}
