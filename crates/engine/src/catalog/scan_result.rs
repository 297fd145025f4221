//! What a dataset's directory holds, as a scan finds it.

use crate::catalog::index::IndexFile;
use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use windrow_columnar::{Footer, Holds};
use windrow_model::{Claim, Coverage, TimeRange};

/// A file whose footer proved what it holds.
#[derive(Clone, Debug)]
pub struct HeldPart {
    /// Path below the cache root.
    pub path: String,
    /// Its footer.
    pub footer: Rc<Footer>,
}

impl HeldPart {
    /// The claim, for a part; `None` for a provisional file.
    pub fn claim(&self) -> Option<Claim> {
        match self.footer.meta().holds {
            Holds::Claim(claim) => Some(claim),
            Holds::Provisional(_) => None,
        }
    }

    /// The claimed or provisional range.
    pub fn range(&self) -> TimeRange {
        self.footer.meta().range()
    }
}

/// A file that proves nothing, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path below the cache root.
    pub path: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
    /// In words.
    pub reason: String,
    /// The range it was meant for, where its name or footer says so.
    pub range: Option<TimeRange>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemKind {
    /// Never finished: missing, not damaged.
    Torn,
    /// Was whole and fails a check.
    Damaged,
    /// Could not be read.
    Unreadable,
    /// Not ours, or not where it belongs; left alone.
    Foreign,
    /// Written by a newer version; left alone.
    Newer,
}

/// Everything a scan found, parts in order of their claims.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Parts whose claims count.
    pub parts: Vec<HeldPart>,
    /// Provisional files, newest first.
    pub provisional: Vec<HeldPart>,
    /// Files that prove nothing.
    pub problems: Vec<Problem>,
    /// Segment directories seen.
    pub segment_count: u64,
    /// The dataset's index of footers.
    pub(crate) index: IndexFile,
}

impl Held {
    /// The claims, in the order of `parts`.
    pub fn claims(&self) -> Vec<Claim> {
        self.parts.iter().filter_map(HeldPart::claim).collect()
    }

    /// The union of the claims.
    pub fn coverage(&self) -> Coverage {
        self.parts.iter().map(HeldPart::range).collect()
    }

    /// Files that were whole and are damaged or unreadable now, inside `window`, whose milliseconds no sound part covers.
    pub fn damaged_in(&self, window: TimeRange) -> Vec<&Problem> {
        self.uncovered(window, &[ProblemKind::Damaged, ProblemKind::Unreadable])
    }

    /// Whether one of them cannot be read.
    pub(crate) fn is_unreadable_in(&self, window: TimeRange) -> bool {
        !self
            .uncovered(window, &[ProblemKind::Unreadable])
            .is_empty()
    }

    /// Fails where a file of a newer format was meant for milliseconds of `window` that no sound part covers:
    /// what it claims is not known here, so writing beside it could claim the same twice.
    pub(crate) fn refuse_newer(&self, window: TimeRange) -> Result<(), EngineError> {
        match self.uncovered(window, &[ProblemKind::Newer]).first() {
            Some(problem) => Err(EngineError::Newer {
                path: problem.path.clone(),
            }),
            None => Ok(()),
        }
    }

    fn uncovered(&self, window: TimeRange, kinds: &[ProblemKind]) -> Vec<&Problem> {
        let covered = self.coverage();
        self.problems
            .iter()
            .filter(|problem| kinds.contains(&problem.kind))
            .filter(|problem| {
                problem
                    .range
                    .and_then(|range| range.intersection(window))
                    .is_some_and(|range| !covered.contains(range))
            })
            .collect()
    }
}
