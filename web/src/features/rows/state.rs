//! The table of rows: where it stands, which line is marked, what of it is here, and what to ask for.
//!
//! Takes opened windows, seams, scrolls, keys and answers, gives the lines in view and [`Effect`]s.
//! Invariant: a row is followed by its key, never by its number: when the same window is opened anew, the table goes on
//! showing the old opening until the row it stands on is found in the new one and the rows around it are here.
//! Keys only move; what follows from them is asked for once a frame, however many were pressed.

pub use super::message::{Content, Effect, Marked, Move, Msg, Opened, Shows};
pub use super::table::{Cell, Columns};

use super::lines::{Line, Lines, Seam};
use super::scroll::Scroll;
use super::table::Table;
use crate::protocol::{Located, Row, ViewId};
use windrow_model::RowKey;

/// The same window opened anew, until its rows are here.
#[derive(Clone, Debug)]
struct Next {
    table: Table,
    /// The keys that were asked for: of the row the table stands on, and of the marked row.
    anchor: Option<RowKey>,
    mark: Option<RowKey>,
    /// Where the shown table stood when they were.
    scroll: Scroll,
    offset_px: f64,
    /// The answer.
    located: Option<Found>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Found {
    anchor: Option<u64>,
    mark: Option<u64>,
}

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    table: Option<Table>,
    next: Option<Next>,
    /// The size of the room for lines, kept while no window is shown.
    room: Scroll,
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
        self.table.as_ref().map(|table| table.view)
    }

    /// Whether a view is drawn, or about to be.
    pub fn knows(&self, view: ViewId) -> bool {
        let next = self.next.as_ref().map(|next| next.table.view);
        self.view() == Some(view) || next == Some(view)
    }

    /// Where the table stands.
    pub fn scroll(&self) -> Scroll {
        self.table.as_ref().map_or(self.room, |table| table.scroll)
    }

    /// Which columns it has.
    pub fn columns(&self) -> Columns {
        self.table
            .as_ref()
            .map(|table| table.columns)
            .unwrap_or_default()
    }

    /// How many rows it has.
    pub fn row_count(&self) -> u64 {
        self.table.as_ref().map_or(0, |table| table.lines.rows())
    }

    /// How many lines it has.
    pub fn line_count(&self) -> u64 {
        self.table.as_ref().map_or(0, |table| table.lines.len())
    }

    /// The rows in view: the first and how many.
    pub fn rows_in_view(&self) -> (u64, u64) {
        self.table.as_ref().map_or((0, 0), Table::rows_in_view)
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
        let table = self.table.as_ref()?;
        Some(match table.lines.get(line)? {
            Line::Row(row) => Content::Row(row, table.cache.get(row)),
            Line::Seam(number) => Content::Seam(table.lines.seams().get(number)?.clone()),
        })
    }

    /// The line that is marked.
    pub fn marked_line(&self) -> Option<u64> {
        let lines = &self.table.as_ref()?.lines;
        match self.mark? {
            Line::Row(row) => Some(lines.line_of_row(row)),
            Line::Seam(number) => lines.line_of_seam(number),
        }
    }

    /// The row that is marked.
    pub fn marked(&self) -> Option<Marked> {
        let table = self.table.as_ref()?;
        match self.mark? {
            Line::Row(row) => Some(Marked {
                view: table.view,
                row,
                known: table.row(row),
            }),
            Line::Seam(_) => None,
        }
    }

    /// The marked row, or the first in view.
    pub fn stands_on(&self) -> u64 {
        match self.mark {
            Some(Line::Row(row)) => row,
            _ => self.rows_in_view().0,
        }
    }

    /// The cell that the arrow keys stand on; nothing where it is the whole line.
    pub fn cell(&self) -> Option<usize> {
        self.cell
    }

    /// Whether rows in view are still on their way.
    pub fn is_busy(&self) -> bool {
        self.table.as_ref().is_some_and(|table| {
            let (first, count) = table.rows_in_view();
            !table.cache.has(first, count)
        })
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Closed => self.close(),
            Msg::Opened { opened, is_same } => self.open(opened, is_same),
            Msg::Seams { view, seams } => self.put_seams(view, seams),
            Msg::Located { view, rows } => self.located(view, rows),
            Msg::Came { view, page, rows } => self.came(view, page, rows),
            Msg::Resized(view_px) => self.resized(view_px),
            Msg::Scrolled(top_px) => self.scrolled(top_px),
            Msg::Placed(top_px) => {
                self.with_scroll(|scroll| scroll.with_top(top_px));
                Vec::new()
            }
            Msg::Rested(scroll) if scroll == self.scroll() => self.place(),
            Msg::Rested(_) => Vec::new(),
            Msg::Move(step) => self.step(step),
            Msg::Frame => self.frame(),
            Msg::Mark(row) => {
                let line = self
                    .table
                    .as_ref()
                    .map(|table| table.lines.line_of_row(row));
                self.mark_line(line, Scroll::centred);
                self.frame()
            }
            Msg::Click(line) => {
                self.cell = None;
                self.mark_line(Some(line), Scroll::revealing);
                let mut effects = self.frame();
                // A seam is acted upon by its button alone.
                if self.marked().is_some() {
                    effects.push(Effect::Open { by_key: false });
                }
                effects
            }
            Msg::Enter => self.enter(),
            Msg::Copy => self.copy(),
        }
    }

    fn close(&mut self) -> Vec<Effect> {
        self.room = self.scroll().at_start(0);
        self.next = None;
        let mut effects = self.unmark();
        if self.table.take().is_some() {
            effects.push(Effect::Shows(Shows::Nothing));
        }
        effects
    }

    fn unmark(&mut self) -> Vec<Effect> {
        self.cell = None;
        self.mark_moved = false;
        match self.mark.take() {
            Some(_) => vec![Effect::Marked(None)],
            None => Vec::new(),
        }
    }

    fn open(&mut self, opened: Opened, is_same: bool) -> Vec<Effect> {
        let Some(shown) = self.table.as_ref().filter(|_| is_same) else {
            let mut effects = self.close();
            effects.push(Effect::Shows(Shows::Another(opened.view)));
            self.table = Some(Table::new(opened, self.room.at_start(0)));
            effects.extend(self.fill());
            effects.extend(self.place());
            return effects;
        };
        let anchor = self.anchor();
        let mark = match self.mark {
            Some(Line::Row(row)) => shown.key(row),
            _ => None,
        };
        let anchor_key = anchor.and_then(|row| shown.key(row));
        let keys: Vec<RowKey> = anchor_key.iter().chain(&mark).cloned().collect();
        let view = opened.view;
        self.next = Some(Next {
            offset_px: anchor.map_or(0.0, |row| {
                shown.scroll.offset_of(shown.lines.line_of_row(row))
            }),
            table: Table {
                columns: shown.columns,
                ..Table::new(opened, shown.scroll)
            },
            anchor: anchor_key,
            mark,
            scroll: shown.scroll,
            located: None,
        });
        if keys.is_empty() {
            self.located(view, Some(Vec::new()))
        } else {
            vec![Effect::Locate { view, keys }]
        }
    }

    /// The row that stays where it is when lines come or go: the marked one, where it is in view, else the first in view.
    /// A table that stands at its very start stays there.
    fn anchor(&self) -> Option<u64> {
        let table = self.table.as_ref()?;
        if let Some(Line::Row(row)) = self.mark
            && table.scroll.shows(table.lines.line_of_row(row))
        {
            return Some(row);
        }
        let (first, count) = table.rows_in_view();
        (!table.scroll.is_at_start() && count > 0).then_some(first)
    }

    fn located(&mut self, view: ViewId, rows: Option<Vec<Located>>) -> Vec<Effect> {
        let Some(next) = self.next.as_mut().filter(|next| next.table.view == view) else {
            return Vec::new();
        };
        let mut rows = rows.unwrap_or_default().into_iter();
        let mut take = |key: &Option<RowKey>| key.as_ref().and_then(|_| rows.next());
        let found = Found {
            anchor: take(&next.anchor).map(|located| match located {
                Located::Row(row) | Located::Gone(row) => row,
            }),
            mark: take(&next.mark).and_then(|located| match located {
                Located::Row(row) => Some(row),
                Located::Gone(_) => None,
            }),
        };
        next.located = Some(found);
        self.prepare()
    }

    /// Brings the new opening to where the old one stands, and shows it once its rows are here.
    fn prepare(&mut self) -> Vec<Effect> {
        let (Some(shown), Some(next)) = (&self.table, &mut self.next) else {
            return Vec::new();
        };
        let Some(found) = next.located else {
            return Vec::new();
        };
        // What was scrolled meanwhile is scrolled in the new one too.
        let moved_px = shown.scroll.offset_of(0) - next.scroll.offset_of(0);
        let lines = next.table.lines.len();
        let scroll = shown.scroll.with_rows(lines);
        next.table.scroll = match found.anchor {
            Some(row) => {
                scroll.with_line_at(next.table.lines.line_of_row(row), next.offset_px + moved_px)
            }
            None => scroll,
        };
        let (first, count) = next.table.rows_in_view();
        if !next.table.cache.has(first, count) {
            return next.table.wanted().collect();
        }
        self.show_next()
    }

    fn show_next(&mut self) -> Vec<Effect> {
        let (Some(shown), Some(next)) = (&self.table, &self.next) else {
            return Vec::new();
        };
        // A row that was marked meanwhile has to be found first.
        let marked = match self.mark {
            Some(Line::Row(row)) => shown.key(row),
            _ => None,
        };
        if marked.is_some() && marked != next.mark {
            let opened = Opened {
                view: next.table.view,
                rows: next.table.lines.rows(),
                seams: next.table.lines.seams().to_vec(),
            };
            return self.open(opened, true);
        }
        let mark = match self.mark {
            Some(Line::Row(_)) => {
                let row = next.located.and_then(|found| found.mark);
                row.map(Line::Row)
            }
            Some(Line::Seam(number)) => {
                let old = shown.lines.seams().get(number);
                old.and_then(|old| same_seam(&next.table.lines, old))
            }
            None => None,
        };
        let Some(next) = self.next.take() else {
            return Vec::new();
        };
        let has_other_rows = self.row_count() != next.table.lines.rows();
        let view = next.table.view;
        self.table = Some(next.table);
        let mut effects = if mark.is_none() {
            self.unmark()
        } else {
            self.mark = mark;
            vec![Effect::Marked(self.marked())]
        };
        effects.extend(self.fill());
        effects.extend(self.place());
        effects.push(Effect::Shows(if has_other_rows {
            let from = self.stands_on();
            Shows::OtherRows { view, from }
        } else {
            Shows::Same(view)
        }));
        effects
    }

    fn put_seams(&mut self, view: ViewId, seams: Vec<Seam>) -> Vec<Effect> {
        let anchor = self.anchor();
        let old = match self.mark {
            Some(Line::Seam(number)) => self
                .table
                .as_ref()
                .and_then(|table| table.lines.seams().get(number).cloned()),
            _ => None,
        };
        if let Some(next) = self.next.as_mut().filter(|next| next.table.view == view) {
            next.table.put_seams(seams, None);
            return self.prepare();
        }
        let Some(table) = self.table.as_mut().filter(|table| table.view == view) else {
            return Vec::new();
        };
        if table.lines.seams() == seams {
            return Vec::new();
        }
        table.put_seams(seams, anchor);
        if let Some(old) = old {
            let mark = same_seam(&table.lines, &old);
            self.mark_moved |= mark != self.mark;
            self.mark = mark;
        }
        self.frame()
    }

    fn came(&mut self, view: ViewId, page: u64, rows: Result<Vec<Row>, String>) -> Vec<Effect> {
        if let Some(next) = self.next.as_mut().filter(|next| next.table.view == view) {
            next.table.came(page, rows);
            return self.prepare();
        }
        let is_known = |rows: &Self| rows.marked().is_some_and(|marked| marked.known.is_some());
        let was_known = is_known(self);
        let Some(table) = self.table.as_mut().filter(|table| table.view == view) else {
            return Vec::new();
        };
        table.came(page, rows);
        let mut effects = self.fill();
        // A row that was marked before it was here can be named now.
        if !was_known && is_known(self) {
            effects.push(Effect::Marked(self.marked()));
        }
        effects
    }

    fn with_scroll(&mut self, change: impl Fn(Scroll) -> Scroll) {
        self.room = change(self.room);
        if let Some(table) = &mut self.table {
            table.move_to(change(table.scroll));
        }
    }

    fn resized(&mut self, view_px: f64) -> Vec<Effect> {
        if (self.scroll().view_px() - view_px).abs() < 0.5 {
            return Vec::new();
        }
        self.with_scroll(|scroll| scroll.with_view(view_px));
        let mut effects = self.fill();
        effects.extend(self.place());
        effects
    }

    fn scrolled(&mut self, top_px: f64) -> Vec<Effect> {
        let before = self.scroll();
        let after = before.scrolled(top_px);
        if after == before {
            return Vec::new();
        }
        self.with_scroll(|_| after);
        let mut effects = self.fill();
        effects.push(Effect::RestLater(after));
        effects
    }

    fn fill(&mut self) -> Vec<Effect> {
        self.table
            .as_mut()
            .map_or_else(Vec::new, |table| table.wanted().collect())
    }

    fn place(&self) -> Vec<Effect> {
        self.scroll()
            .misplaced()
            .map(|_| Effect::Place)
            .into_iter()
            .collect()
    }

    fn step(&mut self, step: Move) -> Vec<Effect> {
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
        self.mark_line(Some(to.min(lines - 1)), Scroll::revealing);
        if std::mem::replace(&mut self.frame_asked, true) {
            Vec::new()
        } else {
            vec![Effect::AskForFrame]
        }
    }

    fn next_cell(&self, line: u64, forward: bool) -> Option<usize> {
        let cells = match self.content(line) {
            Some(Content::Seam(seam)) => 1 + usize::from(seam.action().is_some()),
            _ => self.columns().cells().count(),
        };
        match (self.cell, forward) {
            (None, true) => Some(0),
            (Some(cell), true) => Some((cell + 1).min(cells - 1)),
            (Some(cell), false) => cell.checked_sub(1),
            (None, false) => None,
        }
    }

    fn mark_line(&mut self, line: Option<u64>, reveal: impl Fn(Scroll, u64) -> Scroll) {
        let Some((table, line)) = self.table.as_mut().zip(line) else {
            return;
        };
        let Some(mark) = table.lines.get(line) else {
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
        table.move_to(reveal(table.scroll, line));
    }

    /// What follows from all that has moved since the last frame.
    fn frame(&mut self) -> Vec<Effect> {
        self.frame_asked = false;
        let mut effects = self.fill();
        effects.extend(self.place());
        if std::mem::take(&mut self.mark_moved) {
            effects.push(Effect::Marked(self.marked()));
        }
        effects
    }

    fn enter(&mut self) -> Vec<Effect> {
        if self.mark.is_none() {
            let first = self.scroll().first();
            self.mark_line(Some(first), Scroll::revealing);
        }
        let mut effects = self.frame();
        match self.marked_line().and_then(|line| self.content(line)) {
            Some(Content::Row(..)) => effects.push(Effect::Open { by_key: true }),
            Some(Content::Seam(seam)) if seam.action().is_some() => effects.push(Effect::Act(seam)),
            _ => {}
        }
        effects
    }

    fn copy(&self) -> Vec<Effect> {
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

/// The seam that an old one is now, or the row that has come in its place.
fn same_seam(lines: &Lines, old: &Seam) -> Option<Line> {
    let start_ms = old.range.start_ms();
    let number = lines
        .seams()
        .iter()
        .position(|seam| seam.range.contains_ms(start_ms));
    let row = old.at.min(lines.rows().saturating_sub(1));
    number
        .map(Line::Seam)
        .or((lines.rows() > 0).then_some(Line::Row(row)))
}

#[cfg(test)]
mod tests;
