//! The conditions of a pipeline: a tiny typed expression language.
//!
//! It is what `when` of a stage and `assert` of a gate are written in: comparison, arithmetic, `and`, `or`,
//! `not`, and nine functions. Nothing can be assigned, nothing loops, and every expression is checked against
//! names and types before the first document is read.
//!
//! ```
//! use docmill_expression::{NameTable, Row, Type, Value, condition};
//!
//! struct Document<'a> {
//!     text: &'a str,
//!     lang: Option<&'a str>,
//! }
//!
//! let names: NameTable = [("text", Type::Text), ("lang", Type::Text)].into_iter().collect();
//! let when = condition("len(text) > 10 and lang == 'en'", &names).unwrap();
//!
//! impl Row for Document<'_> {
//!     fn value(&self, name: usize) -> Value<'_> {
//!         // In the order of `when.names()`.
//!         if name == 0 { self.text.into() } else { self.lang.into() }
//!     }
//! }
//! assert!(when.holds(&Document { text: "Rain in Lima.", lang: Some("en") }));
//! assert!(!when.holds(&Document { text: "Rain in Lima.", lang: None }));
//! ```
//!
//! # The language
//!
//! From loose to tight: `or`, `and`, `not`, comparison and `in`, `+ -`, `* /`, the sign `-`. Brackets
//! group. Comparisons are not chained: `1 < x and x < 5`.
//!
//! | written | means |
//! |---|---|
//! | `600` `1_000` `0.99` `2e6` | a number; with a point or an exponent a real one |
//! | `'en'` `"en"` | a text; escapes `\\ \' \" \n \t`, no others |
//! | `true` `false` `null` | |
//! | `date('2025-09-24')` | a day |
//! | `lang` `run.documents_out` `stage."my-stage".rejected` | a name: letters, digits, `_`; a segment after a dot may be quoted |
//! | `== != < <= > >=` | comparison of two numbers, texts (by code point), dates; of conditions `==` and `!=` |
//! | `lang in ['en', 'fr']` `lang not in ['en']` | membership in a list that is written out |
//! | `'sport' in topics` | membership in a column that is a list |
//! | `+ - * /` and `-x` | arithmetic; `/` gives a real number |
//! | `len(x)` | characters of a text, elements of a list or layer, entries of a map |
//! | `count(layer)` `count(layer, 'PERSON')` | annotations; those whose `label` is this |
//! | `matches(text, '^\\d+ dead')` | whether the regular expression is found anywhere in the text |
//! | `contains(text, 'x')` `starts_with(text, 'x')` `ends_with(text, 'x')` | |
//! | `lower(text)` | the text in lower case, whatever the locale |
//! | `abs(number)` | the number without its sign, for `abs(a - b) <= 0.01 * b` |
//!
//! The list of functions is short on purpose. `min`, `max` and `round` are left out: `a > 3 and b > 3`
//! says `min(a, b) > 3` in plain words, and a comparison of rounded numbers hides where the border lies.
//!
//! Patterns are those of the crate `regex`: time linear in the text, so no look-around and no
//! back-references; `(?i)` ignores case; `\d`, `\w` and `\p{…}` (general categories and scripts) know
//! Unicode. As a backslash is an escape, it is written twice, and a third and fourth time in a TOML string
//! of the sort `"…"`: write `when = '''matches(text, "\\d")'''`.
//!
//! # Missing values
//!
//! A column may be null in a row, a count may not have been made, a division may be by zero: such a value
//! is missing.
//!
//! - Missing equals missing (so `x == null` asks for it) and nothing else; `!=` is the opposite of `==`, so
//!   `lang != 'en'` holds where `lang` is missing.
//! - `<`, `<=`, `>`, `>=`, `in` and the functions that test a text do not hold for a missing value;
//!   `not in` and `not contains(…)` then do.
//! - Arithmetic, `len`, `count`, `abs` and `lower` of a missing value are missing. So is a number that is
//!   not finite: a division by zero, an overflow, a NaN from a column.
//! - Where a condition is wanted (as a whole, or beside `and`, `or`, `not`), a missing one does not hold.
//!
//! # Numbers and times
//!
//! Whole numbers are exact up to 128 bits: sums and products of counts, and comparisons, of whole with real
//! numbers too. What is larger, and every quotient, is a real number of 64 bits. A column of `f32` is
//! widened: its `0.9` is 0.899999976 and not `>= 0.9`.
//!
//! A timestamp compares with a date by its day in UTC: `published == date('2025-09-24')` holds from
//! midnight to midnight.
//!
//! # Cost
//!
//! [`parse`] and [`check`] take time in proportion to the expression, which is [limited](MAX_BYTES) as its
//! [nesting](MAX_NESTING) and [height](MAX_HEIGHT) are; a row costs the expression times the texts it looks
//! at. The crate needs `regex` alone; with the feature `arrow` it reads record batches too.

#[cfg(feature = "arrow")]
mod arrow;
mod check;
mod code;
mod date;
mod evaluate;
mod fault;
#[cfg(test)]
mod fixture;
mod lex;
mod number;
mod parse;
mod pattern;
mod print;
mod row;
mod suggest;
mod tree;
mod types;

#[cfg(feature = "arrow")]
pub use arrow::{BindError, BindErrorKind, Bound, SchemaNames, types_of};
pub use check::{Condition, Typed, check, condition};
pub use fault::{Fault, FaultKind};
pub use parse::{MAX_BYTES, MAX_HEIGHT, MAX_NESTING, parse};
pub use print::written;
pub use row::{Row, Value};
pub use tree::Expression;
pub use types::{Name, NameTable, Names, Type};
