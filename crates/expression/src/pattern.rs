//! Regular expressions in an expression.

use crate::fault::{Fault, FaultKind};
use crate::tree::Text;
use regex::{Regex, RegexBuilder};
use std::ops::Range;

// A compiled pattern of news work takes a few KiB, `\w{40}` about a MiB. Two MiB keep the time that a hostile
// pattern costs to a fraction of a second.
const MAX_COMPILED: usize = 2 << 20;

/// Compiles the pattern that a literal holds; `span` is the literal's place.
pub(crate) fn compile(pattern: &Text, span: &Range<usize>) -> Result<Regex, Fault> {
    let wrong = |part: &regex_syntax::ast::Span, what: String| {
        let place = pattern.written(&(part.start.offset..part.end.offset));
        Fault::new(FaultKind::Pattern, &place, format!("the pattern is wrong: {what}"))
    };
    match regex_syntax::parse(&pattern.value) {
        Ok(_) => {}
        Err(regex_syntax::Error::Parse(error)) => return Err(wrong(error.span(), error.kind().to_string())),
        Err(regex_syntax::Error::Translate(error)) => {
            return Err(wrong(error.span(), error.kind().to_string()));
        }
        Err(_) => return Err(Fault::new(FaultKind::Pattern, span, "the pattern is wrong")),
    }
    RegexBuilder::new(&pattern.value).size_limit(MAX_COMPILED).build().map_err(|_| {
        let message = format!("the pattern takes more than {} KiB once it is compiled", MAX_COMPILED >> 10);
        Fault::new(FaultKind::Pattern, span, message).help("shorten it, or repeat less: `{1,1000}` is costly")
    })
}
