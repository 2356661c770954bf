//! What [`export!`](crate::export!) expands to: the C functions around a crate's stages.
//!
//! Nothing here is meant to be called by hand, except by the loader, which shares the conversions in
//! [`boundary`].

pub mod boundary;
mod forward;
mod guard;
mod instance;
mod library;
mod table;
#[cfg(test)]
mod tests;

pub use guard::{catch, quiet_panics};
pub use library::{create, describe, fill, plan};
pub use table::{Entry, annotate, sink, source, transform};

/// Exports the crate's stages: each is named with the trait it implements.
///
/// ```
/// # use docmill_sdk::{About, Added, Documents, Host, StageError, Transform};
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # #[serde(deny_unknown_fields)]
/// # pub struct Params {}
/// # pub struct Nothing;
/// # impl Transform for Nothing {
/// #     type Params = Params;
/// #     fn about() -> About { About::new("nothing", "1.0.0", "adds nothing") }
/// #     fn new(_: Params, _: Host) -> Result<Self, StageError> { Ok(Self) }
/// #     fn process(&mut self, _: &Documents<'_>) -> Result<Added, StageError> { Ok(Added::default()) }
/// # }
/// docmill_sdk::export!(transform Nothing);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! export {
    ($($kind:ident $stage:ty),+ $(,)?) => {
        #[expect(unsafe_code, reason = "the C functions of the plugin; each only forwards to the SDK")]
        mod docmill_exported {
            use super::*;
            use $crate::abi::{dm_bytes, dm_error, dm_host, dm_library, dm_stage, dm_str};

            static STAGES: &[$crate::export::Entry] = &[$($crate::export::$kind::<$stage>()),+];

            unsafe extern "C" fn describe(stage: u32, out: *mut dm_bytes, error: *mut dm_error) -> i32 {
                // SAFETY: the host calls with pointers as the header demands; they are passed on as they are.
                unsafe { $crate::export::describe(STAGES, stage, out, error) }
            }

            unsafe extern "C" fn plan(
                stage: u32,
                params: dm_str,
                columns: dm_str,
                out: *mut dm_bytes,
                error: *mut dm_error,
            ) -> i32 {
                // SAFETY: as above.
                unsafe { $crate::export::plan(STAGES, stage, [params, columns], out, error) }
            }

            unsafe extern "C" fn create(
                stage: u32,
                params: dm_str,
                host: *const dm_host,
                out: *mut dm_stage,
                error: *mut dm_error,
            ) -> i32 {
                // SAFETY: as above.
                unsafe { $crate::export::create(STAGES, (stage, params), host, out, error) }
            }

            /// The entry function that docmill calls.
            ///
            /// # Safety
            /// As `docmill.h` says: `host` lives as long as the process, the others are valid for writes.
            #[unsafe(export_name = concat!("docmill_plugin_v1_", env!("CARGO_CRATE_NAME")))]
            pub unsafe extern "C" fn docmill_plugin(
                host: *const dm_host,
                out: *mut dm_library,
                error: *mut dm_error,
            ) -> i32 {
                // SAFETY: as above.
                unsafe { $crate::export::fill(STAGES.len(), (describe, plan, create), (host, out, error)) }
            }
        }
        pub use docmill_exported::docmill_plugin;
    };
}
