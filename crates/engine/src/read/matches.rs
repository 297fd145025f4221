//! Rows that a filter selects: which of them are wanted, and the rows themselves.
//!
//! Memory: the wanted rows of one row group.

use serde::{Deserialize, Serialize};
use std::ops::Range;
use windrow_model::EventBatch;

/// Which of the matching rows are wanted, counted in order from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsWanted {
    skip: u64,
    left: u64,
}

/// Matching rows that follow each other in one row group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// The number of each within the window, ascending.
    pub numbers: Vec<u64>,
    /// The rows themselves.
    pub events: EventBatch,
    /// Whether they are provisional.
    pub provisional: bool,
}

impl RowsWanted {
    /// At most `limit` rows after the first `offset` ones.
    pub const fn new(offset: u64, limit: u64) -> Self {
        Self {
            skip: offset,
            left: limit,
        }
    }

    /// Whether no more are wanted.
    pub(super) const fn is_done(&self) -> bool {
        self.left == 0
    }

    /// Which of the next `many` matching rows are wanted.
    pub(super) fn take(&mut self, many: usize) -> Range<usize> {
        let size = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let start = size(self.skip).min(many);
        let end = start + size(self.left).min(many - start);
        self.skip -= start as u64;
        self.left -= (end - start) as u64;
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::RowsWanted;

    #[test]
    fn offset_and_limit_are_used_up_across_row_groups() {
        let mut wanted = RowsWanted::new(5, 4);
        assert_eq!(wanted.take(3), 3..3);
        assert_eq!(wanted.take(4), 2..4);
        assert!(!wanted.is_done());
        assert_eq!(wanted.take(10), 0..2);
        assert!(wanted.is_done());
        assert_eq!(RowsWanted::new(0, u64::MAX).take(7), 0..7);
    }
}
