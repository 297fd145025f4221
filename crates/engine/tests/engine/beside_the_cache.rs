//! What bypass runs leave behind: it is listed, deleted, and swept when it is old.

use crate::fake_source::unavailable;
use crate::support::{TestEngine, dataset, range};
use futures_executor::block_on;
use windrow_engine::{BypassRun, Mode, Selection, bypass_runs, delete};
use windrow_source::{Clock, SourceError};
use windrow_store::BlobStore;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

fn bypass(engine: &TestEngine) -> String {
    engine.run(0, 50, Mode::Bypass).unwrap().bypass_dir.unwrap()
}

fn left(engine: &TestEngine) -> Vec<BypassRun> {
    block_on(bypass_runs(&*engine.store)).unwrap()
}

fn dirs(engine: &TestEngine) -> Vec<String> {
    left(engine).into_iter().map(|run| run.dir).collect()
}

fn is_anything_beside(engine: &TestEngine) -> bool {
    engine
        .paths()
        .iter()
        .any(|path| path.starts_with("_bypass"))
}

#[test]
fn a_bypass_run_is_listed_with_what_it_was_asked_for() {
    let engine = TestEngine::new(0..100);
    let dir = bypass(&engine);
    let runs = left(&engine);
    assert_eq!(runs.len(), 1);
    let run = &runs[0];
    assert_eq!(run.dir, dir);
    assert!(dir.ends_with(&run.run_id));
    assert_eq!(run.dataset, Some(dataset()));
    assert_eq!(run.window, Some(range(0, 50)));
    assert_eq!(run.rows, 50);
    assert!(run.parts > 0 && run.bytes > 0 && run.started_ms.is_some());
}

#[test]
fn one_without_its_note_is_listed_by_its_parts() {
    let engine = TestEngine::new(0..100);
    let dir = bypass(&engine);
    block_on(engine.store.remove(&format!("{dir}/_run.json"))).unwrap();
    let run = &left(&engine)[0];
    assert_eq!((&run.dataset, run.rows), (&Some(dataset()), 50));
    assert_eq!(run.window, Some(range(0, 50)));
}

#[test]
fn one_whose_note_is_damaged_is_still_what_its_parts_say() {
    let engine = TestEngine::new(0..100);
    let note = format!("{}/_run.json", bypass(&engine));
    let damaged = String::from_utf8(engine.file(&note).to_vec()).unwrap();
    let damaged = damaged.replace("\"log\"", "\"lof\"");
    engine.store.put_raw(&note, damaged.into());
    assert_eq!(left(&engine)[0].dataset, Some(dataset()));
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    assert!(engine.paths().is_empty(), "{:?}", engine.paths());
}

#[test]
fn a_run_is_deleted_alone_and_with_its_log_and_files_of_others_stay() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 20);
    let (one, other) = (bypass(&engine), bypass(&engine));
    let foreign = format!("{one}/notes.txt");
    engine.store.put_raw(&foreign, "mine".into());
    let run_id = one.rsplit('/').next().unwrap().to_owned();
    let deleted = block_on(delete(
        &*engine.store,
        &dataset(),
        &Selection::Bypass(run_id),
    ));
    assert!(deleted.unwrap().bytes > 0);
    assert!(engine.paths().contains(&foreign));
    block_on(engine.store.remove(&foreign)).unwrap();
    assert_eq!(dirs(&engine), [other]);
    assert_eq!(engine.times(0, 20).len(), 20, "the cache is as it was");

    let another = windrow_model::Dataset::new(dataset().source(), "another", "").unwrap();
    block_on(delete(&*engine.store, &another, &Selection::All)).unwrap();
    assert_eq!(left(&engine).len(), 1, "it is not that log's");
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    assert!(engine.paths().is_empty(), "{:?}", engine.paths());
}

#[test]
fn an_old_run_is_swept_by_the_next_and_a_recent_one_is_kept() {
    let engine = TestEngine::new(0..100);
    bypass(&engine);
    block_on(engine.clock.sleep(6 * DAY_MS));
    let recent = bypass(&engine);
    assert_eq!(left(&engine).len(), 2);
    block_on(engine.clock.sleep(2 * DAY_MS));
    let new = bypass(&engine);
    assert_eq!(dirs(&engine), [recent, new]);
}

#[test]
fn what_a_killed_run_left_is_swept_unless_something_of_it_is_whole() {
    let engine = TestEngine::new(0..100);
    let dir = bypass(&engine);
    for path in engine.paths() {
        let is_note = path.ends_with("_run.json");
        if path.starts_with(&dir) && !is_note {
            block_on(engine.store.remove(&path)).unwrap();
        }
    }
    engine
        .store
        .put_raw(&format!("{dir}/part-00000.parquet"), "PAR1".into());
    let run = &left(&engine)[0];
    assert_eq!((run.parts, run.window), (0, Some(range(0, 50))));
    let kept = bypass(&engine);
    assert_eq!(dirs(&engine), [kept]);
}

#[test]
fn a_run_that_is_still_going_is_not_swept_and_not_deleted() {
    let engine = TestEngine::new(0..100);
    let dir = "_bypass/0000abcd";
    let note = format!("{dir}/_run.json");
    engine.store.put_raw(&note, "{}".into());
    let lock = block_on(engine.store.lock(dir)).unwrap();
    bypass(&engine);
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    assert!(engine.paths().contains(&note));
    drop(lock);
    let new = bypass(&engine);
    assert_eq!(dirs(&engine), [new]);
}

#[test]
fn a_bypass_run_that_could_not_start_leaves_nothing() {
    let engine = TestEngine::new(0..100);
    let refused = SourceError::Unauthorised {
        host: "api.example".into(),
        status: 401,
    };
    engine.source.fail_page_from_now(0, refused);
    assert!(engine.run(0, 50, Mode::Bypass).is_err());
    assert!(!is_anything_beside(&engine), "{:?}", engine.paths());

    // One that failed later keeps what it has.
    engine.source.fail_page_from_now(3, unavailable());
    assert!(!engine.run(0, 50, Mode::Bypass).unwrap().is_complete());
    assert!(left(&engine)[0].rows > 0);
}
