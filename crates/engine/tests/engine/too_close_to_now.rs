use crate::support::{TestEngine, range};
use windrow_engine::StretchState;
use windrow_model::Decision;

#[test]
fn what_lies_past_the_watermark_is_provisional_and_asked_for_again() {
    let engine = TestEngine::new(0..100);
    // The source's settle delay is 60 ms, so the watermark lies at 50.
    engine.source.now_ms.set(Some(110));
    let receipt = engine.fetch(0, 100);
    assert_eq!(receipt.kept_ranges, [range(0, 50)]);
    assert_eq!(receipt.provisional_ranges, [range(50, 100)]);
    assert!(receipt.is_complete());
    let states: Vec<_> = engine
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
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());

    // A late event arrives, and time passes.
    engine.source.add(70);
    engine.source.now_ms.set(Some(1_000));
    let receipt = engine.fetch(0, 100);
    assert_eq!(receipt.decision, Decision::Partial);
    assert_eq!(receipt.cache_missing_ranges, [range(50, 100)]);
    assert_eq!(
        engine.times(0, 100).iter().filter(|ms| **ms == 70).count(),
        2
    );
    assert!(
        engine.paths().iter().all(|path| !path.contains("_edge")),
        "{:?}",
        engine.paths()
    );
}

#[test]
fn without_the_servers_time_nothing_is_claimed() {
    let engine = TestEngine::new(0..100);
    engine.source.now_ms.set(None);
    let receipt = engine.fetch(0, 100);
    assert!(receipt.kept_ranges.is_empty());
    assert_eq!(receipt.provisional_ranges, [range(0, 100)]);
    assert_eq!(engine.times(0, 100).len(), 100);
}

#[test]
fn the_newest_provisional_file_is_the_one_shown() {
    let engine = TestEngine::new(0..100);
    engine.source.now_ms.set(Some(60));
    engine.fetch(0, 100);
    engine.source.add(30);
    engine.fetch(20, 100);
    assert_eq!(
        engine.times(0, 100).iter().filter(|ms| **ms == 30).count(),
        2
    );
    assert_eq!(engine.times(0, 100).len(), 101);
}
