//! A window of a dataset, all its parts as one.
//!
//! Takes a store, a dataset and a window, gives an [`Opened`]: stretches, rows by number, summary.
//! Invariant: a row is given through the one part that owns its millisecond, so none is given twice.
//! Memory: the footers of the parts in the window, and a few encoded row groups.

use crate::catalog::index::IndexFile;
use crate::catalog::list::{SegmentInfo, segments_of};
use crate::catalog::scan::{Footers, examine, scan};
use crate::catalog::scan_result::{Held, Problem, ProblemKind};
use crate::error::EngineError;
use crate::read::provisional;
use crate::read::rows::RowGroups;
use crate::read::span::Span;
use crate::read::timeline::{self, Stretch};
use std::rc::Rc;
use windrow_model::claim::ownership;
use windrow_model::{Coverage, Dataset, Plan, TimeRange};
use windrow_store::{BlobStore, layout};

/// A window of a dataset, open for reading. A snapshot: what is fetched later is seen by opening again.
pub struct Opened<S> {
    pub(super) store: Rc<S>,
    pub(super) window: TimeRange,
    pub(super) held: Held,
    /// In order of time; the first row of each is numbered in order.
    pub(super) spans: Vec<Span>,
    pub(super) stretches: Vec<Stretch>,
    pub(super) groups: RowGroups,
}

/// Opens a window of what is cached.
///
/// # Errors
/// When the store cannot be listed, or two parts of equal generation claim the same milliseconds of the window.
/// A damaged part is no error here: its stretch says so, and reading its rows fails.
pub async fn open<S: BlobStore>(
    store: Rc<S>,
    dataset: &Dataset,
    window: TimeRange,
) -> Result<Opened<S>, EngineError> {
    let held = scan(&*store, dataset, Some(window)).await?;
    Opened::new(store, held, window).await
}

/// Opens what a bypass run fetched.
pub async fn open_bypass<S: BlobStore>(
    store: Rc<S>,
    dataset: &Dataset,
    run_id: &str,
    window: TimeRange,
) -> Result<Opened<S>, EngineError> {
    let directory = layout::bypass_dir(run_id);
    let listed = store.list(&directory).await?;
    let footers = Footers::FromFiles;
    let held = examine(
        &*store,
        Some(dataset),
        &directory,
        &listed,
        Some(window),
        footers,
    )
    .await;
    Opened::new(store, held, window).await
}

impl<S: BlobStore> Opened<S> {
    pub(crate) async fn new(
        store: Rc<S>,
        mut held: Held,
        window: TimeRange,
    ) -> Result<Self, EngineError> {
        // Its footers are taken; it need not stay in memory.
        held.index = IndexFile::default();
        let claims = held.claims();
        held.refuse_overlaps(&claims, window)?;
        let owned: Vec<(TimeRange, usize)> = ownership(&claims)
            .owned
            .into_iter()
            .filter_map(|owned| Some((owned.range.intersection(window)?, owned.owner)))
            .collect();
        let covered: Coverage = owned.iter().map(|(range, _)| *range).collect();
        let groups = RowGroups::default();

        let mut spans = Vec::new();
        for (range, owner) in owned {
            if let Some(part) = held.parts.get(owner).cloned() {
                let span = Span::locate(&*store, &groups, part, range, false).await;
                note(&mut spans, &mut held, span, range)?;
            }
        }
        let shown = provisional::shown(&*store, &groups, &held.provisional, &covered, window).await;
        for (range, number) in shown {
            if let Some(file) = held.provisional.get(number).cloned() {
                let span = Span::locate(&*store, &groups, file, range, true).await;
                note(&mut spans, &mut held, span, range)?;
            }
        }
        spans.sort_by_key(|span: &Span| span.range);
        let mut first_row = 0;
        for span in &mut spans {
            span.first_row = first_row;
            first_row += span.len();
        }
        let stretches = timeline::stretches(window, &spans, &held.problems);
        Ok(Self {
            store,
            window,
            held,
            spans,
            stretches,
            groups,
        })
    }

    /// The window.
    pub fn window(&self) -> TimeRange {
        self.window
    }

    /// What of the window is held and what is missing.
    pub fn plan(&self) -> Plan {
        Plan::new(self.window, &self.held.claims())
    }

    /// The whole window in order, touching stretches of one state as one.
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// How many rows [`rows`](Self::rows) can give: proven and provisional ones.
    pub fn row_count(&self) -> u64 {
        self.spans.iter().map(Span::len).sum()
    }

    /// How many of them are proven.
    pub fn proven_rows(&self) -> u64 {
        self.spans
            .iter()
            .filter(|span| !span.provisional)
            .map(Span::len)
            .sum()
    }

    /// The segments that reach into the window, with their parts.
    pub fn segments(&self) -> Vec<SegmentInfo> {
        segments_of(&self.held)
            .into_iter()
            .filter(|segment| segment.range.intersects(self.window))
            .collect()
    }

    /// A part whose rows were found damaged while the window was opened: what it owns is not given.
    pub(crate) fn damaged(&self) -> Option<&Problem> {
        let claims = |path: &str| self.held.parts.iter().any(|part| part.path == path);
        let mut damaged = self.held.problems.iter();
        damaged.find(|problem| problem.kind == ProblemKind::Damaged && claims(&problem.path))
    }

    /// Files that were whole and are damaged or unreadable, where no other part covers what they were meant for.
    pub(crate) fn damaged_in(&self, range: TimeRange) -> Vec<&Problem> {
        self.held.damaged_in(range)
    }

    /// Every range that one part owns, with its rows, in order.
    pub(crate) fn proven(&self) -> impl Iterator<Item = (TimeRange, u64)> {
        let spans = self.spans.iter().filter(|span| !span.provisional);
        spans.map(|span| (span.range, span.len()))
    }

    /// The time of the first proven row of every such range that has rows.
    pub(crate) fn proven_times(&self) -> impl Iterator<Item = i64> {
        let spans = self.spans.iter().filter(|span| !span.provisional);
        spans.filter_map(|span| Some(span.bounds_ms?.0))
    }

    /// Files that prove nothing.
    pub fn problems(&self) -> &[Problem] {
        &self.held.problems
    }
}

/// Takes a span in, or notes that its part is damaged.
fn note(
    spans: &mut Vec<Span>,
    held: &mut Held,
    span: Result<Span, EngineError>,
    range: TimeRange,
) -> Result<(), EngineError> {
    match span {
        Ok(span) => spans.push(span),
        Err(EngineError::Damaged { path, reason }) => held.problems.push(Problem {
            path,
            kind: ProblemKind::Damaged,
            reason,
            range: Some(range),
        }),
        Err(error) => return Err(error),
    }
    Ok(())
}
