//! Expressions of the language: `when` of a stage, `assert` of a gate.

use std::cmp::Ordering;

use docmill_expression::{Fault, FaultKind, NameTable, Names, Type, condition};

use super::{Checker, Known};
use crate::suggest::short;
use crate::{Code, Column, ColumnType, Kind, Placed, StageDecl, StageInfo};

impl Checker<'_> {
    /// Checks the condition of a stage against the columns that reach it.
    pub(super) fn when(&mut self, decl: &StageDecl, info: &StageInfo, input: &[Column], unsure: &[String]) {
        let Some(when) = &decl.when else { return };
        if info.kind == Kind::Source {
            let message = format!("source `{}` cannot have a `when`", short(&decl.id.value));
            let problem = self.error(Code::BadValue, message, when.place.clone());
            problem.help.push("no document reaches a source: put it on a later stage".to_owned());
            return;
        }
        // A column that an earlier mistake makes doubtful is taken to be there.
        if unsure.is_empty() {
            let first = self.errors.len();
            self.condition(when, &columns(input));
            self.explain_columns(decl, first);
        }
    }

    // Of a column that is not there yet the stage that makes it says more than the columns that are.
    fn explain_columns(&mut self, decl: &StageDecl, first: usize) {
        let (at, stages) = (self.position(decl), &self.stages);
        for problem in self.errors.iter_mut().skip(first) {
            let is_unknown = problem.code == Code::ExpressionName && problem.label.is_empty();
            let Some(place) = problem.place.as_ref().filter(|_| is_unknown) else { continue };
            let name = self.pipeline.sources.slice(place);
            let can_make = |stage: &Known<'_>| {
                stage.info.is_some_and(|info| info.writes.iter().any(|column| column.name == name))
            };
            let Some(maker) = stages.iter().position(can_make) else { continue };
            let id = short(&stages.get(maker).map(|stage| stage.decl.id.value.clone()).unwrap_or_default());
            problem.help = vec![match maker.cmp(&at) {
                Ordering::Less => format!("stage `{id}` can make it, but it does not arrive here"),
                Ordering::Equal => {
                    "the stage makes it itself: its `when` is asked before, so put it on a later stage"
                        .to_owned()
                }
                Ordering::Greater => format!("stage `{id}` makes it: move it up"),
            }];
        }
    }

    /// Checks a condition over names, and tells all that is wrong with it.
    pub(super) fn condition(&mut self, text: &Placed<String>, names: &dyn Names) {
        for fault in condition(&text.value, names).err().into_iter().flatten() {
            let Fault { kind, span, message, label, help } = fault;
            let place = self.pipeline.sources.within(&text.place, &span);
            let problem = self.error(code(kind), message, place);
            (problem.label, problem.help) = (label, help);
        }
    }
}

fn code(kind: FaultKind) -> Code {
    match kind {
        FaultKind::UnknownName => Code::ExpressionName,
        FaultKind::UnknownFunction => Code::ExpressionFunction,
        FaultKind::Type => Code::ExpressionType,
        FaultKind::Pattern => Code::ExpressionPattern,
        FaultKind::TooLong | FaultKind::TooDeep => Code::ExpressionSize,
        _ => Code::ExpressionSyntax,
    }
}

/// Columns as an expression knows them; of a struct its fields too.
fn columns(columns: &[Column]) -> NameTable {
    let mut names = NameTable::new();
    for column in columns {
        if let ColumnType::Struct(fields) = &column.ty {
            for field in fields {
                names = names.with([&column.name, &field.name], ty(&field.ty));
            }
        }
        names = names.with([&column.name], ty(&column.ty));
    }
    names
}

fn ty(ty: &ColumnType) -> Type {
    match ty {
        ColumnType::Bool => Type::Bool,
        ColumnType::Utf8 => Type::Text,
        ColumnType::Date32 => Type::Date,
        ColumnType::Timestamp => Type::Timestamp,
        ColumnType::Map(..) => Type::Map,
        ColumnType::List(element) => match element.as_ref() {
            ColumnType::Struct(fields) => {
                Type::Layer { label: fields.iter().any(|field| field.name == "label") }
            }
            element => Type::List(Box::new(self::ty(element))),
        },
        ColumnType::Binary | ColumnType::Struct(_) => Type::Other,
        _ => Type::Number,
    }
}

#[cfg(test)]
mod tests;
