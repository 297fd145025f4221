//! The lines of the table: rows, and a seam wherever cached rows stop.
//!
//! Takes what is held of a window and what a run does to it, gives which line is which row or seam, and back.
//! Invariant: a seam stands before the first row that comes after its range began; seams are in order of time.

use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::protocol::Span;
use crate::ui::format::{count, counted, duration};
use crate::ui::zone::Zone;
use windrow_model::TimeRange;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The row of a number.
    Row(u64),
    /// The seam of a number.
    Seam(usize),
}

/// A line between rows that says why they stop here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seam {
    /// Rows before it.
    pub at: u64,
    /// Of which time.
    pub range: TimeRange,
    /// In which state.
    pub state: CoverageState,
    /// Rows that are held and not shown, or may be incomplete.
    pub rows: u64,
    /// What is known of it beyond that: why it failed, how far a fetch is, how many events it would give.
    pub note: String,
}

impl Seam {
    /// Its state in words.
    pub fn title(&self) -> &'static str {
        self.state.words()
    }

    /// Its range, length and count, as they stand behind the title.
    pub fn words(&self, zone: Zone) -> String {
        let (start_ms, end_ms) = (self.range.start_ms(), self.range.end_ms());
        let range = if zone.date(start_ms) == zone.date(end_ms) {
            format!("{} - {}", zone.time(start_ms), zone.time(end_ms))
        } else {
            format!("{} - {}", zone.stamp(start_ms), zone.stamp(end_ms))
        };
        let mut words = format!("{range}, {}", duration(self.range.duration_ms()));
        if self.rows > 0 {
            words.push_str(&format!(", {}", counted(self.rows, "row", "rows")));
        }
        if !self.note.is_empty() {
            words.push_str(": ");
            words.push_str(&self.note);
        }
        if self.state == CoverageState::Damaged {
            words.push_str(". Kept, not shown");
        }
        words
    }

    /// What can be done about it.
    pub fn action(&self) -> Option<&'static str> {
        match self.state {
            CoverageState::Missing => Some("Fetch this gap"),
            CoverageState::Failed => Some("Retry"),
            CoverageState::Damaged => Some("Fetch again"),
            CoverageState::Provisional => Some("Check again"),
            _ => None,
        }
    }
}

/// `about 18,000 events never fetched`, for the note of a gap whose events were counted.
pub fn never_fetched(events: u64) -> String {
    format!("about {} events never fetched", count(events))
}

/// The seams of a window. `note` says what is known of a piece.
pub fn seams(spans: &[Span], pieces: &[Piece], note: impl Fn(&Piece) -> String) -> Vec<Seam> {
    pieces
        .iter()
        .filter(|piece| {
            !matches!(
                piece.state,
                CoverageState::Cached | CoverageState::Empty | CoverageState::Bypass
            )
        })
        .filter_map(|piece| {
            Some(Seam {
                at: rows_before(spans, piece.range.start_ms())?,
                range: piece.range,
                state: piece.state,
                rows: piece.rows,
                note: note(piece),
            })
        })
        .collect()
}

/// Rows before an instant; nothing within a stretch of rows, where it takes reading them to know.
fn rows_before(spans: &[Span], ms: i64) -> Option<u64> {
    let at = spans.partition_point(|span| span.range.end_ms() <= ms);
    let before = spans.get(..at)?.iter().map(|span| span.rows).sum();
    let is_known = spans
        .get(at)
        .is_none_or(|span| span.rows == 0 || span.range.start_ms() == ms);
    is_known.then_some(before)
}

/// Rows and seams in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    rows: u64,
    seams: Vec<Seam>,
}

impl Lines {
    /// So many rows with seams between them.
    pub fn new(rows: u64, mut seams: Vec<Seam>) -> Self {
        seams
            .iter_mut()
            .for_each(|seam| seam.at = seam.at.min(rows));
        Self { rows, seams }
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.rows + self.seams.len() as u64
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them are rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The seams, in order.
    pub fn seams(&self) -> &[Seam] {
        &self.seams
    }

    /// What a line is; nothing behind the last.
    pub fn get(&self, line: u64) -> Option<Line> {
        if line >= self.len() {
            return None;
        }
        // The seam of number n is line `at + n`, and so its line grows with its number.
        let (mut low, mut high) = (0, self.seams.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.line_of_seam(middle) {
                Some(at) if at == line => return Some(Line::Seam(middle)),
                Some(at) if at < line => low = middle + 1,
                _ => high = middle,
            }
        }
        Some(Line::Row(line - low as u64))
    }

    /// The line of a row.
    pub fn line_of_row(&self, row: u64) -> u64 {
        row + self.seams.partition_point(|seam| seam.at <= row) as u64
    }

    /// The line of a seam.
    pub fn line_of_seam(&self, number: usize) -> Option<u64> {
        let seam = self.seams.get(number)?;
        Some(seam.at + number as u64)
    }

    /// The rows among some lines: the first of them and how many, without the seams.
    pub fn rows_in(&self, first: u64, lines: u64) -> (u64, u64) {
        let row_at = |line: u64| match self.get(line) {
            Some(Line::Row(row)) => row,
            Some(Line::Seam(number)) => self.seams.get(number).map_or(self.rows, |seam| seam.at),
            None => self.rows,
        };
        let from = row_at(first);
        (
            from,
            row_at(first.saturating_add(lines)).saturating_sub(from),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::coverage::pieces::{Overlay, pieces};
    use crate::protocol::SpanState;
    use proptest::prelude::*;

    fn range(from: i64, to: i64) -> TimeRange {
        TimeRange::new(from, to).unwrap()
    }

    fn span(from: i64, to: i64, state: SpanState, rows: u64) -> Span {
        Span {
            range: range(from, to),
            state,
            rows,
            bytes: rows,
            fetched_at_ms: None,
        }
    }

    fn seam(at: u64) -> Seam {
        Seam {
            at,
            range: range(at as i64, at as i64 + 1),
            state: CoverageState::Missing,
            rows: 0,
            note: String::new(),
        }
    }

    const MIDNIGHT: i64 = 1_795_392_000_000;

    fn window() -> Vec<Span> {
        vec![
            span(0, 10, SpanState::Cached, 100),
            span(10, 20, SpanState::Missing, 0),
            span(20, 30, SpanState::Empty, 0),
            span(30, 40, SpanState::Provisional, 7),
            span(40, 50, SpanState::Damaged, 0),
        ]
    }

    fn of(spans: &[Span], overlay: &Overlay) -> Vec<(u64, CoverageState)> {
        seams(spans, &pieces(spans, overlay), |_| String::new())
            .into_iter()
            .map(|seam| (seam.at, seam.state))
            .collect()
    }

    #[test]
    fn a_seam_stands_wherever_cached_rows_stop_and_nowhere_else() {
        assert_eq!(
            of(&window(), &Overlay::default()),
            [
                (100, CoverageState::Missing),
                (100, CoverageState::Provisional),
                (107, CoverageState::Damaged)
            ]
        );
    }

    #[test]
    fn a_run_over_provisional_rows_moves_no_seam_behind_them() {
        let overlay = Overlay {
            fetching: vec![range(10, 15), range(30, 40)],
            failed: vec![range(15, 20)],
            ..Overlay::default()
        };
        assert_eq!(
            of(&window(), &overlay),
            [
                (100, CoverageState::Fetching),
                (100, CoverageState::Failed),
                (100, CoverageState::Fetching),
                (107, CoverageState::Damaged)
            ]
        );
    }

    #[test]
    fn a_seam_within_a_stretch_of_rows_is_left_out_until_its_row_is_known() {
        let overlay = Overlay {
            damaged: vec![range(4, 6)],
            ..Overlay::default()
        };
        assert_eq!(of(&window()[..1], &overlay), []);
    }

    #[test]
    fn a_seam_says_range_length_count_and_what_to_do() {
        let missing = Seam {
            range: range(MIDNIGHT, MIDNIGHT + 1_500_000),
            note: never_fetched(18_000),
            ..seam(0)
        };
        assert_eq!(
            missing.words(Zone::Utc),
            "00:00:00.000 - 00:25:00.000, 25 min: about 18,000 events never fetched"
        );
        assert_eq!(missing.action(), Some("Fetch this gap"));
        let damaged = Seam {
            range: range(MIDNIGHT, MIDNIGHT + 86_400_000),
            state: CoverageState::Damaged,
            rows: 2214,
            ..seam(0)
        };
        assert_eq!(
            damaged.words(Zone::Utc),
            "2026-11-23 00:00:00.000 - 2026-11-24 00:00:00.000, 1 d, 2,214 rows. Kept, not shown"
        );
    }

    #[test]
    fn rows_of_lines_leave_the_seams_out() {
        let lines = Lines::new(10, vec![seam(0), seam(5), seam(5), seam(10)]);
        assert_eq!(lines.rows_in(0, 7), (0, 5));
        assert_eq!(lines.rows_in(6, 3), (5, 1));
        assert_eq!(lines.rows_in(0, 100), (0, 10));
        assert_eq!(Lines::default().rows_in(0, 5), (0, 0));
    }

    proptest! {
        #[test]
        fn every_line_is_one_row_or_one_seam_and_each_is_one_line(
            rows in 0u64..200, mut at in prop::collection::vec(0u64..210, 0..20),
        ) {
            at.sort_unstable();
            let lines = Lines::new(rows, at.into_iter().map(seam).collect());
            let (mut next_row, mut next_seam) = (0, 0);
            for line in 0..lines.len() {
                match lines.get(line) {
                    Some(Line::Row(row)) => {
                        prop_assert_eq!(row, next_row);
                        prop_assert_eq!(lines.line_of_row(row), line);
                        next_row += 1;
                    }
                    Some(Line::Seam(number)) => {
                        prop_assert_eq!(number, next_seam);
                        prop_assert_eq!(lines.line_of_seam(number), Some(line));
                        prop_assert_eq!(lines.seams()[number].at, next_row);
                        next_seam += 1;
                    }
                    None => prop_assert!(false, "{line}"),
                }
            }
            prop_assert_eq!((next_row, next_seam), (rows, lines.seams().len()));
            prop_assert_eq!(lines.get(lines.len()), None);
        }
    }
}
