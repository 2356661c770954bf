#![expect(unsafe_code, reason = "calls the C functions as a host does")]

use super::boundary::{empty_bytes, lend, string_from};
use super::guard::new_error;
use super::{create, describe, plan, quiet_panics, transform};
use crate::abi::{DM_CONFIG, DM_INTERNAL, DM_PANIC, dm_error};
use crate::export::table::Entry;
use crate::{About, Added, Documents, Host, StageError, Transform};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Params {
    #[expect(dead_code, reason = "only its type matters")]
    depth: Option<u8>,
}

/// Panics when it is asked who it is.
struct Shy;

impl Transform for Shy {
    type Params = Params;

    fn about() -> About {
        panic!("who, me?");
    }

    fn new(_params: Params, _host: Host) -> Result<Self, StageError> {
        Ok(Self)
    }

    fn process(&mut self, _documents: &Documents<'_>) -> Result<Added, StageError> {
        Ok(Added::default())
    }
}

const STAGES: &[Entry] = &[transform::<Shy>()];

/// The status, message and detail of a call.
fn call(make: impl FnOnce(*mut dm_error) -> i32) -> (i32, String, String) {
    quiet_panics();
    let mut error = new_error();
    let status = make(&raw mut error);
    // SAFETY: filled by the call, or empty.
    unsafe { (status, string_from(error.message), string_from(error.detail_json)) }
}

#[test]
fn a_panic_in_describe_plan_or_create_is_a_status() {
    // SAFETY: every pointer is to a local; the strings outlive the calls.
    let told = call(|error| unsafe { describe(STAGES, 0, &mut empty_bytes(), error) });
    assert_eq!(told.0, DM_PANIC);
    assert!(told.1.starts_with("who, me? ("), "{}", told.1);
    // SAFETY: as above.
    let told = call(|error| unsafe { plan(STAGES, 0, [lend("{}"), lend("[]")], &mut empty_bytes(), error) });
    assert_eq!(told.0, DM_PANIC);
    let mut out = std::mem::MaybeUninit::uninit();
    // SAFETY: as above; nothing is written to `out` on failure.
    let told =
        call(|error| unsafe { create(STAGES, (0, lend("{}")), std::ptr::null(), out.as_mut_ptr(), error) });
    assert_eq!(told.0, DM_PANIC);
}

#[test]
fn a_wrong_param_comes_with_its_path() {
    // SAFETY: every pointer is to a local; the strings outlive the calls.
    let told = call(|error| unsafe {
        plan(STAGES, 0, [lend(r#"{"depth": "deep"}"#), lend("[]")], &mut empty_bytes(), error)
    });
    assert_eq!((told.0, told.2.as_str()), (DM_CONFIG, r#"{"path":["depth"]}"#));
    assert!(told.1.starts_with("invalid type"), "{}", told.1);
    assert!(!told.1.contains("line"), "{}", told.1);
}

#[test]
fn a_stage_that_is_not_there_is_an_error() {
    // SAFETY: every pointer is to a local.
    let told = call(|error| unsafe { describe(STAGES, 7, &mut empty_bytes(), error) });
    assert_eq!((told.0, told.1.as_str()), (DM_INTERNAL, "stage 7 of 1 was asked for"));
}
