//! One plugin: its entry function called, its stages described.
#![expect(unsafe_code, reason = "opens shared libraries and calls their C functions")]

use crate::call::call;
use crate::{HostContext, Instance, LoadError, LoadErrorKind};
use docmill_sdk::abi::{
    DM_ABI_MAJOR, DM_ABI_MINOR, DM_ENTRY_PREFIX, DM_LIBRARY_ABORTS, EntryFn, dm_bytes, dm_library, dm_stage,
};
use docmill_sdk::export::boundary::{empty_bytes, lend, string_from};
use docmill_sdk::export::quiet_panics;
use docmill_sdk::{ErrorKind, StageError};
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A plugin that is linked in: its crate's name and entry function.
pub type LinkedEntry = (&'static str, EntryFn);

/// A plugin, ready to make instances of its stages.
#[derive(Debug)]
pub struct Library {
    name: String,
    path: Option<PathBuf>,
    raw: &'static dm_library,
    stages: Vec<Value>,
}

// SAFETY: the struct is read-only after the entry call, and its functions may be called from any thread.
unsafe impl Send for Library {}
// SAFETY: as above.
unsafe impl Sync for Library {}

/// What a stage says of its columns under given params, as JSON lists of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Those that it reads; `None` where the description tells.
    pub reads: Option<Value>,
    /// Those that it adds.
    pub adds: Value,
}

impl Library {
    /// A plugin that is linked into this program.
    ///
    /// # Errors
    /// When its entry function fails or describes stages that make no sense.
    pub fn linked((name, entry): LinkedEntry) -> Result<Self, LoadError> {
        Self::enter(name, None, entry)
    }

    /// Opens a shared library; its entry symbol follows from the file's name.
    ///
    /// The library stays open until the process ends. Opening runs the library's initialisers: only files
    /// that a pipeline or a user names are opened.
    ///
    /// # Errors
    /// When the file is missing or no library for this machine, the entry symbol is missing, or the plugin
    /// speaks another version.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        let shown = path.display();
        if !path.is_file() {
            let message = format!("there is no file {shown}");
            return Err(LoadError::new(LoadErrorKind::NotFound, message));
        }
        let absolute = std::path::absolute(path)
            .map_err(|e| LoadError::new(LoadErrorKind::NotFound, format!("{shown}: {e}")))?;
        let library = open_library(&absolute).map_err(|e| {
            LoadError::new(
                LoadErrorKind::NotALibrary,
                format!("{shown} cannot be opened: {}", words(&absolute, &e)),
            )
        })?;
        let wanted = symbol(path, DM_ABI_MAJOR).unwrap_or_default();
        // SAFETY: the symbol's name promises the entry function's signature.
        let entry = unsafe { library.get::<EntryFn>(wanted.as_bytes()) }.map(|symbol| *symbol);
        let entry = entry.map_err(|_| no_entry(&library, path, &wanted))?;
        std::mem::forget(library);
        tracing::debug!(path = %shown, "library opened");
        let name = stem(path).unwrap_or_default();
        Self::enter(&name, Some(absolute), entry)
    }

    fn enter(name: &str, path: Option<PathBuf>, entry: EntryFn) -> Result<Self, LoadError> {
        quiet_panics();
        let host = HostContext::for_library(name, path.is_none());
        let raw = Box::leak(Box::new(empty_library()));
        // SAFETY: an entry function, called with a host that lives for ever and room for library and error.
        call(|error| unsafe { entry(host.raw(), raw, error) })
            .map_err(|e| LoadError::new(LoadErrorKind::Refused, format!("{name} refused to load: {e}")))?;
        if raw.abi_major != DM_ABI_MAJOR || raw.abi_minor > DM_ABI_MINOR {
            let message = format!(
                "{name} speaks interface {}.{}, this docmill {DM_ABI_MAJOR}.{DM_ABI_MINOR}",
                raw.abi_major, raw.abi_minor
            );
            return Err(LoadError::new(LoadErrorKind::WrongVersion, message));
        }
        if raw.flags & DM_LIBRARY_ABORTS != 0 {
            let message = format!(
                "{name} was built with panic = \"abort\": its first panic would end the run; build it with \"unwind\""
            );
            return Err(LoadError::new(LoadErrorKind::Refused, message));
        }
        let stages = (0..raw.n_stages).map(|stage| describe(name, raw, stage)).collect::<Result<_, _>>()?;
        Ok(Self { name: name.to_owned(), path, raw, stages })
    }

    /// The crate's name, as the entry symbol has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file it was loaded from; none for one that is linked in.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The descriptions of its stages, in the library's order.
    #[must_use]
    pub fn stages(&self) -> &[Value] {
        &self.stages
    }

    /// The name of a stage.
    #[must_use]
    pub fn stage_id(&self, stage: usize) -> &str {
        self.stages.get(stage).and_then(|s| s.get("id")).and_then(Value::as_str).unwrap_or_default()
    }

    /// Checks params and asks which columns of those given the stage reads and adds; all are JSON as in
    /// `docmill.h`.
    ///
    /// A plugin without the call is taken at its description's word.
    ///
    /// # Errors
    /// What the plugin finds wrong with the params, with their key path.
    pub fn plan(&self, stage: usize, params: &Value, columns: &Value) -> Result<Planned, StageError> {
        let Some(plan) = self.raw.plan else {
            let adds = self.stages.get(stage).and_then(|s| s.get("writes")).cloned().unwrap_or_default();
            return Ok(Planned { reads: None, adds });
        };
        let (params, columns) = (params.to_string(), columns.to_string());
        let mut out = empty_bytes();
        // SAFETY: a plugin's function, called as the header demands; the strings outlive the call.
        call(|error| unsafe { plan(stage as u32, lend(&params), lend(&columns), &raw mut out, error) })?;
        // SAFETY: filled by the plugin on success.
        let text = unsafe { string_from(out) };
        let answer = serde_json::from_str(&text)
            .map_err(|e| StageError::new(ErrorKind::Internal, format!("the plan is not JSON: {e}")))?;
        Ok(match answer {
            Value::Object(mut both) => {
                Planned { reads: both.remove("reads"), adds: both.remove("adds").unwrap_or_default() }
            }
            adds => Planned { reads: None, adds },
        })
    }

    /// Makes an instance of a stage.
    ///
    /// # Errors
    /// What the plugin finds wrong.
    pub fn create(
        &'static self,
        stage: usize,
        params: &Value,
        host: &'static HostContext,
    ) -> Result<Instance, StageError> {
        let missing = || StageError::new(ErrorKind::Internal, "the library has no `create`");
        let create = self.raw.create.ok_or_else(missing)?;
        let params = params.to_string();
        let mut raw = empty_stage();
        // SAFETY: a plugin's function, called as the header demands; the host lives for ever.
        call(|error| unsafe { create(stage as u32, lend(&params), host.raw(), &raw mut raw, error) })?;
        let field = |name: &str| self.stages.get(stage).and_then(|s| s.get(name));
        let changes_rows = field("changes_rows").and_then(Value::as_bool).unwrap_or(false);
        let kind = field("kind").and_then(|kind| serde_json::from_value(kind.clone()).ok());
        let kind =
            kind.ok_or_else(|| StageError::new(ErrorKind::Internal, "the stage's kind is not known"))?;
        Instance::new(raw, kind, changes_rows)
    }
}

fn empty_library() -> dm_library {
    dm_library {
        size: size_of::<dm_library>() as u32,
        abi_major: 0,
        abi_minor: 0,
        flags: 0,
        n_stages: 0,
        reserved: 0,
        private_data: std::ptr::null_mut(),
        describe: None,
        plan: None,
        create: None,
    }
}

fn empty_stage() -> dm_stage {
    dm_stage {
        size: size_of::<dm_stage>() as u32,
        flags: 0,
        private_data: std::ptr::null_mut(),
        open: None,
        process: None,
        blocks: None,
        read: None,
        flush: None,
        get_extension: None,
        release: None,
    }
}

fn describe(name: &str, raw: &dm_library, stage: u32) -> Result<Value, LoadError> {
    let bad = |what: String| LoadError::new(LoadErrorKind::BadDescription, format!("{name}: {what}"));
    let describe = raw.describe.ok_or_else(|| bad("the library has no `describe`".to_owned()))?;
    let mut out: dm_bytes = empty_bytes();
    // SAFETY: a plugin's function, called as the header demands.
    call(|error| unsafe { describe(stage, &raw mut out, error) })
        .map_err(|e| bad(format!("stage {stage} cannot be described: {e}")))?;
    // SAFETY: filled by the plugin on success.
    let text = unsafe { string_from(out) };
    let mut value: Value = serde_json::from_str(&text)
        .map_err(|e| bad(format!("the description of stage {stage} is not JSON: {e}")))?;
    let has = |key: &str| value.get(key).is_some_and(Value::is_string);
    if !has("id") || !has("version") || !has("kind") {
        return Err(bad(format!("the description of stage {stage} lacks `id`, `version` or `kind`")));
    }
    if let Some(object) = value.as_object_mut() {
        object.insert("plugin".to_owned(), name.into());
    }
    Ok(value)
}

/// The name of a library's crate: the file's stem without the platform's prefix.
fn stem(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    Some(stem.strip_prefix(std::env::consts::DLL_PREFIX).unwrap_or(stem).replace('-', "_"))
}

/// The entry symbol that a file's name demands, for a major version of the interface.
pub(crate) fn symbol(path: &Path, major: u32) -> Option<String> {
    let prefix = DM_ENTRY_PREFIX.replace("_v1_", &format!("_v{major}_"));
    stem(path).map(|stem| format!("{prefix}{stem}"))
}

/// What every library and program of Linux begins with.
const ELF: &[u8] = b"\x7fELF";

/// Why a file cannot be opened as a library, in the words of the system: which file is missing, or what is wrong
/// with this one. Linux calls a library of another architecture missing, so that is looked at first.
fn words(path: &Path, error: &libloading::Error) -> String {
    let header = |path: &Path| {
        let mut header = [0; 20];
        File::open(path).ok()?.read_exact(&mut header).ok()?;
        Some(header)
    };
    let machine = |path: &Path| {
        // The class of an ELF file, 32 or 64 bits, its order of bytes and its machine.
        header(path).filter(|header| header.starts_with(ELF)).map(|of| [of[4], of[5], of[18], of[19]])
    };
    if cfg!(target_os = "linux") && header(path).is_none_or(|header| !header.starts_with(ELF)) {
        return "it is no library".to_owned();
    }
    let own = std::env::current_exe().ok().and_then(|exe| machine(&exe));
    if let (Some(own), Some(other)) = (own, machine(path))
        && own != other
    {
        return "it is built for another machine than this docmill".to_owned();
    }
    let source = std::error::Error::source(error);
    let words = source.map_or_else(|| error.to_string(), ToString::to_string);
    // The path is told already.
    words.strip_prefix(&format!("{}: ", path.display())).unwrap_or(&words).to_owned()
}

fn no_entry(library: &libloading::Library, path: &Path, wanted: &str) -> LoadError {
    let shown = path.display();
    for major in (0..=9).filter(|&major| major != DM_ABI_MAJOR) {
        let other = symbol(path, major).unwrap_or_default();
        // SAFETY: the symbol is only looked for, never called.
        if unsafe { library.get::<EntryFn>(other.as_bytes()) }.is_ok() {
            let message =
                format!("{shown} speaks interface {major}, this docmill {DM_ABI_MAJOR}: rebuild the plugin");
            return LoadError::new(LoadErrorKind::WrongVersion, message);
        }
    }
    LoadError::new(
        LoadErrorKind::NoEntry,
        format!("{shown} is no docmill plugin: it exports no entry function"),
    )
    .tried(vec![wanted.to_owned()])
}

#[cfg(unix)]
fn open_library(path: &Path) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // glibc and musl; macOS has 0x80. libloading does not export it.
    const RTLD_NODELETE: i32 = if cfg!(target_os = "macos") { 0x80 } else { 0x1000 };
    // SAFETY: running the initialisers of a library that the user named is what loading means.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) }.map(Into::into)
}

#[cfg(not(unix))]
fn open_library(path: &Path) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: running the initialisers of a library that the user named is what loading means.
    unsafe { libloading::Library::new(path) }
}
