//! What a worker process writes besides its answers: prints of the plugin, and log events.

use crate::log;
use docmill_loader::Hide;
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// The reading ends of a worker's pipes.
#[derive(Debug)]
pub(crate) struct Pipes {
    all: [Pipe; 3],
    /// The end of what came through standard error.
    words: String,
    hide: Option<Hide>,
}

#[derive(Debug)]
struct Pipe {
    file: Option<OwnedFd>,
    source: Source,
    line: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Stdout,
    Stderr,
    Log,
}

/// What hides the secrets in a text.
pub(crate) type Hidden<'a> = &'a dyn Fn(&str) -> String;

/// Bytes of a line beyond which it is cut in two.
const MAX_LINE: usize = 64 << 10;
/// Bytes of standard error that are kept for the verdict.
const MAX_WORDS: usize = 8 << 10;
/// Reads of one pipe in a row: a plugin that prints without end must not keep the host from its other work.
const MAX_READS: usize = 64;

impl Pipes {
    pub(crate) fn new([stdout, stderr, log]: [OwnedFd; 3], hide: Option<Hide>) -> Self {
        let pipe = |file: OwnedFd, source| {
            // One that cannot be set so is left unread.
            let file = rustix::io::ioctl_fionbio(&file, true).is_ok().then_some(file);
            Pipe { file, source, line: Vec::new() }
        };
        let all = [pipe(stdout, Source::Stdout), pipe(stderr, Source::Stderr), pipe(log, Source::Log)];
        Self { all, words: String::new(), hide }
    }

    /// The files that are still open.
    pub(crate) fn files(&self) -> impl Iterator<Item = &OwnedFd> {
        self.all.iter().filter_map(|pipe| pipe.file.as_ref())
    }

    /// Takes what has come and tells it, line by line, as events of the stage.
    pub(crate) fn drain(&mut self, stage: &str) {
        let hide = |text: &str| self.hide.as_ref().map_or_else(|| text.to_owned(), |Hide(hide)| hide(text));
        for pipe in &mut self.all {
            for _ in 0..MAX_READS {
                let Some(file) = &pipe.file else { break };
                let mut piece = [0; 16 << 10];
                match rustix::io::read(file, &mut piece) {
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) => break,
                    Ok(0) | Err(_) => pipe.file = None,
                    Ok(len) => {
                        pipe.take((stage, &hide), piece.get(..len).unwrap_or_default(), &mut self.words);
                    }
                }
            }
        }
    }

    /// The same at the end of a process, with lines that were not ended; gives the last words.
    pub(crate) fn finish(&mut self, stage: &str) -> &str {
        self.drain(stage);
        let hide = |text: &str| self.hide.as_ref().map_or_else(|| text.to_owned(), |Hide(hide)| hide(text));
        for pipe in &mut self.all {
            if !pipe.line.is_empty() {
                pipe.tell((stage, &hide), &mut self.words);
            }
        }
        &self.words
    }
}

impl Pipe {
    fn take(&mut self, to: (&str, Hidden<'_>), bytes: &[u8], words: &mut String) {
        for &byte in bytes {
            if byte == b'\n' || self.line.len() == MAX_LINE {
                self.tell(to, words);
            }
            if byte != b'\n' {
                self.line.push(byte);
            }
        }
    }

    fn tell(&mut self, (stage, hide): (&str, Hidden<'_>), words: &mut String) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        match self.source {
            Source::Log => log::relay(stage, &line, hide),
            Source::Stdout => tracing::info!(stage, origin = "stdout", "{}", hide(&line)),
            Source::Stderr => {
                tracing::info!(stage, origin = "stderr", "{}", hide(&line));
                words.push_str(&line);
                words.push('\n');
                let surplus = words.len().saturating_sub(MAX_WORDS);
                let cut = (surplus..=words.len()).find(|&at| words.is_char_boundary(at)).unwrap_or(0);
                words.drain(..cut);
            }
        }
    }
}

/// The events of a file that make a look at it worth while.
pub(crate) const READABLE: PollFlags = PollFlags::IN;
