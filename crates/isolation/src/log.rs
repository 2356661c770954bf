//! Log events on their way from a worker to the host: a JSON object a line.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    level: u8,
    target: String,
    message: String,
    fields: Map<String, Value>,
}

const LEVELS: [Level; 5] = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];

fn number(level: Level) -> u8 {
    LEVELS.iter().position(|known| *known == level).map_or(0, |at| at as u8 + 1)
}

/// The least level that anybody in this process listens to, from 0 for none to 5 for all.
pub(crate) fn wanted() -> u8 {
    LevelFilter::current().into_level().map_or(0, number)
}

/// Sends the events of this process to `file` from now on.
pub(crate) fn install(file: File, level: u8) {
    // Refused only when somebody listens already, who then does the work.
    let _ = tracing::subscriber::set_global_default(Forward { file: Mutex::new(file), level });
}

struct Forward {
    file: Mutex<File>,
    level: u8,
}

impl Subscriber for Forward {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && number(*metadata.level()) <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let level = usize::from(self.level).checked_sub(1).and_then(|at| LEVELS.get(at));
        Some(level.map_or(LevelFilter::OFF, |level| LevelFilter::from_level(*level)))
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let (level, target) = (number(*metadata.level()), metadata.target().to_owned());
        let mut line = Line { level, target, message: String::new(), fields: Map::new() };
        event.record(&mut line);
        let Ok(mut text) = serde_json::to_string(&line) else { return };
        text.push('\n');
        // Nobody is left to tell of a log that cannot be written.
        let _ = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes());
    }
}

impl Line {
    fn set(&mut self, field: &Field, value: Value) {
        self.fields.insert(field.name().to_owned(), value);
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.set(field, text.into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }
}

/// Gives an event of a worker to whoever listens here, as the loader gives those of a library.
pub(crate) fn relay(stage: &str, line: &str, hide: &dyn Fn(&str) -> String) {
    let Ok(Line { level, mut target, message, mut fields }) = serde_json::from_str(line) else { return };
    // An event of a library that the worker has loaded says itself where it is from.
    fields.remove("stage");
    if let Some(Value::String(origin)) = fields.remove("origin") {
        target = origin;
    }
    let fields = match fields.remove("fields") {
        Some(Value::String(inner)) if fields.is_empty() => inner,
        Some(other) => {
            fields.insert("fields".to_owned(), other);
            Value::Object(fields).to_string()
        }
        None => Value::Object(fields).to_string(),
    };
    let (origin, message, fields) = (target, hide(&message), hide(&fields));
    match level {
        1 => tracing::error!(stage, origin, fields, "{message}"),
        2 => tracing::warn!(stage, origin, fields, "{message}"),
        3 => tracing::info!(stage, origin, fields, "{message}"),
        4 => tracing::debug!(stage, origin, fields, "{message}"),
        _ => tracing::trace!(stage, origin, fields, "{message}"),
    }
}
