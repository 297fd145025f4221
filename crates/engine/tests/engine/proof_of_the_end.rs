use crate::fake_source::unavailable;
use crate::support::{TestEngine, range};

#[test]
fn a_count_that_disagrees_once_is_tried_again() {
    let engine = TestEngine::new(0..50);
    engine.source.count_lies.borrow_mut().push(3);
    let receipt = engine.fetch(0, 50);
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    assert_eq!(engine.times(0, 50), (0..50).collect::<Vec<_>>());
}

#[test]
fn a_count_that_disagrees_twice_claims_nothing_and_leaves_nothing() {
    let engine = TestEngine::new(0..50);
    engine.source.count_lies.borrow_mut().extend([3, 3]);
    let receipt = engine.fetch(0, 50);
    assert_eq!(receipt.failed_ranges, [range(0, 50)]);
    assert!(receipt.kept_ranges.is_empty());
    assert!(engine.parts().is_empty());
    assert!(
        receipt.failures[0].reason.contains("53"),
        "{}",
        receipt.failures[0].reason
    );
}

#[test]
fn disorder_removes_what_this_run_wrote_in_the_gap_and_nothing_else() {
    let engine = TestEngine::new(0..100);
    engine.fetch(90, 100);
    let before = engine.parts();
    engine.source.events.borrow_mut().swap(40, 70);
    let receipt = engine.fetch(0, 100);
    assert_eq!(receipt.failed_ranges, [range(0, 90)]);
    assert!(
        receipt.failures[0].reason.contains("41 after one of 70"),
        "{}",
        receipt.failures[0].reason
    );
    assert_eq!(engine.parts(), before);
}

#[test]
fn beyond_retention_is_shown_and_never_claimed() {
    let engine = TestEngine::new(0..10);
    engine.source.beyond_retention.set(true);
    let receipt = engine.fetch(0, 50);
    assert_eq!(receipt.beyond_retention_ranges, [range(0, 50)]);
    assert!(receipt.provisional_ranges.is_empty() && receipt.kept_ranges.is_empty());
    assert_eq!(receipt.rows_processed, 0);
    assert_eq!(engine.times(0, 50).len(), 10);
}

#[test]
fn beyond_retention_that_only_a_page_tells_of_is_never_claimed_wherever_the_run_ends() {
    // The third page says so, after two that were written down as parts; the seventh is lost.
    for from in [0, 2] {
        let mut engine = TestEngine::new(0..100);
        engine.flush.rows = 5;
        engine.source.beyond_retention_from.set(Some(from));
        engine.source.fail_page_from_now(from + 4, unavailable());
        let receipt = engine.fetch(0, 200);
        assert!(!receipt.is_complete() && receipt.kept_ranges.is_empty());
        assert_eq!(engine.open(0, 200).proven_rows(), 0);
        let receipt = engine.fetch(0, 200);
        assert!(receipt.is_complete() && receipt.kept_ranges.is_empty());
        assert_eq!(receipt.beyond_retention_ranges, [range(0, 200)]);
        assert_eq!(engine.open(0, 200).proven_rows(), 0);
        assert_eq!(engine.times(0, 200).len(), 100);
    }
}

#[test]
fn the_receipt_counts_requests_that_failed() {
    let engine = TestEngine::new(0..50);
    engine.source.fail_page_from_now(2, unavailable());
    // One count and three pages, of which the last one failed.
    assert_eq!(engine.fetch(0, 200).requests, 4);
}
