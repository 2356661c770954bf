use crate::{Settings, effective};

const BASE: &str = r#"pipeline = "base"
[params]
top = { type = "int", default = 3 }
token = { type = "string", env = "TOKEN", secret = true, default = "none" }
[[stage]]
use = "ingest"
with.path = "a"
[[stage]]
use = "summarize"
with.sentences = "${params.top}"
with.header = "Bearer ${params.token}"
with.sizes = [1, 2]
with.note = "$${HOME} costs 1.5"
"#;

const FILE: &str = r#"extends = "base.toml"
[run]
threads = 2
[[stage]]
id = "summarize"
with.inner = { deep = 1.0, "a b" = true }
[[stage]]
use = "segment"
before = "summarize"
[profile.ci]
params.top = 7
stage = [{ id = "ingest", with.path = "b" }]
"#;

fn check(params: &[(&str, &str)], set: &[(&str, &str)], profile: Option<&str>, want: &str) {
    let owned = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
    };
    let settings = Settings {
        params: owned(params),
        set: owned(set),
        profile: profile.map(str::to_owned),
        read: &|_, path| Ok((path.to_owned(), BASE.to_owned())),
        env: &|name| (name == "TOKEN").then(|| "hunter2".to_owned()),
        ..Settings::default()
    };
    let text = effective("news.toml", FILE, &settings).unwrap().toml(false);
    assert!(!text.contains("hunter2"), "{text}");
    assert_eq!(text, want);
    // What is shown reads as itself.
    let again = effective("shown.toml", &text, &Settings::default()).unwrap();
    assert_eq!(again.toml(false), effective("news.toml", FILE, &settings).unwrap().toml(false));
}

#[test]
fn files_profile_and_params_stand_in_their_places() {
    check(
        &[],
        &[],
        Some("ci"),
        r#"pipeline = "base"

[run]
threads = 2

[[stage]]
use = "ingest"
id = "ingest"
with.path = "b"

[[stage]]
use = "segment"

[[stage]]
use = "summarize"
id = "summarize"
with.sentences = 7
with.header = "Bearer ***"
with.sizes = [1, 2]
with.note = "$${HOME} costs 1.5"
with.inner.deep = 1.0
with.inner."a b" = true
"#,
    );
}

#[test]
fn every_line_tells_its_origin() {
    let settings = Settings {
        params: vec![("top".to_owned(), "5".to_owned()), ("token".to_owned(), "hunter2".to_owned())],
        set: [("ingest.path", "c\nd"), ("summarize.header", "plain"), ("summarize.sizes.0", "9")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .to_vec(),
        read: &|_, path| Ok((path.to_owned(), BASE.to_owned())),
        ..Settings::default()
    };
    let text = effective("news.toml", FILE, &settings).unwrap().toml(true);
    for line in [
        "# param top = 5  (--param top=5)\n",
        "# param token = \"***\"  (--param token=***)\n",
        "pipeline = \"base\"  # base.toml:1\n",
        "[run]\nthreads = 2  # news.toml:3\n",
        "with.path = \"c\\nd\"  # --set ingest.path=c\u{FFFD}d\n",
        "use = \"segment\"  # news.toml:8\n",
        "with.sentences = 5  # --param top=5, in base.toml:10\n",
        // It replaces a secret, so it may be one.
        "with.header = \"***\"  # --set summarize.header=***\n",
        "with.sizes = [9, 2]  # base.toml:12, --set summarize.sizes.0=9\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_profile_and_a_default_are_named() {
    let settings = Settings {
        profile: Some("ci".to_owned()),
        read: &|_, path| Ok((path.to_owned(), BASE.to_owned())),
        ..Settings::default()
    };
    let text = effective("news.toml", FILE, &settings).unwrap().toml(true);
    for line in [
        "with.path = \"b\"  # profile ci, news.toml:12\n",
        "with.sentences = 7  # top: profile ci, news.toml:11, in base.toml:10\n",
        "with.header = \"Bearer ***\"  # token: base.toml:4, in base.toml:11\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
