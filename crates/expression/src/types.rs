//! What names stand for.

use crate::print::written;
use std::collections::BTreeMap;
use std::fmt;

/// What a name holds, as far as the language can tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// True or false.
    Bool,
    /// A number, whole or not.
    Number,
    /// A text or a label.
    Text,
    /// A day.
    Date,
    /// A point in time.
    Timestamp,
    /// Several values of one type.
    List(Box<Type>),
    /// Annotations, or other structs in a list such as `entity_list`.
    Layer {
        /// Whether each has an attribute `label`.
        label: bool,
    },
    /// Texts by key.
    Map,
    /// Anything else: it can be there or be missing.
    Other,
}

impl fmt::Display for Type {
    /// With its article: `a number`, `a list`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Bool => "true or false",
            Type::Number => "a number",
            Type::Text => "a text",
            Type::Date => "a date",
            Type::Timestamp => "a timestamp",
            Type::List(_) => "a list",
            Type::Layer { .. } => "a layer",
            Type::Map => "a map",
            Type::Other => "a value without a type here",
        })
    }
}

/// The names that an expression may read.
///
/// [`NameTable`] is one for a handful of names; columns of a batch have their own behind the feature
/// `arrow`.
///
/// # Examples
///
/// ```
/// use docmill_expression::{Names, Type, condition};
///
/// /// Counts of any stage.
/// struct Counts;
///
/// impl Names for Counts {
///     fn ty(&self, path: &[&str]) -> Option<Type> {
///         matches!(path, ["stage", _, "rejected" | "dropped"]).then_some(Type::Number)
///     }
///
///     fn all(&self) -> Vec<String> {
///         ["stage.segment.rejected", "stage.segment.dropped"].map(str::to_owned).to_vec()
///     }
/// }
///
/// assert!(condition("stage.entities.rejected == 0", &Counts).is_ok());
/// let faults = condition("stage.segment.rejectd == 0", &Counts).unwrap_err();
/// assert_eq!(faults[0].label, "did you mean `stage.segment.rejected`?");
/// ```
pub trait Names {
    /// What the name of these segments holds; `None` when there is no such name.
    fn ty(&self, path: &[&str]) -> Option<Type>;

    /// All names as an expression writes them ([`written`](crate::written)), for "did you mean …" and
    /// lists in messages. Asked for once a check at most, and only when a name is unknown.
    fn all(&self) -> Vec<String>;
}

/// A list of names and their types.
///
/// # Examples
///
/// ```
/// use docmill_expression::{NameTable, Names, Type};
///
/// let names = NameTable::new()
///     .with(["run", "documents_in"], Type::Number)
///     .with(["stage", "my-stage", "rejected"], Type::Number);
/// assert_eq!(names.ty(&["run", "documents_in"]), Some(Type::Number));
/// assert_eq!(names.all(), ["run.documents_in", r#"stage."my-stage".rejected"#]);
///
/// let columns: NameTable = [("text", Type::Text), ("dateline.place", Type::Text)].into_iter().collect();
/// assert_eq!(columns.ty(&["dateline", "place"]), Some(Type::Text));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameTable {
    types: BTreeMap<Vec<String>, Type>,
}

impl NameTable {
    /// No names.
    #[must_use]
    pub fn new() -> NameTable {
        NameTable::default()
    }

    /// The same names and one more, given by its segments; a name that was there gets the new type.
    #[must_use]
    pub fn with<S: Into<String>>(mut self, path: impl IntoIterator<Item = S>, ty: Type) -> NameTable {
        self.types.insert(path.into_iter().map(Into::into).collect(), ty);
        self
    }
}

impl<S: AsRef<str>> FromIterator<(S, Type)> for NameTable {
    /// Names cut at their dots; [`NameTable::with`] takes segments that have dots of their own.
    fn from_iter<I: IntoIterator<Item = (S, Type)>>(names: I) -> NameTable {
        names.into_iter().fold(NameTable::new(), |table, (name, ty)| table.with(name.as_ref().split('.'), ty))
    }
}

impl Names for NameTable {
    fn ty(&self, path: &[&str]) -> Option<Type> {
        let path: Vec<String> = path.iter().map(|&segment| segment.to_owned()).collect();
        self.types.get(&path).cloned()
    }

    fn all(&self) -> Vec<String> {
        self.types.keys().filter_map(|path| written(path)).collect()
    }
}

/// A name that a checked expression reads.
///
/// # Examples
///
/// ```
/// use docmill_expression::{NameTable, Type, condition};
///
/// let names: NameTable = [("dateline.place", Type::Text)].into_iter().collect();
/// let read = condition("dateline.place == 'Lima' or dateline.place == null", &names).unwrap();
/// assert_eq!(read.names().len(), 1);
/// assert_eq!(read.names()[0].path(), ["dateline", "place"]);
/// assert_eq!(read.names()[0].to_string(), "dateline.place");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    path: Vec<String>,
    ty: Type,
}

impl Name {
    pub(crate) fn new(path: Vec<String>, ty: Type) -> Name {
        Name { path, ty }
    }

    /// Its segments, at least one.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// What it holds.
    #[must_use]
    pub fn ty(&self) -> &Type {
        &self.ty
    }
}

impl fmt::Display for Name {
    /// As an expression writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(&self.path).unwrap_or_else(|| self.path.join(".")))
    }
}
