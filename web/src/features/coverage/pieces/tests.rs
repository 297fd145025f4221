//! The bar: merging, overlays, places and sentences.

use super::super::place::{LEAST_PX, place, x_of};
use super::*;
use crate::features::fixtures::{piece, range, span, with_failed};
use proptest::prelude::*;

fn states(pieces: &[Piece]) -> Vec<(i64, i64, &'static str)> {
    let states = pieces.iter().map(|piece| {
        let range = piece.range;
        (range.start_ms(), range.end_ms(), piece.state.name())
    });
    states.collect()
}

#[test]
fn touching_stretches_of_one_state_are_one_piece() {
    let spans = [
        span(0, 10, SpanState::Cached, 5),
        span(10, 20, SpanState::Cached, 6),
        span(20, 30, SpanState::Empty, 0),
    ];
    let drawn = pieces(&spans, &Overlay::default());
    assert_eq!(states(&drawn), [(0, 20, "cached"), (20, 30, "empty")]);
    assert_eq!(drawn[0].rows, 11);
}

#[test]
fn the_label_of_a_stretch_begins_with_what_is_written_on_it() {
    let drawn = piece(span(0, 90_000, SpanState::Cached, 5));
    let label = drawn.words(Zone::Utc);
    assert_eq!(drawn.short_words(), "Cached, 1 min 30 s");
    assert!(
        label.starts_with("Cached, 1 min 30 s, 5 rows, 50 B: 1970"),
        "{label}"
    );
}

#[test]
fn what_a_bypass_run_fetched_is_never_called_cached() {
    let spans = [
        span(0, 30, SpanState::Bypass, 7),
        span(30, 40, SpanState::Missing, 0),
    ];
    let drawn = pieces(&spans, &Overlay::default());
    assert_eq!(states(&drawn), [(0, 30, "bypass"), (30, 40, "missing")]);
}

#[test]
fn a_run_shows_only_on_what_is_not_proven() {
    let spans = [
        span(0, 10, SpanState::Cached, 5),
        span(10, 50, SpanState::Missing, 0),
    ];
    let overlay = Overlay {
        kept: vec![range(10, 20)],
        fetching: vec![range(5, 30)],
        ..with_failed(40, 50)
    };
    let drawn = pieces(&spans, &overlay);
    assert_eq!(
        states(&drawn),
        [
            (0, 20, "cached"),
            (20, 30, "fetching"),
            (30, 40, "missing"),
            (40, 50, "failed")
        ]
    );
}

#[test]
fn damage_found_by_reading_is_drawn_and_keeps_the_row_count() {
    let stretches = [
        span(0, 30, SpanState::Cached, 9),
        span(30, 40, SpanState::Missing, 0),
    ];
    let overlay = |start, end| Overlay {
        damaged: vec![(range(start, end), "torn".into())],
        ..Overlay::default()
    };
    let part = pieces(&stretches, &overlay(10, 35));
    assert_eq!(
        states(&part),
        [(0, 10, "cached"), (10, 30, "damaged"), (30, 40, "missing")]
    );
    let all = pieces(&stretches, &overlay(0, 30));
    for drawn in [part, all] {
        assert_eq!(drawn.iter().map(|piece| piece.rows).sum::<u64>(), 9);
    }
}

#[test]
fn each_piece_says_how_many_rows_come_before_it() {
    let spans = [
        span(0, 10, SpanState::Cached, 5),
        span(10, 20, SpanState::Cached, 2),
        span(20, 30, SpanState::Missing, 0),
        span(30, 40, SpanState::Provisional, 3),
        span(40, 50, SpanState::Cached, 4),
    ];
    let before = |overlay| -> Vec<_> {
        let drawn = pieces(&spans, &overlay);
        assert_eq!(drawn.iter().map(|piece| piece.rows).sum::<u64>(), 14);
        drawn.iter().map(|piece| piece.first_row).collect()
    };
    let all = [Some(0), Some(7), Some(7), Some(10)];
    assert_eq!(before(Overlay::default()), all);
    // A fetch over rows that are not proven takes none of them away.
    let fetching = Overlay {
        fetching: vec![range(30, 40)],
        ..Overlay::default()
    };
    assert_eq!(before(fetching.clone()), all);
    let kept = Overlay {
        kept: vec![range(30, 35)],
        ..fetching
    };
    // How many rows lie before 35 is not known without reading them.
    assert_eq!(before(kept), [Some(0), Some(7), Some(7), None, Some(10)]);
}

#[test]
fn a_piece_says_why_it_failed_and_what_it_would_give() {
    let spans = [
        span(0, 10, SpanState::Damaged, 0),
        span(10, 20, SpanState::Missing, 0),
        span(20, 30, SpanState::Empty, 0),
        span(30, 40, SpanState::Missing, 0),
    ];
    let gap = |start, end, events| GapCost {
        range: range(start, end),
        events,
        beyond_retention: false,
    };
    let mut overlay = Overlay {
        refused: vec![(range(0, 10), "torn".into())],
        counted: vec![gap(10, 20, 18_000), gap(30, 40, 1)],
        ..with_failed(10, 20)
    };
    let words = |overlay: &Overlay| {
        pieces(&spans, overlay)
            .iter()
            .map(|piece| piece.words(Zone::Utc))
            .collect::<Vec<_>>()
    };
    let said = words(&overlay);
    assert_eq!(
        said[0],
        "Damaged, 10 ms: 1970-01-01 00:00 - 00:00:00.010 UTC. torn"
    );
    assert_eq!(
        said[1],
        "Failed, 10 ms, about 18,000 events never fetched: 1970-01-01 00:00:00.010 - 00:00:00.020 UTC. rate limit"
    );
    assert!(said[3].starts_with("Not cached, 10 ms, about 1 event never fetched: "));
    // What is left of a gap was not counted by itself.
    overlay.kept = vec![range(30, 35)];
    assert!(words(&overlay)[4].starts_with("Not cached, 5 ms: "));
}

#[test]
fn a_gap_of_a_millisecond_in_a_day_can_be_seen() {
    let spans = [
        span(0, 40_000_000, SpanState::Cached, 5),
        span(40_000_000, 40_000_001, SpanState::Missing, 0),
        span(40_000_001, 86_400_000, SpanState::Cached, 5),
    ];
    let placed = place(&pieces(&spans, &Overlay::default()), 1000.0);
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
            let state = [SpanState::Cached, SpanState::Missing][at % 2];
            let start_ms = at as i64 * 10;
            span(start_ms, start_ms + 10, state, 0)
        })
        .collect();
    let placed = place(&pieces(&many, &Overlay::default()), 300.0);
    assert!(placed.len() <= 75);
    let mut joined = placed.iter().filter(|placed| placed.piece.stretches > 1);
    assert!(joined.clone().count() > 0);
    assert!(joined.all(|placed| placed.piece.state == CoverageState::Missing));
}

proptest! {
    #[test]
    fn the_bar_is_filled_in_order_without_holes(lengths in prop::collection::vec(1i64..1_000_000_000, 1..200), width in 20.0f64..2000.0) {
        let mut start = 0;
        let stretches: Vec<Span> = lengths.iter().enumerate().map(|(at, length)| {
            let state = [SpanState::Cached, SpanState::Missing, SpanState::Empty, SpanState::Damaged][at % 4];
            start += length;
            span(start - length, start, state, 1)
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
