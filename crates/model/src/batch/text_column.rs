//! Texts of a batch, laid out as Arrow lays them out: offsets, all bytes behind each other, and validity.

use super::validity::{Validity, append_validity, is_valid, push_validity, truncate_validity};
use std::ops::Range;

/// UTF-8 texts, each valid or null: `offsets` has one entry more than there are texts, starting with 0.
///
/// IMPORTANT: offsets are 32 bits wide, so one batch may hold at most `i32::MAX` bytes of one column.
/// The flush threshold and the cap on a page keep it far below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextColumn {
    offsets: Vec<i32>,
    text: String,
    validity: Validity,
}

impl Default for TextColumn {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            text: String::new(),
            validity: None,
        }
    }
}

/// A text from this size on is large.
const LARGE: usize = 1 << 20;

/// Makes room for `more` bytes. A text that is large grows by an eighth and not to its double, of which half would stay empty.
fn make_room(text: &mut String, more: usize) {
    if text.len() >= LARGE && text.capacity() - text.len() < more {
        text.reserve_exact(more.max(text.len() / 8));
    }
}

/// Appends offsets that start with 0 behind `base`.
pub(super) fn append_offsets(offsets: &mut Vec<i32>, base: i32, other: &[i32]) {
    offsets.extend(
        other
            .iter()
            .skip(1)
            .map(|offset| base.saturating_add(*offset)),
    );
}

impl TextColumn {
    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends one entry.
    pub fn push(&mut self, value: Option<&str>) {
        self.push_with(|text| {
            if let Some(value) = value {
                make_room(text, value.len());
                text.push_str(value);
            }
            value.is_some()
        });
    }

    /// Appends one entry that `write` appends to the text; `write` says whether it is valid, and writes nothing for a null.
    pub fn push_with(&mut self, write: impl FnOnce(&mut String) -> bool) {
        let len = self.len();
        let is_valid = write(&mut self.text);
        push_validity(&mut self.validity, len, is_valid);
        self.offsets
            .push(i32::try_from(self.text.len()).unwrap_or(i32::MAX));
    }

    pub(super) fn append(&mut self, other: &Self) {
        let (len, others) = (self.len(), other.len());
        append_validity(&mut self.validity, len, other.validity.as_deref(), others);
        let base = i32::try_from(self.text.len()).unwrap_or(i32::MAX);
        append_offsets(&mut self.offsets, base, &other.offsets);
        make_room(&mut self.text, other.text.len());
        self.text.push_str(&other.text);
    }

    /// The entry at `row`, unless it is null.
    pub fn get(&self, row: usize) -> Option<&str> {
        let span = self.span(row)?;
        self.text
            .get(span)
            .filter(|_| is_valid(self.validity.as_deref(), row))
    }

    fn span(&self, row: usize) -> Option<Range<usize>> {
        let start = usize::try_from(*self.offsets.get(row)?).ok()?;
        let end = usize::try_from(*self.offsets.get(row + 1)?).ok()?;
        Some(start..end)
    }

    /// The buffers themselves: offsets, bytes and validity.
    pub fn into_parts(self) -> (Vec<i32>, Vec<u8>, Option<Vec<bool>>) {
        (self.offsets, self.text.into_bytes(), self.validity)
    }

    /// All texts behind each other.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where in it each text begins, and where the last one ends.
    pub fn offsets(&self) -> &[i32] {
        &self.offsets
    }

    pub(super) fn text_bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn reserve(&mut self, rows: usize, bytes: usize) {
        self.offsets.reserve_exact(rows);
        self.text.reserve_exact(bytes);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        let end = self.offsets.last().copied().unwrap_or_default();
        self.text.truncate(usize::try_from(end).unwrap_or_default());
        truncate_validity(&mut self.validity, len);
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.offsets.as_slice())
            + self.text.len()
            + self.validity.as_ref().map_or(0, |flags| flags.len() / 8)
    }
}
