//! `docmill explain`.

use crate::args::{ExplainArgs, Format};
use crate::exit::Exit;
use crate::terminal;
use docmill_pipeline::Code;
use serde_json::{Value, json};

pub(crate) fn run(args: &ExplainArgs) -> Exit {
    let code = match args.code.as_deref().map(str::parse::<Code>) {
        None => None,
        Some(Ok(code)) => Some(code),
        Some(Err(error)) => {
            let meant = error.meant().map(|meant| format!("did you mean `{meant}`: {}?", meant.title()));
            let help = meant.unwrap_or_else(|| "`docmill explain` lists all codes".to_owned());
            terminal::error(&error.to_string(), Some(&help));
            return Exit::USAGE;
        }
    };
    terminal::print(&match (code, args.format) {
        (Some(code), Format::Human) => code.explanation().to_owned(),
        (Some(code), Format::Json) => format!("{:#}\n", told(code)),
        (None, Format::Human) => listed(),
        (None, Format::Json) => format!("{:#}\n", Code::ALL.iter().copied().map(told).collect::<Value>()),
    });
    Exit::OK
}

fn told(code: Code) -> Value {
    json!({ "code": code, "title": code.title(), "explanation": code.explanation() })
}

fn listed() -> String {
    let mut list = String::new();
    for code in Code::ALL {
        list += &format!("{code}  {}\n", code.title());
    }
    list
}
