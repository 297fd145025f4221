//! Rows and columns, aligned.

use super::text::escape;
use unicode_width::UnicodeWidthStr;

/// Which side a column's cells lean to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table with a head. Head and cells are escaped as untrusted text.
#[derive(Clone, Debug, Default)]
pub struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with the given columns.
    pub fn new(columns: &[(&str, Side)]) -> Self {
        let mut table = Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            rows: Vec::new(),
        };
        table.row(columns.iter().map(|(name, _)| name));
        table
    }

    /// Appends a row.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells
            .into_iter()
            .map(|cell| escape(cell.as_ref()).into_owned());
        self.rows.push(cells.collect());
    }

    /// The lines, without spaces at their ends.
    pub fn lines(&self) -> Vec<String> {
        let widths: Vec<usize> = (0..self.sides.len())
            .map(|at| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(at))
                    .map(|cell| cell.width())
                    .max()
            })
            .map(Option::unwrap_or_default)
            .collect();
        self.rows
            .iter()
            .map(|row| self.line(row, &widths))
            .collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, side), wide) in row.iter().zip(&self.sides).zip(widths) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let pad = " ".repeat(wide - cell.width().min(*wide));
            match side {
                Side::Left => line.extend([cell.as_str(), &pad]),
                Side::Right => line.extend([pad.as_str(), cell]),
            }
        }
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_untrusted_cells_escaped() {
        let mut table = Table::new(&[("Name", Side::Left), ("R\u{202e}ws", Side::Right)]);
        table.row(["a", "1,000"]);
        table.row(["long\u{1b}", "7"]);
        assert_eq!(
            table.lines(),
            [
                "Name        R\\u{202e}ws",
                "a                 1,000",
                "long\\u{1b}            7"
            ]
        );
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows_and_not_by_characters() {
        let mut table = Table::new(&[("Name", Side::Left), ("Rows", Side::Left)]);
        // Wide characters, one that combines with the letter before it, and an emoji.
        for name in ["ab\u{65e5}\u{672c}", "e\u{301}", "\u{1f33e}"] {
            table.row([name, "7"]);
        }
        let lines = table.lines();
        let spaces = |line: &String| line.matches(' ').count();
        assert_eq!(lines.iter().map(spaces).collect::<Vec<_>>(), [4, 2, 7, 6]);
    }
}
