use super::junit::escaped;
use super::markdown::cell;
use super::{github, junit, markdown, sarif};
use crate::checked::Checked;
use crate::exit::Exit;
use docmill_pipeline::{Code, Diagnostic, Sources};

/// A file whose name and findings have whatever may be taken for something else.
fn nasty() -> Vec<Checked> {
    let name = "./a,b:c%|`<&\">\u{1}.toml";
    let text = "pipeline = \"x\"\nzwei = [\n]\n";
    let findings = vec![
        Diagnostic::new(Code::WrongType, name, "100 % `${params.x|y}`\r\nis <b>not</b> [it](0)").at(0..8),
        Diagnostic::new(Code::UnusedParam, name, "two lines").label("here").help("do").at(15..25),
        Diagnostic::new(Code::UnknownParam, name, "nowhere"),
    ];
    let (name, sources) = (name.to_owned(), Sources::new(name, text));
    vec![Checked { name, sources, findings, pipelines: 1, stages: 0, unread: None, exit: Exit::CONFIG }]
}

#[test]
fn workflow_commands_are_escaped() {
    let file = "file=a%2Cb%3Ac%25|`<&\">\u{1}.toml";
    let expected = format!(
        "::error {file},line=1,col=1,endColumn=9,title=E0202::100 %25 `${{params.x|y}}`%0D%0Ais <b>not</b> \
         [it](0)\n::warning {file},line=2,endLine=3,title=W0902::two lines%0Ahere%0Ahelp: do\n::error \
         {file},title=E0502::nowhere\n"
    );
    assert_eq!(github::write(&nasty()), expected);
}

#[test]
fn sarif_has_uris_and_no_arguments() {
    let log: serde_json::Value = serde_json::from_str(&sarif::write(&nasty())).unwrap();
    let results = &log["runs"][0]["results"];
    assert_eq!(results[0]["message"]["text"], "100 % `${{params.x|y}}`\r\nis <b>not</b> [it](0)");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%2Cb%3Ac%25%7C%60%3C%26%22%3E%01.toml");
    assert!(results[2]["locations"][0]["physicalLocation"]["region"].is_null());
}

#[test]
fn xml_holds_no_char_that_it_must_not() {
    assert_eq!(escaped("a<b>&\"c\"\u{0}\u{1B}\u{FFFF}\t\r\n"), "a&lt;b&gt;&amp;&quot;c&quot;���&#9;&#13;\n");
    let xml = junit::write(&nasty());
    assert!(xml.contains("name=\"./a,b:c%|`&lt;&amp;&quot;&gt;�.toml\""), "{xml}");
    assert!(xml.contains("message=\"2 errors, 1 warning: E0202 E0502 W0902\""), "{xml}");
}

#[test]
fn a_cell_of_a_table_stays_one() {
    assert_eq!(cell("needs `layer<a: b|c>`, *not* <b>"), "needs `layer<a: b\\|c>`, \\*not\\* \\<b\\>");
    assert_eq!(cell("a ` b\n<i>"), "a \\` b \\<i\\>");
    assert_eq!(cell("``<i>``"), "\\`\\`\\<i\\>\\`\\`");
    let table = markdown::write(&nasty());
    assert_eq!(table.lines().filter(|line| line.starts_with('|')).count(), 5, "{table}");
    assert!(table.starts_with("### docmill: 2 errors, 1 warning in 1 file\n"), "{table}");
}
