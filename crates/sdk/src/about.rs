//! What a stage says of itself before it runs.

use arrow_schema::Field;
use docmill_doc::columns;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where a stage may stand in a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Has no input.
    Source,
    /// Has input and output.
    Transform,
    /// Has no output.
    Sink,
}

/// A column that a stage reads or writes: its name and the notation of its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// Its type as pipelines write it, see [`columns::notation`].
    #[serde(rename = "type")]
    pub data_type: String,
    /// True for a column that is read when it is there and not missed when it is not.
    #[serde(default)]
    pub optional: bool,
}

impl From<&Field> for Column {
    fn from(field: &Field) -> Self {
        let data_type = columns::notation(field.data_type());
        Self { name: field.name().clone(), data_type, optional: false }
    }
}

/// A stage's name, version, and the columns it reads and writes.
///
/// Made by `about()` of each stage trait; must be the same at every call, without I/O.
#[derive(Clone, Debug)]
pub struct About {
    id: &'static str,
    version: &'static str,
    summary: &'static str,
    reads: Vec<Column>,
    writes: Vec<Field>,
    changes_rows: bool,
    replaces: Vec<String>,
    ports: Vec<&'static str>,
    output_version: u32,
}

impl About {
    /// A stage that reads and writes nothing yet. `summary` is half a sentence: "finds given words".
    #[must_use]
    pub fn new(id: &'static str, version: &'static str, summary: &'static str) -> Self {
        let (reads, writes, replaces, ports) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { id, version, summary, reads, writes, changes_rows: false, replaces, ports, output_version: 1 }
    }

    /// Columns that must be there.
    #[must_use]
    pub fn reads(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.reads.extend(fields.into_iter().map(|field| Column::from(&field)));
        self
    }

    /// Columns that are used when they are there.
    #[must_use]
    pub fn reads_if_present(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        let optional = |field: Field| Column { optional: true, ..Column::from(&field) };
        self.reads.extend(fields.into_iter().map(optional));
        self
    }

    /// Columns that the stage adds, in the order in which it gives them.
    #[must_use]
    pub fn writes(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.writes.extend(fields);
        self
    }

    /// Columns that the stage adds, or puts in the place of those that an earlier stage made.
    #[must_use]
    pub fn replaces(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        for field in fields {
            self.replaces.push(field.name().clone());
            self.writes.push(field);
        }
        self
    }

    /// Names for the stage's two outputs, which a later stage reads as `from = "id.name"`: that of the documents
    /// that it lets through, and that of those that it drops.
    #[must_use]
    pub fn ports(mut self, passed: &'static str, dropped: &'static str) -> Self {
        self.ports = vec![passed, dropped];
        self
    }

    /// The stage may drop and split documents; their order stays.
    #[must_use]
    pub fn changes_rows(mut self) -> Self {
        self.changes_rows = true;
        self
    }

    /// Counts the changes of the stage's output; raise it when the same input gives other output.
    #[must_use]
    pub fn output_version(mut self, version: u32) -> Self {
        self.output_version = version;
        self
    }

    /// The stage's name, as `use = "…"` has it.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The columns that the stage reads.
    #[must_use]
    pub fn read(&self) -> &[Column] {
        &self.reads
    }

    /// The columns that the stage adds.
    #[must_use]
    pub fn written(&self) -> &[Field] {
        &self.writes
    }

    /// True when the stage may change rows.
    #[must_use]
    pub fn is_row_changing(&self) -> bool {
        self.changes_rows
    }

    /// The description that the host reads.
    #[must_use]
    pub fn describe(&self, kind: Kind, params: &Value) -> Value {
        let writes: Vec<Column> = self.writes.iter().map(Column::from).collect();
        let mut said = json!({
            "id": self.id,
            "version": self.version,
            "kind": kind,
            "summary": self.summary,
            "params": params,
            "reads": self.reads,
            "writes": writes,
            "changes_rows": self.changes_rows,
            "output_version": self.output_version,
            "pure": true,
            "stateful": false,
            "thread_safe": false,
        });
        for (key, names) in [("replaces", json!(self.replaces)), ("ports", json!(self.ports))] {
            if names.as_array().is_some_and(|names| !names.is_empty()) {
                said[key] = names;
            }
        }
        said
    }
}
