//! The coverage of a window in pieces: which stretch is in which state, why, and in which words.
//!
//! Takes the spans of an opened window and what a run is doing to them.
//! Invariant: the pieces are in order, touch each other and fill the window; a missing stretch is never drawn as a held one.

use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted, duration};
use crate::ui::zone::Zone;
use std::ops::RangeBounds;
use std::sync::Arc;
use windrow_model::TimeRange;
use windrow_protocol::{GapCost, Span, SpanState};

/// What a stretch looks like, the worse the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageState {
    /// Proven, with rows.
    Cached,
    /// Proven, without rows.
    Empty,
    /// Fetched by a bypass run, which the cache knows nothing of.
    Bypass,
    /// Shown, not proven.
    Provisional,
    /// Being fetched now.
    Fetching,
    /// Not held.
    Missing,
    /// Asked for, and it failed.
    Failed,
    /// Was held and cannot be read.
    Damaged,
}

impl CoverageState {
    /// All of them, in the order of the legend.
    pub const ALL: [Self; 8] = [
        Self::Cached,
        Self::Empty,
        Self::Bypass,
        Self::Provisional,
        Self::Missing,
        Self::Fetching,
        Self::Failed,
        Self::Damaged,
    ];

    /// For attributes and classes.
    pub const fn name(self) -> &'static str {
        self.texts().0
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        self.texts().1
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Cached => ("cached", "Cached"),
            Self::Empty => ("empty", "Checked, no entries"),
            Self::Bypass => ("bypass", "Beside the cache"),
            Self::Provisional => ("provisional", "May be incomplete"),
            Self::Fetching => ("fetching", "Fetching"),
            Self::Missing => ("missing", "Not cached"),
            Self::Failed => ("failed", "Failed"),
            Self::Damaged => ("damaged", "Damaged"),
        }
    }
}

/// Why a range is as it is.
pub type Reason = (TimeRange, Arc<str>);

/// A stretch of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where.
    pub range: TimeRange,
    /// How it looks.
    pub state: CoverageState,
    /// Why it failed or cannot be read.
    pub reason: Option<Arc<str>>,
    /// Rows held.
    pub rows: u64,
    /// How many rows of the window come before it; nothing within a stretch of rows, where it takes reading them to know.
    pub first_row: Option<u64>,
    /// Events it would give, where the source has counted them.
    pub events: Option<u64>,
    /// Bytes held.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
    /// How many stretches are drawn as this one.
    pub stretches: u32,
}

impl Piece {
    fn of(span: &Span, overlay: &Overlay) -> Self {
        let state = match span.state {
            SpanState::Cached => CoverageState::Cached,
            SpanState::Empty => CoverageState::Empty,
            SpanState::Bypass => CoverageState::Bypass,
            SpanState::Provisional => CoverageState::Provisional,
            SpanState::Missing => CoverageState::Missing,
            SpanState::Damaged => CoverageState::Damaged,
        };
        let mut refused = overlay
            .refused
            .iter()
            .filter(|_| state == CoverageState::Damaged);
        let reason = refused.find(|(range, _)| range.intersects(span.range));
        Self {
            range: span.range,
            state,
            reason: reason.map(|(_, why)| Arc::clone(why)),
            rows: span.rows,
            first_row: None,
            events: None,
            bytes: span.bytes,
            fetched_at_ms: span.fetched_at_ms,
            stretches: 1,
        }
    }

    /// For the label and the tooltip. It begins with what is written on the stretch, so that who speaks to the page is understood.
    pub fn words(&self, zone: Zone) -> String {
        let mut parts = vec![self.short_words()];
        if self.stretches > 1 {
            parts.push(format!("with other states in {} stretches", self.stretches));
        }
        if self.rows > 0 {
            parts.push(counted(self.rows, "row", "rows"));
            parts.extend((self.bytes > 0).then(|| bytes(self.bytes)));
        }
        let fetched = |ms: i64| format!("fetched {}", zone.short_stamp(ms - ms.rem_euclid(1000)));
        parts.extend(self.fetched_at_ms.map(fetched));
        parts.extend(self.never_fetched());
        let range = zone.range(self.range.start_ms(), self.range.end_ms());
        let reason = self.reason.as_ref().map(|why| format!(". {}", plain(why)));
        format!(
            "{}: {range}{}",
            parts.join(", "),
            reason.unwrap_or_default()
        )
    }

    /// What is written on the stretch where there is room.
    pub fn short_words(&self) -> String {
        format!(
            "{}, {}",
            self.state.words(),
            duration(self.range.duration_ms())
        )
    }

    /// `about 18,000 events never fetched`, where they were counted.
    pub fn never_fetched(&self) -> Option<String> {
        let events = self.events?;
        let noun = if events == 1 { "event" } else { "events" };
        Some(format!("about {} {noun} never fetched", count(events)))
    }
}

/// What is known of a window beside its spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Kept by the run so far.
    pub kept: Vec<TimeRange>,
    /// Being fetched.
    pub fetching: Vec<TimeRange>,
    /// Asked for, and failed.
    pub failed: Vec<Reason>,
    /// Held, and found to be damaged by reading.
    pub damaged: Vec<Reason>,
    /// Found to be damaged when the window was opened: its spans say where.
    pub refused: Vec<Reason>,
    /// Gaps whose events were counted.
    pub counted: Vec<GapCost>,
}

/// The pieces of a window, neighbours in one state for one reason merged.
pub fn pieces(spans: &[Span], overlay: &Overlay) -> Vec<Piece> {
    use CoverageState::{Cached, Damaged, Failed, Fetching, Missing, Provisional};
    let mut pieces = spans.iter().map(|span| Piece::of(span, overlay)).collect();
    for (range, why) in &overlay.damaged {
        paint(&mut pieces, *range, ..=Provisional, Damaged, Some(why));
    }
    for (range, why) in &overlay.failed {
        paint(&mut pieces, *range, Missing.., Failed, Some(why));
    }
    for range in &overlay.fetching {
        paint(&mut pieces, *range, Provisional.., Fetching, None);
    }
    for range in &overlay.kept {
        paint(&mut pieces, *range, Provisional.., Cached, None);
    }
    let mut pieces = merged(pieces);
    number(&mut pieces, spans);
    for gap in &overlay.counted {
        // What is left of a gap was not counted by itself.
        let is_it = |piece: &&mut Piece| {
            piece.range == gap.range && matches!(piece.state, Missing | Failed)
        };
        if let Some(piece) = pieces.iter_mut().find(is_it) {
            piece.events = Some(gap.events);
        }
    }
    pieces
}

/// Counts the rows before each.
fn number(pieces: &mut [Piece], spans: &[Span]) {
    let (mut rows, mut spans) = (0, spans.iter().peekable());
    for piece in pieces {
        let start_ms = piece.range.start_ms();
        while let Some(span) = spans.next_if(|span| span.range.end_ms() <= start_ms) {
            rows += span.rows;
        }
        let begins = |span: &&Span| span.rows == 0 || span.range.start_ms() == start_ms;
        piece.first_row = spans.peek().is_none_or(begins).then_some(rows);
    }
}

/// Gives the part of every stretch that lies in `range` another state, where its own is one of `over`.
/// Its rows stay counted: with the first part that is left of it, else with the painted one.
fn paint(
    pieces: &mut Vec<Piece>,
    range: TimeRange,
    over: impl RangeBounds<CoverageState>,
    state: CoverageState,
    reason: Option<&Arc<str>>,
) {
    let mut painted = Vec::with_capacity(pieces.len() + 2);
    for piece in pieces.drain(..) {
        let inside = piece.range.intersection(range);
        let (Some(inside), true) = (inside, over.contains(&piece.state)) else {
            painted.push(piece);
            continue;
        };
        let before = piece.range.before(inside.start_ms());
        let after = piece.range.from_ms(inside.end_ms());
        let counts = before.or(after).unwrap_or(inside);
        let cut = |range| {
            let (rows, bytes) = if range == counts {
                (piece.rows, piece.bytes)
            } else {
                (0, 0)
            };
            Piece {
                range,
                rows,
                bytes,
                ..piece.clone()
            }
        };
        painted.extend(before.map(cut));
        painted.push(Piece {
            state,
            reason: reason.cloned(),
            fetched_at_ms: piece
                .fetched_at_ms
                .filter(|_| state == CoverageState::Damaged),
            ..cut(inside)
        });
        painted.extend(after.map(cut));
    }
    *pieces = painted;
}

fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if (last.state, &last.reason) == (piece.state, &piece.reason) => {
                last.join(piece);
            }
            _ => merged.push(piece),
        }
    }
    merged
}

impl Piece {
    /// Takes in its neighbour, in the worse of their states.
    pub(super) fn join(&mut self, next: Self) {
        self.range =
            TimeRange::new(self.range.start_ms(), next.range.end_ms()).unwrap_or(self.range);
        if next.state > self.state {
            (self.state, self.reason) = (next.state, next.reason);
        }
        // The count was of one of them.
        self.events = None;
        self.rows += next.rows;
        self.bytes += next.bytes;
        let times = [self.fetched_at_ms, next.fetched_at_ms];
        self.fetched_at_ms = times.into_iter().flatten().min();
    }
}

#[cfg(test)]
mod tests;
