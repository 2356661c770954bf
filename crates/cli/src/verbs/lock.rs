//! `docmill lock`.

use crate::args::{LockArgs, OutputArgs};
use crate::exit::Exit;
use crate::load::load_sound;
use crate::lock::{self, Lock};
use crate::terminal;
use docmill_store::AtomicFile;
use std::io::Write;

pub(crate) fn run(args: &LockArgs, output: &OutputArgs) -> Exit {
    let (loaded, plan) = match load_sound(&args.file, &args.pipeline, output) {
        Ok(sound) => sound,
        Err(exit) => return exit,
    };
    let path = lock::path(&args.file);
    let written = Lock::of(&plan, &loaded).and_then(|lock| {
        let write = || {
            let mut file = AtomicFile::create(&path)?;
            file.write_all(lock.to_text().as_bytes())?;
            file.commit()
        };
        write().map_err(|error: std::io::Error| format!("cannot write {}: {error}", path.display()))
    });
    match written {
        Ok(()) => {
            if !output.quiet {
                terminal::print(&format!("wrote {}\n", terminal::shown(&path)));
            }
            Exit::OK
        }
        Err(message) => {
            terminal::error(&message, None);
            Exit::FAILED
        }
    }
}
