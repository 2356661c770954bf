//! `docmill new`.

use crate::args::{Language, NewArgs, NewWhat};
use crate::exit::Exit;
use crate::terminal;
use std::io;
use std::path::{Path, PathBuf};

const HEADER: &str = include_str!("../../../../include/docmill.h");
const PIPELINE: &str = include_str!("../../templates/pipeline.toml");
const RUST: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../templates/plugin/Cargo.toml.in")),
    ("src/lib.rs", include_str!("../../templates/plugin/lib.rs.in")),
    ("pipeline.toml", include_str!("../../templates/plugin/pipeline.toml.in")),
    ("README.md", include_str!("../../templates/plugin/README.md.in")),
];
const C: [(&str, &str); 4] = [
    ("plugin.c", include_str!("../../templates/plugin-c/plugin.c.in")),
    ("Makefile", include_str!("../../templates/plugin-c/Makefile.in")),
    ("pipeline.toml", include_str!("../../templates/plugin-c/pipeline.toml.in")),
    ("README.md", include_str!("../../templates/plugin-c/README.md.in")),
];

pub(crate) fn run(args: &NewArgs) -> Exit {
    let made = match &args.what {
        NewWhat::Pipeline { file } => write_new(file, PIPELINE).map(|()| {
            terminal::print(&format!(
                "{0}: try `docmill check {0}`, then `docmill run {0}`\n",
                file.display()
            ));
        }),
        NewWhat::Plugin { name, path, lang, sdk } => {
            if let Err(why) = check_name(name) {
                terminal::error(&format!("`{name}` cannot be a plugin's name: {why}"), None);
                return Exit::USAGE;
            }
            plugin(name, path, *lang, sdk.as_deref())
        }
    };
    match made {
        Ok(()) => Exit::OK,
        Err(error) => {
            terminal::error(&error.to_string(), None);
            Exit::FAILED
        }
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        Err("it must begin with a lower-case letter")
    } else if !name.chars().all(plain) || name.ends_with('-') {
        Err("it has lower-case letters, digits and single hyphens between them")
    } else if crate::bundled::BUNDLED.iter().any(|(bundled, _)| bundled.ends_with(&format!("_{name}"))) {
        Err("a standard plugin has it")
    } else {
        Ok(())
    }
}

fn plugin(name: &str, path: &Path, lang: Language, sdk: Option<&Path>) -> io::Result<()> {
    let folder = path.join(name);
    let (files, build) = match lang {
        Language::Rust => (&RUST, "cargo build --release"),
        Language::C => (&C, "make"),
    };
    let crate_name = name.replace('-', "_");
    let type_name: String = name.split('-').map(capitalised).collect();
    let sdk = sdk_dependency(sdk);
    for (file, template) in files {
        let text = template
            .replace("{{name}}", name)
            .replace("{{crate}}", &crate_name)
            .replace("{{Type}}", &type_name)
            .replace("{{sdk}}", &sdk);
        write_new(&folder.join(file), &text)?;
    }
    if lang == Language::C {
        write_new(&folder.join("docmill.h"), HEADER)?;
    }
    let shown = folder.display();
    terminal::print(&format!(
        "{shown}: a plugin with one stage, `{name}`\n  build  cd {shown} && {build}\n  test   docmill plugin test {shown}\n  use    docmill run {shown}/pipeline.toml\n"
    ));
    Ok(())
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The SDK that the plugin is built with: the one named, that of this checkout, or the published one.
fn sdk_dependency(given: Option<&Path>) -> String {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sdk");
    let path = given.map(Path::to_owned).or_else(|| own.is_dir().then_some(own));
    let path = path.and_then(|path| std::fs::canonicalize(path).ok());
    match path {
        Some(path) => format!("{{ path = {:?} }}", path.display().to_string()),
        None => format!("{:?}", env!("CARGO_PKG_VERSION")),
    }
}

/// Writes a file that must not be there yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(named)?;
    }
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes())).map_err(named)
}
