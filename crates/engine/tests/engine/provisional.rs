//! Files that show and claim nothing: which is shown, which goes, and when.

use crate::support::{TestEngine, dataset, range};
use futures_executor::block_on;
use windrow_engine::{Selection, delete};
use windrow_store::BlobStore;

/// A source that keeps nothing so old: nothing is ever claimed.
fn engine() -> TestEngine {
    let mut engine = TestEngine::new(0..100);
    engine.flush.rows = 1_000;
    engine.source.beyond_retention.set(true);
    engine
}

fn edges(engine: &TestEngine) -> Vec<String> {
    let mut paths = engine.paths();
    paths.retain(|path| path.contains("_edge-"));
    paths
}

/// The source keeps only the events of these milliseconds, and of the others nothing.
fn keep(engine: &TestEngine, is_kept: impl Fn(i64) -> bool) {
    let mut events = engine.source.events.borrow_mut();
    events.retain(|(ms, _)| is_kept(*ms));
}

#[test]
fn what_the_source_had_once_and_has_no_more_stays_and_is_shown() {
    let engine = engine();
    engine.fetch(0, 100);
    let first = edges(&engine);
    for left in [50, 1] {
        keep(&engine, |ms| ms % 100 < left);
        for _ in 0..2 {
            assert!(engine.fetch(0, 100).is_complete());
            assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
            assert_eq!(edges(&engine), first, "of two the one with more rows stays");
        }
    }
    keep(&engine, |_| false);
    engine.fetch(0, 100);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    let all = (0..101).map(|number| (number.min(99), (number + 1) * 4096));
    engine.source.events.borrow_mut().extend(all);
    engine.fetch(0, 100);
    assert_eq!(engine.times(0, 100).len(), 101);
    assert_eq!(edges(&engine).len(), 1);
    assert_ne!(edges(&engine), first);
}

#[test]
fn of_files_that_overlap_each_shows_where_it_holds_more_and_the_newest_where_they_hold_as_many() {
    let engine = engine();
    engine.fetch(0, 60);
    let numbers = engine.source.events.borrow().clone();
    keep(&engine, |ms| ms >= 55);
    engine.fetch(30, 100);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    assert_eq!(engine.times(40, 58), (40..58).collect::<Vec<_>>());
    assert_eq!(edges(&engine).len(), 2);
    engine.source.events.replace(numbers);
    engine.source.add(40);
    engine.fetch(30, 100);
    assert_eq!(engine.times(39, 42), [39, 40, 40, 41]);
    assert_eq!(engine.times(0, 100).len(), 101);
    assert_eq!(edges(&engine).len(), 2, "the second shows nothing any more");
    engine.fetch(0, 100);
    assert_eq!(engine.times(0, 100).len(), 101);
    assert_eq!(edges(&engine).len(), 1);
}

#[test]
fn a_provisional_file_goes_for_another_only_if_both_are_sound() {
    for harmed in [0, 1] {
        let engine = engine();
        engine.fetch(0, 100);
        // The second comes while the first is not there, so both are left.
        let first = edges(&engine)[0].clone();
        let bytes = engine.file(&first);
        block_on(engine.store.remove(&first)).unwrap();
        engine.fetch(0, 100);
        engine.store.put_raw(&first, bytes);
        let both = edges(&engine);
        let mut bytes = engine.file(&both[harmed]).to_vec();
        bytes[40] ^= 1;
        engine.store.put_raw(&both[harmed], bytes.into());
        // A run on another window tidies.
        engine.fetch(100, 110);
        let left = edges(&engine);
        assert!(both.iter().all(|path| left.contains(path)), "{left:?}");
    }
}

#[test]
fn a_provisional_file_goes_once_claims_own_all_of_it() {
    let engine = engine();
    engine.fetch(0, 100);
    keep(&engine, |ms| ms < 50);
    engine.source.beyond_retention.set(false);
    engine.fetch(0, 60);
    assert_eq!(edges(&engine).len(), 1);
    // What is claimed is believed, also where it is less.
    let shown = (0..50).chain(60..100);
    assert_eq!(engine.times(0, 100), shown.collect::<Vec<_>>());
    engine.fetch(0, 100);
    assert!(edges(&engine).is_empty());
}

#[test]
fn deleting_a_window_leaves_the_provisional_files_outside_it() {
    let engine = engine();
    engine.fetch(0, 10);
    engine.fetch(50, 60);
    let window = Selection::Window(range(5, 8));
    let deleted = block_on(delete(&*engine.store, &dataset(), &window)).unwrap();
    assert_eq!(deleted.paths.len(), 1);
    assert_eq!(engine.times(0, 100), (50..60).collect::<Vec<_>>());
    assert!(engine.fetch(0, 100).is_complete());
}
