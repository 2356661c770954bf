//! The command `docmill`.

fn main() -> std::process::ExitCode {
    docmill::main()
}
