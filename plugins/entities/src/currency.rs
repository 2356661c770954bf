//! Currencies as they are written, and which one a document means by an ambiguous name.

use crate::lexicon::{Lexicon, flag};
use crate::word::{Gap, Shape, Words};

/// A way to write a currency: the code it means anywhere (empty when it needs a country) and the
/// codes it means in certain countries.
pub(crate) struct Currency {
    written: &'static str,
    default: &'static str,
    by_country: &'static [(&'static str, &'static str)],
}

const RUPEES: &[(&str, &str)] = &[
    ("Pakistan", "PKR"),
    ("India", "INR"),
    ("Nepal", "NPR"),
    ("Sri Lanka", "LKR"),
    ("Mauritius", "MUR"),
    ("Seychelles", "SCR"),
];
const DOLLARS: &[(&str, &str)] = &[
    ("United States", "USD"),
    ("Australia", "AUD"),
    ("Canada", "CAD"),
    ("Hong Kong", "HKD"),
    ("New Zealand", "NZD"),
    ("Singapore", "SGD"),
    ("Taiwan", "TWD"),
    ("Namibia", "NAD"),
    ("Jamaica", "JMD"),
    ("Fiji", "FJD"),
    ("Liberia", "LRD"),
    ("Barbados", "BBD"),
    ("Bahamas", "BSD"),
    ("Guyana", "GYD"),
    ("Trinidad and Tobago", "TTD"),
    ("Brunei", "BND"),
    ("Belize", "BZD"),
];
const POUNDS: &[(&str, &str)] = &[
    ("United Kingdom", "GBP"),
    ("Egypt", "EGP"),
    ("Lebanon", "LBP"),
    ("Syria", "SYP"),
    ("Sudan", "SDG"),
    ("South Sudan", "SSP"),
];
const PESOS: &[(&str, &str)] = &[
    ("Mexico", "MXN"),
    ("Philippines", "PHP"),
    ("Argentina", "ARS"),
    ("Colombia", "COP"),
    ("Chile", "CLP"),
    ("Cuba", "CUP"),
    ("Uruguay", "UYU"),
    ("Dominican Republic", "DOP"),
];
const DINARS: &[(&str, &str)] = &[
    ("Kuwait", "KWD"),
    ("Jordan", "JOD"),
    ("Iraq", "IQD"),
    ("Bahrain", "BHD"),
    ("Algeria", "DZD"),
    ("Tunisia", "TND"),
    ("Libya", "LYD"),
    ("Serbia", "RSD"),
];
const RIYALS: &[(&str, &str)] =
    &[("Saudi Arabia", "SAR"), ("Qatar", "QAR"), ("Oman", "OMR"), ("Iran", "IRR"), ("Yemen", "YER")];
const FRANCS: &[(&str, &str)] = &[
    ("Switzerland", "CHF"),
    ("Senegal", "XOF"),
    ("Ivory Coast", "XOF"),
    ("Mali", "XOF"),
    ("Burkina Faso", "XOF"),
    ("Niger", "XOF"),
    ("Togo", "XOF"),
    ("Benin", "XOF"),
    ("Cameroon", "XAF"),
    ("Gabon", "XAF"),
    ("Chad", "XAF"),
    ("Rwanda", "RWF"),
    ("Burundi", "BIF"),
    ("Guinea", "GNF"),
    ("Democratic Republic of the Congo", "CDF"),
];
const SHILLINGS: &[(&str, &str)] =
    &[("Kenya", "KES"), ("Uganda", "UGX"), ("Tanzania", "TZS"), ("Somalia", "SOS")];
const DIRHAMS: &[(&str, &str)] = &[("United Arab Emirates", "AED"), ("Morocco", "MAD")];
const KRONOR: &[(&str, &str)] =
    &[("Sweden", "SEK"), ("Iceland", "ISK"), ("Norway", "NOK"), ("Denmark", "DKK")];
const KWACHA: &[(&str, &str)] = &[("Zambia", "ZMW"), ("Malawi", "MWK")];

/// `P` is the pula, and the peso of the Philippines.
const PULAS: &[(&str, &str)] = &[("Botswana", "BWP"), ("Philippines", "PHP")];

const fn one(written: &'static str, code: &'static str) -> Currency {
    Currency { written, default: code, by_country: &[] }
}

const fn many(
    written: &'static str,
    default: &'static str,
    by_country: &'static [(&'static str, &'static str)],
) -> Currency {
    Currency { written, default, by_country }
}

/// Written before the amount.
const PREFIXES: &[Currency] = &[
    one("$", "USD"),
    one("US$", "USD"),
    one("USD$", "USD"),
    one("U.S.$", "USD"),
    one("U.S. $", "USD"),
    one("A$", "AUD"),
    one("AU$", "AUD"),
    one("AUD$", "AUD"),
    one("C$", "CAD"),
    one("CA$", "CAD"),
    one("CAD$", "CAD"),
    one("Cdn$", "CAD"),
    one("HK$", "HKD"),
    one("NZ$", "NZD"),
    one("S$", "SGD"),
    one("NT$", "TWD"),
    one("N$", "NAD"),
    one("R$", "BRL"),
    one("J$", "JMD"),
    one("MX$", "MXN"),
    one("€", "EUR"),
    one("£", "GBP"),
    many("¥", "JPY", &[("China", "CNY"), ("Japan", "JPY")]),
    one("₹", "INR"),
    one("₦", "NGN"),
    one("₱", "PHP"),
    one("₩", "KRW"),
    one("₽", "RUB"),
    one("₺", "TRY"),
    one("₴", "UAH"),
    one("₪", "ILS"),
    one("฿", "THB"),
    one("₫", "VND"),
    one("₵", "GHS"),
    one("GH₵", "GHS"),
    one("GH¢", "GHS"),
    one("৳", "BDT"),
    many("Rs", "", RUPEES),
    many("Re", "", RUPEES),
    one("Tk", "BDT"),
    one("RM", "MYR"),
    one("Rp", "IDR"),
    one("KD", "KWD"),
    one("JD", "JOD"),
    one("BD", "BHD"),
    one("SR", "SAR"),
    one("QR", "QAR"),
    one("RO", "OMR"),
    many("Dh", "AED", DIRHAMS),
    many("Dhs", "AED", DIRHAMS),
    one("N", "NGN"),
    one("R", "ZAR"),
    many("K", "", KWACHA),
    one("Ksh", "KES"),
    one("KSh", "KES"),
    one("Kshs", "KES"),
    many("Sh", "KES", SHILLINGS),
    many("Shs", "", SHILLINGS),
    one("UShs", "UGX"),
    one("E£", "EGP"),
    one("$A", "AUD"),
    one("$C", "CAD"),
    one("$HK", "HKD"),
    one("$NZ", "NZD"),
    one("$US", "USD"),
    one("Tsh", "TZS"),
    one("TSh", "TZS"),
    one("Ush", "UGX"),
    one("UGX", "UGX"),
    one("RMB", "CNY"),
    many("P", "BWP", PULAS),
    one("Php", "PHP"),
    one("Le", "SLE"),
    one("FCFA", "XOF"),
    one("CFA", "XOF"),
];

/// Written after the amount, in the singular.
const NOUNS: &[Currency] = &[
    many("cent", "USD", DOLLARS),
    one("pence", "GBP"),
    many("dollar", "USD", DOLLARS),
    one("buck", "USD"),
    one("euro", "EUR"),
    many("pound", "GBP", POUNDS),
    one("sterling", "GBP"),
    one("yuan", "CNY"),
    one("renminbi", "CNY"),
    one("yen", "JPY"),
    one("won", "KRW"),
    many("rupee", "", RUPEES),
    one("rupiah", "IDR"),
    one("ringgit", "MYR"),
    one("baht", "THB"),
    one("taka", "BDT"),
    one("dong", "VND"),
    many("peso", "", PESOS),
    one("real", "BRL"),
    one("reais", "BRL"),
    many("dinar", "", DINARS),
    many("riyal", "SAR", RIYALS),
    many("rial", "IRR", RIYALS),
    many("dirham", "AED", DIRHAMS),
    one("shekel", "ILS"),
    one("lira", "TRY"),
    one("rand", "ZAR"),
    one("naira", "NGN"),
    one("cedi", "GHS"),
    many("shilling", "", SHILLINGS),
    many("kwacha", "", KWACHA),
    one("birr", "ETB"),
    one("dalasi", "GMD"),
    one("pula", "BWP"),
    one("leone", "SLE"),
    many("franc", "", FRANCS),
    many("krona", "SEK", KRONOR),
    many("kronor", "SEK", KRONOR),
    many("krone", "", KRONOR),
    many("kroner", "", KRONOR),
    one("koruna", "CZK"),
    one("koruny", "CZK"),
    one("zloty", "PLN"),
    one("zlotys", "PLN"),
    one("forint", "HUF"),
    one("ruble", "RUB"),
    one("rouble", "RUB"),
    one("hryvnia", "UAH"),
    one("hryvnias", "UAH"),
    one("tenge", "KZT"),
    one("som", "KGS"),
    one("lari", "GEL"),
    one("dram", "AMD"),
    one("manat", "AZN"),
    one("afghani", "AFN"),
    one("kyat", "MMK"),
    one("kip", "LAK"),
    one("riel", "KHR"),
    one("tugrik", "MNT"),
    one("quetzal", "GTQ"),
    one("lempira", "HNL"),
    one("guarani", "PYG"),
    one("boliviano", "BOB"),
    one("sol", "PEN"),
    one("soles", "PEN"),
    one("bolivar", "VES"),
    one("gourde", "HTG"),
    one("metical", "MZN"),
    one("ariary", "MGA"),
];

/// ISO 4217 codes that prose uses, before or after an amount.
const CODES: &[&str] = &[
    "AED", "AFN", "ARS", "AUD", "BAM", "BDT", "BGN", "BHD", "BRL", "BWP", "CAD", "CHF", "CLP", "CNY", "COP",
    "CZK", "DKK", "DZD", "EGP", "ETB", "EUR", "GBP", "GEL", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "IQD",
    "IRR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "KZT", "LBP", "LKR", "LYD", "MAD", "MMK", "MUR", "MXN",
    "MYR", "NAD", "NGN", "NOK", "NPR", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "RWF",
    "SAR", "SCR", "SDG", "SEK", "SGD", "SYP", "THB", "TND", "TRY", "TWD", "TZS", "UAH", "UGX", "USD", "UYU",
    "UZS", "VND", "XAF", "XOF", "YER", "ZAR", "ZMW",
];

/// A currency as found beside an amount.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    /// Index of the first word that is not of the currency.
    pub(crate) end: usize,
    /// ISO code; `None` when the document leaves it open.
    pub(crate) code: Option<&'static str>,
    /// A single letter, which needs more than a number to be a currency.
    pub(crate) letter: bool,
    /// A noun that is also a weight or a verb.
    pub(crate) doubtful: bool,
    /// A hundredth of the currency: cents, pence.
    pub(crate) minor: bool,
}

/// The currency written before an amount, from word `at` on.
pub(crate) fn prefix(words: &Words<'_>, at: usize, countries: &Countries) -> Option<Found> {
    let word = words.get(at)?;
    let text = words.str(at);
    if word.shape == Shape::Mark {
        if !text.starts_with(['$', '€', '£', '¥', '₹', '₦', '₱', '₩', '₽', '₺', '₴', '₪', '฿', '₫', '₵', '৳'])
        {
            return None;
        }
        // "$A300 million" is how Australians write it.
        let named =
            words.get(at + 1).filter(|next| text == "$" && next.gap == Gap::None && next.is_letters());
        let joined = named.and_then(|_| find(PREFIXES, &[text, words.str(at + 1)].concat()));
        let currency = joined.or_else(|| find(PREFIXES, text))?;
        return Some(Found {
            end: at + 1 + usize::from(joined.is_some()),
            code: countries.choose(currency),
            letter: false,
            doubtful: false,
            minor: false,
        });
    }
    if !word.is_capital() {
        return None;
    }
    if matches!(words.str(at + 1), "$" | "₵" | "¢" | "£") && words.same_line(at + 1) {
        let joined = [text, words.str(at + 1)].concat();
        if let Some(currency) = find(PREFIXES, &joined) {
            return Some(Found {
                end: at + 2,
                code: countries.choose(currency),
                letter: false,
                doubtful: false,
                minor: false,
            });
        }
        return None;
    }
    if let Ok(code) = CODES.binary_search(&text) {
        return Some(Found {
            end: at + 1,
            code: CODES.get(code).copied(),
            letter: false,
            doubtful: false,
            minor: false,
        });
    }
    let currency = find(PREFIXES, text)?;
    let period = words.is_text(at + 1, ".") && words.get(at + 1)?.gap == Gap::None;
    let letter = text.len() == 1;
    Some(Found {
        end: at + 1 + usize::from(period),
        code: countries.choose(currency),
        letter,
        doubtful: false,
        minor: false,
    })
}

/// True when a currency stands before word `at`, so that its digits are an amount and no year.
pub(crate) fn precedes(words: &Words<'_>, at: usize) -> bool {
    let Some(before) = words.before(at).filter(|before| before.is(flag::PREFIX) && before.is_capital())
    else {
        return false;
    };
    let text = words.slice(before.start, before.end);
    let hangs = words.get(at).is_some_and(|word| word.gap == Gap::None);
    hangs || (text.len() > 1 && (CODES.binary_search(&text).is_ok() || find(PREFIXES, text).is_some()))
}

/// The currency written after an amount, from word `at` on.
pub(crate) fn suffix(
    words: &Words<'_>,
    at: usize,
    countries: &Countries,
    lexicon: &Lexicon,
) -> Option<Found> {
    let text = words.str(at);
    if let Ok(code) = CODES.binary_search(&text) {
        return Some(Found {
            end: at + 1,
            code: CODES.get(code).copied(),
            letter: false,
            doubtful: false,
            minor: false,
        });
    }
    if matches!(text, "€" | "£" | "¥" | "₽" | "₺" | "₪") {
        let code = find(PREFIXES, text).and_then(|currency| countries.choose(currency));
        return Some(Found { end: at + 1, code, letter: false, doubtful: false, minor: false });
    }
    let (len, entry) = words.phrase(lexicon, at).unwrap_or((1, words.get(at)?.entry));
    let country =
        if entry.flags & (flag::COUNTRY | flag::NORP | flag::PLACE) != 0 && words.get(at)?.is_capital() {
            lexicon.group_name(entry.country)
        } else {
            ""
        };
    let mut noun = if country.is_empty() { at } else { at + len };
    noun += usize::from(words.is_text(noun, "CFA"));
    if !words.has(noun, flag::CURRENCY) || !words.same_line(noun) {
        return None;
    }
    let written = words.str(noun).to_lowercase();
    let currency = find(NOUNS, &written).or_else(|| find(NOUNS, written.strip_suffix('s')?))?;
    let own = currency.by_country.iter().find(|(name, _)| *name == country).map(|(_, code)| *code);
    let code = own.or_else(|| if country.is_empty() { countries.choose(currency) } else { simple(currency) });
    // Pounds are a weight, too: "10 pounds of rice", or any in a text that names no country that pays in them.
    let weight = currency.written == "pound" && (words.is_text(noun + 1, "of") || !countries.pay(currency));
    let doubtful =
        country.is_empty() && (weight || matches!(currency.written, "won" | "real" | "sol" | "som" | "buck"));
    let minor = matches!(currency.written, "cent" | "pence");
    Some(Found { end: noun + 1, code, letter: false, doubtful, minor })
}

fn simple(currency: &Currency) -> Option<&'static str> {
    (currency.by_country.is_empty() && !currency.default.is_empty()).then_some(currency.default)
}

fn find(table: &'static [Currency], written: &str) -> Option<&'static Currency> {
    table.iter().find(|currency| currency.written == written)
}

/// The countries a document names, for currencies that several share.
#[derive(Default)]
pub(crate) struct Countries {
    /// The dateline's country, if known.
    dateline: Option<String>,
    /// Countries with how often they or their people and places are named.
    named: Vec<(String, u32)>,
}

impl Countries {
    /// Counts the countries that the document's words name; the dateline's place goes first.
    pub(crate) fn of(words: &Words<'_>, dateline: Option<&str>, lexicon: &Lexicon) -> Self {
        let name = |group: u16| lexicon.group_name(group).to_owned();
        let dateline =
            dateline.map(|place| name(lexicon.whole(place).country)).filter(|name| !name.is_empty());
        let mut counts: Vec<(u16, u32)> = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let (len, entry) = if word.is_capital() {
                words.phrase(lexicon, at).unwrap_or((1, word.entry))
            } else {
                (1, crate::lexicon::Entry::default())
            };
            at += len;
            if entry.country == 0 {
                continue;
            }
            match counts.iter_mut().find(|(group, _)| *group == entry.country) {
                Some((_, count)) => *count += 1,
                None => counts.push((entry.country, 1)),
            }
        }
        Self { dateline, named: counts.into_iter().map(|(group, count)| (name(group), count)).collect() }
    }

    /// True when the document names a country of those that have this currency.
    fn pay(&self, currency: &Currency) -> bool {
        let known = |country: &str| currency.by_country.iter().any(|(name, _)| *name == country);
        self.dateline.as_deref().is_some_and(known) || self.named.iter().any(|(country, _)| known(country))
    }

    fn choose(&self, currency: &'static Currency) -> Option<&'static str> {
        let code =
            |country: &str| currency.by_country.iter().find(|(name, _)| *name == country).map(|pair| pair.1);
        if currency.by_country.is_empty() || matches!(currency.written, "dollar" | "cent") {
            return Some(currency.default);
        }
        if let Some(code) = self.dateline.as_deref().and_then(code) {
            return Some(code);
        }
        let mut best: Option<(&'static str, u32)> = None;
        let mut tied = false;
        for (country, count) in &self.named {
            let Some(code) = code(country) else { continue };
            match best {
                Some((other, most)) if most == *count => tied |= other != code,
                Some((_, most)) if most > *count => {}
                _ => {
                    best = Some((code, *count));
                    tied = false;
                }
            }
        }
        match best {
            Some((code, _)) if !tied => Some(code),
            _ => (!currency.default.is_empty() && !tied).then_some(currency.default),
        }
    }
}

#[cfg(test)]
mod tests;
