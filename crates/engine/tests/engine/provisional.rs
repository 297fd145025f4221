//! Files that show and claim nothing: which is shown, which goes, and when.

use crate::support::{Bench, dataset, range};
use futures_executor::block_on;
use windrow_engine::{Selection, delete};
use windrow_store::BlobStore;

/// A source that keeps nothing so old: nothing is ever claimed.
fn bench() -> Bench {
    let mut bench = Bench::new(0..100);
    bench.flush.rows = 1_000;
    bench.source.beyond_retention.set(true);
    bench
}

fn edges(bench: &Bench) -> Vec<String> {
    let mut paths = bench.paths();
    paths.retain(|path| path.contains("_edge-"));
    paths
}

/// The source keeps only the events of these milliseconds, and of the others nothing.
fn keep(bench: &Bench, is_kept: impl Fn(i64) -> bool) {
    let mut events = bench.source.events.borrow_mut();
    events.retain(|(ms, _)| is_kept(*ms));
}

#[test]
fn what_the_source_had_once_and_has_no_more_stays_and_is_shown() {
    let bench = bench();
    bench.fetch(0, 100);
    let first = edges(&bench);
    for left in [50, 1] {
        keep(&bench, |ms| ms % 100 < left);
        for _ in 0..2 {
            assert!(bench.fetch(0, 100).is_complete());
            assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
            assert_eq!(edges(&bench), first, "of two the one with more rows stays");
        }
    }
    keep(&bench, |_| false);
    bench.fetch(0, 100);
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
    let all = (0..101).map(|number| (number.min(99), (number + 1) * 4096));
    bench.source.events.borrow_mut().extend(all);
    bench.fetch(0, 100);
    assert_eq!(bench.times(0, 100).len(), 101);
    assert_eq!(edges(&bench).len(), 1);
    assert_ne!(edges(&bench), first);
}

#[test]
fn of_files_that_overlap_each_shows_where_it_holds_more_and_the_newest_where_they_hold_as_many() {
    let bench = bench();
    bench.fetch(0, 60);
    let numbers = bench.source.events.borrow().clone();
    keep(&bench, |ms| ms >= 55);
    bench.fetch(30, 100);
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
    assert_eq!(bench.times(40, 58), (40..58).collect::<Vec<_>>());
    assert_eq!(edges(&bench).len(), 2);
    bench.source.events.replace(numbers);
    bench.source.add(40);
    bench.fetch(30, 100);
    assert_eq!(bench.times(39, 42), [39, 40, 40, 41]);
    assert_eq!(bench.times(0, 100).len(), 101);
    assert_eq!(edges(&bench).len(), 2, "the second shows nothing any more");
    bench.fetch(0, 100);
    assert_eq!(bench.times(0, 100).len(), 101);
    assert_eq!(edges(&bench).len(), 1);
}

#[test]
fn a_provisional_file_goes_for_another_only_if_both_are_sound() {
    for harmed in [0, 1] {
        let bench = bench();
        bench.fetch(0, 100);
        // The second comes while the first is not there, so both are left.
        let first = edges(&bench)[0].clone();
        let bytes = bench.file(&first);
        block_on(bench.store.remove(&first)).unwrap();
        bench.fetch(0, 100);
        bench.store.put_raw(&first, bytes);
        let both = edges(&bench);
        let mut bytes = bench.file(&both[harmed]).to_vec();
        bytes[40] ^= 1;
        bench.store.put_raw(&both[harmed], bytes.into());
        // A run on another window tidies.
        bench.fetch(100, 110);
        let left = edges(&bench);
        assert!(both.iter().all(|path| left.contains(path)), "{left:?}");
    }
}

#[test]
fn a_provisional_file_goes_once_claims_own_all_of_it() {
    let bench = bench();
    bench.fetch(0, 100);
    keep(&bench, |ms| ms < 50);
    bench.source.beyond_retention.set(false);
    bench.fetch(0, 60);
    assert_eq!(edges(&bench).len(), 1);
    // What is claimed is believed, also where it is less.
    let shown = (0..50).chain(60..100);
    assert_eq!(bench.times(0, 100), shown.collect::<Vec<_>>());
    bench.fetch(0, 100);
    assert!(edges(&bench).is_empty());
}

#[test]
fn deleting_a_window_leaves_the_provisional_files_outside_it() {
    let bench = bench();
    bench.fetch(0, 10);
    bench.fetch(50, 60);
    let window = Selection::Window(range(5, 8));
    let deleted = block_on(delete(&*bench.store, &dataset(), &window)).unwrap();
    assert_eq!(deleted.paths.len(), 1);
    assert_eq!(bench.times(0, 100), (50..60).collect::<Vec<_>>());
    assert!(bench.fetch(0, 100).is_complete());
}
