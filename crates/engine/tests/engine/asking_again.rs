//! What is held is compared with the source's counts, and late events are fetched without losing anything.

use crate::fake_source::unavailable;
use crate::support::{Bench, dataset, range};
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::*;
use windrow_model::TimeRange;

fn compared(bench: &Bench, window: Option<TimeRange>) -> SourceReport {
    let (store, cancel) = (Rc::clone(&bench.store), CancellationToken::new());
    block_on(compare(
        store,
        &bench.source,
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

fn all(bench: &Bench) -> VerifyReport {
    let cancel = CancellationToken::new();
    block_on(verify(&*bench.store, &dataset(), None, &cancel, &|_, _| {})).unwrap()
}

#[test]
fn what_is_held_agrees_with_the_source_with_one_count_a_slice() {
    let bench = Bench::new(0..100);
    assert!(compared(&bench, None).ok);
    bench.fetch(0, 30);
    bench.fetch(50, 80);
    bench.source.take_asked();
    let report = compared(&bench, None);
    use SliceState::Agrees;
    assert_eq!(states(&report), [(0, 30, Agrees), (50, 80, Agrees)]);
    assert!(report.ok);
    // Which edges it includes is asked for once.
    let (pages, counts): (Vec<_>, Vec<_>) = bench
        .source
        .take_asked()
        .into_iter()
        .partition(|asked| asked.starts_with("page"));
    assert_eq!(counts, ["count 1..29", "count 51..79"]);
    assert_eq!(pages, ["page 19 20 0", "page 20 21 0", "page 18 19 0"]);
    let report = compared(&bench, Some(range(10, 60)));
    assert_eq!(states(&report), [(10, 30, Agrees), (50, 60, Agrees)]);
}

#[test]
fn late_events_on_every_edge_of_a_slice_are_found_and_those_beside_it_are_not() {
    for (ms, is_late) in [(49, false), (50, true), (64, true), (79, true), (80, false)] {
        let bench = Bench::new((0..100).filter(|event| *event != ms));
        bench.fetch(0, 30);
        bench.fetch(50, 80);
        bench.source.add(ms);
        let report = compared(&bench, None);
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
                let bench = Bench::new((0..100).chain([79]));
                bench.source.includes.set((first, last));
                bench.source.events.borrow_mut().sort_unstable();
                bench.fetch(50, 80);
                late.iter().for_each(|ms| bench.source.add(*ms));
                let report = compared(&bench, None);
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
    let bench = Bench::new(0..100);
    bench.source.includes.set((true, false));
    bench.fetch(40, 80);
    bench.source.events.borrow_mut().retain(|(ms, _)| *ms != 40);
    let report = compared(&bench, None);
    assert_eq!(states(&report), [(40, 80, SliceState::Fewer)]);
    assert_eq!(report.slices[0].counted, 39);
}

#[test]
fn what_is_beyond_retention_or_too_short_is_not_compared() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 30);
    bench.fetch(50, 52);
    bench.source.beyond_retention.set(true);
    let report = compared(&bench, None);
    let expected = [
        (0, 30, SliceState::BeyondRetention),
        (50, 52, SliceState::TooShort),
    ];
    assert_eq!(states(&report), expected);
}

#[test]
fn fetching_a_slice_again_brings_late_events_in_and_asks_for_nothing_else() {
    let bench = Bench::new((0..200).filter(|ms| *ms != 60));
    bench.fetch(0, 30);
    bench.fetch(50, 150);
    bench.source.add(60);
    bench.source.take_asked();
    let report = compared(&bench, None);
    let late: Vec<TimeRange> = report.late().map(|slice| slice.range).collect();
    assert_eq!(late, [range(50, 150)]);

    let receipt = bench.run(50, 150, Mode::Again).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert!(receipt.repaired.iter().all(|part| part.removed));
    let gained: u64 = receipt
        .repaired
        .iter()
        .map(|part| part.rows_after - part.rows_before)
        .sum();
    assert_eq!(gained, 1);
    let asked = bench.source.take_asked();
    assert!(
        asked.iter().all(|asked| !asked.contains(" 0 30")),
        "{asked:?}"
    );
    assert_eq!(bench.times(50, 150), (50..150).collect::<Vec<_>>());
    assert!(compared(&bench, None).ok);
    assert!(all(&bench).ok);
    // And once more: generations go on.
    bench.run(50, 150, Mode::Again).unwrap();
    assert_eq!(bench.times(50, 150), (50..150).collect::<Vec<_>>());
    assert!(all(&bench).ok);
}

#[test]
fn fetching_again_what_the_source_has_fewer_of_removes_nothing_and_hides_nothing() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let parts = bench.parts();
    bench
        .source
        .events
        .borrow_mut()
        .retain(|(ms, _)| ms % 2 == 0);
    let receipt = bench.run(0, 100, Mode::Again).unwrap();
    assert!(receipt.repaired.iter().all(|part| !part.removed));
    assert_eq!(bench.parts(), parts);
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
    assert!(
        compared(&bench, None)
            .slices
            .iter()
            .all(|s| s.state == SliceState::Fewer)
    );
}

#[test]
fn what_replaces_sound_rows_appears_at_once_and_with_no_fewer_or_not_at_all() {
    let mut bench = Bench::new(0..100);
    bench.flush.rows = 1000;
    bench.fetch(0, 100);
    let before = bench.paths();
    // Its buffer is full several times on the way.
    bench.flush.rows = 20;
    bench.source.add(60);
    bench.run(0, 100, Mode::Again).unwrap();
    assert_eq!(bench.parts(), [(0, 100, 101)]);
    assert_eq!(bench.times(0, 100).len(), 101);

    let flushed = |bench: &Bench| {
        let names = bench.event_names();
        names
            .iter()
            .filter(|name| *name == "flush_complete")
            .count()
    };
    assert!(flushed(&bench) > 5);
    bench.source.events.borrow_mut().retain(|(ms, _)| *ms != 7);
    let held = bench.paths();
    let receipt = bench.run(0, 100, Mode::Again).unwrap();
    let kept = &receipt.repaired[0];
    assert_eq!(
        (kept.removed, kept.rows_before, kept.rows_after),
        (false, 101, 100)
    );
    assert_eq!(receipt.parts_written, 0);
    assert_eq!(bench.paths(), held);
    assert_ne!(held, before);
}

#[test]
fn fetching_again_that_fails_half_way_changes_nothing() {
    let mut bench = Bench::new(0..100);
    bench.flush.rows = 1000;
    bench.fetch(0, 100);
    let before = bench.paths();
    bench.flush.rows = 20;
    bench.source.fail_page_from_now(5, unavailable());
    let receipt = bench.run(0, 100, Mode::Again).unwrap();
    assert!(!receipt.is_complete());
    assert_eq!(bench.paths(), before);
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_repair_stopped_half_way_is_completed_by_the_next_one() {
    let mut bench = Bench::new(0..100);
    bench.flush.rows = 1000;
    bench.fetch(0, 100);
    let paths = bench.paths();
    let path = paths
        .iter()
        .find(|path| path.ends_with(".parquet"))
        .unwrap();
    let mut bytes = bench.file(path).to_vec();
    bytes[40] ^= 0x10;
    bench.store.put_raw(path, bytes.into());

    bench.flush.rows = 20;
    bench.source.fail_page_from_now(5, unavailable());
    let stopped = bench.run(0, 100, Mode::Repair).unwrap();
    assert!(!stopped.is_complete());
    let receipt = bench.run(0, 100, Mode::Repair).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
    assert!(all(&bench).ok, "{:?}", all(&bench));
}
