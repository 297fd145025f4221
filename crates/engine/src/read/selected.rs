//! The rows of a window that a filter selects, by number: which is the n-th of them, and how many come before a row.
//!
//! Grows in the order of rows while they are asked, and is complete once all were.
//! Memory: a bit a row of the window, and 8 bytes for every [`BLOCK`] rows.

use arrow::buffer::BooleanBuffer;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Bits of a word.
const WORD: usize = 64;
/// Words after which the selected rows before are known.
const BLOCK_WORDS: usize = 8;
/// Rows after which the selected ones before are known.
const BLOCK: usize = BLOCK_WORDS * WORD;

/// Which rows of a window are selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedRows {
    /// A bit a row.
    words: Vec<u64>,
    /// How many rows of the window are known.
    len: usize,
    /// How many are selected.
    count: u64,
    /// How many are selected before each whole block, and before what follows the last one.
    before: Vec<u64>,
}

impl Default for SelectedRows {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            len: 0,
            count: 0,
            before: vec![0],
        }
    }
}

impl SelectedRows {
    /// How many are selected.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Whether a row is selected.
    pub fn contains(&self, row: u64) -> bool {
        self.before(row + 1) > self.before(row)
    }

    /// How many rows before this one are selected.
    pub fn before(&self, row: u64) -> u64 {
        let row = usize::try_from(row).unwrap_or(usize::MAX).min(self.len);
        let block = row / BLOCK;
        let (from, to) = (block * BLOCK_WORDS, row / WORD);
        let whole = self.words.get(from..to).unwrap_or_default();
        let part = self
            .words
            .get(to)
            .map_or(0, |word| (word & ((1 << (row % WORD)) - 1)).count_ones());
        let known = self.before.get(block).copied().unwrap_or_default();
        known + ones(whole) + u64::from(part)
    }

    /// The number of the n-th selected row, from 0.
    pub fn nth(&self, n: u64) -> Option<u64> {
        if n >= self.count {
            return None;
        }
        let block = self
            .before
            .partition_point(|before| *before <= n)
            .checked_sub(1)?;
        let mut left = n - self.before.get(block)?;
        for (at, word) in self.words.iter().enumerate().skip(block * BLOCK_WORDS) {
            let here = u64::from(word.count_ones());
            if left < here {
                // The lowest bits that are set go until the one meant is the lowest.
                let rest = (0..left).fold(*word, |rest, _| rest & (rest - 1));
                return Some((at * WORD) as u64 + u64::from(rest.trailing_zeros()));
            }
            left -= here;
        }
        None
    }

    /// The numbers of the selected rows from the `first` one on, at most `limit`, in runs without a gap.
    pub(super) fn runs(&self, first: u64, limit: usize) -> Vec<Range<u64>> {
        let mut runs: Vec<Range<u64>> = Vec::new();
        for n in first..first.saturating_add(limit as u64).min(self.count) {
            let Some(row) = self.nth(n) else { break };
            match runs.last_mut() {
                Some(run) if run.end == row => run.end += 1,
                _ => runs.push(row..row + 1),
            }
        }
        runs
    }

    /// The next `rows` rows are selected, or are not.
    pub(super) fn add_run(&mut self, rows: usize, is_selected: bool) {
        let selected = 0..if is_selected { rows } else { 0 };
        self.add(rows, selected);
    }

    /// The next rows, as a filter selects them.
    pub(super) fn add_rows(&mut self, selected: &BooleanBuffer) {
        self.add(selected.len(), selected.set_indices());
    }

    /// Adds the rows of the same window that another one has selected.
    pub(super) fn merge(&mut self, other: &Self) {
        let rows = self.len.max(other.len);
        let words = std::mem::take(&mut self.words);
        let at = |words: &[u64], at: usize| words.get(at).copied().unwrap_or_default();
        let words = (0..rows.div_ceil(WORD)).map(|word| at(&words, word) | at(&other.words, word));
        let words: Vec<u64> = words.collect();
        *self = Self {
            count: ones(&words),
            words,
            ..Self::default()
        };
        self.know(rows);
    }

    fn add(&mut self, rows: usize, selected: impl Iterator<Item = usize>) {
        let first = self.len;
        self.words.resize((first + rows).div_ceil(WORD), 0);
        for row in selected.map(|row| first + row) {
            if let Some(word) = self.words.get_mut(row / WORD) {
                *word |= 1 << (row % WORD);
                self.count += 1;
            }
        }
        self.know(first + rows);
    }

    /// All of the first `rows` rows are known.
    fn know(&mut self, rows: usize) {
        self.len = rows;
        while self.before.len() <= self.len / BLOCK {
            let block = self.before.len() - 1;
            let words = self
                .words
                .get(block * BLOCK_WORDS..(block + 1) * BLOCK_WORDS);
            let known = self.before.last().copied().unwrap_or_default();
            self.before.push(known + ones(words.unwrap_or_default()));
        }
    }
}

fn ones(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_found_by_their_place_and_places_by_their_rows(
            pieces in prop::collection::vec((0_usize..900, any::<bool>(), prop::collection::vec(any::<bool>(), 0..700)), 0..6),
        ) {
            let mut selected = SelectedRows::default();
            let mut expected: Vec<u64> = Vec::new();
            let mut rows = 0;
            for (run, is_selected, bits) in pieces {
                selected.add_run(run, is_selected);
                selected.add_rows(&BooleanBuffer::from(bits.clone()));
                let all = std::iter::repeat_n(is_selected, run).chain(bits);
                expected.extend(all.zip(rows..).filter(|(bit, _)| *bit).map(|(_, row)| row));
                rows = selected.len as u64;
            }
            prop_assert_eq!(selected.count(), expected.len() as u64);
            for (n, row) in expected.iter().enumerate() {
                prop_assert_eq!(selected.nth(n as u64), Some(*row));
            }
            prop_assert_eq!(selected.nth(selected.count()), None);
            for row in 0..rows + 2 {
                let before = expected.partition_point(|held| *held < row) as u64;
                prop_assert_eq!(selected.before(row), before);
                prop_assert_eq!(selected.contains(row), expected.binary_search(&row).is_ok());
            }
        }
    }

    #[test]
    fn merged_rows_are_those_of_both() {
        let rows = |pieces: [(usize, bool); 3]| {
            let mut selected = SelectedRows::default();
            for (rows, is_selected) in pieces {
                selected.add_run(rows, is_selected);
            }
            selected
        };
        let mut merged = rows([(70, true), (600, false), (330, false)]);
        merged.merge(&rows([(100, false), (650, true), (250, false)]));
        assert_eq!(merged, {
            let mut both = rows([(70, true), (30, false), (650, true)]);
            both.add_run(250, false);
            both
        });
        // What one of them does not know yet is not selected.
        let mut early = rows([(3, true), (0, true), (0, true)]);
        early.merge(&rows([(5, false), (600, false), (7, true)]));
        assert_eq!((early.count(), early.nth(3)), (10, Some(605)));
    }

    #[test]
    fn rows_that_follow_each_other_are_one_run() {
        let mut selected = SelectedRows::default();
        selected.add_run(2, true);
        selected.add_run(600, false);
        selected.add_run(3, true);
        assert_eq!(selected.runs(1, 3), [1..2, 602..604]);
        assert!(selected.runs(5, 9).is_empty());
    }
}
