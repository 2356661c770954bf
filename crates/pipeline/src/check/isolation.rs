//! Which stages may have a process of their own.

use super::{Checker, Known};
use crate::suggest::short;
use crate::{Code, Kind};

impl Checker<'_> {
    pub(super) fn isolation(&mut self) {
        for Known { decl, info } in self.stages.clone() {
            let place = |key: &str| decl.places.get(&[key]).map(|place| place.value.clone());
            let id = short(&decl.id.value);
            if decl.isolation.is_some()
                && let Some(info) = info
                && let Some(why) = obstacle(info.kind, info.stateful)
            {
                let message = format!("stage `{id}` is {why}: it cannot run in a process of its own");
                let place = place("isolation").unwrap_or_else(|| decl.place.clone());
                self.error(Code::NotIsolable, message, place).help =
                    vec!["leave `isolation` and `timeout` out".to_owned()];
            } else if decl.isolation.is_none()
                && let (Some(_), Some(place)) = (decl.timeout_ms, place("timeout"))
            {
                let message = format!("stage `{id}` has a `timeout`, but no process of its own");
                let remedy = match info {
                    Some(info) if obstacle(info.kind, info.stateful).is_some() => {
                        format!("leave `timeout` out: a {} cannot be stopped from outside", info.kind)
                    }
                    _ => {
                        "add `isolation = \"process\"`: only a process can be stopped from outside".to_owned()
                    }
                };
                self.error(Code::TimeoutAlone, message, place).help = vec![remedy];
            }
        }
    }
}

// What stands against a process of its own.
fn obstacle(kind: Kind, stateful: bool) -> Option<&'static str> {
    match kind {
        Kind::Source => Some("a source, which reads files"),
        Kind::Sink => Some("a sink, which writes files"),
        // Started anew it would not know the documents before.
        Kind::Transform => stateful.then_some("stateful"),
    }
}
