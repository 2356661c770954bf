//! The standard plugins, linked in. A new one is one line here and one in `Cargo.toml`.

use docmill_loader::LinkedEntry;

/// Every plugin that is part of the binary, by the name of its crate.
pub(crate) const BUNDLED: &[LinkedEntry] = &[
    ("docmill_entities", docmill_entities::docmill_plugin),
    ("docmill_export", docmill_export::docmill_plugin),
    ("docmill_filter", docmill_filter::docmill_plugin),
    ("docmill_ingest", docmill_ingest::docmill_plugin),
    ("docmill_segment", docmill_segment::docmill_plugin),
    ("docmill_summarize", docmill_summarize::docmill_plugin),
];
