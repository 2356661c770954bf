//! Stages that let some documents through: `filter` by a condition, `sample` a share, the same every time.
//!
//! [`sampler`] decides by a document's id alone, without arrow:
//!
//! ```
//! use docmill_filter::sampler::Sampler;
//!
//! let tenth = Sampler::new(0.1, 0).expect("a share is from 0 to 1");
//! let kept = (0..1000).filter(|n| tenth.keeps(&format!("archive/{n}.txt"))).count();
//! assert!((60..140).contains(&kept));
//! ```

mod filter;
mod notation;
mod sample;
pub mod sampler;

pub use filter::{Filter, FilterParams};
pub use sample::{Sample, SampleParams};

docmill_sdk::export!(transform Filter, transform Sample);

#[cfg(test)]
mod contract {
    use crate as docmill_filter;
    docmill_testkit::contract!(docmill_filter, { "filter": { "keep": "true" }, "sample": { "share": 0.5 } });
}
