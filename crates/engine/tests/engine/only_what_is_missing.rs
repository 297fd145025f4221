use crate::support::{TestEngine, range};
use windrow_engine::Mode;
use windrow_model::Decision;

#[test]
fn a_held_window_asks_nothing() {
    let engine = TestEngine::new(0..100);
    let first = engine.fetch(10, 60);
    assert_eq!((first.decision, first.rows_processed), (Decision::Miss, 50));
    engine.source.take_asked();
    let again = engine.fetch(10, 60);
    assert_eq!((again.decision, again.rows_processed), (Decision::Hit, 50));
    assert_eq!(again.requests, 0);
    assert!(engine.source.take_asked().is_empty());
}

#[test]
fn a_wider_window_asks_only_for_its_gaps() {
    let engine = TestEngine::new(0..200);
    engine.fetch(50, 60);
    engine.fetch(80, 90);
    engine.source.take_asked();
    let receipt = engine.fetch(40, 100);
    assert_eq!(receipt.decision, Decision::Partial);
    assert_eq!(receipt.cache_cached_ranges, [range(50, 60), range(80, 90)]);
    let gaps = [range(40, 50), range(60, 80), range(90, 100)];
    assert_eq!(receipt.cache_missing_ranges, gaps);
    assert_eq!(receipt.kept_ranges, gaps);
    let asked = engine.source.take_asked();
    let counts: Vec<_> = asked
        .iter()
        .filter(|asked| asked.starts_with("count"))
        .collect();
    assert_eq!(counts, ["count 40..50", "count 60..80", "count 90..100"]);
    assert!(
        asked
            .iter()
            .filter(|asked| asked.starts_with("page"))
            .all(|page| {
                ["page 40 50 ", "page 60 80 ", "page 90 100 "]
                    .iter()
                    .any(|gap| page.starts_with(gap))
            })
    );
    assert_eq!(engine.times(40, 100), (40..100).collect::<Vec<_>>());
}

#[test]
fn an_empty_range_is_a_part_without_rows_and_is_not_asked_for_again() {
    let engine = TestEngine::new([5, 500]);
    let receipt = engine.fetch(100, 200);
    assert_eq!((receipt.rows_processed, receipt.parts_written), (0, 1));
    assert_eq!(engine.parts(), [(100, 200, 0)]);
    engine.source.take_asked();
    assert_eq!(engine.fetch(120, 180).decision, Decision::Hit);
    assert!(engine.source.take_asked().is_empty());
}

#[test]
fn events_on_the_bounds_are_kept_exactly_once() {
    let engine = TestEngine::new([9, 10, 10, 19, 20, 20]);
    engine.fetch(10, 20);
    assert_eq!(engine.times(10, 20), [10, 10, 19]);
    engine.fetch(0, 30);
    assert_eq!(engine.times(0, 30), [9, 10, 10, 19, 20, 20]);
}

#[test]
fn bypass_fetches_everything_and_leaves_the_cache_alone() {
    let engine = TestEngine::new(0..100);
    engine.fetch(10, 20);
    let before = engine.parts();
    let receipt = engine.run(0, 50, Mode::Bypass).unwrap();
    assert_eq!(
        (receipt.decision, receipt.rows_processed),
        (Decision::Bypass, 50)
    );
    assert_eq!(engine.parts(), before);
    assert_eq!(engine.fetch(10, 20).decision, Decision::Hit);
    let dir = receipt.bypass_dir.unwrap();
    assert!(
        engine
            .paths()
            .iter()
            .any(|path| path.starts_with(&dir) && path.ends_with(".parquet"))
    );
}

#[test]
fn every_decision_is_told() {
    let engine = TestEngine::new(0..100);
    engine.fetch(10, 20);
    engine.fetch(10, 20);
    engine.fetch(10, 30);
    let told = engine.event_names();
    for name in [
        "cache_scan_start",
        "cache_scan_complete",
        "cache_coverage_planned",
        "cache_miss",
        "cache_hit",
        "cache_partial",
        "fetch_priced",
        "fetch_subrange_start",
        "flush_start",
        "flush_complete",
        "fetch_subrange_complete",
        "parquet_summary_generated",
    ] {
        assert!(
            told.iter().any(|held| held == name),
            "{name} was not told: {told:?}"
        );
    }
}
