//! Workers that answer what they should not: a shell sends prepared bytes through the socket.

use super::*;
use crate::{Origin, Pace};
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::{DataType, Field, Schema};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Reads until the host is done.
const WAIT: &str = "cat <&0 >/dev/null";

fn frame(answer: &Value) -> Vec<u8> {
    let body = answer.to_string();
    [&(body.len() as u32).to_le_bytes(), body.as_bytes()].concat()
}

fn input() -> RecordBatch {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["One.", "Two."]));
    RecordBatch::try_from_iter([("text", text)]).unwrap()
}

fn ready() -> Value {
    json!({ "Ready": null })
}

fn opened() -> Value {
    let schema = Schema::new(vec![Field::new("said", DataType::Utf8, false)]);
    json!({ "Opened": serde_json::to_value(schema).unwrap() })
}

/// What comes of a worker that sends these bytes and then does as the shell is told.
fn outcome(bytes: &[u8], then: &str) -> Result<Output, Fault> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let file = std::env::temp_dir().join(format!("docmill-worker-{}-{number}", std::process::id()));
    std::fs::write(&file, bytes).unwrap();
    let script = format!("cat '{}' >&0; rm '{}'; {then}", file.display(), file.display());
    let workshop = Workshop::new(Some(PathBuf::from("/bin/sh")), vec!["-c".to_owned(), script]).unwrap();
    let task = Arc::new(Task {
        library: Origin::Linked("none".to_owned()),
        stage: 0,
        id: "test".to_owned(),
        params: json!({}),
        folder: PathBuf::from("."),
        changes_rows: false,
        sandbox: Sandbox::Off,
        readable: Vec::new(),
        memory: 1 << 30,
        pace: Pace::new(Some(Duration::from_millis(300))),
        cancel: Arc::default(),
        hide: None,
    });
    let input = input();
    let mut worker = Worker::begin(&workshop, &task)?;
    worker.open(&input.schema())?;
    worker.process(&input)
}

/// What comes of a worker that answers a batch with this.
fn answered(done: &Value) -> Result<Output, Fault> {
    outcome(&[frame(&ready()), frame(&opened()), frame(done)].concat(), WAIT)
}

fn done(rows: usize, nodes: &Value, parts: &Value, bytes: u64) -> Value {
    let layout = json!({ "rows": rows, "nodes": nodes, "parts": parts, "bytes": bytes });
    json!({ "Done": { "layout": layout, "fates": [], "kept": false } })
}

#[track_caller]
fn is_bad(result: Result<Output, Fault>, says: &str) {
    let Err(Fault::Call(error)) = result else { panic!("{result:?}") };
    assert!(
        matches!(error.code(), "bad_output" | "bad_rows") && error.to_string().contains(says),
        "{error:?}"
    );
}

#[test]
fn answers_that_are_none_end_the_process() {
    is_bad(outcome(&[0xff; 64], WAIT), "a message is too long");
    is_bad(outcome(&[5, 0, 0, 0, b'j', b'u', b'n', b'k', b'!'], WAIT), "broke the rules");
    is_bad(outcome(&[frame(&ready()), frame(&ready())].concat(), WAIT), "what nobody asked");
    let odd = Schema::new(vec![Field::new("odd", DataType::LargeUtf8, true)]);
    let odd = json!({ "Opened": serde_json::to_value(odd).unwrap() });
    is_bad(outcome(&[frame(&ready()), frame(&odd)].concat(), WAIT), "a type that columns may not have");
}

#[test]
fn a_process_that_is_gone_says_how() {
    for (then, code, is_plain) in [
        ("exit 0", "crash:exit", true),
        ("kill -SEGV $$", "crash:SIGSEGV", true),
        ("kill -9 $$", "crash:SIGKILL", false),
    ] {
        let answers = [frame(&ready()), frame(&opened())].concat();
        let Err(Fault::Died(death)) = outcome(&answers, then) else { panic!("{then}") };
        assert_eq!((death.code.as_str(), death.is_plain), (code, is_plain), "{then}");
    }
}

#[test]
fn outputs_are_checked_whatever_the_worker_says() {
    // A memory file that was never sent is one full of zeros: two empty texts.
    let good = answered(&done(2, &json!([[2, false]]), &json!([[0, 12], [64, 0]]), 64)).unwrap();
    assert_eq!(good.columns.num_rows(), 2);
    is_bad(
        answered(&done(3, &json!([[3, false]]), &json!([[0, 16], [64, 0]]), 64)),
        "3 rows came back for 2",
    );
    is_bad(answered(&done(2, &json!([[3, false]]), &json!([[0, 16], [64, 0]]), 64)), "");
    is_bad(answered(&done(2, &json!([[2, false]]), &json!([[0, 12], [64, 9]]), 64)), "lies outside");
    is_bad(answered(&done(2, &json!([[2, false]]), &json!([[0, 12]]), 64)), "lacks a buffer");
    is_bad(answered(&done(2, &json!([]), &json!([]), 0)), "fewer arrays");
    is_bad(answered(&done(2, &json!([[2, true]]), &json!([[0, 1], [0, 12], [64, 0]]), 64)), "");
    is_bad(answered(&done(2, &json!([[2, false]]), &json!([[0, 12], [64, 0]]), u64::MAX)), "bytes came back");
    is_bad(answered(&done(usize::MAX, &json!([[usize::MAX, false]]), &json!([[0, 12], [64, 0]]), 64)), "");
    let mut with_fate = done(2, &json!([[2, false]]), &json!([[0, 12], [64, 0]]), 64);
    with_fate["Done"]["fates"] = json!([[7, false, "x", "y"]]);
    is_bad(answered(&with_fate), "row 7 of 2 was rejected");
}

#[test]
fn silence_is_ended_at_the_limit() {
    let began = Instant::now();
    let Err(Fault::Died(death)) = outcome(&[frame(&ready()), frame(&opened())].concat(), "sleep 60") else {
        panic!("there was an answer")
    };
    assert_eq!(death.code, "timeout");
    assert!(began.elapsed() < Duration::from_secs(20));
}
