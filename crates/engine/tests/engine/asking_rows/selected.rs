//! The rows that a filter selects, kept by number: what is limited to some of them, and what is found among them.

use super::made::plain_parts;
use super::*;

#[test]
fn all_but_the_histogram_can_be_limited_to_some_rows() {
    let (_, opened) = opened(&plain_parts());
    let first = block_on(opened.row_from(100)).unwrap();
    let end = block_on(opened.row_from(450)).unwrap();
    assert_eq!((first, end), (10, 35));
    let question = Question {
        by: vec![FieldName::any_case("user")],
        of: None,
    };
    let limited = || {
        Answers::default()
            .with_histogram(Buckets::round(range(0, 1_000), |_| 0), None)
            .with_top(question.clone(), Default::default())
            .with_fields()
            .with_selected()
            .only(first..end)
    };
    for (text, all, some) in [("", 50, 25), ("user:u1", 17, 9), ("n<10", 10, 0)] {
        let mut answers = limited();
        let searched = ask(&opened, text, &mut answers);
        assert_eq!(searched.matched, all, "{text}");
        let bars = answers.histogram().unwrap().bars(8);
        assert_eq!(bars.all.iter().sum::<u64>(), all, "{text}");
        assert_eq!(answers.top()[0].values(9).rows, some, "{text}");
        assert_eq!(answers.fields().unwrap().rows(), some, "{text}");
        let selected = answers.selected().unwrap();
        assert_eq!(selected.count(), some, "{text}");
        assert!(
            selected
                .nth(0)
                .is_none_or(|row| (first..end).contains(&row))
        );
    }
    // Where nothing else is asked, nothing is read for it.
    let mut answers = Answers::default().with_selected().only(first..end);
    assert_eq!(ask(&opened, "", &mut answers).skipped, 50);
    assert_eq!(answers.selected().unwrap().count(), 25);
}

#[test]
fn a_search_among_selected_rows_counts_those_that_are_hidden() {
    let (_, opened) = opened(&plain_parts());
    let mut answers = Answers::default().with_selected();
    ask(&opened, "user:u1", &mut answers);
    let find = Find {
        text: "\"n\":1".to_owned(),
        ignore_case: true,
        around: 0,
    };
    let cancel = CancellationToken::new();
    let found = block_on(opened.find(&find, answers.selected(), &cancel, &|_| {})).unwrap();
    // Of 1 and 10 to 19 the rows 1, 10, 13, 16 and 19 are shown: the first, and those from the fourth on.
    assert_eq!((found.matches, found.hidden, found.searched), (5, 6, 50));
    assert_eq!(found.rows, [0, 3, 4, 5, 6]);
    assert_eq!(found.slices.counts()[..8], [1, 0, 0, 1, 1, 1, 1, 0]);
}

#[test]
fn slices_say_where_rows_of_a_kind_lie_among_all_or_among_those_selected() {
    let (_, opened) = opened(&plain_parts());
    let first = block_on(opened.row_from(100)).unwrap();
    let end = block_on(opened.row_from(450)).unwrap();
    let lie = |text: &str, kind: &str, answers: Answers| {
        let kind = Predicate::new(&parse(kind).unwrap().filter).unwrap();
        let mut answers = answers.with_selected().with_kind(kind);
        ask(&opened, text, &mut answers);
        let of_kind = answers.rows_of_kind().unwrap();
        let at = |slices: Slices| {
            assert_eq!(slices.rows(), 1);
            let counts = (0..).zip(slices.counts().iter().copied());
            let counts = counts.filter(|(_, count)| *count > 0);
            counts.map(|(at, _)| at).collect::<Vec<u64>>()
        };
        let selected = answers.selected().unwrap();
        (
            at(Slices::in_window(of_kind, 50)),
            at(Slices::among(of_kind, selected)),
        )
    };
    let (all, only) = (Answers::default(), Answers::default().only(first..end));
    assert_eq!(lie("", "n>=48", all.clone()), (vec![48, 49], vec![48, 49]));
    assert_eq!(
        lie("n>=40", "n>=48", all.clone()),
        (vec![48, 49], vec![8, 9])
    );
    // Of the rows 1, 4, 7 and so on, those whose messages say so, whether a column is read for it or not.
    let (_, among) = lie("user:u1", "\"\\\"n\\\":1\"", all);
    assert_eq!(among, [0, 3, 4, 5, 6]);
    assert_eq!(lie("", "n>=34", only.clone()), (vec![34], vec![24]));
    assert_eq!(lie("user:u1", "n>=34", only), (vec![34], vec![8]));
}
