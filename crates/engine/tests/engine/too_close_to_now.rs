use crate::support::{Bench, range};
use windrow_engine::StretchState;
use windrow_model::Decision;

#[test]
fn what_lies_past_the_watermark_is_provisional_and_asked_for_again() {
    let bench = Bench::new(0..100);
    // The source's settle delay is 60 ms, so the watermark lies at 50.
    bench.source.now_ms.set(Some(110));
    let receipt = bench.fetch(0, 100);
    assert_eq!(receipt.kept_ranges, [range(0, 50)]);
    assert_eq!(receipt.provisional_ranges, [range(50, 100)]);
    assert!(receipt.is_complete());
    let states: Vec<_> = bench
        .open(0, 100)
        .stretches()
        .iter()
        .map(|s| (s.state, s.range))
        .collect();
    assert_eq!(
        states,
        [
            (StretchState::Cached, range(0, 50)),
            (StretchState::Provisional, range(50, 100))
        ]
    );
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());

    // A late event arrives, and time passes.
    bench.source.add(70);
    bench.source.now_ms.set(Some(1_000));
    let receipt = bench.fetch(0, 100);
    assert_eq!(receipt.decision, Decision::Partial);
    assert_eq!(receipt.cache_missing_ranges, [range(50, 100)]);
    assert_eq!(
        bench.times(0, 100).iter().filter(|ms| **ms == 70).count(),
        2
    );
    assert!(
        bench.paths().iter().all(|path| !path.contains("_edge")),
        "{:?}",
        bench.paths()
    );
}

#[test]
fn without_the_servers_time_nothing_is_claimed() {
    let bench = Bench::new(0..100);
    bench.source.now_ms.set(None);
    let receipt = bench.fetch(0, 100);
    assert!(receipt.kept_ranges.is_empty());
    assert_eq!(receipt.provisional_ranges, [range(0, 100)]);
    assert_eq!(bench.times(0, 100).len(), 100);
}

#[test]
fn the_newest_provisional_file_is_the_one_shown() {
    let bench = Bench::new(0..100);
    bench.source.now_ms.set(Some(60));
    bench.fetch(0, 100);
    bench.source.add(30);
    bench.fetch(20, 100);
    assert_eq!(
        bench.times(0, 100).iter().filter(|ms| **ms == 30).count(),
        2
    );
    assert_eq!(bench.times(0, 100).len(), 101);
}
