use crate::support::{TestEngine, dataset, range};
use futures_executor::block_on;
use windrow_engine::{
    CancellationToken, EngineError, Mode, ProblemKind, StretchState, VerifyReport, open, scan,
    verify,
};
use windrow_model::Dataset;
use windrow_model::identity::LOG_SEARCH;

/// The paths of all parts, in order.
fn parts(engine: &TestEngine) -> Vec<String> {
    engine
        .paths()
        .into_iter()
        .filter(|path| path.ends_with(".parquet"))
        .collect()
}

fn flip(engine: &TestEngine, path: &str, at: usize) {
    let mut bytes = engine.file(path).to_vec();
    bytes[at] ^= 0x10;
    engine.store.put_raw(path, bytes.into());
}

fn verified(engine: &TestEngine) -> VerifyReport {
    block_on(verify(
        &*engine.store,
        &dataset(),
        None,
        &CancellationToken::new(),
        &|_, _| {},
    ))
    .unwrap()
}

#[test]
fn a_flipped_bit_in_the_rows_is_named_and_repaired() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let damaged = parts(&engine)[1].clone();
    flip(&engine, &damaged, 40);

    let opened = engine.open(0, 100);
    let error = block_on(opened.rows(0, usize::MAX)).unwrap_err();
    assert!(
        matches!(&error, EngineError::Damaged { path, .. } if *path == damaged),
        "{error}"
    );
    let report = verified(&engine);
    assert!(!report.ok);
    assert_eq!(report.problems[0].path, damaged);

    let receipt = engine.run(0, 100, Mode::Repair).unwrap();
    assert_eq!(receipt.repaired.len(), 1);
    assert!(receipt.repaired[0].removed);
    assert!(!parts(&engine).contains(&damaged));
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    let report = verified(&engine);
    assert!(report.ok, "{report:?}");
}

#[test]
fn a_repair_that_holds_fewer_rows_removes_nothing() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let damaged = parts(&engine)[1].clone();
    flip(&engine, &damaged, 40);
    engine
        .source
        .events
        .borrow_mut()
        .retain(|(ms, _)| ms % 2 == 0);
    let receipt = engine.run(0, 100, Mode::Repair).unwrap();
    assert!(!receipt.repaired[0].removed);
    assert!(parts(&engine).contains(&damaged));
    // The repair owns the range all the same, and reading it works.
    assert!(engine.times(0, 100).len() < 100);
}

#[test]
fn a_flipped_bit_in_the_footer_stops_the_run_until_it_is_repaired() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let damaged = parts(&engine)[0].clone();
    flip(&engine, &damaged, engine.file(&damaged).len() - 30);
    let error = engine.run(0, 100, Mode::Normal).unwrap_err();
    assert!(
        matches!(&error, EngineError::Damaged { path, .. } if *path == damaged),
        "{error}"
    );
    assert!(error.remedy().contains("--repair"));
    assert!(
        engine
            .open(0, 100)
            .stretches()
            .iter()
            .any(|s| s.state == StretchState::Damaged)
    );
    engine.source.take_asked();

    let receipt = engine.run(0, 100, Mode::Repair).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
    assert!(engine.fetch(0, 100).is_complete());
}

#[test]
fn a_torn_part_is_missing_and_no_damage() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let torn = parts(&engine)[0].clone();
    engine.store.put_raw(&torn, engine.file(&torn).slice(..100));
    let opened = engine.open(0, 100);
    assert_eq!(opened.problems()[0].kind, ProblemKind::Torn);
    let receipt = engine.run(0, 100, Mode::Normal).unwrap();
    assert_eq!(receipt.cache_missing_ranges.len(), 1);
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_part_copied_under_another_index_is_foreign() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let first = parts(&engine)[0].clone();
    let copy = first.replace("part-00000", "part-00777");
    engine.store.put_raw(&copy, engine.file(&first));
    assert_eq!(engine.open(0, 100).problems()[0].kind, ProblemKind::Foreign);
    assert_eq!(engine.times(0, 100).len(), 100);
}

#[test]
fn parts_copied_into_another_logs_directory_are_foreign_there() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let copied = parts(&engine);
    for path in &copied {
        let copy = path.replace("logs/log/", "logs/lob/");
        engine.store.put_raw(&copy, engine.file(path));
    }
    let other = Dataset::new(LOG_SEARCH, "lob", "").unwrap();
    let held = block_on(scan(&*engine.store, &other, None)).unwrap();
    assert!(held.parts.is_empty());
    assert_eq!(held.problems.len(), copied.len());
    for problem in held.problems {
        assert_eq!(problem.kind, ProblemKind::Foreign);
        assert!(
            problem.reason.contains("it belongs to log `log`"),
            "{}",
            problem.reason
        );
    }
}

#[test]
fn overlapping_claims_are_refused_with_both_parts_named() {
    let engine = TestEngine::new(0..100);
    let other = TestEngine::new(0..100);
    engine.fetch(0, 50);
    other.fetch(40, 90);
    for path in parts(&other) {
        engine.store.put_raw(&path, other.file(&path));
    }
    let error = block_on(open(
        std::rc::Rc::clone(&engine.store),
        &dataset(),
        range(0, 90),
    ))
    .err()
    .unwrap();
    let EngineError::Overlap {
        first,
        second,
        range: both,
    } = error
    else {
        panic!("{error}")
    };
    assert!(first.contains("from=0/to=50") && second.contains("from=40/to=90"));
    assert!(range(40, 50).contains(both));
    assert!(engine.run(0, 90, Mode::Normal).is_err());
    // Outside the overlap the window opens.
    assert_eq!(engine.times(60, 80).len(), 20);
    assert_eq!(engine.run(0, 90, Mode::Bypass).unwrap().rows_processed, 90);
}
