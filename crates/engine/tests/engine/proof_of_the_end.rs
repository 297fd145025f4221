use crate::support::{Bench, range};

#[test]
fn a_count_that_disagrees_once_is_tried_again() {
    let bench = Bench::new(0..50);
    bench.source.count_lies.borrow_mut().push(3);
    let receipt = bench.fetch(0, 50);
    assert!(receipt.is_ok(), "{:?}", receipt.failures);
    assert_eq!(bench.times(0, 50), (0..50).collect::<Vec<_>>());
}

#[test]
fn a_count_that_disagrees_twice_claims_nothing_and_leaves_nothing() {
    let bench = Bench::new(0..50);
    bench.source.count_lies.borrow_mut().extend([3, 3]);
    let receipt = bench.fetch(0, 50);
    assert_eq!(receipt.failed_ranges, [range(0, 50)]);
    assert!(receipt.kept_ranges.is_empty());
    assert!(bench.parts().is_empty());
    assert!(
        receipt.failures[0].reason.contains("53"),
        "{}",
        receipt.failures[0].reason
    );
}

#[test]
fn disorder_removes_what_this_run_wrote_in_the_gap_and_nothing_else() {
    let bench = Bench::new(0..100);
    bench.fetch(90, 100);
    let before = bench.parts();
    bench.source.events.borrow_mut().swap(40, 70);
    let receipt = bench.fetch(0, 100);
    assert_eq!(receipt.failed_ranges, [range(0, 90)]);
    assert!(
        receipt.failures[0].reason.contains("41 after one of 70"),
        "{}",
        receipt.failures[0].reason
    );
    assert_eq!(bench.parts(), before);
}

#[test]
fn beyond_retention_is_shown_and_never_claimed() {
    let bench = Bench::new(0..10);
    bench.source.beyond_retention.set(true);
    let receipt = bench.fetch(0, 50);
    assert_eq!(receipt.provisional_ranges, [range(0, 50)]);
    assert!(receipt.kept_ranges.is_empty());
    assert_eq!(receipt.rows_processed, 0);
    assert_eq!(bench.times(0, 50).len(), 10);
}
