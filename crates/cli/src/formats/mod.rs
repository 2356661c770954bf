//! The forms of what `docmill check` finds: one file a form.

pub(crate) mod human;
pub(crate) mod json;

/// A number of things: `1 error`, `2 errors`.
fn number(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
