//! What a dataset's directory holds, as a scan finds it.

use crate::catalog::index::IndexFile;
use crate::catalog::problem::{Problem, ProblemKind};
use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use windrow_columnar::{Footer, Holds};
use windrow_model::claim::ownership;
use windrow_model::{Claim, Coverage, TimeRange};
use windrow_store::BlobInfo;
use windrow_store::layout::{self, PathKind};

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

/// Two parts of equal generation that claim the same milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlapInfo {
    /// What both claim.
    pub range: TimeRange,
    /// One part.
    pub first: String,
    /// The other.
    pub second: String,
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
    /// Every file that was listed, outside the window too.
    pub(crate) listed: Rc<[BlobInfo]>,
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
        self.uncovered(window, ProblemKind::is_harm)
    }

    /// Whether one of them cannot be read.
    pub(crate) fn is_unreadable_in(&self, window: TimeRange) -> bool {
        use ProblemKind::{Inaccessible, Unreadable};
        let is_unread = |kind| matches!(kind, Unreadable | Inaccessible);
        !self.uncovered(window, is_unread).is_empty()
    }

    /// Fails where a file of a newer format was meant for milliseconds of `window` that no sound part covers:
    /// what it claims is not known here, so writing beside it could claim the same twice.
    pub(crate) fn refuse_newer(&self, window: TimeRange) -> Result<(), EngineError> {
        let is_newer = |kind| kind == ProblemKind::Newer;
        match self.uncovered(window, is_newer).first() {
            Some(problem) => Err(EngineError::Newer {
                path: problem.path.clone(),
            }),
            None => Ok(()),
        }
    }

    /// A file that cannot be opened and was meant for milliseconds of `window` that no sound part covers:
    /// nothing may be fetched in the place of what may be sound.
    pub(crate) fn inaccessible_in(&self, window: TimeRange) -> Option<&Problem> {
        let is_inaccessible = |kind| kind == ProblemKind::Inaccessible;
        self.uncovered(window, is_inaccessible).first().copied()
    }

    fn uncovered(
        &self,
        window: TimeRange,
        is_wanted: impl Fn(ProblemKind) -> bool,
    ) -> Vec<&Problem> {
        let covered = self.coverage();
        self.problems
            .iter()
            .filter(|problem| is_wanted(problem.kind))
            .filter(|problem| {
                problem
                    .range
                    .and_then(|range| range.intersection(window))
                    .is_some_and(|range| !covered.contains(range))
            })
            .collect()
    }

    /// Where two parts of equal generation claim the same milliseconds.
    pub(crate) fn overlaps(&self) -> Vec<OverlapInfo> {
        let path = |index: usize| self.parts.get(index).map(|part| part.path.clone());
        let overlaps = ownership(&self.claims()).overlaps.into_iter();
        overlaps
            .filter_map(|overlap| {
                Some(OverlapInfo {
                    range: overlap.range,
                    first: path(overlap.claims.0)?,
                    second: path(overlap.claims.1)?,
                })
            })
            .collect()
    }

    /// Refuses two claims of equal generation on the same milliseconds of `window`.
    pub(crate) fn refuse_overlaps(&self, window: TimeRange) -> Result<(), EngineError> {
        let mut overlaps = self.overlaps().into_iter();
        match overlaps.find(|overlap| overlap.range.intersects(window)) {
            None => Ok(()),
            Some(OverlapInfo {
                range,
                first,
                second,
            }) => Err(EngineError::Overlap {
                range,
                first,
                second,
            }),
        }
    }

    /// The generation of parts that are fetched for gaps of `window`: more than a part can have that cannot say its own.
    /// If such a part can be read again one day, what was fetched in its place owns.
    pub(crate) fn gap_generation(&self, window: TimeRange) -> u32 {
        if self.damaged_in(window).is_empty() {
            return 0;
        }
        let known = self.claims().into_iter().map(|claim| claim.generation);
        let hidden = self.hidden_generations().into_iter();
        let hidden = hidden.filter(|(segment, _)| segment.intersects(window));
        let highest = known.chain(hidden.map(|(_, generation)| generation)).max();
        highest.unwrap_or(0).saturating_add(1)
    }

    /// The segments of parts that cannot say their own generation, and what it may be at most: it is never above the part's number.
    pub(crate) fn hidden_generations(&self) -> Vec<(TimeRange, u32)> {
        let hidden = self.problems.iter();
        let hidden = hidden.filter(|problem| problem.kind.is_harm());
        hidden
            .filter_map(|problem| match layout::classify(&problem.path) {
                PathKind::Part { segment, part, .. } => Some((segment, part)),
                _ => None,
            })
            .collect()
    }
}
