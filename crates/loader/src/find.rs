//! Where shared libraries are looked for.

use std::path::{Path, PathBuf};

/// The file name of a plugin's library: `libmy_topics.so` for `my-topics` on Linux.
fn file_name(name: &str) -> String {
    let stem = name.replace('-', "_");
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// Every path at which the plugin `name` may lie, in the order to be tried.
///
/// `place` is what a pipeline says (a file, a folder of libraries, or a crate's folder with a `target`
/// folder inside); `folders` are the folders given for all plugins. Nothing is opened.
#[must_use]
pub fn candidates(name: &str, place: Option<&Path>, folders: &[PathBuf]) -> Vec<PathBuf> {
    let names = [file_name(name), file_name(&format!("docmill_{name}"))];
    let within = |folder: &Path| names.iter().map(|n| folder.join(n)).collect::<Vec<_>>();
    let Some(place) = place else { return folders.iter().flat_map(|f| within(f)).collect() };
    let is_library = place.extension().is_some_and(|e| std::env::consts::DLL_EXTENSION == e);
    if is_library || place.is_file() {
        return vec![place.to_owned()];
    }
    let inner = ["", "target/release", "target/debug"];
    inner
        .iter()
        .flat_map(|sub| within(&if sub.is_empty() { place.to_owned() } else { place.join(sub) }))
        .collect()
}

/// The plugin libraries that lie in `folders`, sorted by path.
///
/// A file counts when its name has the form of a library and its bytes name the entry function that this
/// name demands; nothing is opened as a library. Folders that cannot be read are passed over.
#[must_use]
pub fn installed(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| std::env::consts::DLL_EXTENSION == e))
        .filter(|path| names_its_entry(path))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn names_its_entry(path: &Path) -> bool {
    let Some(symbol) = crate::library::symbol(path, docmill_sdk::abi::DM_ABI_MAJOR) else { return false };
    std::fs::read(path).is_ok_and(|bytes| memchr::memmem::find(&bytes, symbol.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_in_every_folder_under_both_names() {
        let found = candidates("my-topics", None, &[PathBuf::from("a"), PathBuf::from("b")]);
        let names: Vec<String> = found.iter().map(|p| p.display().to_string()).collect();
        if cfg!(target_os = "linux") {
            let want = [
                "a/libmy_topics.so",
                "a/libdocmill_my_topics.so",
                "b/libmy_topics.so",
                "b/libdocmill_my_topics.so",
            ];
            assert_eq!(names, want);
        }
        assert_eq!(names.len(), 4);
    }

    #[test]
    fn a_crate_folder_is_looked_through_for_its_builds() {
        let found = candidates("topics", Some(Path::new("x/topics")), &[]);
        assert_eq!(found.len(), 6);
        assert!(found[2].starts_with("x/topics/target/release"));
    }

    #[test]
    fn a_folder_without_plugins_has_none_installed() {
        assert_eq!(installed(&[PathBuf::from("/nonexistent")]), Vec::<PathBuf>::new());
    }
}
