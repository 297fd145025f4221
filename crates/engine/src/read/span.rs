//! A run of rows: those of one part that lie in a range it owns.

use crate::catalog::scan_result::HeldPart;
use crate::error::EngineError;
use crate::read::rows::RowGroups;
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

    /// Finds the rows of `range`: by the footer alone where the whole part is meant, else by the times of the boundary row groups.
    pub(super) async fn locate<S: BlobStore>(
        store: &S,
        groups: &RowGroups,
        part: HeldPart,
        range: TimeRange,
        provisional: bool,
    ) -> Result<Self, EngineError> {
        let mut start = Edge::at_start(&part);
        let mut end = Edge::at_end(&part);
        if !range.contains(part.range()) {
            start = edge(store, groups, &part, range.start_ms()).await?;
            end = edge(store, groups, &part, range.end_ms()).await?;
        }
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

/// A place between two rows of a part, and the times on both sides of it.
struct Edge {
    row: u64,
    before_ms: Option<i64>,
    at_ms: Option<i64>,
}

impl Edge {
    fn at_start(part: &HeldPart) -> Self {
        Self {
            row: 0,
            before_ms: None,
            at_ms: part.footer.row_groups().first().map(|group| group.min_ms),
        }
    }

    fn at_end(part: &HeldPart) -> Self {
        Self {
            row: part.footer.row_count(),
            before_ms: part.footer.row_groups().last().map(|group| group.max_ms),
            at_ms: None,
        }
    }
}

/// The number within a part of its first row at or after `ms`.
pub(super) async fn row_from<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    part: &HeldPart,
    ms: i64,
) -> Result<u64, EngineError> {
    Ok(edge(store, groups, part, ms).await?.row)
}

/// The place of the first row at or after `ms`.
async fn edge<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    part: &HeldPart,
    ms: i64,
) -> Result<Edge, EngineError> {
    let mut before_ms = None;
    for (index, group) in part.footer.row_groups().iter().enumerate() {
        if group.max_ms < ms {
            before_ms = Some(group.max_ms);
            continue;
        }
        if group.min_ms >= ms {
            return Ok(Edge {
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
        let place = times.partition_point(|held| *held < ms);
        return Ok(Edge {
            row: group.first_row + place as u64,
            before_ms: place
                .checked_sub(1)
                .and_then(|before| times.get(before).copied())
                .or(before_ms),
            at_ms: times.get(place).copied(),
        });
    }
    Ok(Edge::at_end(part))
}
