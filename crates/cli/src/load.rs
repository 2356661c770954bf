//! From a pipeline file to a checked plan with its plugins loaded.

use crate::args::{OutputArgs, PipelineArgs, PluginFolders};
use crate::exit::Exit;
use crate::installed::{AddError, Installed, locate};
use crate::targets::{self, Places};
use crate::{isolated, terminal};
use docmill_loader::LoadErrorKind;
use docmill_pipeline::{Code, Diagnostic, Pipeline, Plan, PluginDecl, Settings, Sources};
use docmill_runner::{RunError, RunErrorKind};
use std::path::{Path, PathBuf};

/// A pipeline file that was read, with all that is needed to speak of its lines.
pub(crate) struct Loaded {
    /// The file's name as the user wrote it.
    pub(crate) name: String,
    /// Its text, and those of the files that it extends.
    pub(crate) sources: Sources,
    /// The folder from which its paths start.
    pub(crate) folder: PathBuf,
    /// The pipeline, when it could be parsed.
    pub(crate) pipeline: Option<Pipeline>,
    /// The checked plan, when there is nothing wrong.
    pub(crate) plan: Option<Plan>,
    /// Everything found: errors, or warnings beside a plan.
    pub(crate) findings: Vec<Diagnostic>,
    /// The stages known to it.
    pub(crate) installed: Installed,
}

impl Loaded {
    /// The exit status that the findings demand.
    pub(crate) fn exit(&self) -> Exit {
        let is_plugin = |d: &Diagnostic| d.code.as_str().starts_with("E06");
        if self.findings.iter().any(is_plugin) {
            Exit::PLUGIN
        } else if self.plan.is_none() {
            Exit::CONFIG
        } else {
            Exit::OK
        }
    }

    /// Tells why a run failed; what was found before it began is drawn where the pipeline says it.
    pub(crate) fn explain(&self, error: &RunError, output: &OutputArgs) -> Exit {
        let stages = self.pipeline.iter().flat_map(|pipeline| &pipeline.stages);
        let stage = stages
            .filter(|_| error.kind == RunErrorKind::Setup)
            .find(|stage| error.stage.as_deref() == Some(stage.id.value.as_str()));
        let (Some(pipeline), Some(stage)) = (&self.pipeline, stage) else {
            terminal::error(&format!("{}: {error}", self.name), None);
            return match error.kind {
                RunErrorKind::Setup => Exit::CONFIG,
                RunErrorKind::Deaths => Exit::LIMIT,
                _ => Exit::FAILED,
            };
        };
        let path: Vec<&str> = std::iter::once("with").chain(error.path.iter().map(String::as_str)).collect();
        let place =
            stage.places.nearest(&path).map_or_else(|| stage.place.clone(), |place| place.value.clone());
        let message = format!("stage `{}`: {}", stage.id.value, error.message);
        let finding = self.sources.localize(pipeline.problem(Code::OptionRejected, message).at(place));
        terminal::complain(&self.sources.render_all(&[finding], terminal::colour(output.color)));
        Exit::CONFIG
    }

    /// The findings as people read them.
    pub(crate) fn render(&self, output: &OutputArgs) -> String {
        self.sources.render_all(&self.findings, terminal::colour(output.color))
    }
}

/// The folders in which plugins are looked for: the command line's, then those of `DOCMILL_PLUGIN_PATH`.
pub(crate) fn plugin_folders(given: &PluginFolders) -> Vec<PathBuf> {
    let mut folders = given.folders.clone();
    if let Some(path) = std::env::var_os("DOCMILL_PLUGIN_PATH") {
        folders.extend(std::env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty()));
    }
    folders
}

/// The bundled stages; a defect among them ends the process, for nothing can be done without them.
pub(crate) fn bundled() -> Result<Installed, Exit> {
    Installed::bundled().map_err(|error| {
        terminal::error(&format!("a bundled plugin is broken: {}", words(&error)), None);
        Exit::PLUGIN
    })
}

/// What went wrong with a library, in one line.
pub(crate) fn words(error: &AddError) -> String {
    match error {
        AddError::Load(error) => error.to_string(),
        AddError::Description(what) => what.clone(),
        AddError::Clash(stage, other) => format!("plugin {other} ships a stage `{stage}` as well"),
    }
}

/// The text of a file, or why there is none and what to do.
pub(crate) fn read(file: &Path) -> Result<String, (String, Option<&'static str>)> {
    std::fs::read_to_string(file).map_err(|error| {
        let help = (error.kind() == std::io::ErrorKind::NotFound)
            .then_some("`docmill new pipeline` writes one to begin with");
        (format!("cannot read {}: {error}", file.display()), help)
    })
}

/// Reads, parses and checks a pipeline file and loads the plugins it names.
///
/// Findings are part of the result; only a file that cannot be read ends here.
pub(crate) fn load(file: &Path, args: &PipelineArgs) -> Result<Loaded, Exit> {
    let text = read(file).map_err(|(message, help)| {
        terminal::error(&message, help);
        Exit::CONFIG
    })?;
    load_text(file, &text, args)
}

/// The same for a text that was read from the file, be it all of it or a part.
pub(crate) fn load_text(file: &Path, text: &str, args: &PipelineArgs) -> Result<Loaded, Exit> {
    let name = file.display().to_string();
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut loaded = Loaded {
        sources: Sources::new(&name, text),
        name,
        folder,
        pipeline: None,
        plan: None,
        findings: Vec::new(),
        installed: bundled()?,
    };
    let (pipeline, sources, findings) =
        with_settings(args, |settings| docmill_pipeline::parse_recoverable(&loaded.name, text, settings));
    loaded.findings = findings;
    loaded.sources = sources;
    if let Some(pipeline) = pipeline {
        check(&mut loaded, pipeline, &plugin_folders(&args.plugins), &args.plugins.folders);
    }
    Ok(loaded)
}

/// Does something with the values that the command line and the environment add to a pipeline.
pub(crate) fn with_settings<T>(args: &PipelineArgs, act: impl FnOnce(&Settings<'_>) -> T) -> T {
    let environment = |name: &str| std::env::var(name).ok();
    let is_of_test = |path: &str| args.of_test.iter().any(|(_, value)| value == path);
    let resolve = |path: &str| if is_of_test(path) { path.to_owned() } else { absolute_param(path) };
    act(&Settings {
        params: args.params.iter().chain(&args.of_test).cloned().collect(),
        set: args.set.clone(),
        env: &environment,
        resolve_path: &resolve,
        profile: args.profile.clone(),
        read: &read_base,
    })
}

/// The file that another one extends, by a path that begins at that one's folder.
fn read_base(from: &str, path: &str) -> Result<(String, String), String> {
    let folder = Path::new(from).parent().unwrap_or(Path::new(""));
    let file = terminal::plain(&folder.join(path));
    let text = read(&file).map_err(|(message, _)| message)?;
    Ok((file.display().to_string(), text))
}

/// The same, with the findings told on stderr; a pipeline without a plan ends here.
pub(crate) fn load_sound(
    file: &Path,
    args: &PipelineArgs,
    output: &OutputArgs,
) -> Result<(Loaded, Plan), Exit> {
    let mut loaded = load(file, args)?;
    terminal::complain(&loaded.render(output));
    match loaded.plan.take() {
        Some(plan) => Ok((loaded, plan)),
        None => Err(loaded.exit()),
    }
}

fn check(loaded: &mut Loaded, pipeline: Pipeline, folders: &[PathBuf], explicit: &[PathBuf]) {
    for plugin in &pipeline.plugins {
        if let Some(finding) = open_declared(loaded, &pipeline, plugin, folders) {
            loaded.findings.push(finding);
        }
    }
    let mut wanted: Vec<String> = pipeline.uses().iter().map(|name| name.value.clone()).collect();
    wanted.sort_unstable();
    for name in &wanted {
        if let Some(finding) = open_wanted(loaded, &pipeline, name, folders, explicit) {
            loaded.findings.push(finding);
        }
    }
    // What a library that is missing would ship is not known: checking its stages would only add noise.
    let complete = !loaded.findings.iter().any(|finding| finding.code.as_str().starts_with("E06"));
    match docmill_pipeline::check(&pipeline, &loaded.installed) {
        Ok(plan) if loaded.findings.is_empty() => {
            let mut clashes = targets::clashes(&plan, &pipeline, &loaded.folder);
            clashes.extend(isolated::refused_here(&pipeline));
            let sound = clashes.is_empty();
            loaded.installed.targets = Places::of(&plan, &loaded.folder).targets(&plan);
            loaded.findings = plan.warnings.iter().cloned().chain(clashes).collect();
            loaded.plan = sound.then_some(plan);
        }
        Err(findings) if complete => {
            loaded.findings.extend(findings.into_iter().map(|finding| with_paths(finding, &wanted, folders)));
        }
        _ => {}
    }
    let found = std::mem::take(&mut loaded.findings);
    loaded.findings = found.into_iter().map(|finding| loaded.sources.localize(finding)).collect();
    loaded.sources.sort(&mut loaded.findings);
    loaded.pipeline = Some(pipeline);
}

/// Tells where the library of a stage that nobody knows was looked for.
fn with_paths(finding: Diagnostic, wanted: &[String], folders: &[PathBuf]) -> Diagnostic {
    let names_it = |name: &&String| finding.message.contains(&format!("`{name}`"));
    match wanted.iter().find(names_it) {
        Some(name) if finding.code == docmill_pipeline::Code::UnknownStage && !folders.is_empty() => {
            let (_, tried) = locate(name, None, folders);
            finding.help(format!("looked for {}", tried.join(", ")))
        }
        _ => finding,
    }
}

/// Opens the library of a `[plugins]` entry.
fn open_declared(
    loaded: &mut Loaded,
    pipeline: &Pipeline,
    plugin: &PluginDecl,
    folders: &[PathBuf],
) -> Option<Diagnostic> {
    let place = loaded.folder.join(&plugin.path.value);
    let (found, tried) = locate(&plugin.name.value, Some(&place), folders);
    let Some(path) = found else { return Some(pipeline.plugin_not_found(plugin, &tried)) };
    match loaded.installed.open(&path).err()? {
        AddError::Load(error) if error.kind() == LoadErrorKind::BadDescription => {
            Some(pipeline.plugin_broken(plugin, &error.to_string()))
        }
        AddError::Load(error) => Some(pipeline.plugin_not_loaded(plugin, &error.to_string())),
        AddError::Description(what) => Some(pipeline.plugin_broken(plugin, &what)),
        AddError::Clash(stage, other) => Some(pipeline.plugin_clash(plugin, &stage, &other)),
    }
}

/// Looks for the library of a stage that is not declared: one in a folder of the command line comes before
/// a bundled one, one in a folder of the environment after.
fn open_wanted(
    loaded: &mut Loaded,
    pipeline: &Pipeline,
    name: &str,
    folders: &[PathBuf],
    explicit: &[PathBuf],
) -> Option<Diagnostic> {
    if loaded.installed.path(name).is_some() {
        return None;
    }
    let folders = if loaded.installed.has(name) { explicit } else { folders };
    let (found, _) = locate(name, None, folders);
    let error = loaded.installed.open(&found?).err()?;
    let code = docmill_pipeline::Code::PluginNotLoaded;
    Some(pipeline.problem(code, format!("the plugin of stage `{name}` cannot be loaded: {}", words(&error))))
}

/// A path of the command line starts from the working folder, not from the pipeline's.
fn absolute_param(path: &str) -> String {
    if path == "-" {
        return path.to_owned();
    }
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |p| p.display().to_string())
}
