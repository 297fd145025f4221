use crate::support::{TestEngine, dataset, range};
use futures_executor::block_on;
use windrow_engine::scan;

#[test]
fn a_full_buffer_becomes_a_part_that_holds_its_last_millisecond_back() {
    let engine = TestEngine::new((0..100).map(|n| n / 3));
    let receipt = engine.fetch(0, 40);
    let parts = engine.parts();
    assert!(parts.len() > 2, "{parts:?}");
    assert_eq!(receipt.parts_written, parts.len() as u64);
    for pair in parts.windows(2) {
        assert_eq!(pair[0].1, pair[1].0, "claims touch: {parts:?}");
    }
    assert_eq!((parts[0].0, parts[parts.len() - 1].1), (0, 40));
    assert_eq!(parts.iter().map(|part| part.2).sum::<u64>(), 100);
    assert_eq!(
        engine.times(0, 40),
        (0..100).map(|n| n / 3).collect::<Vec<_>>()
    );
}

#[test]
fn a_burst_in_one_millisecond_is_one_part_of_several_row_groups() {
    let times: Vec<i64> = [1, 2].into_iter().chain([7; 95]).chain([8, 9]).collect();
    let engine = TestEngine::new(times.clone());
    engine.fetch(0, 20);
    let held = block_on(scan(&*engine.store, &dataset(), None)).unwrap();
    let burst = held
        .parts
        .iter()
        .find(|part| part.range().contains_ms(7))
        .unwrap();
    assert_eq!(burst.range().end_ms(), 8);
    assert!(
        burst.footer.row_groups().len() >= 4,
        "{}",
        burst.footer.row_groups().len()
    );
    assert_eq!(engine.times(0, 20), times);
    assert_eq!(engine.times(7, 8), [7; 95]);
}

#[test]
fn a_burst_that_ends_the_window_is_claimed_to_the_end() {
    let engine = TestEngine::new([7; 95]);
    engine.fetch(0, 20);
    assert_eq!(engine.times(0, 20).len(), 95);
    let held = block_on(scan(&*engine.store, &dataset(), None)).unwrap();
    assert_eq!(held.coverage().ranges(), [range(0, 20)]);
}

#[test]
fn bytes_flush_as_well_as_rows() {
    let mut engine = TestEngine::new(0..100);
    engine.flush.rows = usize::MAX;
    engine.flush.bytes = 2_000;
    engine.fetch(0, 100);
    assert!(engine.parts().len() > 2);
}
