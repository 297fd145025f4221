//! What presses and keys do to the plot, without a browser.

use super::*;
use crate::features::fixtures::{dataset, range};

/// A hundred buckets of ten milliseconds.
fn shown() -> State {
    let mut state = State::default();
    state.update(Msg::Chosen(dataset("a"), range(5, 1000)));
    put_buckets(&mut state);
    state
}

fn put_buckets(state: &mut State) {
    let window = state.shown.as_ref().unwrap().1;
    let buckets = Buckets::round(window, |_| 0);
    state.update(Msg::Buckets(Some(Arc::new(buckets))));
}

fn drag(state: &mut State, from: usize, to: usize) -> Vec<Effect> {
    state.update(Msg::Down(from, from as f64 * 10.0));
    state.update(Msg::Over(to, to as f64 * 10.0));
    state.update(Msg::Up)
}

#[test]
fn a_drag_selects_whole_buckets_in_either_direction_and_no_more_than_the_window() {
    let mut state = shown();
    assert_eq!(
        drag(&mut state, 3, 7),
        [Effect::Select(Some(range(30, 80)))]
    );
    assert_eq!(
        drag(&mut state, 20, 0),
        [Effect::Select(Some(range(5, 210)))]
    );
    assert_eq!(state.selection(), Some(range(5, 210)));
}

#[test]
fn a_press_is_no_drag_and_acts_upon_its_bucket() {
    let mut state = shown();
    state.update(Msg::Down(4, 44.0));
    state.update(Msg::Over(4, 46.0));
    assert!(!state.is_dragging() && state.drawn().is_none());
    assert_eq!(
        state.update(Msg::Up),
        [Effect::Take(range(40, 50), Some(44.0))]
    );
    assert_eq!((state.selection(), state.cursor()), (None, Some(4)));
}

#[test]
fn while_it_is_dragged_the_selection_is_drawn_and_asks_for_nothing() {
    let mut state = shown();
    state.update(Msg::Down(3, 30.0));
    assert!(state.update(Msg::Over(5, 52.0)).is_empty());
    assert_eq!(
        (state.drawn(), state.selection()),
        (Some(range(30, 60)), None)
    );
    state.update(Msg::Cancel);
    assert_eq!((state.drawn(), state.selection()), (None, None));
}

#[test]
fn an_end_of_the_selection_is_dragged_alone() {
    let mut state = shown();
    drag(&mut state, 3, 7);
    assert_eq!(
        drag(&mut state, 7, 10),
        [Effect::Select(Some(range(30, 110)))]
    );
    assert_eq!(
        drag(&mut state, 3, 9),
        [Effect::Select(Some(range(90, 110)))]
    );
}

#[test]
fn arrow_keys_move_the_bucket_and_with_shift_they_grow_the_selection_and_shrink_it_again() {
    let mut state = shown();
    let key = |state: &mut State, by, is_growing| state.update(Msg::Key(Key::Step(by), is_growing));
    assert!(key(&mut state, 1, false).is_empty());
    assert_eq!(state.cursor(), Some(0));
    state.update(Msg::Key(Key::Step(10), false));
    assert_eq!(
        key(&mut state, 1, true),
        [Effect::Select(Some(range(100, 120)))]
    );
    assert_eq!(
        key(&mut state, 1, true),
        [Effect::Select(Some(range(100, 130)))]
    );
    assert_eq!(
        key(&mut state, -1, true),
        [Effect::Select(Some(range(100, 120)))]
    );
    // Without Shift the selection stays, and the next one begins where the bucket is.
    assert!(key(&mut state, -5, false).is_empty());
    assert_eq!(state.selection(), Some(range(100, 120)));
    assert_eq!(
        key(&mut state, -1, true),
        [Effect::Select(Some(range(50, 70)))]
    );
    assert_eq!(
        state.update(Msg::Key(Key::End, true)),
        [Effect::Select(Some(range(60, 1000)))]
    );
    assert!(key(&mut state, 1, true).is_empty());
    assert_eq!(
        state.update(Msg::Take),
        [Effect::Take(range(990, 1000), None)]
    );
}

#[test]
fn zooming_opens_the_selection_and_steps_back_out_one_by_one() {
    let mut state = shown();
    assert!(state.update(Msg::ZoomIn).is_empty());
    drag(&mut state, 10, 59);
    let open = |start_ms, end_ms| [Effect::Open(dataset("a"), range(start_ms, end_ms))];
    assert_eq!(state.update(Msg::ZoomIn), open(100, 600));
    state.update(Msg::Chosen(dataset("a"), range(100, 600)));
    put_buckets(&mut state);
    assert_eq!(state.selection(), None);
    state.update(Msg::Select(Some(range(200, 300))));
    state.update(Msg::ZoomIn);
    state.update(Msg::Chosen(dataset("a"), range(200, 300)));
    assert_eq!(state.outer(), Some(range(100, 600)));
    assert_eq!(state.update(Msg::ZoomOut), open(100, 600));
    state.update(Msg::Chosen(dataset("a"), range(100, 600)));
    assert_eq!(state.update(Msg::ZoomOut), open(5, 1000));
    state.update(Msg::Chosen(dataset("a"), range(5, 1000)));
    assert!(state.update(Msg::ZoomOut).is_empty());
}

#[test]
fn a_window_elsewhere_or_of_another_log_was_not_zoomed_into() {
    for (log, window) in [
        ("a", range(300, 900)),
        ("a", range(5, 1000)),
        ("b", range(200, 300)),
    ] {
        let mut state = shown();
        drag(&mut state, 10, 59);
        state.update(Msg::ZoomIn);
        state.update(Msg::Chosen(dataset("a"), range(100, 600)));
        state.update(Msg::Select(Some(range(200, 300))));
        state.update(Msg::ZoomIn);
        state.update(Msg::Chosen(dataset(log), window));
        let outer = (log == "a" && window == range(300, 900)).then_some(range(5, 1000));
        assert_eq!(state.outer(), outer, "{log}, {window:?}");
    }
}

#[test]
fn a_selection_from_the_address_is_cut_to_the_window_and_one_outside_of_it_is_none() {
    let mut state = shown();
    state.update(Msg::Select(Some(range(900, 2000))));
    assert_eq!(state.selection(), Some(range(900, 1000)));
    assert_eq!(
        state.update(Msg::Select(Some(range(2000, 3000)))),
        [Effect::Select(None)]
    );
    assert!(state.update(Msg::Select(None)).is_empty());
}

#[test]
fn the_same_window_afresh_keeps_what_is_selected_and_another_one_does_not() {
    let mut state = shown();
    drag(&mut state, 3, 7);
    state.update(Msg::Chosen(dataset("a"), range(5, 1000)));
    assert_eq!(state.selection(), Some(range(30, 80)));
    state.update(Msg::Chosen(dataset("a"), range(0, 1000)));
    assert_eq!((state.selection(), state.cursor()), (None, None));
    state.update(Msg::ColourBy(Some("action".into())));
    state.update(Msg::Chosen(dataset("b"), range(0, 1000)));
    assert_eq!(state.by(), None);
}
