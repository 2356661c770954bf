//! `docmill quarantine`.

use crate::args::{Format, OutputArgs, QuarantineArgs, QuarantineVerb, RunArgs};
use crate::exit::Exit;
use crate::quarantined::Quarantined;
use crate::terminal::{self, number};
use docmill_store::Rejection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Characters of a text that `show` shows without `--full`.
const SHOWN: usize = 1200;

pub(crate) fn run(args: &QuarantineArgs, output: &OutputArgs) -> Exit {
    let result = match &args.verb {
        QuarantineVerb::List { place, stage, code, format } => {
            let wanted = |one: &Rejection| {
                stage.as_ref().is_none_or(|stage| *stage == one.stage)
                    && code.as_ref().is_none_or(|code| *code == one.code)
            };
            Quarantined::find(place).and_then(|found| list(&found, wanted, *format, output.quiet))
        }
        QuarantineVerb::Replay(args) => replay(args, output),
        QuarantineVerb::Show { id, place, full, format } => {
            Quarantined::find(place).and_then(|found| show(&found, id, *full, *format))
        }
    };
    result.unwrap_or_else(|exit| exit)
}

/// A run that takes everything from the store but what was rejected.
fn replay(args: &RunArgs, output: &OutputArgs) -> Result<Exit, Exit> {
    let is_part = args.limit.is_some() || args.changed_since.is_some();
    if is_part || args.no_store {
        terminal::error("a part of the documents, or without the store, nothing can be replayed", None);
        return Err(Exit::USAGE);
    }
    Ok(super::run::run(&RunArgs { replay: true, ..args.clone() }, output))
}

fn unreadable(message: &str) -> Exit {
    terminal::error(message, None);
    Exit::FAILED
}

fn list(
    found: &Quarantined,
    wanted: impl Fn(&Rejection) -> bool,
    format: Format,
    quiet: bool,
) -> Result<Exit, Exit> {
    let all = found.rejections(wanted).map_err(|message| unreadable(&message))?;
    if format == Format::Json {
        let counts: Vec<Value> = counts(&all)
            .into_iter()
            .map(|((stage, code), ones)| json!({ "stage": stage, "code": code, "documents": ones.len() }))
            .collect();
        let told = json!({ "counts": counts, "rejected": all });
        terminal::print(&format!("{told:#}\n"));
    } else if !quiet {
        terminal::print(&table(found, &all));
    }
    Ok(Exit::OK)
}

/// The rejections of each stage and code, by name.
fn counts(all: &[Rejection]) -> BTreeMap<(&str, &str), Vec<&Rejection>> {
    let mut counts: BTreeMap<(&str, &str), Vec<&Rejection>> = BTreeMap::new();
    for one in all {
        counts.entry((&one.stage, &one.code)).or_default().push(one);
    }
    counts
}

fn table(found: &Quarantined, all: &[Rejection]) -> String {
    let mut rows =
        vec![["stage", "code", "documents", "kept", "first", "message"].map(str::to_owned).to_vec()];
    for ((stage, code), ones) in counts(all) {
        let kept = ones.iter().filter(|one| one.document.is_some()).count();
        let first = ones.first().copied();
        rows.push(vec![
            plain(stage),
            plain(code),
            number(ones.len() as u64),
            number(kept as u64),
            first.map(|one| cut(&plain(&one.id), 24)).unwrap_or_default(),
            first.map(|one| cut(&plain(&one.message), 60)).unwrap_or_default(),
        ]);
    }
    if all.is_empty() {
        return "no document was rejected\n".to_owned();
    }
    let list = terminal::shown(&found.list);
    format!("{}{} rejected: {list}\n", terminal::table(&rows), number(all.len() as u64))
}

fn show(found: &Quarantined, id: &str, full: bool, format: Format) -> Result<Exit, Exit> {
    let of_document = |one: &Rejection| one.id == id || one.document.as_deref() == Some(id);
    let reasons = found.rejections(of_document).map_err(|message| unreadable(&message))?;
    let Some(first) = reasons.first() else {
        let place = terminal::shown(&found.list);
        let help = format!("{place} lists them; `docmill quarantine list --format json` too");
        terminal::error(&format!("no document `{id}` was rejected"), Some(&help));
        return Err(Exit::FAILED);
    };
    let kept = first
        .document
        .as_deref()
        .map_or(Ok(None), |kept| found.document(kept))
        .map_err(|message| unreadable(&message))?;
    terminal::print(&match format {
        Format::Json => {
            let told = json!({ "rejected": reasons, "document": kept });
            format!("{told:#}\n")
        }
        Format::Human => told(found, &reasons, kept.as_ref(), full),
    });
    Ok(Exit::OK)
}

fn told(found: &Quarantined, reasons: &[Rejection], kept: Option<&Value>, full: bool) -> String {
    let mut out = String::new();
    for one in reasons {
        let _ = writeln!(out, "{}: {} in stage {}", plain(&one.id), plain(&one.code), plain(&one.stage));
        let mut rows = vec![["  why", &one.message], ["  where", &one.uri], ["  plugin", &one.plugin]]
            .into_iter()
            .map(|row| row.map(plain).to_vec())
            .collect::<Vec<_>>();
        rows.extend(one.library.as_ref().map(|sha256| vec!["  sha256".to_owned(), sha256.clone()]));
        if one.attempts > 1 {
            rows.push(vec!["  attempts".to_owned(), one.attempts.to_string()]);
        }
        out += &terminal::table(&rows);
    }
    let text = kept.and_then(|kept| kept.get("text")?.as_str());
    match text {
        None => out += "\nit has no text: its source could not read it\n",
        Some(text) => {
            let title = kept.and_then(|kept| kept.get("title")?.as_str());
            let _ = writeln!(
                out,
                "\n{}{} bytes",
                title.map_or_else(String::new, |title| plain(title) + ", "),
                number(text.len() as u64)
            );
            out += &if full { lines(text) } else { lines(&cut(text, SHOWN)) };
            out.push('\n');
        }
    }
    out + &next(found, reasons, text.is_some())
}

/// What to do about it.
fn next(found: &Quarantined, reasons: &[Rejection], has_text: bool) -> String {
    let Some(first) = reasons.first() else { return String::new() };
    let mut out = "\nnext:\n".to_owned();
    if !has_text {
        let _ =
            writeln!(out, "  look at {} and mend it, or set `on_error = \"drop\"` there", plain(&first.uri));
        return out;
    }
    let kept = terminal::shown(&found.documents);
    let stage = plain(&first.stage);
    let _ = writeln!(
        out,
        "  docmill trace PIPELINE --document {} shows what each stage makes of it",
        plain(&first.id)
    );
    if matches!(first.code.as_str(), "panic" | "bad_output") {
        let _ = writeln!(out, "  it is a defect of {}: tell its authors", plain(&first.plugin));
    }
    let _ = writeln!(
        out,
        "  once `{stage}` is mended, send it through again: `ingest` reads {kept}\n  with `format = \"documents\"`"
    );
    out
}

/// A text of one line for a terminal: what is no printable character is shown as an escape.
fn plain(text: &str) -> String {
    text.chars().flat_map(|c| shown(c, false)).collect()
}

/// A text of several lines for a terminal.
fn lines(text: &str) -> String {
    text.chars().flat_map(|c| shown(c, true)).collect()
}

fn shown(c: char, keep_lines: bool) -> Vec<char> {
    let is_kept = !c.is_control() || (keep_lines && (c == '\n' || c == '\t'));
    if is_kept { vec![c] } else { c.escape_default().collect() }
}

/// No more than so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
