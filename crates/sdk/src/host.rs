//! What a stage may ask of the host.

use docmill_abi::{DM_EXT_BASE_FOLDER, DM_EXT_BLOCK_BYTES, DM_EXT_TARGETS, dm_host, dm_str};
use std::ffi::c_void;
use std::path::{Path, PathBuf};

/// The host as a stage sees it: the folder of the pipeline, and whether to stop.
///
/// Copying is free; it may be kept and used from any thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host(Option<&'static dm_host>);

// The header promises that a host lives as long as the process and may be called from any thread.
#[expect(unsafe_code, reason = "dm_host holds a raw pointer, which the header declares thread-safe")]
// SAFETY: every function of dm_host may be called from any thread, and ctx is only passed to them.
unsafe impl Send for Host {}
#[expect(unsafe_code, reason = "dm_host holds a raw pointer, which the header declares thread-safe")]
// SAFETY: as above.
unsafe impl Sync for Host {}

impl Host {
    /// A host for tests and benches: paths start from the current folder, nothing is ever cancelled.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    pub(crate) fn new(host: Option<&'static dm_host>) -> Self {
        Self(host)
    }

    pub(crate) fn raw(self) -> Option<&'static dm_host> {
        self.0
    }

    /// `path` as the pipeline's author means it: relative paths start from the pipeline's folder.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.base_folder().join(path)
    }

    /// The folder from which relative paths in params start.
    #[must_use]
    pub fn base_folder(&self) -> PathBuf {
        self.text(DM_EXT_BASE_FOLDER).map_or_else(PathBuf::new, PathBuf::from)
    }

    /// About how many bytes of input a source's block should hold; none where the host does not say.
    #[must_use]
    #[expect(unsafe_code, reason = "asks the host through a C function")]
    pub fn block_bytes(&self) -> Option<u64> {
        // SAFETY: the header says that this extension is null or a number that lives as long as the process.
        unsafe { self.extension(DM_EXT_BLOCK_BYTES).cast::<u64>().as_ref() }.copied()
    }

    /// The absolute paths of the files that the run writes, which a source must not read; none where the host
    /// does not say.
    #[must_use]
    pub fn targets(&self) -> Vec<PathBuf> {
        let list = self.text(DM_EXT_TARGETS).and_then(|list| serde_json::from_str(list).ok());
        list.unwrap_or_default()
    }

    /// An extension of the host that is a text.
    #[expect(unsafe_code, reason = "asks the host through a C function")]
    fn text(&self, id: &str) -> Option<&'static str> {
        // SAFETY: the header says of these extensions that they are null or a dm_str that lives as long as the process.
        let text = unsafe { self.extension(id).cast::<dm_str>().as_ref() }?;
        // SAFETY: a dm_str of the host is readable for its length.
        unsafe { crate::export::boundary::text_of(*text) }.ok()
    }

    #[expect(unsafe_code, reason = "asks the host through a C function")]
    fn extension(&self, id: &str) -> *const c_void {
        let id = dm_str { ptr: id.as_ptr(), len: id.len() };
        // SAFETY: the host's function, called with the host's ctx and a string that outlives the call.
        let found = self.0.and_then(|host| host.get_extension.map(|get| unsafe { get(host.ctx, id) }));
        found.unwrap_or(std::ptr::null())
    }

    /// True when the run is being stopped; a long call should return [`crate::ErrorKind::Cancelled`] soon.
    #[must_use]
    #[expect(unsafe_code, reason = "asks the host through a C function")]
    pub fn cancelled(&self) -> bool {
        // SAFETY: the host's function, called with the host's ctx.
        self.0.and_then(|host| host.should_cancel.map(|ask| unsafe { ask(host.ctx) } != 0)).unwrap_or(false)
    }
}
