//! The bar: merging, overlays, places and sentences.

use super::*;
use proptest::prelude::*;

fn range(start: i64, end: i64) -> TimeRange {
    TimeRange::new(start, end).unwrap()
}

pub(in crate::features) fn stretch(start: i64, end: i64, state: SpanState, rows: u64) -> Span {
    Span {
        range: range(start, end),
        state,
        rows,
        bytes: rows * 10,
        fetched_at_ms: None,
    }
}

fn states(pieces: &[Piece]) -> Vec<(i64, i64, CoverageState)> {
    pieces
        .iter()
        .map(|piece| (piece.range.start_ms(), piece.range.end_ms(), piece.state))
        .collect()
}

/// Where a fetch failed.
pub(in crate::features) fn with_failed(start: i64, end: i64) -> Overlay {
    Overlay {
        failed: vec![range(start, end)],
        ..Overlay::default()
    }
}

#[test]
fn touching_stretches_of_one_state_are_one_piece() {
    let drawn = pieces(
        &[
            stretch(0, 10, SpanState::Cached, 5),
            stretch(10, 20, SpanState::Cached, 6),
            stretch(20, 30, SpanState::Empty, 0),
        ],
        &Overlay::default(),
    );
    assert_eq!(
        states(&drawn),
        [
            (0, 20, CoverageState::Cached),
            (20, 30, CoverageState::Empty)
        ]
    );
    assert_eq!(drawn[0].rows, 11);
}

#[test]
fn the_label_of_a_stretch_begins_with_what_is_written_on_it() {
    let drawn = pieces(
        &[stretch(0, 90_000, SpanState::Cached, 5)],
        &Overlay::default(),
    );
    let label = drawn[0].words(Zone::Utc);
    assert_eq!(drawn[0].short_words(), "Cached, 1 min 30 s");
    assert!(
        label.starts_with("Cached, 1 min 30 s, 5 rows, 50 B: 1970"),
        "{label}"
    );
}

#[test]
fn what_a_bypass_run_fetched_is_never_called_cached() {
    let drawn = pieces(
        &[
            stretch(0, 30, SpanState::Bypass, 7),
            stretch(30, 40, SpanState::Missing, 0),
        ],
        &Overlay::default(),
    );
    assert_eq!(
        states(&drawn),
        [
            (0, 30, CoverageState::Bypass),
            (30, 40, CoverageState::Missing)
        ]
    );
}

#[test]
fn a_run_shows_only_on_what_is_not_proven() {
    let drawn = pieces(
        &[
            stretch(0, 10, SpanState::Cached, 5),
            stretch(10, 50, SpanState::Missing, 0),
        ],
        &Overlay {
            kept: vec![range(10, 20)],
            fetching: vec![range(5, 30)],
            failed: vec![range(40, 50)],
            damaged: Vec::new(),
        },
    );
    assert_eq!(
        states(&drawn),
        [
            (0, 20, CoverageState::Cached),
            (20, 30, CoverageState::Fetching),
            (30, 40, CoverageState::Missing),
            (40, 50, CoverageState::Failed)
        ]
    );
}

#[test]
fn damage_found_by_reading_is_drawn_and_keeps_the_row_count() {
    let stretches = [
        stretch(0, 30, SpanState::Cached, 9),
        stretch(30, 40, SpanState::Missing, 0),
    ];
    let overlay = |start, end| Overlay {
        damaged: vec![range(start, end)],
        ..Overlay::default()
    };
    let part = pieces(&stretches, &overlay(10, 35));
    assert_eq!(
        states(&part),
        [
            (0, 10, CoverageState::Cached),
            (10, 30, CoverageState::Damaged),
            (30, 40, CoverageState::Missing)
        ]
    );
    let all = pieces(&stretches, &overlay(0, 30));
    for drawn in [part, all] {
        assert_eq!(drawn.iter().map(|piece| piece.rows).sum::<u64>(), 9);
    }
}

#[test]
fn each_piece_says_how_many_rows_come_before_it() {
    let spans = [
        stretch(0, 10, SpanState::Cached, 5),
        stretch(10, 20, SpanState::Cached, 2),
        stretch(20, 30, SpanState::Missing, 0),
        stretch(30, 40, SpanState::Provisional, 3),
    ];
    let before: Vec<_> = pieces(&spans, &Overlay::default())
        .iter()
        .map(|piece| piece.first_row)
        .collect();
    assert_eq!(before, [0, 7, 7]);
}

#[test]
fn another_drawing_has_another_fingerprint() {
    let drawn =
        |rows, state| fingerprint(&pieces(&[stretch(0, 30, state, rows)], &Overlay::default()));
    assert_eq!(drawn(9, SpanState::Cached), drawn(9, SpanState::Cached));
    assert_ne!(drawn(9, SpanState::Cached), drawn(8, SpanState::Cached));
    assert_ne!(drawn(0, SpanState::Missing), drawn(0, SpanState::Empty));
}

#[test]
fn a_gap_of_a_millisecond_in_a_day_can_be_seen() {
    let drawn = pieces(
        &[
            stretch(0, 40_000_000, SpanState::Cached, 5),
            stretch(40_000_000, 40_000_001, SpanState::Missing, 0),
            stretch(40_000_001, 86_400_000, SpanState::Cached, 5),
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
    let many: Vec<Span> = (0..5000)
        .map(|at| {
            let state = if at % 2 == 0 {
                SpanState::Cached
            } else {
                SpanState::Missing
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
            .all(|placed| placed.piece.state == CoverageState::Missing)
    );
}

proptest! {
    #[test]
    fn the_bar_is_filled_in_order_without_holes(lengths in prop::collection::vec(1i64..1_000_000_000, 1..200), width in 20.0f64..2000.0) {
        let mut start = 0;
        let stretches: Vec<Span> = lengths.iter().enumerate().map(|(at, length)| {
            let state = [SpanState::Cached, SpanState::Missing, SpanState::Empty, SpanState::Damaged][at % 4];
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
