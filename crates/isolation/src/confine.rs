//! What a worker process takes from itself before it opens a plugin: memory, files, the network, other programs.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io;
use std::path::PathBuf;

mod calls;

/// What every process needs to open a library and to know the time: code, zones, the dynamic linker's notes.
const SYSTEM: &[&str] = &[
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
];

/// Bytes of address space beyond a worker's memory: its program, libraries, and the host's batches.
const ADDRESSES: u64 = 4 << 30;

/// Bounds the memory of this process and lets it leave no image behind when it dies.
///
/// Counted is what it could write to: batches, libraries and reserved addresses are not its own.
///
/// # Errors
/// When the system refuses.
pub(crate) fn limit(memory: u64) -> io::Result<()> {
    let set = |resource, most: u64| {
        let most = Some(most);
        setrlimit(resource, Rlimit { current: most, maximum: most })
    };
    set(Resource::Core, 0)?;
    set(Resource::Data, memory)?;
    Ok(set(Resource::As, memory.saturating_add(ADDRESSES))?)
}

/// Denies this process, for good, all files but those below `readable`, the network and other programs. Gives what
/// the system cannot deny, if anything.
pub(crate) fn sandbox(readable: &[PathBuf]) -> Option<String> {
    let files = match restrict_files(readable) {
        Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced) => None,
        Ok(RulesetStatus::NotEnforced) | Err(_) => {
            Some("files: its kernel has no landlock of version 3 or later")
        }
    };
    let calls = calls::deny().err().map(|why| format!("the network and other programs: {why}"));
    let missing: Vec<String> = files.into_iter().map(str::to_owned).chain(calls).collect();
    (!missing.is_empty()).then(|| missing.join("; "))
}

/// Landlock of version 3 is the first that covers all ways of writing to a file.
fn restrict_files(readable: &[PathBuf]) -> Result<RulesetStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::ReadFile | AccessFs::WriteFile;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V3))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V5))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(["/dev/null"], write))?
        .add_rules(path_beneath_rules(readable, read))?
        .restrict_self()?;
    Ok(status.ruleset)
}
