//! `docmill worker`: the process of a stage with `isolation = "process"`, started by the run itself.

use crate::bundled::BUNDLED;
use crate::exit::Exit;
use crate::terminal;

pub(crate) fn run() -> Exit {
    match docmill_isolation::serve(BUNDLED) {
        Ok(()) => Exit::OK,
        Err(error) => {
            terminal::error(
                &error.to_string(),
                Some("`docmill run` starts it where a stage has `isolation`"),
            );
            Exit::USAGE
        }
    }
}
