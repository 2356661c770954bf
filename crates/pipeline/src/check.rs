//! From a [`Pipeline`] to a [`Plan`]: stages, their options, and the columns between them.

use std::ops::Range;

use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Diagnostic, Kind, Pipeline, Plan, StageDecl, StageInfo, Stages, TestDecl};

mod columns;
mod conditions;
mod gates;
mod inputs;
mod isolation;
mod options;
mod tests_of_pipeline;

use inputs::Wiring;
pub use tests_of_pipeline::check_tests;

/// Checks a pipeline against the installed stages.
///
/// The plugins are asked only pure questions; nothing is opened. Every stage and every edge is looked at,
/// whatever is wrong with the ones before; where an answer would only repeat an earlier error, it is left out.
///
/// # Errors
///
/// Everything that is wrong, by place: unknown stages, stages in the wrong place, options that do not fit,
/// columns that are missing, have another type or are there already.
pub fn check(pipeline: &Pipeline, stages: &dyn Stages) -> Result<Plan, Vec<Diagnostic>> {
    let mut checker = Checker::new(pipeline, stages);
    let wiring = checker.wire();
    let fits = checker.options();
    let planned = checker.columns(&wiring, &fits);
    let gates = checker.gates(&planned);
    checker.isolation();
    // Without all stages a complaint about a column would only be an echo.
    if planned.len() == checker.stages.len() {
        let is_plain = |test: &&TestDecl| test.params.is_empty() && test.profile.is_none();
        checker.errors.extend(tests_of_pipeline::settings(&pipeline.file, &pipeline.tests, pipeline));
        let plain = pipeline.tests.iter().filter(is_plain);
        checker.errors.extend(tests_of_pipeline::fit(&pipeline.file, plain, &planned));
    }
    let Checker { mut errors, mut warnings, .. } = checker;
    Diagnostic::sort(&mut errors);
    Diagnostic::sort(&mut warnings);
    let localized = |found: Vec<Diagnostic>| {
        found.into_iter().map(|problem| pipeline.sources.localize(problem)).collect()
    };
    if errors.is_empty() {
        let warnings = localized(warnings);
        let name = if pipeline.name.is_empty() { stem(&pipeline.file) } else { pipeline.name.clone() };
        let secrets = pipeline.secrets();
        return Ok(Plan { name, stages: planned, gates, run: pipeline.run.clone(), secrets, warnings });
    }
    Err(localized(errors))
}

/// One stage of the file with what its plugin says about it.
#[derive(Clone, Copy)]
struct Known<'a> {
    decl: &'a StageDecl,
    /// `None` where no plugin has the stage.
    info: Option<&'a StageInfo>,
}

struct Checker<'a> {
    pipeline: &'a Pipeline,
    catalogue: &'a dyn Stages,
    stages: Vec<Known<'a>>,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn new(pipeline: &'a Pipeline, catalogue: &'a dyn Stages) -> Checker<'a> {
        let stages = pipeline
            .stages
            .iter()
            .map(|decl| Known { decl, info: catalogue.get(&decl.use_.value) })
            .collect();
        let warnings = pipeline.warnings.clone();
        let mut checker = Checker { pipeline, catalogue, stages, errors: Vec::new(), warnings };
        checker.unknown_stages();
        checker
    }

    fn unknown_stages(&mut self) {
        let names = self.catalogue.names();
        for stage in self.stages.iter().filter(|stage| stage.info.is_none()) {
            let name = &stage.decl.use_;
            let help = if names.is_empty() {
                "no stage is installed".to_owned()
            } else {
                format!("installed stages: {}", listed(names.iter().map(String::as_str)))
            };
            let problem = self
                .pipeline
                .problem(Code::UnknownStage, format!("unknown stage `{}`", short(&name.value)))
                .at(name.place.clone())
                .label(did_you_mean(&name.value, names.iter().map(String::as_str)).unwrap_or_default())
                .help(help);
            self.errors.push(problem);
        }
    }

    // How each stage hangs together with the others.
    fn wire(&mut self) -> Wiring {
        inputs::wire(self)
    }

    // For each stage whether its options fit its schema and may be shown to the plugin.
    fn options(&mut self) -> Vec<bool> {
        let mut fits = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            let Known { decl, info: Some(info) } = stage else {
                fits.push(false);
                continue;
            };
            let problems = if decl.sound { options::check(self.pipeline, decl, info) } else { Vec::new() };
            fits.push(decl.sound && problems.is_empty());
            self.errors.extend(problems);
        }
        fits
    }

    fn error(&mut self, code: Code, message: String, place: Range<usize>) -> &mut Diagnostic {
        self.errors.push(self.pipeline.problem(code, message).at(place));
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }
}

fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name).to_owned()
}

/// The names of the installed stages of a kind, sorted.
fn of_kind(catalogue: &dyn Stages, kind: Kind) -> Vec<String> {
    let mut names = catalogue.names();
    names.retain(|name| catalogue.get(name).is_some_and(|info| info.kind == kind));
    names
}

#[cfg(test)]
mod tests;
