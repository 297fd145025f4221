//! Asks the source again how many events it has of what is held: events that came late are found slice by slice.
//!
//! Takes what is proven of a dataset or a window, gives a [`SourceReport`]. Fetches nothing and changes nothing.
//! A slice is a part's range; touching parts of few rows are counted together.
//!
//! Invariant: a slice is said to agree only if the numbers are equal.
//! Where it is not known whether a source includes the bounds of a request, each slice is asked for from inside its own edges,
//! so that every millisecond that may or may not be counted is held and its rows are known. Which edges it includes is what most slices say:
//! a lone slice with exactly as many late events as rows in an edge millisecond is taken to agree.
//! Memory: the footers of the parts, and a few encoded row groups.

use crate::cancel::Cancel;
use crate::dataset::Opened;
use crate::error::EngineError;
use crate::scan::{Footers, scan_from};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use windrow_model::{Dataset, TimeRange};
use windrow_source::{Bounds, LogSource, SliceRequest};
use windrow_store::BlobStore;

/// Touching parts are one slice up to so many rows: a count costs as much as a page.
const SLICE_ROWS: u64 = 10_000;

/// What asking the source again found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReport {
    /// Every slice, in order.
    pub slices: Vec<SliceCheck>,
    /// Requests this took.
    pub requests: u64,
    /// Whether it was stopped before all was asked.
    pub cancelled: bool,
    /// Whether everything was asked and no slice differs.
    pub ok: bool,
}

/// A slice as held and as the source counts it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceCheck {
    /// From where to where.
    pub range: TimeRange,
    /// Rows held.
    pub held: u64,
    /// Events by the source's count; where nothing was asked, 0.
    pub counted: u64,
    /// How they relate.
    pub state: SliceState,
}

/// How a slice's rows and the source's count relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SliceState {
    /// The numbers are equal.
    Agrees,
    /// The source has more: events came late.
    Late,
    /// The source has fewer: it lost some, or keeps them no longer.
    Fewer,
    /// It lies at least partly beyond what the source keeps: its count says nothing.
    BeyondRetention,
    /// It has too few milliseconds to be asked for without its neighbours.
    TooShort,
}

impl SourceReport {
    /// The slices whose numbers differ.
    pub fn differing(&self) -> impl Iterator<Item = &SliceCheck> {
        self.slices
            .iter()
            .filter(|slice| matches!(slice.state, SliceState::Late | SliceState::Fewer))
    }

    /// Takes what asking again about a range found in place of what was found before.
    pub fn replace(&mut self, range: TimeRange, again: Self) {
        let at = self
            .slices
            .partition_point(|slice| slice.range.start_ms() < range.start_ms());
        self.slices.retain(|slice| !range.contains(slice.range));
        self.slices.splice(at..at, again.slices);
        self.requests += again.requests;
        self.cancelled |= again.cancelled;
        self.ok = !self.cancelled && self.differing().next().is_none();
    }

    /// The slices of which the source has more.
    pub fn late(&self) -> impl Iterator<Item = &SliceCheck> {
        self.slices
            .iter()
            .filter(|slice| slice.state == SliceState::Late)
    }
}

/// Compares a dataset, or what is held of a window, with the source. `progress` is told slices asked and slices in all.
///
/// # Errors
/// When the store or the source fails, or two parts claim the same milliseconds.
pub async fn compare<S: BlobStore, L: LogSource>(
    store: Rc<S>,
    source: &L,
    dataset: &Dataset,
    window: Option<TimeRange>,
    cancel: &Cancel,
    progress: &dyn Fn(u64, u64),
) -> Result<SourceReport, EngineError> {
    let held = scan_from(&*store, dataset, window, Footers::FromFiles).await?;
    let coverage = held.coverage();
    let hull = coverage
        .ranges()
        .first()
        .zip(coverage.ranges().last())
        .and_then(|(first, last)| TimeRange::new(first.start_ms(), last.end_ms()).ok());
    let mut report = SourceReport::default();
    let Some(window) = window.or(hull) else {
        report.ok = true;
        return Ok(report);
    };
    let opened = Opened::new(store, held, window).await?;
    let bounds = source.profile().bounds;
    let mut asked = Vec::new();
    let slices = slices(opened.proven(), shortest_ms(bounds));
    for (range, held) in &slices {
        let mut slice = Asked::new(*range, *held);
        if let Some(inner) = inner(*range, bounds) {
            let request = SliceRequest {
                log_id: dataset.log_id().to_owned(),
                query: dataset.query().to_owned(),
                range: inner,
            };
            let Ok(count) = cancel.race(source.count(&request, &|_| {})).await else {
                report.cancelled = true;
                break;
            };
            let count = count?;
            report.requests += count.requests;
            slice.beyond_retention = count.beyond_retention;
            slice.counted = Some(count.events);
        }
        asked.push(slice);
        progress(asked.len() as u64, slices.len() as u64);
    }
    if !bounds.are_known() && !asked.iter().all(|slice| slice.agrees(BOTH)) {
        for slice in &mut asked {
            slice.first_rows = opened.rows_at(slice.range.start_ms()).await?;
            slice.last_rows = opened.rows_at(slice.range.end_ms() - 1).await?;
        }
    }
    let edges = likeliest(&asked);
    report.slices = asked.iter().map(|slice| slice.check(edges)).collect();
    report.ok = !report.cancelled && report.differing().next().is_none();
    Ok(report)
}

/// Which edges of a request a source includes: the first, the last.
type Edges = (bool, bool);
const BOTH: Edges = (true, true);

/// A slice that was asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    range: TimeRange,
    held: u64,
    /// Rows in its first and its last millisecond.
    first_rows: u64,
    last_rows: u64,
    counted: Option<u64>,
    beyond_retention: bool,
}

impl Asked {
    fn new(range: TimeRange, held: u64) -> Self {
        Self {
            range,
            held,
            first_rows: 0,
            last_rows: 0,
            counted: None,
            beyond_retention: false,
        }
    }

    /// What the source has of the whole slice, if it includes these edges.
    fn counted(&self, (first, last): Edges) -> Option<u64> {
        let left_out = u64::from(!first) * self.first_rows + u64::from(!last) * self.last_rows;
        self.counted.map(|counted| counted + left_out)
    }

    fn agrees(&self, edges: Edges) -> bool {
        self.beyond_retention
            || self
                .counted(edges)
                .is_none_or(|counted| counted == self.held)
    }

    fn check(&self, edges: Edges) -> SliceCheck {
        let counted = self.counted(edges);
        SliceCheck {
            range: self.range,
            held: self.held,
            counted: counted.unwrap_or_default(),
            state: match counted {
                None => SliceState::TooShort,
                Some(_) if self.beyond_retention => SliceState::BeyondRetention,
                Some(counted) if counted > self.held => SliceState::Late,
                Some(counted) if counted < self.held => SliceState::Fewer,
                Some(_) => SliceState::Agrees,
            },
        }
    }
}

/// The edges with which most slices agree: a source treats all requests alike. Both, where nothing speaks against it.
fn likeliest(asked: &[Asked]) -> Edges {
    let mut best = (BOTH, 0);
    for edges in [BOTH, (true, false), (false, true), (false, false)] {
        let agreeing = asked.iter().filter(|slice| slice.agrees(edges)).count();
        if agreeing > best.1 {
            best = (edges, agreeing);
        }
    }
    best.0
}

/// How long a slice must be to have an inside.
const fn shortest_ms(bounds: Bounds) -> u64 {
    if bounds.are_known() { 1 } else { 3 }
}

/// What to ask for, so that no millisecond outside of `range` is counted.
fn inner(range: TimeRange, bounds: Bounds) -> Option<TimeRange> {
    if bounds.are_known() {
        return Some(range);
    }
    // One millisecond more is asked for at the front, and the end may be included.
    TimeRange::new(range.start_ms() + 1, range.end_ms() - 1).ok()
}

/// Joins touching ranges while they have few rows or are too short to be asked for.
fn slices(
    proven: impl Iterator<Item = (TimeRange, u64)>,
    shortest_ms: u64,
) -> Vec<(TimeRange, u64)> {
    let mut slices: Vec<(TimeRange, u64)> = Vec::new();
    for (range, rows) in proven {
        if let Some((last, held)) = slices.last_mut()
            && last.end_ms() == range.start_ms()
            && (*held + rows <= SLICE_ROWS
                || last.duration_ms() < shortest_ms
                || range.duration_ms() < shortest_ms)
            && let Ok(joined) = TimeRange::new(last.start_ms(), range.end_ms())
        {
            (*last, *held) = (joined, *held + rows);
        } else {
            slices.push((range, rows));
        }
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start_ms: i64, end_ms: i64) -> TimeRange {
        TimeRange::new(start_ms, end_ms).unwrap()
    }

    /// Ten rows, three of them in the first millisecond and two in the last.
    fn asked(counted: u64) -> Asked {
        Asked {
            first_rows: 3,
            last_rows: 2,
            counted: Some(counted),
            ..Asked::new(range(0, 100), 10)
        }
    }

    #[test]
    fn the_edges_are_those_with_which_most_slices_agree() {
        for (edges, whole) in [
            (BOTH, 10),
            ((true, false), 8),
            ((false, true), 7),
            ((false, false), 5),
        ] {
            let slices = [asked(whole), asked(whole + 1), asked(whole)];
            assert_eq!(likeliest(&slices), edges);
            assert_eq!(slices[0].check(edges).state, SliceState::Agrees);
            assert_eq!(slices[1].check(edges).state, SliceState::Late);
            assert_eq!(slices[1].check(edges).counted, 11);
        }
        assert_eq!(likeliest(&[asked(99)]), BOTH);
        assert_eq!(asked(9).check(BOTH).state, SliceState::Fewer);
    }

    #[test]
    fn touching_ranges_of_few_rows_are_one_slice_and_a_gap_parts_them() {
        let proven = [
            (range(0, 100), 9_000),
            (range(100, 200), 1_000),
            (range(200, 300), 1),
            (range(301, 302), 5),
            (range(302, 303), SLICE_ROWS),
            (range(400, 401), 1),
        ];
        assert_eq!(
            slices(proven.into_iter(), 3),
            [
                (range(0, 200), 10_000),
                (range(200, 300), 1),
                (range(301, 303), SLICE_ROWS + 5),
                (range(400, 401), 1),
            ]
        );
    }

    #[test]
    fn a_request_stays_inside_its_slice() {
        assert_eq!(inner(range(5, 9), Bounds::HALF_OPEN), Some(range(5, 9)));
        assert_eq!(inner(range(5, 9), Bounds::UNKNOWN), Some(range(6, 8)));
        assert_eq!(inner(range(5, 7), Bounds::UNKNOWN), None);
    }
}
