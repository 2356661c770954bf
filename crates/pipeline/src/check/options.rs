//! Problems of a stage's options, drawn where the options stand.

use std::ops::Range;

use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Diagnostic, ParamFault, ParamType, Pipeline, StageDecl, StageInfo};

mod walk;

use walk::{Fault, Walker, What};

/// What is wrong with the options of a stage, by its JSON Schema.
pub(super) fn check(pipeline: &Pipeline, decl: &StageDecl, info: &StageInfo) -> Vec<Diagnostic> {
    let faults = Walker::new(&info.params).faults(&decl.with);
    faults.into_iter().map(|fault| draw(pipeline, decl, info, fault)).collect()
}

/// What a plugin has against the options of a stage.
pub(super) fn rejected(pipeline: &Pipeline, decl: &StageDecl, fault: ParamFault) -> Diagnostic {
    let message = pipeline.secrets().hide(&fault.message).into_owned();
    let message = format!("stage `{}`: {message}", short(&decl.id.value));
    let mut problem = place(pipeline.problem(Code::OptionRejected, message), decl, &fault.path, false);
    if let (Some(place), Some(bytes)) = (&problem.place, &fault.bytes) {
        problem.place = Some(pipeline.sources.within(place, bytes));
    }
    problem.help_if(fault.help)
}

fn draw(pipeline: &Pipeline, decl: &StageDecl, info: &StageInfo, fault: Fault) -> Diagnostic {
    let stage = format!("stage `{}`", short(&decl.id.value));
    let option = dotted(&fault.path);
    // `with` itself has no path.
    let named = if option.is_empty() {
        format!("`with` of {stage}")
    } else {
        format!("option `{option}` of {stage}")
    };
    let ask = format!("`docmill plugin info {}` lists its options", short(&info.id));
    let (code, message, label, help) = match fault.what {
        What::Unknown { known } => {
            let name = fault.path.last().map(String::as_str).unwrap_or_default();
            let label = did_you_mean(name, known.iter().map(String::as_str)).unwrap_or_default();
            let message = format!("unknown option `{option}` for {stage}{}", version(info));
            (Code::UnknownOption, message, label, vec![ask])
        }
        What::Missing { name, description } => {
            let path = if option.is_empty() { name.clone() } else { format!("{option}.{name}") };
            let help = description.map_or(ask, |description| format!("`{name}`: {description}"));
            (
                Code::MissingOption,
                format!("{stage}{} lacks option `{path}`", version(info)),
                String::new(),
                vec![help],
            )
        }
        What::Type { wanted, found, choices } => {
            let message = format!("{named} must be {wanted}");
            let mut help = remedy(pipeline, decl, &fault.path, &wanted);
            if !choices.is_empty() {
                help.push(format!("it is one of {}", listed(choices.iter().map(String::as_str))));
            }
            (Code::OptionType, message, format!("this is {found}"), help)
        }
        What::Choice { found, choices } => {
            let is_secret = decl.secrets.iter().any(|secret| fault.path.starts_with(secret));
            let message = match found.as_ref().filter(|_| !is_secret) {
                Some(found) => format!("{named} cannot be `{}`", short(found)),
                None => format!("{named} has a value that is not allowed"),
            };
            let choices = || choices.iter().map(String::as_str);
            let meant =
                found.as_ref().filter(|_| !is_secret).and_then(|found| did_you_mean(found, choices()));
            let help = vec![format!("it is one of {}", listed(choices()))];
            (Code::OptionChoice, message, meant.unwrap_or_default(), help)
        }
        What::Range { limit } => {
            (Code::OptionRange, format!("{named} must {limit}"), String::new(), Vec::new())
        }
        What::Form { forms } => {
            let help = vec![format!("it is {}", forms.join(", or "))];
            (Code::OptionForm, format!("{named} has none of the forms allowed"), String::new(), help)
        }
    };
    let is_key = code == Code::UnknownOption;
    let mut problem = place(pipeline.problem(code, message).label(label), decl, &fault.path, is_key);
    problem.help.splice(0..0, help);
    problem
}

// How the value that stands in the file becomes one of the type wanted.
fn remedy(pipeline: &Pipeline, decl: &StageDecl, path: &[String], wanted: &str) -> Vec<String> {
    let path: Vec<&str> = std::iter::once("with").chain(path.iter().map(String::as_str)).collect();
    let Some(place) = decl.places.get(&path).filter(|_| decl.places.outside(&path).is_none()) else {
        return Vec::new();
    };
    let literal = pipeline.sources.slice(&place.value);
    let inner = literal.trim_matches(['"', '\'']);
    if let Some(name) = inner.strip_prefix("${params.").and_then(|rest| rest.strip_suffix('}')) {
        let param = pipeline.params.iter().find(|param| param.name == name.trim());
        let help =
            |ty: ParamType| format!("param `{}` is declared with `type = \"{}\"`", short(name), ty.as_str());
        return param.map(|param| help(param.ty)).into_iter().collect();
    }
    let is_number = |wanted: &str| match wanted {
        "an integer" => inner.parse::<i64>().is_ok(),
        "a number" => inner.parse::<f64>().is_ok_and(f64::is_finite),
        "true or false" => inner.parse::<bool>().is_ok(),
        _ => false,
    };
    let is_short = literal.len() <= 64 && !literal.contains(['\n', '[', '{']);
    if literal.starts_with(['"', '\'']) && is_number(wanted) {
        vec![format!("write `{inner}`, without quotes")]
    } else if wanted == "an array" && is_short {
        vec![format!("put it in brackets: `[{literal}]`")]
    } else {
        Vec::new()
    }
}

// The place of an option, or how it was given from outside the file.
fn place(problem: Diagnostic, decl: &StageDecl, path: &[String], is_key: bool) -> Diagnostic {
    let path: Vec<&str> = std::iter::once("with").chain(path.iter().map(String::as_str)).collect();
    if let Some(words) = decl.places.outside(&path) {
        return problem.help(format!("the value comes from `{words}`"));
    }
    let place: Range<usize> = match decl.places.nearest(&path) {
        Some(place) if is_key => place.key_or_value(),
        Some(place) => place.value.clone(),
        None => decl.place.clone(),
    };
    problem.at(place)
}

fn version(info: &StageInfo) -> String {
    let plugin = if info.plugin.is_empty() { &info.id } else { &info.plugin };
    if info.version.is_empty() { format!(" ({plugin})") } else { format!(" ({plugin} {})", info.version) }
}

// `columns[0].name`
fn dotted(path: &[String]) -> String {
    let mut out = String::new();
    for part in path {
        let part = short(part);
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            out.extend(["[", part.as_str(), "]"]);
        } else {
            out.push_str(if out.is_empty() { "" } else { "." });
            out.push_str(&part);
        }
    }
    out
}
