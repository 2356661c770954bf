use std::collections::BTreeSet;

use super::Code;

#[test]
fn every_code_has_a_title_and_a_number_of_its_own() {
    let mut numbers = BTreeSet::new();
    for code in Code::ALL {
        assert!(!code.title().is_empty() && !code.title().ends_with('.'), "{code}");
        assert!(numbers.insert(code.as_str()), "{code} is there twice");
        let (group, number) = code.as_str().split_at(1);
        assert!(matches!(group, "E" | "W") && number.len() == 4 && number.parse::<u16>().is_ok(), "{code}");
        assert_eq!(code.is_warning(), group == "W");
    }
    assert!(Code::ALL.is_sorted());
}
