//! A find over the cached rows: which match is current, and how the figures are said.
//!
//! Takes what the worker found, gives positions and sentences. Never claims to have searched what is not held.

use crate::protocol::{Failed, FindResult};
use crate::ui::format::{count, counted, percent};

/// Where a find stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Find {
    /// Nothing is sought.
    #[default]
    Idle,
    /// Being searched.
    Searching {
        /// Rows gone through so far.
        searched: u64,
    },
    /// Done.
    Done {
        /// What was found.
        found: FindResult,
        /// The current match, from 0.
        current: usize,
    },
    /// Could not be done.
    Failed(Failed),
}

impl Find {
    /// The row of the current match.
    pub fn row(&self) -> Option<u64> {
        match self {
            Self::Done { found, current } => found.rows.get(*current).copied(),
            _ => None,
        }
    }

    /// The next (`true`) or the previous match, around the ends.
    pub fn step(&mut self, forward: bool) {
        if let Self::Done { found, current } = self {
            let len = found.rows.len();
            if len > 0 {
                *current = if forward {
                    (*current + 1) % len
                } else {
                    (*current + len - 1) % len
                };
            }
        }
    }

    /// Makes the first match at or after a row the current one.
    pub fn start_at(&mut self, row: u64) {
        if let Self::Done { found, current } = self {
            let at = found.rows.partition_point(|held| *held < row);
            *current = if at < found.rows.len() { at } else { 0 };
        }
    }

    /// The figures. `uncached_ms` of `window_ms` are not held.
    pub fn sentence(&self, uncached_ms: u64, window_ms: u64) -> String {
        match self {
            Self::Idle => String::new(),
            Self::Searching { searched } => {
                format!("Searching, {} so far", counted(*searched, "row", "rows"))
            }
            Self::Failed(failed) => format!("{}. {}", failed.message, failed.remedy),
            Self::Done { found, current } => {
                let mut text = if found.matches == 0 {
                    format!(
                        "No entries match in {}",
                        counted(found.searched, "cached row", "cached rows")
                    )
                } else {
                    format!(
                        "{} of {} in {}",
                        count(*current as u64 + 1),
                        counted(found.matches, "match", "matches"),
                        counted(found.searched, "cached row", "cached rows")
                    )
                };
                if found.truncated {
                    text.push_str(&format!(
                        ". The first {} can be stepped through",
                        count(found.rows.len() as u64)
                    ));
                }
                if uncached_ms > 0 {
                    text.push_str(&format!(
                        ". {} of the window is not cached and was not searched",
                        percent(uncached_ms, window_ms)
                    ));
                }
                text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(rows: &[u64], searched: u64) -> Find {
        Find::Done {
            found: FindResult {
                matches: rows.len() as u64,
                rows: rows.to_vec(),
                truncated: false,
                searched,
            },
            current: 0,
        }
    }

    #[test]
    fn stepping_goes_around_both_ends() {
        let mut find = done(&[4, 9, 11], 20);
        find.step(false);
        assert_eq!(find.row(), Some(11));
        find.step(true);
        assert_eq!(find.row(), Some(4));
        find.start_at(5);
        assert_eq!(find.row(), Some(9));
        find.start_at(12);
        assert_eq!(find.row(), Some(4));
    }

    #[test]
    fn the_sentence_says_what_was_not_searched() {
        assert_eq!(
            done(&[1, 2], 96_771).sentence(18, 100),
            "1 of 2 matches in 96,771 cached rows. 18 % of the window is not cached and was not searched"
        );
        assert_eq!(
            done(&[], 5).sentence(0, 100),
            "No entries match in 5 cached rows"
        );
        assert_eq!(Find::Idle.sentence(5, 10), "");
    }
}
