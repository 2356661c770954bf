//! The stage's work on one document: words, grammar, names, decision, identity.

use chrono::NaiveDate;
use docmill_sdk::Span;

use crate::amount::{self, Amounts};
use crate::calendar;
use crate::clock;
use crate::date;
use crate::form::{Forms, Judge};
use crate::gazetteer::Gazetteer;
use crate::identity;
use crate::label::Label;
use crate::learn::Example;
use crate::lexicon::{Lexicon, flag};
use crate::lists;
use crate::mention::Draft;
pub use crate::mention::{Annotations, Entity, Mention};
use crate::model::Model;
use crate::run;
use crate::split;
use crate::word::{Shape, Words};

/// What to annotate, and how to read numbers.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that the user sets by itself")]
pub struct Options {
    /// The labels wanted; empty for all.
    pub types: Vec<Label>,
    /// Keeps dates without a weekday, month name or year (`last month`).
    pub relative_dates: bool,
    /// Mentions with a lower score are left out; scores are in 0..=1.
    pub min_score: f32,
    /// Reads `03/04/2025` as 3 April.
    pub day_first: bool,
    /// Cuts a longer expression at the names inside it, as some newswire guidelines do, instead of marking it
    /// whole: `Jordan` + `Times`, `US` + `$3 million`, the year alone in `winter of 2022` and `1990s`.
    pub split_names: bool,
    /// Says with each mention what decided.
    pub explain: bool,
}

impl Default for Options {
    fn default() -> Self {
        let (types, min_score) = (Vec::new(), 0.0);
        Self { types, relative_dates: true, min_score, day_first: true, split_names: false, explain: false }
    }
}

/// Finds the entities of documents; built once, shared by any number of documents.
pub struct Annotator {
    options: Options,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    model: Option<Model>,
}

/// One document as the stage sees it.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The whole text; all offsets are bytes of it.
    pub text: &'a str,
    /// The day that relative dates are seen from.
    pub published: Option<NaiveDate>,
    /// Where the article proper begins.
    pub body_start: usize,
    /// The place line before the body, if there is one.
    pub dateline: Option<Dateline<'a>>,
    /// Sentences in text order; when there are none, periods and line ends stand in for them.
    pub sentences: &'a [Span],
}

/// Where an article was written.
#[derive(Clone, Copy, Debug)]
pub struct Dateline<'a> {
    /// The city in ordinary spelling.
    pub place: &'a str,
    /// The dateline in the text, with its colon.
    pub span: Span,
}

/// The score of what the grammar finds: its precision on the newswire set is 93 to 95 of 100.
const SURE: f32 = 0.94;

/// A date, time or amount of the words up to `end`.
struct Expression {
    end: usize,
    label: Label,
    norm: Option<String>,
    explicit: bool,
    /// What decided.
    rule: String,
}

impl Annotator {
    /// Reads the word lists; takes a few milliseconds. Names are decided on by the rules until
    /// [`Annotator::with_model`] brings a model in, as the stage does.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, lexicon: lists::lexicon(), gazetteer: Gazetteer::default(), model: None }
    }

    /// Looks for the user's own terms too; they go before everything else that overlaps them.
    #[must_use]
    pub fn with_gazetteer(self, gazetteer: Gazetteer) -> Self {
        Self { gazetteer, ..self }
    }

    /// Lets `model` decide on names, with an eye to the rules; `None` leaves it to the rules alone, as at first.
    #[must_use]
    pub fn with_model(self, model: Option<Model>) -> Self {
        Self { model, ..self }
    }

    /// Forgets that so many of a hundred names are in the word lists; which ones, `seed` says. A model so learns, and
    /// a test so finds out, what becomes of names that no list holds.
    #[must_use]
    pub fn without_lists(mut self, seed: u64, percent: u64) -> Self {
        self.lexicon.forget(seed, percent);
        self
    }

    pub(crate) fn examples(&self, document: &Document<'_>) -> Vec<Example> {
        let words = Words::scan(document.text, document.body_start, document.sentences, &self.lexicon);
        let mut taken = vec![false; words.list.len()];
        self.grammar(document, &words, &mut taken, &mut Vec::new());
        let candidates = run::candidates(&words, &taken, &self.lexicon);
        let forms = Forms::decide(&words, &candidates, Judge { model: None, explain: false });
        forms.examples(&words, &candidates, &crate::form::small_words(&words))
    }

    /// Finds the entities of `document`; what `out` held before is gone.
    ///
    /// Text before the dateline (before the body, if there is none) is metadata and not looked at. Takes
    /// time linear in the text; empty text gives nothing.
    pub fn annotate(&self, document: &Document<'_>, out: &mut Annotations) {
        out.mentions.clear();
        out.entities.clear();
        let from =
            document.dateline.map_or(document.body_start, |line| line.span.start().min(document.body_start));
        if document.text.get(from..).is_none_or(str::is_empty) {
            return;
        }
        let words = Words::scan(document.text, from, document.sentences, &self.lexicon);
        let mut taken = vec![false; words.list.len()];
        let mut drafts = self.terms(document.text, from, (&words, &mut taken));
        self.grammar(document, &words, &mut taken, &mut drafts);
        let candidates = run::candidates(&words, &taken, &self.lexicon);
        let judge = Judge { model: self.model.as_ref(), explain: self.options.explain };
        let forms = Forms::decide(&words, &candidates, judge);
        self.names(&words, &candidates, &forms, &mut drafts);
        drafts.sort_by_key(|draft| (draft.mention.span.start(), draft.mention.span.end()));
        drafts.retain(|draft| self.wants(&draft.mention));
        identity::join(document.text, drafts, &forms, &self.lexicon, out);
    }

    fn wants(&self, mention: &Mention) -> bool {
        let wanted = self.options.types.is_empty() || self.options.types.contains(&mention.label);
        let date = mention.label != Label::Date || mention.explicit || self.options.relative_dates;
        wanted && date && mention.score >= self.options.min_score
    }

    /// The user's own terms; marks their words as taken.
    fn terms(&self, text: &str, from: usize, (words, taken): (&Words<'_>, &mut [bool])) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let mut at = 0;
        for hit in self.gazetteer.hits(text, from) {
            let (start, end) = (hit.span.start() as u32, hit.span.end() as u32);
            while words.get(at).is_some_and(|word| word.end <= start) {
                at += 1;
            }
            while words.get(at).is_some_and(|word| word.start < end) {
                taken.get_mut(at).into_iter().for_each(|taken| *taken = true);
                at += 1;
            }
            let (label, norm) = (hit.term.label, hit.term.id.clone());
            let mut draft = Draft::new(hit.span, label, 1.0)
                .because(self.options.explain, || format!("term `{}` of {}", hit.term.text, hit.term.origin));
            draft.mention.norm = norm;
            drafts.push(draft);
        }
        drafts
    }

    /// Dates, times and amounts; marks their words as taken.
    fn grammar(
        &self,
        document: &Document<'_>,
        words: &Words<'_>,
        taken: &mut [bool],
        drafts: &mut Vec<Draft>,
    ) {
        let amounts = Amounts::new(
            words,
            document.dateline.map(|line| line.place),
            &self.lexicon,
            !self.options.split_names,
        );
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let opens = word.shape == Shape::Number
                || word.shape == Shape::Mark
                || word.is(flag::WEEKDAY | flag::MONTH | flag::HOLIDAY | flag::PREFIX | flag::OPENER)
                || words.slice(word.start, word.end).starts_with("FY");
            // "US$3 million" cut at the country inside it is "US" and "$3 million".
            let country = self.options.split_names && words.is_text(at + 1, "$") && words.is_text(at, "US");
            let found = if opens && !country { self.expression(document, words, at, &amounts) } else { None };
            let free = |end: usize| !taken.get(at..end).unwrap_or_default().contains(&true);
            let Some(Expression { end, label, norm, explicit, rule }) = found.filter(|found| free(found.end))
            else {
                at += 1;
                continue;
            };
            taken.iter_mut().take(end).skip(at).for_each(|taken| *taken = true);
            let last = words.get(end - 1).map_or(word.end, |last| last.end);
            if let Some(span) = Span::new(document.text, word.start as usize, last as usize) {
                let mut draft = Draft::new(span, label, SURE)
                    .because(self.options.explain, || format!("grammar: {rule}"));
                (draft.mention.norm, draft.mention.explicit) = (norm, explicit);
                drafts.push(draft);
            }
            at = end.max(at + 1);
        }
    }

    fn expression(
        &self,
        document: &Document<'_>,
        words: &Words<'_>,
        at: usize,
        amounts: &Amounts<'_>,
    ) -> Option<Expression> {
        if let Some((end, norm)) = clock::time(words, at) {
            let (label, norm, explicit, rule) = (Label::Time, Some(norm), true, "time of day".to_owned());
            return Some(Expression { end, label, norm, explicit, rule });
        }
        let style = date::Style { day_first: self.options.day_first, whole: !self.options.split_names };
        if let Some(found) = date::date(words, at, style) {
            let norm = calendar::norm(found.when, document.published, found.lean);
            let date::Found { end, when, explicit, lean } = found;
            let rule = if self.options.explain { format!("{when:?}, {lean:?}") } else { String::new() };
            return Some(Expression { end, label: Label::Date, norm, explicit, rule });
        }
        amounts.find(at).map(|found| {
            let amount::Found { end, label, norm } = found;
            Expression {
                end,
                label,
                norm,
                explicit: true,
                rule: if self.options.explain { "number with its unit".to_owned() } else { String::new() },
            }
        })
    }

    fn names(
        &self,
        words: &Words<'_>,
        candidates: &[run::Candidate],
        forms: &Forms,
        drafts: &mut Vec<Draft>,
    ) {
        for (candidate, &at) in candidates.iter().zip(&forms.of) {
            let Some((form, label)) = forms.list.get(at).and_then(|form| Some((form, form.label?))) else {
                continue;
            };
            if self.options.split_names {
                let before = drafts.len();
                split::pieces(words, candidate, (label, form.score), &self.lexicon, drafts);
                if drafts.len() > before {
                    continue;
                }
            }
            let (Some(first), Some(last)) = (words.get(candidate.first), words.get(candidate.end - 1)) else {
                continue;
            };
            if let Some(span) = Span::new(words.text, first.start as usize, last.end as usize) {
                let draft = Draft::new(span, label, form.score)
                    .because(self.options.explain, || forms.why(form, candidate));
                drafts.push(Draft { form: Some(at), ..draft });
            }
        }
    }
}

#[cfg(test)]
mod tests;
