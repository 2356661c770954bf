//! What a kept result depends on, as one number.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;
use std::fmt;

/// The name of a kept result: a digest of all that it depends on. Shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// A key with these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of several pieces, each with its length, so that no two lists of pieces look alike.
    #[must_use]
    pub fn of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for piece in pieces {
            hasher.update(&(piece.len() as u64).to_le_bytes()).update(piece);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
        let bytes: Vec<u8> = digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        if text.len() == 64 { bytes.try_into().ok().map(Self) } else { None }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("a key has 64 hex digits"))
    }
}

/// What a stage was run with, apart from its input: named parts, such as its version and its options.
///
/// Parts are kept apart and not only hashed, so that one can say later which of them changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe(pub BTreeMap<String, String>);

impl Recipe {
    /// A digest of all parts.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::of(self.0.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]))
    }

    /// The names of the parts that differ between two recipes, with the values in this one and the other.
    #[must_use]
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<(&'a str, &'a str, &'a str)> {
        let names: std::collections::BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        let value = |recipe: &'a Self, name: &String| recipe.0.get(name).map_or("", String::as_str);
        let all = names.into_iter().map(|name| (name.as_str(), value(self, name), value(other, name)));
        all.filter(|(_, mine, theirs)| mine != theirs).collect()
    }
}
