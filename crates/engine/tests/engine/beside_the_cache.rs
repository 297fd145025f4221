//! What bypass runs leave behind: it is listed, deleted, and swept when it is old.

use crate::fake_source::unavailable;
use crate::support::{Bench, dataset, range};
use futures_executor::block_on;
use windrow_engine::{BypassRun, Mode, Selection, bypass_runs, delete};
use windrow_source::{Clock, SourceError};
use windrow_store::BlobStore;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

fn bypass(bench: &Bench) -> String {
    bench.run(0, 50, Mode::Bypass).unwrap().bypass_dir.unwrap()
}

fn left(bench: &Bench) -> Vec<BypassRun> {
    block_on(bypass_runs(&*bench.store)).unwrap()
}

fn dirs(bench: &Bench) -> Vec<String> {
    left(bench).into_iter().map(|run| run.dir).collect()
}

fn is_anything_beside(bench: &Bench) -> bool {
    bench.paths().iter().any(|path| path.starts_with("_bypass"))
}

#[test]
fn a_bypass_run_is_listed_with_what_it_was_asked_for() {
    let bench = Bench::new(0..100);
    let dir = bypass(&bench);
    let runs = left(&bench);
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
    let bench = Bench::new(0..100);
    let dir = bypass(&bench);
    block_on(bench.store.remove(&format!("{dir}/_run.json"))).unwrap();
    let run = &left(&bench)[0];
    assert_eq!((&run.dataset, run.rows), (&Some(dataset()), 50));
    assert_eq!(run.window, Some(range(0, 50)));
}

#[test]
fn one_whose_note_is_damaged_is_still_what_its_parts_say() {
    let bench = Bench::new(0..100);
    let note = format!("{}/_run.json", bypass(&bench));
    let damaged = String::from_utf8(bench.file(&note).to_vec()).unwrap();
    let damaged = damaged.replace("\"log\"", "\"lof\"");
    bench.store.put_raw(&note, damaged.into());
    assert_eq!(left(&bench)[0].dataset, Some(dataset()));
    block_on(delete(&*bench.store, &dataset(), &Selection::All)).unwrap();
    assert!(bench.paths().is_empty(), "{:?}", bench.paths());
}

#[test]
fn a_run_is_deleted_alone_and_with_its_log_and_files_of_others_stay() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 20);
    let (one, other) = (bypass(&bench), bypass(&bench));
    let foreign = format!("{one}/notes.txt");
    bench.store.put_raw(&foreign, "mine".into());
    let run_id = one.rsplit('/').next().unwrap().to_owned();
    let deleted = block_on(delete(
        &*bench.store,
        &dataset(),
        &Selection::Bypass(run_id),
    ));
    assert!(deleted.unwrap().bytes > 0);
    assert!(bench.paths().contains(&foreign));
    block_on(bench.store.remove(&foreign)).unwrap();
    assert_eq!(dirs(&bench), [other]);
    assert_eq!(bench.times(0, 20).len(), 20, "the cache is as it was");

    let another = windrow_model::Dataset::new(dataset().source(), "another", "").unwrap();
    block_on(delete(&*bench.store, &another, &Selection::All)).unwrap();
    assert_eq!(left(&bench).len(), 1, "it is not that log's");
    block_on(delete(&*bench.store, &dataset(), &Selection::All)).unwrap();
    assert!(bench.paths().is_empty(), "{:?}", bench.paths());
}

#[test]
fn an_old_run_is_swept_by_the_next_and_a_recent_one_is_kept() {
    let bench = Bench::new(0..100);
    bypass(&bench);
    block_on(bench.clock.sleep(6 * DAY_MS));
    let recent = bypass(&bench);
    assert_eq!(left(&bench).len(), 2);
    block_on(bench.clock.sleep(2 * DAY_MS));
    let new = bypass(&bench);
    assert_eq!(dirs(&bench), [recent, new]);
}

#[test]
fn what_a_killed_run_left_is_swept_unless_something_of_it_is_whole() {
    let bench = Bench::new(0..100);
    let dir = bypass(&bench);
    for path in bench.paths() {
        let is_note = path.ends_with("_run.json");
        if path.starts_with(&dir) && !is_note {
            block_on(bench.store.remove(&path)).unwrap();
        }
    }
    bench
        .store
        .put_raw(&format!("{dir}/part-00000.parquet"), "PAR1".into());
    let run = &left(&bench)[0];
    assert_eq!((run.parts, run.window), (0, Some(range(0, 50))));
    let kept = bypass(&bench);
    assert_eq!(dirs(&bench), [kept]);
}

#[test]
fn a_run_that_is_still_going_is_not_swept_and_not_deleted() {
    let bench = Bench::new(0..100);
    let dir = "_bypass/0000abcd";
    let note = format!("{dir}/_run.json");
    bench.store.put_raw(&note, "{}".into());
    let lock = block_on(bench.store.lock(dir)).unwrap();
    bypass(&bench);
    block_on(delete(&*bench.store, &dataset(), &Selection::All)).unwrap();
    assert!(bench.paths().contains(&note));
    drop(lock);
    let new = bypass(&bench);
    assert_eq!(dirs(&bench), [new]);
}

#[test]
fn a_bypass_run_that_could_not_start_leaves_nothing() {
    let bench = Bench::new(0..100);
    let refused = SourceError::Unauthorised {
        host: "api.example".into(),
        status: 401,
    };
    bench.source.fail_page_from_now(0, refused);
    assert!(bench.run(0, 50, Mode::Bypass).is_err());
    assert!(!is_anything_beside(&bench), "{:?}", bench.paths());

    // One that failed later keeps what it has.
    bench.source.fail_page_from_now(3, unavailable());
    assert!(!bench.run(0, 50, Mode::Bypass).unwrap().is_complete());
    assert!(left(&bench)[0].rows > 0);
}
