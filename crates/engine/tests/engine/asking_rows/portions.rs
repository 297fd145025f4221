//! The answers of all portions of a window are those of the window, also after they crossed to another worker.

use super::made::any_parts;
use super::*;

/// Every step of a portion.
fn ask_portion(
    opened: &Opened<MemoryStore>,
    filter: &Predicate,
    portion: Portion,
    answers: &mut Answers,
) -> Searched {
    let mut asking = opened.asking(filter).only(portion);
    while block_on(asking.step(answers)).unwrap().is_continue() {}
    asking.searched().clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn portions_add_up_to_the_window(parts in any_parts(), of in 1_u32..5, only in prop::option::of(3_u64..9)) {
        let (_, opened) = opened(&parts);
        let question = Question { by: vec![FieldName::any_case("status")], of: Some(FieldName::any_case("n")) };
        let asked = || {
            let answers = Answers::default()
                .with_histogram(Buckets::round(range(0, 1_000), |_| 0), Some(FieldName::any_case("user")))
                .with_top(question.clone(), Default::default())
                .with_fields()
                .with_selected();
            match only {
                Some(first) => answers.only(first..first * 4),
                None => answers,
            }
        };
        for text in ["", "user:*", "not status:500", "error or ok:*"] {
            let filter = Predicate::new(&parse(text).unwrap().filter).unwrap();
            let mut whole = asked();
            let of_whole = ask(&opened, text, &mut whole);
            let mut portions = Portion::all(of);
            let mut answers = asked();
            let mut searched = ask_portion(&opened, &filter, portions.next().unwrap(), &mut answers);
            for portion in portions {
                let mut more = asked();
                let of_more = ask_portion(&opened, &filter, portion, &mut more);
                let crossed = postcard::to_allocvec(&(of_more, more)).unwrap();
                let (of_more, more): (Searched, Answers) = postcard::from_bytes(&crossed).unwrap();
                searched.merge(&of_more);
                answers.merge(more);
            }
            prop_assert_eq!(&searched, &of_whole, "{}", text);
            prop_assert_eq!(answers.histogram().unwrap().bars(8), whole.histogram().unwrap().bars(8), "{}", text);
            prop_assert_eq!(shown(&answers.top()[0]), shown(&whole.top()[0]), "{}", text);
            prop_assert_eq!(answers.fields(), whole.fields(), "{}", text);
            prop_assert_eq!(answers.into_selected(), whole.into_selected(), "{}", text);
        }
    }
}
