//! `_index` makes opening many parts fast, and changes nothing else.

use crate::fake_source::Paging;
use crate::support::{PRODUCER, TestEngine, dataset, range};
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
fn many() -> TestEngine {
    let engine = TestEngine::new(0..2 * ROWS);
    engine.fetch(0, ROWS);
    engine
}

fn listed(engine: &TestEngine) -> Vec<BlobInfo> {
    block_on(engine.store.list("logs/log")).unwrap()
}

fn parts(engine: &TestEngine) -> Vec<BlobInfo> {
    let mut parts = listed(engine);
    parts.retain(|info| info.path.ends_with(".parquet"));
    parts
}

fn file(engine: &TestEngine, path: &str) -> Bytes {
    engine.file(path)
}

fn has_index(engine: &TestEngine) -> bool {
    engine.paths().iter().any(|path| path == INDEX)
}

fn built(entries: impl IntoIterator<Item = Entry>) -> Bytes {
    let mut builder = IndexBuilder::default();
    entries.into_iter().for_each(|entry| builder.add(&entry));
    builder.finish()
}

/// Everything that a reader gets.
fn read_all(engine: &TestEngine) -> String {
    let opened = engine.open(0, 2 * ROWS);
    let rows = block_on(opened.rows(0, usize::MAX)).unwrap();
    let summary = opened.summary();
    let segments = block_on(segments(&*engine.store, &dataset())).unwrap();
    format!(
        "{:?} {:?} {:?} {:?} {summary:?} {rows:?} {segments:?}",
        opened.plan(),
        opened.stretches(),
        opened.problems(),
        opened.segments(),
    )
}

/// The same from the files alone.
fn read_without_index(engine: &TestEngine) -> String {
    let index = has_index(engine).then(|| file(engine, INDEX));
    block_on(engine.store.remove(INDEX)).unwrap();
    let read = read_all(engine);
    if let Some(index) = index {
        engine.store.put_raw(INDEX, index);
    }
    read
}

/// Puts the files of an engine on a disk that can fail.
fn on(disk: SimulatedDisk, engine: &TestEngine) -> Rc<SimulatedDisk> {
    for (path, bytes) in engine.files() {
        disk.plant(&path, bytes);
    }
    Rc::new(disk)
}

/// Gives the engine the files of a disk.
fn take_back(engine: &TestEngine, disk: &SimulatedDisk) {
    for path in engine.paths() {
        block_on(engine.store.remove(&path)).unwrap();
    }
    for path in disk.paths() {
        let bytes = disk.bytes(&path).unwrap();
        engine.store.put_raw(&path, bytes);
    }
}

fn count(disk: &SimulatedDisk, operation: Operation) -> usize {
    let history = disk.history();
    history.iter().filter(|done| **done == operation).count()
}

/// Reads that opening a window takes.
fn reads(engine: &TestEngine, window: TimeRange) -> usize {
    let disk = on(SimulatedDisk::atomic_writes(), engine);
    block_on(open(Rc::clone(&disk), &dataset(), window)).unwrap();
    count(&disk, Operation::Read)
}

fn run_in(
    store: &Rc<SimulatedDisk>,
    engine: &TestEngine,
    window: TimeRange,
) -> Result<Receipt, EngineError> {
    let request = IngestRequest {
        dataset: dataset(),
        window,
        mode: Mode::Normal,
        flush: engine.flush,
        run_id: "0000000f".into(),
        producer: PRODUCER.into(),
        summary: true,
    };
    let ports = Ports {
        store,
        source: &engine.source,
        clock: &engine.clock,
        observer: &engine.recorder,
    };
    block_on(ingest(ports, &request, &CancellationToken::new()))
}

fn verified(engine: &TestEngine) -> VerifyReport {
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
fn opening_five_thousand_parts_reads_one_file() {
    let mut engine = TestEngine::new(0..10_000);
    engine.source.paging = Paging::Chain(2);
    engine.flush.rows = 1;
    engine.fetch(0, 10_000);
    assert!(parts(&engine).len() >= 5_000, "{}", parts(&engine).len());
    let window = range(0, 10_000);
    assert_eq!(reads(&engine, window), 1);
    assert_eq!(engine.open(0, 10_000).row_count(), 10_000);
    block_on(engine.store.remove(INDEX)).unwrap();
    assert!(reads(&engine, window) >= 5_000);
}

#[test]
fn a_window_opens_only_the_segments_whose_names_reach_into_it() {
    let engine = TestEngine::new(0..ROWS);
    for start in (0..ROWS).step_by(10) {
        engine.fetch(start, start + 10);
    }
    assert_eq!(parts(&engine).len(), 40);
    assert_eq!(reads(&engine, range(100, 120)), 1);
    block_on(engine.store.remove(INDEX)).unwrap();
    assert_eq!(reads(&engine, range(100, 120)), 2);
    assert_eq!(reads(&engine, range(0, ROWS)), 40);
}

#[test]
fn a_dataset_of_few_files_has_no_index_and_one_that_shrank_has_none_any_more() {
    let engine = TestEngine::new(0..ROWS);
    engine.fetch(0, 100);
    assert!(!has_index(&engine));
    engine.fetch(0, ROWS);
    assert!(has_index(&engine));
    let selection = Selection::Segment(range(100, ROWS));
    block_on(delete(&*engine.store, &dataset(), &selection)).unwrap();
    assert_eq!(read_all(&engine), read_without_index(&engine));
    engine.fetch(0, 110);
    assert!(!has_index(&engine));
}

#[test]
fn deleting_a_whole_log_leaves_no_index() {
    let engine = many();
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    assert_eq!(engine.paths(), [""; 0]);
}

#[test]
fn a_corrupt_index_changes_nothing_and_the_next_run_makes_it_anew() {
    let engine = many();
    let (sound, truth) = (file(&engine, INDEX), read_all(&engine));
    assert_eq!(truth, read_without_index(&engine));
    let newer = [b"WRINDEX2".as_slice(), &sound[8..]].concat();
    let mut wrong: Vec<Bytes> = vec![Bytes::new(), newer.into(), Bytes::from_static(b"WRINDEX1")];
    wrong.extend((0..sound.len()).step_by(41).map(|end| sound.slice(..end)));
    wrong.extend((0..sound.len()).step_by(23).map(|at| {
        let mut bytes = sound.to_vec();
        bytes[at] ^= 1 << (at % 8);
        Bytes::from(bytes)
    }));
    for index in wrong {
        engine.store.put_raw(INDEX, index);
        assert_eq!(read_all(&engine), truth);
    }
    engine.fetch(0, ROWS + 10);
    assert_eq!(reads(&engine, range(0, ROWS)), 1);
    assert_eq!(read_all(&engine), read_without_index(&engine));
}

#[test]
fn an_index_that_cannot_be_read_changes_nothing() {
    let engine = many();
    let store = on(SimulatedDisk::atomic_writes(), &engine);
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
    let engine = many();
    let stale = file(&engine, INDEX);
    let paths = parts(&engine);
    block_on(engine.store.remove(&paths[2].path)).unwrap();
    engine
        .store
        .put_raw(&paths[5].path, file(&engine, &paths[5].path).slice(..90));
    engine
        .store
        .put_raw("logs/log/note.txt", Bytes::from_static(b"not ours"));
    assert_eq!(read_all(&engine), read_without_index(&engine));
    engine.fetch(0, 2 * ROWS);
    engine.store.put_raw(INDEX, stale);
    assert_eq!(read_all(&engine), read_without_index(&engine));
    assert_eq!(engine.times(0, 2 * ROWS).len() as i64, 2 * ROWS);
}

#[test]
fn an_index_of_another_dataset_or_with_mixed_up_entries_changes_nothing() {
    let engine = many();
    let truth = read_all(&engine);
    let entries: Vec<Entry> = Index::parse(file(&engine, INDEX))
        .unwrap()
        .entries()
        .collect();
    assert_eq!(entries.len(), parts(&engine).len());
    let with = |change: &dyn Fn(usize, &mut Entry)| {
        let mut changed = entries.clone();
        changed
            .iter_mut()
            .enumerate()
            .for_each(|(at, entry)| change(at, entry));
        built(changed)
    };
    let other = Dataset::new("log-search", "log", "where(a)").unwrap();
    let log = TestEngine::new(0..ROWS);
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
        engine.store.put_raw(INDEX, index);
        assert_eq!(read_all(&engine), truth);
    }
}

#[test]
fn a_name_that_the_index_knows_is_not_taken_again() {
    let engine = many();
    // As long as something else is left.
    engine.fetch(ROWS, ROWS + 10);
    let of_segment = || {
        let mut parts = parts(&engine);
        parts.retain(|info| info.path.contains("/from=0/"));
        parts
    };
    let known = of_segment();
    let segment = Selection::Segment(range(0, ROWS));
    block_on(delete(&*engine.store, &dataset(), &segment)).unwrap();
    assert!(has_index(&engine) && of_segment().is_empty());
    engine.fetch(0, ROWS);
    let new = of_segment();
    assert_eq!(new.len(), known.len());
    assert!(
        new.iter()
            .all(|info| known.iter().all(|old| old.path != info.path))
    );
    assert_eq!(read_all(&engine), read_without_index(&engine));
}

#[test]
fn an_index_that_cannot_tell_its_names_is_gone_before_a_run_writes() {
    let engine = many();
    engine
        .store
        .put_raw(INDEX, Bytes::from_static(b"WRINDEX2 of a newer version"));
    let store = on(SimulatedDisk::atomic_writes(), &engine);
    let stuck = StoreError::Io {
        path: INDEX.into(),
        action: "removing",
        reason: "stuck".into(),
    };
    store.fail_next(Operation::Remove, Fault::Fails(stuck));
    let before = parts(&engine);
    assert!(run_in(&store, &engine, range(0, 2 * ROWS)).is_err());
    take_back(&engine, &store);
    assert_eq!(parts(&engine), before);
    run_in(&store, &engine, range(0, 2 * ROWS)).unwrap();
    take_back(&engine, &store);
    assert_eq!(reads(&engine, range(0, 2 * ROWS)), 1);
}

#[test]
fn an_index_that_cannot_be_written_fails_no_run() {
    let engine = many();
    let store = on(SimulatedDisk::atomic_writes(), &engine);
    let full = StoreError::Full {
        path: INDEX.into(),
        reason: "full".into(),
    };
    store.fail_next(Operation::Replace, Fault::Fails(full));
    let receipt = run_in(&store, &engine, range(0, 2 * ROWS)).unwrap();
    take_back(&engine, &store);
    assert!(receipt.is_complete());
    assert!(
        engine
            .event_names()
            .contains(&"cache_write_failed".to_owned())
    );
    assert_eq!(read_all(&engine), read_without_index(&engine));
}

#[test]
fn provisional_files_are_in_the_index_too() {
    let engine = many();
    engine.source.now_ms.set(Some(ROWS + 100));
    engine.fetch(0, ROWS + 100);
    assert!(engine.paths().iter().any(|path| path.contains("_edge-")));
    assert_eq!(reads(&engine, range(0, ROWS)), 1);
    assert_eq!(read_all(&engine), read_without_index(&engine));
    engine.source.now_ms.set(Some(1_000_000));
    engine.fetch(0, ROWS + 100);
    assert!(!engine.paths().iter().any(|path| path.contains("_edge-")));
    assert_eq!(read_all(&engine), read_without_index(&engine));
}

#[test]
fn an_index_is_written_only_where_something_changed() {
    let engine = many();
    let store = on(SimulatedDisk::atomic_writes(), &engine);
    run_in(&store, &engine, range(0, ROWS)).unwrap();
    // The summary is written each time.
    assert_eq!(count(&store, Operation::Replace), 1);
    run_in(&store, &engine, range(0, ROWS + 10)).unwrap();
    assert_eq!(count(&store, Operation::Replace), 3);
    // One read for the index, in each of the scans, and those of the new part.
    let before = count(&store, Operation::Read);
    run_in(&store, &engine, range(0, ROWS + 20)).unwrap();
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
            let engine = many();
            let store = on(empty.fork(), &engine);
            store.stop_after(moments, 50);
            let died = run_in(&store, &engine, window).is_err() || store.is_stopped();
            store.restart();
            take_back(&engine, &store);
            assert_eq!(
                read_all(&engine),
                read_without_index(&engine),
                "after {moments}"
            );
            run_in(&store, &engine, window).unwrap();
            take_back(&engine, &store);
            assert_eq!(engine.times(0, ROWS + 80), whole, "after {moments}");
            assert_eq!(
                read_all(&engine),
                read_without_index(&engine),
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
    let engine = many();
    let damaged = parts(&engine)[4].clone();
    let mut bytes = file(&engine, &damaged.path).to_vec();
    let at = bytes.len() - 30;
    bytes[at] ^= 1;
    engine.store.put_raw(&damaged.path, bytes.into());

    // Rows are still proven: by the footer that the index keeps and the checksums in it.
    assert_eq!(engine.times(0, ROWS).len() as i64, ROWS);
    let report = verified(&engine);
    let named: Vec<&str> = report
        .problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(named, [damaged.path.as_str(), INDEX]);
    assert!(!report.ok);

    let receipt = engine.run(0, ROWS, Mode::Repair).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(engine.times(0, ROWS).len() as i64, ROWS);
    assert_eq!(read_all(&engine), read_without_index(&engine));
    // The damaged file is kept and reported.
    let report = verified(&engine);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(report.problems[0].path, damaged.path);
}
