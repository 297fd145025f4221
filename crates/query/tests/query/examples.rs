//! What expressions select, by example.

use crate::made::Json;
use arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use std::sync::Arc;
use windrow_model::filter::parse;
use windrow_query::message_fields::NoFields;
use windrow_query::statistics::ColumnStatistics;
use windrow_query::{LeftInMessage, Predicate, QueryError, Rows, Share, Statistics};

fn batch() -> RecordBatch {
    let messages: ArrayRef = Arc::new(StringArray::from(vec![
        r#"{"user":"Ann","status":500,"v":"1.10"}"#,
        r#"{"user":"bob","status":404,"Port":22}"#,
        r#"{"status":"n/a","tags":"[1,2]"}"#,
        "two words\nand a line, \u{c4}rger 10.0.0.0/8",
    ]));
    let users: ArrayRef = Arc::new(StringArray::from(vec![
        Some("Ann"),
        Some("bob"),
        None,
        None,
    ]));
    let statuses: ArrayRef = Arc::new(Int64Array::from(vec![Some(500), Some(404), None, None]));
    let versions: ArrayRef = Arc::new(StringArray::from(vec![Some("1.10"), None, None, None]));
    let loads: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.1), Some(5.0), None, None]));
    let times: ArrayRef = Arc::new(
        TimestampMillisecondArray::from(vec![0, 1000, 2000, 86_400_000]).with_timezone("UTC"),
    );
    RecordBatch::try_from_iter_with_nullable([
        ("timestamp", times, false),
        ("message", messages, false),
        ("user", users, true),
        ("status", statuses, true),
        ("v", versions, true),
        ("load", loads, true),
    ])
    .unwrap()
}

fn select(text: &str, left: &LeftInMessage) -> Vec<usize> {
    let batch = batch();
    let filter = parse(text).unwrap().filter;
    let rows = Rows {
        batch: &batch,
        left,
    };
    let selected = Predicate::new(&filter).unwrap().select(&rows, &mut Json);
    selected.unwrap().set_indices().collect()
}

#[test]
fn expressions_select_what_they_say() {
    let left = LeftInMessage::Named(vec![
        "status".to_owned(),
        "Port".to_owned(),
        "tags".to_owned(),
    ]);
    for (text, expected) in [
        ("", vec![0, 1, 2, 3]),
        ("words", vec![3]),
        ("\u{e4}RGER", vec![3]),
        ("USER", vec![0, 1]),
        ("two*line", vec![3]),
        ("user:ann", vec![0]),
        ("\"User\":ann", vec![]),
        ("user:a*", vec![0]),
        ("not user:ann", vec![1, 2, 3]),
        ("user:*", vec![0, 1]),
        ("-user:*", vec![2, 3]),
        ("status:500", vec![0]),
        ("status:500.0", vec![0]),
        ("status:5*", vec![0]),
        ("status:n\\/a", vec![2]),
        ("status >= 404", vec![0, 1]),
        ("status > 404.5", vec![0]),
        ("status:*", vec![0, 1, 2]),
        ("v:1.1", vec![]),
        ("v:1.10", vec![0]),
        ("load:0.1", vec![0]),
        ("load > 0.1", vec![1]),
        ("load:5", vec![1]),
        ("port:22", vec![1]),
        ("tags:\"[1,2]\"", vec![2]),
        ("message:10.0.0.0/8", vec![3]),
        ("/two.*line/", vec![3]),
        ("/Words/", vec![]),
        ("/Words/i", vec![3]),
        ("timestamp:1970-01-01T00:00:01Z", vec![1]),
        ("timestamp >= 1970-01-01T00:00:02+00:00", vec![2, 3]),
        ("timestamp:1970-01-02*", vec![3]),
        ("timestamp < 2000", vec![0, 1]),
        ("nowhere:x", vec![]),
        ("not nowhere:x", vec![0, 1, 2, 3]),
        ("status:(500 or 404) -user:bob", vec![0]),
        ("user:(not ann)", vec![1, 2, 3]),
    ] {
        assert_eq!(select(text, &left), expected, "{text}");
    }
}

#[test]
fn a_part_that_proves_absence_is_believed_and_its_messages_are_not_read() {
    let nothing = LeftInMessage::Named(Vec::new());
    assert_eq!(select("status:n\\/a", &nothing), [0; 0]);
    assert_eq!(select("port:22", &nothing), [0; 0]);
    assert_eq!(select("port:22", &LeftInMessage::Any), [1]);
    let predicate = Predicate::new(&parse("port:22").unwrap().filter).unwrap();
    assert!(!predicate.reads_messages(&nothing));
    assert!(predicate.reads_messages(&LeftInMessage::Named(vec!["PORT".to_owned()])));
    assert!(predicate.reads_messages(&LeftInMessage::Any));
    let predicate = Predicate::new(&parse("log_id:a and timestamp > 5").unwrap().filter).unwrap();
    assert!(!predicate.reads_messages(&LeftInMessage::Any));
    assert_eq!(predicate.fields().len(), 2);
}

#[test]
fn messages_that_are_needed_and_were_not_read_are_an_error() {
    let batch = batch().project(&[2]).unwrap();
    let left = LeftInMessage::Any;
    let rows = Rows {
        batch: &batch,
        left: &left,
    };
    for text in ["x", "/x/", "port:22"] {
        let predicate = Predicate::new(&parse(text).unwrap().filter).unwrap();
        let error = predicate.select(&rows, &mut NoFields).unwrap_err();
        assert_eq!(error, QueryError::NoMessages, "{text}");
    }
}

#[test]
fn a_wrong_regular_expression_is_named_with_its_place() {
    for (text, at, reason) in [
        ("/a(b/", Some(1), "unclosed group"),
        ("x:/a{2,1}/", Some(1), "repetition"),
        ("/(?=x)/", Some(0), "look-around"),
        ("/(a{1000}){1000}/", None, "too large"),
    ] {
        let filter = parse(text).unwrap().filter;
        match Predicate::new(&filter) {
            Err(QueryError::Regex {
                offset,
                reason: found,
                ..
            }) => {
                assert_eq!(offset, at, "{text}: {found}");
                assert!(found.contains(reason), "{text}: {found}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_hit_across_two_rows_is_none_and_hides_none() {
    let messages: ArrayRef = Arc::new(StringArray::from(vec!["xa", "aab", "aa", "b", "ab"]));
    let batch = RecordBatch::try_from_iter([("message", messages)]).unwrap();
    let left = LeftInMessage::Any;
    let rows = Rows {
        batch: &batch,
        left: &left,
    };
    for (text, expected) in [
        ("aa", vec![1, 2]),
        ("ab", vec![1, 4]),
        ("aab", vec![1]),
        ("bx", vec![]),
        ("a*b", vec![1, 4]),
        ("/aa/", vec![1, 2]),
        ("message:(aab or bb or xa)", vec![0, 1]),
    ] {
        let predicate = Predicate::new(&parse(text).unwrap().filter).unwrap();
        let selected = predicate.select(&rows, &mut NoFields).unwrap();
        assert_eq!(
            selected.set_indices().collect::<Vec<_>>(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn rows_are_ruled_out_by_times_bounds_and_proven_absence() {
    let column = |name: &str, nulls, bounds| ColumnStatistics {
        name: name.to_owned(),
        nulls,
        bounds,
    };
    let columns = [
        column("timestamp", 0, Some(1000..=2000)),
        column("message", 0, None),
        column("status", 0, Some(200..=404)),
        column("port", 3, Some(22..=22)),
        column("user", 10, None),
        column("labels", 0, None),
    ];
    let left = LeftInMessage::Named(vec!["user".to_owned()]);
    let statistics = Statistics {
        rows: 10,
        columns: &columns,
        left: &left,
    };
    for (text, expected) in [
        ("", Share::All),
        ("timestamp < 1000", Share::None),
        ("timestamp <= 1970-01-01T00:00:01Z", Share::Unknown),
        ("timestamp > 1970-01-01T00:00:00Z", Share::All),
        ("timestamp:1970-01-01T00:00:03Z", Share::None),
        ("status:500", Share::None),
        ("-status:500", Share::All),
        ("status:(500 or 404)", Share::Unknown),
        ("status >= 200", Share::All),
        ("status:*", Share::All),
        ("port:22", Share::Unknown),
        ("port:23", Share::None),
        ("not port:23", Share::All),
        ("user:ann", Share::Unknown),
        ("nowhere:x", Share::None),
        ("not nowhere:*", Share::All),
        ("labels:*", Share::Unknown),
        ("error", Share::Unknown),
        ("error status:500", Share::None),
        ("error or status<500", Share::All),
    ] {
        let predicate = Predicate::new(&parse(text).unwrap().filter).unwrap();
        assert_eq!(predicate.share(&statistics), expected, "{text}");
    }
}
