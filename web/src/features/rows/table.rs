//! The table of rows: where it stands, what of it is here, and what to ask for.
//!
//! Takes scrolls, answers and newly opened windows, gives the rows in view.
//! Invariant: an answer for a view that is no longer shown changes nothing.

use super::cache::{Known, RowCache};
use super::scroll::Scroll;
use crate::protocol::{Row, ViewId};

/// Which columns have anything to show; a column without does not take up room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Sequence number or id.
    pub id: bool,
    /// Labels.
    pub labels: bool,
}

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    view: Option<ViewId>,
    scroll: Scroll,
    cache: RowCache,
    columns: Columns,
}

impl Table {
    /// Another window is shown, or none.
    pub fn open(&mut self, view: Option<(ViewId, u64)>) {
        *self = Self {
            view: view.map(|(id, _)| id),
            scroll: self.scroll.at_start(view.map_or(0, |(_, rows)| rows)),
            ..Self::default()
        };
    }

    /// The same window was opened anew: place and rows stay until new ones come.
    pub fn reopen(&mut self, view: Option<(ViewId, u64)>) {
        self.view = view.map(|(id, _)| id);
        self.scroll = self.scroll.with_rows(view.map_or(0, |(_, rows)| rows));
        self.cache.renew();
    }

    /// The view it shows.
    pub fn view(&self) -> Option<ViewId> {
        self.view
    }

    /// Where it stands.
    pub fn scroll(&self) -> Scroll {
        self.scroll
    }

    /// Which columns it has.
    pub fn columns(&self) -> Columns {
        self.columns
    }

    /// Moves it.
    pub fn move_to(&mut self, scroll: Scroll) {
        self.scroll = scroll;
        self.cache.retry_outside(scroll.first(), scroll.drawn());
    }

    /// A row.
    pub fn get(&self, row: u64) -> Known<'_> {
        self.cache.get(row)
    }

    /// Changes whenever a row is drawn differently.
    pub fn stamp(&self, row: u64) -> u64 {
        // A page's count is far below 2^20 and a row far below 2^44: no two of them meet.
        (row << 20) ^ self.cache.stamp(row)
    }

    /// The pages to ask for now, with the view to ask; they count as asked for.
    pub fn wanted(&mut self) -> Option<(ViewId, Vec<u64>)> {
        let (scroll, view) = (self.scroll, self.view?);
        let pages = self
            .cache
            .wanted(scroll.first(), scroll.drawn(), scroll.rows());
        (!pages.is_empty()).then_some((view, pages))
    }

    /// A page of a view came, or did not.
    pub fn came(&mut self, view: ViewId, page: u64, rows: Result<Vec<Row>, String>) {
        if self.view != Some(view) {
            return;
        }
        for row in rows.iter().flatten() {
            self.columns.id |= row.id.is_some();
            self.columns.labels |= !row.labels.is_empty();
        }
        self.cache.came(page, rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: Option<&str>) -> Row {
        Row {
            ms: 1,
            id: Some("1".into()),
            message: "m".into(),
            message_bytes: 1,
            labels: label.map(str::to_owned).into_iter().collect(),
            extra: None,
            provisional: false,
        }
    }

    fn table(rows: u64) -> Table {
        let mut table = Table::default();
        table.move_to(table.scroll().with_view(260.0));
        table.open(Some((1, rows)));
        table
    }

    #[test]
    fn an_answer_of_an_older_view_changes_nothing() {
        let mut table = table(50);
        assert_eq!(table.wanted(), Some((1, vec![0])));
        table.reopen(Some((2, 60)));
        table.came(1, 0, Ok(vec![row(None)]));
        assert_eq!(table.get(0), Known::Loading);
        assert_eq!(table.wanted(), Some((2, vec![0])));
        table.came(2, 0, Ok(vec![row(None)]));
        assert!(matches!(table.get(0), Known::Row(_)));
    }

    #[test]
    fn opening_the_same_window_again_keeps_the_place() {
        let mut table = table(10_000);
        table.move_to(table.scroll().centred(5000));
        let first = table.scroll().first();
        table.reopen(Some((2, 10_400)));
        assert_eq!(table.scroll().first(), first);
        table.open(Some((3, 10_400)));
        assert_eq!(table.scroll().first(), 0);
    }

    #[test]
    fn a_column_shows_once_it_has_something_to_show() {
        let mut table = table(50);
        table.came(1, 0, Ok(vec![row(None)]));
        assert_eq!(
            table.columns(),
            Columns {
                id: true,
                ..Columns::default()
            }
        );
        table.came(1, 1, Ok(vec![row(Some("red"))]));
        assert!(table.columns().labels);
    }
}
