//! Sources of the other shapes (ADR 12), driven through the whole engine: a key with overlap, slices in and out of order, either rule for bounds.

use crate::support::{StillClock, dataset, range, request};
use futures_executor::block_on;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use windrow_engine::{Cancel, Mode, Ports, Receipt, Silent, ingest, open};
use windrow_model::batch::EventRef;
use windrow_model::settings::FlushSettings;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::*;
use windrow_store::memory::MemoryStore;

/// How a source pages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// From the last time on, which is given once more.
    Keyset,
    /// One stretch of time a page, as it comes.
    Slices,
    /// The same, sorted by the source.
    SortedSlices,
}

/// Milliseconds of one slice.
const SLICE_MS: i64 = 20;
struct Other {
    profile: Profile,
    shape: Shape,
    /// Events of one keyset page.
    limit: usize,
    /// Times in milliseconds, and ids; in the order in which the source gives them.
    events: Vec<(i64, String)>,
    /// Whether events on the lower and on the upper bound of a request are given.
    includes: (bool, bool),
    asked: RefCell<Vec<(i64, i64)>>,
    /// Fails this page, counted from 0 over all runs.
    fail_page: Cell<Option<usize>>,
    pages: Cell<usize>,
}

impl Other {
    fn new(shape: Shape, times: impl IntoIterator<Item = i64>) -> Self {
        let order = if shape == Shape::Slices {
            Order::Unordered
        } else {
            Order::Ascending
        };
        let events = times.into_iter().enumerate();
        Self {
            profile: Profile {
                source: dataset().source().to_owned(),
                order,
                bounds: Bounds::HalfOpen,
                page_limit: 7,
                settle_ms: 0,
            },
            shape,
            limit: 7,
            events: events.map(|(at, ms)| (ms, format!("id-{at}"))).collect(),
            includes: (true, false),
            asked: RefCell::default(),
            fail_page: Cell::new(None),
            pages: Cell::new(0),
        }
    }

    /// What the source itself finds between two bounds.
    fn found(&self, (from, to): (i64, i64)) -> Vec<(i64, &str)> {
        let (lower, upper) = self.includes;
        let within =
            |ms: i64| (from < ms && ms < to) || (lower && ms == from) || (upper && ms == to);
        let events = self.events.iter().filter(|(ms, _)| within(*ms));
        events.map(|(ms, id)| (*ms, id.as_str())).collect()
    }

    fn ask(&self, range: TimeRange) -> Vec<(i64, &str)> {
        let asked = self.profile.asked(range);
        self.asked.borrow_mut().push(asked);
        self.found(asked)
    }
}

impl LogSource for Other {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn requests(&self) -> u64 {
        self.pages.get() as u64
    }

    async fn logs(&self, _: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        Ok(Vec::new())
    }

    async fn count(&self, slice: &SliceRequest, _: &dyn Fn(Notice)) -> Result<Count, SourceError> {
        Ok(Count {
            events: self.ask(slice.range).len() as u64,
            server_ms: Some(1_000_000),
            requests: 1,
            beyond_retention: false,
        })
    }

    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError> {
        let (start, end) = (slice.range.start_ms(), slice.range.end_ms());
        Ok(Cursor(format!("{start} {end} {start}")))
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        _: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        let page = self.pages.replace(self.pages.get() + 1);
        if self.fail_page.get() == Some(page) {
            return Err(crate::support::unavailable());
        }
        let numbers: Vec<i64> = cursor.0.split(' ').map(|n| n.parse().unwrap()).collect();
        let (start, end, from) = (numbers[0], numbers[1], numbers[2]);
        let next = |from: i64| Verdict::More(Cursor(format!("{start} {end} {from}")));
        let (found, verdict) = if self.shape == Shape::Keyset {
            let mut all = self.ask(range(from, end));
            let more = all.len() > self.limit;
            all.truncate(self.limit);
            let last = all.last().map_or(end, |(ms, _)| *ms);
            assert!(!more || last > from, "a page of one time leads nowhere");
            (all, if more { next(last) } else { Verdict::Complete })
        } else {
            let to = (from + SLICE_MS).min(end);
            let mut slice = self.ask(range(from, to));
            if self.shape == Shape::SortedSlices {
                slice.sort_unstable();
            }
            (
                slice,
                if to < end {
                    next(to)
                } else {
                    Verdict::Complete
                },
            )
        };
        for (timestamp_ms, id) in &found {
            into.push(EventRef {
                timestamp_ms: *timestamp_ms,
                event_id: Some(id),
                log_id: "log",
                message: id,
                ..EventRef::default()
            });
        }
        Ok(Page {
            received: found.len() as u64,
            refused: Vec::new(),
            verdict,
            beyond_retention: false,
            server_ms: Some(1_000_000),
            requests: 1,
            bytes: 1,
        })
    }
}

struct Desk {
    store: Rc<MemoryStore>,
    source: Other,
    runs: Cell<u32>,
}

impl Desk {
    fn new(source: Other) -> Self {
        Self {
            store: Rc::new(MemoryStore::new()),
            source,
            runs: Cell::new(0),
        }
    }

    fn fetch(&self, from: i64, to: i64) -> Receipt {
        self.runs.set(self.runs.get() + 1);
        let flush = FlushSettings {
            rows: 15,
            ..FlushSettings::default()
        };
        let request = request(self.runs.get(), range(from, to), Mode::Normal, flush);
        let clock = StillClock::default();
        let ports = Ports {
            store: &self.store,
            source: &self.source,
            clock: &clock,
            observer: &Silent,
        };
        block_on(ingest(ports, &request, &Cancel::new())).unwrap()
    }

    fn times(&self, from: i64, to: i64) -> Vec<i64> {
        let opened = block_on(open(Rc::clone(&self.store), &dataset(), range(from, to))).unwrap();
        block_on(opened.rows(0, usize::MAX))
            .unwrap()
            .events
            .timestamps
    }
}

/// Three events a millisecond or none, so that pages end inside and between.
fn thirds() -> Vec<i64> {
    (0..100).map(|at| at / 3 * 2).collect()
}

/// The same, each stretch of time turned around.
fn shuffled() -> Vec<i64> {
    let mut times = thirds();
    times.reverse();
    times
}

#[test]
fn a_key_with_overlap_gives_every_event_once() {
    let desk = Desk::new(Other::new(Shape::Keyset, thirds()));
    let receipt = desk.fetch(0, 70);
    assert!(receipt.is_ok(), "{:?}", receipt.failures);
    assert!(receipt.duplicates_dropped > 10);
    assert_eq!(desk.times(0, 70), thirds());
    assert_eq!(desk.fetch(10, 60).requests, 0);
}

#[test]
fn a_key_with_overlap_that_fails_keeps_what_is_proven_and_goes_on_there() {
    let desk = Desk::new(Other::new(Shape::Keyset, thirds()));
    desk.source.fail_page.set(Some(9));
    let receipt = desk.fetch(0, 70);
    let kept = receipt.kept_ranges.last().unwrap().end_ms();
    assert!((10..60).contains(&kept), "{kept}");
    desk.source.asked.borrow_mut().clear();
    assert!(desk.fetch(0, 70).is_ok());
    let first = desk.source.asked.borrow()[0];
    assert_eq!(first.0, kept);
    assert_eq!(desk.times(0, 70), thirds());
}

#[test]
fn unordered_slices_are_claimed_whole_or_not_at_all() {
    let desk = Desk::new(Other::new(Shape::Slices, shuffled()));
    desk.source.fail_page.set(Some(2));
    let receipt = desk.fetch(0, 70);
    assert!(receipt.kept_ranges.is_empty());
    assert_eq!(receipt.failed_ranges, [range(0, 70)]);
    let receipt = desk.fetch(0, 70);
    assert!(receipt.is_ok(), "{:?}", receipt.failures);
    assert_eq!(desk.times(0, 70), thirds());
}

#[test]
fn sorted_slices_are_claimed_as_they_come() {
    let desk = Desk::new(Other::new(Shape::SortedSlices, shuffled()));
    desk.source.fail_page.set(Some(2));
    let receipt = desk.fetch(0, 70);
    assert!(!receipt.kept_ranges.is_empty());
    assert!(receipt.failed_ranges[0].start_ms() > 0);
    assert!(desk.fetch(0, 70).is_ok());
    assert_eq!(desk.times(0, 70), thirds());
}

#[test]
fn either_bound_rule_gives_the_same_rows_whatever_the_source_includes() {
    let times: Vec<i64> = (1..400).map(|at| at * 25).collect();
    let documented = [(Bounds::HalfOpen, (true, false))];
    let unknown = [(true, true), (true, false), (false, true), (false, false)];
    let unknown = unknown.map(|includes| (Bounds::Unknown, includes));
    for (bounds, includes) in documented.into_iter().chain(unknown) {
        let mut source = Other::new(Shape::Keyset, times.clone());
        source.profile.bounds = bounds;
        source.includes = includes;
        source.limit = times.len();
        let desk = Desk::new(source);
        let told = format!("{bounds:?} {includes:?}");
        for (start, end) in [(2_525, 4_000), (4_000, 7_001), (0, 2_525), (7_001, 10_000)] {
            let receipt = desk.fetch(start, end);
            assert!(receipt.is_ok(), "{told}: {:?}", receipt.failures);
            assert_eq!(receipt.outside_dropped, 0, "{told}");
        }
        assert_eq!(desk.times(0, 10_000), times, "{told}");
    }
}
