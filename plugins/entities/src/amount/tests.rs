use crate::annotator::{Annotations, Annotator, Document, Options};
use crate::label::Label;

/// Each case is a sentence and its amounts as `text = norm`, `-` for none.
fn check(label: Label, cases: &[(&str, &[&str])]) {
    let annotator = Annotator::new(Options { types: vec![label], ..Options::default() });
    let mut found = Annotations::default();
    for (text, wanted) in cases {
        let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
        annotator.annotate(&document, &mut found);
        let have: Vec<String> = found
            .mentions
            .iter()
            .map(|m| format!("{} = {}", m.span.of(text), m.norm.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(have, *wanted, "{text}");
    }
}

#[test]
fn money_with_a_sign_before() {
    check(
        Label::Money,
        &[
            ("Aid of about USD70.2 billion came.", &["USD70.2 billion = USD 70200000000"]),
            ("It cost USD 29 million.", &["USD 29 million = USD 29000000"]),
            ("It cost $4.", &["$4 = USD 4"]),
            ("It cost $1,250.50 a day.", &["$1,250.50 = USD 1250.5"]),
            ("It cost US$4.45 each.", &["US$4.45 = USD 4.45"]),
            ("It cost US $1.5 billion.", &["US $1.5 billion = USD 1500000000"]),
            ("It cost HK$20 million.", &["HK$20 million = HKD 20000000"]),
            ("It cost €3.2m in all.", &["€3.2m = EUR 3200000"]),
            ("It cost £80bn in all.", &["£80bn = GBP 80000000000"]),
            ("It cost ₹5 lakh there.", &["₹5 lakh = INR 500000"]),
            ("It cost Tk 1.5 crore there.", &["Tk 1.5 crore = BDT 15000000"]),
            ("It cost N7.2 billion there.", &["N7.2 billion = NGN 7200000000"]),
            ("It cost R120 000 there.", &["R120 000 = ZAR 120000"]),
            ("It cost RM177mil there.", &["RM177mil = MYR 177000000"]),
            ("It cost KD 890 there.", &["KD 890 = KWD 890"]),
            ("It cost N$2 000 there.", &["N$2 000 = NAD 2000"]),
            ("It cost $15M or $80B.", &["$15M = USD 15000000", "$80B = USD 80000000000"]),
            ("An $82-million plant.", &["$82-million = USD 82000000"]),
            ("It cost $25 million dollars.", &["$25 million dollars = USD 25000000"]),
        ],
    );
}

#[test]
fn money_with_a_noun_behind() {
    check(
        Label::Money,
        &[
            ("It cost 56 billion yuan.", &["56 billion yuan = CNY 56000000000"]),
            ("It cost 20 euros.", &["20 euros = EUR 20"]),
            ("It cost 120 million baht.", &["120 million baht = THB 120000000"]),
            ("It cost 2 trillion US dollars.", &["2 trillion US dollars = USD 2000000000000"]),
            ("It cost 5 million Canadian dollars.", &["5 million Canadian dollars = CAD 5000000"]),
            ("It cost 3.2m EUR.", &["3.2m EUR = EUR 3200000"]),
            ("It cost 300 billion pounds.", &["300 billion pounds = GBP 300000000000"]),
            ("In Mexico it cost 40 pesos.", &["40 pesos = MXN 40"]),
            ("It cost 40 pesos.", &["40 pesos = -"]),
            ("They won 3 won games.", &[]),
            ("It cost tens of billions of dollars.", &[]),
        ],
    );
}

#[test]
fn rupees_need_a_country() {
    check(
        Label::Money,
        &[
            ("In Pakistan it cost Rs 40,000.", &["Rs 40,000 = PKR 40000"]),
            ("In Lahore it cost Rs. 4 crore.", &["Rs. 4 crore = PKR 40000000"]),
            ("Indian shops want Rs 50 crore.", &["Rs 50 crore = INR 500000000"]),
            ("In Mauritius it cost 900 rupees.", &["900 rupees = MUR 900"]),
            ("It cost Rs 40,000.", &["Rs 40,000 = -"]),
            ("Between India and Nepal it cost Rs 40.", &["Rs 40 = -"]),
        ],
    );
}

#[test]
fn ranges_of_money() {
    check(
        Label::Money,
        &[
            ("It costs $1.2-1.4 billion.", &["$1.2-1.4 billion = USD 1200000000-1400000000"]),
            ("It costs $10-$20.", &["$10-$20 = USD 10-20"]),
            ("It costs $10 million to $20 million.", &["$10 million to $20 million = USD 10000000-20000000"]),
            (
                "It rose from $1 million to $2 million.",
                &["$1 million = USD 1000000", "$2 million = USD 2000000"],
            ),
            ("It costs between $5 and $10.", &["$5 = USD 5", "$10 = USD 10"]),
        ],
    );
}

#[test]
fn percentages() {
    check(
        Label::Percent,
        &[
            ("It rose 12.5 per cent.", &["12.5 per cent = 12.5"]),
            ("It rose 3%.", &["3% = 3"]),
            ("It rose 10-12 percent.", &["10-12 percent = 10-12"]),
            ("It rose 10 to 12 per cent.", &["10 to 12 per cent = 10-12"]),
            ("It rose 10% to 12%.", &["10% to 12% = 10-12"]),
            ("It fell from 10% to 8%.", &["10% = 10", "8% = 8"]),
            ("It rose 2 percentage points.", &["2 percentage points = 2"]),
        ],
    );
}

#[test]
fn quantities() {
    check(
        Label::Quantity,
        &[
            ("They took 78 bodies away.", &["78 bodies = 78 body"]),
            ("About 22 million people came.", &["22 million people = 22000000 people"]),
            ("A 640-kg bomb fell.", &["640-kg = 640 kg"]),
            ("It held for 30 days.", &["30 days = 30 day"]),
            ("A 14-day truce.", &["14-day = 14 day"]),
            ("It is 200 kilometres away.", &["200 kilometres = 200 km"]),
            ("It covers 1,500 square kilometres.", &["1,500 square kilometres = 1500 km2"]),
            ("It made 5 to 7 tonnes.", &["5 to 7 tonnes = 5-7 tonne"]),
            ("It made 525MW then.", &["525MW = 525 MW"]),
            ("Winds of 90 kilometres per hour.", &["90 kilometres per hour = 90 km/h"]),
            ("They fed 339 children.", &["339 children = 339 child"]),
            ("A 77-year-old man, 5 years old.", &[]),
            ("They won 3-0 with 5,000 votes.", &[]),
            ("COVID-19 cases and Flight 804 passengers.", &[]),
            ("It is No. 2 worldwide.", &[]),
            ("He came 2nd in 9 Ukrainian towns.", &[]),
        ],
    );
}
