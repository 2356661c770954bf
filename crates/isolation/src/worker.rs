//! A stage in a process of its own, as the host holds it.

use crate::codec::{Layout, checked, decode, encode};
use crate::death::{Evidence, judge};
use crate::pipes::{Pipes, READABLE};
use crate::spawn::Workshop;
use crate::task::{Sandbox, Task};
use crate::wire::{Answer, Arrival, Begin, Inbox, Request, fates, send};
use crate::{Death, Fault, log};
use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_schema::SchemaRef;
use docmill_loader::{CallError, Output, check_types};
use docmill_sdk::export::catch;
use docmill_sdk::{ErrorKind, StageError};
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, Timespec, poll};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// One instance of a transform in a process of its own; the process ends when this is dropped.
#[derive(Debug)]
pub struct Worker {
    task: Arc<Task>,
    // Held, because the system ends the process with the thread that started it.
    _workshop: Arc<Workshop>,
    child: Child,
    /// Readable when the process has ended.
    ended: OwnedFd,
    socket: OwnedFd,
    inbox: Inbox,
    pipes: Pipes,
    schemas: Option<(SchemaRef, SchemaRef)>,
    /// The memory file for inputs; none before the first, and after one that the stage keeps.
    input: Option<File>,
    /// The worker's memory file for outputs.
    output: Option<File>,
    /// Batches that it has answered.
    answered: u64,
    is_dead: bool,
}

/// Why no answer came.
enum Silence {
    Gone,
    Late,
    /// The run is to stop.
    Unwanted,
    Garbled(String),
}

/// How long a process may take to open its library and its models.
const TIME_TO_BEGIN: Duration = Duration::from_mins(2);
/// How long a process may take to put its things away.
const TIME_TO_END: Duration = Duration::from_secs(2);
/// How long the host waits before it looks whether the run is to stop.
const TIME_TO_LOOK: Duration = Duration::from_millis(100);
/// Bytes of an output beyond which it is not taken.
const MAX_OUTPUT: usize = 4 << 30;

impl Worker {
    /// Starts a process, confines it, and makes the stage there.
    ///
    /// # Errors
    /// When the process cannot be started or confined as it must be, and when the stage refuses its params.
    pub fn begin(workshop: &Arc<Workshop>, task: &Arc<Task>) -> Result<Self, Fault> {
        let failed = |error: io::Error| Fault::Refused(format!("its process cannot be started: {error}"));
        let (mut worker, log) = Self::start(workshop, task).map_err(failed)?;
        let begin = Begin {
            host: std::process::id() as i32,
            library: task.library.clone(),
            stage: task.stage,
            id: task.id.clone(),
            params: task.params.clone(),
            folder: task.folder.clone(),
            level: log::wanted(),
            memory: task.memory,
            readable: (task.sandbox != Sandbox::Off).then(|| task.readable.clone()),
        };
        match worker.ask(&Request::Begin(Box::new(begin)), Some(&log), TIME_TO_BEGIN)? {
            (Answer::Ready(Some(lack)), _) if task.sandbox == Sandbox::Required => {
                Err(Fault::Refused(format!("this system cannot keep its process from {lack}")))
            }
            (Answer::Ready(lack), _) => {
                lack.iter().for_each(|lack| workshop.warn(&task.id, lack));
                Ok(worker)
            }
            _ => Err(worker.condemn("it answered what nobody asked")),
        }
    }

    fn start(workshop: &Arc<Workshop>, task: &Arc<Task>) -> io::Result<(Self, OwnedFd)> {
        let (socket, far_end) = UnixStream::pair()?;
        let (log, log_end) = io::pipe()?;
        let mut child = workshop.start(far_end.into())?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            return Err(io::Error::other("its output is not there"));
        };
        let pid = Pid::from_child(&child);
        let worker = Self {
            task: Arc::clone(task),
            _workshop: Arc::clone(workshop),
            ended: pidfd_open(pid, PidfdFlags::empty())?,
            child,
            socket: socket.into(),
            inbox: Inbox::default(),
            pipes: Pipes::new([stdout.into(), stderr.into(), log.into()], task.hide.clone()),
            schemas: None,
            input: None,
            output: None,
            answered: 0,
            is_dead: false,
        };
        Ok((worker, log_end.into()))
    }

    /// The number by which the system knows the process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Binds the input's columns and learns those of the output.
    ///
    /// # Errors
    /// As a call into a library; and when the process dies of it.
    pub fn open(&mut self, input: &SchemaRef) -> Result<SchemaRef, Fault> {
        let request = Request::Open(input.as_ref().clone());
        let (Answer::Opened(made), _) = self.ask(&request, None, TIME_TO_BEGIN)? else {
            return Err(self.condemn("it answered what nobody asked"));
        };
        check_types(&made).map_err(Fault::Call)?;
        let made = Arc::new(made);
        self.schemas = Some((input.clone(), made.clone()));
        Ok(made)
    }

    /// Sends a batch through the transform. What comes back is checked as that of a library is.
    ///
    /// # Errors
    /// As a call into a library; and when the process dies of it or takes too long.
    pub fn process(&mut self, batch: &RecordBatch) -> Result<Output, Fault> {
        let rows = batch.num_rows();
        let Some((_, made)) =
            self.schemas.clone().filter(|(input, _)| input.fields() == batch.schema_ref().fields())
        else {
            let error =
                StageError::new(ErrorKind::Schema, "the batch has other columns than those of `open`");
            return Err(Fault::Call(CallError::Failed(error)));
        };
        let failed = |error: io::Error| {
            Fault::Call(CallError::Failed(StageError::new(ErrorKind::Io, error.to_string())))
        };
        let (layout, fresh) = self.lend(batch).map_err(failed)?;
        let began = Instant::now();
        let limit = self.task.pace.limit(rows);
        let (answer, file) = self.ask(&Request::Process(layout), fresh.as_ref(), limit)?;
        self.task.pace.took(rows, began.elapsed());
        let Answer::Done { layout, fates: told, kept } = answer else {
            return Err(self.condemn("it answered what nobody asked"));
        };
        self.answered += 1;
        if kept {
            self.input = None;
        }
        if let Some(file) = file {
            self.output = Some(File::from(file));
        }
        let columns = self.borrow(&made, &layout).map_err(|what| Fault::Call(CallError::BadOutput(what)))?;
        Output::checked(columns, fates(told), rows, self.task.changes_rows).map_err(Fault::Call)
    }

    /// Writes a batch into the memory that the worker reads; gives the file if the worker does not have it yet.
    fn lend(&mut self, batch: &RecordBatch) -> io::Result<(Layout, Option<OwnedFd>)> {
        let encoded = encode(batch.columns(), batch.num_rows());
        let mut fresh = None;
        if self.input.is_none() {
            let file = memfd_create("docmill-input", MemfdFlags::CLOEXEC)?;
            fresh = Some(file.try_clone()?);
            self.input = Some(File::from(file));
        }
        if let Some(file) = &self.input {
            encoded.buffers.iter().try_for_each(|(at, buffer)| file.write_all_at(buffer, *at as u64))?;
        }
        Ok((encoded.layout, fresh))
    }

    /// Copies the worker's output, which it may change at any time, and checks the copy.
    fn borrow(&self, schema: &SchemaRef, layout: &Layout) -> Result<RecordBatch, String> {
        if layout.bytes > MAX_OUTPUT {
            return Err(format!("{} bytes came back", layout.bytes));
        }
        let mut memory = Vec::new();
        memory.try_reserve_exact(layout.bytes).map_err(|e| e.to_string())?;
        if let Some(file) = &self.output {
            while memory.len() < layout.bytes {
                let at = memory.len() as u64;
                match rustix::io::pread(file, spare_capacity(&mut memory), at) {
                    Err(Errno::INTR) => {}
                    Ok(0) => break,
                    read => drop(read.map_err(|e| e.to_string())?),
                }
            }
        }
        // The last buffer ends where the next would begin.
        memory.resize(layout.bytes, 0);
        let memory = Buffer::from_vec(memory);
        match catch(|| decode(schema, layout, (&memory, checked))) {
            Ok(batch) => batch.map_err(|e| e.to_string()),
            Err(_) => Err("the arrays do not have the shape their types demand".to_owned()),
        }
    }

    /// Sends a request and waits for the answer; one that tells of a failure is an error.
    fn ask(
        &mut self,
        request: &Request,
        file: Option<&OwnedFd>,
        limit: Duration,
    ) -> Result<(Answer, Option<OwnedFd>), Fault> {
        if self.is_dead {
            return Err(Fault::Refused("its process has ended".to_owned()));
        }
        let until = Instant::now() + limit;
        // A worker that is gone is found out below, with the cause.
        let sent = send(&self.socket, request, file);
        let answer = sent.map_or(Err(Silence::Gone), |()| self.answer(until));
        match answer {
            Ok((Answer::Failed(refusal), _)) => {
                self.answered += 1;
                Err(Fault::Call(refusal.into()))
            }
            Ok(answer) => Ok(answer),
            Err(Silence::Gone) => Err(Fault::Died(self.bury(None))),
            Err(Silence::Late) => Err(Fault::Died(self.bury(Some(limit)))),
            Err(Silence::Unwanted) => {
                self.end(false);
                Err(Fault::Cancelled)
            }
            Err(Silence::Garbled(what)) => Err(self.condemn(&what)),
        }
    }

    fn answer(&mut self, until: Instant) -> Result<(Answer, Option<OwnedFd>), Silence> {
        let (mut has_ended, mut stop) = (false, None);
        loop {
            self.pipes.drain(&self.task.id);
            match self.inbox.receive(&self.socket, false) {
                Ok(Arrival::Message(body, file)) => {
                    let answer = serde_json::from_slice(&body);
                    return answer.map(|answer| (answer, file)).map_err(|e| Silence::Garbled(e.to_string()));
                }
                Ok(Arrival::End) => return Err(Silence::Gone),
                Err(error) => return Err(Silence::Garbled(error.to_string())),
                Ok(Arrival::Nothing) if has_ended => return Err(Silence::Gone),
                Ok(Arrival::Nothing) if Instant::now() >= until => return Err(Silence::Late),
                // A batch that is almost done is waited for.
                Ok(Arrival::Nothing) if stop.is_some_and(|stop| Instant::now() >= stop) => {
                    return Err(Silence::Unwanted);
                }
                Ok(Arrival::Nothing) => {
                    if stop.is_none() && self.task.cancel.load(Ordering::Relaxed) {
                        stop = Some(Instant::now() + TIME_TO_END);
                    }
                    has_ended = self.wait(until.min(Instant::now() + TIME_TO_LOOK));
                }
            }
        }
    }

    /// Waits until something comes, the process ends, or the time is up; true when it has ended.
    fn wait(&self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).ok();
        let mut files = vec![PollFd::new(&self.ended, READABLE), PollFd::new(&self.socket, READABLE)];
        files.extend(self.pipes.files().map(|file| PollFd::new(file, READABLE)));
        match poll(&mut files, left.as_ref()) {
            Ok(_) => files.first().is_some_and(|ended| !ended.revents().is_empty()),
            Err(Errno::INTR) => false,
            // Then the loop around it looks itself.
            Err(_) => {
                std::thread::sleep(Duration::from_millis(1));
                false
            }
        }
    }

    /// Waits for the end of the process alone.
    fn has_ended(&self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut files = [PollFd::new(&self.ended, READABLE)];
            match poll(&mut files, Timespec::try_from(left).ok().as_ref()) {
                Ok(ended) => return ended > 0,
                Err(Errno::INTR) if !left.is_zero() => {}
                Err(_) => return false,
            }
        }
    }

    /// Ends the process for what it did.
    fn condemn(&mut self, why: &str) -> Fault {
        self.bury(None);
        Fault::Call(CallError::BadOutput(format!("its process broke the rules: {why}")))
    }

    /// Ends the process, and tells what it died of.
    fn bury(&mut self, late: Option<Duration>) -> Death {
        let status = self.end(late.is_none());
        let words = self.pipes.finish(&self.task.id).to_owned();
        let (memory, is_fresh) = (self.task.memory, self.answered == 0);
        let death = judge(&Evidence { status, late, words: &words, memory, is_fresh });
        tracing::debug!(stage = self.task.id, code = death.code, "a worker died: {}", death.message);
        death
    }

    /// Ends the process and all that it has started; one that is about to end by itself is given a moment.
    fn end(&mut self, patient: bool) -> Option<ExitStatus> {
        self.is_dead = true;
        // The socket closes some moments before the process has ended.
        if !patient || !self.has_ended(Duration::from_secs(1)) {
            let _ = self.child.kill();
        }
        let status = self.child.wait().ok();
        // With its leader gone, whoever is still in the group was left behind.
        if kill_process_group(Pid::from_child(&self.child), Signal::KILL).is_ok() {
            let stage = self.task.id.as_str();
            tracing::warn!(stage, "the stage's process left others behind; they were ended");
        }
        status
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.is_dead {
            return;
        }
        // The worker reads the end of its requests, releases the stage, and exits.
        let _ = rustix::net::shutdown(&self.socket, rustix::net::Shutdown::Write);
        let until = Instant::now() + TIME_TO_END;
        while !self.wait(until) && Instant::now() < until {
            self.pipes.drain(&self.task.id);
            // Its answers are of no interest any more, but must not stand in its way.
            if !matches!(self.inbox.receive(&self.socket, false), Ok(Arrival::Nothing)) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        if self.end(false).is_none_or(|status| !status.success()) {
            tracing::warn!(
                stage = self.task.id,
                "the stage's process did not end well when its work was done"
            );
        }
        self.pipes.finish(&self.task.id);
    }
}

#[cfg(test)]
mod tests;
