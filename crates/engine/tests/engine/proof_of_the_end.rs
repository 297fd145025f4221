use crate::fake_source::unavailable;
use crate::support::{Bench, range};

#[test]
fn a_count_that_disagrees_once_is_tried_again() {
    let bench = Bench::new(0..50);
    bench.source.count_lies.borrow_mut().push(3);
    let receipt = bench.fetch(0, 50);
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
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
    assert_eq!(receipt.beyond_retention_ranges, [range(0, 50)]);
    assert!(receipt.provisional_ranges.is_empty() && receipt.kept_ranges.is_empty());
    assert_eq!(receipt.rows_processed, 0);
    assert_eq!(bench.times(0, 50).len(), 10);
}

#[test]
fn beyond_retention_that_only_a_page_tells_of_is_never_claimed_wherever_the_run_ends() {
    // The third page says so, after two that were written down as parts; the seventh is lost.
    for from in [0, 2] {
        let mut bench = Bench::new(0..100);
        bench.flush.rows = 5;
        bench.source.beyond_retention_from.set(Some(from));
        bench.source.fail_page_from_now(from + 4, unavailable());
        let receipt = bench.fetch(0, 200);
        assert!(!receipt.is_complete() && receipt.kept_ranges.is_empty());
        assert_eq!(bench.open(0, 200).proven_rows(), 0);
        let receipt = bench.fetch(0, 200);
        assert!(receipt.is_complete() && receipt.kept_ranges.is_empty());
        assert_eq!(receipt.beyond_retention_ranges, [range(0, 200)]);
        assert_eq!(bench.open(0, 200).proven_rows(), 0);
        assert_eq!(bench.times(0, 200).len(), 100);
    }
}

#[test]
fn the_receipt_counts_requests_that_failed() {
    let bench = Bench::new(0..50);
    bench.source.fail_page_from_now(2, unavailable());
    // One count and three pages, of which the last one failed.
    assert_eq!(bench.fetch(0, 200).requests, 4);
}
