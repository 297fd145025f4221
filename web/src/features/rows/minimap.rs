//! The table from its first line to its last as a narrow strip: where its seams are, and rows of a kind.
//!
//! Takes slices of rows, gives stretches of the strip in percent of its height. It is linear in lines, and seams are lines.
//! Memory: at most one stretch a slice and one a seam.

use super::lines::Lines;
use crate::features::coverage::pieces::CoverageState;
use crate::ui::format::decimal;
use windrow_protocol::Slices;

/// Some of the strip, in percent of its height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub top: f64,
    /// How high it is.
    pub height: f64,
}

/// The lines that the strip stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    rows: u64,
    /// For each seam the rows before it, and its state.
    seams: Vec<(u64, CoverageState)>,
    newest_first: bool,
}

impl Stretch {
    /// Where it begins, for CSS; so high up that what is drawn so many pixels high ends within the strip.
    pub fn top(self, drawn_px: u32) -> String {
        format!("min({}%, 100% - {drawn_px}px)", decimal(self.top, 3))
    }

    /// How high it is, for CSS.
    pub fn height(self) -> String {
        format!("{}%", decimal(self.height, 3))
    }
}

impl Strip {
    /// Of the lines of a table.
    pub fn of(lines: &Lines) -> Self {
        let seams = lines.seams().iter();
        Self {
            rows: lines.rows(),
            seams: seams.map(|seam| (seam.at, seam.piece.state)).collect(),
            newest_first: lines.is_newest_first(),
        }
    }

    /// Lines in order of time.
    fn stretch(&self, from: u64, to: u64) -> Stretch {
        let all = self.rows + self.seams.len() as u64;
        let percent = |lines: u64| lines as f64 * 100.0 / all.max(1) as f64;
        let (from, to) = match self.newest_first {
            true => (all - to, all - from),
            false => (from, to),
        };
        Stretch {
            top: percent(from),
            height: percent(to) - percent(from),
        }
    }

    fn line_of_row(&self, row: u64) -> u64 {
        row + self.seams.partition_point(|(at, _)| *at <= row) as u64
    }

    /// The seams with their states.
    pub fn seams(&self) -> Vec<(Stretch, CoverageState)> {
        let seams = (0..).zip(&self.seams);
        let seams = seams.map(|(number, (at, state))| {
            let line = at + number;
            (self.stretch(line, line + 1), *state)
        });
        seams.collect()
    }

    /// Where rows of a kind are. Slices next to each other are one stretch, which a seam interrupts.
    pub fn rows(&self, slices: &Slices) -> Vec<Stretch> {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for (slice, count) in (0..).zip(&slices.counts) {
            let from = slice * slices.rows;
            let to = (from + slices.rows).min(self.rows);
            if *count == 0 || from >= to {
                continue;
            }
            let (from, to) = (self.line_of_row(from), self.line_of_row(to - 1) + 1);
            match runs.last_mut() {
                Some((_, end)) if *end == from => *end = to,
                _ => runs.push((from, to)),
            }
        }
        let stretches = runs.into_iter().map(|(from, to)| self.stretch(from, to));
        stretches.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::seam;

    fn slices(rows: u64, counts: &[u64]) -> Slices {
        Slices {
            rows,
            counts: counts.to_vec(),
        }
    }

    fn stretches(strip: &Strip, slices: &Slices) -> Vec<(f64, f64)> {
        let stretches = strip.rows(slices).into_iter();
        stretches.map(|at| (at.top, at.height)).collect()
    }

    #[test]
    fn rows_of_a_kind_lie_where_their_lines_are_and_seams_count() {
        let lines = Lines::default().with(98, vec![seam(0), seam(50)]);
        let strip = Strip::of(&lines);
        let seams = strip.seams();
        let seams: Vec<_> = seams.iter().map(|(at, _)| (at.top, at.height)).collect();
        assert_eq!(seams, [(0.0, 1.0), (51.0, 1.0)]);
        assert_eq!(stretches(&strip, &slices(1, &[3])), [(1.0, 1.0)]);
        let mut counts = vec![0; 98];
        counts[49] = 1;
        counts[50] = 1;
        counts[97] = 1;
        assert_eq!(
            stretches(&strip, &slices(1, &counts)),
            [(50.0, 1.0), (52.0, 1.0), (99.0, 1.0)]
        );
        let turned = Strip::of(&lines.in_order(true));
        assert_eq!(
            stretches(&turned, &slices(1, &counts)),
            [(49.0, 1.0), (47.0, 1.0), (0.0, 1.0)]
        );
        assert_eq!(turned.seams()[0].0.top, 99.0);
    }

    #[test]
    fn slices_beside_each_other_are_one_stretch_and_none_reaches_beyond_the_last_row() {
        let strip = Strip::of(&Lines::default().with(100, Vec::new()));
        let found = slices(8, &[0, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 9]);
        assert_eq!(stretches(&strip, &found), [(8.0, 16.0), (96.0, 4.0)]);
        assert_eq!(stretches(&strip, &Slices::default()), []);
        assert_eq!(stretches(&Strip::default(), &slices(1, &[1])), []);
    }

    #[test]
    fn a_stretch_is_printed_for_css() {
        let strip = Strip::of(&Lines::default().with(3, Vec::new()));
        let at = strip.rows(&slices(1, &[0, 1]))[0];
        assert_eq!(at.top(2), "min(33.333%, 100% - 2px)");
        assert_eq!(at.height(), "33.333%");
    }
}
