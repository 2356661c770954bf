//! What the learned score sees of a gap at once: the few bytes on both sides, without their window.

use crate::chunk::Class;
use crate::features::{Place, Style};

/// Number of bits of a feature that counts at a glance.
pub const GLANCE_BITS: u32 = 16;

/// The number of features for a glance.
pub(crate) const GLANCE: usize = 8;

/// Bytes seen on each side.
const SEEN: usize = 8;

/// The features that tell at little cost whether a gap is worth a closer look: indices of weights.
///
/// Most gaps are as clear as the one in "the Senate". There is no branch in here that depends on the text but at
/// its ends, and no loop. Near a paragraph's ends the bytes of its neighbours are seen too, most often line breaks.
#[expect(clippy::inline_always, reason = "its features would go through memory to their weights")]
#[inline(always)]
pub(crate) fn glance(text: &[u8], Style(style): Style, place: Place) -> [u32; GLANCE] {
    let (before, after) = (before(text, place.end), after(text, place.next));
    let tight = u64::from(place.next == place.end);
    let kind = (place.rule as u64 | tight << 2) << 4;
    // The last word and the next one, as far as they are seen, and the rest of the bytes.
    let seen = !(!0_u64).checked_shr(spaces(before).leading_zeros()).unwrap_or(0);
    let last = before & seen;
    let width = spaces(after).trailing_zeros() & !7;
    let next = after & !(!0_u64).checked_shl(width).unwrap_or(0);
    let class = |bytes: u64, at: u32| u64::from(Class::of((bytes >> (8 * at)) as u8).0);
    let (close, inner) = (class(before, 7), class(before, 6));
    let (first, second) = (class(after, 0), class(after, 1));
    let opening = class(last >> (last.trailing_zeros() & 0x38), 0);
    let beyond = after.checked_shr(width + 8).map_or(0, |rest| class(rest, 0));
    let sides = first << 4 | close;
    // Its length in bits.
    let done = u64::from(usize::BITS - place.end.saturating_sub(place.start).leading_zeros());
    let at = |template: u64, bytes: u64, more: u64| {
        let more = (kind | template | more << 8).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        (bytes.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(more) >> (64 - GLANCE_BITS)) as u32
    };
    [
        at(1, next, sides),
        at(2, before >> 40, first),
        at(3, 0, sides << 8 | inner << 4 | opening),
        at(4, next & 0xff_ffff, close),
        at(5, 0, beyond << 16 | second << 12 | opening << 8 | sides),
        at(6, 0, done << 8 | sides),
        at(7, style, sides),
        at(8, last, sides),
    ]
}

/// The eight bytes before `at`, the last of them in the highest bits.
#[inline]
fn before(text: &[u8], at: usize) -> u64 {
    let upto = text.get(..at).unwrap_or_default();
    if let Some(bytes) = upto.last_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    upto.iter().fold(0, |seen, &b| seen >> 8 | u64::from(b) << 56)
}

/// The eight bytes from `at` on, the first of them in the lowest bits.
#[inline]
fn after(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    rest.iter().take(SEEN).rev().fold(0, |seen, &b| seen << 8 | u64::from(b))
}

/// The highest bit of each byte that is white space or a sign of control.
#[inline]
fn spaces(bytes: u64) -> u64 {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    !(((bytes & !HIGHEST) + 0x5f5f_5f5f_5f5f_5f5f) | bytes) & HIGHEST
}

#[cfg(test)]
mod tests;
