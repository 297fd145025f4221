//! What moves the table: scrolls, keys, marks, and the pages that come for it.
//!
//! The element that scrolls follows the state only when nothing moves, so a wheel is never interrupted.

use super::browser;
use super::page::Page;
use super::shown::Asked;
use crate::platform::task;
use crate::protocol::{FailKind, Failed, ROWS_PER_PAGE, ReadRow, ReadRows, Row, ViewId};
use crate::state::cache::Known;
use crate::state::scroll::Scroll;
use leptos::prelude::*;
use std::sync::Arc;

/// The id of the element that scrolls.
pub(crate) const SCROLLER: &str = "rows-scroller";

/// The id of the element that takes the keys.
pub(crate) const GRID: &str = "rows-grid";

/// How long nothing must move before element and state are made to agree.
const SETTLE_MS: u64 = 180;

/// Pages a screen asks for in one go.
fn size() -> u64 {
    u64::from(ROWS_PER_PAGE)
}

impl Page {
    /// Asks for the pages that are in view and not here.
    pub(super) fn fill_table(self) {
        let mut wanted = None;
        self.table.update_untracked(|table| wanted = table.wanted());
        let Some((view, pages)) = wanted else {
            return;
        };
        for page in pages {
            let request = ReadRows {
                view,
                first: page * size(),
                limit: ROWS_PER_PAGE,
            };
            let reply = self.ask(request);
            task::spawn(async move {
                let rows = match reply.await {
                    Ok(page) => Ok(page.rows),
                    // Another worker or another look takes over and asks anew.
                    Err(failed) if self.is_outdated(view, &failed) => return,
                    Err(failed) => {
                        if failed.damaged.is_some() {
                            Err("its part is damaged; fetch it again".to_owned())
                        } else {
                            Err(failed.message)
                        }
                    }
                };
                self.table.update(|table| table.came(view, page, rows));
                self.fill_table();
            });
        }
    }

    /// Whether a failure means that the opened window is one no more. Then it is opened again, once: the next has another name.
    pub(super) fn is_outdated(self, view: ViewId, failed: &Failed) -> bool {
        let is_shown = self.table.with_untracked(|table| table.view()) == Some(view);
        match failed.kind {
            FailKind::Gone if is_shown => self.show_failure(failed),
            FailKind::Gone | FailKind::Reopen => {}
            _ => return false,
        }
        if is_shown {
            task::spawn(async move {
                self.look_again().await;
                self.follow_detail();
            });
        }
        true
    }

    /// The element was scrolled by a person, or followed the state.
    pub(super) fn scrolled(self, top_px: f64) {
        let before = self.table.with_untracked(|table| table.scroll());
        let after = before.scrolled(top_px);
        if after == before {
            return;
        }
        self.table.update(|table| table.move_to(after));
        self.fill_table();
        task::later(SETTLE_MS, move || {
            if self.table.with_untracked(|table| table.scroll()) == after {
                self.agree();
            }
        });
    }

    /// The element has another height.
    pub(super) fn resized(self, view_px: f64) {
        let before = self.table.with_untracked(|table| table.scroll());
        if (before.view_px() - view_px).abs() < 0.5 {
            return;
        }
        self.table
            .update(|table| table.move_to(before.with_view(view_px)));
        self.fill_table();
        self.agree();
    }

    /// Moves by decision, not by scrolling.
    fn move_table(self, change: impl FnOnce(Scroll) -> Scroll) {
        self.table
            .update(|table| table.move_to(change(table.scroll())));
        self.fill_table();
        self.agree();
    }

    /// Scrolls the element to where the state says it is.
    pub(super) fn agree(self) {
        let scroll = self.table.with_untracked(|table| table.scroll());
        if let (Some(top_px), Some(element)) = (scroll.settle(), browser::element(SCROLLER)) {
            element.set_scroll_top(top_px as i32);
            let top_px = f64::from(element.scroll_top());
            self.table
                .update_untracked(|table| table.move_to(scroll.with_top(top_px)));
        }
    }

    /// Marks a row and brings it into view, some way down.
    pub(super) fn mark(self, row: u64) {
        self.row.set(Some(row));
        self.move_table(|scroll| scroll.centred(row));
        self.follow_detail();
    }

    /// Moves the mark by rows.
    pub(super) fn step_row(self, rows: i64) {
        let scroll = self.table.with_untracked(|table| table.scroll());
        if scroll.rows() == 0 {
            return;
        }
        let row = match self.row.get_untracked() {
            Some(row) => row.saturating_add_signed(rows).min(scroll.rows() - 1),
            None => scroll.first(),
        };
        self.row.set(Some(row));
        self.move_table(|scroll| scroll.revealing(row));
        self.follow_detail();
    }

    /// Moves the mark to an end.
    pub(super) fn end_row(self, last: bool) {
        let rows = self.table.with_untracked(|table| table.scroll().rows());
        if rows > 0 {
            let row = if last { rows - 1 } else { 0 };
            self.row.set(Some(row));
            self.move_table(|scroll| scroll.revealing(row));
            self.follow_detail();
        }
    }

    fn follow_detail(self) {
        if !matches!(self.detail.get_untracked(), Asked::No) {
            self.open_detail();
        }
    }

    /// Shows the whole of the marked row.
    pub(super) fn open_detail(self) {
        let view = self.table.with_untracked(|table| table.view());
        let (Some(row), Some(view)) = (self.row.get_untracked(), view) else {
            return;
        };
        let at_hand = self.table.with_untracked(|table| match table.get(row) {
            Known::Row(held) if !held.is_cut() => Some(Arc::new(held.clone())),
            _ => None,
        });
        if let Some(held) = at_hand {
            self.detail.set(Asked::Here(held));
            return;
        }
        if matches!(self.detail.get_untracked(), Asked::No) {
            self.detail.set(Asked::Asking);
        }
        let reply = self.ask(ReadRow { view, row });
        let here = untrack(|| self.here());
        task::spawn(async move {
            let reply = reply.await;
            let is_same = match (&here, untrack(|| self.here())) {
                (Some(here), Some(now)) => now.is_window_of(here),
                _ => false,
            };
            let is_wanted = is_same
                && self.row.get_untracked() == Some(row)
                && !matches!(self.detail.get_untracked(), Asked::No);
            match (is_wanted, reply) {
                (true, Ok(held)) => self.detail.set(Asked::Here(Arc::new(held))),
                (true, Err(failed)) if !self.is_outdated(view, &failed) => {
                    self.detail.set(Asked::Failed(failed));
                }
                _ => {}
            }
        });
    }

    /// The marked row, with what is known of it.
    pub(super) fn marked(self) -> Option<(u64, Option<Row>)> {
        let row = self.row.get_untracked()?;
        let known = self.table.with_untracked(|table| match table.get(row) {
            Known::Row(held) => Some(held.clone()),
            _ => None,
        });
        Some((row, known))
    }

    /// The window has other rows now: the mark and its detail stay where `marked` still is, and else go.
    pub(super) fn keep_mark(self, (row, known): (u64, Option<Row>)) {
        let view = self.table.with_untracked(|table| table.view());
        task::spawn(async move {
            let reply = match view {
                Some(view) => Some((view, self.ask(ReadRow { view, row }).await)),
                None => None,
            };
            if self.row.get_untracked() != Some(row) {
                return;
            }
            let is_open = !matches!(self.detail.get_untracked(), Asked::No);
            match (reply, known) {
                (Some((_, Ok(held))), Some(known)) if known.is_start_of(&held) => {
                    if is_open {
                        self.detail.set(Asked::Here(Arc::new(held)));
                    }
                }
                (Some((view, Err(failed))), _) if !self.is_outdated(view, &failed) => {
                    if is_open {
                        self.detail.set(Asked::Failed(failed));
                    }
                }
                _ => {
                    browser::keep_focus(GRID);
                    self.row.set(None);
                    self.detail.set(Asked::No);
                }
            }
        });
    }

    /// Closes the detail and gives the keyboard back to the table.
    pub(super) fn close_detail(self) {
        if !matches!(self.detail.get_untracked(), Asked::No) {
            self.detail.set(Asked::No);
            self.focus_rows();
        }
    }

    /// Gives the keyboard to the table.
    pub(super) fn focus_rows(self) {
        if let Some(element) = browser::element(GRID) {
            // It may be hidden behind another panel.
            let _ = element.focus();
        }
    }
}
