//! The training program on sets small enough to see through, and on the public ones where they are at hand.

use std::path::Path;

use docmill_entities::label::Label;
use docmill_entities::model::Model;

use crate::Args;
use crate::read::{Annotated, Named, Set};
use crate::text::{articles, marked, paragraphs};

const COLUMNS: &str = "-DOCSTART- -X- O O\n\nMona NNP I-NP B-PER\nKiprop NNP I-NP I-PER\nruns VBZ O O\nZentra \
                       NNP I-NP B-ORG\n. . O O\n\nIn IN O O\nBalakent NNP I-NP B-LOC\n( ( O O\nZBK NNP O B-ORG\n) ) O O\n";

fn read(content: &str, name: &str, options: &str) -> Result<Set, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let named = Named::parse(&format!("{}{options}", path.display())).map_err(|why| why.to_string())?;
    named.read().map_err(|why| why.to_string())
}

fn spans(document: &Annotated) -> Vec<(&str, Label)> {
    document
        .spans
        .iter()
        .map(|&(start, end, label)| (document.text.get(start..end).unwrap(), label))
        .collect()
}

/// What the program does when it is called with these arguments.
fn run(args: &[&str]) -> Result<(), String> {
    let args = Args::read(args.iter().map(ToString::to_string)).map_err(|why| why.to_string())?;
    crate::train(args).map_err(|why| why.to_string())
}

#[test]
fn columns_become_text_with_spans() {
    let set = read(COLUMNS, "a.conll", "").unwrap();
    assert_eq!(set.documents[0].text, "Mona Kiprop runs Zentra.");
    assert_eq!(spans(&set.documents[0]), [("Mona Kiprop", Label::Person), ("Zentra", Label::Org)]);
    assert_eq!(set.documents[1].text, "In Balakent (ZBK)");
    assert_eq!(spans(&set.documents[1]), [("Balakent", Label::Loc), ("ZBK", Label::Org)]);
    assert_eq!(set.labels.into_iter().collect::<Vec<_>>(), [Label::Person, Label::Org, Label::Loc]);
}

#[test]
fn lines_of_json_are_joined_as_asked() {
    let lines = "{\"text\": \"Zoë is in Lima.\", \"entities\": [[0, 3, \"PER\"], [10, 14, \"GPE\"]]}\n\n\
                 {\"text\": \"Ana too.\", \"entities\": [[0, 3, \"PERSON\"]]}\n";
    let set = read(lines, "a.jsonl", ":join=2:weight=0.5:labels=PERSON").unwrap();
    assert_eq!(set.documents.len(), 1);
    assert_eq!(
        spans(&set.documents[0]),
        [("Zoë", Label::Person), ("Lima", Label::Loc), ("Ana", Label::Person)]
    );
    assert!(set.labels.contains(&Label::Person) && set.labels.len() == 1 && set.weight < 0.6);
}

#[test]
fn what_cannot_be_read_is_told() {
    let wrong = |content: &str, options: &str| read(content, "a.jsonl", options).err().unwrap();
    assert!(wrong("{\"entities\": []}", "").contains("no text"));
    assert!(wrong("{\"text\": \"a\", \"entities\": [[0, 9, \"PER\"]]}", "").contains("no span"));
    assert!(wrong("", ":speed=3").contains("`speed=3`"));
    assert!(wrong("", ":labels=PEOPLE").contains("PEOPLE"));
    assert!(wrong("alone\n", "").contains("no tag"));
}

#[test]
fn a_wrong_command_is_told() {
    assert!(run(&["--fast"]).unwrap_err().contains("unknown option `--fast`"));
    assert!(run(&["--out"]).unwrap_err().contains("`--out` needs a value"));
    assert!(run(&["--alone"]).unwrap_err().contains("nothing to learn from"));
    assert!(run(&["none.jsonl"]).unwrap_err().contains("failed to read `none.jsonl`"));
}

#[test]
fn own_text_is_whole_and_the_same_each_time() {
    let (one, two) = (articles(40, 3).unwrap(), articles(40, 3).unwrap());
    assert_eq!(one.documents, two.documents);
    assert_ne!(one.documents, articles(40, 4).unwrap().documents);
    for document in one.documents.iter().chain(&paragraphs().unwrap().documents) {
        assert!(!document.text.contains(['{', '}', '[', ']']), "{}", document.text);
        assert!(
            document
                .spans
                .iter()
                .all(|span| document.text.get(span.0..span.1).unwrap().trim().len() == span.1 - span.0)
        );
        assert!(!document.spans.is_empty(), "{}", document.text);
    }
    let labels: std::collections::BTreeSet<_> =
        paragraphs().unwrap().documents.iter().flat_map(|one| one.spans.iter().map(|span| span.2)).collect();
    assert_eq!(labels.len(), 7);
}

#[test]
fn marks_are_read() {
    let document = marked("The [ORG Bank of Chad] in [LOC Sarh].").unwrap();
    assert_eq!(document.text, "The Bank of Chad in Sarh.");
    assert_eq!(spans(&document), [("Bank of Chad", Label::Org), ("Sarh", Label::Loc)]);
    assert!(marked("[ORG Bank").is_err());
    assert!(marked("[BANK of Chad]").is_err());
}

/// The command of the plugin's page: one file in, a model out that the stage reads; twice the same bytes.
#[test]
fn the_command_of_the_page_trains_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.conll");
    std::fs::write(&own, COLUMNS.repeat(30)).unwrap();
    let train = |out: &str| {
        let out = folder.path().join(out);
        run(&["--alone", "--out", out.to_str().unwrap(), own.to_str().unwrap()]).unwrap();
        std::fs::read(out).unwrap()
    };
    let file = train("one.bin");
    assert_eq!(file, train("two.bin"));
    assert!(Model::decode(file.into()).is_ok());
}

/// The committed model is what its documented command writes. The public sets lie outside the repository.
#[test]
fn the_committed_model_comes_of_the_documented_command() {
    let Some(data) = std::env::var_os("DOCMILL_EVAL_DATA") else {
        println!("NOT CHECKED: DOCMILL_EVAL_DATA is unset");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("news.bin");
    let sets = Path::new(&data).join("data/entities");
    run(&["--news", sets.to_str().unwrap(), "--out", out.to_str().unwrap()]).unwrap();
    let same = std::fs::read(out).unwrap() == include_bytes!("news.bin");
    assert!(same, "train again: plugins/entities/README.md has the command");
}
