//! The store of a run: where it lies, opening it, keeping it small.

use crate::load::Loaded;
use crate::recipes::recipes;
use crate::terminal;
use docmill_pipeline::{Kind, Plan};
use docmill_runner::{Keep, Keeper, Report, RunError, RunErrorKind};
use docmill_store::{Key, Recipe, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The store of a plan, open or not yet.
#[derive(Debug)]
pub(crate) struct Keeping {
    place: PathBuf,
    recipes: Vec<Recipe>,
    most: u64,
    store: OnceLock<Store>,
}

/// Where the store of a plan lies: as `[run]` has it, else beside the first output. None where it is off.
pub(crate) fn folder(plan: &Plan, folder: &Path) -> Option<PathBuf> {
    let settings = &plan.run.store;
    let place = || {
        settings.path.as_ref().map_or_else(|| beside(plan, folder).join(".docmill"), |path| folder.join(path))
    };
    settings.on.then(place)
}

/// The folder of the first output that is a file; that of the pipeline where there is none.
pub(crate) fn beside(plan: &Plan, folder: &Path) -> PathBuf {
    let sinks = plan.stages.iter().filter(|stage| stage.kind == Kind::Sink);
    let mut targets = sinks.filter_map(|sink| sink.with.get("path")?.as_str()).filter(|path| *path != "-");
    let target = targets.next().map(|path| folder.join(path));
    target.and_then(|target| target.parent().map(Path::to_owned)).unwrap_or_else(|| folder.to_owned())
}

impl Keeping {
    /// The store of a plan, if one is wanted; nothing is opened yet.
    ///
    /// # Errors
    /// A sentence about the library that cannot be read.
    pub(crate) fn of(plan: &Plan, loaded: &Loaded) -> Result<Option<Self>, String> {
        let Some(place) = folder(plan, &loaded.folder) else { return Ok(None) };
        let recipes = recipes(plan, &loaded.installed, &loaded.folder)?;
        Ok(Some(Self { place, recipes, most: plan.run.store.max_bytes, store: OnceLock::new() }))
    }

    /// Removes what was not used for the longest time where there is more than is wanted.
    pub(crate) fn close(self) {
        let Some(store) = self.store.into_inner().filter(|store| store.bytes() > self.most) else { return };
        match store.sweep(self.most, false) {
            Ok(swept) => {
                tracing::info!(results = swept.removed, bytes = swept.removed_bytes, "old results removed");
            }
            // What is too much now will be removed by a later run.
            Err(error) => tracing::warn!(%error, "old results cannot be removed"),
        }
    }
}

impl Keeper for Keeping {
    fn open(&self) -> Result<Keep<'_>, RunError> {
        let setup = |message| RunError::new(RunErrorKind::Setup, message);
        let store = Store::open(&self.place).map_err(|error| match error {
            StoreError::Busy(_) => setup(format!(
                "{error}, {}: wait for it, or give this one a place of its own with `[run] store`",
                terminal::shown(&self.place)
            )),
            StoreError::Io(..) => setup(format!("{error}; `--no-store` keeps nothing")),
        })?;
        for recipe in &self.recipes {
            store.remember(recipe).map_err(|error| setup(format!("the store cannot be written: {error}")))?;
        }
        Ok(Keep { store: self.store.get_or_init(|| store), recipes: &self.recipes })
    }

    fn unchanged(&self, _key: &Key) -> Option<Report> {
        None
    }
}
