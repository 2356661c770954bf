//! For people: mistakes drawn in their lines.

use super::number;
use crate::checked::Checked;

/// The mistakes of a file, each drawn where it is.
pub(crate) fn mistakes(checked: &Checked, colour: bool) -> String {
    checked.sources.render_all(&checked.findings, colour)
}

/// One line about a file without mistakes.
pub(crate) fn well(checked: &Checked) -> String {
    let Checked { name, pipelines, stages, .. } = checked;
    if *pipelines == 1 {
        return format!("{name}: {stages} stages, no mistakes\n");
    }
    format!("{name}: {}, {stages} stages, no mistakes\n", number(*pipelines, "pipeline"))
}
