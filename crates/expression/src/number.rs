//! Numbers that do not lose what was counted.

use std::cmp::Ordering;

/// A whole number, or a real one that is finite.
///
/// Any u64 or i64 is held exactly, as are their sums and nearly all their products; what leaves 128 bits
/// goes on as a real number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Whole(i128),
    Real(f64),
}

// 2^127: the first real number above every i128.
const ABOVE: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;

impl Number {
    /// A real number; `None` when it is infinite or none at all.
    pub(crate) fn real(value: f64) -> Option<Number> {
        value.is_finite().then_some(Number::Real(value))
    }

    pub(crate) fn as_real(self) -> f64 {
        match self {
            Number::Whole(whole) => whole as f64,
            Number::Real(real) => real,
        }
    }

    /// Compares exactly, a whole with a real number too.
    pub(crate) fn compare(self, other: Number) -> Ordering {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => a.cmp(&b),
            (Number::Whole(a), Number::Real(b)) => compare_mixed(a, b),
            (Number::Real(a), Number::Whole(b)) => compare_mixed(b, a).reverse(),
            (Number::Real(a), Number::Real(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        }
    }

    pub(crate) fn plus(self, other: Number) -> Option<Number> {
        self.with(other, i128::checked_add, |a, b| a + b)
    }

    pub(crate) fn minus(self, other: Number) -> Option<Number> {
        self.with(other, i128::checked_sub, |a, b| a - b)
    }

    pub(crate) fn times(self, other: Number) -> Option<Number> {
        self.with(other, i128::checked_mul, |a, b| a * b)
    }

    /// The quotient as a real number; `None` for a division by zero.
    pub(crate) fn over(self, other: Number) -> Option<Number> {
        Number::real(self.as_real() / other.as_real())
    }

    pub(crate) fn negated(self) -> Number {
        match self {
            Number::Whole(whole) => whole.checked_neg().map_or(Number::Real(-(whole as f64)), Number::Whole),
            Number::Real(real) => Number::Real(-real),
        }
    }

    pub(crate) fn abs(self) -> Number {
        if self.compare(Number::Whole(0)) == Ordering::Less { self.negated() } else { self }
    }

    fn with(
        self,
        other: Number,
        exact: fn(i128, i128) -> Option<i128>,
        rounded: fn(f64, f64) -> f64,
    ) -> Option<Number> {
        if let (Number::Whole(a), Number::Whole(b)) = (self, other)
            && let Some(whole) = exact(a, b)
        {
            return Some(Number::Whole(whole));
        }
        Number::real(rounded(self.as_real(), other.as_real()))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.compare(*other) == Ordering::Equal
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.compare(*other))
    }
}

fn compare_mixed(whole: i128, real: f64) -> Ordering {
    if real >= ABOVE {
        return Ordering::Less;
    }
    if real < -ABOVE {
        return Ordering::Greater;
    }
    // The whole part of a real number below 2^127 is an i128 without loss.
    whole
        .cmp(&(real.trunc() as i128))
        .then_with(|| 0.0_f64.partial_cmp(&real.fract()).unwrap_or(Ordering::Equal))
}

#[cfg(test)]
mod tests;
