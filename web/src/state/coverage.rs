//! The coverage bar: which stretch of a window is in which state, where it is drawn, and in which words.
//!
//! Takes the stretches of an opened window and what a run is doing to them, gives pieces in pixels.
//! Invariant: the pieces are in order, touch each other and fill the window; a missing stretch is never drawn as a held one.
//! A piece is at least [`LEAST_PX`] wide; where there are too many for that, neighbours are drawn as one in the worst of their states.

use super::instant::Zone;
use super::words::{bytes, counted, duration, percent};
use crate::protocol::{Holding, Stretch};
use windrow_model::TimeRange;

/// No piece is narrower.
pub const LEAST_PX: f64 = 4.0;

/// What a stretch looks like, the worse the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BarState {
    /// Proven, with rows.
    Cached,
    /// Proven, without rows.
    Empty,
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

impl BarState {
    /// All of them, in the order of the legend.
    pub const ALL: [Self; 7] = [
        Self::Cached,
        Self::Empty,
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
            Self::Provisional => "May be incomplete",
            Self::Fetching => "Fetching",
            Self::Missing => "Not cached",
            Self::Failed => "Failed",
            Self::Damaged => "Damaged",
        }
    }

    /// Whether a person can ask for it to be fetched.
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::Missing | Self::Failed | Self::Damaged)
    }
}

/// A stretch of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where.
    pub range: TimeRange,
    /// How it looks.
    pub state: BarState,
    /// Rows held.
    pub rows: u64,
    /// Bytes held.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
    /// How many stretches are drawn as this one.
    pub stretches: u32,
}

impl Piece {
    /// For the label and the tooltip.
    pub fn words(&self, zone: Zone) -> String {
        let mut text = self.state.words().to_owned();
        if self.stretches > 1 {
            text.push_str(&format!(" and other states, {} stretches", self.stretches));
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
        format!(
            "{text}: {} ({})",
            zone.range(start_ms, end_ms),
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
    pub fetching: Option<TimeRange>,
    /// Asked for, and failed.
    pub failed: Vec<TimeRange>,
    /// Held, and found to be damaged by reading.
    pub damaged: Vec<TimeRange>,
}

/// The pieces of a window, neighbours of one state merged.
pub fn pieces(stretches: &[Stretch], overlay: &Overlay) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = stretches
        .iter()
        .map(|stretch| Piece {
            range: stretch.range,
            state: match stretch.state {
                Holding::Cached => BarState::Cached,
                Holding::Empty => BarState::Empty,
                Holding::Provisional => BarState::Provisional,
                Holding::Missing => BarState::Missing,
                Holding::Damaged => BarState::Damaged,
            },
            rows: stretch.rows,
            bytes: stretch.bytes,
            fetched_at_ms: stretch.fetched_at_ms,
            stretches: 1,
        })
        .collect();
    for range in &overlay.damaged {
        paint_held(&mut pieces, *range);
    }
    for range in &overlay.failed {
        paint(&mut pieces, *range, BarState::Failed, BarState::Missing);
    }
    if let Some(range) = overlay.fetching {
        paint(
            &mut pieces,
            range,
            BarState::Fetching,
            BarState::Provisional,
        );
    }
    for range in &overlay.kept {
        paint(&mut pieces, *range, BarState::Cached, BarState::Provisional);
    }
    merged(pieces)
}

/// Gives the part of every stretch that lies in `range` another state, where its own is `least` or worse.
fn paint(pieces: &mut Vec<Piece>, range: TimeRange, state: BarState, least: BarState) {
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
        let (Some(inside), true) = (inside, piece.state <= BarState::Provisional) else {
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
        let damaged = cut(inside, BarState::Damaged);
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
        bytes: first.bytes + second.bytes,
        fetched_at_ms: [first.fetched_at_ms, second.fetched_at_ms]
            .into_iter()
            .flatten()
            .min(),
        stretches: first.stretches,
    }
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

/// What a bar says in one line.
pub fn sentence(pieces: &[Piece]) -> String {
    let sum = |wanted: &[BarState]| -> u64 {
        pieces
            .iter()
            .filter(|piece| wanted.contains(&piece.state))
            .map(|piece| piece.range.duration_ms())
            .sum()
    };
    let number =
        |wanted: BarState| pieces.iter().filter(|piece| piece.state == wanted).count() as u64;
    let whole: u64 = pieces.iter().map(|piece| piece.range.duration_ms()).sum();
    let rows: u64 = pieces.iter().map(|piece| piece.rows).sum();
    let held = sum(&[BarState::Cached, BarState::Empty]);
    if held == whole && whole > 0 && rows == 0 {
        return "Checked: no entries in this range".to_owned();
    }
    if sum(&[BarState::Missing]) == whole {
        return "Nothing cached here yet".to_owned();
    }
    let mut parts = vec![
        format!("{} cached", percent(held, whole)),
        counted(rows, "row", "rows"),
    ];
    let mut left = Vec::new();
    for (state, one, many) in [
        (BarState::Missing, "gap", "gaps"),
        (
            BarState::Fetching,
            "gap being fetched",
            "gaps being fetched",
        ),
        (BarState::Failed, "failed", "failed"),
        (BarState::Damaged, "damaged", "damaged"),
        (
            BarState::Provisional,
            "stretch may be incomplete",
            "stretches may be incomplete",
        ),
    ] {
        if number(state) > 0 {
            left.push(counted(number(state), one, many));
        }
    }
    if !left.is_empty() {
        parts.push(left.join(", "));
    }
    parts.join(" \u{00b7} ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(start, end).unwrap()
    }

    fn stretch(start: i64, end: i64, state: Holding, rows: u64) -> Stretch {
        Stretch {
            range: range(start, end),
            state,
            rows,
            bytes: rows * 10,
            fetched_at_ms: None,
        }
    }

    fn states(pieces: &[Piece]) -> Vec<(i64, i64, BarState)> {
        pieces
            .iter()
            .map(|piece| (piece.range.start_ms(), piece.range.end_ms(), piece.state))
            .collect()
    }

    #[test]
    fn touching_stretches_of_one_state_are_one_piece() {
        let drawn = pieces(
            &[
                stretch(0, 10, Holding::Cached, 5),
                stretch(10, 20, Holding::Cached, 6),
                stretch(20, 30, Holding::Empty, 0),
            ],
            &Overlay::default(),
        );
        assert_eq!(
            states(&drawn),
            [(0, 20, BarState::Cached), (20, 30, BarState::Empty)]
        );
        assert_eq!(drawn[0].rows, 11);
    }

    #[test]
    fn a_run_shows_only_on_what_is_not_proven() {
        let drawn = pieces(
            &[
                stretch(0, 10, Holding::Cached, 5),
                stretch(10, 50, Holding::Missing, 0),
            ],
            &Overlay {
                kept: vec![range(10, 20)],
                fetching: Some(range(5, 30)),
                failed: vec![range(40, 50)],
                damaged: Vec::new(),
            },
        );
        assert_eq!(
            states(&drawn),
            [
                (0, 20, BarState::Cached),
                (20, 30, BarState::Fetching),
                (30, 40, BarState::Missing),
                (40, 50, BarState::Failed)
            ]
        );
    }

    #[test]
    fn damage_found_by_reading_is_drawn_and_keeps_the_row_count() {
        let stretches = [
            stretch(0, 30, Holding::Cached, 9),
            stretch(30, 40, Holding::Missing, 0),
        ];
        let overlay = |start, end| Overlay {
            damaged: vec![range(start, end)],
            ..Overlay::default()
        };
        let part = pieces(&stretches, &overlay(10, 35));
        assert_eq!(
            states(&part),
            [
                (0, 10, BarState::Cached),
                (10, 30, BarState::Damaged),
                (30, 40, BarState::Missing)
            ]
        );
        let all = pieces(&stretches, &overlay(0, 30));
        for drawn in [part, all] {
            assert_eq!(drawn.iter().map(|piece| piece.rows).sum::<u64>(), 9);
        }
    }

    #[test]
    fn a_gap_of_a_millisecond_in_a_day_can_be_seen() {
        let drawn = pieces(
            &[
                stretch(0, 40_000_000, Holding::Cached, 5),
                stretch(40_000_000, 40_000_001, Holding::Missing, 0),
                stretch(40_000_001, 86_400_000, Holding::Cached, 5),
            ],
            &Overlay::default(),
        );
        let placed = place(&drawn, 1000.0);
        assert_eq!(placed[1].width_px, LEAST_PX);
        assert_eq!(x_of(&placed, 40_000_000), Some(placed[1].left_px));
        assert_eq!(x_of(&placed, 86_400_000), None);
        let end = placed[2].left_px + placed[2].width_px;
        assert!((end - 1000.0).abs() < 0.01, "{end}");
    }

    #[test]
    fn where_there_are_too_many_the_worst_state_is_drawn() {
        let many: Vec<Stretch> = (0..5000)
            .map(|at| {
                let state = if at % 2 == 0 {
                    Holding::Cached
                } else {
                    Holding::Missing
                };
                stretch(at * 10, at * 10 + 10, state, 0)
            })
            .collect();
        let placed = place(&pieces(&many, &Overlay::default()), 300.0);
        assert!(placed.len() <= 75 && placed.iter().any(|placed| placed.piece.stretches > 1));
        assert!(
            placed
                .iter()
                .filter(|placed| placed.piece.stretches > 1)
                .all(|placed| placed.piece.state == BarState::Missing)
        );
    }

    #[test]
    fn the_sentences_for_nothing_and_for_empty_differ() {
        let line = |stretches: &[Stretch]| sentence(&pieces(stretches, &Overlay::default()));
        assert_eq!(
            line(&[stretch(0, 10, Holding::Missing, 0)]),
            "Nothing cached here yet"
        );
        assert_eq!(
            line(&[stretch(0, 10, Holding::Empty, 0)]),
            "Checked: no entries in this range"
        );
        assert_eq!(
            line(&[
                stretch(0, 82, Holding::Cached, 96_771),
                stretch(82, 100, Holding::Missing, 0)
            ]),
            "82 % cached \u{b7} 96,771 rows \u{b7} 1 gap"
        );
    }

    proptest! {
        #[test]
        fn the_bar_is_filled_in_order_without_holes(lengths in prop::collection::vec(1i64..1_000_000_000, 1..200), width in 20.0f64..2000.0) {
            let mut start = 0;
            let stretches: Vec<Stretch> = lengths.iter().enumerate().map(|(at, length)| {
                let state = [Holding::Cached, Holding::Missing, Holding::Empty, Holding::Damaged][at % 4];
                start += length;
                stretch(start - length, start, state, 1)
            }).collect();
            let placed = place(&pieces(&stretches, &Overlay::default()), width);
            let mut left = 0.0;
            let mut ms = 0;
            for placed in &placed {
                prop_assert!((placed.left_px - left).abs() < 0.01);
                prop_assert!(placed.width_px >= LEAST_PX - 1e-6);
                prop_assert_eq!(placed.piece.range.start_ms(), ms);
                left += placed.width_px;
                ms = placed.piece.range.end_ms();
            }
            prop_assert_eq!(ms, start);
            prop_assert!(left <= width + 0.5, "{} of {}", left, width);
        }
    }
}
