//! A window of a dataset, all its parts as one.
//!
//! Takes a store, a dataset and a window, gives an [`Opened`]: stretches, rows by number, summary.
//! Invariant: a row is given through the one part that owns its millisecond, so none is given twice.
//! Memory: the footers of the parts in the window, and a few encoded row groups.

use crate::catalog::index::IndexFile;
use crate::catalog::list::{SegmentInfo, segments_of};
use crate::catalog::problem::{Problem, ProblemKind};
use crate::catalog::scan::{Footers, scan, scan_files};
use crate::catalog::scan_result::Held;
use crate::error::EngineError;
use crate::read::answers::Answers;
use crate::read::ask::{Asking, Refined};
use crate::read::batches::{Batch, read_batches};
use crate::read::decoded::DecodedColumns;
use crate::read::find::{Find, Found, search};
use crate::read::locate::{Kept, Located, first_row_from, kept, locate};
use crate::read::provisional::resolve;
use crate::read::row_groups::RowGroups;
use crate::read::rows::{Rows, read_rows, read_runs};
use crate::read::searched::Searched;
use crate::read::selected::SelectedRows;
use crate::read::span::Span;
use crate::read::summary::{Summary, summarize};
use crate::read::timeline::{Stretch, StretchState, stretches};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use tokio_util::sync::CancellationToken;
use windrow_model::claim::ownership;
use windrow_model::{Coverage, Dataset, Plan, RowKey, TimeRange};
use windrow_query::Predicate;
use windrow_store::{BlobStore, layout};

/// A window of a dataset, open for reading. A snapshot: what is fetched later is seen by opening again.
pub struct Opened<S> {
    store: Rc<S>,
    window: TimeRange,
    held: Held,
    /// In order of time; the first row of each is numbered in order.
    spans: Vec<Span>,
    stretches: Vec<Stretch>,
    groups: RowGroups,
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
    let held = scan_files(
        &*store,
        Some(dataset),
        &directory,
        listed.into(),
        Some(window),
        Footers::FromFiles,
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
        // Both are used up by the scan and need not stay in memory.
        held.index = IndexFile::default();
        held.listed = Rc::default();
        let claims = held.claims();
        held.refuse_overlaps(window)?;
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
                add_span(&mut spans, &mut held, span, range)?;
            }
        }
        let resolved = resolve(&*store, &groups, &held.provisional, &covered, window).await;
        for (range, number) in resolved {
            if let Some(file) = held.provisional.get(number).cloned() {
                let span = Span::locate(&*store, &groups, file, range, true).await;
                add_span(&mut spans, &mut held, span, range)?;
            }
        }
        spans.sort_by_key(|span: &Span| span.range);
        let mut first_row = 0;
        for span in &mut spans {
            span.first_row = first_row;
            first_row += span.len();
        }
        let stretches = stretches(window, &spans, &held.problems);
        Ok(Self {
            store,
            window,
            held,
            spans,
            stretches,
            groups,
        })
    }

    /// With decoded columns that outlive it, so that other windows of the same parts find them.
    #[must_use]
    pub fn keeping(mut self, decoded: Rc<DecodedColumns>) -> Self {
        self.groups.decoded = decoded;
        self
    }

    /// A number that is the same wherever the same rows of the same parts make up the window, and the same is missing or
    /// damaged.
    pub fn snapshot(&self) -> u32 {
        let mut bytes = Vec::new();
        for span in &self.spans {
            let footer = &span.part.footer;
            bytes.extend(span.part.path.as_bytes());
            bytes.push(u8::from(span.provisional));
            let numbers = [footer.file_size(), span.rows.start, span.rows.end];
            bytes.extend(numbers.into_iter().flat_map(u64::to_le_bytes));
            for group in footer.row_groups() {
                let sums = (0..footer.columns().len()).filter_map(|column| group.checksum(column));
                bytes.extend(sums.flat_map(u32::to_le_bytes));
            }
        }
        for stretch in &self.stretches {
            let bounds = [stretch.range.start_ms(), stretch.range.end_ms()];
            bytes.extend(bounds.into_iter().flat_map(i64::to_le_bytes));
            bytes.push(stretch.state as u8);
        }
        crc32c::crc32c(&bytes)
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

    /// At most `limit` rows from row number `offset` on; fewer only at the end of the window.
    ///
    /// # Errors
    /// When a part that holds one of them is damaged or gone: the part is named.
    pub async fn rows(&self, offset: u64, limit: usize) -> Result<Rows, EngineError> {
        read_rows(&*self.store, &self.groups, &self.spans, offset, limit).await
    }

    /// At most `limit` of the selected rows, from the `first` one on.
    ///
    /// # Errors
    /// When a part that holds one of them is damaged or gone: the part is named.
    pub async fn selected_rows(
        &self,
        selected: &SelectedRows,
        first: u64,
        limit: usize,
    ) -> Result<Rows, EngineError> {
        let runs = selected.runs(first, limit);
        let mut rows = read_runs(&*self.store, &self.groups, &self.spans, &runs).await?;
        rows.first = first;
        Ok(rows)
    }

    /// Gives every row of the window, in order, as Arrow record batches with these columns; only their chunks are read.
    /// A part that lacks one, a field that none of its messages has, gives batches without it.
    ///
    /// # Errors
    /// When a part is damaged or gone: the part is named, and what was given before stands.
    pub async fn batches(
        &self,
        columns: &[&str],
        mut receive: impl FnMut(Batch),
    ) -> Result<(), EngineError> {
        let (store, groups) = (&*self.store, &self.groups);
        read_batches(store, groups, &self.spans, columns, &mut receive).await
    }

    /// Searches every row of the window, and reports how many it has searched. Stops between row groups when cancelled.
    /// With `among`, matches are numbered among those rows, and others only counted.
    pub async fn find(
        &self,
        find: &Find,
        among: Option<&SelectedRows>,
        cancel: &CancellationToken,
        progress: &dyn Fn(u64),
    ) -> Result<Found, EngineError> {
        let (store, groups) = (&*self.store, &self.groups);
        search(store, groups, &self.spans, find, among, cancel, progress).await
    }

    /// Asks every row of the window in one pass; `receive` hears of each refinement and may end it.
    /// What is damaged is in no answer and named. Stops between steps when cancelled: then it is not final.
    ///
    /// # Errors
    /// When the store fails, or a part is gone. What was received before stands.
    pub async fn ask(
        &self,
        filter: &Predicate,
        answers: &mut Answers,
        cancel: &CancellationToken,
        receive: &mut dyn FnMut(Refined<'_>) -> ControlFlow<()>,
    ) -> Result<Searched, EngineError> {
        self.asking(filter).run(answers, cancel, receive).await
    }

    /// The same, to be run step by step.
    pub fn asking<'a>(&'a self, filter: &'a Predicate) -> Asking<'a, S> {
        let in_state = |state| {
            let stretches = self.stretches.iter();
            stretches.filter(move |stretch| stretch.state == state)
        };
        let ranges = |state| in_state(state).map(|stretch| stretch.range).collect();
        let damaged = self.held.problems.iter().filter(|problem| {
            let is_there = |range: TimeRange| {
                in_state(StretchState::Damaged).any(|stretch| stretch.range.intersects(range))
            };
            problem.kind.is_harm() && problem.range.is_some_and(is_there)
        });
        let searched = Searched {
            window: self.window,
            matched: 0,
            provisional: 0,
            searched: 0,
            skipped: 0,
            unreadable: 0,
            damaged: damaged.cloned().collect(),
            missing: ranges(StretchState::Missing),
            provisional_ranges: ranges(StretchState::Provisional),
            is_final: false,
        };
        Asking::new(&*self.store, &self.groups, &self.spans, filter, searched)
    }

    /// The names of all fields that the columns of the window have or that its parts say are left in messages,
    /// and whether there are no others.
    pub fn field_names(&self) -> (Vec<&str>, bool) {
        let mut names = Vec::new();
        let mut are_all = true;
        for span in &self.spans {
            let footer = &span.part.footer;
            let columns = footer.columns().iter().map(|column| column.name.as_str());
            names.extend(columns);
            match footer.left_in_message() {
                Some(left) => names.extend(left.iter().map(String::as_str)),
                None => are_all &= span.len() == 0,
            }
        }
        names.sort_unstable();
        names.dedup();
        (names, are_all)
    }

    /// Finds the row with a key.
    ///
    /// # Errors
    /// When a part that holds rows of its time is damaged or gone.
    pub async fn locate(&self, key: &RowKey) -> Result<Located, EngineError> {
        locate(&*self.store, &self.groups, &self.spans, key).await
    }

    /// The number of the first row at or after a time; the number of rows where there is none.
    ///
    /// # Errors
    /// When the part that holds rows of that time is damaged or gone.
    pub async fn row_from(&self, ms: i64) -> Result<u64, EngineError> {
        first_row_from(&*self.store, &self.groups, &self.spans, ms).await
    }

    /// Where a row is kept; nothing beyond the last.
    pub fn kept(&self, row: u64) -> Option<Kept> {
        kept(&self.spans, row)
    }

    /// The window in numbers. Rows at its bounds were counted by their times when it was opened; all else is from footers.
    /// A damaged stretch counts as missing: its rows are in no figure.
    pub fn summary(&self) -> Summary {
        summarize(self.window, &self.spans, &self.stretches)
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
        let paths: HashSet<&str> = self.held.parts.iter().map(|part| &*part.path).collect();
        let mut damaged = self.held.problems.iter();
        damaged
            .find(|problem| problem.kind == ProblemKind::Damaged && paths.contains(&*problem.path))
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

/// Adds a span, or a problem where its part is damaged.
fn add_span(
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
