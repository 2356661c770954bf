//! The columns on every edge.

use super::inputs::Wiring;
use super::{Checker, Known, options};
use crate::suggest::{listed, short};
use crate::{
    Answer, Code, Column, ColumnType, DROP_REASON, Diagnostic, Edge, Kind, PlannedStage, StageDecl,
    StageInfo, Stages,
};

/// The columns that reach a stage.
struct Input {
    columns: Vec<Column>,
    /// Columns of a union that only some of its stages have, or have with types that do not fit; why.
    lost: Vec<(String, String)>,
    /// Columns that may be there or not, because a stage before has an error.
    unsure: Vec<String>,
}

/// A stage whose columns are known as far as its errors allow.
struct Made {
    stage: PlannedStage,
    /// The columns of the documents that it drops.
    dropped: Vec<Column>,
    /// As in [`Input`], after the stage.
    unsure: Vec<String>,
}

impl Made {
    fn output(&self, edge: &Edge) -> &[Column] {
        if edge.dropped { &self.dropped } else { &self.stage.columns }
    }
}

impl Checker<'_> {
    /// The stages with their columns; one whose columns cannot be told is left out, and so is every stage
    /// after it. Complete where there was no error.
    pub(super) fn columns(&mut self, wiring: &Wiring, fits: &[bool]) -> Vec<PlannedStage> {
        let mut made: Vec<Option<Made>> = Vec::with_capacity(self.stages.len());
        for at in 0..self.stages.len() {
            let from = wiring.from.get(at).and_then(Option::as_ref);
            let before: Option<Vec<(&Made, &Edge)>> = from.and_then(|from| {
                from.iter().map(|edge| Some((made.get(edge.stage)?.as_ref()?, edge))).collect()
            });
            let (Known { decl, info: Some(info) }, Some(from), Some(before)) =
                (self.stages[at], from, before)
            else {
                made.push(None);
                continue;
            };
            let mut input = union(&before);
            self.when(decl, info, &input.columns, &input.unsure);
            let mut reads = self.reads(decl, &info.reads, &input);
            let may_ask = reads.is_some() && fits.get(at).copied().unwrap_or_default();
            let answer = self.ask(decl, info, &mut input, may_ask);
            if let Some(wanted) = answer.reads {
                reads = self.reads(decl, &wanted, &input);
            }
            let adds = answer.adds;
            self.existing((decl, info), &adds, &input.columns, &made);
            let unsure = std::mem::take(&mut input.unsure);
            let mut dropped = input.columns.clone();
            dropped.retain(|column| column.name != DROP_REASON);
            dropped.push(Column::new(DROP_REASON, ColumnType::Utf8));
            let mut stage = self.planned(decl, info, from);
            stage.reads = reads.unwrap_or_default();
            stage.columns = input.columns;
            if !info.replaces.is_empty() {
                stage.columns.retain(|column| !adds.iter().any(|add| add.name == column.name));
            }
            for column in &adds {
                // After an error a column may be there already.
                if !stage.columns.iter().any(|known| known.name == column.name) {
                    stage.columns.push(column.clone());
                }
            }
            stage.adds = adds;
            made.push(Some(Made { stage, dropped, unsure }));
        }
        made.into_iter().flatten().map(|made| made.stage).collect()
    }

    // The stage still without columns.
    fn planned(&self, decl: &StageDecl, info: &StageInfo, from: &[Edge]) -> PlannedStage {
        PlannedStage {
            id: decl.id.value.clone(),
            use_: decl.use_.value.clone(),
            plugin: info.plugin.clone(),
            version: info.version.clone(),
            output_version: info.output_version,
            kind: info.kind,
            changes_rows: info.changes_rows,
            from: from.to_vec(),
            when: decl.when.as_ref().map(|when| when.value.clone()),
            with: decl.with.clone(),
            secrets: decl.secrets.clone(),
            reads: Vec::new(),
            adds: Vec::new(),
            columns: Vec::new(),
            on_error: decl.on_error,
            batch: decl.batch.unwrap_or(self.pipeline.run.batch),
            retry: decl.retry,
            isolation: decl.isolation.clone(),
            timeout_ms: decl.timeout_ms,
        }
    }

    // The columns that the stage reads and that are there; `None` after an error.
    fn reads(&mut self, decl: &StageDecl, wanted: &[Column], input: &Input) -> Option<Vec<Column>> {
        let mut reads = Vec::new();
        let before = self.errors.len();
        for wanted in wanted {
            match input.columns.iter().find(|column| column.name == wanted.name) {
                Some(made) => match wanted.ty.mismatch(&made.ty) {
                    None => reads.push(made.clone()),
                    Some(why) => self.mismatch(decl, wanted, made, why),
                },
                None if wanted.optional || input.unsure.contains(&wanted.name) => {}
                None => self.missing(decl, wanted, input),
            }
        }
        (self.errors.len() == before).then_some(reads)
    }

    fn mismatch(&mut self, decl: &StageDecl, wanted: &Column, made: &Column, why: String) {
        let message =
            format!("stage `{}` needs column `{wanted}`, but it is `{}`", short(&decl.id.value), made.ty);
        self.error(Code::ColumnMismatch, message, decl.place.clone()).label = why;
    }

    fn missing(&mut self, decl: &StageDecl, wanted: &Column, input: &Input) {
        let id = short(&decl.id.value);
        let lost = input.lost.iter().find(|(name, _)| *name == wanted.name);
        let message = match lost {
            Some(_) => {
                format!("stage `{id}` needs column `{wanted}`; not every stage in its `from` makes it")
            }
            None => format!("stage `{id}` needs column `{wanted}`; nothing before it makes it"),
        };
        let mut help: Vec<String> = lost.iter().map(|(_, why)| why.clone()).collect();
        let at = self.position(decl);
        let (before, after) = self.stages.split_at_checked(at).unwrap_or_default();
        let can = |stage: &&Known<'_>| stage.info.is_some_and(|info| makes(info, wanted));
        if let Some(earlier) = before.iter().find(can).filter(|_| lost.is_none()) {
            let earlier = short(&earlier.decl.id.value);
            help.push(format!(
                "stage `{earlier}` can make it: its options leave it out, or `{id}` does not read from it"
            ));
        } else if let Some(later) = after.iter().find(can) {
            help.push(format!("stage `{}` makes it: move it up", short(&later.decl.id.value)));
        } else if lost.is_none() {
            help.push(match makers(self.catalogue, wanted) {
                makers if makers.is_empty() => "no installed stage makes it".to_owned(),
                makers => format!("add a stage that makes it: {}", makers.join(", ")),
            });
        }
        self.error(Code::MissingColumn, message, decl.place.clone()).help = help;
    }

    /// Where a stage stands among all.
    pub(super) fn position(&self, decl: &StageDecl) -> usize {
        self.stages.iter().position(|stage| stage.decl.place == decl.place).unwrap_or_default()
    }

    // The columns that a stage reads and adds with its options, as far as can be told.
    fn ask(&mut self, decl: &StageDecl, info: &StageInfo, input: &mut Input, may_ask: bool) -> Answer {
        if may_ask {
            match self.catalogue.plan(&decl.use_.value, &decl.with, &input.columns) {
                Ok(answer) if info.kind == Kind::Sink => return Answer { adds: Vec::new(), ..answer },
                Ok(answer) => return answer,
                Err(faults) => {
                    let problems =
                        faults.into_iter().map(|fault| options::rejected(self.pipeline, decl, fault));
                    self.errors.extend(problems.collect::<Vec<Diagnostic>>());
                }
            }
        }
        if info.kind == Kind::Sink {
            return Answer::default();
        }
        // After an error the stage counts as making what it always makes; a complaint about a column that
        // depends on its options would only be an echo.
        let (unsure, adds): (Vec<Column>, Vec<Column>) =
            info.writes.iter().cloned().partition(|column| column.optional);
        input.unsure.extend(unsure.into_iter().map(|column| column.name));
        Answer { reads: None, adds }
    }

    fn existing(
        &mut self,
        (decl, info): (&StageDecl, &StageInfo),
        adds: &[Column],
        input: &[Column],
        made: &[Option<Made>],
    ) {
        let is_there = |column: &&Column| {
            input.iter().any(|known| known.name == column.name) && !info.replaces.contains(&column.name)
        };
        let names: Vec<&str> = adds.iter().filter(is_there).map(|column| column.name.as_str()).collect();
        let id = &decl.id.value;
        // A stage that stands there twice has been complained about.
        let is_first = |stage: &Known<'_>| stage.decl.id.place == decl.id.place;
        if names.is_empty()
            || !self.stages.iter().find(|stage| stage.decl.id.value == *id).is_some_and(is_first)
        {
            return;
        }
        let adds_one =
            |stage: &&PlannedStage| stage.adds.iter().any(|add| names.contains(&add.name.as_str()));
        let maker = made.iter().flatten().map(|made| &made.stage).find(adds_one);
        let (columns, are) = if names.len() == 1 { ("column", "is") } else { ("columns", "are") };
        let message = format!(
            "stage `{}` makes {columns} {}, which {are} there already",
            short(id),
            listed(names.iter().copied())
        );
        let them = if names.len() == 1 { "it" } else { "them" };
        let help =
            maker.map(|stage| format!("stage `{}` makes {them}: remove one of the two", short(&stage.id)));
        self.error(Code::ColumnExists, message, decl.place.clone()).help.extend(help);
    }
}

fn makes(info: &StageInfo, wanted: &Column) -> bool {
    info.writes.iter().any(|made| made.name == wanted.name && wanted.ty.accepts(&made.ty))
}

fn makers(catalogue: &dyn Stages, wanted: &Column) -> Vec<String> {
    let mut names = catalogue.names();
    names.retain(|name| catalogue.get(name).is_some_and(|info| makes(info, wanted)));
    names
}

// The columns that all of these outputs have with one type, in the order of the first.
fn union(inputs: &[(&Made, &Edge)]) -> Input {
    let Some(((made, first), others)) = inputs.split_first() else {
        return Input { columns: Vec::new(), lost: Vec::new(), unsure: Vec::new() };
    };
    let unsure = inputs.iter().flat_map(|(made, _)| made.unsure.iter().cloned()).collect();
    let mut input = Input { columns: made.output(first).to_vec(), lost: Vec::new(), unsure };
    let lacks = |edge: &Edge| format!("stage `{}` does not have it", short(&edge.name));
    for (other_made, other) in others {
        let mut lost = Vec::new();
        input.columns.retain(|column| {
            let found = other_made.output(other).iter().find(|found| found.name == column.name);
            let why = match found {
                Some(found) if found.ty == column.ty => return true,
                Some(found) => {
                    let (first, other) = (short(&first.name), short(&other.name));
                    format!(
                        "it is `{}` after stage `{first}`, but `{}` after stage `{other}`",
                        column.ty, found.ty
                    )
                }
                None => lacks(other),
            };
            lost.push((column.name.clone(), why));
            false
        });
        let is_new = |column: &&Column| !made.output(first).iter().any(|known| known.name == column.name);
        let only_here = other_made.output(other).iter().filter(is_new);
        lost.extend(only_here.map(|column| (column.name.clone(), lacks(first))));
        input.lost.extend(lost);
    }
    input
}
