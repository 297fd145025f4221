//! What is typed and pasted, and what comes of it.

use super::*;

fn begun(text: &str) -> (Draft, Vec<Effect>) {
    let mut draft = Draft::default();
    let effects = draft.update(Msg::Begin {
        of: None,
        text: text.to_owned(),
        fields: vec!["srcip".to_owned()],
        are_all: true,
    });
    (draft, effects)
}

fn added(text: &str) -> Effect {
    Effect::Change(Change::Add(parse(text).unwrap().filter))
}

#[test]
fn each_condition_of_what_is_typed_is_added() {
    let (mut draft, effects) = begun("srcip:x -timeout");
    assert!(effects.is_empty() && draft.hints().is_empty());
    let effects = draft.update(Msg::Enter);
    assert_eq!(
        effects,
        [added("srcip:x"), added("-timeout"), Effect::Close]
    );
}

#[test]
fn a_mistake_has_a_place_and_a_remedy_and_changes_nothing() {
    let (mut draft, _) = begun("a:(x y)");
    let mistake = draft.mistake().unwrap();
    assert_eq!(mistake.column, 6);
    assert!(mistake.message.contains("between two values"));
    assert!(draft.update(Msg::Enter).is_empty());
    draft.update(Msg::Typed("a:(x or y)".to_owned()));
    assert_eq!(draft.mistake(), None);
    assert_eq!(draft.update(Msg::Enter).len(), 2);
}

#[test]
fn a_regular_expression_waits_for_the_worker() {
    let (mut draft, effects) = begun("/x[/");
    let [Effect::Check { number, .. }] = effects[..] else {
        panic!("{effects:?}");
    };
    assert!(draft.update(Msg::Enter).is_empty());
    let wrong = FilterMistake {
        column: 3,
        message: "unclosed".to_owned(),
        remedy: "close it".to_owned(),
    };
    let checked = |number, mistake| Msg::Checked { number, mistake };
    assert!(
        draft
            .update(checked(number, Some(wrong.clone())))
            .is_empty()
    );
    assert_eq!(draft.mistake(), Some(&wrong));
    // An answer to what was typed before says nothing of what is typed now.
    draft.update(Msg::Typed("/x/".to_owned()));
    draft.update(checked(number, Some(wrong)));
    assert_eq!(draft.mistake(), None);
    assert!(draft.update(Msg::Enter).is_empty());
    let effects = draft.update(checked(number + 1, None));
    assert_eq!(effects, [added("/x/"), Effect::Close]);
}

#[test]
fn an_unknown_field_is_a_hint_with_the_nearest_name() {
    let (draft, _) = begun("srcpi:x");
    let [hint] = draft.hints() else {
        panic!("{:?}", draft.hints());
    };
    assert!(hint.contains("did you mean `srcip`"), "{hint}");
    assert_eq!(draft.mistake(), None);
}

#[test]
fn a_list_that_is_pasted_is_one_condition_with_a_value_a_line() {
    let (mut draft, _) = begun("");
    assert!(draft.takes_list());
    draft.update(Msg::Pasted("10.0.0.1\n10.0.0.2,\n10.0.0.1\n".to_owned()));
    let listed = draft.list().unwrap();
    assert_eq!(listed.length(), "2 values, 1 duplicate left out");
    assert_eq!(draft.text(), "10.0.0.1 or 10.0.0.2");
    draft.update(Msg::Field("srcip".to_owned()));
    draft.update(Msg::Lines("10.0.0.1\n10.0.0.0/8\n".to_owned()));
    assert_eq!(draft.text(), "srcip:(10.0.0.1 or 10.0.0.0/8)");
    assert_eq!(draft.hints(), [""; 0]);
    let effects = draft.update(Msg::Enter);
    assert_eq!(
        effects,
        [added("srcip:(10.0.0.1 or 10.0.0.0/8)"), Effect::Close]
    );
}

#[test]
fn a_list_that_is_pasted_behind_a_field_is_of_that_field() {
    let (mut draft, _) = begun("");
    draft.update(Msg::Typed("-SrcIp: ".to_owned()));
    assert!(draft.takes_list());
    draft.update(Msg::Pasted("a\nb".to_owned()));
    assert_eq!(draft.text(), "not SrcIp:(a or b)");
    draft.update(Msg::AsText);
    assert_eq!(draft.text(), "not SrcIp:(a or b)");
    draft.update(Msg::Typed("user:bob ".to_owned()));
    assert!(!draft.takes_list());
}

#[test]
fn words_are_offered_as_a_list_and_a_list_is_an_expression_again_by_a_press() {
    let (mut draft, _) = begun("a, b c");
    assert_eq!((draft.offer(), draft.list()), (Some(3), None));
    draft.update(Msg::AsList);
    assert_eq!((draft.offer(), draft.text()), (None, "a or b or c"));
    draft.update(Msg::AsText);
    assert_eq!((draft.text(), draft.offer()), ("a or b or c", Some(3)));
    // What was pasted and is no list after all is what it was.
    draft.update(Msg::Typed(String::new()));
    draft.update(Msg::Pasted("user:bob\n  and error".to_owned()));
    draft.update(Msg::AsText);
    assert_eq!(draft.text(), "user:bob and error");
}

#[test]
fn a_condition_of_many_values_is_edited_as_a_list_and_one_of_few_as_an_expression() {
    let mut draft = Draft::default();
    let mut begin = |text: &str| {
        draft.update(Msg::Begin {
            of: Some(0),
            text: text.to_owned(),
            fields: Vec::new(),
            are_all: false,
        });
        draft.list().map(|listed| listed.lines.clone())
    };
    assert_eq!(begin("user:(a or b or c)"), None);
    assert_eq!(begin("user:(a or b or c or d)").unwrap(), "a\nb\nc\nd");
    assert_eq!(begin("a b c d e"), None);
}

#[test]
fn a_list_that_is_too_long_is_refused_and_a_thousand_addresses_are_not() {
    let (mut draft, _) = begun("");
    let lines = |values: usize, of: fn(usize) -> String| {
        let lines: Vec<String> = (0..values).map(of).collect();
        lines.join("\n")
    };
    for (text, fits) in [
        (
            lines(1_000, |n| {
                format!("fe80:1234:5678:9abc:def0:1234:5678:{n:04x}")
            }),
            true,
        ),
        (lines(900, |n| format!("{n:064x}")), true),
        (lines(2_000, |n| format!("{n:064x}")), false),
    ] {
        draft.update(Msg::Typed(String::new()));
        draft.update(Msg::Pasted(text));
        assert_eq!(draft.mistake().is_none(), fits);
    }
}

#[test]
fn a_condition_that_is_emptied_is_removed() {
    let mut draft = Draft::default();
    draft.update(Msg::Begin {
        of: Some(2),
        text: "a".to_owned(),
        fields: Vec::new(),
        are_all: false,
    });
    draft.update(Msg::Typed(" ".to_owned()));
    let effects = draft.update(Msg::Enter);
    let removed = Effect::Change(Change::Edit(2, Vec::new()));
    assert_eq!(effects, [removed, Effect::Close]);
}
