//! Checks the rows of a page as they come in: order, bounds, duplicates.
//!
//! Takes the rows of a page, keeps those that belong to the slice until they are written.
//! Invariant: with an ascending source, everything before the newest timestamp received has been received.
//! Memory: the buffer, and the keys of the last [`RECENT_PAGES`] pages.
//!
//! A page whose keys rise strictly and lie inside costs one comparison a row; only another one is looked at row by row.

use std::collections::{HashSet, VecDeque};
use windrow_model::batch::EventRef;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::{Order, Profile, Refused};

/// How far back a duplicate is recognised. A source that repeats older events breaks its order, which is an error.
const RECENT_PAGES: usize = 4;

/// What tells one event from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Sequence(i64, i64),
    Id(String),
}

/// The rows of one slice that are received and not yet written.
#[derive(Debug)]
pub(crate) struct Validator {
    pub(crate) batch: EventBatch,
    slice: TimeRange,
    asked_first_ms: i64,
    asked_last_ms: i64,
    order: Order,
    newest: Option<(i64, i64)>,
    recent: VecDeque<Vec<Key>>,
    /// Distinct events inside what was asked for, guard milliseconds included: what the source's count is compared with.
    pub(crate) distinct: u64,
    pub(crate) duplicates: u64,
    /// Events outside even what was asked for.
    pub(crate) outside: u64,
    /// Distinct events that were too large for the source.
    refused: Vec<Refused>,
}

/// An event older than one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfOrder {
    pub(crate) at_ms: i64,
    pub(crate) after_ms: i64,
}

impl Validator {
    pub(crate) fn new(slice: TimeRange, profile: &Profile) -> Self {
        let (asked_first_ms, asked_last_ms) = profile.within(slice);
        Self {
            batch: EventBatch::new(),
            slice,
            asked_first_ms,
            asked_last_ms,
            order: profile.order,
            newest: None,
            recent: VecDeque::new(),
            distinct: 0,
            duplicates: 0,
            outside: 0,
            refused: Vec::new(),
        }
    }

    /// Every event that came.
    pub(crate) fn received(&self) -> u64 {
        self.distinct + self.duplicates + self.outside
    }

    pub(crate) fn slice(&self) -> TimeRange {
        self.slice
    }

    /// Everything of the slice before this millisecond has been received.
    pub(crate) fn received_until_ms(&self) -> i64 {
        match (self.order, self.newest) {
            (Order::Ascending, Some((ms, _))) => {
                ms.clamp(self.slice.start_ms(), self.slice.end_ms())
            }
            _ => self.slice.start_ms(),
        }
    }

    /// Counts an event that was too large and came without its row, before the rows of its page. Says whether it belongs to the slice.
    pub(crate) fn receive_refused(&mut self, event: &Refused) -> Result<bool, OutOfOrder> {
        let at_ms = event.timestamp_ms;
        if self.refused.contains(event) {
            self.duplicates += 1;
            return Ok(false);
        }
        if at_ms < self.asked_first_ms || at_ms > self.asked_last_ms {
            self.outside += 1;
            return Ok(false);
        }
        if let Some((after_ms, _)) = self.newest
            && at_ms < after_ms
            && self.order == Order::Ascending
        {
            return Err(OutOfOrder { at_ms, after_ms });
        }
        self.distinct += 1;
        self.refused.push(event.clone());
        Ok(self.slice.contains_ms(at_ms))
    }

    /// The events of the slice that were too large.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Refused> {
        let inside = |event: &&Refused| self.slice.contains_ms(event.timestamp_ms);
        self.refused.iter().filter(inside)
    }

    /// Appends the rows of a page and accepts them.
    pub(crate) fn receive(&mut self, page: &EventBatch) -> Result<(), OutOfOrder> {
        let first_new = self.batch.len();
        self.batch.append(page);
        self.accept(first_new)
    }

    /// Accepts the rows from `first_new` on: drops what does not belong, refuses what breaks the order.
    fn accept(&mut self, first_new: usize) -> Result<(), OutOfOrder> {
        if let Some(newest) = self.rising_inside(first_new) {
            self.distinct += (self.batch.len() - first_new) as u64;
            self.newest = Some(newest);
            let keys = self.keys_of(first_new);
            self.remember(keys);
            return Ok(());
        }
        self.accept_row_by_row(first_new)
    }

    /// The newest key, if all new rows have sequence numbers, lie inside the slice and rise strictly.
    fn rising_inside(&self, first_new: usize) -> Option<(i64, i64)> {
        if self.batch.sequence_numbers.validity().is_some() {
            return None;
        }
        let times = self.batch.timestamps.get(first_new..)?;
        let numbers = self.batch.sequence_numbers.values().get(first_new..)?;
        let mut last = self.newest.unwrap_or((i64::MIN, i64::MIN));
        for key in times.iter().copied().zip(numbers.iter().copied()) {
            if key <= last || !self.slice.contains_ms(key.0) {
                return None;
            }
            last = key;
        }
        (!times.is_empty()).then_some(last)
    }

    fn accept_row_by_row(&mut self, first_new: usize) -> Result<(), OutOfOrder> {
        let keys = self.keys_of(first_new);
        let before = self.batch.split_front(first_new);
        let page = std::mem::replace(&mut self.batch, before);
        let mut kept = Vec::with_capacity(page.len());
        {
            let mut seen: HashSet<Key> = self.recent.iter().flatten().cloned().collect();
            for row in 0..page.len() {
                let Some(event) = page.get(row) else { continue };
                if let Some(key) = key(&event)
                    && !seen.insert(key)
                {
                    self.duplicates += 1;
                    continue;
                }
                let at_ms = event.timestamp_ms;
                if at_ms < self.asked_first_ms || at_ms > self.asked_last_ms {
                    self.outside += 1;
                    continue;
                }
                let number = event.sequence_number.unwrap_or(i64::MIN);
                match self.newest {
                    Some((after_ms, _)) if at_ms < after_ms && self.order == Order::Ascending => {
                        return Err(OutOfOrder { at_ms, after_ms });
                    }
                    _ => self.newest = self.newest.max(Some((at_ms, number))),
                }
                self.distinct += 1;
                if self.slice.contains_ms(at_ms) {
                    kept.push(row);
                }
            }
        }
        self.batch.extend_from_rows(&page, kept);
        self.remember(keys);
        Ok(())
    }

    fn keys_of(&self, first_new: usize) -> Vec<Key> {
        (first_new..self.batch.len())
            .filter_map(|row| self.batch.get(row).as_ref().and_then(key))
            .collect()
    }

    fn remember(&mut self, keys: Vec<Key>) {
        if self.recent.len() == RECENT_PAGES {
            self.recent.pop_front();
        }
        self.recent.push_back(keys);
    }
}

fn key(event: &EventRef<'_>) -> Option<Key> {
    match (event.sequence_number, event.event_id) {
        (Some(number), _) => Some(Key::Sequence(event.timestamp_ms, number)),
        (None, Some(id)) => Some(Key::Id(id.to_owned())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_source::Bounds;

    fn validator(start_ms: i64, end_ms: i64) -> Validator {
        Validator::new(
            TimeRange::new(start_ms, end_ms).unwrap(),
            &Profile {
                source: "test".into(),
                order: Order::Ascending,
                bounds: Bounds::Unknown,
                page_limit: 500,
                requests_per_page: 1,
                documented_quota: None,
                max_event_bytes: 16 << 20,
                settle_ms: 0,
            },
        )
    }

    fn page(validator: &mut Validator, events: &[(i64, Option<i64>)]) -> Result<(), OutOfOrder> {
        let first_new = validator.batch.len();
        for (timestamp_ms, sequence_number) in events {
            validator.batch.push(EventRef {
                timestamp_ms: *timestamp_ms,
                sequence_number: *sequence_number,
                log_id: "log",
                message: "m",
                ..EventRef::default()
            });
        }
        validator.accept(first_new)
    }

    #[test]
    fn the_guard_milliseconds_are_counted_and_not_kept() {
        let mut validator = validator(10, 20);
        page(
            &mut validator,
            &[(9, Some(1)), (10, Some(2)), (19, Some(3)), (20, Some(4))],
        )
        .unwrap();
        assert_eq!(validator.batch.timestamps, [10, 19]);
        assert_eq!((validator.distinct, validator.outside), (4, 0));
        assert_eq!(validator.received_until_ms(), 20);
    }

    #[test]
    fn an_event_outside_what_was_asked_for_is_counted_apart() {
        let mut validator = validator(10, 20);
        page(
            &mut validator,
            &[(3, Some(1)), (12, Some(2)), (40, Some(3))],
        )
        .unwrap();
        assert_eq!(validator.batch.timestamps, [12]);
        assert_eq!((validator.distinct, validator.outside), (1, 2));
    }

    #[test]
    fn a_duplicate_across_pages_is_kept_once() {
        let mut validator = validator(0, 100);
        page(&mut validator, &[(1, Some(1)), (2, Some(2)), (2, Some(3))]).unwrap();
        page(
            &mut validator,
            &[(2, Some(2)), (2, Some(3)), (2, Some(4)), (3, Some(5))],
        )
        .unwrap();
        assert_eq!(validator.batch.sequence_numbers.values(), [1, 2, 3, 4, 5]);
        assert_eq!((validator.distinct, validator.duplicates), (5, 2));
    }

    #[test]
    fn a_duplicate_page_that_reaches_back_in_time_is_no_disorder() {
        let mut validator = validator(0, 100);
        page(&mut validator, &[(1, Some(1)), (2, Some(2)), (3, Some(3))]).unwrap();
        page(
            &mut validator,
            &[(1, Some(1)), (2, Some(2)), (3, Some(3)), (4, Some(4))],
        )
        .unwrap();
        assert_eq!(validator.batch.timestamps, [1, 2, 3, 4]);
    }

    #[test]
    fn going_back_in_time_is_refused() {
        let mut validator = validator(0, 100);
        page(&mut validator, &[(5, Some(1))]).unwrap();
        assert_eq!(
            page(&mut validator, &[(4, Some(2))]),
            Err(OutOfOrder {
                at_ms: 4,
                after_ms: 5
            })
        );
    }

    #[test]
    fn events_of_one_millisecond_may_come_in_any_order() {
        let mut validator = validator(0, 100);
        page(&mut validator, &[(5, Some(9)), (5, Some(3))]).unwrap();
        assert_eq!(validator.batch.len(), 2);
    }

    #[test]
    fn a_refused_event_is_counted_once_and_named_only_inside_the_slice() {
        let refused = |timestamp_ms| Refused {
            timestamp_ms,
            id: Some("7".into()),
            bytes: 1,
        };
        let mut validator = validator(10, 20);
        assert_eq!(validator.receive_refused(&refused(9)), Ok(false));
        assert_eq!(validator.receive_refused(&refused(12)), Ok(true));
        assert_eq!(validator.receive_refused(&refused(12)), Ok(false));
        assert_eq!(validator.receive_refused(&refused(40)), Ok(false));
        assert_eq!(
            (validator.distinct, validator.duplicates, validator.outside),
            (2, 1, 1)
        );
        assert_eq!(validator.refused().count(), 1);
        page(&mut validator, &[(15, Some(1))]).unwrap();
        let early = OutOfOrder {
            at_ms: 13,
            after_ms: 15,
        };
        assert_eq!(validator.receive_refused(&refused(13)), Err(early));
    }

    #[test]
    fn rows_without_any_id_are_never_dropped() {
        let mut validator = validator(0, 100);
        page(&mut validator, &[(5, None), (5, None)]).unwrap();
        page(&mut validator, &[(5, None)]).unwrap();
        assert_eq!((validator.batch.len(), validator.duplicates), (3, 0));
    }
}
