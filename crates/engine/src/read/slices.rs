//! How many rows of each of some equal slices of a list are of a kind.
//!
//! Takes how long the list is, and rows by their numbers.
//! Memory: at most [`MOST`] numbers, however long the list is.

use crate::read::selected::SelectedRows;

/// The most slices. Of a list that is longer there are at least half as many.
const MOST: u64 = 512;

/// Rows of a kind in each slice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slices {
    rows: u64,
    counts: Vec<u64>,
}

impl Slices {
    /// Of a list of so many rows.
    pub fn new(rows: u64) -> Self {
        let slice = rows.div_ceil(MOST).max(1);
        Self {
            rows: slice,
            counts: vec![0; usize::try_from(rows.div_ceil(slice)).unwrap_or_default()],
        }
    }

    /// Where rows of a kind lie in a window of so many rows.
    pub fn in_window(of_kind: &SelectedRows, rows: u64) -> Self {
        Self::between(of_kind, rows, |row| row)
    }

    /// Where rows of a kind lie among those that are selected: they are some of these.
    pub fn among(of_kind: &SelectedRows, selected: &SelectedRows) -> Self {
        let end = u64::MAX;
        Self::between(of_kind, selected.count(), |n| {
            selected.nth(n).unwrap_or(end)
        })
    }

    /// `row` gives the number in the window of a row of the list.
    fn between(of_kind: &SelectedRows, rows: u64, row: impl Fn(u64) -> u64) -> Self {
        let mut slices = Self::new(rows);
        let before = |n: u64| of_kind.before(row(n));
        let mut behind = before(0);
        for (at, count) in (1..).zip(&mut slices.counts) {
            let end = match at * slices.rows {
                end if end < rows => before(end),
                _ => of_kind.count(),
            };
            *count = end - behind;
            behind = end;
        }
        slices
    }

    /// Rows of a slice.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows of each slice are of the kind.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The row of this number is of the kind.
    pub(super) fn add(&mut self, row: u64) {
        let slice = usize::try_from(row / self.rows.max(1)).unwrap_or(usize::MAX);
        if let Some(count) = self.counts.get_mut(slice) {
            *count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::buffer::BooleanBuffer;
    use proptest::prelude::*;

    #[test]
    fn a_short_list_has_a_slice_for_every_row_and_an_empty_one_has_none() {
        let mut slices = Slices::new(3);
        [0, 2].into_iter().for_each(|row| slices.add(row));
        assert_eq!((slices.rows(), slices.counts()), (1, &[1, 0, 1][..]));
        slices.add(3);
        assert_eq!(slices.counts(), [1, 0, 1]);
        assert!(Slices::new(0).counts().is_empty());
        assert_eq!(Slices::new(513).counts().len(), 257);
    }

    proptest! {
        #[test]
        fn every_row_is_counted_in_the_slice_where_it_lies(
            kinds in prop::collection::vec((any::<bool>(), any::<bool>()), 0..3000),
        ) {
            let rows_of = |is: &dyn Fn(&(bool, bool)) -> bool| {
                let mut rows = SelectedRows::default();
                rows.add_rows(&BooleanBuffer::from_iter(kinds.iter().map(is)));
                rows
            };
            let (selected, of_kind) = (rows_of(&|row| row.0), rows_of(&|row| row.0 && row.1));
            let rows = kinds.len() as u64;
            let (mut window, mut among) = (Slices::new(rows), Slices::new(selected.count()));
            for row in (0..rows).filter(|row| of_kind.contains(*row)) {
                window.add(row);
                among.add(selected.before(row));
            }
            prop_assert_eq!(&window, &Slices::in_window(&of_kind, rows));
            prop_assert_eq!(&among, &Slices::among(&of_kind, &selected));
            prop_assert_eq!(among.counts().iter().sum::<u64>(), of_kind.count());
        }
    }
}
