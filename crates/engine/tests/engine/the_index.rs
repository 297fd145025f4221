//! `_index` makes opening many parts fast, and changes nothing else.

use crate::fake_source::Paging;
use crate::support::{Bench, PRODUCER, dataset, range};
use bytes::Bytes;
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::index::{Entry, Index, IndexBuilder};
use windrow_engine::*;
use windrow_model::{Dataset, TimeRange};
use windrow_store::disk::{Fault, Operation};
use windrow_store::{BlobInfo, BlobStore, SimulatedDisk, StoreError, layout};

const INDEX: &str = "logs/log/_index";
/// Parts of twenty rows.
const ROWS: i64 = 400;

/// A window of more than a few parts, fetched.
fn many() -> Bench {
    let bench = Bench::new(0..2 * ROWS);
    bench.fetch(0, ROWS);
    bench
}

fn listed(bench: &Bench) -> Vec<BlobInfo> {
    block_on(bench.store.list("logs/log")).unwrap()
}

fn parts(bench: &Bench) -> Vec<BlobInfo> {
    let mut parts = listed(bench);
    parts.retain(|info| info.path.ends_with(".parquet"));
    parts
}

fn file(bench: &Bench, path: &str) -> Bytes {
    bench.file(path)
}

fn has_index(bench: &Bench) -> bool {
    bench.paths().iter().any(|path| path == INDEX)
}

fn built(entries: impl IntoIterator<Item = Entry>) -> Bytes {
    let mut builder = IndexBuilder::default();
    entries.into_iter().for_each(|entry| builder.add(&entry));
    builder.finish()
}

/// Everything that a reader gets.
fn read_all(bench: &Bench) -> String {
    let opened = bench.open(0, 2 * ROWS);
    let rows = block_on(opened.rows(0, usize::MAX)).unwrap();
    let summary = opened.summary();
    let segments = block_on(segments(&*bench.store, &dataset())).unwrap();
    format!(
        "{:?} {:?} {:?} {:?} {summary:?} {rows:?} {segments:?}",
        opened.plan(),
        opened.stretches(),
        opened.problems(),
        opened.segments(),
    )
}

/// The same from the files alone.
fn read_without_index(bench: &Bench) -> String {
    let index = has_index(bench).then(|| file(bench, INDEX));
    block_on(bench.store.remove(INDEX)).unwrap();
    let read = read_all(bench);
    if let Some(index) = index {
        bench.store.put_raw(INDEX, index);
    }
    read
}

/// Puts the files of a bench on a disk that can fail.
fn on(disk: SimulatedDisk, bench: &Bench) -> Rc<SimulatedDisk> {
    for (path, bytes) in bench.files() {
        disk.plant(&path, bytes);
    }
    Rc::new(disk)
}

/// Gives the bench the files of a disk.
fn take_back(bench: &Bench, disk: &SimulatedDisk) {
    for path in bench.paths() {
        block_on(bench.store.remove(&path)).unwrap();
    }
    for path in disk.paths() {
        let bytes = disk.bytes(&path).unwrap();
        bench.store.put_raw(&path, bytes);
    }
}

fn count(disk: &SimulatedDisk, operation: Operation) -> usize {
    let history = disk.history();
    history.iter().filter(|done| **done == operation).count()
}

/// Reads that opening a window takes.
fn reads(bench: &Bench, window: TimeRange) -> usize {
    let disk = on(SimulatedDisk::atomic_writes(), bench);
    block_on(open(Rc::clone(&disk), &dataset(), window)).unwrap();
    count(&disk, Operation::Read)
}

fn run_in(
    store: &Rc<SimulatedDisk>,
    bench: &Bench,
    window: TimeRange,
) -> Result<Receipt, EngineError> {
    let request = IngestRequest {
        dataset: dataset(),
        window,
        mode: Mode::Normal,
        flush: bench.flush,
        run_id: "0000000f".into(),
        producer: PRODUCER.into(),
        summary: true,
    };
    let ports = Ports {
        store,
        source: &bench.source,
        clock: &bench.clock,
        observer: &bench.recorder,
    };
    block_on(ingest(ports, &request, &CancellationToken::new()))
}

fn verified(bench: &Bench) -> VerifyReport {
    let cancel = CancellationToken::new();
    block_on(verify(&*bench.store, &dataset(), None, &cancel, &|_, _| {})).unwrap()
}

#[test]
fn opening_five_thousand_parts_reads_one_file() {
    let mut bench = Bench::new(0..10_000);
    bench.source.paging = Paging::Chain(2);
    bench.flush.rows = 1;
    bench.fetch(0, 10_000);
    assert!(parts(&bench).len() >= 5_000, "{}", parts(&bench).len());
    let window = range(0, 10_000);
    assert_eq!(reads(&bench, window), 1);
    assert_eq!(bench.open(0, 10_000).row_count(), 10_000);
    block_on(bench.store.remove(INDEX)).unwrap();
    assert!(reads(&bench, window) >= 5_000);
}

#[test]
fn a_window_opens_only_the_segments_whose_names_reach_into_it() {
    let bench = Bench::new(0..ROWS);
    for start in (0..ROWS).step_by(10) {
        bench.fetch(start, start + 10);
    }
    assert_eq!(parts(&bench).len(), 40);
    assert_eq!(reads(&bench, range(100, 120)), 1);
    block_on(bench.store.remove(INDEX)).unwrap();
    assert_eq!(reads(&bench, range(100, 120)), 2);
    assert_eq!(reads(&bench, range(0, ROWS)), 40);
}

#[test]
fn a_dataset_of_few_files_has_no_index_and_one_that_shrank_has_none_any_more() {
    let bench = Bench::new(0..ROWS);
    bench.fetch(0, 100);
    assert!(!has_index(&bench));
    bench.fetch(0, ROWS);
    assert!(has_index(&bench));
    let selection = Selection::Segment(range(100, ROWS));
    block_on(delete(&*bench.store, &dataset(), &selection)).unwrap();
    assert_eq!(read_all(&bench), read_without_index(&bench));
    bench.fetch(0, 110);
    assert!(!has_index(&bench));
}

#[test]
fn deleting_a_whole_log_leaves_no_index() {
    let bench = many();
    block_on(delete(&*bench.store, &dataset(), &Selection::All)).unwrap();
    assert_eq!(bench.paths(), [""; 0]);
}

#[test]
fn a_corrupt_index_changes_nothing_and_the_next_run_makes_it_anew() {
    let bench = many();
    let (sound, truth) = (file(&bench, INDEX), read_all(&bench));
    assert_eq!(truth, read_without_index(&bench));
    let newer = [b"WRINDEX2".as_slice(), &sound[8..]].concat();
    let mut wrong: Vec<Bytes> = vec![Bytes::new(), newer.into(), Bytes::from_static(b"WRINDEX1")];
    wrong.extend((0..sound.len()).step_by(41).map(|end| sound.slice(..end)));
    wrong.extend((0..sound.len()).step_by(23).map(|at| {
        let mut bytes = sound.to_vec();
        bytes[at] ^= 1 << (at % 8);
        Bytes::from(bytes)
    }));
    for index in wrong {
        bench.store.put_raw(INDEX, index);
        assert_eq!(read_all(&bench), truth);
    }
    bench.fetch(0, ROWS + 10);
    assert_eq!(reads(&bench, range(0, ROWS)), 1);
    assert_eq!(read_all(&bench), read_without_index(&bench));
}

#[test]
fn an_index_that_cannot_be_read_changes_nothing() {
    let bench = many();
    let store = on(SimulatedDisk::atomic_writes(), &bench);
    let broken = StoreError::Io {
        path: INDEX.into(),
        action: "reading",
        reason: "broken".into(),
    };
    store.fail_next(Operation::Read, Fault::Fails(broken));
    let opened = block_on(open(Rc::clone(&store), &dataset(), range(0, ROWS))).unwrap();
    assert_eq!(opened.row_count(), ROWS as u64);
    assert_eq!(opened.problems(), []);
}

#[test]
fn a_stale_index_changes_nothing() {
    let bench = many();
    let stale = file(&bench, INDEX);
    let paths = parts(&bench);
    block_on(bench.store.remove(&paths[2].path)).unwrap();
    bench
        .store
        .put_raw(&paths[5].path, file(&bench, &paths[5].path).slice(..90));
    bench
        .store
        .put_raw("logs/log/note.txt", Bytes::from_static(b"not ours"));
    assert_eq!(read_all(&bench), read_without_index(&bench));
    bench.fetch(0, 2 * ROWS);
    bench.store.put_raw(INDEX, stale);
    assert_eq!(read_all(&bench), read_without_index(&bench));
    assert_eq!(bench.times(0, 2 * ROWS).len() as i64, 2 * ROWS);
}

#[test]
fn an_index_of_another_dataset_or_with_mixed_up_entries_changes_nothing() {
    let bench = many();
    let truth = read_all(&bench);
    let entries: Vec<Entry> = Index::parse(file(&bench, INDEX))
        .unwrap()
        .entries()
        .collect();
    assert_eq!(entries.len(), parts(&bench).len());
    let with = |change: &dyn Fn(usize, &mut Entry)| {
        let mut changed = entries.clone();
        changed
            .iter_mut()
            .enumerate()
            .for_each(|(at, entry)| change(at, entry));
        built(changed)
    };
    let other = Dataset::new("log-search", "log", "where(a)").unwrap();
    let log = Bench::new(0..ROWS);
    let foreign = {
        let request = IngestRequest {
            dataset: other.clone(),
            window: range(0, ROWS),
            mode: Mode::Normal,
            flush: log.flush,
            run_id: "0000000f".into(),
            producer: PRODUCER.into(),
            summary: false,
        };
        let ports = Ports {
            store: &log.store,
            source: &log.source,
            clock: &log.clock,
            observer: &log.recorder,
        };
        block_on(ingest(ports, &request, &CancellationToken::new())).unwrap();
        let path = layout::index_path(&layout::dataset_dir(&other));
        Index::parse(file(&log, &path)).unwrap()
    };
    let foreign: Vec<Entry> = foreign.entries().collect();
    assert_eq!(foreign.len(), entries.len());
    for index in [
        built([]),
        built(foreign.clone()),
        // Names and sizes of this dataset, footers of the other.
        with(&|at, entry| entry.footer = foreign[at].footer.clone()),
        with(&|at, entry| entry.footer = entries[(at + 1) % entries.len()].footer.clone()),
        with(&|_, entry| entry.size += 1),
        with(&|_, entry| entry.footer = Bytes::new()),
        with(&|_, entry| entry.footer = entry.footer.slice(1..)),
        with(&|_, entry| entry.name.insert(0, 'a')),
    ] {
        bench.store.put_raw(INDEX, index);
        assert_eq!(read_all(&bench), truth);
    }
}

#[test]
fn a_name_that_the_index_knows_is_not_taken_again() {
    let bench = many();
    // As long as something else is left.
    bench.fetch(ROWS, ROWS + 10);
    let of_segment = || {
        let mut parts = parts(&bench);
        parts.retain(|info| info.path.contains("/from=0/"));
        parts
    };
    let known = of_segment();
    let segment = Selection::Segment(range(0, ROWS));
    block_on(delete(&*bench.store, &dataset(), &segment)).unwrap();
    assert!(has_index(&bench) && of_segment().is_empty());
    bench.fetch(0, ROWS);
    let new = of_segment();
    assert_eq!(new.len(), known.len());
    assert!(
        new.iter()
            .all(|info| known.iter().all(|old| old.path != info.path))
    );
    assert_eq!(read_all(&bench), read_without_index(&bench));
}

#[test]
fn an_index_that_cannot_tell_its_names_is_gone_before_a_run_writes() {
    let bench = many();
    bench
        .store
        .put_raw(INDEX, Bytes::from_static(b"WRINDEX2 of a newer version"));
    let store = on(SimulatedDisk::atomic_writes(), &bench);
    let stuck = StoreError::Io {
        path: INDEX.into(),
        action: "removing",
        reason: "stuck".into(),
    };
    store.fail_next(Operation::Remove, Fault::Fails(stuck));
    let before = parts(&bench);
    assert!(run_in(&store, &bench, range(0, 2 * ROWS)).is_err());
    take_back(&bench, &store);
    assert_eq!(parts(&bench), before);
    run_in(&store, &bench, range(0, 2 * ROWS)).unwrap();
    take_back(&bench, &store);
    assert_eq!(reads(&bench, range(0, 2 * ROWS)), 1);
}

#[test]
fn an_index_that_cannot_be_written_fails_no_run() {
    let bench = many();
    let store = on(SimulatedDisk::atomic_writes(), &bench);
    let full = StoreError::Full {
        path: INDEX.into(),
        reason: "full".into(),
    };
    store.fail_next(Operation::Replace, Fault::Fails(full));
    let receipt = run_in(&store, &bench, range(0, 2 * ROWS)).unwrap();
    take_back(&bench, &store);
    assert!(receipt.is_complete());
    assert!(
        bench
            .event_names()
            .contains(&"cache_write_failed".to_owned())
    );
    assert_eq!(read_all(&bench), read_without_index(&bench));
}

#[test]
fn provisional_files_are_in_the_index_too() {
    let bench = many();
    bench.source.now_ms.set(Some(ROWS + 100));
    bench.fetch(0, ROWS + 100);
    assert!(bench.paths().iter().any(|path| path.contains("_edge-")));
    assert_eq!(reads(&bench, range(0, ROWS)), 1);
    assert_eq!(read_all(&bench), read_without_index(&bench));
    bench.source.now_ms.set(Some(1_000_000));
    bench.fetch(0, ROWS + 100);
    assert!(!bench.paths().iter().any(|path| path.contains("_edge-")));
    assert_eq!(read_all(&bench), read_without_index(&bench));
}

#[test]
fn an_index_is_written_only_where_something_changed() {
    let bench = many();
    let store = on(SimulatedDisk::atomic_writes(), &bench);
    run_in(&store, &bench, range(0, ROWS)).unwrap();
    // The summary is written each time.
    assert_eq!(count(&store, Operation::Replace), 1);
    run_in(&store, &bench, range(0, ROWS + 10)).unwrap();
    assert_eq!(count(&store, Operation::Replace), 3);
    // One read for the index, in each of the scans, and those of the new part.
    let before = count(&store, Operation::Read);
    run_in(&store, &bench, range(0, ROWS + 20)).unwrap();
    assert!(count(&store, Operation::Read) - before < 10);
}

#[test]
fn a_kill_at_any_moment_leaves_an_index_that_changes_nothing() {
    let window = range(0, ROWS + 80);
    let whole: Vec<i64> = (0..ROWS + 80).collect();
    for empty in [
        SimulatedDisk::atomic_writes(),
        SimulatedDisk::partial_writes(),
    ] {
        let mut moments = 0;
        loop {
            let bench = many();
            let store = on(empty.fork(), &bench);
            store.stop_after(moments, 50);
            let died = run_in(&store, &bench, window).is_err() || store.is_stopped();
            store.restart();
            take_back(&bench, &store);
            assert_eq!(
                read_all(&bench),
                read_without_index(&bench),
                "after {moments}"
            );
            run_in(&store, &bench, window).unwrap();
            take_back(&bench, &store);
            assert_eq!(bench.times(0, ROWS + 80), whole, "after {moments}");
            assert_eq!(
                read_all(&bench),
                read_without_index(&bench),
                "after {moments}"
            );
            if !died {
                break;
            }
            moments += 1;
        }
        assert!(moments > 20, "{moments}");
    }
}

#[test]
fn verifying_believes_no_index_and_a_repair_makes_it_anew() {
    let bench = many();
    let damaged = parts(&bench)[4].clone();
    let mut bytes = file(&bench, &damaged.path).to_vec();
    let at = bytes.len() - 30;
    bytes[at] ^= 1;
    bench.store.put_raw(&damaged.path, bytes.into());

    // Rows are still proven: by the footer that the index keeps and the checksums in it.
    assert_eq!(bench.times(0, ROWS).len() as i64, ROWS);
    let report = verified(&bench);
    let named: Vec<&str> = report
        .problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(named, [damaged.path.as_str(), INDEX]);
    assert!(!report.ok);

    let receipt = bench.run(0, ROWS, Mode::Repair).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(bench.times(0, ROWS).len() as i64, ROWS);
    assert_eq!(read_all(&bench), read_without_index(&bench));
    // The damaged file is kept and reported.
    let report = verified(&bench);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(report.problems[0].path, damaged.path);
}
