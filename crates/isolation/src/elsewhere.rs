//! Systems that cannot give a stage a process of its own: everything is refused.

use crate::{Fault, Task};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use docmill_loader::{LinkedEntry, Output};
use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "only Linux can give a stage a process of its own")
}

/// Starts worker processes, on systems that can.
#[derive(Debug)]
pub struct Workshop(Infallible);

impl Workshop {
    /// None.
    ///
    /// # Errors
    /// Always.
    pub fn new(_program: Option<PathBuf>, _arguments: Vec<String>) -> io::Result<Arc<Self>> {
        Err(refused())
    }
}

/// A stage in a process of its own, on systems that can.
#[derive(Debug)]
pub struct Worker(Infallible);

impl Worker {
    /// None.
    ///
    /// # Errors
    /// There is no workshop to call it with.
    pub fn begin(workshop: &Arc<Workshop>, _task: &Arc<Task>) -> Result<Self, Fault> {
        match workshop.0 {}
    }

    /// None.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        match self.0 {}
    }

    /// None.
    ///
    /// # Errors
    /// There is no worker to call it on.
    pub fn open(&mut self, _input: &SchemaRef) -> Result<SchemaRef, Fault> {
        match self.0 {}
    }

    /// None.
    ///
    /// # Errors
    /// There is no worker to call it on.
    pub fn process(&mut self, _batch: &RecordBatch) -> Result<Output, Fault> {
        match self.0 {}
    }
}

/// Refuses.
///
/// # Errors
/// Always.
pub fn serve(_linked: &[LinkedEntry]) -> io::Result<()> {
    Err(refused())
}
