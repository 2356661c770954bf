//! Sends the tracing events of a loaded plugin to the host.
#![expect(unsafe_code, reason = "calls the host's C function")]

use crate::Host;
use crate::export::boundary::lend;
use crate::export::guard::current_host;
use serde_json::{Map, Value};
use std::fmt;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Takes over this copy of tracing; a copy that has a subscriber keeps it.
pub(crate) fn install(host: Host) {
    // Refused only when a subscriber is there already, which then does the work.
    let _ = tracing::subscriber::set_global_default(Forward(host));
}

/// The library's host, for events of threads that are in no stage.
struct Forward(Host);

fn number(level: Level) -> u32 {
    match level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

impl Subscriber for Forward {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && self.0.raw().is_some_and(|host| number(*metadata.level()) <= host.max_level)
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let Some(host) = current_host().raw().or(self.0.raw()) else { return };
        let Some(log) = host.log else { return };
        let mut line = Line::default();
        event.record(&mut line);
        let fields = Value::Object(line.fields).to_string();
        let (level, target) = (number(*event.metadata().level()), event.metadata().target());
        // SAFETY: the host's function with the host's ctx; the strings outlive the call.
        unsafe { log(host.ctx, level, lend(target), lend(&line.message), lend(&fields)) };
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: Map<String, Value>,
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
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.set(field, value.into());
        }
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
