//! A window cut into stretches of one state each: what the coverage bar draws.

use crate::catalog::problem::Problem;
use crate::read::span::Span;
use serde::{Deserialize, Serialize};
use windrow_model::{Coverage, TimeRange};

/// What is known of a stretch. No two of these may ever look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StretchState {
    /// Proven, with rows.
    Cached,
    /// Proven to hold no event.
    Empty,
    /// Fetched too close to the source's now, or beyond its retention.
    Provisional,
    /// Not held.
    Missing,
    /// A part that was whole cannot be read; its rows are not shown.
    Damaged,
}

/// A stretch of a window in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// From where to where.
    pub range: TimeRange,
    /// What is known of it.
    pub state: StretchState,
    /// Rows in it.
    pub rows: u64,
    /// Bytes of the parts behind it; of a part that reaches past it, the whole.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
}

/// Cuts `window` along its spans; what they leave is missing or damaged.
pub(super) fn stretches(window: TimeRange, spans: &[Span], problems: &[Problem]) -> Vec<Stretch> {
    let damaged: Coverage = problems
        .iter()
        .filter(|problem| problem.kind.is_harm())
        .filter_map(|problem| problem.range?.intersection(window))
        .collect();
    let mut cut = Vec::new();
    let mut next_ms = window.start_ms();
    for span in spans {
        if let Ok(gap) = TimeRange::new(next_ms, span.range.start_ms()) {
            unheld(&mut cut, gap, &damaged);
        }
        push(&mut cut, of_span(span));
        next_ms = span.range.end_ms();
    }
    if let Ok(gap) = TimeRange::new(next_ms, window.end_ms()) {
        unheld(&mut cut, gap, &damaged);
    }
    cut
}

fn of_span(span: &Span) -> Stretch {
    Stretch {
        range: span.range,
        state: match (span.provisional, span.len()) {
            (true, _) => StretchState::Provisional,
            (false, 0) => StretchState::Empty,
            (false, _) => StretchState::Cached,
        },
        rows: span.len(),
        bytes: span.part.footer.file_size(),
        fetched_at_ms: Some(span.part.footer.meta().fetched_at_ms),
    }
}

fn unheld(cut: &mut Vec<Stretch>, gap: TimeRange, damaged: &Coverage) {
    let broken = damaged.within(gap);
    let missing = broken.gaps(gap);
    let broken = broken.ranges().iter().map(|r| (*r, StretchState::Damaged));
    let missing = missing.ranges().iter().map(|r| (*r, StretchState::Missing));
    let mut pieces: Vec<_> = broken.chain(missing).collect();
    pieces.sort_by_key(|(range, _)| *range);
    for (range, state) in pieces {
        push(
            cut,
            Stretch {
                range,
                state,
                rows: 0,
                bytes: 0,
                fetched_at_ms: None,
            },
        );
    }
}

/// Appends a stretch, joined to the one before where that has the same state.
fn push(cut: &mut Vec<Stretch>, next: Stretch) {
    if let Some(last) = cut.last_mut()
        && last.state == next.state
        && last.range.end_ms() == next.range.start_ms()
    {
        last.range = last.range.hull(next.range);
        last.rows += next.rows;
        last.bytes += next.bytes;
        last.fetched_at_ms = last.fetched_at_ms.min(next.fetched_at_ms);
        return;
    }
    cut.push(next);
}
