//! Sources of the other shapes (ADR 12), driven through the whole engine: keyset pagination, slices in and out of order, either rule for bounds.

use crate::fake_source::{FakeSource, Paging, numbered, unavailable};
use crate::support::{StillClock, dataset, range, request};
use futures_executor::block_on;
use std::cell::Cell;
use std::rc::Rc;
use windrow_engine::{CancellationToken, Mode, Ports, Receipt, Silent, ingest, open};
use windrow_model::settings::FlushSettings;
use windrow_source::{Bounds, Order};
use windrow_store::memory::MemoryStore;

/// Milliseconds of one slice.
const SLICE_MS: i64 = 20;

fn other(paging: Paging, times: impl IntoIterator<Item = i64>) -> FakeSource {
    let mut source = FakeSource::new(numbered(times));
    source.profile.bounds = Bounds::HalfOpen;
    source.profile.page_limit = 7;
    source.profile.settle_ms = 0;
    if let Paging::Slices { sorted: false, .. } = paging {
        source.profile.order = Order::Unordered;
    }
    source.paging = paging;
    source.has_numbers = false;
    source.includes.set((true, false));
    source
}

fn slices(sorted: bool) -> Paging {
    let ms = SLICE_MS;
    Paging::Slices { ms, sorted }
}

struct Cache {
    store: Rc<MemoryStore>,
    source: FakeSource,
    runs: Cell<u32>,
}

impl Cache {
    fn new(source: FakeSource) -> Self {
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
        block_on(ingest(ports, &request, &CancellationToken::new())).unwrap()
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
    let cache = Cache::new(other(Paging::Keyset(7), thirds()));
    let receipt = cache.fetch(0, 70);
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    assert!(receipt.duplicates_dropped > 10);
    assert_eq!(cache.times(0, 70), thirds());
    assert_eq!(cache.fetch(10, 60).requests, 0);
}

#[test]
fn a_key_with_overlap_that_fails_keeps_what_is_proven_and_goes_on_there() {
    let cache = Cache::new(other(Paging::Keyset(7), thirds()));
    cache.source.fail_page_from_now(9, unavailable());
    let receipt = cache.fetch(0, 70);
    let kept = receipt.kept_ranges.last().unwrap().end_ms();
    assert!((10..60).contains(&kept), "{kept}");
    cache.source.take_asked();
    assert!(cache.fetch(0, 70).is_complete());
    let first = cache.source.take_asked().swap_remove(0);
    assert_eq!(first, format!("count {}", range(kept, 70)));
    assert_eq!(cache.times(0, 70), thirds());
}

#[test]
fn unordered_slices_are_claimed_whole_or_not_at_all() {
    let cache = Cache::new(other(slices(false), shuffled()));
    cache.source.fail_page_from_now(2, unavailable());
    let receipt = cache.fetch(0, 70);
    assert!(receipt.kept_ranges.is_empty());
    assert_eq!(receipt.failed_ranges, [range(0, 70)]);
    let receipt = cache.fetch(0, 70);
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    assert_eq!(cache.times(0, 70), thirds());
}

#[test]
fn sorted_slices_are_claimed_as_they_come() {
    let cache = Cache::new(other(slices(true), shuffled()));
    cache.source.fail_page_from_now(2, unavailable());
    let receipt = cache.fetch(0, 70);
    assert!(!receipt.kept_ranges.is_empty());
    assert!(receipt.failed_ranges[0].start_ms() > 0);
    assert!(cache.fetch(0, 70).is_complete());
    assert_eq!(cache.times(0, 70), thirds());
}

#[test]
fn either_bound_rule_gives_the_same_rows_whatever_the_source_includes() {
    let times: Vec<i64> = (1..400).map(|at| at * 25).collect();
    let documented = [(Bounds::HalfOpen, (true, false))];
    let unknown = [(true, true), (true, false), (false, true), (false, false)];
    let unknown = unknown.map(|includes| (Bounds::Unknown, includes));
    for (bounds, includes) in documented.into_iter().chain(unknown) {
        let mut source = other(Paging::Keyset(times.len()), times.clone());
        source.profile.bounds = bounds;
        source.includes.set(includes);
        let cache = Cache::new(source);
        let told = format!("{bounds:?} {includes:?}");
        for (start, end) in [(2_525, 4_000), (4_000, 7_001), (0, 2_525), (7_001, 10_000)] {
            let receipt = cache.fetch(start, end);
            assert!(receipt.is_complete(), "{told}: {:?}", receipt.failures);
            assert_eq!(receipt.outside_dropped, 0, "{told}");
        }
        assert_eq!(cache.times(0, 10_000), times, "{told}");
    }
}
