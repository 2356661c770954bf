//! Exact decimal values as they are written in prose.

use std::fmt;

/// A decimal number `digits` × 10^`power`, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    digits: u128,
    power: i32,
}

impl Value {
    /// Reads digits with thousands commas (also `1,00,000`) and a decimal point; a lone comma before one
    /// or two digits is a decimal comma. `None` for anything else or more than 24 digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, fraction),
            None => match text.split_once(',') {
                Some((whole, part)) if part.len() < 3 => (whole, part),
                _ => (text, ""),
            },
        };
        let mut value = Self { digits: 0, power: -(fraction.len() as i32) };
        let mut count = 0;
        for byte in whole.bytes().filter(|&b| b != b',').chain(fraction.bytes()) {
            count += 1;
            if !byte.is_ascii_digit() || count > 24 {
                return None;
            }
            value.digits = value.digits * 10 + u128::from(byte - b'0');
        }
        (count > 0).then_some(value)
    }

    /// The value times 10^`power`.
    pub(crate) const fn shifted(self, power: i32) -> Self {
        Self { digits: self.digits, power: self.power + power }
    }

    /// True when the value is below `other`, which has the same scale; false when either is out of range.
    pub(crate) fn is_below(self, other: Self) -> bool {
        let floor = self.power.min(other.power);
        let grown = |value: Self| {
            let factor = 10_u128.checked_pow((value.power - floor).unsigned_abs())?;
            value.digits.checked_mul(factor)
        };
        grown(self).zip(grown(other)).is_some_and(|(own, other)| own < other)
    }

    /// Writes the value after a number with the same scale, for ranges.
    pub(crate) fn range(self, high: Self) -> String {
        format!("{self}-{high}")
    }
}

impl fmt::Display for Value {
    /// Writes plain decimal digits: no exponent, no trailing zeros after the point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut digits, mut power) = (self.digits, self.power);
        while power < 0 && digits.is_multiple_of(10) {
            digits /= 10;
            power += 1;
        }
        if power >= 0 {
            write!(f, "{digits}")?;
            return if digits == 0 { Ok(()) } else { (0..power).try_for_each(|_| f.write_str("0")) };
        }
        let places = power.unsigned_abs() as usize;
        let text = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = text.split_at_checked(text.len() - places).unwrap_or((&text, ""));
        write!(f, "{whole}.{fraction}")
    }
}

/// The power of ten of a scale word: `million`, `crore`, `bn`; `None` for any other word.
pub(crate) fn scale(word: &str) -> Option<i32> {
    Some(match word.to_ascii_lowercase().as_str() {
        "hundred" => 2,
        "thousand" | "k" => 3,
        "lakh" | "lakhs" | "lac" | "lacs" => 5,
        "million" | "millions" | "mn" | "mln" | "mil" | "mill" | "m" => 6,
        "crore" | "crores" | "cr" => 7,
        "billion" | "billions" | "bn" | "bln" | "bil" | "b" => 9,
        "trillion" | "trillions" | "tn" | "trn" | "trln" | "t" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
