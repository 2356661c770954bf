//! Stages that take their time, for runs that must still be going on when something happens to them.

use docmill_sdk::arrow_schema::SchemaRef;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{About, Added, Documents, Host, Sink, StageError, Transform, columns};
use std::time::Duration;

/// How long a stage takes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct Pace {
    /// Milliseconds to sleep for each batch.
    pub sleep_ms: u64,
}

impl Pace {
    fn sleep(&self) {
        std::thread::sleep(Duration::from_millis(self.sleep_ms));
    }
}

/// Passes documents on, slowly.
pub struct MockSlow(Pace);

impl Transform for MockSlow {
    type Params = Pace;

    fn about() -> About {
        About::new("mock-slow", "1.0.0", "passes documents on, slowly").reads([columns::text()])
    }

    fn new(params: Pace, _host: Host) -> Result<Self, StageError> {
        Ok(Self(params))
    }

    fn process(&mut self, _documents: &Documents<'_>) -> Result<Added, StageError> {
        self.0.sleep();
        Ok(Added::columns(Vec::new()))
    }
}

/// Takes documents, slowly, and writes nothing.
pub struct MockSlowSink(Pace);

impl Sink for MockSlowSink {
    type Params = Pace;

    fn about() -> About {
        About::new("mock-slow-sink", "1.0.0", "takes everything, slowly").reads([columns::text()])
    }

    fn new(params: Pace, _host: Host) -> Result<Self, StageError> {
        Ok(Self(params))
    }

    fn open(&mut self, _schema: SchemaRef) -> Result<(), StageError> {
        Ok(())
    }

    fn write(&mut self, _documents: &Documents<'_>) -> Result<(), StageError> {
        self.0.sleep();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StageError> {
        Ok(())
    }
}
