//! The same window opened anew: the old opening is shown until the row it stands on is found in the new one and the rows around it are here.

use super::super::lines::Line;
use super::super::scroll::Scroll;
use super::super::table::Table;
use super::{Effect, Opened, Rows, Shows};
use windrow_model::RowKey;
use windrow_protocol::{Located, ViewId};

/// The height of the bar above the table while the filter is suspended; the style sheet says the same.
const BAR_PX: f64 = 34.0;

/// The new opening.
#[derive(Clone, Debug)]
pub(super) struct Next {
    pub(super) table: Table,
    /// The keys that were asked for: of the row the table stands on, and of the marked row.
    anchor: Option<RowKey>,
    mark: Option<RowKey>,
    /// The key of the row that was marked when they were.
    marked: Option<RowKey>,
    /// Where the shown table stood when they were.
    scroll: Scroll,
    /// How far below the top of the view the row that the table stands on is to be.
    offset_px: f64,
    /// The answer.
    located: Option<Found>,
}

/// Where the table stood before the filter was suspended.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    row: RowKey,
    offset_px: f64,
    is_of: String,
}

#[derive(Clone, Copy, Debug, Default)]
struct Found {
    anchor: Option<u64>,
    mark: Option<u64>,
}

impl Rows {
    pub(super) fn next_of(&mut self, view: ViewId) -> Option<&mut Next> {
        self.next
            .as_mut()
            .filter(|next| next.table.view == Some(view))
    }

    fn marked_key(&self) -> Option<RowKey> {
        self.table.key(self.marked_row()?)
    }

    pub(super) fn reopen(&mut self, opened: Opened) -> Vec<Effect> {
        let shown = &self.table;
        let view = opened.view;
        let row = self.anchor();
        let marked = self.marked_key();
        let (mut anchor, mut mark) = (row.and_then(|row| shown.key(row)), marked.clone());
        let mut offset_px = row.map_or(0.0, |row| shown.offset_of_row(row));
        // A bar above the table comes and goes, and what is looked at stays where it is on the screen.
        match (shown.suspended.is_some(), opened.suspended.is_some()) {
            (false, true) => {
                self.origin = anchor.clone().map(|row| Origin {
                    row,
                    offset_px,
                    is_of: shown.is_of.clone(),
                });
                offset_px = (offset_px - BAR_PX).max(0.0);
            }
            (true, false) => match self.origin.as_ref() {
                Some(origin) if origin.is_of == opened.is_of => {
                    (anchor, mark) = (Some(origin.row.clone()), Some(origin.row.clone()));
                    offset_px = origin.offset_px;
                }
                _ => offset_px += BAR_PX,
            },
            _ => {}
        }
        let keys: Vec<RowKey> = anchor.iter().chain(&mark).cloned().collect();
        self.next = Some(Next {
            marked,
            offset_px,
            table: shown.another(opened),
            anchor,
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

    pub(super) fn located(&mut self, view: ViewId, rows: Option<Vec<Located>>) -> Vec<Effect> {
        let Some(next) = self.next_of(view) else {
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
    pub(super) fn prepare(&mut self) -> Vec<Effect> {
        let Some(next) = &mut self.next else {
            return Vec::new();
        };
        let Some(found) = next.located else {
            return Vec::new();
        };
        // What was scrolled meanwhile is scrolled in the new one too.
        let shown = self.table.scroll;
        let moved_px = shown.offset_of(0) - next.scroll.offset_of(0);
        let lines = &next.table.lines;
        let scroll = shown.with_rows(lines.count());
        next.table.scroll = match found.anchor {
            Some(row) => scroll.with_line_at(lines.line_of_row(row), next.offset_px + moved_px),
            None => scroll,
        };
        if next.table.has_rows_in_view() {
            self.show_next()
        } else {
            next.table.wanted().collect()
        }
    }

    fn show_next(&mut self) -> Vec<Effect> {
        let Some(Next {
            table,
            mark,
            marked: before,
            located,
            ..
        }) = self.next.take()
        else {
            return Vec::new();
        };
        let Some(view) = table.view else {
            return Vec::new();
        };
        let marked = self.marked_key();
        if marked.is_some() && marked != before {
            // A row that was marked meanwhile has to be found first.
            return self.reopen(Opened {
                view,
                rows: table.lines.rows(),
                seams: table.lines.seams().to_vec(),
                is_of: table.is_of,
                suspended: table.suspended,
            });
        }
        let mark = match self.mark {
            Some(Line::Seam(_)) if mark.is_none() => {
                self.marked_seam().and_then(|old| table.lines.followed(old))
            }
            _ => located.and_then(|found| found.mark).map(Line::Row),
        };
        let shown = &self.table;
        let has_other_rows =
            (shown.lines.rows(), &shown.is_of) != (table.lines.rows(), &table.is_of);
        self.table = table;
        if !self.is_around() {
            self.origin = None;
        }
        let mut effects = if mark.is_none() {
            self.unmark()
        } else {
            self.mark = mark;
            vec![Effect::Marked(self.marked())]
        };
        effects.extend(self.settle());
        effects.push(Effect::Shows(if has_other_rows {
            let from = self.stands_on();
            Shows::OtherRows { view, from }
        } else {
            Shows::Same(view)
        }));
        effects
    }
}
