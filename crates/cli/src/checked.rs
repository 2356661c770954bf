//! What `docmill check` finds in one file.

use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::gather::{Nothing, has_key, is_markdown};
use crate::load::{Loaded, load_text, read};
use crate::{lock, markdown, testing};
use docmill_pipeline::{Diagnostic, Severity, Sources};
use std::ops::Range;
use std::path::Path;

/// A file with all that was found in it.
pub(crate) struct Checked {
    /// Its name as the user wrote it, or the argument that leads to no file.
    pub(crate) name: String,
    /// Its text, empty when there is none, and those of the files that its pipelines extend.
    pub(crate) sources: Sources,
    /// What was found, by place in the text.
    pub(crate) findings: Vec<Diagnostic>,
    /// How many pipelines there are in it.
    pub(crate) pipelines: usize,
    /// How many stages those without mistakes have together.
    pub(crate) stages: usize,
    /// Why nothing could be checked, with a remedy.
    pub(crate) unread: Option<(String, Option<&'static str>)>,
    /// The exit status that all this demands.
    pub(crate) exit: Exit,
}

impl Checked {
    /// Reads a file and checks each pipeline in it.
    pub(crate) fn file(file: &Path, args: &CheckArgs) -> Self {
        let mut checked = Self::empty(file.display().to_string());
        match read(file) {
            Ok(text) if is_markdown(file) => checked.page(file, &text, args),
            Ok(text) if has_key(&text, "tests") => checked = testing::check(file, &text, &args.pipeline),
            Ok(text) => {
                let whole = 0..text.len();
                checked.sources = Sources::new(&checked.name, &text);
                checked.part(file, whole, args);
            }
            Err(why) => checked.unread = Some(why),
        }
        if checked.unread.is_some() {
            checked.exit = worse(checked.exit, Exit::CONFIG);
        }
        if args.strict && checked.exit == Exit::OK && !checked.findings.is_empty() {
            checked.exit = Exit::CONFIG;
        }
        checked
    }

    /// A pipeline that was read for something else than a check.
    pub(crate) fn loaded(loaded: Loaded) -> Self {
        let exit = loaded.exit();
        let Loaded { name, sources, findings, .. } = loaded;
        Self { sources, findings, pipelines: 1, exit, ..Self::empty(name) }
    }

    /// An argument that leads to no file.
    pub(crate) fn nothing(nothing: Nothing) -> Self {
        let unread = Some((nothing.message, None));
        Self { unread, exit: Exit::CONFIG, ..Self::empty(nothing.name) }
    }

    /// How many errors and how many warnings were found.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        (errors, self.findings.len() - errors)
    }

    pub(crate) fn empty(name: String) -> Self {
        let (sources, findings) = (Sources::default(), Vec::new());
        Self { name, sources, findings, pipelines: 0, stages: 0, unread: None, exit: Exit::OK }
    }

    fn page(&mut self, file: &Path, text: &str, args: &CheckArgs) {
        let blocks = markdown::pipelines(text);
        self.sources = Sources::new(&self.name, text);
        if blocks.is_empty() {
            let help = "a pipeline is a block of `toml` that has a key `pipeline`";
            self.unread = Some((format!("there is no pipeline in {}", self.name), Some(help)));
        }
        for block in blocks {
            self.part(file, block, args);
        }
    }

    fn part(&mut self, file: &Path, part: Range<usize>, args: &CheckArgs) {
        self.pipelines += 1;
        let text = self.sources.slice(&part).to_owned();
        let mut loaded = match load_text(file, &text, &args.pipeline) {
            Ok(loaded) => loaded,
            Err(exit) => {
                self.unread = Some((format!("{} cannot be checked", self.name), None));
                self.exit = worse(self.exit, exit);
                return;
            }
        };
        if let Some(plan) = loaded.plan.as_ref().filter(|_| args.locked) {
            let differing = lock::findings(file, plan, &loaded);
            if !differing.is_empty() {
                self.exit = worse(self.exit, Exit::CONFIG);
                loaded.findings.extend(differing);
            }
        }
        if let Some(pipeline) = loaded.pipeline.as_ref().filter(|_| loaded.plan.is_some()) {
            let wrong = testing::settled(&pipeline.file, &pipeline.tests, (file, &text), &args.pipeline);
            if !wrong.is_empty() {
                loaded.findings.extend(wrong.into_iter().map(|found| loaded.sources.localize(found)));
                loaded.plan = None;
            }
        }
        self.adopt(&mut loaded, part.start);
    }

    /// Takes over what was found in a pipeline that begins at a byte of the file.
    pub(crate) fn adopt(&mut self, loaded: &mut Loaded, start: usize) {
        self.exit = worse(self.exit, loaded.exit());
        self.stages += loaded.plan.as_ref().map_or(0, |plan| plan.stages.len());
        self.sources.add(&loaded.sources);
        let found: Vec<Diagnostic> =
            loaded.findings.drain(..).map(|finding| self.shifted(finding, start)).collect();
        self.findings.extend(found);
    }

    /// A finding in a part of the file that begins at this byte, with its place in the file.
    pub(crate) fn shifted(&self, mut finding: Diagnostic, start: usize) -> Diagnostic {
        if finding.file == self.name {
            finding.place = finding.place.map(|place| start + place.start..start + place.end);
        }
        finding
    }
}

/// Of two exit statuses the one that counts: a plugin that cannot be loaded hides further mistakes.
pub(crate) fn worse(one: Exit, other: Exit) -> Exit {
    if one.0 >= other.0 { one } else { other }
}
