//! The coverage lane: which stretch of a window is in which state, where it is drawn, and in which words.
//!
//! Takes the spans of an opened window and what a run is doing to them, gives pieces in pixels.
//! Invariant: the pieces are in order, touch each other and fill the window; a missing stretch is never drawn as a held one.
//! A piece is at least [`LEAST_PX`] wide; where there are too many for that, neighbours are drawn as one in the worst of their states.

use crate::protocol::{Span, SpanState};
use crate::ui::format::{bytes, counted, duration};
use crate::ui::zone::Zone;
use windrow_model::TimeRange;

/// No piece is narrower.
pub const LEAST_PX: f64 = 4.0;

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
        match self {
            Self::Cached => "cached",
            Self::Empty => "empty",
            Self::Bypass => "bypass",
            Self::Provisional => "provisional",
            Self::Fetching => "fetching",
            Self::Missing => "missing",
            Self::Failed => "failed",
            Self::Damaged => "damaged",
        }
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cached => "Cached",
            Self::Empty => "Checked, no entries",
            Self::Bypass => "Beside the cache",
            Self::Provisional => "May be incomplete",
            Self::Fetching => "Fetching",
            Self::Missing => "Not cached",
            Self::Failed => "Failed",
            Self::Damaged => "Damaged",
        }
    }
}

/// A stretch of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where.
    pub range: TimeRange,
    /// How it looks.
    pub state: CoverageState,
    /// Rows held.
    pub rows: u64,
    /// How many rows of the window come before it.
    pub first_row: u64,
    /// Bytes held.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
    /// How many stretches are drawn as this one.
    pub stretches: u32,
}

impl Piece {
    /// For the label and the tooltip. It begins with what is written on the stretch, so that who speaks to the page is understood.
    pub fn words(&self, zone: Zone) -> String {
        let mut text = self.short_words();
        if self.stretches > 1 {
            text.push_str(&format!(
                ", with other states in {} stretches",
                self.stretches
            ));
        }
        if self.rows > 0 {
            text.push_str(&format!(", {}", counted(self.rows, "row", "rows")));
        }
        if self.bytes > 0 && self.rows > 0 {
            text.push_str(&format!(", {}", bytes(self.bytes)));
        }
        if let Some(ms) = self.fetched_at_ms {
            text.push_str(&format!(
                ", fetched {}",
                zone.short_stamp(ms - ms.rem_euclid(1000))
            ));
        }
        let (start_ms, end_ms) = (self.range.start_ms(), self.range.end_ms());
        format!("{text}: {}", zone.range(start_ms, end_ms))
    }

    /// What is written on the stretch where there is room.
    pub fn short_words(&self) -> String {
        format!(
            "{}, {}",
            self.state.words(),
            duration(self.range.duration_ms())
        )
    }
}

/// What a run does to the stretches of a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Kept by the run so far.
    pub kept: Vec<TimeRange>,
    /// Being fetched.
    pub fetching: Vec<TimeRange>,
    /// Asked for, and failed.
    pub failed: Vec<TimeRange>,
    /// Held, and found to be damaged by reading.
    pub damaged: Vec<TimeRange>,
}

/// The pieces of a window, neighbours of one state merged.
pub fn pieces(spans: &[Span], overlay: &Overlay) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = spans
        .iter()
        .map(|span| Piece {
            range: span.range,
            state: match span.state {
                SpanState::Cached => CoverageState::Cached,
                SpanState::Empty => CoverageState::Empty,
                SpanState::Bypass => CoverageState::Bypass,
                SpanState::Provisional => CoverageState::Provisional,
                SpanState::Missing => CoverageState::Missing,
                SpanState::Damaged => CoverageState::Damaged,
            },
            rows: span.rows,
            first_row: 0,
            bytes: span.bytes,
            fetched_at_ms: span.fetched_at_ms,
            stretches: 1,
        })
        .collect();
    for range in &overlay.damaged {
        paint_held(&mut pieces, *range);
    }
    for range in &overlay.failed {
        paint(
            &mut pieces,
            *range,
            CoverageState::Failed,
            CoverageState::Missing,
        );
    }
    for range in overlay.fetching.iter().copied() {
        paint(
            &mut pieces,
            range,
            CoverageState::Fetching,
            CoverageState::Provisional,
        );
    }
    for range in &overlay.kept {
        paint(
            &mut pieces,
            *range,
            CoverageState::Cached,
            CoverageState::Provisional,
        );
    }
    numbered(merged(pieces))
}

/// Counts the rows before each.
fn numbered(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let mut rows = 0;
    for piece in &mut pieces {
        piece.first_row = rows;
        rows += piece.rows;
    }
    pieces
}

/// Gives the part of every stretch that lies in `range` another state, where its own is `least` or worse.
fn paint(pieces: &mut Vec<Piece>, range: TimeRange, state: CoverageState, least: CoverageState) {
    let mut painted = Vec::with_capacity(pieces.len() + 2);
    for piece in pieces.drain(..) {
        let inside = piece.range.intersection(range);
        let (Some(inside), true) = (inside, piece.state >= least) else {
            painted.push(piece);
            continue;
        };
        let blank = |range| Piece {
            range,
            rows: 0,
            bytes: 0,
            fetched_at_ms: None,
            ..piece
        };
        painted.extend(piece.range.before(inside.start_ms()).map(blank));
        painted.push(Piece {
            state,
            ..blank(inside)
        });
        painted.extend(piece.range.from_ms(inside.end_ms()).map(blank));
    }
    *pieces = painted;
}

/// Marks held stretches as damaged. Their rows stay counted: with the damaged piece where it is all of the stretch, else with what is left of it.
fn paint_held(pieces: &mut Vec<Piece>, range: TimeRange) {
    let mut painted = Vec::with_capacity(pieces.len() + 2);
    for piece in pieces.drain(..) {
        let inside = piece.range.intersection(range);
        let (Some(inside), true) = (inside, piece.state <= CoverageState::Provisional) else {
            painted.push(piece);
            continue;
        };
        let left = [
            piece.range.before(inside.start_ms()),
            piece.range.from_ms(inside.end_ms()),
        ];
        let mut counted = Some(piece);
        let mut cut = |range, state| {
            let held = counted.take();
            Piece {
                range,
                state,
                rows: held.map_or(0, |held| held.rows),
                bytes: held.map_or(0, |held| held.bytes),
                ..piece
            }
        };
        let rest = left.map(|range| range.map(|range| cut(range, piece.state)));
        let damaged = cut(inside, CoverageState::Damaged);
        let [before, after] = rest;
        painted.extend(before.into_iter().chain([damaged]).chain(after));
    }
    *pieces = painted;
}

fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.state == piece.state => *last = joined(*last, piece),
            _ => merged.push(piece),
        }
    }
    merged
}

fn joined(first: Piece, second: Piece) -> Piece {
    Piece {
        range: TimeRange::new(first.range.start_ms(), second.range.end_ms()).unwrap_or(first.range),
        state: first.state.max(second.state),
        rows: first.rows + second.rows,
        first_row: first.first_row,
        bytes: first.bytes + second.bytes,
        fetched_at_ms: [first.fetched_at_ms, second.fetched_at_ms]
            .into_iter()
            .flatten()
            .min(),
        stretches: first.stretches,
    }
}

/// Tells one drawing of the bar from another.
pub fn fingerprint(pieces: &[Piece]) -> u64 {
    // FNV-1a over the figures.
    pieces
        .iter()
        .flat_map(|piece| {
            let range = [piece.range.start_ms(), piece.range.end_ms()].map(i64::cast_unsigned);
            range
                .into_iter()
                .chain([piece.state as u64, piece.rows, piece.bytes])
        })
        .fold(0xcbf2_9ce4_8422_2325, |hash, figure| {
            (hash ^ figure).wrapping_mul(0x0100_0000_01b3)
        })
}

/// A piece with its place on the bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// What.
    pub piece: Piece,
    /// From the left end.
    pub left_px: f64,
    /// How wide.
    pub width_px: f64,
}

/// Puts pieces on a bar of `width_px`: in proportion, and none narrower than [`LEAST_PX`].
pub fn place(pieces: &[Piece], width_px: f64) -> Vec<Placed> {
    let total: f64 = pieces
        .iter()
        .map(|piece| piece.range.duration_ms() as f64)
        .sum();
    if total <= 0.0 || width_px < LEAST_PX {
        return Vec::new();
    }
    let pieces = grouped(pieces, total / width_px * LEAST_PX * 2.0, width_px);
    let natural: Vec<f64> = pieces
        .iter()
        .map(|piece| piece.range.duration_ms() as f64 / total * width_px)
        .collect();
    let mut scale = 1.0;
    // Widening the narrow ones narrows the rest, which may make more of them narrow; each round fixes at least one more.
    for _ in 0..natural.len() {
        let (narrow, wide) = natural.iter().fold((0.0, 0.0), |(narrow, wide), width| {
            if width * scale < LEAST_PX {
                (narrow + LEAST_PX, wide)
            } else {
                (narrow, wide + width)
            }
        });
        let next = if wide > 0.0 {
            ((width_px - narrow) / wide).max(0.0)
        } else {
            0.0
        };
        if (next - scale).abs() < 1e-9 {
            break;
        }
        scale = next;
    }
    let mut left_px = 0.0;
    pieces
        .into_iter()
        .zip(natural)
        .map(|(piece, width)| {
            let width_px = (width * scale).max(LEAST_PX);
            let placed = Placed {
                piece,
                left_px,
                width_px,
            };
            left_px += width_px;
            placed
        })
        .collect()
}

/// Where an instant lies on a bar.
pub fn x_of(placed: &[Placed], ms: i64) -> Option<f64> {
    let at = placed
        .iter()
        .find(|placed| placed.piece.range.contains_ms(ms))?;
    let into = ms.abs_diff(at.piece.range.start_ms()) as f64;
    let share = into / at.piece.range.duration_ms().max(1) as f64;
    Some(at.left_px + share * at.width_px)
}

/// Joins neighbours until each is `least_ms` long, where there are more pieces than fit.
fn grouped(pieces: &[Piece], least_ms: f64, width_px: f64) -> Vec<Piece> {
    if pieces.len() as f64 * LEAST_PX <= width_px {
        return pieces.to_vec();
    }
    let mut groups: Vec<Piece> = Vec::new();
    let mut is_open = false;
    for piece in pieces {
        let is_long = piece.range.duration_ms() as f64 >= least_ms;
        match groups.last_mut() {
            Some(last) if is_open && !is_long => {
                let stretches = last.stretches + 1;
                *last = joined(*last, *piece);
                last.stretches = stretches;
            }
            _ => groups.push(*piece),
        }
        is_open = !is_long
            && groups
                .last()
                .is_some_and(|last| (last.range.duration_ms() as f64) < least_ms);
    }
    groups
}

#[cfg(test)]
pub(in crate::features) mod tests;
