//! Models are read as they were written, and nothing else is read as one.

use proptest::prelude::*;

use super::{Model, NoModel, OUTCOMES, STEPS, Weights, fnv};
use crate::annotator::{Annotations, Annotator, Document, Options};

fn small() -> Vec<u8> {
    let mut weights = vec![[0.0; OUTCOMES]; Model::BUCKETS];
    weights[7] = [1.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25];
    Model::encode(&Weights { point: 0.3, weights, right: [[50; STEPS]; OUTCOMES - 1] })
}

fn check(file: Vec<u8>, wrong: NoModel) {
    assert_eq!(Model::decode(file.into()).map(|_| ()), Err(wrong));
}

/// The file with another byte, and a digest that fits it.
fn with(at: usize, byte: u8) -> Vec<u8> {
    let mut file = small();
    file[at] = byte;
    let digest = fnv(&file[16..]).to_le_bytes();
    file[8..16].copy_from_slice(&digest);
    file
}

#[test]
fn weights_are_read_as_they_were_written() {
    let model = Model::decode(small().into()).unwrap();
    assert!((model.weight(7, 0, 16) - 1.0).abs() < 0.01);
    assert!((model.weight(7, 1, 16) + 0.5).abs() < 0.01);
    assert!((model.weight(7, 7, 8) - 0.125).abs() < 0.01);
    assert!(model.weight(8, 0, 16).abs() < f32::EPSILON);
    assert!((model.right(0, 1.0) - 0.5).abs() < 0.001);
}

#[test]
fn a_file_that_is_no_model_is_told_apart() {
    check(Vec::new(), NoModel::Magic);
    check(b"{\"text\": \"no model\"}".to_vec(), NoModel::Magic);
    let mut other = small();
    other[4] = 9;
    check(other, NoModel::Version(9));
    let mut cut = small();
    cut.pop();
    check(cut, NoModel::Length);
    let mut damaged = small();
    damaged[5000] ^= 1;
    check(damaged, NoModel::Digest);
    check(with(18, b'X'), NoModel::Labels);
    let right = small().len() - Model::BUCKETS * OUTCOMES - 1;
    check(with(right, 101), NoModel::Number);
}

#[test]
fn the_embedded_model_is_at_most_a_megabyte() {
    assert!(include_bytes!("../../train/news.bin").len() <= 1 << 20);
    assert!(Model::embedded().right(0, 1.0) > 0.5);
}

/// The strangest weights that a sound file can hold do no harm.
#[test]
fn extreme_weights_give_scores_between_0_and_1() {
    let weights: Vec<_> =
        (0..Model::BUCKETS).map(|at| if at % 2 == 0 { [1e9; OUTCOMES] } else { [-1e9; OUTCOMES] }).collect();
    let file = Model::encode(&Weights { point: 0.0, weights, right: [[100; STEPS]; OUTCOMES - 1] });
    assert_eq!(Model::decode(file.into()).map(|_| ()), Err(NoModel::Number));
    let weights: Vec<_> = (0..Model::BUCKETS)
        .map(|at| std::array::from_fn(|outcome| if (at + outcome) % 2 == 0 { 2000.0 } else { -2000.0 }))
        .collect();
    let file = Model::encode(&Weights { point: 0.0, weights, right: [[100; STEPS]; OUTCOMES - 1] });
    let annotator = Annotator::new(Options::default()).with_model(Some(Model::decode(file.into()).unwrap()));
    let mut found = Annotations::default();
    let text = "Ana Torvald of Zentra met Luis in Karabulak, said Karabulak mayor Aziz Demir.";
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
    annotator.annotate(&document, &mut found);
    assert!(found.mentions.iter().all(|mention| (0.0..=1.0).contains(&mention.score)));
}

proptest! {
    #[test]
    fn properties_of_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..600, whole: bool) {
        let file = if whole {
            let mut file = small();
            for (offset, byte) in bytes.iter().enumerate() {
                if let Some(slot) = file.get_mut((at + offset * 1753) % 524_000) {
                    *slot = *byte;
                }
            }
            file
        } else {
            bytes
        };
        let changed = file != small();
        let read = Model::decode(file.into());
        prop_assert!(read.is_err() || !changed);
    }
}
