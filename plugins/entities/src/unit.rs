//! Units and counted nouns, brought to the singular.

use crate::lexicon::flag;
use crate::word::{Gap, Shape, Words};

/// Units with the way they are written in `norm`; two words are joined by a space.
const UNITS: &[(&str, &str)] = &[
    ("bpd", "bpd"),
    ("centimeter", "cm"),
    ("centimetre", "cm"),
    ("cm", "cm"),
    ("cubic centimeter", "cm3"),
    ("cubic centimetre", "cm3"),
    ("cubic feet", "ft3"),
    ("cubic foot", "ft3"),
    ("cubic meter", "m3"),
    ("cubic metre", "m3"),
    ("feet", "foot"),
    ("ft", "foot"),
    ("g", "g"),
    ("gb", "GB"),
    ("ghz", "GHz"),
    ("gigabyte", "GB"),
    ("gigawatt", "GW"),
    ("gram", "g"),
    ("gramme", "g"),
    ("gw", "GW"),
    ("gwh", "GWh"),
    ("ha", "ha"),
    ("hectare", "ha"),
    ("hour", "hour"),
    ("hr", "hour"),
    ("hrs", "hour"),
    ("inch", "inch"),
    ("inche", "inch"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("kilo", "kg"),
    ("kilogram", "kg"),
    ("kilogramme", "kg"),
    ("kilometer", "km"),
    ("kilometre", "km"),
    ("kilowatt", "kW"),
    ("km", "km"),
    ("km2", "km2"),
    ("kmh", "km/h"),
    ("kms", "km"),
    ("kph", "km/h"),
    ("kw", "kW"),
    ("kwh", "kWh"),
    ("lb", "pound"),
    ("lbs", "pound"),
    ("liter", "l"),
    ("litre", "l"),
    ("m", "m"),
    ("mb", "MB"),
    ("megabyte", "MB"),
    ("megawatt", "MW"),
    ("meter", "m"),
    ("metre", "m"),
    ("mg", "mg"),
    ("mhz", "MHz"),
    ("millimeter", "mm"),
    ("millimetre", "mm"),
    ("min", "minute"),
    ("mins", "minute"),
    ("ml", "ml"),
    ("mm", "mm"),
    ("mph", "mph"),
    ("mw", "MW"),
    ("mwh", "MWh"),
    ("nautical mile", "nautical mile"),
    ("oz", "ounce"),
    ("sq feet", "ft2"),
    ("sq ft", "ft2"),
    ("sq km", "km2"),
    ("sq m", "m2"),
    ("sq mile", "square mile"),
    ("square feet", "ft2"),
    ("square foot", "ft2"),
    ("square kilometer", "km2"),
    ("square kilometre", "km2"),
    ("square km", "km2"),
    ("square meter", "m2"),
    ("square metre", "m2"),
    ("square mile", "square mile"),
    ("tb", "TB"),
    ("ton", "ton"),
    ("tonne", "tonne"),
];

/// Plurals whose singular no rule gives.
const IRREGULAR: &[(&str, &str)] = &[
    ("aircraft", "aircraft"),
    ("buses", "bus"),
    ("cattle", "cattle"),
    ("children", "child"),
    ("crises", "crisis"),
    ("feet", "foot"),
    ("gases", "gas"),
    ("halves", "half"),
    ("heroes", "hero"),
    ("knives", "knife"),
    ("leaves", "leaf"),
    ("lives", "life"),
    ("loaves", "loaf"),
    ("men", "man"),
    ("mice", "mouse"),
    ("movies", "movie"),
    ("people", "people"),
    ("personnel", "personnel"),
    ("policemen", "policeman"),
    ("series", "series"),
    ("sheep", "sheep"),
    ("shelves", "shelf"),
    ("shoes", "shoe"),
    ("species", "species"),
    ("teeth", "tooth"),
    ("thieves", "thief"),
    ("troops", "troop"),
    ("viruses", "virus"),
    ("wives", "wife"),
    ("wolves", "wolf"),
    ("women", "woman"),
];

/// Scores, tallies and words that no amount counts.
const NOT_COUNTED: &[&str] = &[
    "always", "as", "basis", "does", "goals", "goes", "half", "has", "is", "its", "ones", "overs", "perhaps",
    "points", "pts", "runs", "says", "sixes", "this", "thus", "times", "tries", "us", "versus", "votes",
    "was", "wickets", "wins", "yes",
];

/// The unit or plural noun at word `at`: the index after it and its singular.
///
/// `hyphen` says that the number hangs on the word by a hyphen (`14-day`), where the word is in the
/// singular already. Ages (`77-year-old`, `5 years old`) give nothing.
pub(crate) fn unit(words: &Words<'_>, at: usize, hyphen: bool) -> Option<(usize, String)> {
    let word = words.get(at)?;
    if words.is_text(at, "°") {
        return scale_of_heat(words, at + 1);
    }
    if !word.is_letters() {
        return None;
    }
    let text = words.str(at);
    let lower = text.to_lowercase();
    if matches!(lower.as_str(), "degree" | "degrees")
        && let Some(found) = scale_of_heat(words, at + 1)
    {
        return Some(found);
    }
    if let Some((end, name)) = listed(words, at, &lower) {
        return Some((end, name.to_owned()));
    }
    let glued = word.gap == Gap::None && !hyphen;
    if word.shape != Shape::Lower || glued || text.len() < 3 || is_age(words, at, &lower) {
        return None;
    }
    if word.is(flag::FUNCTION | flag::SAY | flag::SCALE) || NOT_COUNTED.binary_search(&text).is_ok() {
        return None;
    }
    if hyphen {
        let more = words.is_text(at + 1, "-") && words.get(at + 1)?.gap == Gap::None;
        return (!more && text.is_ascii()).then(|| (at + 1, singular(&lower)));
    }
    let plural = IRREGULAR.binary_search_by_key(&text, |pair| pair.0).is_ok()
        || (text.len() > 3 && text.ends_with('s') && !text.ends_with("ss") && !text.ends_with("us"));
    let day =
        matches!(text, "day" | "week" | "month" | "year" | "minute" | "second" | "mile" | "acre" | "barrel");
    (plural || day).then(|| (at + 1, singular(&lower)))
}

fn listed(words: &Words<'_>, at: usize, lower: &str) -> Option<(usize, &'static str)> {
    let find =
        |text: &str| UNITS.binary_search_by_key(&text, |pair| pair.0).ok().and_then(|at| UNITS.get(at));
    if words.str(at) == "M" || words.str(at) == "G" {
        return None;
    }
    if matches!(lower, "square" | "sq" | "cubic" | "nautical") {
        let dot = usize::from(words.is_text(at + 1, "."));
        let next = words.str(at + 1 + dot).to_lowercase();
        let stem = next.strip_suffix('s').unwrap_or(&next);
        return find(&[lower, " ", stem].concat()).map(|pair| (at + 2 + dot, pair.1));
    }
    let pair = find(lower).or_else(|| find(lower.strip_suffix('s').filter(|stem| stem.len() > 2)?))?;
    if words.get(at).is_some_and(|word| word.is_capital() && word.gap == Gap::Space && lower.len() > 4) {
        return None;
    }
    if let Some(energy) = energy(words, at, pair.1) {
        return Some(energy);
    }
    let hourly = matches!(pair.1, "km" | "mile")
        && ((words.is_text(at + 1, "per") && words.is_text(at + 2, "hour"))
            || (words.is_text(at + 1, "/") && words.is_text(at + 2, "h")));
    Some(if hourly { (at + 3, if pair.1 == "km" { "km/h" } else { "mph" }) } else { (at + 1, pair.1) })
}

/// `kilowatt-hours`, `megawatt hours`.
fn energy(words: &Words<'_>, at: usize, power: &str) -> Option<(usize, &'static str)> {
    let name = match power {
        "kW" => "kWh",
        "MW" => "MWh",
        "GW" => "GWh",
        _ => return None,
    };
    let next = if words.is_text(at + 1, "-") { at + 2 } else { at + 1 };
    matches!(words.str(next), "hour" | "hours").then_some((next + 1, name))
}

/// `Celsius`, `C`, `Fahrenheit` or `F` behind a sign or word of degrees.
fn scale_of_heat(words: &Words<'_>, at: usize) -> Option<(usize, String)> {
    let name = match words.str(at) {
        "C" | "Celsius" | "celsius" | "Centigrade" | "centigrade" => "°C",
        "F" | "Fahrenheit" | "fahrenheit" => "°F",
        _ => return None,
    };
    words.same_line(at).then(|| (at + 1, name.to_owned()))
}

fn is_age(words: &Words<'_>, at: usize, lower: &str) -> bool {
    let span = matches!(lower, "year" | "years" | "month" | "months" | "week" | "weeks" | "day" | "days");
    let next = if words.is_text(at + 1, "-") { at + 2 } else { at + 1 };
    span && (words.is_text(next, "old")
        || words.is_text(next, "olds")
        || words.is_text(next, "of") && words.is_text(next + 1, "age"))
}

/// The singular of an English plural; a word that is none comes back as it is.
pub(crate) fn singular(word: &str) -> String {
    if let Ok(at) = IRREGULAR.binary_search_by_key(&word, |pair| pair.0) {
        return IRREGULAR.get(at).map_or(word, |pair| pair.1).to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return [stem, "y"].concat();
    }
    for ending in ["sses", "ches", "shes", "xes", "zes"] {
        if word.ends_with(ending) {
            return word.strip_suffix("es").unwrap_or(word).to_owned();
        }
    }
    if let Some(stem) = word.strip_suffix("oes").filter(|stem| stem.len() > 2) {
        return [stem, "o"].concat();
    }
    if let Some(stem) = word.strip_suffix("men").filter(|stem| stem.len() > 2) {
        return [stem, "man"].concat();
    }
    let keep = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") || word.len() < 4;
    if keep { word.to_owned() } else { word.strip_suffix('s').unwrap_or(word).to_owned() }
}

#[cfg(test)]
mod tests;
