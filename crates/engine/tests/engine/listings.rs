//! How often a run lists its dataset: a listing of thousands of files is slow in a browser and costs money in an object store.

use crate::support::{TestEngine, dataset, range, request};
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::*;
use windrow_model::Decision;
use windrow_store::SimulatedDisk;
use windrow_store::disk::Operation;

/// Runs on `disk` and gives the receipt, with how often the run listed.
fn run(disk: &Rc<SimulatedDisk>, engine: &TestEngine, from: i64, to: i64) -> (Receipt, usize) {
    let listings = || {
        let history = disk.history();
        history
            .iter()
            .filter(|done| **done == Operation::List)
            .count()
    };
    let before = listings();
    let request = request(before as u32, range(from, to), Mode::Normal, engine.flush);
    let ports = Ports {
        store: disk,
        source: &engine.source,
        clock: &engine.clock,
        observer: &engine.recorder,
    };
    let receipt = block_on(ingest(ports, &request, &CancellationToken::new())).unwrap();
    (receipt, listings() - before)
}

fn times(disk: &Rc<SimulatedDisk>, from: i64, to: i64) -> Vec<i64> {
    let opened = block_on(open(Rc::clone(disk), &dataset(), range(from, to))).unwrap();
    let rows = block_on(opened.rows(0, usize::MAX)).unwrap();
    rows.events.timestamps
}

#[test]
fn a_hit_lists_once_a_miss_once_more_under_the_lock_and_what_was_held_is_looked_for_again() {
    let engine = TestEngine::new(0..2_000);
    let disk = Rc::new(SimulatedDisk::atomic_writes());
    for (window, decision, listings) in [
        ((0, 1_000), Decision::Miss, 2),
        ((0, 1_000), Decision::Hit, 1),
        ((100, 900), Decision::Hit, 1),
        ((1_500, 2_000), Decision::Miss, 2),
        ((0, 2_000), Decision::Partial, 3),
    ] {
        let (receipt, listed) = run(&disk, &engine, window.0, window.1);
        assert!(receipt.is_complete(), "{receipt:?}");
        assert_eq!(
            (receipt.decision, listed),
            (decision, listings),
            "{window:?}"
        );
        let (from, to) = window;
        assert_eq!(receipt.rows_processed, to.abs_diff(from));
        assert_eq!(times(&disk, from, to), (from..to).collect::<Vec<_>>());
    }
}

#[test]
fn a_miss_that_replaces_provisional_rows_knows_its_files_without_listing_them() {
    let engine = TestEngine::new(0..100);
    let disk = Rc::new(SimulatedDisk::atomic_writes());
    engine.source.now_ms.set(Some(10));
    let (receipt, listed) = run(&disk, &engine, 0, 100);
    assert_eq!((receipt.provisional_ranges.len(), listed), (1, 2));
    engine.source.now_ms.set(Some(1_000));
    let (receipt, listed) = run(&disk, &engine, 0, 100);
    assert_eq!((receipt.decision, listed), (Decision::Miss, 2));
    assert_eq!(receipt.rows_processed, 100);
    let paths = disk.paths();
    assert!(
        paths.iter().all(|path| !path.contains("_edge-")),
        "{paths:?}"
    );
    assert_eq!(times(&disk, 0, 100), (0..100).collect::<Vec<_>>());
}
