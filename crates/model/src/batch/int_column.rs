//! Integers of a batch, laid out as Arrow lays them out: values beside validity.

use super::validity::{Validity, append_validity, is_valid, push_validity, truncate_validity};

/// 64-bit integers, each valid or null; a null is stored as 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntColumn {
    values: Vec<i64>,
    validity: Validity,
}

impl IntColumn {
    /// Appends one entry.
    pub fn push(&mut self, value: Option<i64>) {
        push_validity(&mut self.validity, self.values.len(), value.is_some());
        self.values.push(value.unwrap_or_default());
    }

    pub(super) fn append(&mut self, other: &Self) {
        let (len, others) = (self.values.len(), other.values.len());
        append_validity(&mut self.validity, len, other.validity(), others);
        self.values.extend_from_slice(&other.values);
    }

    /// The entry at `row`, unless it is null.
    pub fn get(&self, row: usize) -> Option<i64> {
        self.values
            .get(row)
            .copied()
            .filter(|_| is_valid(self.validity.as_deref(), row))
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        self.values.reserve_exact(rows);
    }

    /// All values, 0 where null.
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// One flag per entry, or `None` where none is null.
    pub fn validity(&self) -> Option<&[bool]> {
        self.validity.as_deref()
    }

    /// The buffers themselves: values and validity.
    pub fn into_parts(self) -> (Vec<i64>, Option<Vec<bool>>) {
        (self.values, self.validity)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        truncate_validity(&mut self.validity, len);
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.values.as_slice())
            + self.validity.as_ref().map_or(0, |flags| flags.len() / 8)
    }
}
