//! Which row of an opened window is meant by a key or a time, and where a row is kept.
//!
//! Memory: one row group, and a page of rows.

use crate::error::EngineError;
use crate::read::row_groups::RowGroups;
use crate::read::rows::read_rows;
use crate::read::span::{Span, position_at};
use serde::{Deserialize, Serialize};
use windrow_model::{RowKey, TimeRange};
use windrow_store::BlobStore;

/// Rows looked through at once.
const AT_ONCE: usize = 256;

/// The row that a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Located {
    /// It is this one.
    Row(u64),
    /// There is none; this is the first at or after its time, or the number of rows.
    Gone(u64),
}

/// Where a row is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Path of the file below the cache root.
    pub path: String,
    /// Number of the row within it.
    pub position: u64,
    /// Rows of the file.
    pub rows: u64,
    /// What the file proves, or holds where it is provisional.
    pub range: TimeRange,
    /// Whether the file proves nothing.
    pub provisional: bool,
    /// When it was fetched, epoch milliseconds.
    pub fetched_at_ms: i64,
}

/// Finds the row of `spans` with a key.
pub(super) async fn locate<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    key: &RowKey,
) -> Result<Located, EngineError> {
    let first = first_row_from(store, groups, spans, key.ms).await?;
    let mut next = first;
    loop {
        let rows = read_rows(store, groups, spans, next, AT_ONCE).await?;
        for at in 0..rows.events.len() {
            match rows.events.get(at) {
                Some(event) if event.timestamp_ms > key.ms => return Ok(Located::Gone(first)),
                Some(event) if key.is_of(&event) => return Ok(Located::Row(next + at as u64)),
                _ => {}
            }
        }
        if rows.events.is_empty() {
            return Ok(Located::Gone(first));
        }
        next += rows.events.len() as u64;
    }
}

/// The number of the first row at or after `ms`; the number of rows where there is none.
pub(super) async fn first_row_from<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    ms: i64,
) -> Result<u64, EngineError> {
    let at = spans.partition_point(|span| span.range.end_ms() <= ms);
    let Some(span) = spans.get(at) else {
        return Ok(spans.last().map_or(0, |span| span.first_row + span.len()));
    };
    if ms <= span.range.start_ms() {
        return Ok(span.first_row);
    }
    let position = position_at(store, groups, &span.part, ms).await?;
    let within = position.row.clamp(span.rows.start, span.rows.end) - span.rows.start;
    Ok(span.first_row + within)
}

/// Where a row of `spans` is kept; nothing beyond the last.
pub(super) fn kept(spans: &[Span], row: u64) -> Option<Kept> {
    let at = spans.partition_point(|span| span.first_row + span.len() <= row);
    let span: &Span = spans.get(at)?;
    let footer = &span.part.footer;
    Some(Kept {
        path: span.part.path.clone(),
        position: span.rows.start + (row - span.first_row),
        rows: footer.row_count(),
        range: span.part.range(),
        provisional: span.provisional,
        fetched_at_ms: footer.meta().fetched_at_ms,
    })
}
