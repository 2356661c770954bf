//! A memory file of the host, mapped for reading, and what lies in it.
#![expect(unsafe_code, reason = "maps memory and trusts the host")]

use arrow_buffer::Buffer;
use arrow_data::{ArrayData, ArrayDataBuilder};
use arrow_schema::ArrowError;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use std::ffi::c_void;
use std::io;
use std::os::fd::AsFd;
use std::ptr::NonNull;
use std::sync::Arc;

/// A mapping; undone when dropped.
struct Mapping {
    start: NonNull<c_void>,
    len: usize,
}

// SAFETY: the memory is only read, and munmap may be called from any thread.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: made by mmap with this length; the last buffer over it is gone, for each holds the mapping.
        let _ = unsafe { munmap(self.start.as_ptr(), self.len) };
    }
}

/// The first `len` bytes of a memory file of the host, as a buffer that keeps them mapped.
///
/// The worker trusts the host: it never shrinks the file, and writes to it only when the worker has said that nobody
/// holds the buffer any more.
///
/// # Errors
/// When the system has no room for it.
pub(crate) fn map(file: impl AsFd, len: usize) -> io::Result<Buffer> {
    if len == 0 {
        return Ok(Buffer::from(Vec::<u8>::new()));
    }
    // SAFETY: a new mapping at a place that the system chooses overlaps nothing.
    let start = unsafe { mmap(std::ptr::null_mut(), len, ProtFlags::READ, MapFlags::SHARED, file, 0) }?;
    let start = NonNull::new(start).ok_or_else(|| io::Error::other("a mapping at address 0"))?;
    let mapping = Arc::new(Mapping { start, len });
    // SAFETY: the memory is readable for its length as long as the mapping lives, which the buffer holds; that nobody
    // writes to it meanwhile is the host's word.
    Ok(unsafe { Buffer::from_custom_allocation(start.cast(), len, mapping) })
}

/// Makes an array of parts that the host has sent: it has just taken them from a sound one.
///
/// Looking at a megabyte of text once more would take a tenth of the time of a stage that does little.
pub(crate) fn trusted(builder: ArrayDataBuilder) -> Result<ArrayData, ArrowError> {
    // SAFETY: the buffers are those of an array that was valid in the host, which the worker exists to serve.
    unsafe { builder.skip_validation(true) }.build()
}
