use super::*;

fn check(text: &str, power: i32, wanted: &str) {
    assert_eq!(
        Value::parse(text).map(|value| value.shifted(power).to_string()).unwrap_or_default(),
        wanted,
        "{text}"
    );
}

#[test]
fn decimals_are_exact() {
    check("70.2", 9, "70200000000");
    check("1,00,000", 0, "100000");
    check("0.05", 0, "0.05");
    check("1.50", 0, "1.5");
    check("1,5", 6, "1500000");
    check("0", 6, "0");
    check("1.234567", 3, "1234.567");
    check("9999999999999999999999999", 0, "");
    check("1.2.3", 0, "");
    check("", 0, "");
}

#[test]
fn scales() {
    for (word, power) in [("million", 6), ("Crore", 7), ("bn", 9), ("lakh", 5), ("tn", 12)] {
        assert_eq!(scale(word), Some(power));
    }
    assert_eq!(scale("dozen"), None);
}
