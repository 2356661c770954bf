use serde_json::json;

use super::Diagnostic;
use crate::Code;

#[test]
fn a_place_is_counted_in_lines_and_chars() {
    let text = "a = 1\nüb = \"x\ny\"\n";
    let wrong = Diagnostic::new(Code::BadValue, "a.toml", "no").at(7..16).help("say yes");
    assert_eq!(
        serde_json::to_value(wrong.locate(text)).unwrap(),
        json!({
            "code": "E0203", "severity": "error", "message": "no", "label": "", "file": "a.toml",
            "line": 2, "column": 1, "end_line": 3, "end_column": 2, "help": ["say yes"],
        })
    );
    assert_eq!(Diagnostic::locate_all(std::slice::from_ref(&wrong), text), [wrong.locate(text)]);
    assert_eq!(
        Diagnostic::render_all(&[wrong.clone(), wrong.clone()], text, false),
        wrong.render(text, false).repeat(2)
    );
    let nowhere = serde_json::to_value(Diagnostic::new(Code::NoSink, "a.toml", "no").locate(text)).unwrap();
    assert_eq!((&nowhere["line"], &nowhere["severity"]), (&json!(null), &json!("warning")));
}

#[test]
fn problems_are_sorted_by_place() {
    let at = |start: usize| Diagnostic::new(Code::BadValue, "a.toml", start.to_string()).at(start..start + 1);
    let mut problems = [at(9), at(2), Diagnostic::new(Code::UnknownParam, "a.toml", "-"), at(2)];
    Diagnostic::sort(&mut problems);
    assert_eq!(problems.map(|problem| problem.message), ["-", "2", "2", "9"]);
}
