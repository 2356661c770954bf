//! Joins the mentions of one thing.

use std::collections::HashMap;

use crate::form::Forms;
use crate::label::Label;
use crate::lexicon::Lexicon;
use crate::mention::{Annotations, Draft, Entity};

/// Numbers the entities in the order of their first mention and writes them and the mentions to `out`.
pub(crate) fn join(text: &str, drafts: Vec<Draft>, forms: &Forms, lexicon: &Lexicon, out: &mut Annotations) {
    let long = long_forms(forms);
    let mut index: HashMap<(Label, String), u32> = HashMap::new();
    for draft in drafts {
        let mut mention = draft.mention;
        let written = mention.span.of(text);
        let key = match draft.form {
            Some(form) => key_of(forms, long.get(form).copied().unwrap_or(form), lexicon),
            // A user's term is known by the name that the user gave it.
            None if mention.label.is_name() => {
                mention.norm.as_ref().map_or_else(|| listed_key(written, lexicon), |id| format!("\u{2}{id}"))
            }
            None => mention.norm.clone().unwrap_or_else(|| written.to_lowercase()),
        };
        let next = out.entities.len() as u32;
        let entity = *index.entry((mention.label, key)).or_insert(next);
        if entity == next {
            out.entities.push(Entity {
                name: String::new(),
                label: mention.label,
                mentions: 0,
                first: mention.span.start() as u32,
            });
        }
        if let Some(entity) = out.entities.get_mut(entity as usize) {
            entity.mentions += 1;
            if is_fuller(written, &entity.name) {
                written.clone_into(&mut entity.name);
            }
        }
        mention.entity = entity;
        out.mentions.push(mention);
    }
    for entity in out.entities.iter_mut().filter(|entity| entity.label == Label::Loc && shouts(&entity.name))
    {
        // A place that only a dateline or headline names is called by its ordinary spelling.
        let listed = lexicon.group_name(lexicon.whole(&entity.name).group);
        if listed.to_lowercase() == entity.name.to_lowercase() {
            listed.clone_into(&mut entity.name);
        }
    }
}

fn shouts(text: &str) -> bool {
    text.chars().all(|c| !c.is_lowercase())
}

/// The longer spelling is the fuller; of two equally long ones a mixed-case one, else the first.
fn is_fuller(new: &str, old: &str) -> bool {
    match (shouts(new), shouts(old)) {
        (false, true) => new.len() >= old.len() || old.is_empty() || !old.contains('.'),
        _ => new.chars().count() > old.chars().count() && !(shouts(new) && !old.is_empty() && !shouts(old)),
    }
}

fn key_of(forms: &Forms, at: usize, lexicon: &Lexicon) -> String {
    forms.list.get(at).map_or_else(String::new, |form| {
        if form.group > 0 { format!("\u{1}{}", form.group) } else { listed_key(&form.key, lexicon) }
    })
}

fn listed_key(text: &str, lexicon: &Lexicon) -> String {
    let group = lexicon.whole(text).group;
    if group > 0 { format!("\u{1}{group}") } else { text.trim_end_matches('.').to_lowercase() }
}

/// For each form the fullest form of the same label that it may stand for; itself when there is none.
fn long_forms(forms: &Forms) -> Vec<usize> {
    let mut by_part: HashMap<(Label, &str), Vec<usize>> = HashMap::new();
    for (at, form) in forms.list.iter().enumerate() {
        let Some(label) = form.label else { continue };
        if !matches!(label, Label::Person | Label::Org) || form.words < 2 || form.group > 0 {
            continue;
        }
        for part in parts(&form.key, label) {
            let slot = by_part.entry((label, part)).or_default();
            if slot.last() != Some(&at) {
                slot.push(at);
            }
        }
    }
    let mut long: Vec<usize> = (0..forms.list.len()).collect();
    for (at, form) in forms.list.iter().enumerate() {
        let Some(label) = form.label else { continue };
        let bracket =
            form.long.filter(|&other| forms.list.get(other).is_some_and(|other| other.label == Some(label)));
        let part = || {
            let found = by_part.get(&(label, form.key.as_str()))?;
            // Two people of one surname, or two organisations of one first word, are left apart, unless all
            // are spellings of one full name.
            let mut others = found.iter().copied().filter(|&other| other != at);
            let first = others.next()?;
            let one = |other: usize| label == Label::Person && is_spelling(forms, first, other);
            (others.all(one)).then_some(first)
        };
        if form.group == 0
            && let Some(other) = bracket.or_else(part)
            && let Some(slot) = long.get_mut(at)
        {
            *slot = other;
        }
    }
    for at in 0..long.len() {
        let mut end = at;
        for _ in 0..4 {
            end = long.get(end).copied().unwrap_or(end);
        }
        if let Some(slot) = long.get_mut(at) {
            *slot = end;
        }
    }
    long
}

/// True when two full names share their first and their last word: `Ana Torvald`, `Ana M. Torvald`.
fn is_spelling(forms: &Forms, one: usize, other: usize) -> bool {
    let ends = |at: usize| {
        let key = forms.list.get(at).map_or("", |form| form.key.as_str());
        (key.split(' ').next(), key.rsplit(' ').next())
    };
    ends(one) == ends(other)
}

/// What may stand for a long form: for people the surname, the first name and all but the first; for
/// organisations the words before the last ones.
fn parts(key: &str, label: Label) -> Vec<&str> {
    let mut out = Vec::new();
    if label == Label::Person {
        out.extend(key.rsplit(' ').next());
        out.extend(key.split(' ').next());
        out.extend(key.split_once(' ').map(|pair| pair.1));
        return out;
    }
    let mut head = key;
    for _ in 0..3 {
        let Some((rest, _)) = head.rsplit_once(' ') else { break };
        head = rest.trim_end_matches([',', '.']);
        out.push(head);
    }
    out
}

#[cfg(test)]
mod tests;
