//! The table of rows: where it stands, which line is marked, what of it is here, and what to ask for.
//!
//! Takes opened windows, seams, scrolls, keys and answers, gives the lines in view and [`Effect`]s.
//! Invariant: a row is followed by its key, never by its number: when the same window is opened anew, the table goes on
//! showing the old opening until the row it stands on is found in the new one and the rows around it are here.
//! Keys only move; what follows from them is asked for once a frame, however many were pressed.

pub use super::columns::{Cell, Columns};
pub use super::message::{Content, Effect, Marked, Move, Msg, Opened, Roll, Shows};

mod keys;
mod reopened;

use super::lines::Line;
use super::minimap::Strip;
use super::scroll::Scroll;
use super::seam::Seam;
use super::table::Table;
use reopened::{Next, Origin};
use std::sync::Arc;
use windrow_protocol::{Row, ViewId};

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// What is drawn: empty and without a view while no window is shown.
    table: Table,
    next: Option<Next>,
    /// Where it stood before the filter was suspended.
    origin: Option<Origin>,
    mark: Option<Line>,
    /// The cell of the marked line that the arrow keys stand on.
    cell: Option<usize>,
    frame_asked: bool,
    /// The mark has moved since it was last told.
    mark_moved: bool,
}

impl Rows {
    /// The view that is drawn.
    pub fn view(&self) -> Option<ViewId> {
        self.table.view
    }

    /// Whether a view is drawn, or about to be.
    pub fn knows(&self, view: ViewId) -> bool {
        let next = self.next.as_ref().and_then(|next| next.table.view);
        self.view() == Some(view) || next == Some(view)
    }

    /// Whether what is around a row is drawn, and the filter suspended.
    pub fn is_around(&self) -> bool {
        self.table.suspended.is_some()
    }

    /// The rows that a suspended filter would select of a view that is drawn or about to be.
    pub fn suspended_of(&self, view: ViewId) -> Option<ViewId> {
        let next = self.next.as_ref().map(|next| &next.table);
        let mut tables = next.into_iter().chain([&self.table]);
        tables.find(|table| table.view == Some(view))?.suspended
    }

    /// Where the table stands.
    pub fn scroll(&self) -> Scroll {
        self.table.scroll
    }

    /// Which columns it has.
    pub fn columns(&self) -> Columns {
        self.table.columns.columns()
    }

    /// How many rows it has.
    pub fn row_count(&self) -> u64 {
        self.table.lines.rows()
    }

    /// How many lines it has.
    pub fn line_count(&self) -> u64 {
        self.table.lines.count()
    }

    /// Its lines as a strip.
    pub fn strip(&self) -> Strip {
        Strip::of(&self.table.lines)
    }

    /// The rows in view: the first of them and how many.
    pub fn rows_in_view(&self) -> (u64, u64) {
        self.table.rows_in_view()
    }

    /// The lines to draw: those in view, and the marked one, which stays in the document.
    pub fn mounted(&self) -> Vec<u64> {
        let scroll = self.scroll();
        let drawn = scroll.first()..scroll.first() + scroll.drawn();
        let away = self.marked_line().filter(|line| !drawn.contains(line));
        let before = away.filter(|line| *line < drawn.start);
        let after = away.filter(|line| *line >= drawn.end);
        before.into_iter().chain(drawn).chain(after).collect()
    }

    /// What a line shows.
    pub fn content(&self, line: u64) -> Option<Content> {
        let Table { lines, cache, .. } = &self.table;
        Some(match lines.get(line)? {
            Line::Row(row) => Content::Row(row, cache.get(row)),
            Line::Seam(number) => Content::Seam(lines.seams().get(number)?.clone()),
        })
    }

    /// The line that is marked.
    pub fn marked_line(&self) -> Option<u64> {
        match self.mark? {
            Line::Row(row) => Some(self.table.lines.line_of_row(row)),
            Line::Seam(number) => self.table.lines.line_of_seam(number),
        }
    }

    fn marked_row(&self) -> Option<u64> {
        match self.mark? {
            Line::Row(row) => Some(row),
            Line::Seam(_) => None,
        }
    }

    /// The row that is marked.
    pub fn marked(&self) -> Option<Marked> {
        let row = self.marked_row()?;
        Some(Marked {
            view: self.view()?,
            row,
            known: self.table.row(row),
        })
    }

    /// The marked row, or the first in view.
    pub fn stands_on(&self) -> u64 {
        let first = || {
            self.table
                .first_row_in_view()
                .unwrap_or(self.table.rows_in_view().0)
        };
        self.marked_row().unwrap_or_else(first)
    }

    /// The time of the row in the middle of the view, once it is here.
    pub fn ms_on_screen(&self) -> Option<i64> {
        let (first, count) = self.table.rows_in_view();
        let middle = first + count / 2;
        (count > 0)
            .then(|| self.table.row(middle))?
            .map(|row| row.ms)
    }

    /// The cell that the arrow keys stand on; nothing where it is the whole line.
    pub fn cell(&self) -> Option<usize> {
        self.cell
    }

    /// Whether rows in view are still on their way.
    pub fn is_busy(&self) -> bool {
        !self.table.has_rows_in_view()
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Closed => self.close(),
            Msg::Opened { opened, is_same } if is_same && self.view().is_some() => {
                self.reopen(opened)
            }
            Msg::Opened { opened, .. } => {
                let mut effects = self.close();
                effects.push(Effect::Shows(Shows::Another(opened.view)));
                self.table = self.table.another(opened);
                effects.extend(self.settle());
                effects
            }
            Msg::Seams { view, seams } => self.put_seams(view, seams),
            Msg::Located { view, rows } => self.located(view, rows),
            Msg::Came { view, page, rows } => self.came(view, page, rows),
            Msg::Resized(view_px) => self.resized(view_px),
            Msg::Room(room) => {
                let before = self.columns();
                self.each_table(|table| table.columns.put_room(room));
                // The cell of this number is another one now.
                if self.columns() != before {
                    self.cell = None;
                }
                Vec::new()
            }
            Msg::Columns(columns) => {
                self.cell = None;
                self.each_table(|table| table.want(Arc::clone(&columns)));
                let mut effects: Vec<Effect> = self.table.wanted().collect();
                effects.extend(self.prepare());
                effects
            }
            Msg::NewestFirst(newest_first) => {
                let anchor = self.anchor();
                self.table.put_order(newest_first, anchor);
                if let Some(next) = &mut self.next {
                    next.table.put_order(newest_first, None);
                }
                self.frame()
            }
            Msg::Scrolled(top_px) => self.scrolled(top_px),
            Msg::Placed(top_px) => {
                self.table.move_to(self.scroll().with_top(top_px));
                Vec::new()
            }
            Msg::Rested(scroll) if scroll == self.scroll() => self.place().into_iter().collect(),
            Msg::Rested(_) => Vec::new(),
            Msg::Roll(roll) => self.roll(roll),
            Msg::Move(step) => self.step(step),
            Msg::Frame => self.frame(),
            Msg::Mark(row) => {
                self.mark_line(self.table.lines.line_of_row(row), Scroll::centred);
                self.frame()
            }
            Msg::Click(line) => {
                self.cell = None;
                self.mark_line(line, Scroll::revealing);
                let mut effects = self.frame();
                // A seam is acted upon by its button alone.
                if self.marked_row().is_some() {
                    effects.push(Effect::Open { by_key: false });
                }
                effects
            }
            Msg::Enter => self.enter(),
            Msg::Copy => self.copy(),
            Msg::CopyCell { line, at } => self.copy_cell(line, at).into_iter().collect(),
            Msg::Narrow { is_excluded } => self.narrow(is_excluded).into_iter().collect(),
        }
    }

    fn each_table(&mut self, mut change: impl FnMut(&mut Table)) {
        if let Some(next) = &mut self.next {
            change(&mut next.table);
        }
        change(&mut self.table);
    }

    fn close(&mut self) -> Vec<Effect> {
        (self.next, self.origin) = (None, None);
        let mut effects = self.unmark();
        let closed = self.table.closed();
        let closed = std::mem::replace(&mut self.table, closed);
        effects.extend(closed.view.map(|_| Effect::Shows(Shows::Nothing)));
        effects
    }

    fn unmark(&mut self) -> Vec<Effect> {
        self.cell = None;
        self.mark_moved = false;
        let marked = self.mark.take();
        marked.map(|_| Effect::Marked(None)).into_iter().collect()
    }

    /// The row that stays where it is when lines come or go: the marked one, where it is in view, else the first in view.
    /// A table that stands at its very start stays there.
    fn anchor(&self) -> Option<u64> {
        let Table { scroll, lines, .. } = &self.table;
        let marked = self
            .marked_row()
            .filter(|row| scroll.shows(lines.line_of_row(*row)));
        let first = self.table.first_row_in_view();
        marked.or(first.filter(|_| !scroll.is_at_start()))
    }

    fn put_seams(&mut self, view: ViewId, seams: Vec<Seam>) -> Vec<Effect> {
        if let Some(next) = self.next_of(view) {
            next.table.put_seams(seams, None);
            return self.prepare();
        }
        if self.view() != Some(view) || self.table.lines.seams() == seams {
            return Vec::new();
        }
        let old = self.marked_seam().cloned();
        self.table.put_seams(seams, self.anchor());
        if let Some(old) = old {
            let mark = self.table.lines.followed(&old);
            self.mark_moved |= mark != self.mark;
            self.mark = mark;
        }
        self.frame()
    }

    fn marked_seam(&self) -> Option<&Seam> {
        match self.mark? {
            Line::Row(_) => None,
            Line::Seam(number) => self.table.lines.seams().get(number),
        }
    }

    fn came(&mut self, view: ViewId, page: u64, rows: Result<Vec<Row>, String>) -> Vec<Effect> {
        if let Some(next) = self.next_of(view) {
            next.table.came(page, rows);
            return self.prepare();
        }
        if self.view() != Some(view) {
            return Vec::new();
        }
        let is_known = |rows: &Self| rows.marked().is_some_and(|marked| marked.known.is_some());
        let was_known = is_known(self);
        self.table.came(page, rows);
        let mut effects: Vec<Effect> = self.table.wanted().collect();
        // A row that was marked before it was here can be named now.
        if !was_known && is_known(self) {
            effects.push(Effect::Marked(self.marked()));
        }
        effects
    }

    fn resized(&mut self, view_px: f64) -> Vec<Effect> {
        if (self.scroll().view_px() - view_px).abs() < 0.5 {
            return Vec::new();
        }
        self.table.move_to(self.scroll().with_view(view_px));
        self.settle()
    }

    fn scrolled(&mut self, top_px: f64) -> Vec<Effect> {
        let after = self.scroll().scrolled(top_px);
        if after == self.scroll() {
            return Vec::new();
        }
        self.table.move_to(after);
        let rest = [Effect::RestLater(after)];
        self.table.wanted().chain(rest).collect()
    }

    /// Asks for the rows in view, and for the element to stand where the table does.
    fn settle(&mut self) -> Vec<Effect> {
        let place = self.place();
        self.table.wanted().chain(place).collect()
    }

    fn place(&self) -> Option<Effect> {
        self.scroll().misplaced().map(|_| Effect::Place)
    }

    /// What follows from all that has moved since the last frame.
    fn frame(&mut self) -> Vec<Effect> {
        self.frame_asked = false;
        let mut effects = self.settle();
        if std::mem::take(&mut self.mark_moved) {
            effects.push(Effect::Marked(self.marked()));
        }
        effects
    }
}

#[cfg(test)]
mod tests;
