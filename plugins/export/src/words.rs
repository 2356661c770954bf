//! The elements of one row's list of structs, as the digest reads them.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, Int32Array, ListArray, StringArray, StructArray, UInt32Array};

/// The structs of a row; none if the list is null or its elements are no structs.
pub(crate) struct Elements<'a> {
    structs: Option<&'a StructArray>,
    range: Range<usize>,
}

/// A string attribute, plain or by dictionary.
pub(crate) enum Words<'a> {
    Plain(&'a StringArray),
    Coded(&'a Int32Array, &'a StringArray),
}

impl<'a> Elements<'a> {
    pub(crate) fn of(list: &'a ListArray, row: usize) -> Self {
        let structs = list.values().as_struct_opt();
        let range = match (list.value_offsets().get(row), list.value_offsets().get(row + 1)) {
            (Some(start), Some(end)) if list.is_valid(row) => *start as usize..*end as usize,
            _ => 0..0,
        };
        Self { structs, range }
    }

    /// The positions of the elements in the attributes' arrays, without the null ones.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = usize> + use<'a> {
        let structs = self.structs;
        self.range.clone().filter(move |index| structs.is_some_and(|structs| structs.is_valid(*index)))
    }

    pub(crate) fn column(&self, name: &str) -> Option<&'a ArrayRef> {
        self.structs?.column_by_name(name)
    }

    pub(crate) fn words(&self, name: &str) -> Option<Words<'a>> {
        let array = self.column(name)?;
        if let Some(plain) = array.as_string_opt::<i32>() {
            return Some(Words::Plain(plain));
        }
        let coded = array.as_dictionary_opt::<Int32Type>()?;
        Some(Words::Coded(coded.keys(), coded.values().as_string_opt::<i32>()?))
    }

    /// The spans of the elements, one for each of [`Elements::indexes`]; none if they are no annotations.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let numbers = |name| self.column(name)?.as_primitive_opt();
        let bounds: Option<(&UInt32Array, &UInt32Array)> = numbers("start").zip(numbers("end"));
        let indexes = bounds.map(|_| self.indexes());
        indexes
            .into_iter()
            .flatten()
            .zip(bounds.into_iter().cycle())
            .map(|(index, (starts, ends))| starts.value(index) as usize..ends.value(index) as usize)
    }
}

impl<'a> Words<'a> {
    pub(crate) fn get(&self, index: usize) -> Option<&'a str> {
        match self {
            Self::Plain(words) => words.is_valid(index).then(|| words.value(index)),
            Self::Coded(keys, words) => {
                let key = keys.is_valid(index).then(|| keys.value(index) as usize)?;
                words.is_valid(key).then(|| words.value(key))
            }
        }
    }
}
