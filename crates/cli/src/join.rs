//! Joins the outputs of shards, in order, to what one run would have written.

use crate::packed::{self, Packer};
use crate::report::{OutputFile, RunReport};
use docmill_store::AtomicFile;
use serde::Deserialize;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// How the parts of a file become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// Lines follow lines.
    Lines,
    /// The header of all parts but the first is left out.
    Table,
    /// An empty line stands between parts.
    Pages,
}

/// Why parts were not joined.
pub(crate) enum JoinError {
    /// A part cannot be read or the whole cannot be written.
    Io(PathBuf, io::Error),
    /// Two documents have one id.
    Twice(String),
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Twice(id) => write!(f, "document id `{id}` comes twice: ids must be unique in a run"),
        }
    }
}

/// How an output of a run is joined.
///
/// # Errors
/// A sentence about a format whose parts make no whole.
pub(crate) fn joint(stage: &str, format: Option<&str>, path: &str) -> Result<Joint, String> {
    let (name, _) = packed::unpacked_name(path);
    let suffix = name.rsplit_once('.').map_or("", |(_, suffix)| suffix);
    match (stage, format.unwrap_or(suffix)) {
        ("export", "jsonl" | "ndjson") => Ok(Joint::Lines),
        ("export", "csv") => Ok(Joint::Table),
        ("export", "markdown" | "md") => Ok(Joint::Pages),
        ("export", _) => {
            Err(format!("`{path}` is Parquet, whose parts cannot be joined: write JSON Lines or CSV"))
        }
        (stage, _) => Err(format!("`{path}` is written by stage `{stage}`, whose files docmill cannot join")),
    }
}

/// How an output of a report is joined; as [`joint`].
pub(crate) fn joint_of(report: &RunReport, output: &OutputFile) -> Result<Joint, String> {
    let stage = report.stages.iter().find(|stage| stage.id == output.stage);
    let format = stage.and_then(|stage| stage.with.get("format")?.as_str());
    joint(stage.map_or("", |stage| stage.r#use.as_str()), format, &output.path)
}

/// Joins parts to a file that has no name yet: it appears when it is committed.
///
/// `ids` holds digests of the ids seen, where the lines are to be looked at for ids that come twice.
///
/// # Errors
/// See [`JoinError`].
pub(crate) fn join(
    parts: &[PathBuf],
    target: &Path,
    joint: Joint,
    mut ids: Option<&mut HashSet<[u8; 16]>>,
) -> Result<AtomicFile, JoinError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| JoinError::Io(path.clone(), error)
    };
    let file = AtomicFile::create(target).map_err(at(target))?;
    let mut out = Packer::new(target, file).map_err(at(target))?;
    let mut begun = false;
    for (number, path) in parts.iter().enumerate() {
        let mut part = BufReader::with_capacity(64 << 10, packed::open(path).map_err(at(path))?);
        if joint == Joint::Table && number > 0 {
            skip_header(&mut part).map_err(at(path))?;
        }
        let empty = part.fill_buf().map_err(at(path))?.is_empty();
        if joint == Joint::Pages && begun && !empty {
            out.write_all(b"\n").map_err(at(target))?;
        }
        begun |= !empty;
        match ids.as_deref_mut().filter(|_| joint == Joint::Lines) {
            Some(ids) => lines((path, &mut part), (target, &mut out), ids)?,
            None => {
                io::copy(&mut part, &mut out).map_err(at(path))?;
            }
        }
    }
    out.finish().map_err(at(target))
}

/// All that is read of a line to know its document.
#[derive(Deserialize)]
struct Named {
    id: Option<String>,
}

fn lines(
    (path, part): (&Path, &mut impl BufRead),
    (target, out): (&Path, &mut impl Write),
    ids: &mut HashSet<[u8; 16]>,
) -> Result<(), JoinError> {
    let failed = |path: &Path, error| JoinError::Io(path.to_owned(), error);
    let mut line = Vec::new();
    while part.read_until(b'\n', &mut line).map_err(|e| failed(path, e))? > 0 {
        let named: Named = serde_json::from_slice(&line).map_err(|e| failed(path, e.into()))?;
        if let Some(id) = named.id {
            let digest = blake3::hash(id.as_bytes());
            let short = digest.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
            if !ids.insert(short) {
                return Err(JoinError::Twice(id));
            }
        }
        out.write_all(&line).map_err(|e| failed(target, e))?;
        line.clear();
    }
    Ok(())
}

/// Reads up to the end of the first row, which may hold line ends between quotes.
fn skip_header(part: &mut impl Read) -> io::Result<()> {
    let (mut byte, mut quoted) = ([0], false);
    while part.read(&mut byte)? > 0 {
        match byte {
            [b'"'] => quoted = !quoted,
            [b'\n'] if !quoted => return Ok(()),
            _ => {}
        }
    }
    Ok(())
}
