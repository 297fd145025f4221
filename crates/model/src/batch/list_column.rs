//! Lists of texts of a batch, laid out as Arrow lays them out: offsets into the items of all lists.

use super::text_column::{TextColumn, append_offsets};

/// A list of texts per entry, empty or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn {
    offsets: Vec<i32>,
    items: TextColumn,
}

impl Default for ListColumn {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            items: TextColumn::default(),
        }
    }
}

impl ListColumn {
    /// Appends one list.
    pub fn push<'a>(&mut self, items: impl IntoIterator<Item = &'a str>) {
        for item in items {
            self.items.push(Some(item));
        }
        self.offsets
            .push(i32::try_from(self.items.len()).unwrap_or(i32::MAX));
    }

    pub(super) fn append(&mut self, other: &Self) {
        let base = i32::try_from(self.items.len()).unwrap_or(i32::MAX);
        append_offsets(&mut self.offsets, base, &other.offsets);
        self.items.append(&other.items);
    }

    /// The list at `row`, empty past the end.
    pub fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        let bound = |at: usize| {
            self.offsets
                .get(at)
                .and_then(|offset| usize::try_from(*offset).ok())
        };
        let span = match (bound(row), bound(row + 1)) {
            (Some(start), Some(end)) => start..end,
            _ => 0..0,
        };
        span.filter_map(|item| self.items.get(item))
    }

    /// The buffers themselves: list offsets and items.
    pub fn into_parts(self) -> (Vec<i32>, TextColumn) {
        (self.offsets, self.items)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        let end = self.offsets.last().copied().unwrap_or_default();
        self.items
            .truncate(usize::try_from(end).unwrap_or_default());
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.offsets.as_slice()) + self.items.byte_size()
    }
}
