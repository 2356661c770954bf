//! The header and the Rust structs say the same.

use crate::command::{folder, root};
use docmill_sdk::abi;
use std::fmt::Write as _;
use std::mem::{offset_of, size_of};
use std::process::Command;

/// Compiles a C program with the header and gives what it prints.
fn run_c(body: &str) -> String {
    let source =
        format!("#include <stdio.h>\n#include \"docmill.h\"\nint main(void) {{\n{body}  return 0;\n}}\n");
    let folder = folder(&[("layout.c", &source)]);
    let program = folder.path().join("layout");
    let status = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .arg(root().join("include"))
        .arg(folder.path().join("layout.c"))
        .arg("-o")
        .arg(&program)
        .status()
        .expect("cc, which also links Rust, is there");
    assert!(status.success(), "the header does not compile as C99");
    String::from_utf8(Command::new(program).output().unwrap().stdout).unwrap()
}

macro_rules! layout {
    ($c:ident, $rust:ident, $($field:ident),+) => {
        [(concat!("sizeof(", stringify!($c), ")").to_owned(), size_of::<abi::$rust>()),
         $((concat!("offsetof(", stringify!($c), ", ", stringify!($field), ")").to_owned(),
            offset_of!(abi::$rust, $field))),+]
    };
}

#[test]
fn every_member_lies_where_the_header_says() {
    let mut all = Vec::new();
    all.extend(layout!(dm_str, dm_str, ptr, len));
    all.extend(layout!(dm_bytes, dm_bytes, ptr, len, private_data, release));
    all.extend(layout!(dm_error, dm_error, size, code, row, flags, message, detail_json));
    all.extend(layout!(
        dm_host,
        dm_host,
        size,
        abi_major,
        abi_minor,
        max_level,
        flags,
        reserved,
        ctx,
        log,
        should_cancel,
        get_extension
    ));
    all.extend(layout!(
        dm_stage,
        dm_stage,
        size,
        flags,
        private_data,
        open,
        process,
        blocks,
        read,
        flush,
        get_extension,
        release
    ));
    all.extend(layout!(dm_fingerprint, dm_fingerprint, size, reserved, fingerprint));
    all.extend(layout!(
        dm_library,
        dm_library,
        size,
        abi_major,
        abi_minor,
        flags,
        n_stages,
        reserved,
        private_data,
        describe,
        plan,
        create
    ));
    let mut body = String::new();
    all.iter()
        .for_each(|(expression, _)| writeln!(body, "  printf(\"%zu\\n\", (size_t){expression});").unwrap());
    let told = run_c(&body);
    let told: Vec<usize> = told.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(told.len(), all.len());
    for ((expression, rust), c) in all.iter().zip(told) {
        assert_eq!(*rust, c, "{expression}");
    }
}

#[test]
fn every_constant_has_the_header_s_value() {
    let constants = [
        ("DM_ABI_MAJOR", u64::from(abi::DM_ABI_MAJOR)),
        ("DM_ABI_MINOR", u64::from(abi::DM_ABI_MINOR)),
        ("DM_OK", abi::DM_OK as u64),
        ("DM_CONFIG", abi::DM_CONFIG as u64),
        ("DM_SCHEMA", abi::DM_SCHEMA as u64),
        ("DM_DATA", abi::DM_DATA as u64),
        ("DM_IO", abi::DM_IO as u64),
        ("DM_INTERNAL", abi::DM_INTERNAL as u64),
        ("DM_PANIC", abi::DM_PANIC as u64),
        ("DM_UNSUPPORTED", abi::DM_UNSUPPORTED as u64),
        ("DM_CANCELLED", abi::DM_CANCELLED as u64),
        ("DM_ERROR_RETRYABLE", abi::DM_ERROR_RETRYABLE),
        ("DM_ERROR_ONLY_ROW", abi::DM_ERROR_ONLY_ROW),
        ("DM_HOST_LINKED", u64::from(abi::DM_HOST_LINKED)),
        ("DM_LIBRARY_ABORTS", u64::from(abi::DM_LIBRARY_ABORTS)),
    ];
    let mut body = String::new();
    constants.iter().for_each(|(name, _)| writeln!(body, "  printf(\"%d\\n\", (int){name});").unwrap());
    let told = run_c(&body);
    for ((name, rust), c) in constants.iter().zip(told.lines()) {
        assert_eq!(rust.to_string(), c, "{name}");
    }
}
