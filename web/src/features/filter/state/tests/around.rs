//! Looking around a row, without a browser.

use super::*;

fn row(message: &str) -> Arc<Row> {
    Arc::new(Row {
        message: message.to_owned(),
        message_bytes: message.len() as u64,
        ..crate::features::fixtures::row(7)
    })
}

/// The question for rows of the same value among the effects.
fn asked_same(effects: &[Effect]) -> (u64, Ask) {
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::AskSame { number, ask } => Some((*number, ask.clone())),
        _ => None,
    });
    asked.unwrap_or_else(|| panic!("nothing is asked: {effects:?}"))
}

#[test]
fn around_a_row_all_rows_are_shown_and_coming_back_asks_nothing() {
    let mut state = narrowed();
    let filtered = (state.narrowing(), state.answered());
    let effects = state.update(Msg::LookAround(row("x")));
    assert_eq!(shown(&effects), Some((Some(1), true)));
    assert_eq!((effects.len(), state.suspended()), (1, Some(2)));
    assert_eq!(state.around().unwrap().ms, 7);
    assert!(state.narrowing() != filtered.0 && state.answered() == filtered.1);
    assert!(state.update(Msg::LookAround(row("y"))).is_empty());

    // What is asked by others is of the filter all the same, and moves no row.
    let question = Question {
        fields: true,
        ..Question::default()
    };
    let (number, ask) = asked(&state.update(Msg::Question(question)));
    assert_eq!(ask.filter, "timeout");
    let result = Ok(answered(10, Some(view(2, 10))));
    assert_eq!(state.update(Msg::Ended { number, result }), []);

    let effects = state.update(Msg::LookBack);
    assert_eq!(shown(&effects), Some((Some(2), true)));
    assert_eq!((effects.len(), state.suspended()), (1, None));
    assert_eq!(state.narrowing(), filtered.0);
}

#[test]
fn where_nothing_is_hidden_nothing_is_around() {
    let mut state = State::default();
    assert!(state.update(Msg::LookAround(row("x"))).is_empty());
    state.update(opened(1, false));
    assert!(state.update(Msg::LookAround(row("x"))).is_empty());
    let (number, _) = asked(&state.update(add("timeout")));
    assert!(state.update(Msg::LookAround(row("x"))).is_empty());
    assert!(state.around().is_none() && state.update(Msg::LookBack).is_empty());
    let result = Ok(answered(10, Some(view(2, 10))));
    state.update(Msg::Ended { number, result });
    assert!(!state.update(Msg::LookAround(row("x"))).is_empty());
}

#[test]
fn around_a_row_those_of_the_same_host_are_asked_for_and_all_others_shown_meanwhile() {
    let mut state = narrowed();
    state.update(Msg::LookAround(row("host=a srcip=b n=1")));
    let effects = state.update(Msg::LookAtSame(Some(1)));
    assert_eq!(shown(&effects), None);
    let (number, ask) = asked_same(&effects);
    assert_eq!(
        (&*ask.filter, ask.view, ask.keeps_rows),
        ("host:a", 1, true)
    );
    // Another one is wanted before it is known.
    let effects = state.update(Msg::LookAtSame(Some(0)));
    assert_eq!(effects.first(), Some(&Effect::StopSame));
    let (newer, ask) = asked_same(&effects);
    assert_eq!(ask.filter, "srcip:b");
    let same = |number, id| Msg::SameEnded {
        number,
        result: Ok(answered(300, Some(view(id, 300)))),
    };
    assert!(state.update(same(number, 3)).is_empty());
    let effects = state.update(same(newer, 4));
    assert_eq!(shown(&effects), Some((Some(4), true)));
    assert_eq!(state.suspended(), Some(2));
    assert!(state.update(Msg::LookAtSame(Some(9))).is_empty());
    let effects = state.update(Msg::LookAtSame(None));
    assert_eq!(shown(&effects), Some((Some(1), true)));
    // What cannot be asked for leaves all rows.
    let (number, _) = asked_same(&state.update(Msg::LookAtSame(Some(0))));
    let failed = Failed::new("failed", "do something", FailKind::Report);
    let result = Err(failed);
    assert!(state.update(Msg::SameEnded { number, result }).is_empty());
    assert_eq!(state.around().unwrap().same, None);
    assert!(state.failed().is_some());
}

#[test]
fn a_window_opened_anew_is_looked_at_around_the_same_row_once_its_filter_is_answered() {
    let mut state = narrowed();
    state.update(Msg::LookAround(row("host=a n=1")));
    state.update(Msg::LookAtSame(Some(0)));
    let effects = state.update(opened(5, true));
    assert_eq!(
        (shown(&effects), effects.first()),
        (None, Some(&Effect::StopSame))
    );
    let (number, ask) = asked(&effects);
    assert_eq!(ask.view, 5);
    let result = Ok(answered(11, Some(view(6, 11))));
    let effects = state.update(Msg::Ended { number, result });
    assert_eq!(shown(&effects), None);
    let (number, ask) = asked_same(&effects);
    assert_eq!((ask.view, &*ask.filter), (5, "host:a"));
    let result = Ok(answered(300, Some(view(7, 300))));
    let effects = state.update(Msg::SameEnded { number, result });
    assert_eq!(shown(&effects), Some((Some(7), true)));
    assert_eq!(state.suspended(), Some(6));
    let effects = state.update(Msg::LookBack);
    assert_eq!(shown(&effects), Some((Some(6), true)));
}

#[test]
fn another_filter_or_window_ends_looking_around() {
    let mut state = narrowed();
    state.update(Msg::LookAround(row("x")));
    let (number, ask) = asked(&state.update(add("refused")));
    assert_eq!(ask.filter, "timeout refused");
    assert!(state.around().is_none());
    let result = Ok(answered(3, Some(view(3, 3))));
    let effects = state.update(Msg::Ended { number, result });
    assert_eq!(shown(&effects), Some((Some(3), true)));

    state.update(Msg::LookAround(row("x")));
    let effects = state.update(Msg::Change(Change::Suspend));
    assert_eq!(shown(&effects), Some((Some(1), true)));
    assert!(state.around().is_none());
    state.update(Msg::Change(Change::Suspend));
    state.update(Msg::Chosen {
        is_other_dataset: true,
    });
    assert!(state.around().is_none() && state.suspended().is_none());
}
