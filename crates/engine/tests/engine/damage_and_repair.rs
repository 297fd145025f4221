use crate::support::{Bench, dataset, range};
use futures_executor::block_on;
use windrow_engine::{
    CancellationToken, EngineError, Mode, ProblemKind, StretchState, VerifyReport, open, scan,
    verify,
};
use windrow_model::Dataset;
use windrow_model::identity::LOG_SEARCH;

/// The paths of all parts, in order.
fn parts(bench: &Bench) -> Vec<String> {
    bench
        .paths()
        .into_iter()
        .filter(|path| path.ends_with(".parquet"))
        .collect()
}

fn flip(bench: &Bench, path: &str, at: usize) {
    let mut bytes = bench.file(path).to_vec();
    bytes[at] ^= 0x10;
    bench.store.put_raw(path, bytes.into());
}

fn verified(bench: &Bench) -> VerifyReport {
    block_on(verify(
        &*bench.store,
        &dataset(),
        None,
        &CancellationToken::new(),
        &|_, _| {},
    ))
    .unwrap()
}

#[test]
fn a_flipped_bit_in_the_rows_is_named_and_repaired() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let damaged = parts(&bench)[1].clone();
    flip(&bench, &damaged, 40);

    let opened = bench.open(0, 100);
    let error = block_on(opened.rows(0, usize::MAX)).unwrap_err();
    assert!(
        matches!(&error, EngineError::Damaged { path, .. } if *path == damaged),
        "{error}"
    );
    let report = verified(&bench);
    assert!(!report.ok);
    assert_eq!(report.problems[0].path, damaged);

    let receipt = bench.run(0, 100, Mode::Repair).unwrap();
    assert_eq!(receipt.repaired.len(), 1);
    assert!(receipt.repaired[0].removed);
    assert!(!parts(&bench).contains(&damaged));
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
    let report = verified(&bench);
    assert!(report.ok, "{report:?}");
}

#[test]
fn a_repair_that_holds_fewer_rows_removes_nothing() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let damaged = parts(&bench)[1].clone();
    flip(&bench, &damaged, 40);
    bench
        .source
        .events
        .borrow_mut()
        .retain(|(ms, _)| ms % 2 == 0);
    let receipt = bench.run(0, 100, Mode::Repair).unwrap();
    assert!(!receipt.repaired[0].removed);
    assert!(parts(&bench).contains(&damaged));
    // The repair owns the range all the same, and reading it works.
    assert!(bench.times(0, 100).len() < 100);
}

#[test]
fn a_flipped_bit_in_the_footer_stops_the_run_until_it_is_repaired() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let damaged = parts(&bench)[0].clone();
    flip(&bench, &damaged, bench.file(&damaged).len() - 30);
    let error = bench.run(0, 100, Mode::Normal).unwrap_err();
    assert!(
        matches!(&error, EngineError::Damaged { path, .. } if *path == damaged),
        "{error}"
    );
    assert!(error.remedy().contains("--repair"));
    assert!(
        bench
            .open(0, 100)
            .stretches()
            .iter()
            .any(|s| s.state == StretchState::Damaged)
    );
    bench.source.take_asked();

    let receipt = bench.run(0, 100, Mode::Repair).unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
    assert!(bench.fetch(0, 100).is_complete());
}

#[test]
fn a_torn_part_is_missing_and_no_damage() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let torn = parts(&bench)[0].clone();
    bench.store.put_raw(&torn, bench.file(&torn).slice(..100));
    let opened = bench.open(0, 100);
    assert_eq!(opened.problems()[0].kind, ProblemKind::Torn);
    let receipt = bench.run(0, 100, Mode::Normal).unwrap();
    assert_eq!(receipt.cache_missing_ranges.len(), 1);
    assert_eq!(bench.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_part_copied_under_another_index_is_foreign() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let first = parts(&bench)[0].clone();
    let copy = first.replace("part-00000", "part-00777");
    bench.store.put_raw(&copy, bench.file(&first));
    assert_eq!(bench.open(0, 100).problems()[0].kind, ProblemKind::Foreign);
    assert_eq!(bench.times(0, 100).len(), 100);
}

#[test]
fn parts_copied_into_another_logs_directory_are_foreign_there() {
    let bench = Bench::new(0..100);
    bench.fetch(0, 100);
    let copied = parts(&bench);
    for path in &copied {
        let copy = path.replace("logs/log/", "logs/lob/");
        bench.store.put_raw(&copy, bench.file(path));
    }
    let other = Dataset::new(LOG_SEARCH, "lob", "").unwrap();
    let held = block_on(scan(&*bench.store, &other, None)).unwrap();
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
    let bench = Bench::new(0..100);
    let other = Bench::new(0..100);
    bench.fetch(0, 50);
    other.fetch(40, 90);
    for path in parts(&other) {
        bench.store.put_raw(&path, other.file(&path));
    }
    let error = block_on(open(
        std::rc::Rc::clone(&bench.store),
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
    assert!(bench.run(0, 90, Mode::Normal).is_err());
    // Outside the overlap the window opens.
    assert_eq!(bench.times(60, 80).len(), 20);
    assert_eq!(bench.run(0, 90, Mode::Bypass).unwrap().rows_processed, 90);
}
