use super::{GLANCES, Model, Thresholds, WEIGHTS};
use crate::features::WordClass;
use crate::gaps::Answer;

const NAME: u64 = 0x1234_5600_0000_0000;

fn file() -> Vec<u8> {
    let threshold = Thresholds { ends: 0, clearly: 5, clearly_not: -5 };
    let words = [(NAME, WordClass { case: 7, kind: 63 })];
    Model::encode(&vec![1; WEIGHTS], &vec![-3; GLANCES], threshold, words)
}

#[test]
fn what_is_written_is_read_again() {
    let model = Model::decode(&file()).unwrap();
    assert_eq!(model.class(NAME), WordClass { case: 7, kind: 63 });
    assert_eq!(model.class(NAME ^ 1 << 40), WordClass::default(), "another word in the same bucket");
    assert_eq!(model.answer(&[]), Answer::Perhaps(0.5));
    assert_eq!([model.answer(&[0; 2200]), model.answer(&[1; 2199])].map(|a| a == Answer::Yes), [true, false]);
    assert_eq!((model.glance(&[0]), model.glance(&[0, 1])), (None, Some(false)));
}

#[test]
fn another_file_is_no_model() {
    let file = file();
    assert!(Model::decode(&[]).is_none());
    assert!(Model::decode(file.get(..file.len() - 1).unwrap()).is_none());
    for at in [0, 4, 8, 100, file.len() - 1] {
        let mut other = file.clone();
        other[at] ^= 1;
        assert!(Model::decode(&other).is_none(), "byte {at}");
    }
}
