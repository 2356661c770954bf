//! For programs: an array with an object a finding.

use crate::checked::Checked;
use docmill_pipeline::Located;

/// The findings of all files, in order.
pub(crate) fn write(all: &[Checked]) -> String {
    let located = |checked: &Checked| checked.sources.locate_all(&checked.findings);
    let found: Vec<Located> = all.iter().flat_map(located).collect();
    format!("{}\n", serde_json::to_string_pretty(&found).unwrap_or_default())
}
