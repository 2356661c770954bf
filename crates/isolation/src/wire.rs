//! What host and worker say to each other: JSON in frames over a socket, files beside it, batches in memory files.

use crate::Origin;
use crate::codec::Layout;
use arrow_schema::Schema;
use docmill_loader::CallError;
use docmill_sdk::{ErrorKind, Fate, StageError};
use rustix::io::{Errno, IoSlice, IoSliceMut};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

/// What the host asks for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// The first one: what the process is for, and with it the file for log events.
    Begin(Box<Begin>),
    /// Binds the input's columns.
    Open(Schema),
    /// A batch in the memory file that came last; a new one comes beside the request.
    Process(Layout),
}

/// What a worker process is for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Begin {
    /// The process that asks: with it the worker ends.
    pub(crate) host: i32,
    pub(crate) library: Origin,
    /// The stage's number in the library.
    pub(crate) stage: usize,
    /// The stage's name in the pipeline.
    pub(crate) id: String,
    pub(crate) params: Value,
    pub(crate) folder: PathBuf,
    /// The least level of log events that anybody wants, from 0 for none to 5 for all.
    pub(crate) level: u8,
    /// Bytes of memory of its own.
    pub(crate) memory: u64,
    /// What it may read; none for a process that is not confined.
    pub(crate) readable: Option<Vec<PathBuf>>,
}

/// What the worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// To `Begin`: the stage is there. Tells what the system could not deny, if anything.
    Ready(Option<String>),
    /// To `Open`: the output's columns.
    Opened(Schema),
    /// To `Process`: the output lies in the worker's memory file, which comes beside the first answer.
    Done {
        layout: Layout,
        fates: Vec<(u32, bool, String, String)>,
        /// The stage holds on to the input: its memory must not be written again.
        kept: bool,
    },
    /// To any: the call failed.
    Failed(Refusal),
}

/// A [`CallError`] on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Refusal {
    Stage {
        code: i32,
        message: String,
        row: Option<usize>,
        path: Vec<String>,
        bytes: Option<Range<usize>>,
        retryable: bool,
    },
    BadOutput(String),
    BadRows(String),
}

impl From<&CallError> for Refusal {
    fn from(error: &CallError) -> Self {
        match error {
            CallError::BadOutput(what) => Self::BadOutput(what.clone()),
            CallError::BadRows(what) => Self::BadRows(what.clone()),
            CallError::Failed(error) => Self::Stage {
                code: error.kind().code(),
                message: error.message().to_owned(),
                row: error.row(),
                path: error.path().to_vec(),
                bytes: error.bytes(),
                retryable: error.is_retryable(),
            },
        }
    }
}

impl From<Refusal> for CallError {
    fn from(refusal: Refusal) -> Self {
        let (code, message, row, path, bytes, retryable) = match refusal {
            Refusal::BadOutput(what) => return Self::BadOutput(what),
            Refusal::BadRows(what) => return Self::BadRows(what),
            Refusal::Stage { code, message, row, path, bytes, retryable } => {
                (code, message, row, path, bytes, retryable)
            }
        };
        let kind = ErrorKind::from_code(code);
        let error = if path.is_empty() {
            StageError::new(kind, message)
        } else {
            StageError::param(path.iter().map(String::as_str), message)
        };
        let error = if retryable { error.retryable() } else { error };
        let error = if let Some(bytes) = bytes { error.within(bytes) } else { error };
        Self::Failed(if let Some(row) = row { error.at_row(row) } else { error })
    }
}

/// Fates as they travel.
pub(crate) fn told(fates: Vec<Fate>) -> Vec<(u32, bool, String, String)> {
    fates.into_iter().map(|fate| (fate.row, fate.dropped, fate.code, fate.message)).collect()
}

/// Fates as they came.
pub(crate) fn fates(told: Vec<(u32, bool, String, String)>) -> Vec<Fate> {
    told.into_iter().map(|(row, dropped, code, message)| Fate { row, dropped, code, message }).collect()
}

/// Bytes of a frame beyond which none is: a message a document, and the params.
const MAX_FRAME: usize = 256 << 20;

/// Sends a message, and a file beside it.
pub(crate) fn send(socket: impl AsFd, message: &impl Serialize, file: Option<&OwnedFd>) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let mut frame = Vec::with_capacity(body.len() + 4);
    frame.extend((body.len() as u32).to_le_bytes());
    frame.extend(body);
    let mut rest = frame.as_slice();
    let mut beside: Vec<_> = file.iter().map(AsFd::as_fd).collect();
    while !rest.is_empty() {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !beside.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&beside));
        }
        // Without a signal when nobody reads any more.
        let sent = match sendmsg(socket.as_fd(), &[IoSlice::new(rest)], &mut control, SendFlags::NOSIGNAL) {
            Err(Errno::INTR) => continue,
            sent => sent?,
        };
        beside.clear();
        rest = rest.get(sent..).unwrap_or_default();
    }
    Ok(())
}

/// Frames as they arrive, in pieces.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    file: Option<OwnedFd>,
}

/// What a look into the inbox gave.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A whole message, with the file that came beside it.
    Message(Vec<u8>, Option<OwnedFd>),
    /// Nothing whole yet.
    Nothing,
    /// Nobody sends any more.
    End,
}

impl Inbox {
    /// Takes what has come; with `wait` until something comes.
    pub(crate) fn receive(&mut self, socket: impl AsFd, wait: bool) -> io::Result<Arrival> {
        loop {
            if let Some(body) = self.whole()? {
                return Ok(Arrival::Message(body, self.file.take()));
            }
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let mut piece = [0; 16 << 10];
            let flags = if wait { RecvFlags::empty() } else { RecvFlags::DONTWAIT } | RecvFlags::CMSG_CLOEXEC;
            let got = match recvmsg(socket.as_fd(), &mut [IoSliceMut::new(&mut piece)], &mut control, flags) {
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => return Ok(Arrival::Nothing),
                Err(Errno::CONNRESET) => return Ok(Arrival::End),
                got => got?.bytes,
            };
            for message in control.drain() {
                if let RecvAncillaryMessage::ScmRights(files) = message {
                    self.file = files.last().or_else(|| self.file.take());
                }
            }
            if got == 0 {
                return Ok(Arrival::End);
            }
            self.bytes.extend(piece.get(..got).unwrap_or_default());
        }
    }

    /// The first frame, if all of it has come.
    fn whole(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some((head, rest)) = self.bytes.split_first_chunk::<4>() else { return Ok(None) };
        let len = u32::from_le_bytes(*head) as usize;
        if len > MAX_FRAME {
            return Err(io::Error::other("a message is too long"));
        }
        let Some(body) = rest.get(..len).map(<[u8]>::to_vec) else { return Ok(None) };
        self.bytes.drain(..len + 4);
        Ok(Some(body))
    }
}
