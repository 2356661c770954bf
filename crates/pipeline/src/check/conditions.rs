//! Expressions of the language: `when` of a stage, `assert` of a gate.

use docmill_expression::{Fault, FaultKind, NameTable, Names, Type, condition};

use super::Checker;
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
            self.condition(when, &columns(input));
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
