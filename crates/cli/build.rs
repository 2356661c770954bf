//! Names the build: a digest of the sources of all that decides what a bundled stage makes of a document.
//!
//! What is kept between runs depends on it, so that a docmill built from other sources never takes what this one made,
//! even if nobody thought of a version. The same sources give the same name on every machine.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders beside this crate's own two levels up; where they are not, as in a packed crate, versions tell.
const SOURCES: [&str; 7] = [
    "plugins",
    "crates/doc",
    "crates/sdk",
    "crates/expression",
    "crates/loader",
    "crates/runner",
    "Cargo.lock",
];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for source in SOURCES.map(|source| root.join(source)) {
        println!("cargo::rerun-if-changed={}", source.display());
        collect(&source, &mut files);
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let Ok(bytes) = fs::read(&file) else { continue };
        let name = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
    }
    println!("cargo::rustc-env=DOCMILL_BUILD={}", hasher.finalize().to_hex());
}

/// All files that can decide anything: tests and texts for people cannot.
fn collect(place: &Path, files: &mut Vec<PathBuf>) {
    if place.is_file() {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        if name != "tests.rs" && !name.ends_with(".md") {
            files.push(place.to_owned());
        }
        return;
    }
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !["tests", "benches", "target", "fuzz"].iter().any(|other| name == *other) {
            collect(&entry.path(), files);
        }
    }
}
