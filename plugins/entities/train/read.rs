//! Annotated texts: JSON Lines with spans, or columns as of the `CoNLL` tasks.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use docmill_entities::label::Label;
use docmill_sdk::serde_json::{Value, from_str};

/// A text with the spans that somebody annotated, in bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Annotated {
    pub(crate) text: String,
    pub(crate) spans: Vec<(usize, usize, Label)>,
}

/// A file of annotated texts.
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) documents: Vec<Annotated>,
    /// What its annotation covers; nothing is known of other labels.
    pub(crate) labels: BTreeSet<Label>,
    pub(crate) weight: f64,
    /// Written for docmill, and so no measure of other text.
    pub(crate) own: bool,
}

impl Set {
    /// Every `fold`th document, and the others.
    pub(crate) fn split(&self, fold: usize) -> (Self, Self) {
        let part = |aside: bool| {
            let documents = self.documents.iter().enumerate().filter(|(at, _)| (at % fold == 0) == aside);
            Self {
                name: self.name.clone(),
                documents: documents.map(|(_, document)| document.clone()).collect(),
                labels: self.labels.clone(),
                weight: self.weight,
                own: self.own,
            }
        };
        (part(true), part(false))
    }
}

/// A file as the command line names it: `path[:weight=0.5][:join=8][:labels=PERSON+ORG]`.
pub(crate) struct Named {
    path: PathBuf,
    weight: f64,
    join: usize,
    labels: Option<BTreeSet<Label>>,
}

impl Named {
    pub(crate) fn parse(arg: &str) -> Result<Self, Box<dyn Error>> {
        let mut parts = arg.split(':');
        let path = PathBuf::from(parts.next().unwrap_or_default());
        let mut named = Self { path, weight: 1.0, join: 1, labels: None };
        for part in parts {
            match part.split_once('=') {
                Some(("weight", value)) => named.weight = value.parse()?,
                Some(("join", value)) => named.join = value.parse::<usize>()?.max(1),
                Some(("labels", value)) => {
                    named.labels = Some(value.split('+').map(str::parse).collect::<Result<_, _>>()?);
                }
                _ => return Err(format!("`{part}` is none of weight=, join=, labels=").into()),
            }
        }
        Ok(named)
    }

    pub(crate) fn read(&self) -> Result<Set, Box<dyn Error>> {
        let content = std::fs::read_to_string(&self.path)
            .map_err(|why| format!("failed to read `{}`: {why}", self.path.display()))?;
        let json = content.trim_start().starts_with('{');
        let single: Vec<Annotated> = if json {
            content.lines().filter(|row| !row.trim().is_empty()).map(line).collect::<Result<_, _>>()?
        } else {
            columns(&content)?
        };
        let labels = self
            .labels
            .clone()
            .unwrap_or_else(|| single.iter().flat_map(|one| one.spans.iter().map(|span| span.2)).collect());
        let documents = single.chunks(self.join).map(join).collect();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Set { name, documents, labels, weight: self.weight, own: false })
    }
}

/// Texts one after the other, as one.
fn join(parts: &[Annotated]) -> Annotated {
    let mut out = Annotated { text: String::new(), spans: Vec::new() };
    for part in parts {
        if !out.text.is_empty() {
            out.text.push('\n');
        }
        let from = out.text.len();
        out.text.push_str(&part.text);
        out.spans.extend(part.spans.iter().map(|&(start, end, label)| (start + from, end + from, label)));
    }
    out
}

/// One line of JSON: `text` and `entities`, a list of `[start, end, label]` in chars.
fn line(line: &str) -> Result<Annotated, Box<dyn Error>> {
    let json: Value = from_str(line)?;
    let text = json["text"].as_str().ok_or("a document has no text")?.to_owned();
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut spans = Vec::new();
    for entity in json["entities"].as_array().ok_or("a document has no entities")? {
        let side = |n: usize| offsets.get(entity[n].as_u64()? as usize).copied();
        let span = side(0).zip(side(1)).ok_or("an entity is no span of its text")?;
        if let Some(label) = label(entity[2].as_str().unwrap_or_default()) {
            spans.push((span.0, span.1, label));
        }
    }
    Ok(Annotated { text, spans })
}

/// A label in the words of other sets.
fn label(name: &str) -> Option<Label> {
    let name = name.to_uppercase();
    Some(match name.as_str() {
        "PER" => Label::Person,
        "GPE" | "LOCATION" => Label::Loc,
        "ORGANIZATION" => Label::Org,
        "EVENT" | "WORK_OF_ART" | "LAW" | "LANGUAGE" => Label::Misc,
        _ => name.parse().ok()?,
    })
}

/// Columns: a token first and its tag (`B-PER`, `I-PER`, `O`) last on each line, an empty line after each sentence.
fn columns(content: &str) -> Result<Vec<Annotated>, Box<dyn Error>> {
    let mut out = Vec::new();
    let mut now = Annotated { text: String::new(), spans: Vec::new() };
    let mut open: Option<Label> = None;
    for row in content.lines().chain([""]) {
        let mut cells = row.split_whitespace();
        let (Some(token), tag) = (cells.next(), cells.next_back()) else {
            if !now.text.is_empty() {
                out.push(std::mem::replace(&mut now, Annotated { text: String::new(), spans: Vec::new() }));
            }
            open = None;
            continue;
        };
        if token == "-DOCSTART-" {
            continue;
        }
        let tag = tag.ok_or_else(|| format!("`{row}` has no tag"))?;
        let tight = matches!(token, "." | "," | ";" | ":" | "!" | "?" | ")" | "]" | "'s" | "’s" | "%")
            || now.text.ends_with(['(', '[', '$']);
        if !now.text.is_empty() && !tight {
            now.text.push(' ');
        }
        let from = now.text.len();
        now.text.push_str(token);
        let named = tag.get(2..).and_then(label);
        match (named, open) {
            (Some(name), Some(before)) if name == before && !tag.starts_with("B-") => {
                if let Some(last) = now.spans.last_mut() {
                    last.1 = now.text.len();
                }
            }
            (Some(name), _) => now.spans.push((from, now.text.len(), name)),
            _ => {}
        }
        open = named;
    }
    Ok(out)
}
