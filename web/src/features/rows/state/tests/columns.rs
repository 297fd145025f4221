//! Fields as columns, and the order of rows.

use super::*;
use crate::location::remembered::Column;

fn columns(names: &[&str]) -> Msg {
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        width_ch: None,
    };
    Msg::Columns(names.iter().map(column).collect())
}

#[test]
fn a_field_that_becomes_a_column_is_asked_for_and_the_row_with_the_mark_stays() {
    let mut worker = FakeWorker::of(0..9000);
    worker.send(Msg::Scrolled(2613.0));
    worker.send(Msg::Click(110));
    let before = worker.shown();
    worker.is_held = true;
    worker.send(columns(&["user"]));
    assert!(worker.rows.is_busy());
    assert_eq!(worker.shown(), before);
    worker.let_go();
    assert!(!worker.rows.is_busy());
    assert_eq!((worker.shown(), worker.marked_ms()), (before, Some(110)));
    let row = worker.rows.marked().unwrap().known.unwrap();
    let value = row.field("user").unwrap().value.clone().unwrap();
    assert_eq!(value.text, "110");
    // Another order asks for nothing, and so does a column less.
    worker.send(columns(&["user", "port"]));
    worker.is_held = true;
    worker.send(columns(&["port", "user"]));
    worker.send(columns(&["port"]));
    assert!(worker.held.is_empty() && !worker.rows.is_busy());
}

#[test]
fn columns_stay_in_another_window_and_in_the_same_one_opened_anew() {
    let mut worker = FakeWorker::new();
    worker.send(columns(&["user"]));
    let names = |worker: &FakeWorker| {
        let columns = worker.rows.columns();
        columns
            .fields
            .iter()
            .map(|field| field.name.clone())
            .collect::<Vec<_>>()
    };
    for is_same in [false, true, false] {
        worker.open(0..50, Vec::new(), is_same);
        assert!(!worker.rows.is_busy());
        assert_eq!(names(&worker), ["user"]);
    }
}

#[test]
fn a_value_narrows_the_rows_and_is_copied_unless_it_is_absent_or_cut() {
    let mut worker = FakeWorker::of(0..100);
    worker.send(columns(&["user", "absent", "long"]));
    worker.send(Msg::Click(7));
    worker.done.clear();
    let includes = Msg::Narrow { is_excluded: false };
    // On the whole line, the time and the number: nothing to narrow by.
    for _ in 0..2 {
        worker.send(includes.clone());
        worker.send(Msg::Move(Move::Right));
    }
    let narrows = |effect: &Effect| matches!(effect, Effect::Narrow { .. });
    assert_eq!(worker.count(narrows), 0);
    worker.send(Msg::Move(Move::Right));
    worker.done.clear();
    worker.send(includes);
    worker.send(Msg::Narrow { is_excluded: true });
    worker.send(Msg::Copy);
    let narrow = |is_excluded| Effect::Narrow {
        field: "user".into(),
        value: "7".into(),
        is_excluded,
    };
    let copied = Effect::CopyText("7".into());
    assert_eq!(worker.done, [narrow(false), narrow(true), copied]);
    worker.send(Msg::Move(Move::Right));
    worker.done.clear();
    worker.send(Msg::Narrow { is_excluded: true });
    worker.send(Msg::Copy);
    assert_eq!(worker.done, []);
    worker.send(Msg::CopyCell { line: 9, at: 4 });
    let copied = Effect::CopyField {
        view: 0,
        row: 9,
        field: "long".into(),
    };
    assert_eq!(worker.done, [copied]);
}

#[test]
fn with_the_newest_row_first_the_marked_row_stays_at_its_pixel_and_the_start_shows_the_newest() {
    let mut worker = FakeWorker::new();
    worker.open(0..9000, vec![seam(10), seam(4000)], false);
    worker.send(Msg::Mark(4005));
    let place = |worker: &FakeWorker| {
        let shown = worker.shown();
        shown.into_iter().find(|(ms, _)| *ms == 4005)
    };
    let before = place(&worker);
    assert!(before.is_some());
    worker.send(Msg::NewestFirst(true));
    assert_eq!((place(&worker), worker.marked_ms()), (before, Some(4005)));
    let shown = worker.shown();
    assert!(
        shown.is_sorted_by(|one, other| one.0 > other.0),
        "{shown:?}"
    );
    worker.send(Msg::Move(Move::Lines(1)));
    assert_eq!(worker.marked_ms(), Some(4004));
    worker.send(Msg::Move(Move::Start));
    worker.send(Msg::Frame);
    assert_eq!(worker.marked_ms(), Some(8999));
    // It stays so in the same window opened anew, and in another.
    worker.reopen(0..9500);
    assert_eq!(worker.marked_ms(), Some(8999));
    worker.open_once(0..300);
    assert_eq!(worker.shown()[0], (299, 0.0));
    worker.send(Msg::NewestFirst(false));
    assert_eq!(worker.shown()[0], (0, 0.0));
}
