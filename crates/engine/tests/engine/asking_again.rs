//! What is held is compared with the source's counts, and late events are fetched without losing anything.

use crate::fake_source::unavailable;
use crate::support::{TestEngine, dataset, range};
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::*;
use windrow_model::TimeRange;

fn compared(engine: &TestEngine, window: Option<TimeRange>) -> SourceReport {
    let (store, cancel) = (Rc::clone(&engine.store), CancellationToken::new());
    block_on(compare(
        store,
        &engine.source,
        &dataset(),
        window,
        &cancel,
        &|_, _| {},
    ))
    .unwrap()
}

fn states(report: &SourceReport) -> Vec<(i64, i64, SliceState)> {
    let slices = report.slices.iter();
    slices
        .map(|slice| (slice.range.start_ms(), slice.range.end_ms(), slice.state))
        .collect()
}

fn all(engine: &TestEngine) -> VerifyReport {
    let cancel = CancellationToken::new();
    block_on(verify(
        &*engine.store,
        &dataset(),
        None,
        &cancel,
        &|_, _| {},
    ))
    .unwrap()
}

#[test]
fn what_is_held_agrees_with_the_source_with_one_count_a_slice() {
    let engine = TestEngine::new(0..100);
    assert!(compared(&engine, None).ok);
    engine.fetch(0, 30);
    engine.fetch(50, 80);
    engine.source.take_asked();
    let report = compared(&engine, None);
    use SliceState::Agrees;
    assert_eq!(states(&report), [(0, 30, Agrees), (50, 80, Agrees)]);
    assert!(report.ok);
    // Which edges it includes is asked for once.
    let (pages, counts): (Vec<_>, Vec<_>) = engine
        .source
        .take_asked()
        .into_iter()
        .partition(|asked| asked.starts_with("page"));
    assert_eq!(counts, ["count 1..29", "count 51..79"]);
    assert_eq!(pages, ["page 19 20 0", "page 20 21 0", "page 18 19 0"]);
    let report = compared(&engine, Some(range(10, 60)));
    assert_eq!(states(&report), [(10, 30, Agrees), (50, 60, Agrees)]);
}

#[test]
fn late_events_on_every_edge_of_a_slice_are_found_and_those_beside_it_are_not() {
    for (ms, is_late) in [(49, false), (50, true), (64, true), (79, true), (80, false)] {
        let engine = TestEngine::new((0..100).filter(|event| *event != ms));
        engine.fetch(0, 30);
        engine.fetch(50, 80);
        engine.source.add(ms);
        let report = compared(&engine, None);
        let state = if is_late {
            SliceState::Late
        } else {
            SliceState::Agrees
        };
        assert_eq!(
            states(&report),
            [(0, 30, SliceState::Agrees), (50, 80, state)],
            "{ms}"
        );
        assert_eq!(report.ok, !is_late);
        assert_eq!(report.late().count(), usize::from(is_late));
    }
}

#[test]
fn a_lone_slice_is_counted_exactly_whichever_edges_the_source_includes() {
    for first in [true, false] {
        for last in [true, false] {
            // As many come late as there are rows in an edge millisecond, inside, on an edge, and beside it.
            for (late, is_late) in [
                (vec![], false),
                (vec![65], true),
                (vec![65, 66], true),
                (vec![50], true),
                (vec![79], true),
                (vec![49, 80], false),
            ] {
                let engine = TestEngine::new((0..100).chain([79]));
                engine.source.includes.set((first, last));
                engine.source.events.borrow_mut().sort_unstable();
                engine.fetch(50, 80);
                late.iter().for_each(|ms| engine.source.add(*ms));
                let report = compared(&engine, None);
                assert_eq!(report.slices.len(), 1);
                let slice = report.slices[0];
                let counted = 31 + if is_late { late.len() as u64 } else { 0 };
                assert_eq!(
                    (slice.held, slice.counted),
                    (31, counted),
                    "{first} {last} {late:?}"
                );
                assert_eq!(report.ok, !is_late);
            }
        }
    }
}

#[test]
fn where_the_source_has_lost_the_row_that_is_tried_another_one_tells_its_edges() {
    let engine = TestEngine::new(0..100);
    engine.source.includes.set((true, false));
    engine.fetch(40, 80);
    engine
        .source
        .events
        .borrow_mut()
        .retain(|(ms, _)| *ms != 40);
    let report = compared(&engine, None);
    assert_eq!(states(&report), [(40, 80, SliceState::Fewer)]);
    assert_eq!(report.slices[0].counted, 39);
}

#[test]
fn what_is_beyond_retention_or_too_short_is_not_compared() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 30);
    engine.fetch(50, 52);
    engine.source.beyond_retention.set(true);
    let report = compared(&engine, None);
    let expected = [
        (0, 30, SliceState::BeyondRetention),
        (50, 52, SliceState::TooShort),
    ];
    assert_eq!(states(&report), expected);
}

#[test]
fn fetching_a_slice_again_brings_late_events_in_and_asks_for_nothing_else() {
    let engine = TestEngine::new((0..200).filter(|ms| *ms != 60));
    engine.fetch(0, 30);
    engine.fetch(50, 150);
    engine.source.add(60);
    engine.source.take_asked();
    let report = compared(&engine, None);
    let late: Vec<TimeRange> = report.late().map(|slice| slice.range).collect();
    assert_eq!(late, [range(50, 150)]);

    let receipt = engine.run(50, 150, Mode::Again).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert!(receipt.repaired.iter().all(|part| part.removed));
    let gained: u64 = receipt
        .repaired
        .iter()
        .map(|part| part.rows_after - part.rows_before)
        .sum();
    assert_eq!(gained, 1);
    let asked = engine.source.take_asked();
    assert!(
        asked.iter().all(|asked| !asked.contains(" 0 30")),
        "{asked:?}"
    );
    assert_eq!(engine.times(50, 150), (50..150).collect::<Vec<_>>());
    assert!(compared(&engine, None).ok);
    assert!(all(&engine).ok);
    // And once more: generations go on.
    engine.run(50, 150, Mode::Again).unwrap();
    assert_eq!(engine.times(50, 150), (50..150).collect::<Vec<_>>());
    assert!(all(&engine).ok);
}

#[test]
fn fetching_again_what_the_source_has_fewer_of_removes_nothing_and_hides_nothing() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let parts = engine.parts();
    engine
        .source
        .events
        .borrow_mut()
        .retain(|(ms, _)| ms % 2 == 0);
    let receipt = engine.run(0, 100, Mode::Again).unwrap();
    assert!(receipt.repaired.iter().all(|part| !part.removed));
    assert_eq!(engine.parts(), parts);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    assert!(
        compared(&engine, None)
            .slices
            .iter()
            .all(|s| s.state == SliceState::Fewer)
    );
}

#[test]
fn what_replaces_sound_rows_appears_at_once_and_with_no_fewer_or_not_at_all() {
    let mut engine = TestEngine::new(0..100);
    engine.flush.rows = 1000;
    engine.fetch(0, 100);
    let before = engine.paths();
    // Its buffer is full several times on the way.
    engine.flush.rows = 20;
    engine.source.add(60);
    engine.run(0, 100, Mode::Again).unwrap();
    assert_eq!(engine.parts(), [(0, 100, 101)]);
    assert_eq!(engine.times(0, 100).len(), 101);

    let flushed = |engine: &TestEngine| {
        let names = engine.event_names();
        names
            .iter()
            .filter(|name| *name == "flush_complete")
            .count()
    };
    assert!(flushed(&engine) > 5);
    engine.source.events.borrow_mut().retain(|(ms, _)| *ms != 7);
    let held = engine.paths();
    let receipt = engine.run(0, 100, Mode::Again).unwrap();
    let kept = &receipt.repaired[0];
    assert_eq!(
        (kept.removed, kept.rows_before, kept.rows_after),
        (false, 101, 100)
    );
    assert_eq!(receipt.parts_written, 0);
    assert_eq!(engine.paths(), held);
    assert_ne!(held, before);
}

#[test]
fn fetching_again_that_fails_half_way_changes_nothing() {
    let mut engine = TestEngine::new(0..100);
    engine.flush.rows = 1000;
    engine.fetch(0, 100);
    let before = engine.paths();
    engine.flush.rows = 20;
    engine.source.fail_page_from_now(5, unavailable());
    let receipt = engine.run(0, 100, Mode::Again).unwrap();
    assert!(!receipt.is_complete());
    assert_eq!(engine.paths(), before);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_repair_stopped_half_way_is_completed_by_the_next_one() {
    let mut engine = TestEngine::new(0..100);
    engine.flush.rows = 1000;
    engine.fetch(0, 100);
    let paths = engine.paths();
    let path = paths
        .iter()
        .find(|path| path.ends_with(".parquet"))
        .unwrap();
    let mut bytes = engine.file(path).to_vec();
    bytes[40] ^= 0x10;
    engine.store.put_raw(path, bytes.into());

    engine.flush.rows = 20;
    engine.source.fail_page_from_now(5, unavailable());
    let stopped = engine.run(0, 100, Mode::Repair).unwrap();
    assert!(!stopped.is_complete());
    let receipt = engine.run(0, 100, Mode::Repair).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    assert!(all(&engine).ok, "{:?}", all(&engine));
}
