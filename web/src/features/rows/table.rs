//! One opening of a window: its lines, where they stand, and which rows of it are here.

use super::cache::{Known, RowCache};
use super::lines::Lines;
use super::message::{Effect, Opened};
use super::scroll::Scroll;
use super::seam::Seam;
use std::sync::Arc;
use windrow_model::RowKey;
use windrow_protocol::{Row, ViewId};

/// Which columns have anything to show; a column without does not take up room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Sequence number or id.
    pub id: bool,
    /// Labels.
    pub labels: bool,
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// When it happened.
    Time,
    /// Sequence number or id.
    Id,
    /// The message.
    Message,
    /// Labels.
    Labels,
}

impl Columns {
    /// The cells of a row, in order.
    pub fn cells(self) -> impl Iterator<Item = Cell> {
        let id = self.id.then_some(Cell::Id);
        let labels = self.labels.then_some(Cell::Labels);
        [Some(Cell::Time), id, Some(Cell::Message), labels]
            .into_iter()
            .flatten()
    }
}

/// One opening of a window.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Its name in the worker; nothing while no window is shown.
    pub(super) view: Option<ViewId>,
    pub(super) lines: Lines,
    pub(super) scroll: Scroll,
    pub(super) cache: RowCache,
    pub(super) columns: Columns,
    /// The filter that selects its rows.
    pub(super) is_of: String,
}

impl Table {
    pub(super) fn new(opened: Opened, scroll: Scroll) -> Self {
        let lines = Lines::new(opened.rows, opened.seams);
        Self {
            view: Some(opened.view),
            is_of: opened.is_of,
            scroll: scroll.with_rows(lines.count()),
            lines,
            ..Self::default()
        }
    }

    pub(super) fn rows_in_view(&self) -> (u64, u64) {
        self.lines.rows_in(self.scroll.first(), self.scroll.drawn())
    }

    pub(super) fn has_rows_in_view(&self) -> bool {
        let (first, count) = self.rows_in_view();
        self.cache.has(first, count)
    }

    /// Asks for the rows in view and next to it.
    pub(super) fn wanted(&mut self) -> impl Iterator<Item = Effect> + use<> {
        let (first, count) = self.rows_in_view();
        let view = self.view;
        let pages = self
            .cache
            .wanted(first, count, self.lines.rows())
            .into_iter();
        pages.filter_map(move |page| Some(Effect::Load { view: view?, page }))
    }

    pub(super) fn came(&mut self, page: u64, rows: Result<Vec<Row>, String>) {
        for row in rows.iter().flatten() {
            self.columns.id |= row.id.is_some();
            self.columns.labels |= !row.labels.is_empty();
        }
        self.cache.came(page, rows);
    }

    pub(super) fn row(&self, number: u64) -> Option<Arc<Row>> {
        match self.cache.get(number) {
            Known::Row(row) => Some(row),
            _ => None,
        }
    }

    pub(super) fn key(&self, number: u64) -> Option<RowKey> {
        self.row(number).map(|row| row.key())
    }

    pub(super) fn move_to(&mut self, scroll: Scroll) {
        self.scroll = scroll;
        let (first, count) = self.rows_in_view();
        self.cache.retry_outside(first, count);
    }

    /// How far below the top of the view a row begins.
    pub(super) fn offset_of_row(&self, row: u64) -> f64 {
        self.scroll.offset_of(self.lines.line_of_row(row))
    }

    /// Other seams, and the same row at the same pixel.
    pub(super) fn put_seams(&mut self, seams: Vec<Seam>, anchor: Option<u64>) {
        let offset_px = anchor.map(|row| self.offset_of_row(row));
        self.lines = Lines::new(self.lines.rows(), seams);
        self.scroll = self.scroll.with_rows(self.lines.count());
        if let (Some(row), Some(offset_px)) = (anchor, offset_px) {
            self.scroll = self
                .scroll
                .with_line_at(self.lines.line_of_row(row), offset_px);
        }
    }
}
