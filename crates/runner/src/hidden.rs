//! Stages whose words hide the secrets of the pipeline.

use crate::{Batches, Failure, Output, Stage, Stages};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, StructArray};
use arrow_schema::SchemaRef;
use docmill_pipeline::{PlannedStage, Secrets};
use docmill_sdk::Block;
use std::sync::Arc;

/// The stages of a run; what they say of a failure comes without secrets.
pub(crate) struct Hidden<'a> {
    stages: &'a dyn Stages,
    secrets: Secrets,
}

impl<'a> Hidden<'a> {
    pub(crate) fn new(stages: &'a dyn Stages, secrets: &Secrets) -> Self {
        Self { stages, secrets: secrets.clone() }
    }
}

impl Stages for Hidden<'_> {
    fn create(&self, planned: &PlannedStage) -> Result<Box<dyn Stage>, Failure> {
        if self.secrets.is_empty() {
            return self.stages.create(planned);
        }
        let secrets = self.secrets.clone();
        let stage = self.stages.create(planned).map_err(|failure| hide(&secrets, failure))?;
        Ok(Box::new(Silent { stage, secrets }))
    }

    fn library(&self, stage: &PlannedStage) -> Option<String> {
        self.stages.library(stage)
    }
}

struct Silent {
    stage: Box<dyn Stage>,
    secrets: Secrets,
}

fn hide(secrets: &Secrets, failure: Failure) -> Failure {
    Failure { message: secrets.hide(&failure.message).into_owned(), ..failure }
}

impl Stage for Silent {
    fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        self.stage.open(input).map_err(|failure| hide(&self.secrets, failure))
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure> {
        let mut output = self.stage.process(batch).map_err(|failure| hide(&self.secrets, failure))?;
        for fate in &mut output.fates {
            fate.code = self.secrets.hide(&fate.code).into_owned();
            fate.message = self.secrets.hide(&fate.message).into_owned();
        }
        Ok(output)
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        self.stage.blocks().map_err(|failure| hide(&self.secrets, failure))
    }

    fn fingerprint(&mut self, key: &str) -> Result<Option<String>, Failure> {
        self.stage.fingerprint(key).map_err(|failure| hide(&self.secrets, failure))
    }

    fn read(&mut self, key: &str) -> Result<Batches, Failure> {
        let secrets = self.secrets.clone();
        let batches = self.stage.read(key).map_err(|failure| hide(&secrets, failure))?;
        Ok(Box::new(batches.map(move |batch| match batch {
            Ok(batch) => Ok(hide_errors(&secrets, batch)),
            Err(failure) => Err(hide(&secrets, failure)),
        })))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.stage.write(batch).map_err(|failure| hide(&self.secrets, failure))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.stage.flush().map_err(|failure| hide(&self.secrets, failure))
    }
}

/// A source's batch, with what it says of documents that cannot be read made silent.
fn hide_errors(secrets: &Secrets, batch: RecordBatch) -> RecordBatch {
    let Ok(at) = batch.schema_ref().index_of("__error") else { return batch };
    let Some(errors) = batch.column(at).as_struct_opt().filter(|errors| errors.null_count() < errors.len())
    else {
        return batch;
    };
    let silent = |column: &ArrayRef| -> ArrayRef {
        let Some(words) = column.as_string_opt::<i32>() else { return column.clone() };
        Arc::new(words.iter().map(|words| words.map(|words| secrets.hide(words))).collect::<StringArray>())
    };
    let columns = errors.columns().iter().map(silent).collect();
    let errors = StructArray::try_new(errors.fields().clone(), columns, errors.nulls().cloned());
    let mut columns = batch.columns().to_vec();
    let replaced = errors.and_then(|errors| {
        columns[at] = Arc::new(errors);
        RecordBatch::try_new(batch.schema(), columns)
    });
    replaced.expect("the columns have the types and lengths that they had")
}
