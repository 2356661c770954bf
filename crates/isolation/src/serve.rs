//! The life of a worker process.

use crate::Origin;
use crate::codec::{Layout, decode, encode};
use crate::wire::{Answer, Arrival, Begin, Inbox, Refusal, Request, send, told};
use crate::{confine, log, map};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_schema::SchemaRef;
use docmill_loader::{CallError, HostContext, Instance, Library, LinkedEntry, Output, Rows};
use docmill_sdk::{ErrorKind, StageError};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Serves the host that started this process until it goes; `linked` are the plugins that are part of the program.
///
/// # Errors
/// When the process was not started by a host, or the host can no longer be spoken with.
pub fn serve(linked: &[LinkedEntry]) -> io::Result<()> {
    // A duplicate of its own: whatever a plugin does to the standard files does not reach the host.
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let mut inbox = Inbox::default();
    let first = next(&mut inbox, &socket)?;
    let Some((Request::Begin(begin), Some(log))) = first else {
        return Err(io::Error::other("this process was not started by a run"));
    };
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid().is_none_or(|parent| parent.as_raw_pid() != begin.host) {
        return Ok(());
    }
    log::install(File::from(log), begin.level);
    confine::limit(begin.memory)?;
    let lack = begin.readable.as_deref().and_then(confine::sandbox);
    let instance = match create(&begin, linked) {
        Ok(instance) => instance,
        Err(error) => return send(&socket, &Answer::Failed(Refusal::from(&CallError::Failed(error))), None),
    };
    send(&socket, &Answer::Ready(lack), None)?;
    Server { socket, inbox, instance, input: None, output: None, memory: None, sink: None }.run()
}

/// The next request with its file; none when the host is gone.
fn next(inbox: &mut Inbox, socket: &OwnedFd) -> io::Result<Option<(Request, Option<OwnedFd>)>> {
    match inbox.receive(socket, true)? {
        Arrival::Message(body, file) => Ok(Some((serde_json::from_slice(&body)?, file))),
        Arrival::Nothing | Arrival::End => Ok(None),
    }
}

fn create(begin: &Begin, linked: &[LinkedEntry]) -> Result<Instance, StageError> {
    let failed = |what: String| StageError::new(ErrorKind::Config, what);
    let library = match &begin.library {
        Origin::File(path) => Library::open(path).map_err(|e| failed(e.to_string()))?,
        Origin::Linked(name) => {
            let entry = linked.iter().find(|(known, _)| known == name);
            let entry = entry.ok_or_else(|| failed(format!("no plugin `{name}` is linked in")))?;
            Library::linked(*entry).map_err(|e| failed(e.to_string()))?
        }
    };
    // The instance refers to it for as long as the process lives.
    let library: &'static Library = Box::leak(Box::new(library));
    let host = HostContext::new(&begin.id, &begin.folder, Arc::default());
    library.create(begin.stage, &begin.params, host)
}

struct Server {
    socket: OwnedFd,
    inbox: Inbox,
    instance: Instance,
    input: Option<SchemaRef>,
    output: Option<SchemaRef>,
    /// The host's memory file, and as much of it as is mapped.
    memory: Option<(OwnedFd, Buffer)>,
    /// The memory file for outputs.
    sink: Option<File>,
}

impl Server {
    fn run(mut self) -> io::Result<()> {
        while let Some((request, file)) = next(&mut self.inbox, &self.socket)? {
            let (answer, file) = match request {
                Request::Begin(_) => return Err(io::Error::other("the host began twice")),
                Request::Open(schema) => {
                    let schema = Arc::new(schema);
                    match self.instance.open(Some(&schema)) {
                        Ok(Some(made)) => {
                            (self.input, self.output) = (Some(schema), Some(made.clone()));
                            (Answer::Opened(made.as_ref().clone()), None)
                        }
                        Ok(None) => (failed("a transform has no output columns"), None),
                        Err(error) => (Answer::Failed(Refusal::from(&error)), None),
                    }
                }
                Request::Process(layout) => self.process(&layout, file)?,
            };
            send(&self.socket, &answer, file.as_ref())?;
        }
        Ok(())
    }

    fn process(&mut self, layout: &Layout, file: Option<OwnedFd>) -> io::Result<(Answer, Option<OwnedFd>)> {
        let Some(input) = self.input.clone() else { return Ok((failed("the stage is not open"), None)) };
        let memory = self.memory(layout.bytes, file)?;
        let batch = decode(&input, layout, (&memory, map::trusted)).map_err(io::Error::other)?;
        let result = self.instance.process(&batch);
        drop(batch);
        let output = match result {
            Ok(output) => output,
            Err(error) => return Ok((Answer::Failed(Refusal::from(&error)), None)),
        };
        let Output { columns, rows, fates } = output;
        let encoded = encode(&self.columns(&columns, &rows), columns.num_rows());
        drop((columns, rows));
        let mut fresh = None;
        if self.sink.is_none() {
            let file = memfd_create("docmill-output", MemfdFlags::CLOEXEC)?;
            fresh = Some(file.try_clone()?);
            self.sink = Some(File::from(file));
        }
        if let Some(sink) = &self.sink {
            encoded.buffers.iter().try_for_each(|(at, buffer)| sink.write_all_at(buffer, *at as u64))?;
        }
        let layout = encoded.layout;
        // Outputs may share buffers with inputs, and a stage may keep either.
        drop(encoded.buffers);
        drop(memory);
        let kept = self.memory.as_ref().is_some_and(|(_, memory)| memory.strong_count() > 1);
        if kept {
            self.memory = None;
        }
        Ok((Answer::Done { layout, fates: told(fates), kept }, fresh))
    }

    /// The host's memory, as much of it as is needed.
    fn memory(&mut self, bytes: usize, file: Option<OwnedFd>) -> io::Result<Buffer> {
        let (file, mapped) = match (file, self.memory.take()) {
            (Some(file), _) => (file, None),
            (None, Some((file, mapped))) => (file, Some(mapped)),
            (None, None) => return Err(io::Error::other("the host sent no memory")),
        };
        let mapped = match mapped.filter(|mapped| mapped.len() >= bytes) {
            Some(mapped) => mapped,
            None => map::map(&file, bytes)?,
        };
        self.memory = Some((file, mapped.clone()));
        Ok(mapped)
    }

    /// The columns as the output's schema has them, the parents among them.
    fn columns(&self, columns: &RecordBatch, rows: &Rows) -> Vec<ArrayRef> {
        let fields = self.output.iter().flat_map(|schema| schema.fields().iter());
        let column = |name: &str| match rows {
            Rows::From(parents) if name == "__parent" => Some(Arc::new(parents.clone()) as ArrayRef),
            _ => columns.column_by_name(name).cloned(),
        };
        fields.filter_map(|field| column(field.name())).collect()
    }
}

fn failed(what: &str) -> Answer {
    let error = StageError::new(ErrorKind::Internal, what);
    Answer::Failed(Refusal::from(&CallError::Failed(error)))
}
