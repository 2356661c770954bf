//! What the command line and the environment add to a pipeline file.

use std::fmt;

/// Reads the file that another one extends: from the name of that one and the path in it to the name and the text of
/// the one named, or why there is none.
pub type ReadBase = dyn Fn(&str, &str) -> Result<(String, String), String>;

/// The values from outside a pipeline file.
///
/// The functions are hooks, so that this crate reads neither the environment nor the file system.
pub struct Settings<'a> {
    /// `--param name=value`, in the order given; of two for one name the last counts.
    pub params: Vec<(String, String)>,
    /// `--set stage.key=value`, in the order given: `stage` is an id, `key` a path under its `with`.
    /// The value is read as TOML, or taken as a string where it is none.
    pub set: Vec<(String, String)>,
    /// The profile to lay over the file.
    pub profile: Option<String>,
    /// Reads the files that are extended; a file is known again by its name.
    pub read: &'a ReadBase,
    /// The environment; asked only for the names that params declare as `env`.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Applied to each `--param` value of a param of type `path`: makes a path that is relative to the
    /// working folder one that is relative to the pipeline file, or absolute.
    pub resolve_path: &'a dyn Fn(&str) -> String,
}

impl Default for Settings<'_> {
    /// No values at all: an empty environment, and paths stay as they are.
    fn default() -> Self {
        Settings {
            params: Vec::new(),
            set: Vec::new(),
            profile: None,
            read: &|_, path| Err(format!("there is no `{path}` here")),
            env: &|_| None,
            resolve_path: &|path| path.to_owned(),
        }
    }
}

impl fmt::Debug for Settings<'_> {
    /// Leaves the values out: a param may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("Settings")
            .field("params", &names(&self.params))
            .field("set", &names(&self.set))
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
