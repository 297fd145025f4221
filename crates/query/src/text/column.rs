//! The texts of a column where they lie: behind each other.

use arrow::array::{Array, StringArray};
use arrow::buffer::NullBuffer;
use std::ops::Range;

/// Texts as Arrow lays them out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextColumn<'a> {
    array: &'a StringArray,
}

impl<'a> TextColumn<'a> {
    pub(crate) const fn of(array: &'a StringArray) -> Self {
        Self { array }
    }

    pub(crate) fn len(&self) -> usize {
        self.array.len()
    }

    pub(crate) fn nulls(&self) -> Option<&'a NullBuffer> {
        self.array.nulls()
    }

    /// All texts behind each other.
    pub(super) fn bytes(&self) -> &'a [u8] {
        let bytes = self.array.value_data();
        let offsets = self.offsets();
        let span = offsets.first().zip(offsets.last());
        span.and_then(|(start, end)| bytes.get(*start as usize..*end as usize))
            .unwrap_or_default()
    }

    /// Where in [`bytes`](Self::bytes) each text ends.
    pub(super) fn ends(&self) -> impl Iterator<Item = usize> + 'a {
        let offsets = self.offsets();
        let base = offsets.first().copied().unwrap_or_default();
        offsets
            .iter()
            .skip(1)
            .map(move |end| (*end - base) as usize)
    }

    fn offsets(&self) -> &'a [i32] {
        self.array.value_offsets()
    }

    fn span(&self, row: usize) -> Option<Range<usize>> {
        let offsets = self.offsets();
        Some(*offsets.get(row)? as usize..*offsets.get(row + 1)? as usize)
    }

    /// The text of a row; that of a null means nothing.
    pub(crate) fn get(&self, row: usize) -> &'a str {
        if row < self.array.len() {
            self.array.value(row)
        } else {
            ""
        }
    }

    /// The same as bytes.
    pub(super) fn get_bytes(&self, row: usize) -> &'a [u8] {
        let bytes = self.array.value_data();
        self.span(row)
            .and_then(|span| bytes.get(span))
            .unwrap_or_default()
    }
}
