//! A run of rows: those of one part that lie in a range it owns.

use crate::catalog::scan_result::HeldPart;
use crate::error::EngineError;
use crate::read::row_groups::RowGroups;
use std::ops::Range;
use windrow_columnar::{Projection, timestamps};
use windrow_model::TimeRange;
use windrow_store::BlobStore;

/// The rows of one part in a range it owns. A part's rows are in order of time, so they are one run.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) range: TimeRange,
    pub(super) part: HeldPart,
    /// Row numbers within the part.
    pub(super) rows: Range<u64>,
    /// Number of the first of them within the window.
    pub(super) first_row: u64,
    pub(super) provisional: bool,
    /// Times of the first and last of them.
    pub(super) bounds_ms: Option<(i64, i64)>,
}

impl Span {
    pub(super) fn len(&self) -> u64 {
        self.rows.end - self.rows.start
    }

    /// The row groups that hold `rows` of the part, each with the rows within it.
    pub(super) fn pieces(&self, rows: Range<u64>) -> Vec<(usize, Range<usize>)> {
        let groups = self.part.footer.row_groups();
        let first = groups.partition_point(|group| group.first_row + group.rows <= rows.start);
        let mut pieces = Vec::new();
        for (index, group) in groups.iter().enumerate().skip(first) {
            if group.first_row >= rows.end {
                break;
            }
            let within = |row: u64| usize::try_from(row - group.first_row).unwrap_or(usize::MAX);
            let start = rows.start.max(group.first_row);
            let end = rows.end.min(group.first_row + group.rows);
            if start < end {
                pieces.push((index, within(start)..within(end)));
            }
        }
        pieces
    }

    /// Finds the rows of `range`: by the footer alone where the whole part is meant, else by the times of the boundary row groups.
    pub(super) async fn locate<S: BlobStore>(
        store: &S,
        groups: &RowGroups,
        part: HeldPart,
        range: TimeRange,
        provisional: bool,
    ) -> Result<Self, EngineError> {
        let (start, end) = if range.contains(part.range()) {
            (RowPosition::first(&part), RowPosition::past_last(&part))
        } else {
            let at = |ms| position_at(store, groups, &part, ms);
            (at(range.start_ms()).await?, at(range.end_ms()).await?)
        };
        let rows = start.row..end.row.max(start.row);
        let bounds_ms = match (start.at_ms, end.before_ms) {
            (Some(first), Some(last)) if !rows.is_empty() => Some((first, last)),
            _ => None,
        };
        Ok(Self {
            range,
            part,
            rows,
            first_row: 0,
            provisional,
            bounds_ms,
        })
    }
}

/// A position between two rows of a part, and the times on both sides of it.
pub(super) struct RowPosition {
    /// Number of the row after it, within the part.
    pub(super) row: u64,
    before_ms: Option<i64>,
    at_ms: Option<i64>,
}

impl RowPosition {
    fn first(part: &HeldPart) -> Self {
        Self {
            row: 0,
            before_ms: None,
            at_ms: part.footer.row_groups().first().map(|group| group.min_ms),
        }
    }

    fn past_last(part: &HeldPart) -> Self {
        Self {
            row: part.footer.row_count(),
            before_ms: part.footer.row_groups().last().map(|group| group.max_ms),
            at_ms: None,
        }
    }
}

/// The position of the first row at or after `ms`.
pub(super) async fn position_at<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    part: &HeldPart,
    ms: i64,
) -> Result<RowPosition, EngineError> {
    let mut before_ms = None;
    for (index, group) in part.footer.row_groups().iter().enumerate() {
        if group.max_ms < ms {
            before_ms = Some(group.max_ms);
            continue;
        }
        if group.min_ms >= ms {
            return Ok(RowPosition {
                row: group.first_row,
                before_ms,
                at_ms: Some(group.min_ms),
            });
        }
        let rows = 0..usize::try_from(group.rows).unwrap_or(usize::MAX);
        let batch = groups
            .decode(store, part, index, rows, &Projection::timestamps())
            .await?;
        let times = timestamps(&batch).unwrap_or_default();
        let row = times.partition_point(|held| *held < ms);
        return Ok(RowPosition {
            row: group.first_row + row as u64,
            before_ms: row
                .checked_sub(1)
                .and_then(|before| times.get(before).copied())
                .or(before_ms),
            at_ms: times.get(row).copied(),
        });
    }
    Ok(RowPosition::past_last(part))
}
