//! `docmill config`.

use crate::args::{ConfigArgs, ConfigShowArgs, ConfigVerb, Format, OutputArgs};
use crate::exit::Exit;
use crate::load::{load, read, with_settings};
use crate::terminal;
use docmill_pipeline::Sources;
use docmill_store::AtomicFile;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &ConfigArgs, output: &OutputArgs) -> Exit {
    match &args.verb {
        ConfigVerb::Show(args) => show(args, output).unwrap_or_else(|exit| exit),
        ConfigVerb::Fmt { files, check } => format(files, *check, output),
    }
}

fn show(args: &ConfigShowArgs, output: &OutputArgs) -> Result<Exit, Exit> {
    let loaded = load(&args.file, &args.pipeline)?;
    let text = loaded.sources.text(&loaded.name);
    let effective =
        with_settings(&args.pipeline, |settings| docmill_pipeline::effective(&loaded.name, text, settings));
    // A pipeline that cannot be run is shown all the same: whoever mends it wants to see it.
    terminal::complain(&loaded.render(output));
    let Ok(mut effective) = effective else { return Err(loaded.exit()) };
    if args.defaults {
        effective.add_defaults(&loaded.installed);
    }
    terminal::print(&match args.format {
        Format::Human => effective.toml(args.origin),
        Format::Json => format!("{:#}\n", effective.json()),
    });
    Ok(loaded.exit())
}

fn format(files: &[PathBuf], check: bool, output: &OutputArgs) -> Exit {
    let (mut broken, mut changed) = (false, false);
    for file in files {
        match formatted(file, output) {
            Err(()) => broken = true,
            Ok(None) => {}
            Ok(Some(text)) => {
                changed = true;
                if check {
                    terminal::print(&format!("{}\n", file.display()));
                } else if let Err(error) = write(file, &text) {
                    terminal::error(&format!("cannot write {}: {error}", file.display()), None);
                    return Exit::FAILED;
                }
            }
        }
    }
    match (broken, check && changed) {
        (true, _) => Exit::CONFIG,
        (false, true) => Exit::FAILED,
        (false, false) => Exit::OK,
    }
}

/// The text in its layout, where that is another one.
fn formatted(file: &Path, output: &OutputArgs) -> Result<Option<String>, ()> {
    let text = read(file).map_err(|(message, help)| terminal::error(&message, help))?;
    let name = file.display().to_string();
    let formatted = docmill_pipeline::format(&name, &text).map_err(|errors| {
        let drawn = Sources::new(&name, &text).render_all(&errors, terminal::colour(output.color));
        terminal::complain(&drawn);
    })?;
    Ok((formatted != text).then_some(formatted))
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    // A link stays one: what it leads to is written.
    let mut target = AtomicFile::create(&std::fs::canonicalize(file)?)?;
    target.write_all(text.as_bytes())?;
    target.commit()
}
