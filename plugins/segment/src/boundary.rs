//! Whether a stop within a paragraph ends a sentence, and where the sentence then ends.

use crate::abbreviations::{Abbreviation, LONGEST, goes_with_time, known, reports_speech};
use crate::chars::{
    Stop, byte, char_at, char_before, char_within, is_bullet, is_closer, is_opener, is_word, skip_space, stop,
};
use crate::language::{Language, holds_small};
use crate::words::{
    goes_on, is_acronym, is_dash, is_honorific, is_initial, is_joint, is_marker, is_plain, is_roman,
};

/// How far, in bytes, a rule looks back or ahead for the rest of a word or an address. It bounds the work
/// for each stop, so that a text of stops alone still takes linear time.
const REACH: usize = 40;

/// The sentence in which a stop was met.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) text: &'a str,
    /// Where the sentence starts.
    pub(crate) start: usize,
    /// Where its paragraph ends.
    pub(crate) end: usize,
    /// True when a straight quotation mark was opened in the paragraph and not closed yet.
    pub(crate) in_straight: bool,
    /// Abbreviations of the user's, in small letters, sorted, without the last full stop.
    pub(crate) extra: &'a [String],
    pub(crate) language: &'a Language,
}

/// What became of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The sentence ends at this offset.
    End(usize),
    /// It does not; the search goes on at this offset.
    Inside(usize),
}

/// A run of stops and the marks that close after it.
struct Run {
    /// Where the run starts.
    start: usize,
    /// Where the stops end.
    stops: usize,
    /// Where the closing marks end.
    closed: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Period,
    Mark,
    Ellipsis,
    Full,
}

impl<'a> Context<'a> {
    /// Judges the stop that starts at `at`.
    #[inline]
    pub(crate) fn judge(self, at: usize) -> Verdict {
        if self.is_plain_end(at) { Verdict::End(at + 1) } else { self.judge_by_rules(at) }
    }

    /// True for a full stop after a word in small letters that no list holds, and before a space and a capital:
    /// what most stops are, and all rules agree on.
    fn is_plain_end(self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let Some([b'.', b' ', b'A'..=b'Z', ..]) = bytes.get(at..self.end) else { return false };
        if !self.extra.is_empty() || !self.language.is_plain() {
            return false;
        }
        let before = bytes.get(self.start..at).unwrap_or_default();
        let small = before.iter().rev().take(LONGEST + 1).take_while(|b| b.is_ascii_lowercase()).count();
        let (rest, word) = before.split_at(before.len() - small);
        small > LONGEST || small > 3 && rest.last() == Some(&b' ') && known(word).is_none()
    }

    fn judge_by_rules(self, at: usize) -> Verdict {
        let run = self.run(at);
        if run.closed >= self.end {
            return Verdict::End(self.end);
        }
        let next = skip_space(self.text, run.closed, self.end);
        let ends = if next == run.closed { self.ends_tight(&run) } else { self.ends_spaced(&run, next) };
        match ends {
            true if self.is_stop_and_ellipsis(&run) => Verdict::End(run.start + 1),
            true => Verdict::End(run.closed),
            false => Verdict::Inside(run.closed),
        }
    }

    /// True for a full stop at its word and then the three dots of an ellipsis, all spaced: the dots stand
    /// for what was left out before the next sentence.
    fn is_stop_and_ellipsis(self, run: &Run) -> bool {
        let attached = char_before(self.text, run.start).is_some_and(|c| !c.is_whitespace());
        attached && self.text.get(run.start..run.closed) == Some(". . . .")
    }

    fn run(self, at: usize) -> Run {
        let (mut stops, mut kind) = (at, Kind::Period);
        let mut dots = 0;
        if let Some(width) = self.language.stop_at(self.text, at) {
            stops += width;
            kind = if byte(self.text, at).is_ascii() { Kind::Mark } else { Kind::Full };
        }
        while let Some(c) = char_within(self.text, stops, self.end) {
            match stop(c) {
                // The caller has a script's own reason to call this char a stop.
                None if stops == at => kind = Kind::Mark,
                Some(Stop::Period) => dots += 1,
                Some(Stop::Mark) => kind = Kind::Mark,
                Some(Stop::Ellipsis) => dots += 3,
                Some(Stop::Full) => kind = Kind::Full,
                // "wait . . . no": the dots of one ellipsis, unlike "It rained. ...".
                None if c == ' ' && dots > 0 && self.is_lone_dot(stops + 1) => {}
                None => break,
            }
            stops += c.len_utf8();
        }
        if dots > 1 && kind == Kind::Period {
            kind = Kind::Ellipsis;
        }
        Run { start: at, stops, closed: self.closers(stops), kind }
    }

    /// True for a dot at `at` after which no other one follows at once.
    fn is_lone_dot(self, at: usize) -> bool {
        at < self.end && byte(self.text, at) == b'.' && byte(self.text, at + 1) != b'.'
    }

    /// The end of the closing marks that follow the stops.
    fn closers(self, stops: usize) -> usize {
        let mut end = stops;
        let mut in_straight = self.in_straight;
        while let Some(c) = char_within(self.text, end, self.end) {
            let after = end + c.len_utf8();
            let word_follows = char_within(self.text, after, self.end).is_some_and(char::is_alphanumeric);
            match c {
                '"' if !in_straight && word_follows => break,
                '"' => in_straight = false,
                '\'' | '’' | '”' if word_follows && c != '”' => break,
                '“' | '‘' if !word_follows => {}
                '[' => match self.footnote(end) {
                    Some(after) => {
                        end = after;
                        continue;
                    }
                    None => break,
                },
                c if is_closer(c) || self.language.closes(c) && !word_follows => {}
                _ => break,
            }
            end = after;
        }
        self.spaced_closer(end, in_straight).unwrap_or(end)
    }

    /// The end of a closing mark that stands after a space, as French has it: `Oui. »`.
    fn spaced_closer(self, end: usize, in_straight: bool) -> Option<usize> {
        let at = skip_space(self.text, end, self.end);
        let c = char_within(self.text, at, self.end).filter(|_| at > end)?;
        let after = at + c.len_utf8();
        let word_follows =
            char_within(self.text, after, self.end).is_some_and(|c| !c.is_whitespace() && !is_closer(c));
        match c {
            '”' | '»' | '"' if word_follows => None,
            '”' | '»' => Some(after),
            '"' if in_straight => Some(after),
            _ => None,
        }
    }

    /// The end of a reference such as `[12]`.
    fn footnote(self, at: usize) -> Option<usize> {
        let inner = self.text.as_bytes().get(at + 1..self.end)?;
        let width = inner.iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        (width > 0 && inner.get(width) == Some(&b']')).then_some(at + width + 2)
    }

    /// Decides when no white space follows the stop and its closing marks.
    fn ends_tight(self, run: &Run) -> bool {
        let Some(next) = char_at(self.text, run.closed) else { return true };
        match run.kind {
            // A particle goes on with the clause that holds the quotation: 「…。」と述べた.
            Kind::Full if next.is_numeric() && char_at(self.text, run.start) == Some('．') => false,
            Kind::Full => {
                run.closed == run.stops || !matches!(next, '\u{3041}'..='\u{309f}' | '，' | '、' | ',')
            }
            Kind::Ellipsis => false,
            Kind::Period | Kind::Mark => self.misses_space(run, next),
        }
    }

    /// True for a stop after which the space was forgotten: "was signed.The minister".
    fn misses_space(self, run: &Run, next: char) -> bool {
        if run.stops == run.closed && next == '“' && run.kind == Kind::Mark {
            return true;
        }
        let begin = if is_opener(next) { run.closed + next.len_utf8() } else { run.closed };
        let capital = char_within(self.text, begin, self.end).filter(|c| c.is_uppercase());
        let Some(capital) = capital else { return false };
        let second = char_within(self.text, begin + capital.len_utf8(), self.end);
        let word = second.is_some_and(|c| c.is_lowercase() || c == ' ' && matches!(capital, 'A' | 'I'))
            || is_roman(self.word_at(begin));
        let last = self.word_before(run.start);
        let small = last.chars().rev().take(2).filter(|c| c.is_lowercase()).count() == 2;
        let digits = run.kind == Kind::Mark || last.len() == 4 && last.bytes().all(|b| b.is_ascii_digit());
        word && (small || digits || run.closed > run.stops) && !last.contains('.') && !self.in_address(run)
    }

    /// True when the chars around a stop belong to a web or mail address.
    fn in_address(self, run: &Run) -> bool {
        let bytes = self.text.as_bytes();
        let back = bytes.get(run.start.saturating_sub(REACH)..run.start).unwrap_or_default();
        let ahead = bytes.get(run.closed..(run.closed + REACH).min(self.end)).unwrap_or_default();
        let sign = |b: &u8| matches!(b, b'/' | b'@' | b'\\' | b'=' | b'_');
        back.iter().rev().take_while(|b| !b.is_ascii_whitespace()).any(sign)
            || ahead.iter().take_while(|b| !b.is_ascii_whitespace()).any(sign)
    }

    /// Decides when white space follows; `next` is where the next word starts.
    fn ends_spaced(self, run: &Run, next: usize) -> bool {
        let mut begin = next;
        while let Some(c) = char_within(self.text, begin, self.end).filter(|&c| is_opener(c)) {
            begin += c.len_utf8();
        }
        let begin = skip_space(self.text, begin, self.end);
        let opened = begin > next;
        let Some(first) = char_within(self.text, begin, self.end) else { return false };
        let word = self.word_at(begin);
        match run.kind {
            Kind::Full => true,
            Kind::Mark => self.mark_ends(run, first, word),
            Kind::Ellipsis => self.ellipsis_ends(run, first, word),
            Kind::Period => self.period_ends(run, Next { at: next, first, word, opened }),
        }
    }

    fn mark_ends(self, run: &Run, first: char, word: &str) -> bool {
        if matches!(first, ',' | ';' | ':' | ')' | ']' | '-' | '–' | '—' | '&') {
            return false;
        }
        let last = self.word_before(run.start);
        if goes_on(first, word) {
            return run.closed == run.stops && (is_plain(last) || self.language.ends_before_small());
        }
        // Letters spelled out in initials carry the full stop of Urdu too.
        if char_at(self.text, run.start) == Some('۔') && self.language.never_ends(last) {
            return false;
        }
        if run.closed > run.stops {
            return !self.names_speaker(run.closed);
        }
        !(matches!(last, "Yahoo" | "Jeopardy") && byte(self.text, run.start) == b'!')
            || self.language.opens_sentence(word)
    }

    fn ellipsis_ends(self, run: &Run, first: char, word: &str) -> bool {
        let cut = matches!(char_before(self.text, run.start), Some('[' | '('));
        if cut || goes_on(first, word) || !first.is_alphanumeric() || first.is_numeric() {
            return false;
        }
        let attached = !char_before(self.text, run.start).is_none_or(char::is_whitespace);
        // Dots that open a sentence stand for what was left out before it.
        if run.start == self.start {
            return false;
        }
        if run.closed > run.stops {
            return true;
        }
        // "I ... I do not know" stammers; "… . Next" has its own full stop.
        let dots = self.text.get(run.start..run.stops).unwrap_or_default();
        let four = dots.matches('.').count() > 3;
        four || word != "I" && (attached || self.language.opens_sentence(word))
    }

    fn period_ends(self, run: &Run, next: Next<'_>) -> bool {
        let last = self.word_before(run.start);
        let at_start = run.start - last.len() <= self.first_word();
        let closed = run.closed > run.stops;
        if at_start && is_marker(last) && matches!(run.closed - run.stops, 0 | 1) && next.at > run.closed {
            return closed && byte(self.text, run.stops) != b')';
        }
        if closed && !goes_on(next.first, next.word) && !is_joint(next.first) && !is_dash(next.first) {
            // A bracket or a quotation mark after "Inc." or "U.S." says nothing new about the sentence.
            return byte(self.text, run.stops) != b')'
                || self.kind_of(last).is_none()
                || self.language.opens_sentence(next.word);
        }
        // A dash after a quotation leads to the name of the one who said it.
        if is_joint(next.first) || closed && is_dash(next.first) {
            return false;
        }
        if goes_on(next.first, next.word) {
            return !closed && !next.opened && is_plain(last) && self.kind_of(last).is_none();
        }
        if next.first.is_alphanumeric() || next.first == '\'' {
            return self.word_ends(run, last, next);
        }
        // A dash after an abbreviation is a dateline's or an aside's.
        self.kind_of(last).is_none() && !is_initial(last)
    }

    /// Decides by the word before the full stop and the word after it.
    fn word_ends(self, run: &Run, last: &str, next: Next<'_>) -> bool {
        let bracket = next.opened && matches!(byte(self.text, next.at), b'(' | b'[');
        let before = self.text.get(..run.start - last.len()).unwrap_or_default();
        let after = self.text.get(next.at + next.word.len()..).unwrap_or_default();
        if self.language.is_ordinal(before, last, next.word, after) {
            return false;
        }
        if is_initial(last) && !self.language.never_ends(last) {
            return self.initial_ends(run, last, next);
        }
        match self.kind_of(last) {
            None => true,
            Some(_) if bracket => false,
            Some(Abbreviation::Title) => false,
            Some(Abbreviation::BeforeNumber) => {
                let dated = self.language.abbreviation(next.word) == Some(Abbreviation::BeforeNumber)
                    && next.word != "No";
                !next.first.is_numeric() && !dated && !is_roman(next.word)
            }
            Some(Abbreviation::Time) => {
                self.is_long(run.start) && !next.first.is_numeric() && !goes_with_time(next.word)
            }
            Some(Abbreviation::Open) => {
                self.language.opens_sentence(next.word) && self.is_long(run.start)
                    || next.opened && next.first.is_uppercase()
            }
        }
    }

    /// Decides for a single capital: "Harold I. Baker", "he and I. Was", "Plan B. The".
    fn initial_ends(self, run: &Run, last: &str, next: Next<'_>) -> bool {
        let before = self.word_before(skip_back_space(self.text, run.start - last.len()));
        let named = before.starts_with(char::is_uppercase);
        if last == "I" {
            return !named;
        }
        // "A" and "С" open sentences as words, but not as the next of two initials.
        let another = is_initial(next.word) && byte(self.text, next.at + next.word.len()) == b'.';
        self.language.opens_sentence(next.word) && !another
            || matches!(
                before,
                "Plan"
                    | "Group"
                    | "Vitamin"
                    | "vitamin"
                    | "hepatitis"
                    | "Hepatitis"
                    | "Grade"
                    | "grade"
                    | "Class"
                    | "Type"
                    | "type"
                    | "Category"
                    | "Section"
                    | "Block"
                    | "Appendix"
                    | "plan"
                    | "group"
            )
    }

    /// The class of the word before a full stop.
    fn kind_of(self, word: &str) -> Option<Abbreviation> {
        if let Some(known) = self.language.abbreviation(word) {
            return Some(known);
        }
        if holds_small(self.extra, word) {
            return Some(Abbreviation::Title);
        }
        // An article may be written on to the word: "l'avv.", "dell’on.".
        let bare = word.rsplit(['\'', '’']).next().filter(|bare| bare.len() < word.len());
        let elided = bare.and_then(|bare| self.language.own_abbreviation(bare));
        elided.or_else(|| is_acronym(word).then_some(Abbreviation::Open))
    }

    /// The word that ends at `at`, without what stands before its last hyphen or slash; cut short when it
    /// is longer than any abbreviation.
    fn word_before(self, at: usize) -> &'a str {
        let mut start = at;
        while start > self.start && at - start <= REACH.min(LONGEST * 3) {
            match char_before(self.text, start) {
                Some(c) if is_word(c) || matches!(c, '.' | '\'' | '’' | '&' | '°' | '$') => {
                    start -= c.len_utf8();
                }
                _ => break,
            }
        }
        let word = self.text.get(start..at).unwrap_or_default();
        word.trim_start_matches(['\'', '’', '.'])
    }

    /// The letters and apostrophes from `at` on, of a bounded number.
    fn word_at(self, at: usize) -> &'a str {
        let rest = self.text.get(at..self.end).unwrap_or_default();
        let end = rest.char_indices().take(REACH).find(|(_, c)| !is_word(*c)).map(|(i, _)| i);
        rest.get(..end.unwrap_or(rest.len().min(REACH))).unwrap_or_default()
    }

    /// Where the sentence's first word starts, after opening marks and bullets.
    fn first_word(self) -> usize {
        let mut at = self.start;
        while let Some(c) = char_within(self.text, at, self.start + REACH)
            .filter(|&c| is_opener(c) || is_bullet(c) || c.is_whitespace() || c == '-' || c == '*')
        {
            at += c.len_utf8();
        }
        at
    }

    /// True when the sentence has more than three words before `at`: "At 4 a.m. Dr Khan" goes on.
    fn is_long(self, at: usize) -> bool {
        if at - self.start > REACH {
            return true;
        }
        let words = self.text.get(self.start..at).unwrap_or_default();
        words.split_whitespace().count() > 3
    }

    /// True when up to four names and titles and then a verb of saying follow: `"Stop!" Khan shouted`.
    fn names_speaker(self, from: usize) -> bool {
        let mut at = skip_space(self.text, from, self.end);
        for names in 0..5 {
            let word = self.word_at(at);
            if names > 0 && reports_speech(word) {
                return true;
            }
            let name = word.starts_with(char::is_uppercase)
                && !(names == 0 && self.language.opens_sentence(word) && !is_honorific(word));
            if !name {
                return false;
            }
            at += word.len();
            while matches!(byte(self.text, at), b'.' | b'-' | b'\'') && at < self.end {
                at += 1;
            }
            at = skip_space(self.text, at, self.end);
        }
        false
    }
}

/// What follows a full stop: the offset of the first char, opening marks included, the first char of the
/// first word, that word, and whether opening marks stand before it.
#[derive(Clone, Copy)]
struct Next<'a> {
    at: usize,
    first: char,
    word: &'a str,
    opened: bool,
}

fn skip_back_space(text: &str, mut at: usize) -> usize {
    while let Some(c) = char_before(text, at).filter(|c| c.is_whitespace()) {
        at -= c.len_utf8();
    }
    at
}

#[cfg(test)]
mod tests;
