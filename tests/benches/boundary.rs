//! What the C boundary costs: the same stage called directly, linked in, loaded from its library, and in a process of
//! its own.
//!
//! Batches of 256 documents of 4 KB, CPU time of the thread and of the stage's process together, rounds in turn,
//! medians. The host's checks of what comes back are part of the price. Run with `cargo bench -p docmill-tests --bench boundary`.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use docmill_isolation::{Origin, Pace, Sandbox, Task, Worker, Workshop};
use docmill_loader::{HostContext, Instance, Library};
use docmill_sdk::abi::EntryFn;
use docmill_sdk::arrow_array::RecordBatch;
use docmill_sdk::{Document, Documents, DocumentsBuilder, Host, Transform};
use serde_json::json;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

const ROUNDS: usize = 11;
/// Calls a round: the system counts CPU time in steps of some milliseconds.
const CALLS: usize = 25;

/// CPU time of this thread in nanoseconds; wall-clock time where the system does not tell.
fn cpu_ns(began: Instant) -> u64 {
    cpu_of("/proc/thread-self/schedstat", began)
}

fn cpu_of(path: &str, began: Instant) -> u64 {
    std::fs::read_to_string(path)
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| began.elapsed().as_nanos() as u64)
}

/// 256 articles of about 4 KB, made of the sample's.
fn articles() -> RecordBatch {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pipelines/sample");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the sample is there").flatten().map(|e| e.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    files.sort();
    let texts: Vec<String> =
        files.iter().map(|path| std::fs::read_to_string(path).expect("a sample reads")).collect();
    let mut builder = DocumentsBuilder::default();
    for n in 0..256 {
        let mut text = String::new();
        for more in 0.. {
            if text.len() >= 4000 {
                break;
            }
            text.push_str(&texts[(n + more) % texts.len()]);
            text.push_str("\n\n");
        }
        let id = format!("d{n}");
        builder.push(&Document { id: &id, uri: &id, text: &text, ..Document::default() });
    }
    builder.finish()
}

fn reads(batch: &RecordBatch, names: &[&str]) -> RecordBatch {
    let columns: Vec<usize> =
        names.iter().map(|n| batch.schema().index_of(n).expect("the column is there")).collect();
    batch.project(&columns).expect("the columns are there")
}

/// The number of a stage in a library.
fn number(library: &Library, stage: &str) -> usize {
    (0..library.stages().len()).find(|&n| library.stage_id(n) == stage).expect("the library ships it")
}

fn instance(library: Library, stage: &str, input: &RecordBatch) -> Instance {
    let library: &'static Library = Box::leak(Box::new(library));
    let host = HostContext::new("bench", Path::new("."), Arc::default());
    let mut instance = library.create(number(library, stage), &json!({}), host).expect("the params fit");
    instance.open(Some(&input.schema())).expect("the columns fit");
    instance
}

/// The same stage, confined, in a process that has loaded the library.
fn isolated(library: &Library, stage: &str, input: &RecordBatch) -> Worker {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_docmill-it"));
    let workshop = Workshop::new(Some(program), vec!["worker".to_owned()]).expect("a thread starts");
    let file = library.path().expect("it was loaded").to_owned();
    let task = Task {
        readable: vec![file.clone()],
        library: Origin::File(file),
        stage: number(library, stage),
        id: stage.to_owned(),
        params: json!({}),
        folder: PathBuf::from("."),
        changes_rows: false,
        sandbox: Sandbox::Required,
        memory: 2 << 30,
        pace: Pace::new(None),
        cancel: Arc::default(),
        hide: None,
    };
    let mut worker = Worker::begin(&workshop, &Arc::new(task)).expect("it begins");
    worker.open(&input.schema()).expect("the columns fit");
    worker
}

fn loaded(name: &str) -> Library {
    let exe = std::env::current_exe().expect("the bench has a path");
    let file = format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Library::open(&exe.with_file_name(file)).expect("the library was built beside the bench")
}

fn median(mut times: Vec<u64>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2] as f64
}

fn compare<T: Transform>(
    (crate_name, name): (&'static str, &str),
    params: T::Params,
    entry: EntryFn,
    input: &RecordBatch,
) {
    let mut direct = T::new(params, Host::none()).expect("the params fit");
    let mut linked = instance(Library::linked((crate_name, entry)).expect("it links"), name, input);
    let mut confined = isolated(&loaded(crate_name), name, input);
    let process = format!("/proc/{}/schedstat", confined.process_id());
    let mut dynamic = instance(loaded(crate_name), name, input);
    let mut times = [const { Vec::new() }; 4];
    let began = Instant::now();
    for round in 0..=ROUNDS {
        let mut took = [0; 4];
        let start = cpu_ns(began);
        for _ in 0..CALLS {
            black_box(direct.process(&Documents::new(black_box(input))).expect("it works"));
        }
        took[0] = cpu_ns(began) - start;
        for (n, instance) in [(1, &mut linked), (2, &mut dynamic)] {
            let start = cpu_ns(began);
            for _ in 0..CALLS {
                black_box(instance.process(black_box(input)).expect("it works"));
            }
            took[n] = cpu_ns(began) - start;
        }
        let start = cpu_ns(began) + cpu_of(&process, began);
        for _ in 0..CALLS {
            black_box(confined.process(black_box(input)).expect("it works"));
        }
        took[3] = cpu_ns(began) + cpu_of(&process, began) - start;
        // The first round warms caches up.
        if round > 0 {
            times.iter_mut().zip(took).for_each(|(all, one)| all.push(one));
        }
    }
    let [direct, linked, dynamic, confined] = times.map(median);
    println!(
        "{name:10}  direct {:7.3} ms   linked in x{:.3}   loaded x{:.3}   isolated x{:.3} (of loaded x{:.3})",
        direct / 1e6 / CALLS as f64,
        linked / direct,
        dynamic / direct,
        confined / direct,
        confined / dynamic,
    );
}

fn main() {
    let batch = articles();
    println!("256 documents of 4 KB, thread CPU time, median of {ROUNDS} rounds");
    let text = reads(&batch, &["text", "dateline", "body_start"]);
    compare::<docmill_mock::MockWords>(
        ("docmill_mock", "mock-words"),
        docmill_mock::Params::default(),
        docmill_mock::docmill_plugin,
        &reads(&batch, &["text"]),
    );
    compare::<docmill_segment::Segment>(
        ("docmill_segment", "segment"),
        docmill_segment::Params::default(),
        docmill_segment::docmill_plugin,
        &text,
    );

    let library: &'static Library = Box::leak(Box::new(
        Library::linked(("docmill_segment", docmill_segment::docmill_plugin)).expect("it links"),
    ));
    let host = HostContext::new("segment", Path::new("."), Arc::default());
    let mut segment = library.create(0, &json!({ "layers": ["sentences"] }), host).expect("the params fit");
    segment.open(Some(&text.schema())).expect("the columns fit");
    let sentences = segment.process(&text).expect("it works").columns;
    let mut columns = text.columns().to_vec();
    columns.push(sentences.column(0).clone());
    let mut fields: Vec<_> = text.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(sentences.schema().field(0).clone()));
    let input = RecordBatch::try_new(Arc::new(docmill_sdk::arrow_schema::Schema::new(fields)), columns)
        .expect("they fit");
    compare::<docmill_entities::Entities>(
        ("docmill_entities", "entities"),
        docmill_entities::Params::default(),
        docmill_entities::docmill_plugin,
        &input,
    );
    compare::<docmill_summarize::Summarize>(
        ("docmill_summarize", "summarize"),
        docmill_summarize::Params::default(),
        docmill_summarize::docmill_plugin,
        &input,
    );
}
