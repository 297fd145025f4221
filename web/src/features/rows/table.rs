//! One opening of a window: its lines, where they stand, and which rows of it are here.

use super::cache::{Known, RowCache};
use super::columns;
use super::lines::Lines;
use super::message::{Effect, Opened};
use super::scroll::Scroll;
use super::seam::Seam;
use crate::location::remembered::Column;
use std::sync::Arc;
use windrow_model::RowKey;
use windrow_protocol::{Row, ViewId};

/// One opening of a window.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Its name in the worker; nothing while no window is shown.
    pub(super) view: Option<ViewId>,
    pub(super) lines: Lines,
    pub(super) scroll: Scroll,
    pub(super) cache: RowCache,
    pub(super) columns: columns::Known,
    /// The filter that selects its rows.
    pub(super) is_of: String,
    /// The rows that the filter would select, where it is suspended.
    pub(super) suspended: Option<ViewId>,
}

impl Table {
    /// Another opening, shown as this one is.
    pub(super) fn another(&self, opened: Opened) -> Self {
        let lines = self.lines.with(opened.rows, opened.seams);
        let mut cache = RowCache::default();
        cache.want(Arc::clone(self.cache.fields()));
        Self {
            view: Some(opened.view),
            is_of: opened.is_of,
            suspended: opened.suspended,
            scroll: self.scroll.with_rows(lines.count()),
            columns: self.columns.clone(),
            lines,
            cache,
        }
    }

    /// No window, shown as this one is: its start comes first.
    pub(super) fn closed(&self) -> Self {
        let lines = self.lines.with(0, Vec::new());
        let mut cache = RowCache::default();
        cache.want(Arc::clone(self.cache.fields()));
        Self {
            scroll: self.scroll.at_start(0),
            columns: self.columns.without_rows(),
            lines,
            cache,
            ..Self::default()
        }
    }

    /// Fields are columns.
    pub(super) fn want(&mut self, columns: Arc<[Column]>) {
        self.columns.want(columns);
        self.cache.want(self.columns.names());
    }

    pub(super) fn rows_in_view(&self) -> (u64, u64) {
        self.lines.rows_in(self.scroll.first(), self.scroll.drawn())
    }

    /// The row that is drawn first.
    pub(super) fn first_row_in_view(&self) -> Option<u64> {
        self.lines
            .first_row_in(self.scroll.first(), self.scroll.drawn())
    }

    pub(super) fn has_rows_in_view(&self) -> bool {
        let (first, count) = self.rows_in_view();
        self.cache.has(first, count)
    }

    /// Asks for the rows in view and next to it.
    pub(super) fn wanted(&mut self) -> impl Iterator<Item = Effect> + use<> {
        let (first, count) = self.rows_in_view();
        let view = self.view;
        let fields = Arc::clone(self.cache.fields());
        let pages = self
            .cache
            .wanted(first, count, self.lines.rows())
            .into_iter();
        pages.filter_map(move |page| {
            Some(Effect::Load {
                view: view?,
                page,
                fields: Arc::clone(&fields),
            })
        })
    }

    pub(super) fn came(&mut self, page: u64, rows: Result<Vec<Row>, String>) {
        if let Ok(rows) = &rows {
            self.columns.came(rows);
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
        self.put_lines(self.lines.with(self.lines.rows(), seams), anchor, offset_px);
    }

    /// The newest row first, or the oldest, and the same row at the same pixel.
    pub(super) fn put_order(&mut self, newest_first: bool, anchor: Option<u64>) {
        let offset_px = anchor.map(|row| self.offset_of_row(row));
        self.put_lines(self.lines.in_order(newest_first), anchor, offset_px);
    }

    fn put_lines(&mut self, lines: Lines, anchor: Option<u64>, offset_px: Option<f64>) {
        self.lines = lines;
        self.scroll = self.scroll.with_rows(self.lines.count());
        if let (Some(row), Some(offset_px)) = (anchor, offset_px) {
            self.scroll = self
                .scroll
                .with_line_at(self.lines.line_of_row(row), offset_px);
        }
    }
}
