//! The host's side of `dm_host`.
#![expect(unsafe_code, reason = "C functions that plugins call")]

use docmill_sdk::abi::{
    DM_ABI_MAJOR, DM_ABI_MINOR, DM_EXT_BASE_FOLDER, DM_EXT_BLOCK_BYTES, DM_EXT_TARGETS, DM_HOST_LINKED,
    dm_host, dm_str,
};
use docmill_sdk::export::boundary::{lend, text_of};
use std::ffi::c_void;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::level_filters::LevelFilter;

/// What a run tells its stages.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Where relative paths start.
    pub folder: PathBuf,
    /// About how many bytes of input a source's block should hold; 0 leaves it to the source.
    pub block_bytes: u64,
    /// The absolute paths of the files that the run writes.
    pub targets: Vec<PathBuf>,
    /// What the stage logs goes through this first.
    pub hide: Option<Hide>,
}

/// What all instances of one stage of a pipeline are given by the host.
///
/// Leaked on purpose: the interface promises plugins a host that lives as long as the process. There is
/// one for each stage of a pipeline and one for each library.
#[derive(Debug)]
pub struct HostContext {
    raw: dm_host,
    name: String,
    folder: dm_str,
    block_bytes: u64,
    targets: dm_str,
    cancel: Arc<AtomicBool>,
    hide: Option<Hide>,
}

/// Takes out of a text what nobody may read.
#[derive(Clone)]
pub struct Hide(pub Arc<dyn Fn(&str) -> String + Send + Sync>);

impl fmt::Debug for Hide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hide")
    }
}

// SAFETY: the raw pointers inside point to the leaked context itself and are only read.
unsafe impl Sync for HostContext {}
// SAFETY: as above.
unsafe impl Send for HostContext {}

impl HostContext {
    /// A context for the stage `name`: relative paths start from `folder`, and stages that ask learn from
    /// `cancel` that they should stop.
    #[must_use]
    pub fn new(name: &str, folder: &Path, cancel: Arc<AtomicBool>) -> &'static Self {
        Self::within(name, &Surroundings { folder: folder.to_owned(), ..Surroundings::default() }, cancel)
    }

    /// The same with all that a run tells its stages.
    #[must_use]
    pub fn within(name: &str, surroundings: &Surroundings, cancel: Arc<AtomicBool>) -> &'static Self {
        Self::leak(name, surroundings, cancel, 0)
    }

    /// A context for the entry call of a library.
    pub(crate) fn for_library(name: &str, linked: bool) -> &'static Self {
        let flags = if linked { DM_HOST_LINKED } else { 0 };
        Self::leak(name, &Surroundings::default(), Arc::default(), flags)
    }

    fn leak(name: &str, within: &Surroundings, cancel: Arc<AtomicBool>, flags: u32) -> &'static Self {
        let text = |text: String| lend(Box::leak(text.into_boxed_str()));
        let folder = text(within.folder.to_string_lossy().into_owned());
        let targets: Vec<_> = within.targets.iter().map(|target| target.to_string_lossy()).collect();
        let targets = text(serde_json::to_string(&targets).unwrap_or_default());
        let context = Box::into_raw(Box::new(Self {
            raw: dm_host {
                size: size_of::<dm_host>() as u32,
                abi_major: DM_ABI_MAJOR,
                abi_minor: DM_ABI_MINOR,
                max_level: max_level(),
                flags,
                reserved: 0,
                ctx: std::ptr::null_mut(),
                log: Some(log),
                should_cancel: Some(should_cancel),
                get_extension: Some(get_extension),
            },
            name: name.to_owned(),
            folder,
            block_bytes: within.block_bytes,
            targets,
            cancel,
            hide: within.hide.clone(),
        }));
        // SAFETY: just made, and nobody else knows of it yet; the callbacks get the same pointer.
        unsafe { (*context).raw.ctx = context.cast::<c_void>() };
        // SAFETY: never freed, and only read from here on.
        unsafe { &*context }
    }

    pub(crate) fn raw(&'static self) -> &'static dm_host {
        &self.raw
    }
}

fn max_level() -> u32 {
    match LevelFilter::current() {
        LevelFilter::OFF => 0,
        LevelFilter::ERROR => 1,
        LevelFilter::WARN => 2,
        LevelFilter::INFO => 3,
        LevelFilter::DEBUG => 4,
        _ => 5,
    }
}

fn context<'a>(ctx: *mut c_void) -> Option<&'a HostContext> {
    // SAFETY: plugins pass back the ctx that `new` stored: a leaked context.
    unsafe { ctx.cast::<HostContext>().as_ref() }
}

unsafe extern "C" fn log(ctx: *mut c_void, level: u32, target: dm_str, message: dm_str, fields: dm_str) {
    // A plugin's log line must never take the host down.
    let _ = std::panic::catch_unwind(|| {
        let Some(context) = context(ctx) else { return };
        // SAFETY: the strings are readable for the length of the call.
        let (target, message, fields) = unsafe { (text_of(target), text_of(message), text_of(fields)) };
        let (Ok(target), Ok(message), Ok(fields)) = (target, message, fields) else { return };
        let hidden =
            |text: &str| context.hide.as_ref().map_or_else(|| text.to_owned(), |Hide(hide)| hide(text));
        let (message, fields) = (hidden(message), hidden(fields));
        let stage = context.name.as_str();
        match level {
            1 => tracing::error!(stage, origin = target, fields, "{message}"),
            2 => tracing::warn!(stage, origin = target, fields, "{message}"),
            3 => tracing::info!(stage, origin = target, fields, "{message}"),
            4 => tracing::debug!(stage, origin = target, fields, "{message}"),
            _ => tracing::trace!(stage, origin = target, fields, "{message}"),
        }
    });
}

unsafe extern "C" fn should_cancel(ctx: *mut c_void) -> i32 {
    i32::from(context(ctx).is_some_and(|context| context.cancel.load(Ordering::Relaxed)))
}

unsafe extern "C" fn get_extension(ctx: *mut c_void, id: dm_str) -> *const c_void {
    // SAFETY: the string is readable for the length of the call.
    let id = unsafe { text_of(id) };
    match (context(ctx), id) {
        (Some(context), Ok(DM_EXT_BASE_FOLDER)) => std::ptr::from_ref(&context.folder).cast::<c_void>(),
        (Some(context), Ok(DM_EXT_BLOCK_BYTES)) if context.block_bytes > 0 => {
            std::ptr::from_ref(&context.block_bytes).cast::<c_void>()
        }
        (Some(context), Ok(DM_EXT_TARGETS)) => std::ptr::from_ref(&context.targets).cast::<c_void>(),
        _ => std::ptr::null(),
    }
}
