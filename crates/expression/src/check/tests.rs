use super::*;
use crate::fixture::{assert_sound, check_drawn, expressions, names};
use crate::{MAX_BYTES, NameTable};
use proptest::prelude::*;

#[test]
fn unknown_names_are_drawn() {
    for picture in [
        "
len(txt) > 5 and langg == 'en' and Title == null
    ^^^ UnknownName: unknown name `txt`; did you mean `text`?
                 ^^^^^ UnknownName: unknown name `langg`; did you mean `lang`?
                                   ^^^^^ UnknownName: unknown name `Title`; did you mean `title`?",
        "
run.weather > 5
^^^^^^^^^^^ UnknownName: unknown name `run.weather`
  = known are `run.documents_in`, `run.documents_out`",
        "
lang == en
        ^^ UnknownName: unknown name `en`
  = known are `body_start`, `dateline`, `dateline.place`, `entities`, `lang`, `meta`, `meta.section`, `paid`, `published`, `run.documents_in`, `run.documents_out`, `scores`, `seen`, `sentences`, `stage.\"a-b-c\".rejected`, `stage.entities.rejected`, `stage.\"my-stage\".rejected`, `text`, `title`, `topics`
  = a text is quoted: `'en'`",
        "
stage.my-stage.rejected == 0
^^^^^^^^^^^^^^^^^^^^^^^ UnknownName: unknown name `stage.my-stage.rejected`; did you mean `stage.\"my-stage\".rejected`?
  = a hyphen is a minus; a name that has one is quoted after the dot",
        "
0 < stage.a-b-c.rejected
    ^^^^^^^^^^^^^^^^^^^^ UnknownName: unknown name `stage.a-b-c.rejected`; did you mean `stage.\"a-b-c\".rejected`?
  = a hyphen is a minus; a name that has one is quoted after the dot",
        "
run.documents-out > 0
^^^^^^^^^^^^^^^^^ UnknownName: unknown name `run.documents-out`; did you mean `run.documents_out`?
  = a hyphen is a minus; a name that has one is quoted after the dot",
        "
paid == True and title == None and len > 3
        ^^^^ UnknownName: unknown name `True`; did you mean `true`?
                          ^^^^ UnknownName: unknown name `None`; write `null`
                                   ^^^ UnknownName: unknown name `len`; a function: `len(…)`",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn many_hyphens_end_soon() {
    for name in ["a", "text", "run.documents_in"] {
        let chain = vec![name; 250].join("-");
        let part = format!("{chain} > 0 or ");
        let source = format!("{}true", part.repeat((MAX_BYTES - 4) / part.len()));
        let before = std::time::Instant::now();
        let checked = check(&parse(&source).unwrap(), &names());
        assert_eq!(checked.is_ok(), name.starts_with("run"));
        assert!(before.elapsed().as_secs() < 5, "{name}: {:?}", before.elapsed());
    }
}

#[test]
fn a_minus_between_known_names_is_a_minus() {
    assert!(condition("run.documents_in-run.documents_out > body_start-1", &names()).is_ok());
}

#[test]
fn wrong_calls_are_drawn() {
    for picture in [
        "
length(text) > 3 and lenn(text) > 3 and weather(txt)
^^^^^^ UnknownFunction: unknown function `length`; did you mean `len`?
                     ^^^^ UnknownFunction: unknown function `lenn`; did you mean `len`?
                                        ^^^^^^^ UnknownFunction: unknown function `weather`
  = functions are `len`, `count`, `matches`, `contains`, `starts_with`, `ends_with`, `lower`, `abs`, `date`
                                                ^^^ UnknownName: unknown name `txt`; did you mean `text`?",
        "
len() > 3 and len(text, title) > 3 and count(entities, 'A', 'B') > 3
^^^^^ Type: `len` takes 1 argument, not 0
  = it is written `len(text)`
              ^^^^^^^^^^^^^^^^ Type: `len` takes 1 argument, not 2
  = it is written `len(text)`
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^ Type: `count` takes 1 or 2 arguments, not 3
  = it is written `count(layer, 'LABEL')`",
        "
count(sentences, 'PERSON') > 0 and count(entities, lang) > 0 and count(topics) > 0
      ^^^^^^^^^ Type: this layer has no labels
                                                   ^^^^ Type: the label must be a text between quotes
                                                                       ^^^^^^ Type: `count` takes a layer, not a list; write `len`",
        "
len(published) > 0 and contains(body_start, 'x') and lower(paid) == 'x' and abs(lang) > 0
    ^^^^^^^^^ Type: `len` takes a text, a list, a layer or a map, not a date
                                ^^^^^^^^^^ Type: `contains` takes a text, not a number
                                                           ^^^^ Type: `lower` takes a text, not true or false
                                                                                ^^^^ Type: `abs` takes numbers, not a text",
        "
published > date('2025-02-29') or published > date(lang)
                 ^^^^^^^^^^^^ Type: `2025-02-29` is no day
  = a day is written `date('2025-09-24')`: year, month, day
                                                   ^^^^ Type: the day must be a text between quotes",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn wrong_patterns_are_drawn_in_their_place() {
    for picture in [
        r"
matches(text, 'a(b')
                ^ Pattern: the pattern is wrong: unclosed group",
        r"
matches(text, 'é\\.\t(?=x)')
                     ^^^ Pattern: the pattern is wrong: look-around, including look-ahead and look-behind, is not supported",
        r"
matches(text, ('\\p{Weather}+')) and matches(text, '[z-a]')
                ^^^^^^^^^^^^ Pattern: the pattern is wrong: Unicode property not found
                                                     ^^^ Pattern: the pattern is wrong: invalid character class range, the start must be <= the end",
        r"
matches(text, '(\\w{99}){99}')
              ^^^^^^^^^^^^^^^ Pattern: the pattern takes more than 2048 KiB once it is compiled
  = shorten it, or repeat less: `{1,1000}` is costly",
        r"
matches(text, lang)
              ^^^^ Type: the pattern must be a text between quotes",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn wrong_types_are_drawn() {
    for picture in [
        "
len(text) > '600' or lang == 3 or paid == 1
^^^^^^^^^^^^^^^^^ Type: a number is compared with a text
                     ^^^^^^^^^ Type: a text is compared with a number
                                  ^^^^^^^^^ Type: true or false is compared with a number",
        "
published > '2025-09-24' or seen < 2025-09-24
^^^^^^^^^^^^^^^^^^^^^^^^ Type: a date is compared with a text
  = a day is written `date('2025-09-24')`
                            ^^^^^^^^^^^^^^^^^ Type: a timestamp is compared with a number
  = a day is written `date('2025-09-24')`",
        "
title < null or paid > true
^^^^^^^^^^^^ Type: `<` with null never holds
  = `== null` asks whether a value is missing
                ^^^^^^^^^^^ Type: `>` asks for an order; true and false have none",
        "
entities > 3 or 'x' == topics or dateline == 'Lima'
^^^^^^^^ Type: a layer can be compared with null alone; write `len(entities)` for its elements
                       ^^^^^^ Type: a list can be compared with null alone; write `len(topics)` for its elements
                                 ^^^^^^^^ Type: a value without a type here can be compared with null alone",
        "
len(text) and lang or not entities
^^^^^^^^^ Type: `and` takes conditions, not a number
  = compare it: `len(text) > 0`
              ^^^^ Type: `and` takes conditions, not a text
  = ask whether it is there: `lang != null`
                          ^^^^^^^^ Type: `not` takes conditions, not a layer
  = ask for elements: `len(entities) > 0`",
        "
-lang + published * null > 3
 ^^^^ Type: `-` takes numbers, not a text
        ^^^^^^^^^ Type: `*` takes numbers, not a date
                    ^^^^ Type: `*` takes numbers, not null",
        "
len(text) + 1
^^^^^^^^^^^^^ Type: `len(text) + 1` is a number, not a condition
  = compare it: `len(text) + 1 > 0`",
        "
null
^^^^ Type: null never holds",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn wrong_lists_are_drawn() {
    for picture in [
        "
lang in ['en', 3] or lang in [] or lang in ['en', null] or lang in [title]
^^^^^^^^^^^^^^^^^ Type: a text is looked for among a number
                     ^^^^^^^^^^ Type: an empty list holds nothing
                                                  ^^^^ Type: null is in no list
  = `x == null` asks whether a value is missing
                                                                    ^^^^^ Type: a list holds texts, numbers and dates that are written out",
        "
'x' in text or 'PERSON' in entities or 'x' in meta
       ^^^^ Type: `in` takes a list, not a text; write `contains(text, 'x')`
                           ^^^^^^^^ Type: `in` takes a list, not a layer; write `count(entities, 'PERSON') > 0`
                                              ^^^^ Type: `in` takes a list, not a map
  = a list is written `['en', 'fr']`",
        "
3 in topics or paid in [true]
^^^^^^^^^^^ Type: the list's elements are a text each, not a number
               ^^^^^^^^^^^^^^ Type: true or false cannot be looked for in a list",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn names_are_told_once_each_in_order() {
    let read = condition("len(title) > 3 or (text == title and count(entities, 'X') > len(text))", &names())
        .unwrap();
    assert_eq!(
        read.names().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["title", "text", "entities"]
    );
    assert_eq!(read.names()[2].ty(), &Type::Layer { label: true });
}

#[test]
fn a_long_list_of_unknown_names_ends_soon() {
    let many: NameTable = (0..2_000).map(|n| (format!("stage.s{n}.documents_out"), Type::Number)).collect();
    let part = "stage.s1.documents_on > 0 or ";
    let source = format!("{}true", part.repeat((MAX_BYTES - 4) / part.len()));
    let before = std::time::Instant::now();
    let faults = check(&parse(&source).unwrap(), &many).unwrap_err();
    assert_sound(&source, &faults);
    assert_eq!(faults.len(), 20);
    assert!(before.elapsed().as_secs() < 5, "{:?}", before.elapsed());
}

proptest! {
    #[test]
    fn any_expression_is_checked_without_panic(expression in expressions()) {
        let source = expression.to_string();
        if let Ok(expression) = parse(&source)
            && let Err(faults) = check(&expression, &names())
        {
            assert_sound(&source, &faults);
        }
    }
}
