use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// Draws the mentions of a text as caret lines and compares them with the drawing.
///
/// A line of carets names the mentions of the line above it; mentions too close to each other for their
/// labels may stand on several caret lines.
fn check(drawing: &str) {
    check_with(drawing, &Options { split_names: false, ..Options::default() });
}

fn check_with(drawing: &str, options: &Options) {
    let mut text = String::new();
    let mut wanted = Vec::new();
    let mut line_start = 0;
    for line in drawing.trim_matches('\n').lines() {
        if !line.contains('^') {
            line_start = text.len();
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let chars: Vec<char> = line.chars().collect();
        let above: Vec<usize> = text.get(line_start..).unwrap().char_indices().map(|pair| pair.0).collect();
        let mut at = 0;
        while at < chars.len() {
            let start = at;
            while chars.get(at) == Some(&'^') {
                at += 1;
            }
            if at == start {
                at += 1;
                continue;
            }
            let label: String =
                chars.iter().skip(at).skip_while(|c| **c == ' ').take_while(|c| c.is_alphabetic()).collect();
            wanted.push((line_start + above[start], line_start + above[at], label));
        }
    }
    wanted.sort();
    let mut found = Annotations::default();
    let document = Document { text: &text, published: None, body_start: 0, dateline: None, sentences: &[] };
    Annotator::new(options.clone()).annotate(&document, &mut found);
    let show = |spans: &[(usize, usize, String)]| {
        spans.iter().fold(String::new(), |mut out, (start, end, label)| {
            let _ = writeln!(out, "{label} {}", text.get(*start..*end).unwrap());
            out
        })
    };
    let have: Vec<_> =
        found.mentions.iter().map(|m| (m.span.start(), m.span.end(), m.label.as_str().to_owned())).collect();
    assert_eq!(show(&wanted), show(&have), "{text}");
    assert_eq!(wanted, have, "{text}");
}

#[test]
fn titles_stand_outside_a_name() {
    check(
        r"
Mr Tomas Lindqvist met Prime Minister Ana Oduya in Nairobi.
   ^^^^^^^^^^^^^^^ PERSON             ^^^^^^^^^ PERSON
                                                   ^^^^^^^ LOC
Gen. Farid Nazari and Dr. Lucia Ferrante spoke.
     ^^^^^^^^^^^^ PERSON  ^^^^^^^^^^^^^^ PERSON",
    );
}

#[test]
fn a_dateline_and_its_envoy() {
    check(
        r"
ISLAMABAD: The Peruvian Ambassador, Miguel R Quispe, thanked Pakistan.
^^^^^^^^^ LOC  ^^^^^^^^ NORP        ^^^^^^^^^^^^^^^ PERSON   ^^^^^^^^ LOC",
    );
}

#[test]
fn one_title_serves_two_people() {
    check(
        r"
Talks between Presidents Putin and Zelensky were called off.
                         ^^^^^ PERSON
                                   ^^^^^^^^ PERSON",
    );
}

#[test]
fn organisations_keep_what_of_and_and_add() {
    check(
        r"
The Ministry of Health and Sports fined Kestrel Foods Ltd. and Orrin & Vale.
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ORG   ^^^^^^^^^^^^^^^^^^ ORG
                                                               ^^^^^^^^^^^^ ORG
The Food and Drug Administration warned NATO.
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ORG    ^^^^ ORG",
    );
}

#[test]
fn heads_tell_places_from_buildings_and_events() {
    check(
        r"
The ferry left Port Calder for Lake Mirel near the Tessin River.
               ^^^^^^^^^^^ LOC                     ^^^^^^^^^^^^ LOC
                               ^^^^^^^^^^ LOC
They landed at Corvin Airport before the Hallam Cup and Typhoon Omair.
               ^^^^^^^^^^^^^^ FAC        ^^^^^^^^^^ MISC
                                                        ^^^^^^^^^^^^^ MISC",
    );
}

#[test]
fn hyphens_part_two_countries_and_join_one_name() {
    check(
        r"
The Russia-Ukraine talks were led by Park Ji-hoon and Omar al-Tikriti.
    ^^^^^^ LOC                       ^^^^^^^^^^^^ PERSON
           ^^^^^^^ LOC                                ^^^^^^^^^^^^^^^ PERSON",
    );
}

#[test]
fn split_names_cut_at_inner_places() {
    let options = Options { split_names: true, ..Options::default() };
    check_with(
        r"
Staff of the Jordan Food Authority spoke to the Bank of Japan.
             ^^^^^^ LOC                         ^^^^^^^ ORG
                    ^^^^^^^^^^^^^^ ORG                  ^^^^^ LOC",
        &options,
    );
}

#[test]
fn listed_phrases_may_hold_digits() {
    check(
        r"
Cases of COVID-19 rose in Ghana.
         ^^^^^^^^ MISC    ^^^^^ LOC",
    );
}

#[test]
fn only_the_wanted_labels_come_out() {
    let options = Options { types: vec![Label::Date], relative_dates: false, ..Options::default() };
    check_with(
        r"
Last month Ghana signed it on Monday for $3 million.
                              ^^^^^^ DATE",
        &options,
    );
}

#[test]
fn metadata_before_the_dateline_is_not_looked_at() {
    let text = " date 2025-09-24 LIMA: Talks began.";
    let span = Span::new(text, 17, 22).unwrap();
    let document = Document {
        text,
        published: NaiveDate::from_ymd_opt(2025, 9, 24),
        body_start: 23,
        dateline: Some(Dateline { place: "Lima", span }),
        sentences: &[],
    };
    let mut found = Annotations::default();
    Annotator::new(Options::default()).annotate(&document, &mut found);
    let texts: Vec<&str> = found.mentions.iter().map(|m| m.span.of(text)).collect();
    assert_eq!(texts, ["LIMA"]);
}

#[test]
fn empty_text_gives_nothing_and_clears_the_output() {
    let mut found = Annotations::default();
    let annotator = Annotator::new(Options::default());
    let document = |text| Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
    annotator.annotate(&document("Ghana won."), &mut found);
    assert_eq!(found.mentions.len(), 1);
    annotator.annotate(&document(""), &mut found);
    assert_eq!(found, Annotations::default());
}

#[test]
fn explanations_tell_what_decided() {
    let text = "Mr Ferris of Ghana came on Tuesday with $5.";
    let annotator = Annotator::new(Options { explain: true, ..Options::default() });
    let mut found = Annotations::default();
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
    annotator.annotate(&document, &mut found);
    let why: Vec<&str> = found.mentions.iter().filter_map(|m| m.why.as_deref()).collect();
    assert!(why[0].contains("behind a title 1 of 1 times"), "{why:?}");
    assert!(why[1].contains("word lists: countries"), "{why:?}");
    assert_eq!(why[2..], ["grammar: Weekday(Tue), Past", "grammar: number with its unit"]);
}

#[test]
fn explanations_tell_what_the_model_went_by() {
    let text = "Mr Ferris of Ghana joined Zentrova, the makers of lamps said.";
    let options = Options { explain: true, ..Options::default() };
    let annotator = Annotator::new(options).with_model(Some(Model::embedded()));
    let mut found = Annotations::default();
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
    annotator.annotate(&document, &mut found);
    let why: Vec<&str> = found.mentions.iter().filter_map(|m| m.why.as_deref()).collect();
    assert!(why[0].contains("model: PERSON 0.") && why[0].contains("its last word ends as is +"), "{why:?}");
    assert!(!why[1].contains("model: "), "countries are not the model's to decide: {why:?}");
}

/// A name that no list has and no rule sees: the words around it tell.
#[test]
fn the_model_knows_names_by_what_stands_around_them() {
    let labels = |text: &str| {
        let annotator = Annotator::new(Options::default()).with_model(Some(Model::embedded()));
        let mut found = Annotations::default();
        let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
        annotator.annotate(&document, &mut found);
        found.mentions.iter().map(|mention| mention.label).collect::<Vec<_>>()
    };
    assert_eq!(
        labels("Shops in the village of Umbraleni were shut, as were those in Umbraleni port."),
        [Label::Loc; 2]
    );
    assert_eq!(labels("The start-up Quendrix, which competes with others, said so."), [Label::Org]);
}

const PIECES: [&str; 78] = [
    "Mr",
    "President",
    "the",
    "The",
    "of",
    "and",
    "for",
    "Ministry",
    "Health",
    "Ghana",
    "New",
    "York",
    "US",
    "U.S.",
    "al",
    "-",
    "Al",
    "bin",
    "’s",
    "'s",
    "'",
    "&",
    ",",
    ".",
    "(",
    ")",
    "May",
    "9",
    "to",
    "11",
    "2025",
    "1990s",
    "$",
    "Rs",
    "US$",
    "1,000.5",
    "million",
    "per",
    "cent",
    "%",
    "km",
    "\n",
    " ",
    "“",
    "”",
    "ß",
    "İ",
    "e\u{301}",
    "北京",
    "О",
    "USD70",
    "COVID",
    "19",
    "Tuesday",
    "last",
    "week",
    "two",
    "days",
    "ago",
    "5",
    "pm",
    "14",
    ":",
    "30",
    "GMT",
    "Q1",
    "first",
    "quarter",
    "99999999999999999999999999999",
    "http://x.y",
    "Ltd",
    "Jr",
    "St",
    "/",
    "–",
    "0",
    "a",
    "an",
];

fn pieces() -> impl Strategy<Value = String> {
    let words = prop::sample::select(PIECES.to_vec());
    prop::collection::vec((words, prop::sample::select(vec!["", " "])), 0..60)
        .prop_map(|parts| parts.iter().flat_map(|(word, gap)| [*word, *gap]).collect())
}

fn holds(text: &str) {
    let mut found = Annotations::default();
    for split_names in [false, true] {
        let options = Options { split_names, explain: true, ..Options::default() };
        let annotator = Annotator::new(options).with_model(Some(Model::embedded()));
        let published = NaiveDate::from_ymd_opt(2025, 9, 24);
        let document = Document { text, published, body_start: 0, dateline: None, sentences: &[] };
        annotator.annotate(&document, &mut found);
        let mut end = 0;
        for mention in &found.mentions {
            assert!(mention.span.start() >= end && !mention.span.is_empty());
            assert!(Span::new(text, mention.span.start(), mention.span.end()).is_some());
            let entity = &found.entities[mention.entity as usize];
            assert_eq!(entity.label, mention.label);
            end = mention.span.end();
        }
        let firsts: Vec<u32> = found.entities.iter().map(|entity| entity.first).collect();
        assert!(firsts.is_sorted());
        let total: u32 = found.entities.iter().map(|entity| entity.mentions).sum();
        assert_eq!(total as usize, found.mentions.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_gives_sound_mentions(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_heap_of_cues_gives_sound_mentions(text in pieces()) {
        holds(&text);
    }
}
