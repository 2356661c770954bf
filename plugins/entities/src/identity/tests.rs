use crate::annotator::{Annotations, Annotator, Document, Options};

/// Compares a text's entities, written `LABEL name xmentions`.
fn check(text: &str, wanted: &[&str]) {
    let mut found = Annotations::default();
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
    Annotator::new(Options::default()).annotate(&document, &mut found);
    let have: Vec<String> =
        found.entities.iter().map(|e| format!("{} {} x{}", e.label, e.name, e.mentions)).collect();
    assert_eq!(have, wanted, "{text}");
}

#[test]
fn surnames_follow_the_full_name() {
    check("Envoy Albert P Quillon came. Mr Quillon spoke.", &["PERSON Albert P Quillon x2"]);
    check("Ana Torvald won. Torvald’s rival left.", &["PERSON Ana Torvald x2"]);
    check("Mr Torvald won. Later Ana Torvald left.", &["PERSON Ana Torvald x2"]);
    check("Gustavo Almeida spoke. “Gustavo is here,” they said.", &["PERSON Gustavo Almeida x2"]);
    check("Maria Santos met John Webb. Santos left.", &["PERSON Maria Santos x2", "PERSON John Webb x1"]);
    check("Omar al-Tikriti came. Mr al-Tikriti left.", &["PERSON Omar al-Tikriti x2"]);
}

#[test]
fn two_people_of_one_surname_stay_apart() {
    check(
        "Maria Santos met Pedro Santos. Santos left.",
        &["PERSON Maria Santos x1", "PERSON Pedro Santos x1", "PERSON Santos x1"],
    );
    check(
        "David Holm met David Reyes. David left.",
        &["PERSON David Holm x1", "PERSON David Reyes x1", "PERSON David x1"],
    );
    check(
        "Ana Torvald won. Ana M. Torvald left. Torvald rests.",
        &["PERSON Ana Torvald x2", "PERSON Ana M. Torvald x1"],
    );
}

#[test]
fn peoples_are_one_in_any_number() {
    check("Ukrainians and a Ukrainian farmer met.", &["NORP Ukrainians x2"]);
    check("Muslims prayed. A Muslim leader came.", &["NORP Muslims x2"]);
    check("An Indian envoy and a Pakistani envoy met.", &["NORP Indian x1", "NORP Pakistani x1"]);
}

#[test]
fn spellings_of_a_place_are_one() {
    check("The U.S. and the United States are one.", &["LOC United States x2"]);
    check("Kiev or Kyiv, it is one city.", &["LOC Kiev x2"]);
    check("LIMA: Rain fell in Lima.", &["LOC Lima x2"]);
    check("LIMA: Rain fell.", &["LOC Lima x1"]);
    check("Britain and the UK and the United Kingdom.", &["LOC United Kingdom x3"]);
}

#[test]
fn short_forms_of_organisations() {
    check("The United Nations met. The UN voted.", &["ORG United Nations x2"]);
    check("The Kestrel Mining Authority (KMA) met. The KMA voted.", &["ORG Kestrel Mining Authority x3"]);
    check("Orrin Glass Industries grew. The firm Orrin hired.", &["ORG Orrin Glass Industries x2"]);
    check("The World Health Organization met. The WHO left.", &["ORG World Health Organization x2"]);
}

#[test]
fn labels_never_mix() {
    check(
        "President Lincoln Ferris flew to Lincoln City.",
        &["PERSON Lincoln Ferris x1", "LOC Lincoln City x1"],
    );
}

#[test]
fn equal_values_are_one() {
    check("It was May 9, 2024. On 9 May 2024 it ended.", &["DATE May 9, 2024 x2"]);
    check("It cost $3 million, yes, USD 3 million.", &["MONEY USD 3 million x2"]);
}
