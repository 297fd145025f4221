//! A window as the page reads it: one that was opened, or the rows of one that a filter selects.
//!
//! Rows of either are numbered from 0 without a gap, so that whoever reads them need not know which it is.
//! Memory: of a narrowed window a bit a row of the whole one.

use super::store::BrowserStore;
use std::rc::Rc;
use windrow_engine::CancellationToken;
use windrow_engine::{
    EngineError, Find, Found, Kept, Located, Opened, Rows, SelectedRows, Slices, StretchState,
};
use windrow_model::RowKey;
use windrow_protocol::{OpenWindow, Span, SpanState, ViewId, WindowView};

/// A window, or those rows of it that a filter selects.
#[derive(Clone)]
pub(super) struct View {
    /// The whole window.
    pub(super) opened: Rc<Opened<BrowserStore>>,
    /// How another worker opens it too.
    pub(super) opening: Rc<OpenWindow>,
    selected: Option<Rc<SelectedRows>>,
}

impl View {
    pub(super) fn whole(opened: Rc<Opened<BrowserStore>>, opening: Rc<OpenWindow>) -> Self {
        Self {
            opened,
            opening,
            selected: None,
        }
    }

    pub(super) fn narrowed(
        opened: Rc<Opened<BrowserStore>>,
        opening: Rc<OpenWindow>,
        selected: SelectedRows,
    ) -> Self {
        Self {
            opened,
            opening,
            selected: Some(Rc::new(selected)),
        }
    }

    /// At most `limit` rows from number `first` on.
    pub(super) async fn rows(&self, first: u64, limit: usize) -> Result<Rows, EngineError> {
        match &self.selected {
            None => self.opened.rows(first, limit).await,
            Some(selected) => self.opened.selected_rows(selected, first, limit).await,
        }
    }

    /// Where rows of a kind lie among these.
    pub(super) fn slices(&self, of_kind: &SelectedRows) -> Slices {
        match &self.selected {
            None => Slices::in_window(of_kind, self.opened.row_count()),
            Some(selected) => Slices::among(of_kind, selected),
        }
    }

    /// Where a row is kept.
    pub(super) fn kept(&self, row: u64) -> Option<Kept> {
        self.opened.kept(self.number_in_window(row)?)
    }

    /// The number of a row in the whole window.
    pub(super) fn number_in_window(&self, row: u64) -> Option<u64> {
        match &self.selected {
            None => Some(row),
            Some(selected) => selected.nth(row),
        }
    }

    /// Whether the row of this number in the whole window is one of these.
    pub(super) fn shows(&self, number: u64) -> bool {
        let selected = self.selected.as_ref();
        selected.is_none_or(|selected| selected.contains(number))
    }

    /// Finds the row with a key. One that the filter hides is gone, and the next one shown is in its place.
    pub(super) async fn locate(&self, key: &RowKey) -> Result<Located, EngineError> {
        let located = self.opened.locate(key).await?;
        let Some(selected) = &self.selected else {
            return Ok(located);
        };
        Ok(match located {
            Located::Row(row) if selected.contains(row) => Located::Row(selected.before(row)),
            Located::Row(row) | Located::Gone(row) => Located::Gone(selected.before(row)),
        })
    }

    /// Searches all rows of the window; those that the filter hides are only counted.
    pub(super) async fn find(
        &self,
        find: &Find,
        cancel: &CancellationToken,
        progress: &dyn Fn(u64),
    ) -> Result<Found, EngineError> {
        let among = self.selected.as_deref();
        self.opened.find(find, among, cancel, progress).await
    }

    /// What the page is told of it.
    pub(super) fn told(&self, id: ViewId) -> WindowView {
        let mut end = 0;
        let spans = self.opened.stretches().iter().map(|stretch| {
            let start = end;
            end += stretch.rows;
            Span {
                range: stretch.range,
                state: match stretch.state {
                    StretchState::Cached => SpanState::Cached,
                    StretchState::Empty => SpanState::Empty,
                    StretchState::Provisional => SpanState::Provisional,
                    StretchState::Missing => SpanState::Missing,
                    StretchState::Damaged => SpanState::Damaged,
                },
                rows: match &self.selected {
                    None => stretch.rows,
                    Some(selected) => selected.before(end) - selected.before(start),
                },
                bytes: stretch.bytes,
                fetched_at_ms: stretch.fetched_at_ms,
            }
        });
        let spans: Vec<Span> = spans.collect();
        let (names, are_all_fields) = self.opened.field_names();
        let rows = |is_proven: bool| {
            let spans = spans.iter();
            let proven = spans.filter(|span| !is_proven || span.state != SpanState::Provisional);
            proven.map(|span| span.rows).sum()
        };
        WindowView {
            id,
            rows: rows(false),
            proven_rows: rows(true),
            fields: names.into_iter().map(str::to_owned).collect(),
            are_all_fields,
            spans,
        }
    }
}
