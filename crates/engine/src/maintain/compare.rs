//! Asks the source again how many events it has of what is held: events that came late are found slice by slice.
//!
//! Takes what is proven of a dataset or a window, gives a [`SourceReport`]. Fetches nothing and changes nothing.
//! A slice is a part's range; touching parts of few rows are counted together.
//!
//! Invariant: a slice is said to agree only if the source counts exactly the rows held, of exactly its milliseconds.
//! Where a source does not say whether it includes the bounds of a request, that is learnt first ([`bounds`]);
//! where no row is held to learn it from, or the source has lost those tried, both are taken to be included.
//! Memory: the footers of the parts, and a few encoded row groups.

mod bounds;

use crate::catalog::scan::{Footers, scan_from};
use crate::error::EngineError;
use crate::read::window::Opened;
use bounds::IncludedBounds;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::rc::Rc;
use tokio_util::sync::CancellationToken;
use windrow_model::{Dataset, TimeRange};
use windrow_source::{Count, LogSource, SliceRequest};
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

impl SliceCheck {
    fn new(range: TimeRange, held: u64, counted: Option<Count>) -> Self {
        Self {
            range,
            held,
            counted: counted.map_or(0, |count| count.events),
            state: match counted {
                None => SliceState::TooShort,
                Some(count) if count.beyond_retention => SliceState::BeyondRetention,
                Some(count) => match count.events.cmp(&held) {
                    Ordering::Greater => SliceState::Late,
                    Ordering::Less => SliceState::Fewer,
                    Ordering::Equal => SliceState::Agrees,
                },
            },
        }
    }
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

/// Compares a dataset, or what is held of a window, with the source. `progress` receives slices asked and slices in all.
///
/// # Errors
/// When the store or the source fails, or two parts claim the same milliseconds.
pub async fn compare<S: BlobStore, L: LogSource>(
    store: Rc<S>,
    source: &L,
    dataset: &Dataset,
    window: Option<TimeRange>,
    cancel: &CancellationToken,
    progress: &dyn Fn(u64, u64),
) -> Result<SourceReport, EngineError> {
    let held = scan_from(&*store, dataset, window, Footers::FromFiles).await?;
    let coverage = held.coverage();
    let hull = coverage
        .ranges()
        .first()
        .zip(coverage.ranges().last())
        .map(|(first, last)| first.hull(*last));
    let mut report = SourceReport::default();
    let Some(window) = window.or(hull) else {
        report.ok = true;
        return Ok(report);
    };
    let opened = Opened::new(store, held, window).await?;
    let learning =
        IncludedBounds::learn(source, dataset, opened.proven_times(), &mut report.requests);
    let Some(bounds) = cancel.run_until_cancelled(learning).await else {
        report.cancelled = true;
        return Ok(report);
    };
    let bounds = bounds?;
    let slices = slices(opened.proven(), bounds.shortest_ms());
    for (range, held) in &slices {
        let mut counted = None;
        if let Some(inside) = bounds.inside(*range) {
            let request = SliceRequest::of(dataset, inside);
            let counting = source.count(&request, &|_| {});
            let Some(count) = cancel.run_until_cancelled(counting).await else {
                report.cancelled = true;
                break;
            };
            let count = count?;
            report.requests += count.requests;
            counted = Some(count);
        }
        report.slices.push(SliceCheck::new(*range, *held, counted));
        progress(report.slices.len() as u64, slices.len() as u64);
    }
    report.ok = !report.cancelled && report.differing().next().is_none();
    Ok(report)
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
        {
            (*last, *held) = (last.hull(range), *held + rows);
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
}
