//! The labels an entity can carry.

use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// What kind of thing a mention names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "UPPERCASE")]
pub enum Label {
    /// People, without their titles.
    Person,
    /// Organisations: government bodies, courts, parties, clubs, universities, media, agencies.
    Org,
    /// Countries, places and waters.
    Loc,
    /// Buildings, roads, stadiums, airports, plants, parks.
    Fac,
    /// Nationalities, peoples, adherents of a religion or a party.
    Norp,
    /// Calendar expressions of a day or coarser.
    Date,
    /// Times of day.
    Time,
    /// Amounts of money with a digit.
    Money,
    /// Percentages with a digit.
    Percent,
    /// Measured or counted amounts with a digit.
    Quantity,
    /// Vehicles, ships, spacecraft, devices, brands.
    Product,
    /// Events, competitions, laws, works, diseases, indices.
    Misc,
}

impl Label {
    /// Every label, in the order of the enum.
    pub const ALL: [Self; 12] = [
        Self::Person,
        Self::Org,
        Self::Loc,
        Self::Fac,
        Self::Norp,
        Self::Date,
        Self::Time,
        Self::Money,
        Self::Percent,
        Self::Quantity,
        Self::Product,
        Self::Misc,
    ];

    /// The label as it is written in exports and params: `PERSON`, `ORG`, …
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Org => "ORG",
            Self::Loc => "LOC",
            Self::Fac => "FAC",
            Self::Norp => "NORP",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Money => "MONEY",
            Self::Percent => "PERCENT",
            Self::Quantity => "QUANTITY",
            Self::Product => "PRODUCT",
            Self::Misc => "MISC",
        }
    }

    /// True for the labels of names, whose mentions are joined by identity; the others by value.
    #[must_use]
    pub const fn is_name(self) -> bool {
        matches!(
            self,
            Self::Person | Self::Org | Self::Loc | Self::Fac | Self::Norp | Self::Product | Self::Misc
        )
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Label {
    type Err = UnknownLabel;

    /// Reads the upper-case spelling of [`Label::as_str`].
    ///
    /// # Errors
    /// [`UnknownLabel`] when the text is none of them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|label| label.as_str() == text)
            .ok_or_else(|| UnknownLabel(text.to_owned()))
    }
}

/// A text that is no label's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLabel(String);

impl fmt::Display for UnknownLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown label `{}`", self.0)
    }
}

impl std::error::Error for UnknownLabel {}
