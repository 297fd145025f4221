//! Several ranges under way at once: gaps, and slices of a long gap.

use crate::fake_source::{FakeSource, unavailable};
use crate::support::{TestEngine, range};
use std::cell::RefCell;
use windrow_engine::{
    CancellationToken, ErrorKind, IngestRequest, Mode, Observe, Ports, Progress, Receipt, ingest,
};
use windrow_model::event::{Event, RunEvent};
use windrow_model::{Coverage, TimeRange};
use windrow_source::SourceError;

/// A hundred events, one a millisecond, that count as a hundred pages: four slices of 25 ms.
fn engine() -> TestEngine {
    let mut engine = TestEngine::new(0..100);
    engine.source.profile.page_limit = 1;
    engine.source.yields.set(true);
    engine.flush.parallel = 4;
    engine
}

fn slices() -> [TimeRange; 4] {
    [range(0, 25), range(25, 50), range(50, 75), range(75, 100)]
}

fn kept_and_failed(receipt: &Receipt) -> (Coverage, Coverage) {
    (
        receipt.kept_ranges.iter().copied().collect(),
        receipt.failed_ranges.iter().copied().collect(),
    )
}

#[test]
fn a_long_gap_is_cut_into_slices_with_a_segment_each() {
    let engine = engine();
    let receipt = engine.fetch(0, 100);
    assert!(receipt.is_complete());
    assert_eq!(receipt.kept_ranges, slices());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    for slice in slices() {
        let dir = format!("from={}/to={}/", slice.start_ms(), slice.end_ms());
        assert!(
            engine.paths().iter().any(|path| path.contains(&dir)),
            "{dir}"
        );
    }
    engine.source.take_asked();
    assert_eq!(engine.fetch(0, 100).requests, 0);
    assert!(engine.source.take_asked().is_empty());
}

#[test]
fn slices_are_under_way_at_once() {
    let engine = engine();
    engine.fetch(0, 100);
    let asked = engine.source.take_asked();
    // The gap is counted, then every slice, before any slice gets its second page.
    assert_eq!(asked[0], "count 0..100");
    let firsts: Vec<_> = asked.iter().filter(|asked| asked.ends_with(" 0")).collect();
    let second = asked.iter().position(|asked| asked.ends_with(" 10"));
    let last_first = asked.iter().rposition(|asked| asked.ends_with(" 0"));
    assert_eq!(firsts.len(), 4, "{asked:?}");
    assert!(last_first < second, "{asked:?}");
}

#[test]
fn no_more_requests_are_under_way_than_ranges_may_be() {
    for parallel in 1..=3 {
        let mut engine = engine();
        engine.source.yields.set(true);
        for at in (5..95).step_by(15) {
            engine.fetch(at, at + 2);
        }
        engine.flush.parallel = parallel;
        engine.source.under_way.set((0, 0));
        let receipt = engine.fetch(0, 100);
        assert!(receipt.is_complete() && receipt.cache_missing_ranges.len() == 7);
        assert_eq!(engine.source.under_way.get(), (0, parallel));
    }
}

#[test]
fn a_failed_slice_does_not_stop_the_others() {
    let engine = engine();
    // The first four pages are the first of each slice.
    engine.source.fail_page_from_now(1, unavailable());
    let receipt = engine.fetch(0, 100);
    assert!(!receipt.is_complete());
    assert_eq!(receipt.failed_ranges, [range(25, 50)]);
    assert_eq!(
        receipt.kept_ranges,
        [range(0, 25), range(50, 75), range(75, 100)]
    );
    assert_eq!(receipt.failures[0].kind, ErrorKind::Retry);
    let rest = engine.fetch(0, 100);
    assert_eq!(rest.cache_missing_ranges, [range(25, 50)]);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_slice_whose_count_disagrees_loses_its_own_parts_only() {
    let mut engine = engine();
    engine.flush.rows = 4;
    // From the end: the gap, the four slices, and the second slice's second try.
    *engine.source.count_lies.borrow_mut() = vec![1, 0, 0, 1, 0, 0];
    let receipt = engine.fetch(0, 100);
    assert_eq!(receipt.failed_ranges, [range(25, 50)]);
    let held: Coverage = engine
        .parts()
        .into_iter()
        .map(|(start, end, _)| range(start, end))
        .collect();
    assert_eq!(held.ranges(), [range(0, 25), range(50, 100)]);
    assert!(engine.fetch(0, 100).is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_key_refused_on_the_way_stops_all_slices_and_keeps_what_is_proven() {
    let engine = engine();
    // After a page of each slice.
    engine.source.fail_page_from_now(5, unauthorised());
    let receipt = engine.fetch(0, 100);
    assert!(!receipt.is_complete() && !receipt.cancelled);
    let (kept, failed) = kept_and_failed(&receipt);
    assert_eq!(failed.ranges().len(), 4, "every slice has something left");
    assert_eq!(kept.union(&failed).ranges(), [range(0, 100)]);
    assert!(kept.gaps(range(0, 100)).duration_ms() == failed.duration_ms());
    let all_sign_in = |receipt: &Receipt| {
        let mut failures = receipt.failures.iter();
        failures.all(|failure| failure.kind == ErrorKind::SignIn)
    };
    assert!(all_sign_in(&receipt));
    let rest = engine.fetch(0, 100);
    assert_eq!(rest.cache_missing_ranges, failed.ranges());
    assert!(rest.is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_cancelled_run_keeps_what_every_slice_has_proven() {
    let engine = engine();
    let cancel = CancellationToken::new();
    engine.source.cancel.replace(cancel.clone());
    engine.source.cancel_page_from_now(6);
    let receipt = engine.run_under(0, 100, Mode::Normal, &cancel).unwrap();
    assert!(receipt.cancelled && receipt.failures.is_empty());
    assert_eq!(receipt.kept_ranges.len(), 4);
    for kept in &receipt.kept_ranges {
        let (start, end) = (kept.start_ms(), kept.end_ms());
        assert_eq!(engine.times(start, end), (start..end).collect::<Vec<_>>());
    }
    assert!(engine.fetch(0, 100).is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn buffers_share_one_threshold() {
    let mut engine = engine();
    engine.flush.rows = 40;
    engine.fetch(0, 100);
    // A quarter of the threshold each, and the page that reached it.
    let most = engine.parts().into_iter().map(|(_, _, rows)| rows).max();
    assert!(most.unwrap() <= 20, "{:?}", engine.parts());
}

#[test]
fn a_buffer_keeps_its_share_when_the_others_have_ended() {
    // Cut by time, so that nearly all is in the last slice.
    let mut engine = TestEngine::new(
        [0, 25, 50]
            .into_iter()
            .chain((75..100).flat_map(|ms| [ms; 8])),
    );
    engine.source.profile.page_limit = 1;
    engine.source.yields.set(true);
    engine.flush.parallel = 4;
    engine.flush.rows = 40;
    assert_eq!(engine.fetch(0, 100).kept_ranges, slices());
    let most = engine.parts().into_iter().map(|(_, _, rows)| rows).max();
    assert!(most.unwrap() <= 20, "{:?}", engine.parts());
}

/// Three gaps around two ranges that are held.
fn three_gaps() -> TestEngine {
    let mut engine = TestEngine::new(0..100);
    engine.source.yields.set(true);
    engine.flush.parallel = 2;
    engine.fetch(20, 30);
    engine.fetch(60, 70);
    engine.source.take_asked();
    engine.recorder.0.take();
    engine
}

fn unauthorised() -> SourceError {
    SourceError::Unauthorised {
        host: "api.example".into(),
        status: 401,
    }
}

#[test]
fn every_gap_is_counted_once_and_the_whole_priced_before_the_first_page() {
    let engine = three_gaps();
    let receipt = engine.fetch(0, 100);
    let asked = engine.source.take_asked();
    assert_eq!(
        asked[..3],
        ["count 0..20", "count 30..60", "count 70..100"],
        "{asked:?}"
    );
    assert!(asked[3..].iter().all(|asked| asked.starts_with("page ")));
    let told = engine.event_names();
    let first = |name| told.iter().position(|told| told == name);
    assert!(
        first("fetch_priced") < first("fetch_subrange_start"),
        "{told:?}"
    );
    let recorded = engine.recorder.0.take();
    let prices = recorded.into_iter().filter_map(|event| match event.event {
        RunEvent::FetchPriced {
            ranges, expected, ..
        } => Some((ranges, expected)),
        _ => None,
    });
    let expected = receipt.expected;
    assert_eq!(prices.collect::<Vec<_>>(), [(3, expected)]);
    // With the guard milliseconds on both sides of what is held.
    assert_eq!((expected.events, receipt.events_received), (84, 84));
}

#[test]
fn the_price_of_a_gap_that_is_cut_is_told_once_for_all_of_its_slices() {
    let engine = engine();
    engine.fetch(0, 100);
    let told = engine.event_names();
    assert_eq!(
        told.iter().filter(|told| *told == "fetch_priced").count(),
        1
    );
    let asked = engine.source.take_asked();
    assert_eq!(
        asked
            .iter()
            .filter(|asked| *asked == "count 0..100")
            .count(),
        1
    );
}

#[test]
fn a_gap_that_cannot_be_counted_fails_alone() {
    let engine = three_gaps();
    *engine.source.fail_count.borrow_mut() = Some((30, unavailable()));
    let receipt = engine.fetch(0, 100);
    assert_eq!(receipt.failed_ranges, [range(30, 60)]);
    assert_eq!(receipt.kept_ranges, [range(0, 20), range(70, 100)]);
    assert_eq!(receipt.failures[0].kind, ErrorKind::Retry);
    engine.source.fail_count.take();
    assert_eq!(engine.fetch(0, 100).cache_missing_ranges, [range(30, 60)]);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_key_refused_at_a_count_ends_the_run_before_any_page() {
    let engine = three_gaps();
    *engine.source.fail_count.borrow_mut() = Some((30, unauthorised()));
    let failed = engine.run(0, 100, Mode::Normal).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::SignIn);
    let asked = engine.source.take_asked();
    assert!(
        asked.iter().all(|asked| asked.starts_with("count ")),
        "{asked:?}"
    );
    assert!(
        !engine
            .event_names()
            .iter()
            .any(|told| told == "fetch_priced")
    );
}

#[test]
fn a_run_cancelled_at_a_count_asks_for_no_page() {
    let engine = three_gaps();
    let cancel = CancellationToken::new();
    // Two counts were asked for before.
    engine.source.cancel.replace(cancel.clone());
    engine.source.cancel_at_count.set(Some(3));
    let receipt = engine.run_under(0, 100, Mode::Normal, &cancel).unwrap();
    assert!(receipt.cancelled && receipt.failures.is_empty());
    let asked = engine.source.take_asked();
    assert!(
        asked.iter().all(|asked| asked.starts_with("count ")),
        "{asked:?}"
    );
    assert!(asked.len() <= 3, "{asked:?}");
    assert!(
        !engine
            .event_names()
            .iter()
            .any(|told| told == "fetch_priced")
    );
    assert!(engine.fetch(0, 100).is_complete());
}

#[test]
fn the_receipt_compares_what_was_expected_with_what_happened() {
    let mut engine = TestEngine::new(0..100);
    engine.source.profile.page_limit = 10;
    let receipt = engine.fetch(0, 100);
    let expected = receipt.expected;
    assert_eq!((expected.events, receipt.events_received), (100, 100));
    assert_eq!((expected.pages, receipt.batches_processed), (10, 10));
    assert_eq!((expected.requests, receipt.requests), (11, 11));
}

/// Notes how much had been asked for when each flush began.
struct AtFlush<'a> {
    source: &'a FakeSource,
    asked: RefCell<Vec<usize>>,
}

impl Observe for AtFlush<'_> {
    fn event(&self, event: Event) {
        if matches!(event.event, RunEvent::FlushStart { .. }) {
            let asked = self.source.asked.borrow().len();
            self.asked.borrow_mut().push(asked);
        }
    }

    fn progress(&self, _: Progress) {}
}

#[test]
fn the_next_page_is_under_way_while_the_last_is_encoded() {
    let mut engine = TestEngine::new(0..30);
    engine.source.yields.set(true);
    engine.flush.rows = 10;
    let observer = AtFlush {
        source: &engine.source,
        asked: RefCell::default(),
    };
    let request = IngestRequest {
        dataset: crate::support::dataset(),
        window: range(0, 30),
        mode: Mode::Normal,
        flush: engine.flush,
        run_id: "00000001".into(),
        producer: crate::support::PRODUCER.into(),
        summary: false,
    };
    let ports = Ports {
        store: &engine.store,
        source: &engine.source,
        clock: &engine.clock,
        observer: &observer,
    };
    let cancel = CancellationToken::new();
    let receipt = futures_executor::block_on(ingest(ports, &request, &cancel)).unwrap();
    assert!(receipt.is_complete());
    // One count; the first part is written with its page received and the second one asked for, and so on.
    assert_eq!(*observer.asked.borrow(), [3, 4, 4, 4]);
}
