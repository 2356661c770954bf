//! The table of a crate's stages: plain function pointers, one entry a stage.

use crate::annotate::Each;
use crate::export::boundary::blocks_array;
use crate::{About, Added, Annotate, Block, Column, Host, Kind, Sink, Source, StageError, Transform};
use arrow_array::{RecordBatch, StructArray};
use arrow_schema::{Field, SchemaRef};
use docmill_doc::Documents;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

type Plan = fn(&str, &[Column]) -> Result<Planned, StageError>;

type Create = fn(&str, Host) -> Result<Box<dyn Stage>, StageError>;

/// What a stage says of its columns under given params.
#[derive(Debug, Serialize)]
pub(crate) struct Planned {
    reads: Vec<Column>,
    adds: Vec<Column>,
}

/// One stage of a library, as [`crate::export!`] lists it.
#[derive(Clone, Copy)]
pub struct Entry {
    pub(crate) describe: fn() -> String,
    pub(crate) plan: Plan,
    pub(crate) create: Create,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str((self.describe)().as_str())
    }
}

/// What an open stage can be asked, whatever its kind. Lives on the plugin's side of the boundary only.
pub(crate) trait Stage: Send {
    fn open(&mut self, input: Option<SchemaRef>) -> Result<Option<SchemaRef>, StageError>;
    fn process(&mut self, _batch: &RecordBatch) -> Result<Option<Added>, StageError> {
        Err(no_such_call())
    }
    fn blocks(&mut self) -> Result<StructArray, StageError> {
        Err(no_such_call())
    }
    fn read(&mut self, _key: &str) -> Result<crate::Batches, StageError> {
        Err(no_such_call())
    }
    fn fingerprint(&mut self, _key: &str) -> Result<Option<String>, StageError> {
        Ok(None)
    }
    fn commit(&mut self) -> Result<(), StageError> {
        Err(no_such_call())
    }
}

fn no_such_call() -> StageError {
    StageError::new(crate::ErrorKind::Unsupported, "the stage has no such call")
}

/// The entry of an annotator.
#[must_use]
pub const fn annotate<A: Annotate>() -> Entry {
    transform::<Each<A>>()
}

/// The entry of a transform.
#[must_use]
pub const fn transform<T: Transform>() -> Entry {
    Entry {
        describe: || describe::<T::Params>(&T::about(), Kind::Transform),
        plan: |params, input| {
            let params = parse::<T::Params>(params)?;
            T::check(&params)?;
            let adds = T::writes(&params).iter().map(Column::from).collect();
            Ok(Planned { reads: T::reads(&params, input)?, adds })
        },
        create: |params, host| {
            let params = parse::<T::Params>(params)?;
            T::check(&params)?;
            let mut writes = T::writes(&params);
            if T::about().is_row_changing() {
                writes.insert(0, Field::new("__parent", arrow_schema::DataType::UInt32, false));
            }
            let stage = T::new(params, host)?;
            Ok(Box::new(OpenTransform { stage, writes }))
        },
    }
}

/// The entry of a source.
#[must_use]
pub const fn source<S: Source>() -> Entry {
    Entry {
        describe: || {
            let written = written(&S::schema());
            describe::<S::Params>(&S::about().writes(written), Kind::Source)
        },
        plan: |params, _| {
            let params = parse::<S::Params>(params)?;
            S::check(&params)?;
            let adds = written(&S::schema()).iter().map(Column::from).collect();
            Ok(Planned { reads: Vec::new(), adds })
        },
        create: |params, host| {
            let params = parse::<S::Params>(params)?;
            S::check(&params)?;
            Ok(Box::new(OpenSource(S::new(params, host)?)))
        },
    }
}

/// The entry of a sink.
#[must_use]
pub const fn sink<S: Sink>() -> Entry {
    Entry {
        describe: || describe::<S::Params>(&S::about(), Kind::Sink),
        plan: |params, input| {
            let params = parse::<S::Params>(params)?;
            S::check(&params)?;
            Ok(Planned { reads: S::reads(&params, input)?, adds: Vec::new() })
        },
        create: |params, host| {
            let params = parse::<S::Params>(params)?;
            S::check(&params)?;
            Ok(Box::new(OpenSink(S::new(params, host)?)))
        },
    }
}

fn describe<P: schemars::JsonSchema>(about: &About, kind: Kind) -> String {
    about.describe(kind, schemars::schema_for!(P).as_value()).to_string()
}

fn written(schema: &SchemaRef) -> Vec<Field> {
    let visible = schema.fields().iter().filter(|field| !field.name().starts_with("__"));
    visible.map(|field| field.as_ref().clone()).collect()
}

fn parse<P: DeserializeOwned>(params: &str) -> Result<P, StageError> {
    let mut reader = serde_json::Deserializer::from_str(params);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().iter().filter_map(|segment| match segment {
            serde_path_to_error::Segment::Map { key } => Some(key.clone()),
            serde_path_to_error::Segment::Seq { index } => Some(index.to_string()),
            _ => None,
        });
        let path: Vec<String> = path.collect();
        let message = error.inner().to_string();
        // The place in the JSON is the host's affair, not the user's: cut " at line 1 column 7".
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(words, _)| words);
        StageError::param(path.iter().map(String::as_str), message)
    })
}

struct OpenTransform<T> {
    stage: T,
    writes: Vec<Field>,
}

impl<T: Transform> Stage for OpenTransform<T> {
    fn open(&mut self, _input: Option<SchemaRef>) -> Result<Option<SchemaRef>, StageError> {
        Ok(Some(std::sync::Arc::new(arrow_schema::Schema::new(self.writes.clone()))))
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Option<Added>, StageError> {
        self.stage.process(&Documents::new(batch)).map(Some)
    }
}

struct OpenSource<S>(S);

impl<S: Source> Stage for OpenSource<S> {
    fn open(&mut self, _input: Option<SchemaRef>) -> Result<Option<SchemaRef>, StageError> {
        Ok(Some(S::schema()))
    }

    fn blocks(&mut self) -> Result<StructArray, StageError> {
        let blocks: Vec<Block> = self.0.blocks()?;
        Ok(blocks_array(&blocks))
    }

    fn read(&mut self, key: &str) -> Result<crate::Batches, StageError> {
        self.0.read(key)
    }

    fn fingerprint(&mut self, key: &str) -> Result<Option<String>, StageError> {
        self.0.fingerprint(key)
    }
}

struct OpenSink<S>(S);

impl<S: Sink> Stage for OpenSink<S> {
    fn open(&mut self, input: Option<SchemaRef>) -> Result<Option<SchemaRef>, StageError> {
        self.0.open(input.ok_or_else(no_such_call)?)?;
        Ok(None)
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Option<Added>, StageError> {
        self.0.write(&Documents::new(batch))?;
        Ok(None)
    }

    fn commit(&mut self) -> Result<(), StageError> {
        self.0.commit()
    }
}
