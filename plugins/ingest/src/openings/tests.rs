use proptest::prelude::*;

use super::{opening, opening_after};
use crate::dates;

/// Checks a text with its day of publication if known: the dateline's span, place, date and agency, each
/// empty for none, and the first words of the body.
fn check_filed(text: &str, published: &str, [span, place, date, agency, body]: [&str; 5]) {
    let opening = opening_after(text, 0, dates::stated(published));
    let found = opening.dateline.as_ref();
    let text_of = |value: Option<&str>| value.unwrap_or_default().to_owned();
    assert_eq!(found.map_or("", |found| found.span.of(text)), span, "span of {text:?}");
    assert_eq!(text_of(found.and_then(|found| found.place.as_deref())), place, "place of {text:?}");
    let day = found.and_then(|found| found.date).map_or_else(String::new, |date| date.to_string());
    assert_eq!(day, date, "date of {text:?}");
    assert_eq!(text_of(found.and_then(|found| found.agency.as_deref())), agency, "agency of {text:?}");
    let rest = text.split_at(opening.body_start).1;
    assert!(rest.starts_with(body), "body of {text:?} is {rest:?}");
    assert!(!body.is_empty() || rest.is_empty(), "body of {text:?} is {rest:?}");
}

fn check(text: &str, expected: [&str; 5]) {
    check_filed(text, "", expected);
}

/// Checks that a text has no dateline and that its body begins where it does.
fn check_prose(text: &str) {
    check(text, ["", "", "", "", text.trim_start()]);
}

#[test]
fn places_in_capitals() {
    check("ISLAMABAD: The envoy", ["ISLAMABAD:", "Islamabad", "", "", "The envoy"]);
    check(" \n LAHORE: A court", ["LAHORE:", "Lahore", "", "", "A court"]);
    check("PARIS — The mayor", ["PARIS —", "Paris", "", "", "The mayor"]);
    check("SEOUL—Foreign ministers", ["SEOUL—", "Seoul", "", "", "Foreign ministers"]);
    check("CAIRO- The president", ["CAIRO-", "Cairo", "", "", "The president"]);
    check("OSLO -- Norway", ["OSLO --", "Oslo", "", "", "Norway"]);
    check("ATHENS - - Greece", ["ATHENS - -", "Athens", "", "", "Greece"]);
    check("TOPEKA, Kan. — Farmers", ["TOPEKA, Kan. —", "Topeka", "", "", "Farmers"]);
    check("ANAHEIM, Calif. --The team", ["ANAHEIM, Calif. --", "Anaheim", "", "", "The team"]);
    check("WASHINGTON, D.C. - The Senate", ["WASHINGTON, D.C. -", "Washington", "", "", "The Senate"]);
    check("SPRINGFIELD, Ill.: The mayor", ["SPRINGFIELD, Ill.:", "Springfield", "", "", "The mayor"]);
    check("PORT-AU-PRINCE, Haiti — Aid", ["PORT-AU-PRINCE, Haiti —", "Port-au-Prince", "", "", "Aid"]);
    check("RIO DE JANEIRO: Fans", ["RIO DE JANEIRO:", "Rio de Janeiro", "", "", "Fans"]);
    check("SÃO PAULO – Traders", ["SÃO PAULO –", "São Paulo", "", "", "Traders"]);
    check("N'DJAMENA: Rebels", ["N'DJAMENA:", "N'Djamena", "", "", "Rebels"]);
    check("XI’AN, China — Tourists", ["XI’AN, China —", "Xi'an", "", "", "Tourists"]);
    check("DAR ES SALAAM: Traders", ["DAR ES SALAAM:", "Dar es Salaam", "", "", "Traders"]);
    check("ST. PETERSBURG, Fla. — A storm", ["ST. PETERSBURG, Fla. —", "St. Petersburg", "", "", "A storm"]);
    check("THE HAGUE: Judges", ["THE HAGUE:", "The Hague", "", "", "Judges"]);
    check("UNITED NATIONS: Envoys", ["UNITED NATIONS:", "United Nations", "", "", "Envoys"]);
    check("KLANG: The hearing", ["KLANG:", "Klang", "", "", "The hearing"]);
    check("THUWAL — Mangroves", ["THUWAL —", "Thuwal", "", "", "Mangroves"]);
    check("BATU PAHAT: Villagers", ["BATU PAHAT:", "Batu Pahat", "", "", "Villagers"]);
    check("STRATFORD-UPON-AVON — Actors", ["STRATFORD-UPON-AVON —", "Stratford-upon-Avon", "", "", "Actors"]);
    check("PETALING JAYA: eCommerce firms", ["PETALING JAYA:", "Petaling Jaya", "", "", "eCommerce"]);
    check("QUETTA: “We will stay,” they said", ["QUETTA:", "Quetta", "", "", "“We will"]);
    check("ROME: 12 migrants", ["ROME:", "Rome", "", "", "12 migrants"]);
    check("LONDON/PARIS: Ministers", ["LONDON/PARIS:", "London", "", "", "Ministers"]);
    check("KARACHI:\n\nTraders", ["KARACHI:", "Karachi", "", "", "Traders"]);
}

#[test]
fn agencies_and_dates() {
    check("LONDON (Reuters) - Oil", ["LONDON (Reuters) -", "London", "", "Reuters", "Oil"]);
    check("BERLIN, May 3 (AP) — Police", ["BERLIN, May 3 (AP) —", "Berlin", "", "AP", "Police"]);
    let filed = ["NEW DELHI, Aug 3 (PTI) —", "New Delhi", "2024-08-03", "PTI", "India"];
    check_filed("NEW DELHI, Aug 3 (PTI) — India", "2024-08-04", filed);
    let filed = ["BEIJING, Dec. 31 (Xinhua) --", "Beijing", "2021-12-31", "Xinhua", "China"];
    check_filed("BEIJING, Dec. 31 (Xinhua) -- China", "2022-01-01", filed);
    let filed = ["KIGALI, Jun 15 2022 (IPS) -", "Kigali", "2022-06-15", "IPS", "A year"];
    check("KIGALI, Jun 15 2022 (IPS) - A year", filed);
    let filed = ["MARSABIT, KENYA, Jun 3 2022 (IPS) -", "Marsabit", "2022-06-03", "IPS", "Herders"];
    check("MARSABIT, KENYA, Jun 3 2022 (IPS) - Herders", filed);
    check("CAIRO – 26 July 2022: The", ["CAIRO – 26 July 2022:", "Cairo", "2022-07-26", "", "The"]);
    check("WASHINGTON, July 25: The", ["WASHINGTON, July 25:", "Washington", "", "", "The"]);
    let filed = ["SINGAPORE (Feb. 25, 2021) —", "Singapore", "2021-02-25", "", "Exports"];
    check("SINGAPORE (Feb. 25, 2021) — Exports", filed);
    check(
        "MADRID, 3 de mayo de 2022 (EFE) -- El",
        ["MADRID, 3 de mayo de 2022 (EFE) --", "Madrid", "2022-05-03", "EFE", "El"],
    );
    check("LONDON, Jan. 3.—The King", ["LONDON, Jan. 3.—", "London", "", "", "The King"]);
    check("VIENNA, Monday — Talks", ["VIENNA, Monday —", "Vienna", "", "", "Talks"]);
    check("MOSCOW, TASS - Russia", ["MOSCOW, TASS -", "Moscow", "", "TASS", "Russia"]);
    check("(Reuters) - Oil prices", ["(Reuters) -", "", "", "Reuters", "Oil prices"]);
    check("(CNN)The governor", ["(CNN)", "", "", "CNN", "The governor"]);
    check("afrol News, 26 June - Four", ["afrol News, 26 June -", "", "", "afrol News", "Four"]);
    check("AFP.- London - The driver", ["AFP.- London -", "London", "", "AFP", "The driver"]);
    check(
        "HARGEISA (Horn Post) — A drought",
        ["HARGEISA (Horn Post) —", "Hargeisa", "", "Horn Post", "A drought"],
    );
    check("YANGON, July 25 (Reuters): The", ["YANGON, July 25 (Reuters):", "Yangon", "", "Reuters", "The"]);
    check(
        "ABOARD THE FERRY (AP) — Waves",
        ["ABOARD THE FERRY (AP) —", "Aboard the Ferry", "", "AP", "Waves"],
    );
}

#[test]
fn places_in_ordinary_spelling() {
    check("Nairobi — A poll", ["Nairobi —", "Nairobi", "", "", "A poll"]);
    check("Doha: Qatar", ["Doha:", "Doha", "", "", "Qatar"]);
    check("Cape Town - After", ["Cape Town -", "Cape Town", "", "", "After"]);
    check("Srinagar- The bureau", ["Srinagar-", "Srinagar", "", "", "The bureau"]);
    check("Mumbai, India – In February", ["Mumbai, India –", "Mumbai", "", "", "In February"]);
    check("Sambalpur, India – A home", ["Sambalpur, India –", "Sambalpur", "", "", "A home"]);
    check("Durban, May 17 (IPS) - Goals", ["Durban, May 17 (IPS) -", "Durban", "", "IPS", "Goals"]);
    check("Kabul, Afghanistan (CNN) -- The", ["Kabul, Afghanistan (CNN) --", "Kabul", "", "CNN", "The"]);
    check("Egypt, Cairo, June 2022: As", ["Egypt, Cairo, June 2022:", "Cairo", "", "", "As"]);
    check(
        "Oyam & Gulu, Uganda , Jun 14 2022 (IPS) - A",
        ["Oyam & Gulu, Uganda , Jun 14 2022 (IPS) -", "Oyam", "2022-06-14", "IPS", "A"],
    );
}

#[test]
fn false_friends_are_prose() {
    for text in [
        "WARNING: This story names the dead.",
        "Note: The bank is closed.",
        "OPINION: We need more trains.",
        "BREAKING: The mayor resigns.",
        "EXCLUSIVE — The minister knew.",
        "UPDATE: The road is open.",
        "FACT CHECK: The photo is old.",
        "TODAY NICARAGUA – The rain came.",
        "NATO: The alliance met.",
        "UNICEF - The agency said.",
        "COVID-19: The numbers fall.",
        "US: The Senate voted.",
        "Q&A: Why the river floods",
        "Police: The road is closed.",
        "Ukraine: What we know",
        "Paris: a history of the city",
        "Paris — the city of light — is full.",
        "London – Europe’s largest financial centre – has lost jobs.",
        "Austin: The man who ran",
        "Iran: intelligence minister speaks",
        "The minister: “We know.”",
        "Madrid striker: I will stay",
        "THE GUJARAT Special Team (SIT) - a body - said",
        "LED BY the institute, schools: a survey",
        "Police today (July 26, 2022) found a car - a red one",
        "On July 26: The day it rained",
        "Monday: The market opened.",
        "Energy Crisis - South Africa Announces Plan",
        "Latin America (LATAM) has been - for years - poor",
        "10:30 The bell rang: all rose",
        "http: is a scheme",
        "A",
        "-",
        ": The",
        "() - The",
        "(BCMCL) - The company",
        "MR SMITH: I rise to speak.",
        "ONE: The first thing to know",
        "Islamabad is the capital: it lies north.",
        "ISLAMABAD is the capital",
        "This is Islamabad: The capital",
    ] {
        check_prose(text);
    }
    check_prose("BARTHOLOMEW: Good evening.\nPEREGRINE: Good evening to you.\nBARTHOLOMEW: Shall we?");
}

/// Checks what stands before and after the prose: url, title, publication, byline, publisher, body.
fn check_header(text: &str, [url, title, day, byline, publisher, body]: [&str; 6]) {
    let opening = opening(text);
    assert_eq!(opening.url.unwrap_or_default(), url, "url of {text:?}");
    assert_eq!(opening.title.unwrap_or_default(), title, "title of {text:?}");
    let found = opening.published.map_or_else(String::new, |date| date.to_string());
    assert_eq!(found, day, "publication of {text:?}");
    assert_eq!(opening.byline.unwrap_or_default(), byline, "byline of {text:?}");
    assert_eq!(opening.publisher.unwrap_or_default(), publisher, "publisher of {text:?}");
    let rest = text.split_at(opening.body_start).1;
    assert!(rest.starts_with(body), "body of {text:?} is {rest:?}");
}

#[test]
fn metadata_before_the_prose() {
    for (text, expected) in [
        (" date 2025-09-24 ISLAMABAD: The envoy", ["", "", "2025-09-24", "", "", "The envoy"]),
        ("date: 24 September 2025\n\nThe envoy", ["", "", "2025-09-24", "", "", "The envoy"]),
        (
            "Published: July 18, 2022 5:36:50 pm\nBy Ada Byron\n\nThe",
            ["", "", "2022-07-18", "Ada Byron", "", "The"],
        ),
        ("2025-09-24T10:00:00Z\nThe", ["", "", "2025-09-24", "", "", "The"]),
        ("Wednesday, September 24, 2025\nThe", ["", "", "2025-09-24", "", "", "The"]),
        ("Last updated at 1:25 AM on 3rd August 2011 . Den", ["", "", "2011-08-03", "", "", "Den"]),
        (
            "https://example.org/2022/07/19/a\n\nBy Ada Byron\nLONDON: The",
            ["https://example.org/2022/07/19/a", "", "2022-07-19", "Ada Byron", "", "The"],
        ),
        ("https://example.org/2022/07/a\n\nThe", ["https://example.org/2022/07/a", "", "", "", "", "The"]),
        ("https://example.org/a The", ["https://example.org/a", "", "", "", "", "The"]),
        ("https://example.org is a site", ["", "", "", "", "", "https://example.org is"]),
        (
            "Title: Rain\nAuthor: Ada Byron\nSource: Dawn\nDate: 2025-09-24\n\nIt rained",
            ["", "Rain", "2025-09-24", "Ada Byron", "Dawn", "It rained"],
        ),
        ("Title: Rain\n\nIt rained", ["", "", "", "", "", "Title: Rain"]),
        ("By Ada Byron, Staff Writer\n\nThe", ["", "", "", "Ada Byron", "", "The"]),
        ("BY ADA BYRON AND MARY SHELLEY\nThe", ["", "", "", "ADA BYRON AND MARY SHELLEY", "", "The"]),
        (
            "By Ludwig van Beethoven and Ada Byron\nThe",
            ["", "", "", "Ludwig van Beethoven and Ada Byron", "", "The"],
        ),
        (
            "By . Ada Byron . PUBLISHED: . 14:11 EST, 25 October 2013 . | . UPDATED: . 15:36 EST, 26 October 2013 . The",
            ["", "", "2013-10-25", "Ada Byron", "", "The"],
        ),
        ("By July the river was dry\nThe", ["", "", "", "", "", "By July"]),
        ("By Monday Night\nThe", ["", "", "", "", "", "By Monday"]),
        ("By the end of the year\nThe", ["", "", "", "", "", "By the end"]),
        ("date palms grow in Basra: The", ["", "", "", "", "", "date palms"]),
        ("July 26, 2022 was a hot day", ["", "", "", "", "", "July 26"]),
        ("Source: the river rises in the hills.", ["", "", "", "", "", "Source:"]),
        ("It Rains Again\n\nLONDON: The", ["", "", "", "", "", "It Rains Again"]),
        ("CAIRO - 26 July 2022: The", ["", "", "2022-07-26", "", "", "The"]),
        ("The\n\nPublished in Dawn, September 24th, 2025", ["", "", "2025-09-24", "", "Dawn", "The"]),
        ("The\n\nPublished in Dawn, one of many papers.", ["", "", "", "", "", "The"]),
        ("Published in Dawn, September 24th, 2025", ["", "", "2025-09-24", "", "Dawn", "Published"]),
        ("", ["", "", "", "", "", ""]),
        (" \n\t", ["", "", "", "", "", ""]),
        ("\u{feff}The", ["", "", "", "", "", "The"]),
    ] {
        check_header(text, expected);
    }
}

#[test]
fn the_footer_has_a_span() {
    let text = "LAHORE: It rained.\n\n Published in The Express Tribune, September 24th, 2025.\n";
    let footer = opening(text).footer.unwrap();
    assert_eq!(footer.of(text), "Published in The Express Tribune, September 24th, 2025.");
}

#[test]
fn what_the_caller_knows_goes_first() {
    let text = "date 2025-09-24 ISLAMABAD, Jan 1: The";
    let known = opening_after(text, 0, dates::stated("2020-01-02"));
    assert_eq!(known.published, dates::stated("2020-01-02"));
    assert_eq!(known.dateline.unwrap().date, dates::stated("2020-01-01"));
}

#[test]
fn a_start_outside_the_text_is_its_end() {
    assert_eq!(opening_after("é", 1, None).body_start, 2);
    assert_eq!(opening_after("é", 9, None).body_start, 2);
}

/// Checks that every offset of an opening is one of the text, in order.
fn check_bounds(text: &str) {
    let opening = opening(text);
    assert!(text.is_char_boundary(opening.body_start));
    let prose = text.split_at(opening.body_start).1;
    assert_eq!(prose, prose.trim_start());
    if let Some(dateline) = opening.dateline {
        assert!(!dateline.span.of(text).is_empty());
        assert!(dateline.span.end() <= opening.body_start);
    }
}

#[test]
fn long_texts_take_linear_time() {
    for piece in
        ["ABCDE:\n", "https://a", "By A B\n", " ", "(", "A, ", "- ", "1", "Date: 2020-01-01\n", "\u{301}"]
    {
        check_bounds(&piece.repeat(4_000_000 / piece.len()));
    }
}

proptest! {
    #[test]
    fn any_text_has_an_opening_within_it(text in "\\PC{0,200}") {
        check_bounds(&text);
    }

    #[test]
    fn text_made_of_openings_pieces_has_one_too(pieces in prop::collection::vec(prop::sample::select(vec![
        "date ", "2025-09-24", " ", "ISLAMABAD", ":", "—", " - ", "-", "(", ")", "Reuters", ", ", "Aug 3", "\n", "By ",
        "Ada Byron", "https://a.org/2022/07/19/", "é", "\u{feff}", "Published in ", "Dawn", ".", "Title: ", "’", "ß", "İ",
        "PUBLISHED: . ", " . ", "10:30", "Monday", "“",
    ]), 0..24)) {
        check_bounds(&pieces.concat());
    }
}
