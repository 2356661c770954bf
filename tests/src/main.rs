//! The command `docmill`, for the whole-run tests.

fn main() -> std::process::ExitCode {
    docmill::main()
}
