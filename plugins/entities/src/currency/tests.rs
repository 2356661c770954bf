use super::*;
use crate::lists;

#[test]
fn codes_are_sorted_and_every_code_is_known() {
    assert!(CODES.is_sorted());
    let tables = PREFIXES.iter().chain(NOUNS);
    for currency in tables {
        for (country, code) in currency.by_country {
            assert_eq!(code.len(), 3, "{country}");
        }
    }
}

#[test]
fn every_country_of_a_currency_is_listed() {
    let lexicon = lists::lexicon();
    for currency in PREFIXES.iter().chain(NOUNS) {
        for (country, _) in currency.by_country {
            assert_eq!(lexicon.group_name(lexicon.whole(country).country), *country);
        }
    }
}
