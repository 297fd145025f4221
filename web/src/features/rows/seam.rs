//! Where cached rows stop: a line of the table that says why, and what can be done about it.
//!
//! Takes the pieces of a window, gives a seam for each that is not simply held.
//! A piece that begins within a stretch of rows has none until the window is opened anew: which row it would stand before is not known.

use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::ui::escape::plain;
use crate::ui::format::{counted, duration};
use crate::ui::zone::Zone;

/// A line between rows that says why they stop here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seam {
    /// Rows before it.
    pub at: u64,
    /// What begins there.
    pub piece: Piece,
}

impl Seam {
    /// Its range, length, count and cause, as they stand behind the words of its state.
    pub fn words(&self, zone: Zone) -> String {
        let piece = &self.piece;
        let (start_ms, end_ms) = (piece.range.start_ms(), piece.range.end_ms());
        let range = if zone.date(start_ms) == zone.date(end_ms) {
            format!("{} - {}", zone.time(start_ms), zone.time(end_ms))
        } else {
            format!("{} - {}", zone.stamp(start_ms), zone.stamp(end_ms))
        };
        let mut words = format!("{range}, {}", duration(piece.range.duration_ms()));
        let rows = (piece.rows > 0).then(|| counted(piece.rows, "row", "rows"));
        for count in rows.into_iter().chain(piece.never_fetched()) {
            words.push_str(&format!(", {count}"));
        }
        let cause = match (piece.state, piece.fetched_at_ms) {
            (CoverageState::Provisional, Some(ms)) => u64::try_from(ms - end_ms)
                .ok()
                .map(|ms| format!("fetched {} after its end", duration(ms))),
            _ => piece.reason.as_deref().map(plain),
        };
        words.extend(cause.map(|cause| format!(": {cause}")));
        if piece.state == CoverageState::Damaged {
            words.push_str(". Kept, not shown");
        }
        words
    }
}

/// What can be done about a seam in this state.
pub fn action_of(state: CoverageState) -> &'static str {
    match state {
        CoverageState::Missing => "Fetch this gap",
        CoverageState::Fetching => "Stop the fetch",
        CoverageState::Failed => "Retry",
        CoverageState::Damaged => "Fetch again",
        _ => "Check again",
    }
}

/// The seams of a window.
pub fn seams(pieces: &[Piece]) -> Vec<Seam> {
    pieces
        .iter()
        .filter(|piece| piece.state >= CoverageState::Provisional)
        .filter_map(|piece| {
            Some(Seam {
                at: piece.first_row?,
                piece: piece.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::coverage::pieces::{Overlay, pieces};
    use crate::features::fixtures::{piece, range, span, with_failed};
    use windrow_protocol::{GapCost, Span, SpanState};

    const MIDNIGHT: i64 = 1_795_392_000_000;
    const MINUTE: i64 = 60_000;

    fn window() -> Vec<Span> {
        vec![
            span(0, 10, SpanState::Cached, 100),
            span(10, 20, SpanState::Missing, 0),
            span(20, 30, SpanState::Empty, 0),
            span(30, 40, SpanState::Provisional, 7),
            span(40, 50, SpanState::Damaged, 0),
        ]
    }

    fn of(spans: &[Span], overlay: &Overlay) -> Vec<(u64, &'static str)> {
        let seams = seams(&pieces(spans, overlay)).into_iter();
        seams
            .map(|seam| (seam.at, seam.piece.state.name()))
            .collect()
    }

    #[test]
    fn a_seam_stands_wherever_cached_rows_stop_and_nowhere_else() {
        assert_eq!(
            of(&window(), &Overlay::default()),
            [(100, "missing"), (100, "provisional"), (107, "damaged")]
        );
    }

    #[test]
    fn a_run_over_provisional_rows_moves_no_seam_behind_them() {
        let overlay = Overlay {
            fetching: vec![range(10, 15), range(30, 40)],
            ..with_failed(15, 20)
        };
        assert_eq!(
            of(&window(), &overlay),
            [
                (100, "fetching"),
                (100, "failed"),
                (100, "fetching"),
                (107, "damaged")
            ]
        );
    }

    #[test]
    fn a_seam_within_a_stretch_of_rows_is_left_out_until_its_row_is_known() {
        let overlay = Overlay {
            damaged: vec![(range(4, 6), "torn".into())],
            ..Overlay::default()
        };
        assert_eq!(of(&window()[..1], &overlay), []);
    }

    /// The first seam of a gap of 25 minutes.
    fn says(overlay: Overlay) -> (&'static str, String, &'static str) {
        let gap = span(MIDNIGHT, MIDNIGHT + 25 * MINUTE, SpanState::Missing, 0);
        let seam = seams(&pieces(&[gap], &overlay)).remove(0);
        let state = seam.piece.state;
        (state.words(), seam.words(Zone::Utc), action_of(state))
    }

    #[test]
    fn a_gap_says_range_and_length_and_how_many_events_it_would_give_once_they_are_counted() {
        let range = range(MIDNIGHT, MIDNIGHT + 25 * MINUTE);
        let text = "00:00:00.000 - 00:25:00.000, 25 min";
        let offers = "Fetch this gap";
        assert_eq!(
            says(Overlay::default()),
            ("Not cached", text.to_owned(), offers)
        );
        let counted = Overlay {
            counted: vec![GapCost {
                range,
                events: 18_000,
                beyond_retention: false,
            }],
            ..Overlay::default()
        };
        let text = format!("{text}, about 18,000 events never fetched");
        assert_eq!(says(counted), ("Not cached", text, offers));
    }

    #[test]
    fn a_range_that_failed_says_why_and_can_be_tried_again() {
        let text = "00:00:00.000 - 00:04:00.000, 4 min: rate limit";
        let failed = with_failed(MIDNIGHT, MIDNIGHT + 4 * MINUTE);
        assert_eq!(says(failed), ("Failed", text.to_owned(), "Retry"));
    }

    #[test]
    fn a_range_that_is_being_fetched_says_what_is_left_of_it_and_can_be_stopped() {
        let fetching = Overlay {
            fetching: vec![range(MIDNIGHT, MIDNIGHT + 25 * MINUTE)],
            kept: vec![range(MIDNIGHT, MIDNIGHT + 5 * MINUTE)],
            ..Overlay::default()
        };
        let text = "00:05:00.000 - 00:25:00.000, 20 min";
        assert_eq!(
            says(fetching),
            ("Fetching", text.to_owned(), "Stop the fetch")
        );
    }

    #[test]
    fn rows_that_may_be_incomplete_say_how_soon_after_their_end_they_were_fetched() {
        let end = MIDNIGHT + MINUTE;
        let seam = Seam {
            at: 0,
            piece: piece(Span {
                fetched_at_ms: Some(end + 40_000),
                ..span(MIDNIGHT, end, SpanState::Provisional, 12)
            }),
        };
        assert_eq!(
            seam.words(Zone::Utc),
            "00:00:00.000 - 00:01:00.000, 1 min, 12 rows: fetched 40 s after its end"
        );
        assert_eq!(action_of(CoverageState::Provisional), "Check again");
    }

    #[test]
    fn what_is_damaged_says_why_and_that_it_is_kept() {
        let mut damaged = Seam {
            at: 0,
            piece: piece(span(
                MIDNIGHT,
                MIDNIGHT + 1440 * MINUTE,
                SpanState::Damaged,
                2214,
            )),
        };
        let text = "2026-11-23 00:00:00.000 - 2026-11-24 00:00:00.000, 1 d, 2,214 rows";
        assert_eq!(damaged.words(Zone::Utc), format!("{text}. Kept, not shown"));
        damaged.piece.reason = Some("checksum does not match".into());
        assert_eq!(
            damaged.words(Zone::Utc),
            format!("{text}: checksum does not match. Kept, not shown")
        );
        assert_eq!(action_of(CoverageState::Damaged), "Fetch again");
    }
}
