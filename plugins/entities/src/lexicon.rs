//! The table that words are looked up in.

/// What a word list says of a word or phrase; bits of [`Entry::flags`].
pub(crate) mod flag {
    pub(crate) const COUNTRY: u64 = 1 << 0;
    pub(crate) const PLACE: u64 = 1 << 1;
    pub(crate) const NORP: u64 = 1 << 2;
    pub(crate) const FIRST: u64 = 1 << 3;
    pub(crate) const SURNAME: u64 = 1 << 4;
    pub(crate) const ORG: u64 = 1 << 5;
    pub(crate) const FAC: u64 = 1 << 6;
    pub(crate) const PRODUCT: u64 = 1 << 7;
    pub(crate) const MISC: u64 = 1 << 8;
    /// Stands before a person's name: `Mr`, `Senator`.
    pub(crate) const TITLE: u64 = 1 << 9;
    /// A title that also names what somebody is: `president`, `striker`.
    pub(crate) const ROLE: u64 = 1 << 10;
    pub(crate) const ORG_HEAD: u64 = 1 << 11;
    pub(crate) const ORG_TAIL: u64 = 1 << 12;
    pub(crate) const LOC_HEAD: u64 = 1 << 13;
    pub(crate) const FAC_HEAD: u64 = 1 << 14;
    pub(crate) const MISC_HEAD: u64 = 1 << 15;
    /// An ordinary word whose capital may be the sentence's.
    pub(crate) const COMMON: u64 = 1 << 16;
    /// Articles, prepositions, pronouns, conjunctions.
    pub(crate) const FUNCTION: u64 = 1 << 17;
    pub(crate) const MONTH: u64 = 1 << 18;
    pub(crate) const WEEKDAY: u64 = 1 << 19;
    /// Verbs whose subject speaks: `said`, `told`.
    pub(crate) const SAY: u64 = 1 << 20;
    /// Written before an amount: `Rs`, `USD`, `$`.
    pub(crate) const PREFIX: u64 = 1 << 21;
    /// Written after an amount: `dollars`, `yuan`.
    pub(crate) const CURRENCY: u64 = 1 << 22;
    pub(crate) const UNIT: u64 = 1 << 23;
    pub(crate) const SCALE: u64 = 1 << 24;
    /// Small words inside a person's name: `bin`, `de`.
    pub(crate) const PARTICLE: u64 = 1 << 25;
    pub(crate) const COMPASS: u64 = 1 << 26;
    /// Fields of public life that name ministries: `Health`, `Finance`.
    pub(crate) const TOPIC: u64 = 1 << 27;
    /// Prepositions before a place: `in`, `near`.
    pub(crate) const PLACE_CUE: u64 = 1 << 28;
    pub(crate) const HOLIDAY: u64 = 1 << 29;
    /// A head that is a name by itself: `Parliament`.
    pub(crate) const ALONE: u64 = 1 << 30;
    /// Royal and saintly words that open names of buildings and schools too.
    pub(crate) const ROYAL: u64 = 1 << 31;
    /// What a person does after the name, other than speaking: `scored`, `tweeted`.
    pub(crate) const ACT: u64 = 1 << 32;
    /// Words that may open a date or a time: `last`, `noon`.
    pub(crate) const OPENER: u64 = 1 << 33;

    /// Flags that hold for a word in small letters too.
    pub(crate) const SMALL: u64 = TITLE
        | ROLE
        | ORG_HEAD
        | LOC_HEAD
        | FAC_HEAD
        | MISC_HEAD
        | COMMON
        | FUNCTION
        | SAY
        | PREFIX
        | CURRENCY
        | UNIT
        | SCALE
        | PARTICLE
        | COMPASS
        | TOPIC
        | PLACE_CUE
        | ACT
        | OPENER;
    /// Flags that make a word or phrase a name of its own.
    pub(crate) const NAME: u64 = COUNTRY | PLACE | NORP | ORG | FAC | PRODUCT | MISC;
    pub(crate) const HEAD: u64 = ORG_HEAD | ORG_TAIL | LOC_HEAD | FAC_HEAD | MISC_HEAD;
}

/// What the lists know of one word or phrase; all zero for an unknown one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) flags: u64,
    /// Spellings of one thing share a group; 0 for none.
    pub(crate) group: u16,
    /// The group of the country a place or people belongs to; 0 for none.
    pub(crate) country: u16,
    /// Words of the longest phrase that begins with this word; 0 when there is none.
    pub(crate) longest: u8,
}

/// The word lists, read once.
pub(crate) struct Lexicon {
    keys: String,
    slots: Vec<Slot>,
    count: usize,
    groups: Vec<String>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u64,
    start: u32,
    len: u32,
    entry: Entry,
}

impl Lexicon {
    /// A table without words.
    pub(crate) fn empty() -> Self {
        Self {
            keys: String::new(),
            slots: vec![Slot::default(); 1 << 13],
            count: 0,
            groups: vec![String::new()],
        }
    }

    /// What is known of one word, and the hash of its small letters.
    #[inline]
    pub(crate) fn word(&self, text: &str) -> (Entry, u64) {
        let mut buffer = [0_u8; 40];
        let bytes = text.as_bytes();
        if let Some(small) = buffer.get_mut(..bytes.len())
            && text.is_ascii()
        {
            small.copy_from_slice(bytes);
            small.make_ascii_lowercase();
            let hash = hash(small);
            if bytes.len() <= 6 && bytes.iter().all(|b| !b.is_ascii_lowercase()) {
                let upper = self.find(bytes, self::hash(bytes));
                if upper.flags != 0 {
                    return (upper, hash);
                }
            }
            return (self.find(small, hash), hash);
        }
        let small = text.to_lowercase();
        let hash = hash(small.as_bytes());
        (self.find(small.as_bytes(), hash), hash)
    }

    /// What is known of a text as a whole, whatever its number of words.
    pub(crate) fn whole(&self, text: &str) -> Entry {
        if text.len() <= 6 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'.') {
            let upper = self.find(text.as_bytes(), hash(text.as_bytes()));
            if upper.flags != 0 {
                return upper;
            }
        }
        let small = text.to_lowercase();
        self.find(small.as_bytes(), hash(small.as_bytes()))
    }

    /// The first spelling of a group; empty for group 0.
    pub(crate) fn group_name(&self, group: u16) -> &str {
        self.groups.get(usize::from(group)).map_or("", String::as_str)
    }

    /// What is known of a key with this hash.
    pub(crate) fn find(&self, key: &[u8], hash: u64) -> Entry {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get(at) {
            if slot.len == 0 {
                break;
            }
            let (start, end) = (slot.start as usize, (slot.start + slot.len) as usize);
            if slot.hash == hash && self.keys.as_bytes().get(start..end) == Some(key) {
                return slot.entry;
            }
            at = (at + 1) & mask;
        }
        Entry::default()
    }

    /// The entry of a key, made at need.
    pub(crate) fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        if self.count * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(key.as_bytes());
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots.get(at)?;
            let (start, end) = (slot.start as usize, (slot.start + slot.len) as usize);
            if slot.len == 0 {
                let start = self.keys.len() as u32;
                self.keys.push_str(key);
                self.count += 1;
                let slot = self.slots.get_mut(at)?;
                *slot = Slot { hash, start, len: key.len() as u32, entry: Entry::default() };
                return Some(&mut slot.entry);
            }
            if slot.hash == hash && self.keys.get(start..end) == Some(key) {
                return self.slots.get_mut(at).map(|slot| &mut slot.entry);
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let larger = vec![Slot::default(); self.slots.len() * 2];
        let mask = larger.len() - 1;
        for slot in std::mem::replace(&mut self.slots, larger) {
            let mut at = slot.hash as usize & mask;
            while self.slots.get(at).is_some_and(|other| other.len > 0) {
                at = (at + 1) & mask;
            }
            if let Some(free) = self.slots.get_mut(at)
                && slot.len > 0
            {
                *free = slot;
            }
        }
    }

    /// Takes from so many of a hundred keys what makes them names; which ones, `seed` says.
    pub(crate) fn forget(&mut self, seed: u64, percent: u64) {
        for slot in &mut self.slots {
            let drawn =
                (slot.hash ^ seed.wrapping_mul(0xD6E8_FEB8_6659_FD93)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            if (drawn >> 32) % 100 < percent {
                slot.entry.flags &= !(flag::NAME | flag::FIRST | flag::SURNAME);
                slot.entry.group = 0;
            }
        }
    }

    /// Opens a group of spellings, the first of which names it, and gives its number.
    pub(crate) fn open_group(&mut self, name: &str) -> u16 {
        self.groups.push(name.to_owned());
        (self.groups.len() - 1) as u16
    }

    /// The number that the next group will have.
    pub(crate) fn next_group(&self) -> u16 {
        self.groups.len() as u16
    }
}

/// `text` in small ASCII letters with single spaces; `None` when it is too long or has other letters.
pub(crate) fn lower<'b>(text: &str, buffer: &'b mut [u8; 64]) -> Option<&'b [u8]> {
    let mut len = 0;
    let mut space = false;
    for &byte in text.as_bytes() {
        if !byte.is_ascii() {
            return None;
        }
        let white = byte.is_ascii_whitespace();
        if !(white && space) {
            *buffer.get_mut(len)? = if white { b' ' } else { byte.to_ascii_lowercase() };
            len += 1;
        }
        space = white;
    }
    buffer.get(..len)
}

/// A quick hash of short keys; the table compares the keys themselves, so its quality is a matter of speed.
#[inline]
pub(crate) fn hash(key: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = key.len() as u64;
    let mut mix = |bytes: u64| state = (state.rotate_left(5) ^ bytes).wrapping_mul(FACTOR);
    let mut chunks = key.chunks_exact(8);
    for chunk in &mut chunks {
        mix(chunk.try_into().map_or(0, u64::from_le_bytes));
    }
    mix(chunks.remainder().iter().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)));
    state ^ (state >> 29)
}

#[cfg(test)]
mod tests;
