//! How far an answer goes: what was searched, and what was not and why.

use crate::catalog::problem::Problem;
use serde::{Deserialize, Serialize};
use windrow_model::TimeRange;

/// What was searched, and how many rows were found.
///
/// Invariant: once it is final, `searched`, `skipped` and `unreadable` add up to the rows of the opened window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// The window.
    pub window: TimeRange,
    /// Proven rows that the filter selects.
    pub matched: u64,
    /// Provisional rows that it selects; they are in no answer but rows themselves.
    pub provisional: u64,
    /// Rows that were read.
    pub searched: u64,
    /// Rows that were not read, because statistics tell of all of them whether they match.
    pub skipped: u64,
    /// Rows of damaged row groups; they are in no answer.
    pub unreadable: u64,
    /// What is damaged. Where a whole file is, its rows are not known and in no figure.
    pub damaged: Vec<Problem>,
    /// Ranges that are not cached, so that nothing is known of them.
    pub missing: Vec<TimeRange>,
    /// Ranges whose rows are provisional: more events may come there.
    pub provisional_ranges: Vec<TimeRange>,
    /// Whether all of the window was gone through.
    pub is_final: bool,
}

impl Searched {
    /// Adds what another portion of the same window searched.
    pub fn merge(&mut self, other: &Self) {
        self.matched += other.matched;
        self.provisional += other.provisional;
        self.searched += other.searched;
        self.skipped += other.skipped;
        self.unreadable += other.unreadable;
        for problem in &other.damaged {
            if !self.damaged.contains(problem) {
                self.damaged.push(problem.clone());
            }
        }
        self.is_final &= other.is_final;
    }

    /// Whether every row that the window can have was searched or ruled out: nothing missing, provisional, damaged or left.
    pub fn is_whole(&self) -> bool {
        let unproven = [&self.missing, &self.provisional_ranges];
        self.is_final && self.damaged.is_empty() && unproven.iter().all(|ranges| ranges.is_empty())
    }

    /// Matching rows, provisional ones too.
    pub const fn all_matched(&self) -> u64 {
        self.matched + self.provisional
    }

    /// How much of the window is not cached, from 0 to 1.
    pub fn missing_share(&self) -> f64 {
        let missing: u64 = self.missing.iter().map(|range| range.duration_ms()).sum();
        missing as f64 / self.window.duration_ms() as f64
    }
}
