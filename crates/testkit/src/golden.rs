//! Files that hold what should come out.

use std::path::Path;

/// Compares `got` with the golden file; `UPDATE_GOLDEN=1` writes it instead.
///
/// # Panics
/// When the file is missing or different, with the first line that differs.
pub fn golden(path: &Path, got: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("the golden folder can be made");
        }
        std::fs::write(path, got).expect("the golden file can be written");
        return;
    }
    let want = std::fs::read_to_string(path).unwrap_or_default();
    if want == got {
        return;
    }
    let line = want.lines().zip(got.lines()).position(|(want, got)| want != got);
    let line = line.unwrap_or_else(|| want.lines().count().min(got.lines().count()));
    let (want, got) = (want.lines().nth(line).unwrap_or("(end)"), got.lines().nth(line).unwrap_or("(end)"));
    #[expect(clippy::panic, reason = "the way a test says no")]
    {
        panic!(
            "{} line {}:\n  want {want}\n  got  {got}\n(UPDATE_GOLDEN=1 accepts it)",
            path.display(),
            line + 1
        );
    }
}
