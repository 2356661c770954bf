use crate::fixture::{Sample, holds, names};
use crate::{Value, check, condition, parse};
use proptest::prelude::*;

fn table(values: &[(&str, Value<'_>)], cases: &[(&str, bool)]) {
    for (source, wanted) in cases {
        assert_eq!(holds(source, values), *wanted, "{source}");
    }
}

#[test]
fn numbers() {
    let count = |name, count: u64| (name, Value::from(count));
    table(
        &[count("run.documents_in", 1000), count("run.documents_out", 990), ("body_start", Value::Real(0.5))],
        &[
            ("run.documents_out >= 0.99 * run.documents_in", true),
            ("run.documents_out > 0.99 * run.documents_in", false),
            ("run.documents_out / run.documents_in == 0.99", true),
            ("run.documents_in - run.documents_out <= 10", true),
            ("abs(run.documents_out - run.documents_in) == 10", true),
            ("1 / 3 * 3 == 1", true),
            ("7 / 2 == 3.5", true),
            ("-2 * -3 == 6", true),
            ("2 + 3 * 4 == 14 and (2 + 3) * 4 == 20", true),
            ("10 - 3 - 2 == 5 and 10 - (3 - 2) == 9", true),
            ("body_start in [0.5, 7]", true),
            ("body_start in [-0.5]", false),
            ("run.documents_in in [7, 1_000, -3]", true),
            ("run.documents_in in [1e3]", true),
            ("run.documents_in not in [1e3]", false),
        ],
    );
}

#[test]
fn whole_numbers_are_exact() {
    let most = ("run.documents_in", Value::from(u64::MAX));
    let fewer = ("run.documents_out", Value::from(u64::MAX - 1));
    table(
        &[most, fewer, ("body_start", Value::from(i64::MIN))],
        &[
            ("run.documents_in == run.documents_out", false),
            ("run.documents_in > run.documents_out", true),
            ("run.documents_in - run.documents_out == 1", true),
            ("run.documents_in == 18446744073709551615", true),
            ("run.documents_in == 18446744073709551616.0", false),
            ("body_start == -9223372036854775808", true),
            ("body_start < -9_223_372_036_854_775_807", true),
            ("run.documents_in * 1_000_000 > run.documents_in * 999_999 + run.documents_out", true),
        ],
    );
}

#[test]
fn texts() {
    table(
        &[
            ("text", Value::Text("Größe: 12 km in Köln")),
            ("lang", Value::Text("DE")),
            ("title", Value::Text("")),
        ],
        &[
            ("len(text) == 20", true),
            ("len(title) == 0 and title != null", true),
            ("lower(lang) == 'de' and lang != 'de'", true),
            ("lower(text) == 'größe: 12 km in köln'", true),
            ("contains(text, 'km') and starts_with(text, 'Gr') and ends_with(text, 'Köln')", true),
            ("contains(text, '') and not contains(text, 'KM')", true),
            (r"matches(text, '\\b\\d+ km')", true),
            ("matches(text, '^in')", false),
            ("matches(text, '(?i)^GRÖSSE|größe')", true),
            ("lang in ['DE', 'FR'] and lang not in ['fr', 'it']", true),
            ("lower(lang) in ['fr', 'de', 'en']", true),
            ("lang < 'DF' and lang > 'D' and lang >= 'DE'", true),
            (r#""it's" == 'it\'s'"#, true),
        ],
    );
}

#[test]
fn layers_lists_and_maps() {
    let there = |name| (name, Value::Present);
    table(
        &[
            there("entities"),
            there("sentences"),
            there("topics"),
            there("scores"),
            there("meta"),
            there("dateline"),
        ],
        &[
            ("len(entities) == 5 and count(entities) == 5 and len(topics) == 5 and len(meta) == 5", true),
            ("count(entities, 'PERSON') == 2 and count(entities, 'PLACE') == 0", true),
            ("'sport' in topics", true),
            ("lower('SPORT') in topics and 'x' not in topics", true),
            ("3.0 in scores and 4 not in scores", true),
            ("dateline != null and entities != null", true),
        ],
    );
    table(
        &[],
        &[
            ("len(entities) == null and count(entities, 'X') == null and len(meta) == null", true),
            ("'sport' in topics", false),
            ("'sport' not in topics", true),
            ("dateline == null and entities == null", true),
        ],
    );
}

#[test]
fn dates() {
    let day = Value::Date(20_355);
    let noon = Value::Timestamp((20_355 * 24 + 12) * 3_600_000_000_000);
    table(
        &[("published", day), ("seen", noon)],
        &[
            ("published == date('2025-09-24')", true),
            ("published > date('2025-09-23') and published < date('2025-09-25')", true),
            ("published in [date('2025-09-24'), date('2020-01-01')]", true),
            ("seen == date('2025-09-24') and seen == published", true),
            ("seen <= date('2025-09-24') and seen < date('2025-09-25')", true),
            ("seen > date('2025-09-24')", false),
            ("seen in [date('2020-01-01'), date('2025-09-24')]", true),
            ("seen == seen", true),
        ],
    );
    let before_1970 = Value::Timestamp(-1);
    table(&[("seen", before_1970)], &[("seen == date('1969-12-31')", true)]);
}

#[test]
fn missing_values() {
    table(
        &[
            ("lang", Value::Text("en")),
            ("scores", Value::Real(f64::NAN)),
            ("body_start", Value::Real(f64::INFINITY)),
        ],
        &[
            ("title == null and not (title != null)", true),
            ("lang == null", false),
            ("null == null", true),
            ("title == 'x'", false),
            ("title != 'x'", true),
            ("title == text", true),
            ("title != text", false),
            ("title != lang and not (title == lang)", true),
            ("title < 'x' or title > 'x' or title <= text or title >= text", false),
            ("title in ['x']", false),
            ("title not in ['x']", true),
            ("contains(title, 'x') or contains(lang, title) or matches(title, 'x')", false),
            ("not contains(title, 'x') and not matches(title, '')", true),
            ("len(title) == null and lower(title) == null", true),
            ("len(title) < 5 or len(title) >= 5", false),
            (
                "run.documents_in + 1 == null and -run.documents_in == null and abs(run.documents_in) == null",
                true,
            ),
            ("1 / 0 == null and 0 / 0 == null and 1 / 0 != 1", true),
            ("1 / 0 > 0 or 1 / 0 <= 0", false),
            ("body_start == null and 1e308 * 10 == null", true),
            ("paid", false),
            ("not paid", true),
            ("paid == true or paid == false", false),
            ("paid != true and paid == null", true),
            ("(lang == 'en') == true", true),
            ("published == null and published != date('2025-09-24')", true),
            ("seen < date('2025-09-24')", false),
        ],
    );
}

#[test]
fn conditions() {
    table(
        &[("paid", Value::Bool(true))],
        &[
            ("paid", true),
            ("not paid", false),
            ("paid == true and paid != false", true),
            ("paid and not paid or paid", true),
            ("paid == (1 < 2)", true),
            ("true or paid", true),
        ],
    );
}

#[test]
fn a_value_of_another_type_is_missing() {
    table(
        &[
            ("text", Value::Whole(3)),
            ("body_start", Value::Text("3")),
            ("paid", Value::Whole(1)),
            ("published", Value::Bool(true)),
        ],
        &[
            ("text == null and body_start == null and paid == null and published == null", true),
            ("len(text) > 0 or body_start > 0 or paid", false),
        ],
    );
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Missing),
        any::<bool>().prop_map(Value::Bool),
        (-3_i64..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::Real),
        prop::sample::select(vec!["", "x", "Rain"]).prop_map(Value::Text),
        any::<i32>().prop_map(Value::Date),
        any::<i128>().prop_map(Value::Timestamp),
    ]
}

proptest! {
    #[test]
    fn unequal_is_the_opposite_of_equal(a in value(), b in value()) {
        for (one, other) in [("run.documents_in", "body_start"), ("text", "title"), ("published", "seen")] {
            let values = [(one, a), (other, b)];
            let equal = holds(&format!("{one} == {other}"), &values);
            prop_assert_eq!(holds(&format!("{one} != {other}"), &values), !equal);
            let (less, more) = (holds(&format!("{one} < {other}"), &values), holds(&format!("{one} > {other}"), &values));
            prop_assert!(u8::from(equal) + u8::from(less) + u8::from(more) <= 1);
            prop_assert_eq!(holds(&format!("{one} >= {other}"), &values), more || equal && !holds(&format!("{one} == null"), &values));
        }
    }

    #[test]
    fn any_condition_holds_or_does_not(expression in crate::fixture::expressions(), a in value(), b in value()) {
        if let Ok(condition) = check(&expression, &names()).map_err(drop).and_then(|typed| typed.condition().map_err(drop)) {
            let values = [("text", a), ("lang", b), ("run.documents_in", a)];
            let row = Sample { read: condition.names(), values: &values };
            let written = parse(&expression.to_string()).unwrap();
            let again = check(&written, &names()).unwrap().condition().unwrap();
            prop_assert_eq!(condition.holds(&row), again.holds(&row));
        }
    }

    #[test]
    fn whole_numbers_compare_as_they_are(a: u64, b: u64) {
        let gate = condition("run.documents_in < run.documents_out", &names()).unwrap();
        let values = [("run.documents_in", a.into()), ("run.documents_out", b.into())];
        prop_assert_eq!(gate.holds(&Sample { read: gate.names(), values: &values }), a < b);
    }
}
