//! Races and places of the table, without a browser.

mod around;
mod columns;

use super::*;
use crate::features::fixtures::{row, seam};
use crate::features::rows::cache::Known;
use crate::features::rows::columns::Room;
use crate::features::rows::scroll::ROW_PX;
use windrow_model::RowKey;
use windrow_protocol::{Located, ROWS_PER_PAGE, RowField, RowValue};

/// Twenty lines.
const VIEW_PX: f64 = 520.0;

fn came(view: ViewId, page: u64, rows: Vec<Row>) -> Msg {
    let rows = Ok(rows);
    Msg::Came { view, page, rows }
}

/// A row in which every field is its time, but one is absent and one is long.
fn with_fields(ms: i64, names: &[String]) -> Row {
    let value = |name: &str| RowValue {
        text: ms.to_string(),
        is_whole: name != "long",
        bytes: 0..0,
    };
    let field = |name: &String| RowField {
        name: name.clone(),
        value: (name != "absent").then(|| value(name)),
    };
    Row {
        fields: names.iter().map(field).collect(),
        ..row(ms)
    }
}

/// A worker that holds windows: each is the instants of its rows.
#[derive(Default)]
struct FakeWorker {
    rows: Rows,
    windows: Vec<Vec<i64>>,
    done: Vec<Effect>,
    /// Answers that are kept back.
    held: Vec<Effect>,
    is_held: bool,
    /// What is opened is opened around a row.
    suspended: Option<ViewId>,
    is_of: String,
}

impl FakeWorker {
    fn new() -> Self {
        let mut worker = Self::default();
        worker.send(Msg::Resized(VIEW_PX));
        worker.send(Msg::Room(Room {
            ch: 200.0,
            is_narrow: false,
        }));
        worker
    }

    fn of(times: impl IntoIterator<Item = i64>) -> Self {
        let mut worker = Self::new();
        worker.open_once(times);
        worker
    }

    fn open(&mut self, times: impl IntoIterator<Item = i64>, seams: Vec<Seam>, is_same: bool) {
        self.windows.push(times.into_iter().collect());
        let opened = Opened {
            view: self.windows.len() as ViewId - 1,
            rows: self.windows.last().unwrap().len() as u64,
            seams,
            is_of: self.is_of.clone(),
            suspended: self.suspended,
        };
        self.send(Msg::Opened { opened, is_same });
    }

    fn send(&mut self, msg: Msg) {
        let mut effects = self.rows.update(msg);
        while !effects.is_empty() {
            let effect = effects.remove(0);
            match self.answer(&effect) {
                Some(_) if self.is_held => self.held.push(effect),
                Some(msg) => effects.extend(self.rows.update(msg)),
                None => self.done.push(effect),
            }
        }
    }

    fn open_once(&mut self, times: impl IntoIterator<Item = i64>) {
        self.open(times, Vec::new(), false);
    }

    fn reopen(&mut self, times: impl IntoIterator<Item = i64>) {
        self.open(times, Vec::new(), true);
    }

    fn put_seams(&mut self, seams: Vec<Seam>) {
        self.send(Msg::Seams { view: 0, seams });
    }

    fn let_go(&mut self) {
        self.is_held = false;
        for effect in std::mem::take(&mut self.held) {
            if let Some(msg) = self.answer(&effect) {
                self.send(msg);
            }
        }
    }

    fn answer(&self, effect: &Effect) -> Option<Msg> {
        match effect {
            Effect::Load { view, page, fields } => {
                let size = ROWS_PER_PAGE as usize;
                let times = &self.windows[*view as usize];
                let rows = times.iter().skip(*page as usize * size).take(size);
                let rows = rows.map(|ms| with_fields(*ms, fields));
                Some(came(*view, *page, rows.collect()))
            }
            Effect::Locate { view, keys } => {
                let times = &self.windows[*view as usize];
                let locate = |key: &RowKey| match times.binary_search(&key.ms) {
                    Ok(at) => Located::Row(at as u64),
                    Err(at) => Located::Gone(at as u64),
                };
                Some(Msg::Located {
                    view: *view,
                    rows: Some(keys.iter().map(locate).collect()),
                })
            }
            Effect::Place => Some(Msg::Placed(self.rows.scroll().misplaced()?)),
            _ => None,
        }
    }

    /// The instants of the rows in view, with how far below the top each is.
    fn shown(&self) -> Vec<(i64, f64)> {
        let scroll = self.rows.scroll();
        let lines = scroll.first()..scroll.first() + scroll.drawn();
        lines
            .filter_map(|line| match self.rows.content(line)? {
                Content::Row(_, Known::Row(row)) => {
                    // To a hundredth of a pixel.
                    Some((row.ms, (scroll.offset_of(line) * 100.0).round() / 100.0))
                }
                _ => None,
            })
            .collect()
    }

    fn marked_ms(&self) -> Option<i64> {
        Some(self.rows.marked()?.known?.ms)
    }

    fn count(&self, is_it: impl Fn(&Effect) -> bool) -> usize {
        self.done.iter().filter(|effect| is_it(effect)).count()
    }
}

#[test]
fn a_row_stays_at_its_pixel_with_its_mark_when_rows_arrive_before_it() {
    let mut worker = FakeWorker::new();
    worker.open(100_000..140_000, vec![seam(0)], false);
    worker.send(Msg::Mark(37_000));
    worker.send(Msg::Scrolled(
        worker.rows.scroll().misplaced().unwrap_or(961_800.0) + 7.0,
    ));
    let before = worker.shown();
    assert_eq!(worker.marked_ms(), Some(137_000));
    worker.done.clear();

    worker.reopen(60_000..140_000);
    assert_eq!(worker.shown(), before);
    assert_eq!(worker.marked_ms(), Some(137_000));
    assert_eq!(worker.rows.marked().unwrap().row, 77_000);
    let (view, from) = (1, 77_000);
    let shows = Effect::Shows(Shows::OtherRows { view, from });
    assert!(worker.done.contains(&shows));
}

#[test]
fn the_first_row_in_view_stays_where_it_is_without_a_mark() {
    let mut worker = FakeWorker::of(1000..9000);
    worker.send(Msg::Scrolled(2613.0));
    let before = worker.shown();
    worker.reopen(0..9000);
    assert_eq!(worker.shown(), before);
}

#[test]
fn a_table_at_its_very_start_shows_the_rows_that_arrive_there() {
    let mut worker = FakeWorker::new();
    worker.open(1000..9000, vec![seam(0)], false);
    worker.reopen(0..9000);
    assert_eq!(worker.shown()[0], (0, 0.0));
}

#[test]
fn until_the_new_rows_are_here_the_old_ones_are_shown_and_scrolled() {
    let mut worker = FakeWorker::of(1000..9000);
    worker.send(Msg::Scrolled(2600.0));
    let before = worker.shown();
    worker.is_held = true;
    worker.reopen(0..9000);
    assert_eq!((worker.rows.view(), worker.shown()), (Some(0), before));
    worker.send(Msg::Scrolled(2600.0 + 4.0 * ROW_PX));
    worker.let_go();
    assert_eq!(worker.rows.view(), Some(1));
    assert_eq!(worker.shown()[0], (1104, 0.0));
}

#[test]
fn a_row_marked_while_the_window_is_opened_anew_is_the_one_that_stays_marked() {
    let mut worker = FakeWorker::of(1000..9000);
    worker.send(Msg::Click(3));
    worker.is_held = true;
    worker.reopen(0..9000);
    worker.send(Msg::Click(5));
    worker.let_go();
    assert_eq!(
        (worker.rows.view(), worker.marked_ms()),
        (Some(1), Some(1005))
    );
}

#[test]
fn of_two_openings_the_later_is_shown_and_an_answer_to_the_earlier_changes_nothing() {
    let mut worker = FakeWorker::of(1000..9000);
    worker.send(Msg::Scrolled(2600.0));
    worker.is_held = true;
    worker.reopen(500..9000);
    worker.reopen(0..9000);
    assert!(worker.rows.knows(0) && !worker.rows.knows(1) && worker.rows.knows(2));
    worker.let_go();
    assert_eq!(
        (worker.rows.view(), worker.shown()[0]),
        (Some(2), (1100, 0.0))
    );
    let rows = Some(vec![Located::Row(0)]);
    worker.send(Msg::Located { view: 1, rows });
    worker.send(came(1, 5, vec![row(7); 200]));
    assert_eq!(worker.shown()[0], (1100, 0.0));
}

#[test]
fn a_mark_whose_row_is_gone_goes_and_the_place_stays() {
    let mut worker = FakeWorker::of(0..9000);
    worker.send(Msg::Mark(5000));
    worker.done.clear();
    worker.reopen((0..9000).filter(|ms| *ms != 5000));
    assert_eq!(worker.rows.marked(), None);
    assert_eq!(worker.done[0], Effect::Marked(None));
    assert!(matches!(
        worker.done[1..],
        [Effect::Shows(Shows::OtherRows { view: 1, .. })]
    ));
    assert!(worker.shown().iter().any(|(ms, _)| *ms == 5001));
}

#[test]
fn seams_that_come_and_go_move_no_row() {
    let mut worker = FakeWorker::new();
    worker.open(0..9000, vec![seam(10), seam(4000)], false);
    worker.send(Msg::Scrolled(6000.0));
    let before = worker.shown();
    let split = vec![seam(10), seam(10), seam(10), seam(4000)];
    worker.put_seams(split);
    assert_eq!(worker.shown(), before);
    assert_eq!(worker.rows.line_count(), 9004);
    worker.put_seams(Vec::new());
    assert_eq!(worker.shown(), before);
}

#[test]
fn arrow_keys_stop_at_a_seam_and_enter_does_what_it_offers() {
    let mut worker = FakeWorker::new();
    worker.open(0..100, vec![seam(2)], false);
    for _ in 0..3 {
        worker.send(Msg::Move(Move::Lines(1)));
    }
    worker.send(Msg::Frame);
    assert!(matches!(worker.rows.content(2), Some(Content::Seam(_))));
    let (line, row) = (worker.rows.marked_line(), worker.rows.marked());
    assert_eq!((line, row), (Some(2), None));
    worker.send(Msg::Enter);
    let acts = |effect: &Effect| matches!(effect, Effect::Act(seam) if seam.at == 2);
    assert_eq!(worker.count(acts), 1);
    let opens = |effect: &Effect| matches!(effect, Effect::Open { .. });
    assert_eq!(worker.count(opens), 0);
    worker.send(Msg::Move(Move::Lines(1)));
    assert_eq!(worker.marked_ms(), Some(2));
    // The gap is filled: its first row takes the mark.
    worker.send(Msg::Move(Move::Lines(-1)));
    worker.put_seams(Vec::new());
    assert_eq!(worker.marked_ms(), Some(2));
}

#[test]
fn enter_on_a_fresh_table_opens_its_first_row() {
    let mut worker = FakeWorker::of(0..100);
    worker.send(Msg::Enter);
    assert_eq!(worker.marked_ms(), Some(0));
    let open = Effect::Open { by_key: true };
    assert_eq!(worker.count(|effect| *effect == open), 1);
    FakeWorker::new().send(Msg::Enter);
}

#[test]
fn a_row_that_is_marked_before_it_is_here_is_told_again_once_it_is() {
    let mut worker = FakeWorker::of(0..10_000);
    worker.is_held = true;
    worker.send(Msg::Mark(5000));
    worker.done.clear();
    worker.let_go();
    let told = worker.done.iter().filter_map(|effect| match effect {
        Effect::Marked(marked) => Some(marked.as_ref()?.known.as_ref()?.ms),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [5000]);
}

#[test]
fn two_hundred_pages_down_before_a_frame_ask_for_the_last_place_alone() {
    let mut worker = FakeWorker::of(0..100_000);
    worker.done.clear();
    worker.is_held = true;
    for _ in 0..200 {
        worker.send(Msg::Move(Move::Pages(1)));
    }
    assert_eq!(
        (&worker.done[..], &worker.held[..]),
        (&[Effect::AskForFrame][..], &[][..])
    );
    worker.send(Msg::Frame);
    let asked = worker.held.iter().filter_map(|effect| match effect {
        Effect::Load { page, .. } => Some(*page),
        _ => None,
    });
    assert_eq!(asked.collect::<Vec<_>>(), [18, 19]);
    worker.let_go();
    assert_eq!(worker.marked_ms(), Some(199 * 19));
}

#[test]
fn a_mark_out_of_view_stays_mounted_and_is_gone_from_no_other_place() {
    let mut worker = FakeWorker::of(0..1000);
    worker.send(Msg::Click(3));
    assert_eq!(worker.rows.mounted(), (0..21).collect::<Vec<_>>());
    worker.send(Msg::Scrolled(13_000.0));
    let expected: Vec<u64> = [3].into_iter().chain(500..521).collect();
    assert_eq!(worker.rows.mounted(), expected);
    worker.send(Msg::Move(Move::End));
    worker.send(Msg::Scrolled(0.0));
    assert_eq!(worker.rows.mounted().last(), Some(&999));
}

#[test]
fn left_and_right_go_from_cell_to_cell_and_back_to_the_row() {
    let mut worker = FakeWorker::new();
    worker.open(0..100, vec![seam(1)], false);
    worker.send(Msg::Click(0));
    let mut cells = Vec::new();
    let right = Move::Right;
    for step in [right, right, right, right, Move::Left] {
        worker.send(Msg::Move(step));
        cells.push(worker.rows.cell());
    }
    // Time, number and message; no labels.
    assert_eq!(cells, [Some(0), Some(1), Some(2), Some(2), Some(1)]);
    worker.done.clear();
    worker.send(Msg::Copy);
    assert_eq!(worker.done, [Effect::CopyText("0".into())]);
    worker.send(Msg::Move(Move::Lines(1)));
    assert_eq!(worker.rows.cell(), None);
    worker.send(Msg::Move(Move::Right));
    worker.send(Msg::Move(Move::Right));
    assert_eq!(worker.rows.cell(), Some(1));
}

#[test]
fn a_whole_row_is_copied_as_it_was_received() {
    let mut worker = FakeWorker::of(0..100);
    worker.send(Msg::Copy);
    worker.send(Msg::Click(4));
    worker.done.clear();
    worker.send(Msg::Copy);
    assert_eq!(worker.done, [Effect::CopyRow { view: 0, row: 4 }]);
}

#[test]
fn a_page_of_an_older_window_changes_nothing() {
    let mut worker = FakeWorker::new();
    worker.is_held = true;
    worker.open_once(0..50);
    worker.open_once(100..160);
    worker.let_go();
    assert_eq!(worker.shown()[0], (100, 0.0));
    worker.send(came(0, 0, vec![row(7)]));
    assert_eq!(worker.shown()[0], (100, 0.0));
}

#[test]
fn a_window_opened_anew_with_the_same_rows_says_so() {
    let mut worker = FakeWorker::of(0..1000);
    worker.done.clear();
    worker.reopen(0..1000);
    assert_eq!(worker.done, [Effect::Shows(Shows::Same(1))]);
}

#[test]
fn another_window_begins_at_its_start_without_a_mark() {
    let mut worker = FakeWorker::of(0..10_000);
    worker.send(Msg::Mark(5000));
    worker.open_once(0..10_000);
    assert_eq!(
        (worker.shown()[0], worker.rows.marked_line()),
        ((0, 0.0), None)
    );
    assert_eq!(worker.count(|effect| *effect == Effect::Marked(None)), 1);
    worker.send(Msg::Closed);
    assert_eq!((worker.rows.line_count(), worker.rows.view()), (0, None));
}

#[test]
fn a_column_shows_once_it_has_something_to_show() {
    let mut worker = FakeWorker::of(0..50);
    assert!(worker.rows.columns().id && !worker.rows.columns().labels);
    let labelled = Row {
        labels: vec!["red".into()],
        ..row(0)
    };
    worker.send(came(0, 0, vec![labelled]));
    assert!(worker.rows.columns().labels);
}

#[test]
fn a_table_is_busy_while_rows_in_view_are_on_their_way() {
    let mut worker = FakeWorker::new();
    worker.is_held = true;
    worker.open_once(0..50);
    assert!(worker.rows.is_busy());
    worker.let_go();
    assert!(!worker.rows.is_busy() && !Rows::default().is_busy());
}

#[test]
fn the_time_of_the_row_in_the_middle_of_the_view_is_told_once_it_is_here() {
    let mut worker = FakeWorker::new();
    worker.is_held = true;
    worker.open_once(0..1000);
    assert_eq!(worker.rows.ms_on_screen(), None);
    worker.let_go();
    let (first, last) = (worker.shown()[0].0, worker.shown().last().unwrap().0);
    let middle = worker.rows.ms_on_screen().unwrap();
    assert!(
        (middle - (first + last) / 2).abs() <= 1,
        "{first} {middle} {last}"
    );
    assert_eq!(FakeWorker::of(0..0).rows.ms_on_screen(), None);
}

#[test]
fn the_minimap_moves_the_view_and_not_the_mark() {
    let mut worker = FakeWorker::of(0..10_000);
    worker.send(Msg::Click(3));
    worker.done.clear();
    let mut first = |roll| {
        worker.send(Msg::Roll(roll));
        assert_eq!(worker.marked_ms(), Some(3));
        assert!(!worker.rows.is_busy() && worker.rows.scroll().misplaced().is_none());
        worker.shown()[0].0
    };
    assert_eq!(first(Roll::Around(0.5)), 4990);
    assert_eq!(first(Roll::By(Move::Lines(-1))), 4989);
    assert_eq!(first(Roll::By(Move::Pages(1))), 5008);
    assert_eq!(first(Roll::By(Move::End)), 9980);
    assert_eq!(first(Roll::Px(ROW_PX)), 9980);
    assert_eq!(first(Roll::To(0.5)), 4990);
    assert_eq!(first(Roll::By(Move::Left)), 4990);
    assert_eq!(first(Roll::By(Move::Start)), 0);
}
