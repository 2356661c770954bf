//! Finds amounts with a digit: money, percentages, quantities.

use crate::currency::{self, Countries};
use crate::label::Label;
use crate::lexicon::{Lexicon, flag};
use crate::number::{Value, scale};
use crate::unit;
use crate::word::{Gap, Shape, Word, Words};

/// An amount of the words from where it was looked for up to `end`.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Index after the last word.
    pub(crate) end: usize,
    pub(crate) label: Label,
    pub(crate) norm: Option<String>,
}

/// Reads amounts of one document.
pub(crate) struct Amounts<'a> {
    words: &'a Words<'a>,
    lexicon: &'a Lexicon,
    countries: Countries,
    /// Joins `$10 to $20` in one range.
    whole: bool,
}

/// A number or a range of numbers with its scale.
#[derive(Clone, Copy)]
struct Figure {
    low: Value,
    high: Option<Value>,
    end: usize,
    /// The power of ten that the scale words behind it name.
    power: i32,
}

impl Figure {
    fn is_scaled(&self) -> bool {
        self.power != 0
    }

    fn shifted(self, power: i32) -> Self {
        Self { low: self.low.shifted(power), high: self.high.map(|high| high.shifted(power)), ..self }
    }

    fn write(&self) -> String {
        self.high.map_or_else(|| self.low.to_string(), |high| self.low.range(high))
    }
}

impl<'a> Amounts<'a> {
    /// Prepares for one document; looks for its countries only when one of its words names a currency
    /// that several share.
    pub(crate) fn new(
        words: &'a Words<'a>,
        dateline: Option<&str>,
        lexicon: &'a Lexicon,
        whole: bool,
    ) -> Self {
        let needed = words.list.iter().any(|word| {
            word.is(flag::CURRENCY | flag::PREFIX) || matches!(words.slice(word.start, word.end), "¥")
        });
        let countries = if needed { Countries::of(words, dateline, lexicon) } else { Countries::default() };
        Self { words, lexicon, countries, whole }
    }

    /// The amount that begins at word `at`.
    pub(crate) fn find(&self, at: usize) -> Option<Found> {
        let word = self.words.get(at)?;
        if word.shape == Shape::Number {
            return self.number(at);
        }
        let symbol = word.shape == Shape::Mark && !self.words.slice(word.start, word.end).is_ascii()
            || self.words.is_text(at, "$");
        if symbol || (word.is_capital() && word.is(flag::PREFIX)) { self.prefixed(at) } else { None }
    }

    fn prefixed(&self, at: usize) -> Option<Found> {
        let words = self.words;
        let sign = currency::prefix(words, at, &self.countries)?;
        let number =
            words.get(sign.end).filter(|word| word.shape == Shape::Number && word.gap != Gap::Line)?;
        let letter =
            sign.letter && (number.gap != Gap::None || words.before(at).is_some_and(Word::is_capital));
        if letter {
            return None;
        }
        let mut figure = self.figure(sign.end, true)?;
        let digits = words.str(sign.end).len();
        // "N12" is a channel and "COP 27" a conference; "R20" is a price.
        let least = if words.is_text(at, "R") { 2 } else { 3 };
        let short = sign.letter && digits < least || sign.code == Some("COP") && digits < 3;
        if short && !figure.is_scaled() {
            return None;
        }
        figure = self.second_price(figure, at, sign.code);
        let mut end = figure.end;
        // "$25.5 million dollars" and "R20 rand" say the currency twice.
        if let Some(again) =
            currency::suffix(words, end, &self.countries, self.lexicon).filter(|_| words.same_line(end))
            && again.code == sign.code
        {
            end = again.end;
        }
        let norm = sign.code.map(|code| format!("{code} {}", figure.write()));
        Some(Found { end, label: Label::Money, norm })
    }

    /// Joins `$1.2 billion to $1.4 billion` and `$10-$20`, unless the words before say "from" or "between".
    fn second_price(&self, figure: Figure, at: usize, code: Option<&str>) -> Figure {
        let words = self.words;
        let dash = matches!(words.str(figure.end), "-" | "–");
        let to = words.is_text(figure.end, "to")
            && !words
                .before(at)
                .is_some_and(|word| words.slice(word.start, word.end).eq_ignore_ascii_case("from"));
        if figure.high.is_some() || !(dash || to) || !self.whole {
            return figure;
        }
        let Some(other) = currency::prefix(words, figure.end + 1, &self.countries) else { return figure };
        match self.figure(other.end, true) {
            Some(second) if other.code == code && second.high.is_none() => {
                // In "$1.2 to $1.4 billion" the scale is for both, in "$500 to $1 million" it is not.
                let shared = figure.power == 0 && figure.low.is_below(second.low.shifted(-second.power));
                let low = if shared { figure.low.shifted(second.power) } else { figure.low };
                Figure { low, high: Some(second.low), end: second.end, power: second.power }
            }
            _ => figure,
        }
    }

    /// The number at word `at` with its scale and, when one follows, the other end of its range.
    fn figure(&self, at: usize, money: bool) -> Option<Figure> {
        let (mut low, mut end) = self.value(at, money)?;
        let (power, after) = self.scale(end, money);
        let dash = matches!(self.words.str(after), "-" | "–" | "—") && self.words.same_line(after);
        let to = self.words.is_text(after, "to") && self.words.same_line(after);
        if (dash || to)
            && let Some((high, next)) = self.value(after + 1, money)
            && !self.is_time(next)
        {
            let (high_power, next) = self.scale(next, money);
            // In "1.2-1.4 billion" the scale is for both.
            let low_power = if power == 0 { high_power } else { power };
            if power == 0 || high_power != 0 {
                return Some(Figure {
                    low: low.shifted(low_power),
                    high: Some(high.shifted(high_power)),
                    end: next,
                    power: high_power,
                });
            }
        }
        low = low.shifted(power);
        end = after;
        Some(Figure { low, high: None, end, power })
    }

    fn is_time(&self, at: usize) -> bool {
        matches!(self.words.str(at), "am" | "pm" | "a.m." | "p.m." | ":" | "st" | "nd" | "rd" | "th")
    }

    /// The number at word `at`, with groups of three digits set apart by spaces after a currency.
    fn value(&self, at: usize, money: bool) -> Option<(Value, usize)> {
        let words = self.words;
        let word = words.get(at).filter(|word| word.shape == Shape::Number)?;
        let mut last = word;
        let mut end = at + 1;
        let plain = word.end - word.start <= 3;
        while let Some(next) = words.get(end).filter(|next| money && plain && next.shape == Shape::Number) {
            if end > at + 8
                || next.end - next.start != 3
                || next.gap != Gap::Space
                || next.start != last.end + 1
            {
                break;
            }
            last = next;
            end += 1;
        }
        if end == at + 1 {
            return Value::parse(words.str(at)).map(|value| (value, end));
        }
        let digits: String = words.slice(word.start, last.end).split(' ').collect();
        Value::parse(&digits).map(|value| (value, end))
    }

    /// The power of ten of the scale words at `at`, and the index after them.
    fn scale(&self, at: usize, money: bool) -> (i32, usize) {
        let words = self.words;
        let mut next = at;
        let hyphen = words.is_text(next, "-") && words.get(next).is_some_and(|word| word.gap == Gap::None);
        if hyphen && words.has(next + 1, flag::SCALE) {
            next += 1;
        }
        let Some(word) = words.get(next).filter(|word| word.gap != Gap::Line && word.is(flag::SCALE)) else {
            return (0, at);
        };
        let text = words.slice(word.start, word.end);
        // A lone letter scales money only, and only when it hangs on the digits.
        if text.len() == 1 && (!money || word.gap != Gap::None) {
            return (0, at);
        }
        let power = scale(text).unwrap_or(0);
        let more = words.get(next + 1).filter(|word| word.gap == Gap::Space && word.is(flag::SCALE));
        match more.and_then(|word| scale(words.slice(word.start, word.end))) {
            Some(further) if text.len() > 1 && further >= 5 => (power + further, next + 2),
            _ if words.is_text(next + 1, ".")
                && text.len() == 2
                && words.get(next + 2).is_some_and(|w| !w.first) =>
            {
                (power, next + 2)
            }
            _ => (power, next + 1),
        }
    }

    fn number(&self, at: usize) -> Option<Found> {
        let words = self.words;
        if self.is_code(at) {
            return None;
        }
        let figure = self.figure(at, false)?;
        if let Some(found) = self.percent(figure).or_else(|| self.suffixed(at)) {
            return Some(found);
        }
        let mut next = figure.end;
        let tight = words.is_text(next, "-") && words.get(next)?.gap == Gap::None;
        next += usize::from(tight);
        if !words.same_line(next) || (tight && words.get(next)?.gap != Gap::None) {
            return None;
        }
        let (end, name) = unit::unit(words, next, tight)?;
        Some(Found { end, label: Label::Quantity, norm: Some(format!("{} {name}", figure.write())) })
    }

    /// True when the digits are a piece of something else: `COVID-19`, `3-0`, `No. 2`, `Flight 804`.
    fn is_code(&self, at: usize) -> bool {
        let words = self.words;
        let (Some(word), Some(before)) = (words.get(at), words.before(at)) else { return false };
        let text = words.slice(before.start, before.end);
        if word.gap == Gap::None {
            return before.is_letters()
                || matches!(text, "-" | "–" | "/" | ":" | "." | "#" | "_" | "=" | "@");
        }
        let counted = [
            "no",
            "nos",
            "number",
            "article",
            "section",
            "chapter",
            "page",
            "act",
            "flight",
            "route",
            "room",
            "phase",
            "level",
            "group",
            "resolution",
            "grade",
            "aged",
            "age",
            "highway",
            "line",
            "vision",
            "class",
        ];
        counted.iter().any(|word| word.eq_ignore_ascii_case(text))
            || (text == "." && at >= 2 && matches!(words.str(at - 2), "No" | "Nos" | "no"))
    }

    fn percent(&self, figure: Figure) -> Option<Found> {
        let words = self.words;
        let at = figure.end;
        let hyphen = usize::from(words.is_text(at, "-") && words.get(at)?.gap == Gap::None);
        let at = at + hyphen;
        if !words.same_line(at) {
            return None;
        }
        let mut end = match words.str(at) {
            "%" | "percent" | "pct" | "pc" | "percentage" | "Percent" => at + 1,
            "per" if matches!(words.str(at + 1), "cent" | "cents") => at + 2,
            _ => return None,
        };
        if words.is_text(at, "percentage") {
            if !matches!(words.str(end), "point" | "points") {
                return None;
            }
            end += 1;
        }
        let mut figure = figure;
        // "10% to 12%" is one range.
        if figure.high.is_none()
            && matches!(words.str(end), "-" | "–" | "to")
            && let Some((high, next)) = self.value(end + 1, false)
            && words.is_text(next, words.str(at))
            && !words
                .before(figure.end - 1)
                .is_some_and(|b| words.slice(b.start, b.end).eq_ignore_ascii_case("from"))
        {
            figure.high = Some(high);
            end = if words.is_text(next, "per") { next + 2 } else { next + 1 };
        }
        Some(Found { end, label: Label::Percent, norm: Some(figure.write()) })
    }

    /// `56 billion yuan`, `3.2m EUR`, `200-rand`.
    fn suffixed(&self, at: usize) -> Option<Found> {
        let words = self.words;
        let figure = self.figure(at, true)?;
        let mut next = figure.end;
        if words.is_text(next, "-") && words.get(next)?.gap == Gap::None {
            next += 1;
        }
        if words.is_text(next, "worth") || !words.same_line(next) {
            return None;
        }
        let noun = currency::suffix(words, next, &self.countries, self.lexicon)?;
        if noun.doubtful && !figure.is_scaled() {
            return None;
        }
        let figure = if noun.minor { figure.shifted(-2) } else { figure };
        let norm = noun.code.map(|code| format!("{code} {}", figure.write()));
        Some(Found { end: noun.end, label: Label::Money, norm })
    }
}

#[cfg(test)]
mod tests;
