//! From text to a [`Pipeline`]: syntax first, then the keys of the language, then params.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::DeTable;

use crate::suggest::short;
use crate::{Code, Diagnostic, Pipeline, PluginDecl, Settings, Sources};

mod convert;
mod declare;
pub(crate) mod effective;
mod files;
mod gate;
mod isolation;
mod keys;
mod overlay;
mod overrides;
mod params;
mod run;
mod stage;
mod test;

/// The words that a value of the language can be.
pub(crate) mod words {
    /// Of `on_error`.
    pub(crate) fn on_error() -> Vec<&'static str> {
        super::stage::ON_ERROR.iter().map(|(name, _)| *name).collect()
    }

    /// Of `kind` of `isolation`.
    pub(crate) fn isolation() -> Vec<&'static str> {
        super::isolation::KINDS.to_vec()
    }

    /// Of `sandbox` of `isolation`.
    pub(crate) fn sandbox() -> Vec<&'static str> {
        super::isolation::SANDBOX.iter().map(|(name, _)| *name).collect()
    }

    /// Of `offsets` of a score.
    pub(crate) fn offsets() -> Vec<&'static str> {
        super::gate::OFFSETS.iter().map(|(name, _)| *name).collect()
    }

    /// Of the `type` of a param.
    pub(crate) fn param_types() -> Vec<&'static str> {
        super::declare::TYPES.iter().map(|(name, _)| *name).collect()
    }
}

pub use test::parse_tests;

use convert::Converter;
use keys::{Keys, Problems};

const TOP: &[&str] =
    &["pipeline", "description", "extends", "params", "run", "plugins", "stage", "gate", "test", "profile"];

/// Reads a pipeline file.
///
/// `name` is what diagnostics call the file. Nothing is opened, and no stage is looked at: see
/// [`check`](crate::check) for that. Costs time linear in the text.
///
/// # Errors
///
/// Everything that is wrong with the file as such, by place: syntax, keys and values of the language,
/// params without a value, references to params that do not exist.
///
/// # Examples
///
/// ```
/// use docmill_pipeline::{Settings, parse};
///
/// let text = r#"
/// pipeline = "quick"
/// params.top = { type = "int", default = 3 }
/// stage = [
///   { use = "ingest",    with.path = "articles/*.txt" },
///   { use = "summarize", with.sentences = "${params.top}" },
/// ]
/// "#;
/// let settings = Settings { params: vec![("top".into(), "5".into())], ..Settings::default() };
/// let pipeline = parse("quick.toml", text, &settings).map_err(|errors| errors[0].render(text, false))?;
/// assert_eq!(pipeline.stages[1].with["sentences"], 5);
/// # Ok::<(), String>(())
/// ```
pub fn parse(name: &str, text: &str, settings: &Settings<'_>) -> Result<Pipeline, Vec<Diagnostic>> {
    match parse_recoverable(name, text, settings) {
        (Some(pipeline), _, problems) if problems.is_empty() => Ok(pipeline),
        (_, _, problems) => Err(problems),
    }
}

/// Reads a pipeline file as far as it can be read, so that all errors of a file can be shown in one run.
///
/// The errors are those of [`parse`]. There is a pipeline unless the file is no TOML or one of its stages
/// cannot be told; [`check`](crate::check) then finds what else is wrong with it, and leaves alone the
/// options that could not be read ([`StageDecl::sound`](crate::StageDecl::sound)). Nothing may be run unless
/// there was no error. The texts that were read come second: diagnostics name the file of each.
#[must_use]
pub fn parse_recoverable(
    name: &str,
    text: &str,
    settings: &Settings<'_>,
) -> (Option<Pipeline>, Sources, Vec<Diagnostic>) {
    let mut problems = Problems::new(name);
    let sources = files::gather(name, text, settings, &mut problems);
    let padded = files::padded(&sources);
    let (mut roots, mut syntax) = (Vec::new(), Vec::new());
    for text in &padded {
        let (root, errors) = DeTable::parse_recoverable(text);
        roots.push(root.into_inner());
        syntax.extend(errors);
    }
    // What a broken base would add is not known: of several files only the syntax is told then.
    if !syntax.is_empty() {
        roots.truncate(1);
    }
    let (root, profiles) = files::merge(roots, settings.profile.as_deref(), &mut problems);
    let mut pipeline = read(&sources, &root, settings, &mut problems);
    let mut found = problems.into_inner();
    if let Some(first) = syntax.iter().filter_map(toml::de::Error::span).map(|span| span.start).min() {
        // What stands on lines before the first syntax error was read as it was meant, as is the file itself where
        // the error is in one that it extends; what comes after it may be an echo of it.
        let before = text.get(..first);
        let line = before.map_or(text.len(), |before| before.rfind('\n').unwrap_or_default());
        let is_before = |place: &Range<usize>| !place.is_empty() && place.end <= line;
        found.retain(|problem| is_present(problem.code) && problem.place.as_ref().is_some_and(is_before));
    }
    // What a base that cannot be read would add is not known either, nor where a stage of no place belongs.
    let is_missing = found.iter().any(|problem| problem.code == Code::BadBase);
    if is_missing {
        found.retain(|problem| is_present(problem.code) || problem.code == Code::BadBase);
    }
    let is_lost = |problem: &Diagnostic| problem.code == Code::UnknownBaseStage && problem.label.is_empty();
    let readable = syntax.is_empty() && !is_missing && !found.iter().any(is_lost);
    found.extend(syntax_errors(name, &padded, &syntax));
    Diagnostic::sort(&mut found);
    let found = found.into_iter().map(|problem| sources.localize(problem)).collect();
    if let Some(pipeline) = &mut pipeline {
        pipeline.profiles = profiles;
        pipeline.sources = sources.clone();
    }
    (pipeline.filter(|_| readable), sources, found)
}

// Whether the code speaks of something that is there, not of something that is missing.
fn is_present(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownKey
            | Code::WrongType
            | Code::BadValue
            | Code::NotSupported
            | Code::BadName
            | Code::BadNumber
    )
}

pub(crate) fn syntax_errors(name: &str, padded: &[String], errors: &[toml::de::Error]) -> Vec<Diagnostic> {
    let mut lines = BTreeSet::new();
    let mut problems = Vec::new();
    let mut errors: Vec<_> =
        errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    for (span, message) in errors {
        let text = padded.iter().find(|text| span.start <= text.len()).map_or("", String::as_str);
        let line =
            text.get(..span.start).and_then(|before| before.rfind('\n').or((span.start > 0).then_some(0)));
        // One slip often makes the parser stumble several times; the first place is the telling one.
        if !lines.insert(line) {
            continue;
        }
        let code = match message {
            "duplicate key" => Code::DuplicateKey,
            "recursion limit" | "cannot recurse further; max recursion depth met" => Code::TooDeep,
            _ => Code::Syntax,
        };
        problems.push(syntax_error(code, name, text.get(span.clone()).unwrap_or_default(), message).at(span));
    }
    problems
}

fn syntax_error(code: Code, name: &str, found: &str, message: &str) -> Diagnostic {
    if let Some(problem) = slip(code, name, found, message) {
        return problem;
    }
    let is_word = found.starts_with(|c: char| c.is_alphabetic() || "_./".contains(c));
    if code == Code::DuplicateKey {
        return Diagnostic::new(code, name, format!("`{}` is given twice", short(found)));
    }
    // A bare word that happens to begin like `nan` or `true` gets a message about those from the parser.
    if is_word && (message.starts_with("string values must be quoted") || message.starts_with("invalid ")) {
        return Diagnostic::new(code, name, "a string must stand in quotes")
            .label(format!("write `\"{}\"`", short(found)));
    }
    let (what, wanted) = message.split_once(", expected ").unwrap_or((message, ""));
    let wanted = if wanted == "nothing" { "" } else { wanted };
    let label = if wanted.is_empty() { String::new() } else { format!("expected {wanted}") };
    Diagnostic::new(code, name, what).label(label)
}

// Slips that the parser has words for, but not the remedy.
fn slip(code: Code, name: &str, found: &str, message: &str) -> Option<Diagnostic> {
    let told = |what: &str, label: String| Some(Diagnostic::new(code, name, what).label(label));
    let lower = found.to_lowercase();
    if code == Code::TooDeep {
        return told("values are nested too deeply", String::new());
    }
    if matches!(lower.as_str(), "true" | "false") {
        return told("a truth value is written in small letters", format!("write `{lower}`"));
    }
    if matches!(lower.as_str(), "null" | "none" | "nil") {
        return told("there is no empty value", "leave the key out".to_owned());
    }
    if found.starts_with(['“', '”', '„', '‘', '’', '«']) {
        let word = found.trim_matches(['“', '”', '„', '‘', '’', '«', '»', '"']);
        return told("a string stands in straight quotes", format!("write `\"{}\"`", short(word)));
    }
    if found.starts_with(':') && message.starts_with("invalid unquoted key") {
        return told("a key and its value are joined by an equals sign", "write `=`".to_owned());
    }
    if message.starts_with("missing escaped value") {
        let problem = told("a backslash begins an escape, and this is none", String::new())?;
        return Some(problem.help("write two backslashes, or put the string in single quotes: `'C:\\news'`"));
    }
    let is_open =
        message.starts_with("invalid basic string") || message.starts_with("invalid literal string");
    if is_open && found.trim().is_empty() {
        return told("a string is not closed", "the closing quote is missing".to_owned());
    }
    None
}

fn read(
    sources: &Sources,
    root: &DeTable<'_>,
    settings: &Settings<'_>,
    problems: &mut Problems,
) -> Option<Pipeline> {
    let keys = Keys::new(root, "a pipeline file", 0..0);
    keys.check(TOP, &[], problems);
    let name = keys.string("pipeline", problems).map(|name| name.value).unwrap_or_default();
    let description = keys.string("description", problems).map(|words| words.value).unwrap_or_default();
    let plugins = plugins(&keys, problems);
    let declared = declare::params(&keys, problems);
    let values = params::resolve(declared, settings, problems);

    let mut converter = Converter::new(sources, &values, problems);
    let run = run::run(&keys, &mut converter);
    let stages = stage::stages(&keys, &mut converter);
    let gates = gate::gates(&keys, &mut converter);
    let tests = test::tests(&keys, converter.problems);
    let mut stages = stages?;
    let used = converter.into_used();
    overrides::apply(&mut stages, settings, problems);

    let warnings = params::unused(&values, &used, problems);
    let file = problems.file().to_owned();
    let params = values.into_params();
    Some(Pipeline {
        file,
        name,
        description,
        params,
        run,
        plugins,
        stages,
        gates,
        tests,
        warnings,
        profiles: Vec::new(),
        sources: Sources::default(),
    })
}

fn plugins(keys: &Keys<'_, '_>, problems: &mut Problems) -> Vec<PluginDecl> {
    let Some(table) = keys.table("plugins", "`[plugins]`", problems) else { return Vec::new() };
    let mut plugins = Vec::new();
    for (name, _) in table.iter() {
        let Some(plugin) = table.table(&name.value, &format!("plugin `{}`", short(&name.value)), problems)
        else {
            continue;
        };
        plugin.check(&["path"], &[], problems);
        if let Some(path) = plugin.needed_string("path", r#"path = "plugins/my_topics""#, problems) {
            plugins.push(PluginDecl { name, path });
        }
    }
    plugins
}

#[cfg(test)]
mod tests;
