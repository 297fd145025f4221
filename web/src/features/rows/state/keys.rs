//! What keys do in the table: they move the mark, open what is marked, copy it, and narrow the rows by its value; and how
//! the minimap moves the view.

use super::super::lines::Line;
use super::super::scroll::{ROW_PX, Scroll};
use super::{Cell, Content, Effect, Move, Roll, Rows};
use windrow_protocol::RowValue;

impl Rows {
    pub(super) fn step(&mut self, step: Move) -> Vec<Effect> {
        let lines = self.line_count();
        if lines == 0 {
            return Vec::new();
        }
        let scroll = self.scroll();
        let from = self.marked_line();
        let to = match (step, from) {
            (Move::Left | Move::Right, Some(line)) => {
                self.cell = self.next_cell(line, step == Move::Right);
                line
            }
            (Move::Start, _) => 0,
            (Move::End, _) => lines - 1,
            (_, None) => scroll.first(),
            (Move::Lines(by), Some(line)) => line.saturating_add_signed(by),
            (Move::Pages(by), Some(line)) => {
                line.saturating_add_signed(by.saturating_mul(scroll.page() as i64))
            }
        };
        self.mark_line(to.min(lines - 1), Scroll::revealing);
        let is_asked = std::mem::replace(&mut self.frame_asked, true);
        (!is_asked)
            .then_some(Effect::AskForFrame)
            .into_iter()
            .collect()
    }

    /// Moves the view.
    pub(super) fn roll(&mut self, roll: Roll) -> Vec<Effect> {
        let scroll = self.scroll();
        let after = match roll {
            Roll::To(share) => scroll.at_share(share),
            Roll::Around(share) => scroll.around(share),
            Roll::Px(px) => scroll.moved(px),
            Roll::By(Move::Lines(by)) => scroll.moved(by as f64 * ROW_PX),
            Roll::By(Move::Pages(by)) => scroll.moved(by as f64 * scroll.page() as f64 * ROW_PX),
            Roll::By(Move::Start) => scroll.at_share(0.0),
            Roll::By(Move::End) => scroll.at_share(1.0),
            Roll::By(Move::Left | Move::Right) => scroll,
        };
        if after == scroll {
            return Vec::new();
        }
        self.table.move_to(after);
        self.settle()
    }

    fn next_cell(&self, line: u64, forward: bool) -> Option<usize> {
        let cells = match self.content(line) {
            Some(Content::Seam(_)) => 2,
            _ => self.columns().cells().count(),
        };
        match (self.cell, forward) {
            (None, true) => Some(0),
            (Some(cell), true) => Some((cell + 1).min(cells - 1)),
            (Some(cell), false) => cell.checked_sub(1),
            (None, false) => None,
        }
    }

    /// Marks a line, where there is one, and brings it into view.
    pub(super) fn mark_line(&mut self, line: u64, reveal: impl Fn(Scroll, u64) -> Scroll) {
        let Some(mark) = self.table.lines.get(line) else {
            return;
        };
        if self.mark != Some(mark) {
            self.mark = Some(mark);
            self.mark_moved = true;
            // The other kind of line has other cells.
            if matches!(mark, Line::Seam(_)) {
                self.cell = None;
            }
        }
        self.table.move_to(reveal(self.scroll(), line));
    }

    pub(super) fn enter(&mut self) -> Vec<Effect> {
        if self.mark.is_none() {
            self.mark_line(self.scroll().first(), Scroll::revealing);
        }
        let mut effects = self.frame();
        match self.marked_line().and_then(|line| self.content(line)) {
            Some(Content::Row(..)) => effects.push(Effect::Open { by_key: true }),
            Some(Content::Seam(seam)) => effects.push(Effect::Act(seam)),
            None => {}
        }
        effects
    }

    pub(super) fn copy(&self) -> Vec<Effect> {
        let Some(marked) = self.marked() else {
            return Vec::new();
        };
        let cell = self.cell.and_then(|cell| self.columns().cells().nth(cell));
        vec![match (cell, &marked.known) {
            (Some(Cell::Field(_)), _) => {
                let here = self.marked_line().zip(self.cell);
                let copied = here.and_then(|(line, at)| self.copy_cell(line, at));
                return copied.into_iter().collect();
            }
            (Some(Cell::Time), Some(row)) => Effect::CopyTime(row.ms),
            (Some(Cell::Id), Some(row)) => Effect::CopyText(row.id.clone().unwrap_or_default()),
            (Some(Cell::Labels), Some(row)) => Effect::CopyText(row.labels.join(", ")),
            _ => Effect::CopyRow {
                view: marked.view,
                row: marked.row,
            },
        }]
    }

    /// The row of a line, and what it has for the field of a cell; nothing where that is none, or has no value.
    fn value_at(&self, line: u64, at: usize) -> Option<(u64, String, RowValue)> {
        let columns = self.columns();
        let field = columns.field(columns.cells().nth(at)?)?;
        let Line::Row(number) = self.table.lines.get(line)? else {
            return None;
        };
        let row = self.table.row(number)?;
        let value = row.field(&field.name)?.value.clone()?;
        Some((number, field.name.clone(), value))
    }

    pub(super) fn copy_cell(&self, line: u64, at: usize) -> Option<Effect> {
        let (row, field, value) = self.value_at(line, at)?;
        Some(if value.is_whole {
            Effect::CopyText(value.text)
        } else {
            let view = self.view()?;
            Effect::CopyField { view, row, field }
        })
    }

    /// A value that is cut is compared with nothing: it is not the value.
    pub(super) fn narrow(&self, is_excluded: bool) -> Option<Effect> {
        let (_, field, value) = self.value_at(self.marked_line()?, self.cell?)?;
        value.is_whole.then_some(Effect::Narrow {
            field,
            value: value.text,
            is_excluded,
        })
    }
}
