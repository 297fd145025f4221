//! Columns that are kept decoded change no answer.

use super::made::{any_parts, write};
use super::*;
use arrow::array::AsArray;
use arrow::datatypes::TimestampMillisecondType;

/// Windows that begin and end within parts, opened over the same kept columns.
const WITHIN: [(i64, i64); 3] = [(0, 1_000), (150, 640), (333, 950)];

fn matched(opened: &Opened<MemoryStore>, text: &str) -> u64 {
    let mut answers = Answers::default().with_selected();
    let searched = ask(opened, text, &mut answers);
    assert_eq!(
        answers.selected().unwrap().count(),
        searched.all_matched(),
        "{text}"
    );
    searched.all_matched()
}

fn kept(
    store: &Rc<MemoryStore>,
    (from, to): (i64, i64),
    decoded: &Rc<DecodedColumns>,
) -> Opened<MemoryStore> {
    let opened = block_on(open(Rc::clone(store), &dataset(), range(from, to))).unwrap();
    opened.keeping(Rc::clone(decoded))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn windows_that_share_kept_columns_get_their_own_rows(
        parts in any_parts(), room in prop_oneof![Just(2_000_usize), Just(1 << 20)],
    ) {
        let (store, opened) = opened(&parts);
        let (batch, _) = all_rows(&opened);
        let times = batch.column(0).as_primitive::<TimestampMillisecondType>().values();
        let decoded = Rc::new(DecodedColumns::new(room));
        let windows = WITHIN.map(|window| (window, kept(&store, window, &decoded)));
        for text in EXPRESSIONS {
            let expected = judged(&batch, text);
            for ((from, to), opened) in windows.iter().chain(&windows) {
                let rows = expected.set_indices().filter(|row| (*from..*to).contains(&times[*row]));
                prop_assert_eq!(matched(opened, text), rows.count() as u64, "{} in {}..{}", text, from, to);
                prop_assert!(decoded.bytes() <= room);
            }
        }
    }
}

#[test]
fn a_row_group_of_several_steps_is_kept_step_by_step() {
    let message = |n: usize| format!("{{\"n\":{n},\"even\":\"{}\"}}", n.is_multiple_of(2));
    let rows = 40_000;
    let part = Made {
        range: (0, 80_000),
        generation: 0,
        promotes: true,
        groups: vec![(0..rows).map(message).collect()],
        is_provisional: false,
    };
    let store = Rc::new(MemoryStore::new());
    write(&store, &part);
    let decoded = Rc::new(DecodedColumns::new(64 << 20));
    for (window, matching) in [((34_000, 70_001), 9_000), ((0, 80_000), 20_000)] {
        let opened = kept(&store, window, &decoded);
        let matching = matching + u64::from(window.1 % 2 == 1);
        for text in ["even:true", "\"even\\\":\\\"true\"", "even:true"] {
            assert_eq!(matched(&opened, text), matching, "{text}");
        }
        assert!(decoded.bytes() > 0);
    }
}
