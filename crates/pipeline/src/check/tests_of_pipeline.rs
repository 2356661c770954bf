//! `[[test]]`: the stages and columns that tests speak of.

use std::ops::Range;

use serde_json::Value;

use crate::suggest::{did_you_mean, listed, short};
use crate::{
    Code, Column, ColumnType, Diagnostic, Expected, Kind, Pipeline, Placed, PlannedStage, TestDecl, Wanted,
};

/// What is wrong with tests of a pipeline whose stages are these, by place.
///
/// `file` is what the file with the tests is called: that of the pipeline or another. Tests with params or a profile
/// of their own must be given the stages that these make.
#[must_use]
pub fn check_tests(
    file: &str,
    tests: &[TestDecl],
    pipeline: &Pipeline,
    stages: &[PlannedStage],
) -> Vec<Diagnostic> {
    let mut found = settings(file, tests, pipeline);
    found.extend(fit(file, tests, stages));
    Diagnostic::sort(&mut found);
    found
}

/// Params and profiles that the pipeline does not have.
pub(super) fn settings(file: &str, tests: &[TestDecl], pipeline: &Pipeline) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut unknown = |what: &str, name: &Placed<String>, known: &[&str]| {
        if !known.contains(&name.value.as_str()) {
            let message = format!("the pipeline has no {what} `{}`", short(&name.value));
            let problem = Diagnostic::new(Code::TestSettings, file, message).at(name.place.clone());
            let label = did_you_mean(&name.value, known.iter().copied()).unwrap_or_default();
            found.push(problem.label(label).help(there_are(&format!("{what}s"), known)));
        }
    };
    let params: Vec<&str> = pipeline.params.iter().map(|param| param.name.as_str()).collect();
    let profiles: Vec<&str> = pipeline.profiles.iter().map(String::as_str).collect();
    for test in tests {
        test.params.iter().for_each(|(name, _)| unknown("param", name, &params));
        test.profile.iter().for_each(|name| unknown("profile", name, &profiles));
    }
    found
}

fn there_are(what: &str, known: &[&str]) -> String {
    if known.is_empty() {
        format!("there are no {what}")
    } else {
        format!("the {what} are {}", listed(known.iter().copied()))
    }
}

/// Stages and columns that are not there.
pub(super) fn fit<'a>(
    file: &str,
    tests: impl IntoIterator<Item = &'a TestDecl>,
    stages: &[PlannedStage],
) -> Vec<Diagnostic> {
    let mut fit = Fit { file, stages, found: Vec::new() };
    tests.into_iter().for_each(|test| fit.test(test));
    fit.found
}

struct Fit<'a> {
    file: &'a str,
    stages: &'a [PlannedStage],
    found: Vec<Diagnostic>,
}

impl Fit<'_> {
    fn error(&mut self, code: Code, message: impl Into<String>, place: &Range<usize>) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(code, self.file, message).at(place.clone()));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    fn test(&mut self, test: &TestDecl) {
        let from = match &test.from {
            Some(name) => self.stage("from", name, Kind::Source, "a source reads no documents").map(Some),
            None => Some(None),
        };
        let to = match &test.to {
            Some(name) => self.stage("to", name, Kind::Sink, "a sink adds no columns, and no test runs one"),
            None => self.stages.iter().rposition(|stage| stage.kind != Kind::Sink),
        };
        let (Some(from), Some(to)) = (from, to) else { return };
        let stages = self.stages;
        if let (Some(from), Some(name)) = (from, &test.from)
            && !before(stages, to).contains(&from)
        {
            let message = format!("stage `{}` does not read what `{}` gives", stages[to].id, name.value);
            let place = test.to.as_ref().map_or(&name.place, |to| &to.place).clone();
            self.error(Code::TestStage, message, &place);
            return;
        }
        for expect in &test.expect {
            if let Expected::Column { column, label, attribute, wanted } = &expect.what {
                self.column((column, label.as_ref(), attribute.as_ref()), wanted, &stages[to]);
            }
        }
    }

    fn stage(&mut self, key: &str, name: &Placed<String>, not: Kind, why: &str) -> Option<usize> {
        let stages = self.stages;
        match stages.iter().position(|stage| stage.id == name.value) {
            Some(at) if stages[at].kind != not => Some(at),
            Some(_) => {
                let message = format!("`{key}` of a test cannot be `{}`", short(&name.value));
                self.error(Code::TestStage, message, &name.place).label = String::from(why);
                None
            }
            None => {
                let known: Vec<&str> =
                    stages.iter().filter(|stage| stage.kind != not).map(|stage| stage.id.as_str()).collect();
                let message = format!("`{key}` names no stage: there is no `{}`", short(&name.value));
                let problem = self.error(Code::TestStage, message, &name.place);
                problem.label = did_you_mean(&name.value, known.iter().copied()).unwrap_or_default();
                problem.help.push(there_are("stages", &known));
                None
            }
        }
    }

    fn column(
        &mut self,
        (name, label, attribute): (&Placed<String>, Option<&Placed<String>>, Option<&Placed<String>>),
        wanted: &Wanted,
        stage: &PlannedStage,
    ) {
        let Some(ty) = find(&stage.columns, &name.value) else { return self.missing(name, stage) };
        let ColumnType::List(element) = ty else {
            if let Some(place) = label.or(attribute).map(|word| &word.place) {
                let message = format!("`{}` is no layer, it is `{ty}`", short(&name.value));
                self.error(Code::TestAttribute, message, place).label = String::from("it has no annotations");
            }
            return self.value(name, ty, wanted);
        };
        let fields: Vec<(&str, &ColumnType)> = match element.as_ref() {
            ColumnType::Struct(fields) => {
                fields.iter().map(|field| (field.name.as_str(), &field.ty)).collect()
            }
            _ => Vec::new(),
        };
        if let Some(label) = label.filter(|_| fields.iter().all(|(name, _)| *name != "label")) {
            let message = format!("`{}` has no attribute `label`: it is `{ty}`", short(&name.value));
            self.error(Code::TestAttribute, message, &label.place);
        }
        let compared = match attribute {
            None => &ColumnType::Utf8,
            Some(wanted) => {
                let Some((_, ty)) = fields.iter().find(|(name, _)| *name == wanted.value) else {
                    let known: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                    let message =
                        format!("`{}` has no attribute `{}`", short(&name.value), short(&wanted.value));
                    let problem = self.error(Code::TestAttribute, message, &wanted.place);
                    problem.label = did_you_mean(&wanted.value, known.iter().copied()).unwrap_or_default();
                    problem.help.push(there_are("attributes", &known));
                    return;
                };
                ty
            }
        };
        if ty.attributes().is_none() && attribute.is_none() && !fields.is_empty() && names_texts(wanted) {
            let message = format!("the elements of `{}` have no text: it is `{ty}`", short(&name.value));
            let problem = self.error(Code::TestAttribute, message, &name.place);
            problem.help.push("name the attribute to compare: `attribute = \"name\"`".to_owned());
            return;
        }
        self.elements(name, compared, wanted);
    }

    fn missing(&mut self, name: &Placed<String>, stage: &PlannedStage) {
        let known: Vec<&str> = stage.columns.iter().map(|column| column.name.as_str()).collect();
        let later = self.stages.iter().filter(|other| other.kind != Kind::Sink);
        let has_it = later.rev().find(|other| find(&other.columns, &name.value).is_some());
        let help = has_it.map(|other| format!("stage `{0}` gives it: `to = \"{0}\"`", other.id));
        let message = format!("there is no column `{}` after stage `{}`", short(&name.value), stage.id);
        let problem = self.error(Code::TestColumn, message, &name.place);
        problem.label = did_you_mean(&name.value, known.iter().copied()).unwrap_or_default();
        problem.help.push(help.unwrap_or_else(|| there_are("columns", &known)));
    }

    // A column that is one value a document.
    fn value(&mut self, name: &Placed<String>, ty: &ColumnType, wanted: &Wanted) {
        let (why, place) = match wanted {
            Wanted::Equals(value) if fits(&value.value, ty) => return,
            Wanted::Equals(value) => ("the value does not fit", &value.place),
            Wanted::Contains(texts) | Wanted::Without(texts) => {
                if *ty == ColumnType::Utf8 {
                    return;
                }
                ("only a text has parts", &texts.place)
            }
            Wanted::Count(_) if matches!(ty, ColumnType::Map(..)) => return,
            Wanted::Count(count) => ("there is nothing to count", &count.place),
            Wanted::Absent(_) => return,
        };
        let message = format!("`{}` is `{ty}`", short(&name.value));
        self.error(Code::TestType, message, place).label = String::from(why);
    }

    // The annotations of a layer, or the elements of another list.
    fn elements(&mut self, name: &Placed<String>, ty: &ColumnType, wanted: &Wanted) {
        let (is_fit, place) = match wanted {
            Wanted::Equals(Placed { value: Value::Array(values), place }) => {
                (values.iter().all(|value| fits(value, ty)), place)
            }
            Wanted::Equals(value) => (false, &value.place),
            Wanted::Contains(texts) | Wanted::Without(texts) => (*ty == ColumnType::Utf8, &texts.place),
            Wanted::Count(_) | Wanted::Absent(_) => return,
        };
        if !is_fit {
            let message = format!("`{}` holds a list of `{ty}`, which this does not fit", short(&name.value));
            let problem = self.error(Code::TestType, message, place);
            problem.help.push("`equals` takes a list, `contains` texts that are among it".to_owned());
        }
    }
}

fn names_texts(wanted: &Wanted) -> bool {
    !matches!(wanted, Wanted::Count(_) | Wanted::Absent(_))
}

/// The stages that a stage reads from, near and far, and itself.
fn before(stages: &[PlannedStage], at: usize) -> Vec<usize> {
    let mut all = vec![at];
    let mut next = 0;
    while let Some(stage) = all.get(next).and_then(|at| stages.get(*at)) {
        let new: Vec<usize> =
            stage.from.iter().map(|edge| edge.stage).filter(|at| !all.contains(at)).collect();
        all.extend(new);
        next += 1;
    }
    all
}

/// The type of a column, of a field of a struct, or of the values of a map.
fn find<'a>(columns: &'a [Column], path: &str) -> Option<&'a ColumnType> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let ty = &columns.iter().find(|column| column.name == name)?.ty;
    match (ty, rest) {
        (ty, None) => Some(ty),
        (ColumnType::Struct(fields), Some(rest)) => {
            fields.iter().find(|field| field.name == rest).map(|field| &field.ty)
        }
        (ColumnType::Map(_, value), Some(_)) => Some(value),
        _ => None,
    }
}

/// Whether a value of the file can be one of the column. Dates are strings, nested values are left alone.
fn fits(value: &Value, ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Bool => value.is_boolean(),
        ColumnType::Utf8 | ColumnType::Date32 | ColumnType::Timestamp => value.is_string(),
        ColumnType::F32 | ColumnType::F64 => value.is_number(),
        ColumnType::Binary => false,
        ColumnType::Map(..) | ColumnType::Struct(_) => value.is_object(),
        ColumnType::List(_) => value.is_array(),
        _ => value.is_i64() || value.is_u64(),
    }
}

#[cfg(test)]
mod tests;
