//! The tests of pipelines: found, run, and told.

use crate::args::{PipelineArgs, TestArgs};
use crate::checked::{Checked, worse};
use crate::exit::Exit;
use crate::gather::{Nothing, has_key, is_markdown};
use crate::load::{Loaded, load_text, read};
use crate::{markdown, terminal};
use docmill_pipeline::{
    Code, Diagnostic, Pipeline, Sources, TestDecl, TestInput, TestsFile, check_tests, parse_tests,
};
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

mod bench;
mod feed;
mod golden;
mod judge;

pub(crate) use golden::indented;

/// One test after its run.
pub(crate) struct Outcome {
    /// Its name.
    pub(crate) name: String,
    /// What did not hold; empty where it passed.
    pub(crate) failures: Vec<Diagnostic>,
    /// How the documents differ from those of a golden folder, as lines.
    pub(crate) difference: String,
    /// The file that was written for it.
    pub(crate) blessed: Option<PathBuf>,
}

/// A file with the outcomes of its tests.
pub(crate) struct Suite {
    /// The file, with the mistakes of its pipelines and what did not hold.
    pub(crate) checked: Checked,
    /// Its tests, in order.
    pub(crate) outcomes: Vec<Outcome>,
}

/// A pipeline as it was read, and how it was.
struct Target<'a> {
    file: &'a Path,
    text: String,
    loaded: Loaded,
}

impl Suite {
    /// Reads a file and runs its tests.
    pub(crate) fn of(file: &Path, args: &TestArgs, cancel: &Arc<AtomicBool>) -> Self {
        let mut suite = Self { checked: Checked::empty(file.display().to_string()), outcomes: Vec::new() };
        let run = Run { args, cancel };
        match read(file) {
            Ok(text) => {
                suite.checked.sources = Sources::new(&suite.checked.name, &text);
                if is_markdown(file) {
                    markdown::pipelines(&text).into_iter().for_each(|block| suite.part(file, block, &run));
                } else if has_key(&text, "tests") {
                    suite.beside(file, &text, &run);
                } else {
                    suite.part(file, 0..text.len(), &run);
                }
            }
            Err(why) => {
                suite.checked.unread = Some(why);
                suite.checked.exit = Exit::CONFIG;
            }
        }
        if suite.outcomes.iter().any(|outcome| !outcome.failures.is_empty()) {
            suite.checked.exit = worse(suite.checked.exit, Exit::TESTS);
        }
        suite
    }

    /// An argument that leads to no file.
    pub(crate) fn nothing(nothing: Nothing) -> Self {
        Self { checked: Checked::nothing(nothing), outcomes: Vec::new() }
    }

    // The tests in a pipeline.
    fn part(&mut self, file: &Path, part: Range<usize>, run: &Run<'_>) {
        let text = self.checked.sources.slice(&part).to_owned();
        let Some(loaded) = self.load(file, &text, &run.args.pipeline) else { return };
        let mut target = Target { file, text, loaded };
        let pipeline = target.loaded.pipeline.clone();
        let is_plain = |pipeline: &Pipeline| pipeline.tests.iter().any(|test| !has_settings(test));
        // Without tests it is left alone, and tests may give params that have no value else.
        if target.loaded.plan.is_some() || pipeline.as_ref().is_none_or(is_plain) {
            self.checked.pipelines += 1;
            self.checked.adopt(&mut target.loaded, part.start);
            if target.loaded.plan.is_none() {
                return;
            }
        }
        let Some(pipeline) = pipeline else { return };
        let wrong = settled(&pipeline.file, &pipeline.tests, (file, &target.text), &run.args.pipeline);
        if !wrong.is_empty() {
            let wrong = wrong.into_iter().map(|found| pipeline.sources.localize(found));
            let wrong = wrong.map(|found| self.checked.shifted(found, part.start)).collect();
            self.mistakes(wrong);
            return;
        }
        let folder = target.loaded.folder.clone();
        for test in pipeline.tests.iter().filter(|test| run.wants(test)) {
            let mut outcome = run.outcome(&pipeline.file, test, &mut target, &folder);
            let localized = outcome.failures.into_iter().map(|failure| pipeline.sources.localize(failure));
            outcome.failures = localized.map(|failure| self.checked.shifted(failure, part.start)).collect();
            self.push(outcome);
        }
    }

    // The tests in a file of their own.
    fn beside(&mut self, file: &Path, text: &str, run: &Run<'_>) {
        let Some((tests, target)) = self.tests_file(file, text, &run.args.pipeline) else { return };
        let folder = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let folder = folder.parent().unwrap_or(Path::new(""));
        let (path, text, loaded) = target;
        let mut target = Target { file: &path, text, loaded };
        for test in tests.tests.iter().filter(|test| run.wants(test)) {
            let outcome = run.outcome(&tests.file, test, &mut target, folder);
            self.push(outcome);
        }
    }

    /// Reads a file of tests with its pipeline; `None` where there are mistakes.
    fn tests_file(
        &mut self,
        file: &Path,
        text: &str,
        args: &PipelineArgs,
    ) -> Option<(TestsFile, (PathBuf, String, Loaded))> {
        let tests = parse_tests(&self.checked.name, text).map_err(|found| self.mistakes(found)).ok()?;
        let wrong = |message: String| {
            vec![Diagnostic::new(Code::TestTarget, &tests.file, message).at(tests.pipeline.place.clone())]
        };
        let path = terminal::plain(&file.parent().unwrap_or(Path::new("")).join(&tests.pipeline.value));
        let text = read(&path).map_err(|(message, _)| self.mistakes(wrong(message))).ok()?;
        let mut loaded = self.load(&path, &text, args)?;
        let Some((plan, pipeline)) = loaded.plan.as_ref().zip(loaded.pipeline.as_ref()) else {
            self.checked.sources.add(&loaded.sources);
            self.mistakes(wrong(format!("pipeline `{}` has mistakes", tests.pipeline.value)));
            self.checked.exit = worse(self.checked.exit, loaded.exit());
            self.checked.findings.append(&mut loaded.findings);
            return None;
        };
        self.checked.pipelines += 1;
        self.checked.stages += plan.stages.len();
        let (own, others): (Vec<TestDecl>, Vec<TestDecl>) =
            tests.tests.iter().cloned().partition(has_settings);
        let mut found = check_tests(&tests.file, &others, pipeline, &plan.stages);
        let of_own = check_tests(&tests.file, &own, pipeline, &plan.stages);
        found.extend(of_own.into_iter().filter(|found| found.code == Code::TestSettings));
        if found.is_empty() {
            found = settled(&tests.file, &own, (&path, &text), args);
        }
        if !found.is_empty() {
            Diagnostic::sort(&mut found);
            self.mistakes(found);
            return None;
        }
        Some((tests, (path, text, loaded)))
    }

    fn mistakes(&mut self, found: Vec<Diagnostic>) {
        self.checked.findings.extend(found);
        self.checked.exit = worse(self.checked.exit, Exit::CONFIG);
    }

    fn push(&mut self, outcome: Outcome) {
        self.checked.findings.extend(outcome.failures.iter().cloned());
        self.outcomes.push(outcome);
    }

    fn load(&mut self, file: &Path, text: &str, args: &PipelineArgs) -> Option<Loaded> {
        let loaded = load_text(file, text, args);
        if let Err(exit) = &loaded {
            self.checked.unread = Some((format!("{} cannot be checked", file.display()), None));
            self.checked.exit = worse(self.checked.exit, *exit);
        }
        loaded.ok()
    }
}

/// Checks a file of tests against its pipeline; runs nothing.
pub(crate) fn check(file: &Path, text: &str, args: &PipelineArgs) -> Checked {
    let name = file.display().to_string();
    let checked = Checked { sources: Sources::new(&name, text), ..Checked::empty(name) };
    let mut suite = Suite { checked, outcomes: Vec::new() };
    suite.tests_file(file, text, args);
    suite.checked
}

fn has_settings(test: &TestDecl) -> bool {
    !test.params.is_empty() || test.profile.is_some()
}

/// The pipeline with the params and the profile of a test, which is in a file called `name`.
fn own_of(
    name: &str,
    test: &TestDecl,
    (file, toml): (&Path, &str),
    args: &PipelineArgs,
) -> Result<Loaded, Vec<Diagnostic>> {
    let mut args = args.clone();
    args.of_test = test.params.iter().map(|(name, value)| (name.value.clone(), value.clone())).collect();
    if let Some(profile) = &test.profile {
        args.profile = Some(profile.value.clone());
    }
    let wrong = |why: String| {
        let message = format!("test `{}` has a pipeline with mistakes: {why}", test.name.value);
        let place = test.profile.as_ref().map(|profile| profile.place.clone());
        let place = place.or_else(|| test.params.first().map(|(name, _)| name.place.clone()));
        vec![Diagnostic::new(Code::TestSettings, name, message).at(place.unwrap_or(test.place.clone()))]
    };
    let loaded = load_text(file, toml, &args).map_err(|_| wrong("it cannot be read".to_owned()))?;
    let Some((plan, pipeline)) = loaded.plan.as_ref().zip(loaded.pipeline.as_ref()) else {
        let first = loaded.findings.first().map(|first| first.message.clone());
        return Err(wrong(first.unwrap_or_default()));
    };
    let found = check_tests(name, std::slice::from_ref(test), pipeline, &plan.stages);
    if found.is_empty() { Ok(loaded) } else { Err(found) }
}

/// What is wrong with the tests, in a file called `name`, that have params or a profile of their own.
pub(crate) fn settled(
    name: &str,
    tests: &[TestDecl],
    pipeline: (&Path, &str),
    args: &PipelineArgs,
) -> Vec<Diagnostic> {
    let own = tests.iter().filter(|test| has_settings(test));
    own.filter_map(|test| own_of(name, test, pipeline, args).err()).flatten().collect()
}

/// How tests are run.
struct Run<'a> {
    args: &'a TestArgs,
    cancel: &'a Arc<AtomicBool>,
}

impl Run<'_> {
    fn wants(&self, test: &TestDecl) -> bool {
        self.args.filter.as_ref().is_none_or(|filter| test.name.value.contains(filter.as_str()))
    }

    /// Runs a test; `folder` is that of the file with the test, which is called `file`.
    fn outcome(&self, file: &str, test: &TestDecl, target: &mut Target<'_>, folder: &Path) -> Outcome {
        let name = test.name.value.clone();
        let mut outcome = Outcome { name, failures: Vec::new(), difference: String::new(), blessed: None };
        let came = match self.came(file, test, target, folder) {
            Ok(came) => came,
            Err(wrong) => {
                outcome.failures = wrong;
                return outcome;
            }
        };
        outcome.failures = judge::judge(file, test, &came);
        if let TestInput::Golden(golden) = &test.input {
            let path = folder.join(&golden.value).join("expected.jsonl");
            self.beside_golden(file, test, (&came, &path), &mut outcome);
        }
        outcome
    }

    fn came(
        &self,
        file: &str,
        test: &TestDecl,
        target: &mut Target<'_>,
        folder: &Path,
    ) -> Result<bench::Came, Vec<Diagnostic>> {
        let fault = |why: String| {
            let message = format!("test `{}` cannot be run: {why}", test.name.value);
            vec![Diagnostic::new(Code::TestRun, file, message).at(test.input.place())]
        };
        let mut own = None;
        if has_settings(test) {
            own = Some(own_of(file, test, (target.file, &target.text), &self.args.pipeline)?);
        }
        let loaded = own.as_mut().unwrap_or(&mut target.loaded);
        let plan = loaded.plan.clone().ok_or_else(|| fault("there is no plan".to_owned()))?;
        loaded.installed.prepare(&plan, &loaded.folder, self.cancel);
        bench::run(&plan, &loaded.installed, test, (folder, self.cancel)).map_err(fault)
    }

    fn beside_golden(
        &self,
        file: &str,
        test: &TestDecl,
        (came, path): (&bench::Came, &Path),
        outcome: &mut Outcome,
    ) {
        let failed = |message: String| {
            let message = format!("test `{}`: {message}", test.name.value);
            Diagnostic::new(Code::TestGolden, file, message).at(test.input.place())
        };
        let shown = terminal::shown(path);
        let expected = match std::fs::read_to_string(path) {
            Ok(lines) => bench::documents(&lines).map_err(|why| format!("{shown}: {why}")),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("there is no {shown}")),
            Err(error) => Err(format!("cannot read {shown}: {error}")),
        };
        let wrong = match &expected {
            Ok(expected) => golden::difference(expected, came).map(|(count, difference)| {
                outcome.difference = difference;
                let noun = if count == 1 { "document differs" } else { "documents differ" };
                format!("{count} {noun} from {shown}")
            }),
            Err(why) => Some(why.clone()),
        };
        let Some(wrong) = wrong else { return };
        if !self.args.bless {
            let help = "if what came is right, `docmill test --bless` writes it";
            outcome.failures.push(failed(wrong).help(help));
            return;
        }
        match golden::bless(path, came) {
            Ok(()) => outcome.blessed = Some(path.to_owned()),
            Err(error) => outcome.failures.push(failed(format!("cannot write {shown}: {error}"))),
        }
    }
}
