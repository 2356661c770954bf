//! Random pipelines: broken ones broken further, and new ones by the grammar.

use crate::rng::Rng;
use std::path::{Path, PathBuf};

/// A pipeline with all that comes from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(crate) text: String,
    /// What `extends` finds: each further file takes the next one.
    pub(crate) bases: Vec<String>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) set: Vec<(String, String)>,
    pub(crate) profile: Option<String>,
}

/// The golden pipelines, those of the repository, and the examples of the pages about codes.
pub(crate) fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .and_then(Path::parent)
        .expect("a crate lies in crates/");
    let mut files = Vec::new();
    for folder in ["tests/golden", "pipelines", "crates/pipeline/src/explain"] {
        gather(&root.join(folder), &mut files);
    }
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if file.extension().is_some_and(|suffix| suffix == "toml") {
            texts.push(text);
        } else {
            let blocks = text.split("```").filter_map(|block| block.strip_prefix("toml "));
            texts
                .extend(blocks.filter_map(|block| block.split_once('\n')).map(|(_, block)| block.to_owned()));
        }
    }
    texts
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|suffix| suffix == "toml" || suffix == "md") {
            files.push(path);
        }
    }
}

impl Input {
    pub(crate) fn random(rng: &mut Rng, corpus: &[String]) -> Input {
        let mut input = Input { text: text(rng, corpus), ..Input::default() };
        if rng.one_in(4) {
            let most = if rng.one_in(20) { 20 } else { 3 };
            let count = 1 + rng.below(most);
            input.bases = (0..count).map(|_| text(rng, corpus)).collect();
            if !input.text.contains("extends") {
                input.text = format!("extends = \"b{}.toml\"\n{}", rng.below(count), input.text);
            }
        }
        for _ in 0..rng.below(3) {
            input.params.push((name(rng), value(rng, 0)));
            input.set.push((format!("{}.{}", name(rng), name(rng)), value(rng, 0)));
        }
        input.profile = rng.one_in(4).then(|| (*rng.of(&["ci", "few", "p", "", "x"])).to_owned());
        input
    }

    /// The file that another one extends; one file comes back for one path.
    pub(crate) fn base(&self, path: &str) -> Result<(String, String), String> {
        let sum = path.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let base = self.bases.get(sum.checked_rem(self.bases.len()).unwrap_or_default());
        let at = |base: &String| self.bases.iter().position(|known| known == base).unwrap_or_default();
        base.map(|base| (format!("b{}.toml", at(base)), base.clone()))
            .ok_or_else(|| format!("there is no `{path}`"))
    }

    /// Some variables have a value.
    pub(crate) fn env(&self, name: &str) -> Option<String> {
        (name.len() % 2 == 1).then(|| self.profile.clone().unwrap_or_default())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.bases.iter().map(String::len).sum::<usize>()
    }
}

fn text(rng: &mut Rng, corpus: &[String]) -> String {
    let mut text = if rng.one_in(3) { written(rng) } else { rng.of(corpus).clone() };
    let most = if rng.one_in(10) { 30 } else { 5 };
    for _ in 0..rng.below(most) {
        text = broken(rng, text, corpus);
    }
    text
}

const ODD: &[&str] = &[
    "\u{feff}",
    "\r\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200d}",
    "e\u{301}",
    "新聞",
    "🙂",
    "خبر",
    "\u{85}",
    "\u{2028}",
    "“",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\u{",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "${",
    "}",
    "$${",
    "${params.",
    "99999999999999999999",
    "-0",
    "0x7fff_ffff_ffff_ffff",
    "1e999",
    "nan",
    "inf",
    "2025-09-24",
    "true",
    "True",
    "\n",
];

// One thing is changed; what is cut in the middle of a character is replaced.
fn broken(rng: &mut Rng, text: String, corpus: &[String]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = rng.below(lines.len());
    let at = floor(&text, rng.below(text.len() + 1));
    let end = floor(&text, (at + rng.below(12)).min(text.len()));
    let (before, after) = text.split_at(at);
    let rest = text.split_at(end).1;
    match rng.below(12) {
        0 => {
            let mut bytes = text.into_bytes();
            for _ in 0..=rng.below(4) {
                let at = rng.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.below(8);
                }
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        1 => format!("{before}{rest}"),
        2 | 3 => format!("{before}{}{after}", rng.of(ODD)),
        4 => format!("{before}{}{after}", rng.of(ODD).repeat(1 + rng.below(200))),
        5 => lines
            .iter()
            .enumerate()
            .flat_map(|(n, text)| std::iter::repeat_n(*text, 1 + usize::from(n == line)))
            .collect(),
        6 => lines.iter().enumerate().filter(|(n, _)| *n != line).map(|(_, text)| *text).collect(),
        7 => {
            let mut lines = lines;
            let other = rng.below(lines.len());
            if line < lines.len() {
                lines.swap(line, other);
            }
            lines.concat()
        }
        8 => text.replace('\n', "\r\n"),
        9 => {
            let other = rng.of(corpus);
            let cut = floor(other, rng.below(other.len() + 1));
            format!("{before}{}", other.split_at(cut).1)
        }
        10 => {
            let words: Vec<&str> = text.split(' ').collect();
            let (one, other) = (*rng.of(&words), *rng.of(&words));
            if one.is_empty() { text.clone() } else { text.replacen(one, other, 1 + rng.below(3)) }
        }
        _ => format!("{before}{}{rest}", value(rng, 0)),
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

const NAMES: &[&str] = &[
    "ingest",
    "segment",
    "entities",
    "summarize",
    "export",
    "segmnt",
    "path",
    "layers",
    "fields",
    "sentences",
    "min_score",
    "use",
    "id",
    "from",
    "when",
    "with",
    "unread",
    "on_error",
    "batch",
    "type",
    "default",
    "min",
    "max",
    "choices",
    "env",
    "secret",
    "name",
    "assert",
    "score",
    "stage",
    "gold",
    "layer",
    "x",
    "top",
    "input",
    "threads",
    "memory",
    "quarantine",
    "report",
    "remove",
    "before",
    "after",
    "\"\"",
    "\"a b\"",
    "\"ü\"",
    "run",
    "deep",
];

fn name(rng: &mut Rng) -> String {
    (*rng.of(NAMES)).to_owned()
}

fn value(rng: &mut Rng, depth: usize) -> String {
    let many = rng.below(4);
    match rng.below(if depth > 6 { 8 } else { 11 }) {
        0 | 1 => format!("{:?}", rng.of(NAMES)),
        2 => rng.next().to_string(),
        3 => (*rng.of(&[
            "true",
            "false",
            "3",
            "-1",
            "0",
            "1.5",
            "1e400",
            "nan",
            "0xff",
            "2025-09-24",
            "07:32:00",
        ]))
        .to_owned(),
        4 => format!("\"${{params.{}}}\"", rng.of(NAMES)),
        5 => format!("\"a${{params.{}}}b$${{\"", rng.of(NAMES)),
        6 => format!("{:?}", rng.of(ODD)),
        7 => format!("'''\n{}'''", condition(rng, 0)),
        8 => format!("[{}]", (0..many).map(|_| value(rng, depth + 1) + ", ").collect::<String>()),
        9 => format!(
            "{{ {} }}",
            (0..many)
                .map(|_| format!("{} = {}", name(rng), value(rng, depth + 1)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        _ => "[".repeat(rng.below(120)) + &"]".repeat(rng.below(120)),
    }
}

fn condition(rng: &mut Rng, depth: usize) -> String {
    let part = |rng: &mut Rng| condition(rng, depth + 1);
    match rng.below(if depth > 5 { 4 } else { 9 }) {
        0 => (*rng.of(&[
            "text",
            "lang",
            "published",
            "meta",
            "dateline.place",
            "run.rejected",
            "stage.segment.rejected",
            "f1",
            "txet",
        ]))
        .to_owned(),
        1 => (*rng.of(&[
            "1",
            "0.5",
            "'en'",
            "true",
            "null",
            "date('2025-09-24')",
            "1e999",
            "'\\q'",
            "&&",
            "==",
        ]))
        .to_owned(),
        2 => format!("len({})", rng.of(&["text", "sentences", "x", ""])),
        3 => format!("matches(text, '{}')", rng.of(&["a+", "(", "\\\\d{1000}{1000}", "[", "(?i)ü"])),
        4 => format!("({})", part(rng)),
        5 => format!("not {}", part(rng)),
        6 => format!("{} in [{}, {}]", part(rng), part(rng), part(rng)),
        _ => format!(
            "{} {} {}",
            part(rng),
            rng.of(&["==", "=", "!=", "<", "and", "or", "+", "/", "in", "&&"]),
            part(rng)
        ),
    }
}

// A pipeline that is almost one.
fn written(rng: &mut Rng) -> String {
    let mut text = String::from("pipeline = \"fuzz\"\n");
    for _ in 0..rng.below(3) {
        let ty = rng.of(&["int", "string", "list", "path", "duration", "date", "float", "bool", "x"]);
        text += &format!("[params.{}]\ntype = \"{ty}\"\ndefault = {}\n", name(rng), value(rng, 0));
    }
    for n in 0..rng.below(8) {
        let stage = NAMES[rng.below(6).min(if n == 0 { rng.below(3) } else { 5 })];
        text += &format!("[[stage]]\nuse = \"{stage}\"\n");
        if rng.one_in(2) {
            text += &format!("id = \"s{}\"\n", rng.below(8));
        }
        if rng.one_in(3) {
            text += &format!(
                "from = {}\n",
                rng.of(&["[]", "\"s1\"", "[\"s1\", \"s2\"]", "\"s3.dropped\"", "\"segment\"", "7"])
            );
        }
        if rng.one_in(3) {
            text += &format!("when = {:?}\n", condition(rng, 0));
        }
        for _ in 0..rng.below(4) {
            text += &format!("with.{} = {}\n", name(rng), value(rng, 0));
        }
        if rng.one_in(4) {
            text += &format!("{} = {}\n", name(rng), value(rng, 0));
        }
    }
    if rng.one_in(3) {
        text += &format!("[[gate]]\nassert = {:?}\n", condition(rng, 0));
        text += &format!("score = {{ stage = \"{}\", gold = {} }}\n", name(rng), value(rng, 0));
    }
    if rng.one_in(3) {
        text += &format!("[run]\n{} = {}\n", name(rng), value(rng, 0));
    }
    if rng.one_in(3) {
        text += &format!("[profile.ci]\n{} = {}\n", name(rng), value(rng, 0));
    }
    text
}
