//! The `sample` stage.

use crate::sampler::Sampler;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{About, Added, Documents, Host, StageError, Transform, columns};

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct SampleParams {
    /// The share of the documents to keep, from 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// Another seed gives another sample of the same size.
    #[serde(default)]
    pub seed: u64,
}

/// Keeps a share of the documents; the others are dropped as `not sampled`.
#[derive(Debug)]
pub struct Sample {
    sampler: Sampler,
}

impl Transform for Sample {
    type Params = SampleParams;

    fn about() -> About {
        About::new("sample", env!("CARGO_PKG_VERSION"), "keeps a share of the documents, the same every time")
            .ports("pass", "drop")
            .reads([columns::id()])
    }

    fn check(params: &SampleParams) -> Result<(), StageError> {
        sampler(params).map(drop)
    }

    fn new(params: SampleParams, _host: Host) -> Result<Self, StageError> {
        Ok(Self { sampler: sampler(&params)? })
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let ids = documents.strings("id")?;
        // Nothing is added, so the rows stay as they are and only those that go are named.
        let mut added = Added::columns(Vec::new());
        for row in 0..documents.len() {
            if !self.sampler.keeps(ids.value(row)) {
                added.drop_document(row, "not sampled");
            }
        }
        Ok(added)
    }
}

fn sampler(params: &SampleParams) -> Result<Sampler, StageError> {
    let share = params.share;
    Sampler::new(share, params.seed)
        .ok_or_else(|| StageError::param(["share"], format!("a share is from 0 to 1, not {share}")))
}
