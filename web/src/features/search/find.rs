//! Where a find stands: what was found, which match is current, and which comes next.

use windrow_protocol::{Failed, FindResult};

/// Where a find stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Find {
    /// Nothing is sought.
    #[default]
    Idle,
    /// Being searched for the first time.
    Searching {
        /// Rows gone through so far.
        searched: u64,
    },
    /// Done.
    Done {
        /// What was found.
        found: FindResult,
        /// The current match, as a place in `found.rows`.
        current: usize,
    },
    /// Could not be done.
    Failed(Failed),
}

/// Which match becomes current when a search ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    /// The first from a row on; the first of all where there is none.
    From(u64),
    /// The last before a row; the last of all where there is none.
    Before(u64),
}

impl Pick {
    /// The row whose neighbours are needed.
    pub(super) fn around(self) -> u64 {
        match self {
            Self::From(row) | Self::Before(row) => row,
        }
    }
}

impl Find {
    /// What a search has found, and the match that becomes current.
    pub(super) fn done(found: FindResult, pick: Pick) -> Self {
        let before = found.rows.partition_point(|held| *held < pick.around());
        let last = found.rows.len().saturating_sub(1);
        let current = match pick {
            Pick::From(_) if before > last => 0,
            Pick::From(_) => before,
            Pick::Before(_) => before.checked_sub(1).unwrap_or(last),
        };
        Self::Done { found, current }
    }

    /// The row of the current match.
    pub(super) fn row(&self) -> Option<u64> {
        match self {
            Self::Done { found, current } => found.rows.get(*current).copied(),
            _ => None,
        }
    }

    /// The number of the current match, from 1, and of all.
    pub fn position(&self) -> Option<(u64, u64)> {
        match self {
            Self::Done { found, current } if found.matches > 0 => {
                Some((found.before + *current as u64 + 1, found.matches))
            }
            _ => None,
        }
    }

    /// Makes the next or the previous match current, around the ends; what to search for where it was not given.
    pub(super) fn step(&mut self, forward: bool) -> Option<Pick> {
        let Self::Done { found, current } = self else {
            return None;
        };
        let rows = &found.rows;
        let (first, last) = (rows.first().copied()?, rows.last().copied()?);
        let at_end = rows.len() - 1;
        let is_first = found.before == 0;
        let is_last = found.before + rows.len() as u64 == found.matches;
        match forward {
            true if *current < at_end => *current += 1,
            true if is_last && is_first => *current = 0,
            true => return Some(Pick::From(if is_last { 0 } else { last + 1 })),
            false if *current > 0 => *current -= 1,
            false if is_first && is_last => *current = at_end,
            false => return Some(Pick::Before(if is_first { u64::MAX } else { first })),
        }
        None
    }
}
