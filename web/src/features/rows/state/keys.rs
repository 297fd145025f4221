//! What keys do in the table: they move the mark, open what is marked, and copy it.

use super::super::lines::Line;
use super::super::scroll::Scroll;
use super::{Cell, Content, Effect, Move, Rows};

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
            (Some(Cell::Time), Some(row)) => Effect::CopyTime(row.ms),
            (Some(Cell::Id), Some(row)) => Effect::CopyText(row.id.clone().unwrap_or_default()),
            (Some(Cell::Labels), Some(row)) => Effect::CopyText(row.labels.join(", ")),
            _ => Effect::CopyRow {
                view: marked.view,
                row: marked.row,
            },
        }]
    }
}
