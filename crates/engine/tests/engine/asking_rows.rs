//! A filter over parts of every kind gives what reading every message would give, and says what it did not search.

mod kept;
mod made;
mod portions;
mod selected;

use crate::support::{dataset, range};
use arrow::array::{
    ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder, TimestampMillisecondArray,
};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Field};
use bytes::Bytes;
use futures_executor::block_on;
use made::{Made, any_parts, path, plain_parts, write};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use windrow_columnar::Footer;
use windrow_engine::*;
use windrow_model::filter::{FieldName, parse};
use windrow_model::{FieldValue, TimeRange};
use windrow_query::answers::top::Question;
use windrow_query::answers::{Buckets, FieldList, Histogram, Top};
use windrow_query::{LeftInMessage, MessageFields, Predicate};
use windrow_store::memory::MemoryStore;

/// The window of all tests. From 700 to 800 nothing is held.
const WINDOW: (i64, i64) = (0, 1_000);

fn opened(parts: &[Made]) -> (Rc<MemoryStore>, Opened<MemoryStore>) {
    let store = Rc::new(MemoryStore::new());
    parts.iter().for_each(|made| write(&store, made));
    let window = range(WINDOW.0, WINDOW.1);
    let opened = block_on(open(Rc::clone(&store), &dataset(), window)).unwrap();
    (store, opened)
}

fn ask(opened: &Opened<MemoryStore>, text: &str, answers: &mut Answers) -> Searched {
    let filter = Predicate::new(&parse(text).unwrap().filter).unwrap();
    let cancel = CancellationToken::new();
    let mut receive = |_: Refined<'_>| ControlFlow::Continue(());
    block_on(opened.ask(&filter, answers, &cancel, &mut receive)).unwrap()
}

/// The numbers and messages of the matching rows.
fn matching(opened: &Opened<MemoryStore>, text: &str, wanted: RowsWanted) -> Vec<(u64, String)> {
    let filter = Predicate::new(&parse(text).unwrap().filter).unwrap();
    let mut answers = Answers::default().with_rows(wanted);
    let mut found = Vec::new();
    let mut receive = |refined: Refined<'_>| {
        if let Some(matches) = refined.matches {
            let rows = matches.numbers.iter().zip(0..);
            found.extend(rows.map(|(number, row)| {
                let event = matches.events.get(row).unwrap();
                (*number, event.message.to_owned())
            }));
        }
        ControlFlow::Continue(())
    };
    let cancel = CancellationToken::new();
    block_on(opened.ask(&filter, &mut answers, &cancel, &mut receive)).unwrap();
    found
}

fn messages_of(rows: &windrow_engine::Rows) -> Vec<String> {
    let events = (0..rows.events.len()).map(|row| rows.events.get(row).unwrap());
    events.map(|event| event.message.to_owned()).collect()
}

/// Reads fields of messages, as whoever has no columns does.
#[derive(Default)]
struct Messages(FieldReader);

impl MessageFields for Messages {
    fn each<'m>(&mut self, message: &'m str, found: &mut dyn FnMut(&str, FieldValue<'m>)) {
        self.0.each(message, found);
    }
}

/// All rows of a window as one batch without fields of messages, and which of them are proven.
fn all_rows(opened: &Opened<MemoryStore>) -> (RecordBatch, BooleanBuffer) {
    let rows = block_on(opened.rows(0, usize::MAX)).unwrap();
    let events = || (0..rows.events.len()).filter_map(|row| rows.events.get(row));
    let times: TimestampMillisecondArray = events().map(|event| Some(event.timestamp_ms)).collect();
    let messages: StringArray = events().map(|event| Some(event.message)).collect();
    let element = Field::new("element", DataType::Utf8, false);
    let mut labels = ListBuilder::new(StringBuilder::new()).with_field(element);
    for row in 0..rows.events.len() {
        let mut values = rows.events.labels.get(row);
        values
            .by_ref()
            .for_each(|label| labels.values().append_value(label));
        labels.append(true);
    }
    let columns: [(&str, ArrayRef, bool); 3] = [
        ("timestamp", Arc::new(times.with_timezone("UTC")), false),
        ("message", Arc::new(messages), false),
        ("labels", Arc::new(labels.finish()), false),
    ];
    let proven = rows.provisional.iter().map(|is| !is).collect();
    (
        RecordBatch::try_from_iter_with_nullable(columns).unwrap(),
        proven,
    )
}

/// Which of all rows match, judged from the messages.
fn judged(batch: &RecordBatch, text: &str) -> BooleanBuffer {
    let filter = Predicate::new(&parse(text).unwrap().filter).unwrap();
    let rows = windrow_query::Rows {
        batch,
        left: &LeftInMessage::Any,
    };
    filter.select(&rows, &mut Messages::default()).unwrap()
}

/// The top values with their numbers. An integer in a column of floats adds up as a float.
fn shown(top: &Top) -> Vec<String> {
    let top = top.values(9);
    let values = top.values.iter().map(|(key, group)| {
        let (of, rows) = (&group.of, group.rows);
        format!(
            "{key:?} {rows}: {} {} {:?} {:?}",
            of.count,
            of.sum(),
            of.low,
            of.high
        )
    });
    let rest = format!(
        "{} {} {} {}",
        top.distinct, top.rows, top.absent, top.is_exact
    );
    values.chain([rest]).collect()
}

const EXPRESSIONS: [&str; 30] = [
    "",
    "user:*",
    "not user:*",
    "user:ann",
    "-user:ann",
    "user:a*",
    "user:(ann or bob)",
    "status:500",
    "not status:500",
    "status>=500",
    "status<500 or not status:*",
    "status:x",
    "status:*",
    "n>1",
    "n:0.5",
    "not n:*",
    "ok:true",
    "not ok:false",
    "http.status:404",
    "tags:*",
    "tags:/a/",
    "error",
    "error user:bob",
    "ERROR or status:200",
    "not (error or ok:*)",
    "labels:odd",
    "labels:odd -user:*",
    "nothing:here",
    "not nothing:here",
    "timestamp>=1970-01-01T00:00:00.450Z",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_filter_selects_what_reading_every_message_would(parts in any_parts()) {
        let (_, opened) = opened(&parts);
        let (batch, proven) = all_rows(&opened);
        for text in EXPRESSIONS {
            let expected = judged(&batch, text);
            let searched = ask(&opened, text, &mut Answers::default());
            let of_proven = (&expected & &proven).count_set_bits() as u64;
            let all = expected.count_set_bits() as u64;
            prop_assert_eq!((searched.matched, searched.provisional), (of_proven, all - of_proven), "{}", text);
            let rows = searched.searched + searched.skipped;
            prop_assert_eq!(rows, opened.row_count(), "{}", text);
            prop_assert_eq!(&searched.missing, &[range(700, 800)]);
            prop_assert!(searched.is_final && !searched.is_whole());

            let found = matching(&opened, text, RowsWanted::new(0, u64::MAX));
            let messages = windrow_columnar::messages(&batch).unwrap();
            let rows: Vec<_> = expected
                .set_indices()
                .map(|row| (row as u64, messages.value(row).to_owned()))
                .collect();
            prop_assert_eq!(&found, &rows, "{}", text);
            let mut answers = Answers::default().with_selected();
            ask(&opened, text, &mut answers);
            let selected = answers.into_selected().unwrap();
            prop_assert_eq!(selected.count(), found.len() as u64);
            let kept = block_on(opened.selected_rows(&selected, 0, usize::MAX)).unwrap();
            let numbers = (0..selected.count()).map(|n| selected.nth(n).unwrap());
            let kept: Vec<_> = numbers.zip(messages_of(&kept)).collect();
            prop_assert_eq!(&kept, &found, "{}", text);
            let some = block_on(opened.selected_rows(&selected, 3, 5)).unwrap();
            prop_assert_eq!(messages_of(&some), found.iter().skip(3).take(5).map(|(_, message)| message.clone()).collect::<Vec<_>>());

            let page = matching(&opened, text, RowsWanted::new(3, 5));
            prop_assert_eq!(page, rows.into_iter().skip(3).take(5).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_pass_gives_every_answer_about_the_proven_rows(parts in any_parts()) {
        let (_, opened) = opened(&parts);
        let (batch, proven) = all_rows(&opened);
        let by = || FieldName::any_case("user");
        let buckets = Buckets::round(range(0, 1_000), |_| 0);
        let question = Question { by: vec![by(), FieldName::any_case("status")], of: Some(FieldName::any_case("n")) };
        let single = Question { by: vec![FieldName::any_case("status")], of: None };
        for text in ["", "user:*", "not status:500", "error or ok:*"] {
            let mut answers = Answers::default()
                .with_histogram(buckets.clone(), Some(by()))
                .with_top(question.clone(), Default::default())
                .with_top(single.clone(), Default::default())
                .with_fields();
            ask(&opened, text, &mut answers);

            let selected = &judged(&batch, text) & &proven;
            let rows = windrow_query::Rows { batch: &batch, left: &LeftInMessage::Any };
            let mut reader = Messages::default();
            let mut histogram = Histogram::new(buckets.clone(), Some(by()));
            histogram.add(&rows, &selected, &mut reader).unwrap();
            prop_assert_eq!(answers.histogram().unwrap().bars(8), histogram.bars(8), "{}", text);
            for (at, question) in [&question, &single].into_iter().enumerate() {
                let mut top = Top::new(question.clone(), Default::default());
                top.add(&rows, &selected, &mut reader).unwrap();
                prop_assert_eq!(shown(&answers.top()[at]), shown(&top), "{}", text);
            }
            let mut fields = FieldList::default();
            fields.add(&rows, &selected, &mut reader).unwrap();
            let counts = |list: &FieldList| -> Vec<(String, u64, u64)> {
                let fields = list.fields().iter();
                fields.map(|(name, field)| (name.clone(), field.rows, field.distinct.count())).collect()
            };
            prop_assert_eq!(counts(answers.fields().unwrap()), counts(&fields), "{}", text);
        }
    }
}

#[test]
fn row_groups_that_statistics_rule_out_are_not_read() {
    let (_, opened) = opened(&plain_parts());
    let counts = |text: &str| {
        let searched = ask(&opened, text, &mut Answers::default());
        (searched.matched, searched.searched, searched.skipped)
    };
    assert_eq!(counts(""), (50, 0, 50));
    // The second row group has nothing else, the second part text, the third no columns.
    assert_eq!(counts("status:500"), (30, 20, 30));
    assert_eq!(counts("status>500"), (0, 20, 30));
    // All rows of the first two parts have the field.
    assert_eq!(counts("user:*"), (50, 10, 40));
    assert_eq!(counts("n>=20 n<30"), (10, 10, 40));
    assert_eq!(counts("timestamp<1970-01-01T00:00:00.100Z"), (10, 0, 50));
    assert_eq!(counts("nothing:x"), (0, 10, 40));
}

#[test]
fn a_large_row_group_is_asked_in_steps_and_gives_the_same_answers() {
    let message = |n: usize| format!("{{\"user\":\"u{}\",\"n\":{n}}}", n % 3);
    let (_, opened) = opened(&[Made {
        range: (0, 1_000),
        generation: 0,
        promotes: true,
        groups: vec![(0..40_000).map(message).collect()],
        is_provisional: false,
    }]);
    let filter = Predicate::new(&parse("message:u1 n>=10000").unwrap().filter).unwrap();
    let by = FieldName::any_case("user");
    let mut answers = Answers::default()
        .with_histogram(Buckets::round(range(0, 1_000), |_| 0), Some(by))
        .with_selected();
    let mut asking = opened.asking(&filter);
    let mut steps = Vec::new();
    while let ControlFlow::Continue(_) = block_on(asking.step(&mut answers)).unwrap() {
        steps.push(asking.searched().searched);
        assert!(!asking.searched().is_final);
    }
    assert_eq!(steps, [16_384, 32_768, 40_000]);
    assert!(asking.searched().is_final);
    assert_eq!(asking.searched().matched, 10_000);
    let bars = answers.histogram().unwrap().bars(8);
    assert_eq!(bars.all.iter().sum::<u64>(), 10_000);
    let selected = answers.selected().unwrap();
    assert_eq!(
        (selected.nth(0), selected.nth(9_999)),
        (Some(10_000), Some(39_997))
    );
    assert_eq!(selected.before(20_000), 3_334);
}

#[test]
fn a_name_in_two_cases_has_the_values_of_both_though_one_of_them_has_no_column() {
    let message = r#"{"user":"ann","User":"bob"}"#.to_owned();
    let (_, opened) = opened(&[Made {
        range: (0, 1_000),
        generation: 0,
        promotes: true,
        groups: vec![vec![message; 10]],
        is_provisional: false,
    }]);
    for (text, matched) in [
        ("user:ann", 10),
        ("user:bob", 10),
        ("not user:bob", 0),
        ("\"User\":bob", 10),
        ("\"User\":ann", 0),
        ("\"user\":bob", 0),
    ] {
        let searched = ask(&opened, text, &mut Answers::default());
        assert_eq!(searched.matched, matched, "{text}");
    }
}

#[test]
fn a_damaged_row_group_is_in_no_answer_and_is_named() {
    let parts = plain_parts();
    let store = Rc::new(MemoryStore::new());
    parts.iter().for_each(|made| write(&store, made));
    let damaged = path(&parts[0]);
    let bytes = block_on(windrow_store::BlobStore::list(&*store, "")).unwrap();
    let size = bytes.iter().find(|info| info.path == damaged).unwrap().size;
    let bytes = block_on(windrow_store::BlobStore::read(&*store, &damaged, 0..size)).unwrap();
    let footer = Footer::parse(bytes.clone(), size).unwrap();
    // The last column of the first row group is `n`.
    let mut broken = bytes.to_vec();
    broken[footer.row_groups()[0].bytes.end as usize - 1] ^= 1;
    store.put_raw(&damaged, broken.into());
    let opened = block_on(open(store, &dataset(), range(WINDOW.0, WINDOW.1))).unwrap();

    let question = Question {
        by: vec![FieldName::any_case("n")],
        of: None,
    };
    let mut answers = Answers::default()
        .with_histogram(Buckets::round(range(0, 1_000), |_| 0), None)
        .with_top(question, Default::default());
    let searched = ask(&opened, "user:*", &mut answers);
    assert_eq!((searched.matched, searched.unreadable), (40, 10));
    assert_eq!(searched.searched + searched.skipped, 40);
    let [problem] = &searched.damaged[..] else {
        panic!("{:?}", searched.damaged);
    };
    assert_eq!(
        (&problem.path, problem.range),
        (&damaged, Some(range(0, 91)))
    );
    assert!(problem.reason.contains("`n`"), "{}", problem.reason);
    let bars = answers.histogram().unwrap().bars(8);
    assert_eq!(bars.all.iter().sum::<u64>(), 40);
    assert_eq!(answers.top()[0].values(99).rows, 40);
    // A column that is not read harms nothing.
    let searched = ask(&opened, "user:u1", &mut Answers::default());
    assert_eq!((searched.matched, searched.unreadable), (17, 0));
}

#[test]
fn a_part_that_cannot_be_read_at_all_is_damaged_and_not_missing() {
    let parts = plain_parts();
    let store = Rc::new(MemoryStore::new());
    parts.iter().for_each(|made| write(&store, made));
    store.put_raw(
        &path(&parts[1]),
        Bytes::from_static(b"PAR1 and nothing of it PAR1"),
    );
    let opened = block_on(open(store, &dataset(), range(WINDOW.0, WINDOW.1))).unwrap();
    let searched = ask(&opened, "", &mut Answers::default());
    assert_eq!(searched.matched, 40);
    assert_eq!(searched.damaged.len(), 1);
    assert_eq!(searched.damaged[0].range, Some(range(300, 600)));
    assert_eq!(searched.missing, [range(700, 1_000)]);
}

#[test]
fn it_stops_when_cancelled_or_when_enough_was_received_and_is_not_final() {
    let (_, opened) = opened(&plain_parts());
    let filter = Predicate::new(&parse("message:u1").unwrap().filter).unwrap();
    let run = |most: u64, cancel: &CancellationToken| {
        let mut heard = Vec::new();
        let mut receive = |refined: Refined<'_>| {
            heard.push(refined.searched.searched);
            if heard.len() as u64 == most {
                cancel.cancel();
            }
            ControlFlow::Continue(())
        };
        let mut answers = Answers::default();
        let asked = opened.ask(&filter, &mut answers, cancel, &mut receive);
        let searched = block_on(asked).unwrap();
        (searched.is_final, searched.searched, heard)
    };
    assert_eq!(run(2, &CancellationToken::new()), (false, 20, vec![10, 20]));
    let (is_final, searched, heard) = run(99, &CancellationToken::new());
    assert_eq!((is_final, searched, heard.len()), (true, 50, 5));

    let mut answers = Answers::default();
    let mut receive = |_: Refined<'_>| ControlFlow::Break(());
    let cancel = CancellationToken::new();
    let searched = block_on(opened.ask(&filter, &mut answers, &cancel, &mut receive)).unwrap();
    assert_eq!((searched.is_final, searched.searched), (false, 10));
}

#[test]
fn the_fields_of_a_window_are_known_from_footers_unless_a_part_does_not_say() {
    let (_, opened) = opened(&plain_parts()[..2]);
    let (names, are_all) = opened.field_names();
    assert!(are_all && names.contains(&"user") && names.contains(&"timestamp"));
    let (_, opened) = self::opened(&plain_parts());
    assert!(!opened.field_names().1);
}

#[test]
fn a_window_that_is_wholly_held_is_searched_whole() {
    let parts = plain_parts();
    let (_, opened) = opened(&parts);
    let searched = ask(&opened, "", &mut Answers::default());
    assert!((searched.missing_share() - 0.3).abs() < 1e-9);
    let store = Rc::new(MemoryStore::new());
    parts.iter().for_each(|made| write(&store, made));
    let whole: TimeRange = range(0, 700);
    let opened = block_on(open(store, &dataset(), whole)).unwrap();
    assert!(ask(&opened, "", &mut Answers::default()).is_whole());
}

#[test]
fn a_window_of_which_a_stretch_is_provisional_is_not_searched_whole() {
    let held = |range, is_provisional| Made {
        range,
        generation: 0,
        promotes: true,
        groups: vec![vec!["nothing".to_owned()]],
        is_provisional,
    };
    let (_, opened) = opened(&[held((0, 900), false), held((900, 1_000), true)]);
    let searched = ask(&opened, "", &mut Answers::default());
    assert!(searched.is_final && searched.missing.is_empty());
    assert!(!searched.is_whole(), "more events may come");
}
