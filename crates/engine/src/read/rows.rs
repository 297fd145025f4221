//! Rows of an opened window by their number.

use crate::error::{EngineError, OTHER_TYPE};
use crate::read::row_groups::RowGroups;
use crate::read::span::Span;
use std::ops::Range;
use windrow_columnar::{Projection, append_events};
use windrow_model::EventBatch;
use windrow_store::BlobStore;

/// Rows of a window, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Number of the first row within the window, or among the selected ones.
    pub first: u64,
    /// The events.
    pub events: EventBatch,
    /// For each, whether it is provisional.
    pub provisional: Vec<bool>,
}

/// At most `limit` rows of `spans` from row number `offset` on.
pub(super) async fn read_rows<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    offset: u64,
    limit: usize,
) -> Result<Rows, EngineError> {
    let wanted = offset..offset.saturating_add(limit as u64);
    let mut found = read_runs(store, groups, spans, std::slice::from_ref(&wanted)).await?;
    found.first = offset;
    Ok(found)
}

/// The rows of `spans` with numbers in `wanted`, which are ascending runs.
pub(super) async fn read_runs<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    wanted: &[Range<u64>],
) -> Result<Rows, EngineError> {
    let mut found = Rows::default();
    let projection = Projection::events();
    let Some((from, to)) = wanted.first().zip(wanted.last()) else {
        return Ok(found);
    };
    let first = spans.partition_point(|span| span.first_row + span.len() <= from.start);
    for span in spans.iter().skip(first) {
        if span.first_row >= to.end {
            break;
        }
        let mut pieces: Vec<(usize, Vec<Range<usize>>)> = Vec::new();
        for run in wanted {
            let start = run.start.max(span.first_row) - span.first_row;
            let end = run.end.saturating_sub(span.first_row).min(span.len());
            if start >= end {
                continue;
            }
            for (index, within) in span.pieces(span.rows.start + start..span.rows.start + end) {
                match pieces.last_mut() {
                    Some((last, ranges)) if *last == index => ranges.push(within),
                    _ => pieces.push((index, vec![within])),
                }
            }
        }
        for (index, ranges) in pieces {
            let batch = groups
                .decode_ranges(store, &span.part, index, &ranges, &projection)
                .await?;
            append_events(&mut found.events, &batch)
                .ok_or_else(|| EngineError::damaged(&span.part.path, OTHER_TYPE))?;
        }
        found
            .provisional
            .resize(found.events.len(), span.provisional);
    }
    Ok(found)
}
