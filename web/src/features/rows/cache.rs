//! The rows near the place a table stands, in pages.
//!
//! Takes what is in view, says which pages to ask for, takes the answers.
//! Memory: at most [`PAGES`] pages; those farthest from the view go first.
//! A page that could not be read says why and is asked for again when it comes into view anew.
//! One that lacks a field that is wanted now stays until it comes with it.

use std::sync::Arc;
use windrow_protocol::{ROWS_PER_PAGE, Row};

/// Pages kept.
pub const PAGES: usize = 24;

/// Pages asked for at once: a fast scroll does not queue up what is out of view by the time it comes.
const AT_ONCE: usize = 2;

/// Rows of a page.
const SIZE: u64 = ROWS_PER_PAGE as u64;

/// How a row is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Here.
    Row(Arc<Row>),
    /// Asked for, or about to be.
    Loading,
    /// Could not be read.
    Failed(Arc<str>),
}

/// A page of rows, or why it could not be read.
#[derive(Clone, Debug)]
struct Page {
    number: u64,
    rows: Result<Vec<Arc<Row>>, Arc<str>>,
}

/// Pages of one opened window.
#[derive(Clone, Debug, Default)]
pub struct RowCache {
    /// At most one of a number. They are few, so they are looked through.
    pages: Vec<Page>,
    asked: Vec<u64>,
    /// The fields that rows are wanted with.
    fields: Arc<[String]>,
}

impl Page {
    /// Whether its rows come with these fields.
    fn has(&self, fields: &[String]) -> bool {
        // All rows of a page were asked for at once.
        let Ok(Some(row)) = self.rows.as_ref().map(|rows| rows.first()) else {
            return true;
        };
        fields.iter().all(|name| row.field(name).is_some())
    }
}

impl RowCache {
    fn page(&self, number: u64) -> Option<&Page> {
        self.pages.iter().find(|page| page.number == number)
    }

    /// The row of a number.
    pub fn get(&self, row: u64) -> Known {
        match self.page(row / SIZE).map(|page| &page.rows) {
            None => Known::Loading,
            Some(Err(reason)) => Known::Failed(Arc::clone(reason)),
            Some(Ok(rows)) => usize::try_from(row % SIZE)
                .ok()
                .and_then(|at| rows.get(at))
                .map_or(Known::Loading, |row| Known::Row(Arc::clone(row))),
        }
    }

    /// Whether a page is here with all that is wanted, or it is known why it is not.
    fn has_page(&self, number: u64) -> bool {
        self.page(number).is_some_and(|page| page.has(&self.fields))
    }

    /// Whether every one of these rows is here, or it is known why it is not.
    pub fn has(&self, first: u64, count: u64) -> bool {
        count == 0 || (first / SIZE..=(first + count - 1) / SIZE).all(|page| self.has_page(page))
    }

    /// Rows are wanted with these fields from here on.
    pub fn want(&mut self, fields: Arc<[String]>) {
        self.fields = fields;
    }

    /// The fields that rows are wanted with.
    pub fn fields(&self) -> &Arc<[String]> {
        &self.fields
    }

    /// The pages to ask for now, with rows `first..first + drawn` of `rows` in view; they count as asked for from here on.
    pub fn wanted(&mut self, first: u64, drawn: u64, rows: u64) -> Vec<u64> {
        if rows == 0 || drawn == 0 {
            return Vec::new();
        }
        let last_page = (rows - 1) / SIZE;
        let (from, to) = (first / SIZE, ((first + drawn - 1) / SIZE).min(last_page));
        let near = [to + 1, from.saturating_sub(1)];
        let mut wanted = Vec::new();
        for page in (from..=to).chain(near) {
            if self.asked.len() >= AT_ONCE {
                break;
            }
            if page <= last_page && !self.has_page(page) && !self.asked.contains(&page) {
                self.asked.push(page);
                wanted.push(page);
            }
        }
        wanted
    }

    /// A page came, or did not. Forgets what is farthest from it beyond the limit.
    pub fn came(&mut self, page: u64, rows: Result<Vec<Row>, String>) {
        self.asked.retain(|asked| *asked != page);
        self.pages.retain(|held| held.number != page);
        self.pages.push(Page {
            number: page,
            rows: rows
                .map(|rows| rows.into_iter().map(Arc::new).collect())
                .map_err(Arc::from),
        });
        while self.pages.len() > PAGES {
            let held = self.pages.iter().enumerate();
            let Some((at, _)) = held.max_by_key(|(_, held)| held.number.abs_diff(page)) else {
                break;
            };
            self.pages.swap_remove(at);
        }
    }

    /// Forgets failures outside of what is in view, so that they are tried again.
    pub fn retry_outside(&mut self, first: u64, drawn: u64) {
        let in_view = first / SIZE..=(first + drawn) / SIZE;
        self.pages
            .retain(|page| page.rows.is_ok() || in_view.contains(&page.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::row;
    use windrow_protocol::RowField;

    fn rows(page: u64) -> Vec<Row> {
        let size = i64::from(ROWS_PER_PAGE);
        let first = page as i64 * size;
        (first..first + size).map(row).collect()
    }

    #[test]
    fn what_is_in_view_comes_before_what_is_near() {
        let mut cache = RowCache::default();
        assert_eq!(cache.wanted(390, 20, 10_000), [1, 2]);
        assert!(cache.wanted(390, 20, 10_000).is_empty());
        cache.came(1, Ok(rows(1)));
        assert_eq!(cache.wanted(390, 20, 10_000), [3]);
        assert!(matches!(cache.get(399), Known::Row(row) if row.ms == 399));
        assert_eq!(cache.get(400), Known::Loading);
    }

    #[test]
    fn a_page_without_a_field_that_is_wanted_stays_and_is_asked_for_again() {
        let mut cache = RowCache::default();
        assert_eq!(cache.wanted(0, 20, 200), [0]);
        cache.want(["user".to_owned()].into());
        // It was asked for before the field was wanted.
        cache.came(0, Ok(rows(0)));
        assert!(!cache.has(0, 20) && matches!(cache.get(5), Known::Row(_)));
        assert_eq!(cache.wanted(0, 20, 200), [0]);
        let user = RowField {
            name: "user".into(),
            value: None,
        };
        let with_field = |row: Row| Row {
            fields: vec![user.clone()],
            ..row
        };
        cache.came(0, Ok(rows(0).into_iter().map(with_field).collect()));
        assert!(cache.has(0, 20) && cache.wanted(0, 20, 200).is_empty());
        // What is wanted no more does no harm.
        cache.want([].into());
        assert!(cache.has(0, 20));
    }

    #[test]
    fn nothing_past_the_end_is_asked_for() {
        let mut cache = RowCache::default();
        assert_eq!(cache.wanted(0, 20, 15), [0]);
        assert!(RowCache::default().wanted(0, 0, 0).is_empty());
    }

    #[test]
    fn the_farthest_pages_are_forgotten() {
        let mut cache = RowCache::default();
        for page in 0..40 {
            cache.came(page, Ok(rows(page)));
        }
        assert_eq!(cache.pages.len(), PAGES);
        assert_eq!(cache.get(0), Known::Loading);
        assert!(matches!(cache.get(39 * 200), Known::Row(_)));
    }

    #[test]
    fn what_is_in_view_is_here_once_each_of_its_pages_came_or_failed() {
        let mut cache = RowCache::default();
        cache.came(1, Ok(rows(1)));
        assert!(cache.has(200, 200) && cache.has(5, 0));
        assert!(!cache.has(200, 201) && !cache.has(199, 1));
        cache.came(2, Err("damaged".into()));
        assert!(cache.has(200, 400));
    }

    #[test]
    fn a_page_that_failed_is_tried_again_once_out_of_view() {
        let mut cache = RowCache::default();
        cache.came(0, Err("damaged".into()));
        assert_eq!(cache.get(5), Known::Failed("damaged".into()));
        cache.retry_outside(0, 20);
        assert_eq!(cache.get(5), Known::Failed("damaged".into()));
        cache.retry_outside(5000, 20);
        assert_eq!(cache.get(5), Known::Loading);
    }
}
