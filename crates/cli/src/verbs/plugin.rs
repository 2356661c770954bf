//! `docmill plugin`.

use crate::args::{Format, OutputArgs, PluginArgs, PluginVerb};
use crate::exit::Exit;
use crate::installed::{AddError, Installed, locate};
use crate::isolated::Maker;
use crate::load::{bundled, plugin_folders, words};
use crate::terminal;
use docmill_pipeline::{Column, StageInfo, Stages};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &PluginArgs, _output: &OutputArgs) -> Exit {
    match &args.verb {
        PluginVerb::List { folders, format } => list(&plugin_folders(folders), *format),
        PluginVerb::Info { stage, folders, format } => info(stage, &plugin_folders(folders), *format),
        PluginVerb::Test { path, params, isolated } => test(path, params, *isolated),
    }
}

/// The bundled stages and those of every plugin that lies in the folders; a plugin that cannot be loaded is
/// told of and left out.
pub(crate) fn everything(folders: &[PathBuf]) -> Result<Installed, Exit> {
    let mut installed = bundled()?;
    for path in docmill_loader::installed(folders) {
        match installed.open(&path) {
            Ok(()) | Err(AddError::Clash(..)) => {}
            Err(error) => terminal::error(&words(&error), None),
        }
    }
    Ok(installed)
}

fn list(folders: &[PathBuf], format: Format) -> Exit {
    let installed = match everything(folders) {
        Ok(installed) => installed,
        Err(exit) => return exit,
    };
    if format == Format::Json {
        let infos: Vec<&StageInfo> = installed.infos().collect();
        terminal::print(&format!("{}\n", serde_json::to_string_pretty(&infos).unwrap_or_default()));
        return Exit::OK;
    }
    let mut rows = vec![["stage", "version", "kind", "summary", "from"].map(str::to_owned).to_vec()];
    for info in installed.infos() {
        let from = installed.path(&info.id).map_or_else(|| "bundled".to_owned(), |p| p.display().to_string());
        rows.push(vec![
            info.id.clone(),
            info.version.clone(),
            info.kind.to_string(),
            info.summary.clone(),
            from,
        ]);
    }
    terminal::print(&terminal::table(&rows));
    Exit::OK
}

fn info(stage: &str, folders: &[PathBuf], format: Format) -> Exit {
    let installed = match everything(folders) {
        Ok(installed) => installed,
        Err(exit) => return exit,
    };
    let Some(info) = installed.get(stage) else {
        let known = installed.names().join(", ");
        terminal::error(&format!("there is no stage `{stage}`"), Some(&format!("installed: {known}")));
        return Exit::PLUGIN;
    };
    terminal::print(&match format {
        Format::Json => format!("{}\n", serde_json::to_string_pretty(info).unwrap_or_default()),
        Format::Human => described(info),
    });
    Exit::OK
}

fn described(info: &StageInfo) -> String {
    let mut out =
        format!("{} {} ({}, {})\n{}\n", info.id, info.version, info.kind, info.plugin, info.summary);
    let columns = |columns: &[Column]| -> String {
        let shown = columns.iter().map(|c| {
            let optional = if c.optional { "  (if present)" } else { "" };
            format!("  {}: {}{optional}\n", c.name, c.ty)
        });
        shown.collect()
    };
    if !info.reads.is_empty() {
        out += &format!("\nreads\n{}", columns(&info.reads));
    }
    if !info.writes.is_empty() {
        out += &format!("\nadds\n{}", columns(&info.writes));
    }
    out += "\noptions under `with`\n";
    let none = serde_json::Map::new();
    let options = info.params.get("properties").and_then(Value::as_object).unwrap_or(&none);
    if options.is_empty() {
        out += "  none\n";
    }
    let required: Vec<&str> = info
        .params
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, schema) in options {
        out += &option(name, schema, required.contains(&name.as_str()), &info.params);
    }
    out
}

/// The words for a schema: its type, or the values it allows.
fn kind_of(schema: &Value, all: &Value) -> String {
    let inner = |schema: &Value| kind_of(schema, all);
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return all.pointer(name.trim_start_matches('#')).map(inner).unwrap_or_default();
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(forms)) = schema.get(key) {
            let forms = forms.iter().map(inner).filter(|form| form != "null");
            return forms.collect::<Vec<_>>().join(" | ");
        }
    }
    if let Some(items) = schema.get("items") {
        return format!("array of {}", inner(items));
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).filter(|k| *k != "null").collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    };
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(low), Some(high)) => format!("{kind} from {low} to {high}"),
        (Some(low), None) if low != &Value::from(0) => format!("{kind} from {low}"),
        (None, Some(high)) => format!("{kind} up to {high}"),
        _ => kind,
    }
}

fn option(name: &str, schema: &Value, required: bool, all: &Value) -> String {
    let kind = kind_of(schema, all);
    let default = schema.get("default").filter(|d| !d.is_null()).map(|d| format!(", default {d}"));
    let told = if required { ", required".to_owned() } else { default.unwrap_or_default() };
    let words = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let head = format!("{kind}{told}");
    let mut out = format!("  {name}  {}\n", head.trim_start_matches(", "));
    words.lines().for_each(|line| out += &format!("      {line}\n"));
    out
}

fn test(path: &Path, params: &str, isolated: bool) -> Exit {
    let params: Value = match serde_json::from_str(params) {
        Ok(params) => params,
        Err(error) => {
            terminal::error(&format!("--params is not JSON: {error}"), None);
            return Exit::USAGE;
        }
    };
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = full.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (found, tried) = locate(&name, Some(path), &[]);
    let Some(library) = found else {
        let built = ["Cargo.toml", "Makefile"].iter().find(|file| path.join(file).is_file());
        let command = built.map(|file| if *file == "Makefile" { "make" } else { "cargo build --release" });
        let help = command.map(|command| format!("build it first: cd {} && {command}", path.display()));
        let message = format!("there is no plugin at {}; tried {}", path.display(), tried.join(", "));
        terminal::error(&message, help.as_deref());
        return Exit::PLUGIN;
    };
    let tested = if isolated {
        let maker = match Maker::new() {
            Ok(maker) => maker,
            Err(error) => {
                terminal::error(&format!("no process can be started: {error}"), None);
                return Exit::FAILED;
            }
        };
        docmill_testkit::conformance_with(&library, &params, &|library, stage, params| {
            maker.make(library, stage, params)
        })
    } else {
        docmill_testkit::conformance(&library, &params)
    };
    let findings = match tested {
        Ok(findings) => findings,
        Err(error) => {
            terminal::error(&error.to_string(), None);
            return Exit::PLUGIN;
        }
    };
    let mut failed = 0;
    for finding in &findings {
        match &finding.outcome {
            Ok(()) => terminal::print(&format!("ok      {} {}\n", finding.stage, finding.rule)),
            Err(why) => {
                failed += 1;
                terminal::print(&format!("FAILED  {} {}: {why}\n", finding.stage, finding.rule));
            }
        }
    }
    terminal::print(&format!("{} passed, {failed} failed\n", findings.len() - failed));
    if failed == 0 { Exit::OK } else { Exit::TESTS }
}
