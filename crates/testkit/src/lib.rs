//! The conformance kit for docmill plugins, caret-drawn span tests, golden files.
//!
//! [`conformance`] puts a plugin's library through the rules of the interface, as `docmill plugin test`
//! does; [`contract!`] does the same for a crate that is linked into its own tests.

mod carets;
mod columns;
mod conformance;
mod documents;
mod golden;

pub use carets::{Drawn, drawn};
pub use conformance::{Calls, Finding, Make, conformance, conformance_linked, conformance_with};
pub use documents::texts;
pub use golden::golden;

/// A test that puts every stage of the crate through the conformance kit.
///
/// ```no_run
/// # mod docmill_topics { pub unsafe extern "C" fn docmill_plugin(_: *const docmill_sdk::abi::dm_host,
/// #     _: *mut docmill_sdk::abi::dm_library, _: *mut docmill_sdk::abi::dm_error) -> i32 { 0 } }
/// docmill_testkit::contract!(docmill_topics, { "words": ["water"] });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! contract {
    ($plugin:ident, $params:tt) => {
        #[test]
        fn contract() {
            let params = $crate::json!($params);
            let entry = (stringify!($plugin), $plugin::docmill_plugin as docmill_sdk::abi::EntryFn);
            let findings = $crate::conformance_linked(entry, &params).expect("the plugin loads");
            let failed: Vec<String> = findings
                .iter()
                .filter_map(|f| f.outcome.as_ref().err().map(|why| format!("{} {}: {why}", f.stage, f.rule)))
                .collect();
            assert!(failed.is_empty(), "{}", failed.join("\n"));
            assert!(!findings.is_empty(), "nothing was tested");
        }
    };
}

pub use serde_json::json;
