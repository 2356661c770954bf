use super::*;
use crate::{Batches, Failure, Options, Progress, Report, Selection, Stage, Stages, run};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use docmill_pipeline::{Column, Edge, OnError, Run};
use docmill_sdk::{Block, Document, DocumentsBuilder, Fate};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a stage of the tests does with the three documents that it gets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    /// Its work.
    Good,
    /// Gives a row fewer than it got.
    Fewer,
    /// Gives a row more.
    More,
    /// Gives the second row twice, without having said that it changes rows.
    TwiceUndeclared,
    /// Gives all rows back with other ids beside its column.
    OtherIds,
    /// Rejects the second row twice.
    TwoFates,
    /// Rejects a row that is not there.
    FateOfNobody,
    /// Splits, and gives back what it drops.
    BackAndDropped,
    /// Splits, and says of fewer rows than it gives where they come from.
    FewerParents,
    /// Splits, and gives a row for a document that is not there.
    ParentOfNobody,
    /// Splits, and turns documents around.
    Backwards,
    /// Splits as it should: two rows for the first, none for the second, which it drops, one for the third.
    Splits,
    /// Gives its column without rows.
    Nothing,
}

impl Deed {
    fn declares_rows(self) -> bool {
        use Deed::{BackAndDropped, Backwards, FewerParents, ParentOfNobody, Splits};
        matches!(self, Backwards | BackAndDropped | FewerParents | ParentOfNobody | Splits)
    }

    fn output(self, len: usize) -> Output {
        let rows = match self {
            Self::Fewer => len - 1,
            Self::More | Self::TwiceUndeclared => len + 1,
            Self::Nothing => 0,
            _ => len,
        };
        let parents: Option<Vec<u32>> = match self {
            Self::TwiceUndeclared => Some(vec![0, 1, 1, 2]),
            Self::BackAndDropped => Some(vec![0, 1, 2]),
            Self::FewerParents => Some(vec![0, 1]),
            Self::ParentOfNobody => Some(vec![0, 1, 3]),
            Self::Backwards => Some(vec![2, 1, 0]),
            Self::Splits => Some(vec![0, 0, 2]),
            _ => None,
        };
        let fate = |row, dropped| Fate { row, dropped, code: "why".into(), message: "told to".into() };
        let fates = match self {
            Self::TwoFates => vec![fate(1, false), fate(1, true)],
            Self::FateOfNobody => vec![fate(3, false)],
            Self::BackAndDropped | Self::Splits => vec![fate(1, true)],
            _ => Vec::new(),
        };
        let words: ArrayRef = Arc::new((0..rows).map(|_| Some("x")).collect::<StringArray>());
        let mut fields = vec![Field::new("word", DataType::Utf8, false)];
        let mut columns = vec![words];
        if self == Self::OtherIds {
            fields.push(Field::new("id", DataType::Utf8, false));
            columns.push(Arc::new((0..rows).map(|_| Some("stolen")).collect::<StringArray>()));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let columns =
            RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options).unwrap();
        let rows = parents.map_or(Rows::Same, |parents| Rows::From(UInt32Array::from(parents)));
        Output { columns, rows, fates }
    }
}

/// One stage of the tests, whichever it is in the plan.
struct Made {
    kind: Kind,
    deed: Deed,
    calls: Arc<AtomicU64>,
    written: Arc<AtomicU64>,
}

impl Stage for Made {
    fn open(&mut self, _input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        Ok(match self.kind {
            Kind::Source => Some(DocumentsBuilder::schema()),
            Kind::Sink => None,
            Kind::Transform => {
                let mut fields = vec![Field::new("word", DataType::Utf8, false)];
                if self.deed.declares_rows() {
                    fields.push(Field::new("__parent", DataType::UInt32, false));
                }
                Some(Arc::new(Schema::new(fields)))
            }
        })
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(self.deed.output(batch.num_rows()))
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        let block =
            |key: &str| Block { key: key.into(), uri: key.into(), bytes: 1, fingerprint: String::new() };
        Ok(vec![block("well"), block("broken")])
    }

    fn read(&mut self, key: &str) -> Result<Batches, Failure> {
        if key == "broken" {
            return Err(Failure::new("stage_error", "told to fail"));
        }
        let mut builder = DocumentsBuilder::default();
        for id in ["a", "b", "c"] {
            builder.push(&Document { id, uri: id, text: "Rain.", ..Document::default() });
        }
        Ok(Box::new(std::iter::once(Ok(builder.finish()))))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.written.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

struct Hand {
    deed: Deed,
    calls: Arc<AtomicU64>,
    written: Arc<AtomicU64>,
}

impl Stages for Hand {
    fn create(&self, planned: &PlannedStage) -> Result<Box<dyn Stage>, Failure> {
        let (calls, written) = (Arc::clone(&self.calls), Arc::clone(&self.written));
        Ok(Box::new(Made { kind: planned.kind, deed: self.deed, calls, written }))
    }

    fn library(&self, _stage: &PlannedStage) -> Option<String> {
        None
    }
}

fn stage(id: &str, kind: Kind, from: &[usize]) -> PlannedStage {
    let edge = |&stage: &usize| Edge { stage, dropped: false, name: String::new() };
    let columns = |fields: &[Field]| -> Vec<Column> {
        let column = |f: &Field| Column {
            name: f.name().clone(),
            optional: false,
            ty: docmill_sdk::columns::notation(f.data_type()).parse().unwrap(),
        };
        fields.iter().map(column).collect()
    };
    let adds = match kind {
        Kind::Source => columns(&docmill_sdk::columns::document()),
        Kind::Transform => columns(&[Field::new("word", DataType::Utf8, false)]),
        Kind::Sink => Vec::new(),
    };
    PlannedStage {
        id: id.into(),
        use_: id.into(),
        plugin: "docmill_hand".into(),
        version: "1.0.0".into(),
        output_version: 1,
        kind,
        changes_rows: false,
        from: from.iter().map(edge).collect(),
        when: None,
        with: serde_json::json!({}),
        secrets: Vec::new(),
        reads: Vec::new(),
        adds,
        columns: Vec::new(),
        on_error: OnError::Quarantine,
        batch: 64,
        retry: 0,
        isolation: None,
        timeout_ms: None,
    }
}

fn plan(deed: Deed) -> Plan {
    let mut stages = vec![
        stage("read", Kind::Source, &[]),
        stage("work", Kind::Transform, &[0]),
        stage("write", Kind::Sink, &[1]),
        stage("also", Kind::Sink, &[0, 1]),
    ];
    stages[1].changes_rows = deed.declares_rows();
    let secrets = docmill_pipeline::Secrets::default();
    Plan {
        name: "hand".into(),
        stages,
        gates: Vec::new(),
        run: Run::default(),
        secrets,
        warnings: Vec::new(),
    }
}

/// Runs a source of three documents and a broken block, a stage that does as told, and two sinks.
fn done(deed: Deed) -> (Result<Report, RunError>, u64) {
    let folder = std::env::temp_dir().join(format!("docmill-identity-{}-{deed:?}", std::process::id()));
    let (cancel, progress) = (AtomicBool::new(false), Progress::default());
    let options = Options {
        threads: 2,
        batch: 64,
        quarantine: folder.clone(),
        window_bytes: 1 << 20,
        cancel: &cancel,
        selection: Selection::default(),
        progress: &progress,
        watch: None,
        keeper: None,
        replay: false,
    };
    let hand = Hand { deed, calls: Arc::default(), written: Arc::default() };
    let report = run(&plan(deed), &hand, &options);
    let _ = std::fs::remove_dir_all(folder);
    assert!(hand.calls.load(Ordering::Relaxed) > 0, "{deed:?} was never done");
    (report, hand.written.load(Ordering::Relaxed))
}

#[test]
fn a_run_in_which_nothing_is_lost_ends_well() {
    let (report, written) = done(Deed::Good);
    let report = report.unwrap();
    assert_eq!((report.documents(&plan(Deed::Good)), report.rejected(), written), (4, 1, 3 + 6));
    let (report, written) = done(Deed::Splits);
    let counts = &report.unwrap().stages[1].counts;
    assert_eq!(
        (counts.documents_in, counts.made, counts.documents_out, counts.dropped_total()),
        (3, 1, 3, 1)
    );
    assert_eq!(written, 3 + 6);
}

#[test]
fn row_9_a_stage_that_loses_or_adds_rows_ends_the_run_and_is_named() {
    for (deed, says) in [
        (Deed::Fewer, "2 rows came back for 3 documents"),
        (Deed::More, "4 rows came back for 3 documents"),
        (Deed::Nothing, "0 rows came back for 3 documents"),
        (Deed::TwiceUndeclared, "does not say that it changes rows"),
        (Deed::TwoFates, "row 1 has two fates"),
        (Deed::FateOfNobody, "row 3 of 3 was rejected"),
        (Deed::BackAndDropped, "row 1 came back, and was rejected or dropped"),
        (Deed::FewerParents, "3 rows came back from 2 documents"),
        (Deed::ParentOfNobody, "document 3 of 3"),
        (Deed::Backwards, "must stay in order"),
    ] {
        let error = done(deed).0.unwrap_err();
        assert_eq!(error.kind, RunErrorKind::Plugin, "{deed:?}: {error}");
        assert_eq!(error.stage.as_deref(), Some("work"), "{deed:?}");
        let told = error.to_string();
        assert!(told.contains("plugin docmill_hand 1.0.0") && told.contains(says), "{deed:?}: {told}");
    }
}

#[test]
fn row_9_ids_that_a_stage_gives_undeclared_reach_nobody() {
    #[derive(Debug, Default)]
    struct Ids(std::sync::Mutex<Vec<String>>);
    impl crate::Watch for Ids {
        fn seen(&self, stage: usize, batch: &RecordBatch) {
            let ids = (0..batch.num_rows()).map(|row| crate::flow::name_of(batch, "id", row));
            let mut seen = self.0.lock().unwrap();
            seen.extend(ids.filter(|_| stage == 1));
        }
    }
    let (cancel, progress, ids) = (AtomicBool::new(false), Progress::default(), Ids::default());
    let options = Options {
        threads: 1,
        batch: 64,
        quarantine: std::env::temp_dir().join(format!("docmill-ids-{}", std::process::id())),
        window_bytes: 1 << 20,
        cancel: &cancel,
        selection: Selection::default(),
        progress: &progress,
        watch: Some(&ids),
        keeper: None,
        replay: false,
    };
    let hand = Hand { deed: Deed::OtherIds, calls: Arc::default(), written: Arc::default() };
    run(&plan(Deed::OtherIds), &hand, &options).unwrap();
    let _ = std::fs::remove_dir_all(&options.quarantine);
    assert_eq!(hand.calls.load(Ordering::Relaxed), 1, "other ids were given");
    assert_eq!(*ids.0.lock().unwrap(), ["a", "b", "c"]);
}

/// Ledgers of a run in which nothing was lost.
fn sound() -> (Plan, Vec<StageLedger>, Handed) {
    let plan = plan(Deed::Good);
    let report = done(Deed::Good).0.unwrap();
    (plan, report.stages, Handed { read: 4, rejected: 1 })
}

#[test]
fn row_37_a_loss_anywhere_in_the_runner_is_an_error() {
    let (plan, ledgers, handed) = sound();
    assert_eq!(check(&plan, &ledgers, handed), Ok(()));

    // One document fewer, or more, at every place where documents are counted.
    let counts: [fn(&mut StageLedger) -> &mut u64; 5] = [
        |ledger| &mut ledger.counts.documents_in,
        |ledger| &mut ledger.counts.made,
        |ledger| &mut ledger.counts.documents_out,
        |ledger| ledger.counts.dropped.entry("why".to_owned()).or_default(),
        |ledger| ledger.counts.rejected.entry("why".to_owned()).or_default(),
    ];
    for stage in 0..ledgers.len() {
        for (n, count) in counts.iter().enumerate() {
            for change in [1, u64::MAX] {
                let mut doctored = ledgers.clone();
                let count = count(&mut doctored[stage]);
                if change == 1 {
                    *count += 1;
                } else if *count > 0 {
                    *count -= 1;
                } else {
                    continue;
                }
                let error = check(&plan, &doctored, handed).unwrap_err();
                assert_eq!(error.kind, RunErrorKind::Lost, "stage {stage}, count {n}");
                assert!(error.to_string().contains("documents were lost"), "{error}");
            }
        }
    }

    // A batch that is lost between two stages: each of them has counted rightly.
    let mut doctored = ledgers.clone();
    for at in [1, 2] {
        doctored[at].counts.documents_in -= 1;
        doctored[at].counts.documents_out -= 1;
        let error = check(&plan, &doctored, handed).unwrap_err();
        assert_eq!((error.kind, error.stage.as_deref()), (RunErrorKind::Lost, Some("work")));
    }
    // A whole document that no ledger has, but that was read or rejected.
    for wrong in [
        Handed { read: 5, ..handed },
        Handed { read: 3, ..handed },
        Handed { rejected: 0, ..handed },
        Handed { rejected: 2, ..handed },
    ] {
        assert_eq!(check(&plan, &ledgers, wrong).unwrap_err().kind, RunErrorKind::Lost, "{wrong:?}");
    }
}
