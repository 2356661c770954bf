//! The `filter` stage.

use crate::notation;
use docmill_expression::{Bound, Condition, Fault, condition, parse, types_of};
use docmill_sdk::arrow_schema::SchemaRef;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{About, Added, Column, Documents, ErrorKind, Host, StageError, Transform};

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct FilterParams {
    /// The condition under which a document goes on, such as `len(text) > 600 and lang == 'en'`.
    #[schemars(length(min = 1))]
    pub keep: String,
    /// The reason under which the others are counted.
    #[serde(default = "filtered")]
    #[schemars(length(min = 1))]
    pub reason: String,
}

fn filtered() -> String {
    "filtered".to_owned()
}

/// Lets the documents through for which a condition holds; the others are dropped, and can be read as `drop`.
#[derive(Debug)]
pub struct Filter {
    params: FilterParams,
    bound: Option<(SchemaRef, Bound)>,
}

impl Transform for Filter {
    type Params = FilterParams;

    fn about() -> About {
        About::new("filter", env!("CARGO_PKG_VERSION"), "lets documents through for which a condition holds")
            .ports("pass", "drop")
    }

    fn check(params: &FilterParams) -> Result<(), StageError> {
        parse(&params.keep).map(drop).map_err(|faults| blamed(&faults))
    }

    fn reads(params: &FilterParams, input: &[Column]) -> Result<Vec<Column>, StageError> {
        let typed = condition(&params.keep, &notation::names(input)).map_err(|faults| blamed(&faults))?;
        let is_named = |column: &&Column| typed.names().iter().any(|name| name.path()[0] == column.name);
        Ok(input.iter().filter(is_named).map(|column| Column { optional: false, ..column.clone() }).collect())
    }

    fn new(params: FilterParams, _host: Host) -> Result<Self, StageError> {
        Ok(Self { params, bound: None })
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let batch = documents.batch();
        let holds = self.bound(&batch.schema())?.evaluate(batch).map_err(|e| misfit(&e.to_string()))?;
        // Nothing is added, so the rows stay as they are and only those that go are named.
        let mut added = Added::columns(Vec::new());
        for (row, _) in holds.values().iter().enumerate().filter(|(_, holds)| !holds) {
            added.drop_document(row, &self.params.reason);
        }
        Ok(added)
    }
}

impl Filter {
    /// The condition over the columns of a schema; all batches of a run have one schema.
    fn bound(&mut self, schema: &SchemaRef) -> Result<&Bound, StageError> {
        let fits = |(known, _): &(SchemaRef, Bound)| known == schema;
        if !self.bound.as_ref().is_some_and(fits) {
            let typed: Condition =
                condition(&self.params.keep, &types_of(schema)).map_err(|faults| blamed(&faults))?;
            let bound = Bound::new(&typed, schema).map_err(|e| misfit(&e.to_string()))?;
            self.bound = Some((schema.clone(), bound));
        }
        self.bound.as_ref().map(|(_, bound)| bound).ok_or_else(|| misfit("there is none"))
    }
}

fn misfit(why: &str) -> StageError {
    StageError::new(ErrorKind::Schema, format!("the condition does not fit the columns: {why}"))
}

/// The first mistake of a condition, blamed on its bytes of `keep`.
fn blamed(faults: &[Fault]) -> StageError {
    let Some(fault) = faults.first() else { return StageError::param(["keep"], "the condition is wrong") };
    let mut message = fault.message.clone();
    for more in std::iter::once(&fault.label).filter(|label| !label.is_empty()).chain(&fault.help) {
        message += "; ";
        message += more;
    }
    StageError::param(["keep"], message).within(fault.span.clone())
}

#[cfg(test)]
mod tests;
