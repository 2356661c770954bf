//! The quarantine of a run that has ended: where it lies, and what is in it.

use crate::args::QuarantinePlace;
use crate::exit::Exit;
use crate::load::load;
use crate::report::RunReport;
use crate::targets::Places;
use crate::terminal;
use docmill_store::{DOCUMENTS, LIST, Rejection, rejections};
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The files of a quarantine; neither is there where nothing was rejected.
#[derive(Debug)]
pub(crate) struct Quarantined {
    pub(crate) list: PathBuf,
    pub(crate) documents: PathBuf,
}

impl Quarantined {
    /// Finds it by its folder, by the report of the run, or by the pipeline. Mistakes are told on stderr.
    ///
    /// # Errors
    /// The status to end with.
    pub(crate) fn find(args: &QuarantinePlace) -> Result<Self, Exit> {
        let place = &args.place;
        let is_folder = place.is_dir() && !place.join("run.json").is_file();
        if is_folder && ![LIST, DOCUMENTS].iter().any(|name| place.join(name).is_file()) {
            let message = format!("{} is neither a quarantine nor the folder of a run", place.display());
            let help = "name the folder that has `rejected.jsonl`, a `run.json`, or the pipeline; a run that \
                        rejects nothing leaves no quarantine";
            terminal::error(&message, Some(help));
            return Err(Exit::CONFIG);
        }
        if is_folder {
            return Ok(Self::of(place));
        }
        if place.extension().is_some_and(|suffix| suffix == "toml") {
            let loaded = load(place, &args.pipeline)?;
            let Some(plan) = &loaded.plan else {
                terminal::error(&format!("{} has mistakes", place.display()), Some("see `docmill check`"));
                return Err(loaded.exit());
            };
            return Ok(Self::of(&Places::of(plan, &loaded.folder).quarantine));
        }
        let (path, report) = RunReport::read(place).map_err(|(message, help)| {
            terminal::error(&message, help.as_deref());
            Exit::CONFIG
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        // A report that tells of no list is of a run that rejected nothing.
        let list = report.quarantine.file.map_or_else(PathBuf::new, |list| folder.join(list));
        Ok(Self { documents: list.with_file_name(DOCUMENTS), list })
    }

    fn of(folder: &Path) -> Self {
        Self { list: folder.join(LIST), documents: folder.join(DOCUMENTS) }
    }

    /// The rejections that are wanted, in document order; none where there is no list.
    ///
    /// # Errors
    /// A sentence about the file that cannot be read.
    pub(crate) fn rejections(&self, wanted: impl Fn(&Rejection) -> bool) -> Result<Vec<Rejection>, String> {
        let failed = |error: io::Error| format!("cannot read {}: {error}", self.list.display());
        if !self.list.is_file() {
            return Ok(Vec::new());
        }
        let all = rejections(&self.list).map_err(failed)?;
        all.filter(|one| one.as_ref().map_or(true, &wanted)).collect::<Result<_, _>>().map_err(failed)
    }

    /// A document that was kept, by its id. Reads the file up to it, one line at a time.
    ///
    /// # Errors
    /// A sentence about the file that cannot be read.
    pub(crate) fn document(&self, id: &str) -> Result<Option<Value>, String> {
        let failed = |error: io::Error| format!("cannot read {}: {error}", self.documents.display());
        if !self.documents.is_file() {
            return Ok(None);
        }
        for line in BufReader::new(File::open(&self.documents).map_err(failed)?).lines() {
            let line = line.map_err(failed)?;
            let document: Value = serde_json::from_str(&line).map_err(|error| failed(error.into()))?;
            if document.get("id").and_then(Value::as_str) == Some(id) {
                return Ok(Some(document));
            }
        }
        Ok(None)
    }
}
