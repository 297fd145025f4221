//! What is asked when, and what the table shows, without a browser.

mod around;

use super::*;
use crate::features::filter::chips::Written;
use crate::features::fixtures::span;
use windrow_model::filter::parse;
use windrow_protocol::SpanState;

fn view(id: ViewId, rows: u64) -> WindowView {
    WindowView {
        id,
        rows,
        proven_rows: rows,
        spans: vec![span(0, 100, SpanState::Cached, rows)],
        fields: Vec::new(),
        are_all_fields: true,
    }
}

fn opened(id: ViewId, is_same: bool) -> Msg {
    Msg::Opened {
        view: Some(Arc::new(view(id, 1_000))),
        is_same,
    }
}

fn add(text: &str) -> Msg {
    Msg::Change(Change::Add(parse(text).unwrap().filter))
}

fn answered(matched: u64, narrowed: Option<WindowView>) -> Box<Answered> {
    Box::new(Answered {
        matched,
        provisional: 0,
        searched: 1_000,
        skipped: 0,
        unreadable: 0,
        rows: 1_000,
        missing: Vec::new(),
        provisional_ranges: Vec::new(),
        damaged: Vec::new(),
        is_final: true,
        workers: 1,
        histogram: None,
        top: Vec::new(),
        fields: None,
        groups: None,
        slices: None,
        narrowed,
    })
}

/// The question among the effects.
fn asked(effects: &[Effect]) -> (u64, Ask) {
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Ask { number, ask } => Some((*number, ask.clone())),
        _ => None,
    });
    asked.unwrap_or_else(|| panic!("nothing is asked: {effects:?}"))
}

/// The view that is shown among the effects, and whether it is of the same window.
fn shown(effects: &[Effect]) -> Option<(Option<ViewId>, bool)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Show { rows, is_same } => Some((rows.as_ref().map(|rows| rows.id), *is_same)),
        _ => None,
    })
}

/// A window of 1,000 rows of which a filter shows 10.
fn narrowed() -> State {
    let mut state = State::default();
    state.update(opened(1, false));
    let (number, _) = asked(&state.update(add("timeout")));
    let result = Ok(answered(10, Some(view(2, 10))));
    let effects = state.update(Msg::Ended { number, result });
    assert_eq!(shown(&effects), Some((Some(2), true)));
    state
}

#[test]
fn without_a_filter_the_window_is_shown_and_nothing_is_asked() {
    let mut state = State::default();
    let effects = state.update(opened(1, false));
    assert_eq!(shown(&effects), Some((Some(1), false)));
    assert_eq!(effects.len(), 1);
}

#[test]
fn a_filter_keeps_the_rows_shown_until_its_own_are_known() {
    let mut state = State::default();
    state.update(opened(1, false));
    let effects = state.update(add("timeout"));
    assert_eq!(shown(&effects), None);
    let (number, ask) = asked(&effects);
    assert_eq!(
        (ask.view, &*ask.filter, ask.keeps_rows),
        (1, "timeout", true)
    );
    let said = state.update(Msg::Answered {
        number,
        answered: answered(4, None),
    });
    assert!(said.is_empty() && state.is_under_way());
    let result = Ok(answered(10, Some(view(2, 10))));
    let effects = state.update(Msg::Ended { number, result });
    assert_eq!(shown(&effects), Some((Some(2), true)));
    assert!(effects.contains(&Effect::Announce(
        "10 matches in 1,000 cached rows. The whole window was searched.".to_owned()
    )));
    assert_eq!(state.hidden().unwrap().0, "990");
}

#[test]
fn an_answer_to_the_question_before_changes_nothing() {
    let mut state = State::default();
    state.update(opened(1, false));
    let (old, _) = asked(&state.update(add("timeout")));
    let effects = state.update(add("refused"));
    assert_eq!(effects.first(), Some(&Effect::Stop));
    let (new, ask) = asked(&effects);
    assert_eq!(ask.filter, "timeout refused");
    let result = Ok(answered(10, Some(view(2, 10))));
    let effects = state.update(Msg::Ended {
        number: old,
        result,
    });
    assert!(effects.is_empty() && state.answered().is_none());
    let result = Ok(answered(3, Some(view(3, 3))));
    let effects = state.update(Msg::Ended {
        number: new,
        result,
    });
    assert_eq!(shown(&effects), Some((Some(3), true)));
}

#[test]
fn the_filter_is_asked_of_a_window_that_is_opened_again() {
    let mut state = narrowed();
    let effects = state.update(opened(7, true));
    assert_eq!(shown(&effects), None);
    let (number, ask) = asked(&effects);
    assert_eq!((ask.view, &*ask.filter), (7, "timeout"));
    let result = Ok(answered(11, Some(view(8, 11))));
    let effects = state.update(Msg::Ended { number, result });
    assert_eq!(shown(&effects), Some((Some(8), true)));
}

#[test]
fn turning_filters_off_shows_all_rows_at_once_and_on_asks_again() {
    let mut state = narrowed();
    let effects = state.update(Msg::Change(Change::Suspend));
    assert_eq!(effects.len(), 1);
    assert_eq!(shown(&effects), Some((Some(1), true)));
    assert!(!state.narrows() && state.hidden().is_none());
    assert_eq!(
        asked(&state.update(Msg::Change(Change::Suspend))).1.filter,
        "timeout"
    );
}

#[test]
fn another_question_about_the_same_rows_shows_no_other_rows() {
    let mut state = narrowed();
    let question = Question {
        fields: true,
        ..Question::default()
    };
    let (number, ask) = asked(&state.update(Msg::Question(question.clone())));
    assert!(ask.question.fields && ask.keeps_rows);
    let result = Ok(answered(10, Some(view(2, 10))));
    assert!(state.update(Msg::Ended { number, result }).is_empty());
    assert!(state.update(Msg::Question(question)).is_empty());
}

#[test]
fn the_last_narrowing_is_undone() {
    let mut state = narrowed();
    state.update(Msg::Change(Change::Value {
        field: "user".to_owned(),
        value: "bob smith".to_owned(),
        is_excluded: true,
    }));
    assert_eq!(state.expression(), "timeout not user:\"bob smith\"");
    state.update(Msg::Undo);
    assert_eq!(state.expression(), "timeout");
    state.update(Msg::Undo);
    assert_eq!(state.expression(), "");
    assert!(state.update(Msg::Undo).is_empty());
}

#[test]
fn a_value_that_is_excluded_takes_the_place_of_the_same_one_included() {
    let mut state = narrowed();
    let value = |is_excluded| {
        Msg::Change(Change::Value {
            field: "user".to_owned(),
            value: "bob".to_owned(),
            is_excluded,
        })
    };
    state.update(value(false));
    assert_eq!(state.expression(), "timeout user:bob");
    state.update(value(true));
    assert_eq!(state.expression(), "timeout not user:bob");
}

#[test]
fn only_pinned_conditions_stay_when_another_log_is_shown() {
    let mut state = narrowed();
    state.update(add("a b"));
    state.update(Msg::Change(Change::Pin(0)));
    state.update(Msg::Chosen {
        is_other_dataset: false,
    });
    assert_eq!(state.expression(), "timeout a b");
    state.update(Msg::Chosen {
        is_other_dataset: true,
    });
    assert_eq!(state.expression(), "timeout");
    assert_eq!(asked(&state.update(opened(9, false))).1.filter, "timeout");
}

#[test]
fn a_filter_that_cannot_be_asked_shows_all_rows_where_none_are_shown() {
    let mut state = State::default();
    let q = "/x[/".to_owned();
    let chips = Chips::read(&Written {
        q,
        ..Written::default()
    });
    state.update(Msg::Restore(chips.unwrap()));
    let (number, _) = asked(&state.update(opened(1, false)));
    let failed = Failed::new(
        "no regular expression",
        "correct it",
        FailKind::ChangeRequest,
    );
    let result = Err(failed.clone());
    let effects = state.update(Msg::Ended { number, result });
    assert_eq!(shown(&effects), Some((Some(1), false)));
    assert_eq!(state.failed(), Some(&failed));
}

#[test]
fn a_window_the_worker_does_not_know_any_more_is_opened_again() {
    let mut state = State::default();
    state.update(opened(1, false));
    let (number, _) = asked(&state.update(add("a")));
    let failed = Failed::new("closed", "again", FailKind::Reopen);
    let result = Err(failed.clone());
    assert_eq!(
        state.update(Msg::Ended { number, result }),
        [Effect::Reopen(failed)]
    );
    assert_eq!(asked(&state.update(opened(2, true))).1.view, 2);
}

#[test]
fn conditions_are_edited_switched_inverted_and_removed() {
    let mut state = State::default();
    state.update(opened(1, false));
    state.update(add("a"));
    state.update(add("b"));
    for (change, left) in [
        (
            Change::Edit(
                0,
                vec![parse("c").unwrap().filter, parse("d:e").unwrap().filter],
            ),
            "c d:e b",
        ),
        (Change::Switch(1), "c b"),
        (Change::Switch(1), "c d:e b"),
        (Change::Invert(2), "c d:e not b"),
        (Change::Remove(0), "d:e not b"),
        (Change::Remove(9), "d:e not b"),
        (Change::Pin(0), "d:e not b"),
        (Change::Clear, "d:e"),
    ] {
        let said = format!("{change:?}");
        state.update(Msg::Change(change));
        assert_eq!(state.expression(), left, "{said}");
    }
}

#[test]
fn a_selection_narrows_rows_and_is_undone_like_a_condition() {
    let mut state = State::default();
    state.update(opened(1, false));
    let selection = Some(span(0, 50, SpanState::Cached, 0).range);
    let (_, ask) = asked(&state.update(Msg::Select(selection)));
    assert_eq!(
        (&*ask.filter, ask.selection, ask.keeps_rows),
        ("", selection, true)
    );
    state.update(Msg::Undo);
    assert_eq!(state.selection(), None);
}

#[test]
fn damage_that_a_question_finds_is_told_and_damage_that_was_known_is_not() {
    let problem = |start_ms| Problem {
        path: format!("part-{start_ms}"),
        kind: "damaged".to_owned(),
        reason: "its checksum does not match".to_owned(),
        range: TimeRange::new(start_ms, start_ms + 10).ok(),
    };
    let mut state = State::default();
    let mut window = view(1, 1_000);
    window.spans = vec![
        span(0, 50, SpanState::Cached, 1_000),
        span(50, 100, SpanState::Damaged, 0),
    ];
    state.update(Msg::Opened {
        view: Some(Arc::new(window)),
        is_same: false,
    });
    let (number, _) = asked(&state.update(add("timeout")));
    let mut answer = answered(10, Some(view(2, 10)));
    answer.damaged = vec![problem(10), problem(60)];
    let effects = state.update(Msg::Ended {
        number,
        result: Ok(answer),
    });
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::NoteDamage(failed) => failed.damaged.clone(),
        _ => None,
    });
    assert_eq!(Vec::from_iter(told), ["part-10"]);
}

#[test]
fn undoing_in_another_window_of_the_log_brings_no_selection_back() {
    let mut state = State::default();
    state.update(opened(1, false));
    state.update(add("timeout"));
    state.update(Msg::Select(TimeRange::new(10, 20).ok()));
    state.update(Msg::Select(TimeRange::new(20, 30).ok()));
    state.update(Msg::Chosen {
        is_other_dataset: false,
    });
    state.update(opened(5, false));
    state.update(Msg::Undo);
    assert_eq!(state.selection(), None);
    assert!(!state.narrows(), "the condition is taken back");
}

#[test]
fn what_is_shown_has_another_name_with_another_selection() {
    let mut state = narrowed();
    let before = state.narrowing();
    state.update(Msg::Select(TimeRange::new(10, 20).ok()));
    let selected = state.narrowing();
    state.update(Msg::Select(TimeRange::new(20, 30).ok()));
    assert!(before != selected && selected != state.narrowing());
}

#[test]
fn before_anything_is_known_of_a_question_no_progress_is_said() {
    let mut state = narrowed();
    state.update(add("refused"));
    assert_eq!(state.hidden().unwrap().1, "Searching");
}
