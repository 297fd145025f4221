//! Events that a source does not take in: named, left out, and nothing else lost.

use crate::fake_source::unavailable;
use crate::support::{TestEngine, range};
use windrow_engine::{ErrorKind, StretchState};

/// Two events of one millisecond among many; the second is too large.
fn engine() -> TestEngine {
    let engine = TestEngine::new((0..50).chain([50, 50]).chain(51..100));
    engine.source.too_large.borrow_mut().push(52 * 4096);
    engine
}

#[test]
fn an_event_that_is_too_large_is_named_and_its_millisecond_is_left_out_of_the_claims() {
    let engine = engine();
    let receipt = engine.fetch(0, 100);
    assert!(!receipt.is_complete());
    assert_eq!(receipt.failed_ranges, [range(50, 51)]);
    let [event] = receipt.refused.as_slice() else {
        panic!("{:?}", receipt.refused);
    };
    assert_eq!(
        (event.timestamp_ms, event.id.as_deref()),
        (50, Some("212992"))
    );
    let failure = &receipt.failures[0];
    assert_eq!(
        (failure.range, failure.kind),
        (range(50, 51), ErrorKind::ChangeRequest)
    );
    for words in ["event 212992 of 1970-01-01T00:00:00.050Z", "17825792 bytes"] {
        assert!(failure.reason.contains(words), "{}", failure.reason);
    }
    assert_eq!(engine.open(0, 100).plan().missing.ranges(), [range(50, 51)]);
    assert_eq!(receipt.rows_processed, 99);
    // Its neighbour of the same millisecond is shown, and not claimed.
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    let states: Vec<_> = engine
        .open(0, 100)
        .stretches()
        .iter()
        .map(|it| it.state)
        .collect();
    assert_eq!(
        states,
        [
            StretchState::Cached,
            StretchState::Provisional,
            StretchState::Cached
        ]
    );
}

#[test]
fn only_the_millisecond_of_a_refused_event_is_asked_for_again_and_claimed_once_it_can_be() {
    let engine = engine();
    engine.fetch(0, 100);
    engine.source.take_asked();
    let again = engine.fetch(0, 100);
    assert_eq!(again.cache_missing_ranges, [range(50, 51)]);
    assert_eq!(again.failed_ranges, [range(50, 51)]);
    assert_eq!(engine.source.take_asked(), ["count 50..51", "page 50 51 0"]);
    engine.source.too_large.borrow_mut().clear();
    assert!(engine.fetch(0, 100).is_complete());
    assert_eq!(engine.times(50, 51), [50, 50]);
    assert!(engine.paths().iter().all(|path| !path.contains("_edge-")));
}

#[test]
fn rows_set_aside_are_written_down_before_they_are_many() {
    let mut engine = engine();
    engine.flush.bytes = 1;
    engine.source.fail_page_from_now(8, unavailable());
    let receipt = engine.fetch(0, 100);
    assert!(!receipt.is_complete());
    // The chain ended long after the millisecond of the refused event, and what came beside it is here.
    assert_eq!(engine.times(45, 55), (45..55).collect::<Vec<_>>());
    assert_eq!(engine.open(45, 55).plan().missing.ranges(), [range(50, 51)]);
}

#[test]
fn runs_over_a_refused_event_leave_one_provisional_file() {
    let engine = engine();
    for (from, to) in [(0, 100), (0, 100), (40, 60), (50, 51), (0, 100)] {
        engine.fetch(from, to);
        let edges = engine
            .paths()
            .into_iter()
            .filter(|path| path.contains("_edge-"));
        assert_eq!(edges.count(), 1, "{from}..{to}: {:?}", engine.paths());
        assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    }
}

#[test]
fn a_refused_event_on_every_border_leaves_the_rest_whole() {
    for at in [0, 1, 9, 10, 19, 20, 98, 99] {
        let mut engine = TestEngine::new(0..100);
        engine.flush.rows = 10;
        engine.source.too_large.borrow_mut().push((at + 1) * 4096);
        let receipt = engine.fetch(0, 100);
        assert_eq!(receipt.failed_ranges, [range(at, at + 1)], "{at}");
        let others: Vec<_> = (0..100).filter(|ms| *ms != at).collect();
        assert_eq!(engine.times(0, 100), others, "{at}");
        assert_eq!(receipt.rows_processed, 99, "{at}");
    }
}

#[test]
fn a_burst_with_a_refused_event_is_not_claimed_and_what_follows_is() {
    let mut engine = TestEngine::new((0..10).chain([10; 40]).chain(11..30));
    engine.flush.rows = 10;
    engine.source.too_large.borrow_mut().push(30 * 4096);
    let receipt = engine.fetch(0, 30);
    assert_eq!(receipt.failed_ranges, [range(10, 11)]);
    let claimed = |ms: &i64| *ms != 10;
    let times = engine.times(0, 30);
    let others: Vec<_> = times.iter().copied().filter(claimed).collect();
    assert_eq!(others, (0..30).filter(claimed).collect::<Vec<_>>());
    assert_eq!(engine.open(0, 30).plan().missing.ranges(), [range(10, 11)]);
}

/// Whatever stands before, between or behind bursts: only the milliseconds of refused events are left out.
#[test]
fn no_burst_claims_the_millisecond_of_a_refused_event_beside_it() {
    let burst = |ms: i64| [ms; 40];
    for refused in [
        vec![3],
        vec![8],
        vec![4],
        vec![6],
        vec![3, 8],
        vec![0],
        vec![29],
    ] {
        for bursts in [vec![5], vec![5, 7], vec![1, 5, 9], vec![5, 10]] {
            let mut times: Vec<i64> = bursts.iter().flat_map(|ms| burst(*ms)).collect();
            times.extend(&refused);
            times.sort_unstable();
            let mut engine = TestEngine::new(times.clone());
            engine.flush.rows = 10;
            let numbers = (1..).zip(&times);
            let too_large = numbers.filter(|(_, ms)| refused.contains(ms));
            let too_large = too_large.map(|(number, _)| number * 4096).collect();
            engine.source.too_large.replace(too_large);
            let receipt = engine.fetch(0, 30);
            let place = format!("{refused:?} beside {bursts:?}");
            let left_out: Vec<_> = refused.iter().map(|ms| range(*ms, ms + 1)).collect();
            assert_eq!(receipt.failed_ranges, left_out, "{place}");
            let missing = engine.open(0, 30).plan().missing;
            assert_eq!(missing.ranges(), left_out, "{place}");
            times.retain(|ms| !refused.contains(ms));
            assert_eq!(engine.times(0, 30), times, "{place}");
        }
    }
}

#[test]
fn ranges_that_are_all_beyond_retention_never_want_the_same_file() {
    let mut engine = TestEngine::new(0..100);
    engine.flush.parallel = 4;
    engine.source.yields.set(true);
    for at in [20, 40, 60] {
        engine.fetch(at, at + 5);
    }
    engine.source.beyond_retention.set(true);
    let receipt = engine.fetch(0, 100);
    assert_eq!(receipt.beyond_retention_ranges.len(), 4);
    let mut numbers: Vec<String> = engine
        .paths()
        .into_iter()
        .filter(|path| path.contains("_edge-"))
        .filter_map(|path| path.rsplit('-').next().map(str::to_owned))
        .collect();
    let files = numbers.len();
    numbers.sort();
    numbers.dedup();
    assert_eq!((files >= 4, numbers.len()), (true, files), "{numbers:?}");
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}
