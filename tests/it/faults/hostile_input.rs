//! Inputs made to do harm: bombs, circles of links, deep nesting, huge attributes.

use super::{Outcome, pipeline};
use crate::command::folder;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

#[test]
fn row_29_a_bomb_is_stopped_by_its_ratio() {
    let zeros = vec![b' '; 1 << 20];
    let bomb = |first: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(first).unwrap();
        (0..80).for_each(|_| gzip.write_all(&zeros).unwrap());
        gzip.finish().unwrap()
    };
    let good = b"{\"id\":\"a\",\"text\":\"Rain fell.\"}\n";
    for (name, first, documents) in [("a.jsonl.gz", good.as_slice(), 1), ("a.txt.gz", b"", 0)] {
        let folder = folder(&[("x.toml", &pipeline("in", "with.max_document_mib = 1024"))]);
        fs::create_dir(folder.path().join("in")).unwrap();
        let bytes = bomb(first);
        assert!(bytes.len() < 1 << 20);
        fs::write(folder.path().join("in").join(name), bytes).unwrap();
        let ran = Outcome::of(folder.path(), 4, &[]);
        ran.rejects("ratio", "decompresses to more than 250 times its size");
        assert!(ran.documents.len() >= documents, "{name}: {:?}", ran.documents.len());
    }
}

#[cfg(unix)]
#[test]
fn row_29_links_lead_neither_in_circles_nor_to_devices() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[
        ("x.toml", &pipeline("in", "")),
        ("in/a.txt", "Rain fell."),
        ("in/deep/b.txt", "Sun shone."),
        ("elsewhere/c.txt", "Wind blew."),
    ]);
    let inside = folder.path().join("in");
    symlink(&inside, inside.join("deep/circle")).unwrap();
    symlink("gone.txt", inside.join("dead.txt")).unwrap();
    symlink("/dev/zero", inside.join("endless.txt")).unwrap();
    symlink("../elsewhere", inside.join("linked")).unwrap();
    let ran = Outcome::of(folder.path(), 0, &[]);
    let uris: Vec<&str> = ran.documents.iter().map(|document| document["uri"].as_str().unwrap()).collect();
    assert_eq!(uris, ["in/a.txt", "in/deep/b.txt", "in/linked/c.txt"]);
}

#[cfg(unix)]
#[test]
fn row_29_a_name_that_leads_up_or_is_no_text_stays_harmless() {
    use std::os::unix::ffi::OsStrExt;
    let names = ["<script>.txt", "a\nb.txt", "%2e%2e%2fetc.txt", "..hidden.txt", "-rf.txt"];
    let folder = folder(&[("x.toml", &pipeline("in", ""))]);
    fs::create_dir(folder.path().join("in")).unwrap();
    for name in names {
        fs::write(folder.path().join("in").join(name), "Rain.").unwrap();
    }
    let ran = Outcome::of(folder.path(), 0, &[]);
    let mut uris: Vec<&str> = ran.documents.iter().map(|d| d["uri"].as_str().unwrap()).collect();
    uris.sort_unstable();
    // What begins with a dot is hidden.
    assert_eq!(uris, ["in/%2e%2e%2fetc.txt", "in/-rf.txt", "in/<script>.txt", "in/a\nb.txt"]);
    assert_eq!(super::files(folder.path()).iter().filter(|name| name.starts_with("out/")).count(), 2);
    let bad = std::ffi::OsStr::from_bytes(b"\xff\xfe.txt");
    fs::write(folder.path().join("in").join(bad), "Rain.").unwrap();
    let ran = crate::command::docmill(folder.path(), &["run", "x.toml"]).exits(3);
    assert!(ran.stderr.contains("is not UTF-8"), "{}", ran.stderr);
}

/// Runs one file through ingest alone; gives what was rejected and the time.
fn ingests(name: &str, text: &str) -> (Vec<String>, Duration) {
    let folder = folder(&[("x.toml", &pipeline("in", "")), (&format!("in/{name}"), text)]);
    let began = Instant::now();
    let ran = crate::command::docmill(folder.path(), &["run", "x.toml", "--quiet"]);
    let took = began.elapsed();
    assert!([0, 4].contains(&ran.status), "{name}: {ran:?}");
    let rejected = folder.path().join("out/quarantine/rejected.jsonl");
    let rejected = if rejected.exists() { crate::command::lines(&rejected) } else { Vec::new() };
    let word = |rejection: &serde_json::Value| {
        format!("{}: {}", rejection["code"].as_str().unwrap(), rejection["message"].as_str().unwrap())
    };
    (rejected.iter().map(word).collect(), took)
}

/// A hostile file of a size, the code it is rejected with if it is, and words of the message.
type Hostile = (&'static str, fn(usize) -> String, Option<(&'static str, &'static str)>);

const PROSE: &str = "<p>The river rose again on Tuesday, and the town moved its market to the hill.</p>";

const HOSTILE: &[Hostile] = &[
    ("a.html", |n| "<div>".repeat(n), Some(("bad_html", "deeper than 512"))),
    ("b.html", |n| "<b><i>".repeat(n), Some(("bad_html", "deeper than 512"))),
    ("c.html", |n| "<table><tr><td>".repeat(n), Some(("bad_html", "deeper than 512"))),
    ("d.html", |n| format!("<div title='{}'>{PROSE}</div>", "y".repeat(n * 100)), None),
    (
        "e.html",
        |n| {
            let names = (0..n).map(|k| format!(" a{k}")).collect::<Vec<_>>().concat();
            format!("<div{names}>{PROSE}</div>")
        },
        Some(("bad_html", "attributes")),
    ),
    ("f.html", |n| format!("{PROSE}<!--{}", "<!--".repeat(n)), None),
    (
        "g.html",
        |n| {
            format!(
                "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>{PROSE}<p>{}</p>",
                "&b;".repeat(n)
            )
        },
        None,
    ),
    ("m.html", |n| "<p>".repeat(n * 30), Some(("bad_html", "more than 200000 elements"))),
    ("n.html", |n| "<!---->".repeat(n * 30), Some(("bad_html", "more than 200000 elements"))),
    ("h.jsonl", |n| format!("{{\"text\":{}", "[".repeat(n)), Some(("bad_json", "recursion limit"))),
    (
        "i.jsonl",
        |n| format!("{{\"id\":\"i\",\"text\":\"x\",\"more\":{}1{}}}", "{\"a\":".repeat(n), "}".repeat(n)),
        Some(("bad_json", "recursion limit")),
    ),
    ("j.csv", |n| format!("text\n\"{}", "\"\"".repeat(n)), Some(("bad_csv", "never closed"))),
    ("k.md", |n| format!("---\n{}", "a: [\n".repeat(n)), None),
    ("l.txt", |n| "<[{(".repeat(n), None),
];

#[test]
fn row_30_deep_nesting_and_huge_values_meet_a_limit_in_linear_time() {
    for (name, make, expected) in HOSTILE {
        let (short, long) = (ingests(name, &make(25_000)), ingests(name, &make(100_000)));
        match (expected, long.0.as_slice()) {
            (None, []) => {}
            (Some((code, says)), [only]) => {
                assert!(only.starts_with(&format!("{code}: ")) && only.contains(says), "{name}: {only}");
            }
            (expected, told) => panic!("{name}: {expected:?} is expected, {told:?} came"),
        }
        // Four times as much may take four times as long; sixteen times would be quadratic. A machine is sometimes
        // busy, so the start and some noise are free.
        let most = short.1 * 8 + Duration::from_millis(1500);
        assert!(long.1 < most, "{name}: {:?} for the short one, {:?} for the long one", short.1, long.1);
    }
}
