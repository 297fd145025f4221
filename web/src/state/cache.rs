//! The rows near the place a table stands, in pages.
//!
//! Takes what is in view, says which pages to ask for, takes the answers.
//! Memory: at most [`PAGES`] pages; those farthest from the view go first.
//! A page that could not be read says why and is asked for again when it comes into view anew.

use crate::protocol::{ROWS_PER_PAGE, Row};
use std::collections::BTreeMap;

/// Pages kept.
pub const PAGES: usize = 24;

/// Pages asked for at once: a fast scroll does not queue up what is out of view by the time it comes.
const AT_ONCE: usize = 2;

/// How a row is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// Here.
    Row(&'a Row),
    /// Asked for, or about to be.
    Loading,
    /// Could not be read.
    Failed(&'a str),
}

/// Pages of one opened window.
#[derive(Clone, Debug, Default)]
pub struct RowCache {
    pages: BTreeMap<u64, Result<Vec<Row>, String>>,
    /// Rows of the window as it was before, shown until the new ones come.
    before: BTreeMap<u64, Result<Vec<Row>, String>>,
    asked: Vec<u64>,
}

impl RowCache {
    /// The row of a number.
    pub fn get(&self, row: u64) -> Known<'_> {
        let size = u64::from(ROWS_PER_PAGE);
        let page = row / size;
        match self.pages.get(&page).or_else(|| self.before.get(&page)) {
            None => Known::Loading,
            Some(Err(reason)) => Known::Failed(reason),
            Some(Ok(rows)) => usize::try_from(row % size)
                .ok()
                .and_then(|at| rows.get(at))
                .map_or(Known::Loading, Known::Row),
        }
    }

    /// The same window was opened anew: nothing held counts any more, but it is shown until its successor comes.
    pub fn renew(&mut self) {
        self.asked.clear();
        self.before = std::mem::take(&mut self.pages);
    }

    /// The pages to ask for now, with rows `first..first + drawn` of `rows` in view; they count as asked for from here on.
    pub fn wanted(&mut self, first: u64, drawn: u64, rows: u64) -> Vec<u64> {
        if rows == 0 || drawn == 0 {
            return Vec::new();
        }
        let size = u64::from(ROWS_PER_PAGE);
        let last_page = (rows - 1) / size;
        let (from, to) = (first / size, ((first + drawn - 1) / size).min(last_page));
        let near = [to + 1, from.saturating_sub(1)];
        let mut wanted = Vec::new();
        for page in (from..=to).chain(near) {
            if self.asked.len() >= AT_ONCE {
                break;
            }
            if page <= last_page && !self.pages.contains_key(&page) && !self.asked.contains(&page) {
                self.asked.push(page);
                wanted.push(page);
            }
        }
        wanted
    }

    /// A page came, or did not. Forgets what is farthest from it beyond the limit.
    pub fn came(&mut self, page: u64, rows: Result<Vec<Row>, String>) {
        self.asked.retain(|asked| *asked != page);
        self.pages.insert(page, rows);
        self.before.remove(&page);
        while self.pages.len() > PAGES {
            let farthest = self
                .pages
                .keys()
                .copied()
                .max_by_key(|held| held.abs_diff(page));
            match farthest {
                Some(farthest) => self.pages.remove(&farthest),
                None => break,
            };
        }
    }

    /// Forgets failures outside of what is in view, so that they are tried again.
    pub fn retry_outside(&mut self, first: u64, drawn: u64) {
        let size = u64::from(ROWS_PER_PAGE);
        let in_view = first / size..=(first + drawn) / size;
        self.pages
            .retain(|page, rows| rows.is_ok() || in_view.contains(page));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(page: u64) -> Vec<Row> {
        (0..u64::from(ROWS_PER_PAGE))
            .map(|at| Row {
                ms: (page * 200 + at) as i64,
                id: None,
                message: String::new(),
                message_bytes: 0,
                labels: Vec::new(),
                extra: None,
                provisional: false,
            })
            .collect()
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
    fn rows_stay_in_view_until_their_successors_come() {
        let mut cache = RowCache::default();
        cache.came(0, Ok(rows(0)));
        cache.renew();
        assert!(matches!(cache.get(3), Known::Row(_)));
        assert_eq!(cache.wanted(0, 20, 200), [0]);
        cache.came(0, Ok(rows(7)));
        assert!(matches!(cache.get(3), Known::Row(row) if row.ms == 1403));
    }

    #[test]
    fn a_page_that_failed_is_tried_again_once_out_of_view() {
        let mut cache = RowCache::default();
        cache.came(0, Err("damaged".into()));
        assert_eq!(cache.get(5), Known::Failed("damaged"));
        cache.retry_outside(0, 20);
        assert_eq!(cache.get(5), Known::Failed("damaged"));
        cache.retry_outside(5000, 20);
        assert_eq!(cache.get(5), Known::Loading);
    }
}
