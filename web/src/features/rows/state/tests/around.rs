//! The table while the filter is suspended, and on the way back.

use super::*;

/// A filter shows every tenth row; the row of an instant is marked, so far below the top of the view.
fn filtered(ms: i64, offset_px: f64) -> FakeWorker {
    let mut worker = FakeWorker::new();
    worker.is_of = "tenth".to_owned();
    worker.open((0..10_000).step_by(10), Vec::new(), false);
    let row = ms as u64 / 10;
    worker.send(Msg::Mark(row));
    worker.send(Msg::Roll(Roll::To(0.0)));
    worker.send(Msg::Roll(Roll::Px(row as f64 * ROW_PX - offset_px)));
    assert!(worker.shown().contains(&(ms, offset_px)));
    worker
}

impl FakeWorker {
    fn look_around(&mut self) {
        self.suspended = self.rows.view();
        self.is_of = "around".to_owned();
        self.reopen(0..10_000);
        // The bar takes its room.
        self.send(Msg::Resized(VIEW_PX - 34.0));
    }

    fn look_back(&mut self, is_of: &str) {
        self.suspended = None;
        self.is_of = is_of.to_owned();
        self.reopen((0..10_000).step_by(10));
        self.send(Msg::Resized(VIEW_PX));
    }
}

#[test]
fn around_a_row_it_stays_where_it_is_on_the_screen_and_so_it_does_on_the_way_back() {
    let mut worker = filtered(5000, 161.0);
    let before = worker.shown();
    worker.look_around();
    assert!(worker.rows.is_around());
    assert_eq!(worker.marked_ms(), Some(5000));
    // Below a bar of 34 pixels.
    assert!(worker.shown().contains(&(5000, 127.0)));
    assert_eq!(worker.rows.suspended_of(1), Some(0));

    // Wherever one goes meanwhile.
    worker.send(Msg::Click(9000));
    worker.send(Msg::Roll(Roll::To(0.1)));
    worker.done.clear();
    worker.look_back("tenth");
    assert_eq!((worker.shown(), worker.marked_ms()), (before, Some(5000)));
    let marks =
        worker.count(|effect| matches!(effect, Effect::Marked(Some(marked)) if marked.row == 500));
    assert_eq!((marks, worker.rows.is_around()), (1, false));
}

#[test]
fn another_filter_while_around_a_row_goes_on_from_where_one_looks() {
    let mut worker = filtered(5000, 161.0);
    worker.look_around();
    worker.send(Msg::Click(9000));
    let (_, offset_px) = worker
        .shown()
        .into_iter()
        .find(|(ms, _)| *ms == 9000)
        .unwrap();
    worker.look_back("another");
    assert_eq!(worker.marked_ms(), Some(9000));
    assert!(worker.shown().contains(&(9000, offset_px + 34.0)));
}

#[test]
fn a_row_at_the_very_top_does_not_go_under_the_bar() {
    let mut worker = filtered(5000, 0.0);
    worker.look_around();
    assert!(worker.shown().contains(&(5000, 0.0)));
    worker.look_back("tenth");
    assert!(worker.shown().contains(&(5000, 0.0)));
}
