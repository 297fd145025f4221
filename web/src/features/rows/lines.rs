//! The lines of the table: rows, and a seam wherever cached rows stop.
//!
//! Takes how many rows there are and the seams between them, gives which line is which row or seam, and back.
//! Invariant: a seam stands before the first row that comes after its range began; seams are in order of time.
//! With the newest row first all lines are turned round, and rows and seams keep their numbers.

use super::seam::Seam;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The row of a number.
    Row(u64),
    /// The seam of a number.
    Seam(usize),
}

/// Rows and seams in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    rows: u64,
    seams: Vec<Seam>,
    newest_first: bool,
}

impl Lines {
    /// So many rows with seams between them, in the same order.
    #[must_use]
    pub fn with(&self, rows: u64, mut seams: Vec<Seam>) -> Self {
        seams
            .iter_mut()
            .for_each(|seam| seam.at = seam.at.min(rows));
        Self {
            rows,
            seams,
            newest_first: self.newest_first,
        }
    }

    /// The same with the newest row first, or the oldest.
    #[must_use]
    pub fn in_order(&self, newest_first: bool) -> Self {
        Self {
            newest_first,
            ..self.clone()
        }
    }

    /// Whether the newest row is the first.
    pub fn is_newest_first(&self) -> bool {
        self.newest_first
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.rows + self.seams.len() as u64
    }

    /// How many of them are rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The seams, in order of time.
    pub fn seams(&self) -> &[Seam] {
        &self.seams
    }

    /// The line of this number in the other order of the two: the one drawn, and that of time.
    fn turned(&self, line: u64) -> u64 {
        if self.newest_first {
            self.count().saturating_sub(line + 1)
        } else {
            line
        }
    }

    /// What a line is; nothing behind the last.
    pub fn get(&self, line: u64) -> Option<Line> {
        let is_one = line < self.count();
        is_one.then(|| self.in_time(self.turned(line))).flatten()
    }

    /// What a line is in order of time.
    fn in_time(&self, line: u64) -> Option<Line> {
        if line >= self.count() {
            return None;
        }
        // The seam of number n is line `at + n`, and so its line grows with its number.
        let (mut low, mut high) = (0, self.seams.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.time_line_of_seam(middle) {
                Some(at) if at == line => return Some(Line::Seam(middle)),
                Some(at) if at < line => low = middle + 1,
                _ => high = middle,
            }
        }
        Some(Line::Row(line - low as u64))
    }

    /// The line of a row.
    pub fn line_of_row(&self, row: u64) -> u64 {
        self.turned(row + self.seams.partition_point(|seam| seam.at <= row) as u64)
    }

    fn time_line_of_seam(&self, number: usize) -> Option<u64> {
        let seam = self.seams.get(number)?;
        Some(seam.at + number as u64)
    }

    /// The line of a seam.
    pub fn line_of_seam(&self, number: usize) -> Option<u64> {
        Some(self.turned(self.time_line_of_seam(number)?))
    }

    /// The first row among some lines, as they are drawn.
    pub fn first_row_in(&self, first: u64, lines: u64) -> Option<u64> {
        let (from, count) = self.rows_in(first, lines);
        (count > 0).then(|| {
            if self.newest_first {
                from + count - 1
            } else {
                from
            }
        })
    }

    /// The seam that an old one is now, or the row that has come in its place.
    pub fn followed(&self, old: &Seam) -> Option<Line> {
        let start_ms = old.piece.range.start_ms();
        let is_it = |seam: &Seam| seam.piece.range.contains_ms(start_ms);
        let last_row = self.rows.checked_sub(1);
        let row = last_row.map(|last| Line::Row(old.at.min(last)));
        self.seams.iter().position(is_it).map(Line::Seam).or(row)
    }

    /// The rows among some lines: the first of them in order of time and how many, without the seams.
    pub fn rows_in(&self, first: u64, lines: u64) -> (u64, u64) {
        let end = first.saturating_add(lines).min(self.count());
        let first = first.min(end);
        // In order of time.
        let (first, end) = if self.newest_first {
            (self.count() - end, self.count() - first)
        } else {
            (first, end)
        };
        let row_at = |line: u64| match self.in_time(line) {
            Some(Line::Row(row)) => row,
            Some(Line::Seam(number)) => self.seams.get(number).map_or(self.rows, |seam| seam.at),
            None => self.rows,
        };
        let from = row_at(first);
        (from, row_at(end).saturating_sub(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::seam;
    use proptest::prelude::*;

    #[test]
    fn rows_of_lines_leave_the_seams_out() {
        let lines = Lines::default().with(10, vec![seam(0), seam(5), seam(5), seam(10)]);
        assert_eq!(lines.rows_in(0, 7), (0, 5));
        assert_eq!(lines.rows_in(6, 3), (5, 1));
        assert_eq!(lines.rows_in(0, 100), (0, 10));
        assert_eq!(Lines::default().rows_in(0, 5), (0, 0));
    }

    #[test]
    fn with_the_newest_row_first_a_seam_stands_between_the_same_rows() {
        let lines = Lines::default().with(4, vec![seam(0), seam(2), seam(2)]);
        let lines = lines.in_order(true);
        let all: Vec<_> = (0..lines.count())
            .filter_map(|line| lines.get(line))
            .collect();
        let (row, seam) = (Line::Row, Line::Seam);
        assert_eq!(
            all,
            [row(3), row(2), seam(2), seam(1), row(1), row(0), seam(0)]
        );
        assert_eq!(lines.rows_in(0, 5), (1, 3));
        assert_eq!(lines.rows_in(2, 2), (2, 0));
        assert_eq!(lines.first_row_in(1, 5), Some(2));
        assert_eq!(lines.first_row_in(2, 2), None);
    }

    proptest! {
        #[test]
        fn every_line_is_one_row_or_one_seam_and_each_is_one_line(
            rows in 0u64..200, mut at in prop::collection::vec(0u64..210, 0..20),
        ) {
            at.sort_unstable();
            let lines = Lines::default().with(rows, at.into_iter().map(seam).collect());
            let (mut next_row, mut next_seam) = (0, 0);
            for line in 0..lines.count() {
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
            prop_assert_eq!(lines.get(lines.count()), None);
            // Turned round, each line is the one that is as far from the other end.
            let turned = lines.in_order(true);
            for line in 0..lines.count() {
                let other = lines.count() - 1 - line;
                prop_assert_eq!(turned.get(line), lines.get(other));
                match turned.get(line) {
                    Some(Line::Row(row)) => prop_assert_eq!(turned.line_of_row(row), line),
                    Some(Line::Seam(number)) => prop_assert_eq!(turned.line_of_seam(number), Some(line)),
                    None => prop_assert!(false, "{line}"),
                }
                prop_assert_eq!(turned.rows_in(line, 3), lines.rows_in((other + 1).saturating_sub(3), 3.min(other + 1)));
            }
        }
    }
}
