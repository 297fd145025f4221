//! Races and places of the find, without a browser.

use super::*;

fn found(rows: &[u64], before: u64, matches: u64) -> FindResult {
    FindResult {
        hidden: 0,
        matches,
        before,
        rows: rows.to_vec(),
        slices: Slices::default(),
        searched: 96_771,
    }
}

fn failed(kind: FailKind) -> Failed {
    Failed::new("failed", "do something", kind)
}

/// A find with an open window and a text.
fn typed(text: &str) -> Search {
    let mut search = Search::default();
    search.update(Msg::Shows(Shows::Another(1)));
    search.update(Msg::Typed(text.to_owned()));
    search
}

fn enter(from: u64) -> Msg {
    let forward = true;
    Msg::Enter { forward, from }
}

/// The number of the search that is asked for, its view, and the row around which matches are wanted.
fn asked(effects: Vec<Effect>) -> (u64, ViewId, u64) {
    match effects[..] {
        [
            Effect::Search {
                search,
                view,
                around,
                ..
            },
        ] => (search, view, around),
        _ => panic!("{effects:?}"),
    }
}

fn begin(search: &mut Search, from: u64) -> u64 {
    asked(search.update(enter(from))).0
}

fn end(search: &mut Search, number: u64, result: FindResult) -> Vec<Effect> {
    let result = Ok(result);
    search.update(Msg::Ended {
        search: number,
        result,
    })
}

fn fail(search: &mut Search, number: u64, kind: FailKind) -> Vec<Effect> {
    let result = Err(failed(kind));
    search.update(Msg::Ended {
        search: number,
        result,
    })
}

fn done(rows: &[u64], from: u64) -> Search {
    let mut search = typed("deny");
    let number = begin(&mut search, from);
    end(&mut search, number, found(rows, 0, rows.len() as u64));
    search
}

fn step(search: &mut Search, forward: bool) -> Vec<Effect> {
    search.update(Msg::Step { forward })
}

#[test]
fn stepping_goes_around_both_ends() {
    let mut search = done(&[4, 9, 11], 0);
    assert_eq!(step(&mut search, false), [Effect::Show(11)]);
    assert_eq!(step(&mut search, true), [Effect::Show(4)]);
    assert_eq!(search.position(), Some((1, 3)));
    assert_eq!(done(&[4, 9, 11], 5).position(), Some((2, 3)));
    assert_eq!(done(&[4, 9, 11], 12).position(), Some((1, 3)));
}

#[test]
fn a_find_goes_on_from_the_mark_where_there_are_more_matches_than_are_given() {
    let mut search = typed("deny");
    let number = begin(&mut search, 150_000);
    let near: Vec<u64> = (100_000..200_000).collect();
    assert_eq!(
        end(&mut search, number, found(&near, 100_000, 250_000)),
        [Effect::Show(150_000)]
    );
    assert_eq!(search.position(), Some((150_001, 250_000)));
    for _ in 150_001..200_000 {
        step(&mut search, true);
    }
    // Beyond the last that was given the next are asked for.
    assert_eq!(asked(step(&mut search, true)).2, 200_000);
    let next: Vec<u64> = (150_000..250_000).collect();
    assert_eq!(
        end(&mut search, 2, found(&next, 150_000, 250_000)),
        [Effect::Show(200_000)]
    );
    assert_eq!(search.position(), Some((200_001, 250_000)));
    // Around the end to the first of all, and back to the last.
    for _ in 200_001..250_000 {
        step(&mut search, true);
    }
    assert_eq!(asked(step(&mut search, true)).2, 0);
    let first: Vec<u64> = (0..50_000).collect();
    end(&mut search, 3, found(&first, 0, 250_000));
    assert_eq!(asked(step(&mut search, false)).2, u64::MAX);
    let last: Vec<u64> = (200_000..250_000).collect();
    assert_eq!(
        end(&mut search, 4, found(&last, 200_000, 250_000)),
        [Effect::Show(249_999)]
    );
}

#[test]
fn stepping_back_beyond_what_was_given_asks_for_what_is_before() {
    let mut search = typed("deny");
    let number = begin(&mut search, 500);
    end(&mut search, number, found(&[500, 501], 7, 9));
    assert_eq!(asked(step(&mut search, false)).2, 500);
    assert_eq!(
        end(&mut search, 2, found(&[480, 490, 500, 501], 5, 9)),
        [Effect::Show(490)]
    );
}

#[test]
fn a_find_goes_on_when_rows_arrive_and_moves_nothing() {
    let mut search = done(&[4, 9, 11], 9);
    let again = search.update(Msg::Shows(Shows::OtherRows { view: 2, from: 109 }));
    assert_eq!(
        again,
        [Effect::Search {
            search: 2,
            view: 2,
            text: "deny".into(),
            around: 109
        }]
    );
    // What was found stays said, but its numbers are the old ones.
    assert_eq!(search.position(), Some((2, 3)));
    assert_eq!(step(&mut search, true), []);
    assert_eq!(end(&mut search, 2, found(&[7, 104, 109, 111], 0, 4)), []);
    assert_eq!(search.position(), Some((3, 4)));
    assert_eq!(step(&mut search, true), [Effect::Show(111)]);
}

#[test]
fn a_stale_reply_changes_nothing() {
    let mut search = typed("deny");
    let first = begin(&mut search, 0);
    assert_eq!(search.update(Msg::Typed("den".into())), [Effect::Stop]);
    assert_eq!(end(&mut search, first, found(&[1], 0, 1)), []);
    assert_eq!(search.find(), &Find::Idle);
    let second = begin(&mut search, 0);
    for (number, searched) in [(first, 0), (second, 9)] {
        search.update(Msg::Searched {
            search: number,
            rows: 9,
        });
        assert_eq!(search.find(), &Find::Searching { searched });
    }
}

#[test]
fn another_window_ends_a_find_and_keeps_the_text() {
    let mut search = typed("deny");
    begin(&mut search, 0);
    let effects = search.update(Msg::Shows(Shows::Another(2)));
    assert_eq!((effects, search.text()), (vec![Effect::Stop], "deny"));
    assert_eq!(search.find(), &Find::Idle);
}

#[test]
fn a_window_the_worker_no_longer_knows_is_opened_again_once() {
    let mut search = typed("deny");
    let number = begin(&mut search, 3);
    let lost = fail(&mut search, number, FailKind::Reopen);
    assert_eq!(lost, [Effect::Reopen(failed(FailKind::Reopen))]);
    let again = search.update(Msg::Shows(Shows::Same(2)));
    assert_eq!(asked(again), (2, 2, 3));
    assert_eq!(fail(&mut search, 2, FailKind::Reopen), []);
    assert!(matches!(search.find(), Find::Failed(_)));
}

#[test]
fn a_failure_is_said_and_a_cancellation_is_not() {
    let mut search = typed("deny");
    let number = begin(&mut search, 0);
    fail(&mut search, number, FailKind::Report);
    assert_eq!(search.sentence(0, 1).0, "failed. do something");
    let number = begin(&mut search, 0);
    fail(&mut search, number, FailKind::Cancelled);
    assert_eq!(search.position(), None);
}

#[test]
fn nothing_is_sought_without_a_text_or_a_window() {
    assert_eq!(typed("").update(enter(0)), []);
    let mut closed = typed("deny");
    closed.update(Msg::Shows(Shows::Nothing));
    assert_eq!(closed.update(enter(0)), []);
}

#[test]
fn the_sentence_says_what_was_not_searched() {
    let search = done(&[1, 2], 0);
    let (said, left_out) = search.sentence(18, 100);
    assert_eq!(
        format!("{}{said}. {left_out}", search.ordinal()),
        "1 of 2 matches in 96,771 cached rows. 18 % of the window is not cached and was not searched"
    );
    assert_eq!(search.sentence(0, 100).1, "The whole window was searched");
    assert_eq!(
        done(&[], 0).sentence(0, 100).0,
        "No entries match in 96,771 cached rows"
    );
    assert_eq!(Search::default().sentence(5, 10).0, "");
    assert_eq!(typed("x").sentence(5, 10).0, "Enter searches");
}

#[test]
fn where_matches_lie_is_said_of_the_rows_that_are_shown_alone() {
    let mut search = done(&[4, 9], 0);
    assert!(search.slices().is_some());
    let (view, from) = (2, 7);
    search.update(Msg::Shows(Shows::OtherRows { view, from }));
    assert!(search.slices().is_none());
    end(&mut search, 2, found(&[3], 0, 1));
    assert!(search.slices().is_some());
    search.update(Msg::Typed("den".to_owned()));
    assert!(search.slices().is_none());
}
