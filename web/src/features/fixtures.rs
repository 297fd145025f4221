//! What the tests of several features are made of.

use super::coverage::pieces::{Overlay, Piece, pieces};
use super::rows::seam::Seam;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::{Row, Span, SpanState};

pub(crate) fn range(start_ms: i64, end_ms: i64) -> TimeRange {
    TimeRange::new(start_ms, end_ms).unwrap()
}

pub(crate) fn dataset(log: &str) -> Dataset {
    Dataset::new("api", log, "").unwrap()
}

pub(crate) fn span(start_ms: i64, end_ms: i64, state: SpanState, rows: u64) -> Span {
    Span {
        range: range(start_ms, end_ms),
        state,
        rows,
        bytes: rows * 10,
        fetched_at_ms: None,
    }
}

/// Where a fetch failed.
pub(crate) fn with_failed(start_ms: i64, end_ms: i64) -> Overlay {
    Overlay {
        failed: vec![(range(start_ms, end_ms), "rate limit".into())],
        ..Overlay::default()
    }
}

/// The one piece of one span.
pub(crate) fn piece(span: Span) -> Piece {
    pieces(&[span], &Overlay::default()).remove(0)
}

/// A gap of a millisecond behind so many rows.
pub(crate) fn seam(at: u64) -> Seam {
    let ms = at as i64;
    Seam {
        at,
        piece: piece(span(ms, ms + 1, SpanState::Missing, 0)),
    }
}

/// The row of an instant.
pub(crate) fn row(ms: i64) -> Row {
    Row {
        ms,
        hash: ms.cast_unsigned(),
        id: Some(ms.to_string()),
        message: format!("line {ms}"),
        message_bytes: 9,
        labels: Vec::new(),
        extra: None,
        provisional: false,
        fields: Vec::new(),
        is_hidden: false,
    }
}
