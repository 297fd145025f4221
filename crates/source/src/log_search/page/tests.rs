use super::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn decoded(body: &str) -> (Answer, EventBatch) {
    let mut batch = EventBatch::new();
    let answer = decode(body.as_bytes(), "asked", Some(&mut batch)).unwrap();
    assert_eq!(decode(body.as_bytes(), "asked", None).as_ref(), Ok(&answer));
    (answer, batch)
}

fn event(fields: &str) -> EventBatch {
    decoded(&format!("{{\"events\":[{{\"timestamp\":1,{fields}}}]}}")).1
}

fn refused(body: &str) -> Unusable {
    let mut batch = event("\"message\":\"held before\"");
    let before = batch.clone();
    let error = decode(body.as_bytes(), "asked", Some(&mut batch)).unwrap_err();
    assert_eq!(batch, before, "{body}");
    error
}

#[test]
fn a_page_is_read_with_every_field_in_its_place() {
    let (answer, batch) = decoded(
        r#"{"logs":["k"],"leql":{"statement":"","during":{"from":1,"to":2}},
        "events":[{"timestamp":1700000000123,"sequence_number":3237198280324534273,"sequence_number_str":"3237198280324534273",
        "log_id":"k","message":"a \"b\" \u00e9","labels":[],"links":[{"rel":"Context","href":"https://x/"}],
        "timestamps":{"custom":null, "ingestion":"t"},"original_event":null}],
        "links":[{"rel":"Next","href":"https://h/next"}]}"#,
    );
    assert_eq!(answer.events, Some(1));
    assert_eq!(answer.next.as_deref(), Some("https://h/next"));
    let event = batch.get(0).unwrap();
    assert_eq!(event.timestamp_ms, 1_700_000_000_123);
    assert_eq!(event.sequence_number, Some(3_237_198_280_324_534_273));
    assert_eq!(event.log_id, "k");
    assert_eq!(event.message, "a \"b\" \u{e9}");
    assert_eq!(
        event.extra,
        Some(r#"{"timestamps":{"custom":null, "ingestion":"t"},"original_event":null}"#)
    );
    assert_eq!(batch.labels.get(0).count(), 0);
}

#[test]
fn the_exact_text_of_a_sequence_number_wins() {
    let of = |fields: &str| event(fields).get(0).unwrap().sequence_number;
    let exact = Some(3_237_198_280_324_534_273);
    assert_eq!(
        of(r#""sequence_number":3237198280324534272,"sequence_number_str":"3237198280324534273""#),
        exact
    );
    assert_eq!(
        of(r#""sequence_number_str":"3237198280324534273","sequence_number":3.237e18"#),
        exact
    );
    assert_eq!(of(r#""sequence_number":"3237198280324534273""#), exact);
    assert_eq!(
        of(r#""sequence_number":null,"sequence_number_str":null"#),
        None
    );
    let odd = event(r#""sequence_number":1.5"#);
    assert_eq!(
        odd.get(0).unwrap().extra,
        Some(r#"{"sequence_number":1.5}"#)
    );
}

#[test]
fn messages_that_are_no_strings_stay_the_json_they_were() {
    for (raw, kept) in [
        (r#"{"a": [1.50, "\u0041"]}"#, r#"{"a": [1.50, "\u0041"]}"#),
        ("12", "12"),
        ("[]", "[]"),
        ("null", ""),
        (r#""\ud800 alone""#, r"\ud800 alone"),
        (r#""nul \u0000""#, "nul \0"),
    ] {
        assert_eq!(
            event(&format!("\"message\":{raw}")).get(0).unwrap().message,
            kept
        );
    }
    assert_eq!(event("\"x\":1").get(0).unwrap().message, "");
}

#[test]
fn labels_are_strings_ids_or_json() {
    let of = |labels: &str| -> Vec<String> {
        let batch = event(&format!("\"labels\":{labels}"));
        batch.labels.get(0).map(str::to_owned).collect()
    };
    assert_eq!(
        of(r#"["a",{"id":"b","x":1},{"y":2},null,3]"#),
        ["a", "b", "{\"y\":2}", "3"]
    );
    assert_eq!(of("null"), Vec::<String>::new());
    assert_eq!(of(r#"{"id":"one"}"#), ["one"]);
}

#[test]
fn the_log_asked_for_stands_in_where_an_event_names_none() {
    let ids = |fields: &str| event(fields).get(0).unwrap().log_id.to_owned();
    assert_eq!(ids("\"x\":1"), "asked");
    assert_eq!(ids("\"log_id\":null"), "asked");
    assert_eq!(ids("\"log_id\":\"\\u006b\""), "k");
}

#[test]
fn links_come_in_many_forms() {
    for links in [
        r#"[{"rel":"Context","href":"c"},{"rel":"NEXT","href":"n"}]"#,
        r#"{"rel":"next","href":"n"}"#,
        r#"{"Next":{"href":"n"},"Other":{"href":"o"}}"#,
        r#"{"next":"n"}"#,
        r#"[null,{"href":"x"},{"rel":"Next","href":"n","extra":{}}]"#,
    ] {
        let (answer, _) = decoded(&format!("{{\"links\":{links}}}"));
        assert_eq!(
            (answer.own, answer.next.as_deref()),
            (None, Some("n")),
            "{links}"
        );
    }
    for links in [
        "null",
        "[]",
        "{}",
        r#"[{"rel":"Next","href":null}]"#,
        "\"x\"",
    ] {
        let (answer, _) = decoded(&format!("{{\"links\":{links}}}"));
        assert_eq!(answer, Answer::default(), "{links}");
    }
    let two = r#"{"links":[{"rel":"Next","href":"a"},{"rel":"Next","href":"b"}]}"#;
    assert!(matches!(refused(two), Unusable::Foreign(_)));
}

#[test]
fn counts_and_progress_are_found_where_they_are_written() {
    let (answer, _) = decoded(
        r#"{"progress":35.0,"statistics":{"from":1,"stats":{"global_timeseries":{"count":1.2345678E7}},"count":9},
        "search_stats":{"bytes_checked":5,"events_matched":12345678}}"#,
    );
    assert!(answer.statistics && answer.events.is_none());
    assert_eq!(
        (answer.count, answer.matched),
        (Some(12_345_678), Some(12_345_678))
    );
    assert_eq!(answer.progress, Some(35));
    let (grouped, _) = decoded(r#"{"statistics":{"groups":[],"stats":[]},"progress":null}"#);
    assert_eq!((grouped.count, grouped.progress), (None, None));
}

#[test]
fn answers_of_another_form_are_named_by_place_and_leave_the_batch_alone() {
    for (body, words) in [
        ("[]", "not an object"),
        (r#"{"events":{}}"#, "no list"),
        (r#"{"events":[],"events":[]}"#, "twice"),
        (r#"{"links":[],"links":[]}"#, "twice"),
        (r#"{"events":[{"timestamp":1},7]}"#, "event 2 is no object"),
        (
            r#"{"events":[{"timestamp":1},{"message":"secret"}]}"#,
            "event 2 has no timestamp",
        ),
        (
            r#"{"events":[{"timestamp":1.5}]}"#,
            "event 1 has no exact timestamp",
        ),
        (
            r#"{"events":[{"timestamp":1,"timestamp":2}]}"#,
            "event 1 has a field twice",
        ),
        (
            r#"{"events":[{"timestamp":1,"message":"a","message":"b"}]}"#,
            "event 1 has a field twice",
        ),
    ] {
        match refused(body) {
            Unusable::Foreign(reason) => assert!(reason.contains(words), "{reason}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn what_is_no_json_is_broken_and_leaves_the_batch_alone() {
    let whole = r#"{"events":[{"timestamp":1,"log_id":"other","message":"m","labels":["l"],"x":{"y":[1]}},{"timestamp":2}],"links":[]}"#;
    for end in 0..whole.len() {
        assert!(
            matches!(refused(&whole[..end]), Unusable::Broken(_)),
            "{end}"
        );
    }
    for body in [
        "<html></html>",
        "{} {}",
        "{\"events\":[],}",
        "{\"events\":[{\"timestamp\":1,}]}",
    ] {
        assert!(matches!(refused(body), Unusable::Broken(_)), "{body}");
    }
    let deep = format!(
        "{{\"events\":[{{\"timestamp\":1,\"x\":{}}}]}}",
        "[".repeat(100_000)
    );
    assert!(matches!(refused(&deep), Unusable::Broken(_)));
}

#[test]
fn an_event_past_the_cap_is_refused_by_its_name_and_the_others_are_kept() {
    let page = |bytes: usize| {
        format!(
            "{{\"events\":[{{\"timestamp\":1}},{{\"timestamp\":2,\"sequence_number\":4096,\"message\":\"{}\"}},{{\"timestamp\":3}}]}}",
            "x".repeat(bytes)
        )
    };
    let (answer, batch) = decoded(&page(super::super::event::MAX_EVENT_BYTES));
    assert_eq!((answer.events, batch.timestamps), (Some(3), vec![1, 3]));
    let [event] = answer.refused.as_slice() else {
        panic!("{:?}", answer.refused);
    };
    assert_eq!((event.timestamp_ms, event.id.as_deref()), (2, Some("4096")));
    assert!(event.bytes > 16 << 20);
    let (answer, batch) = decoded(&page(15 << 20));
    assert_eq!((answer.events, batch.len()), (Some(3), 3));
    assert!(answer.refused.is_empty());
}

#[test]
fn bytes_that_are_no_text_are_kept_as_escapes() {
    let body = b"{\"events\":[{\"timestamp\":1,\"message\":\"caf\xe9 \xff\"}]}";
    let mut batch = EventBatch::new();
    decode(body, "asked", Some(&mut batch)).unwrap();
    assert_eq!(batch.get(0).unwrap().message, r"caf\xE9 \xFF");
    let outside = b"{\"events\":[{\"timestamp\":1\xff}]}";
    assert!(decode(outside, "asked", None).is_err());
}

fn any_event() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!({"a": [1, {"b": "\"c\\"}]})),
    ];
    let fields = prop::collection::btree_map("[a-z\"\\\\\u{e9}]{1,6}", scalar.clone(), 0..4);
    (
        any::<i64>(),
        any::<Option<i64>>(),
        any::<bool>(),
        scalar,
        fields,
        any::<bool>(),
    )
        .prop_map(
            |(timestamp, sequence, exact, message, fields, message_first)| {
                let mut event = Map::new();
                event.insert("timestamp".into(), timestamp.into());
                if let Some(sequence) = sequence {
                    event.insert("sequence_number".into(), sequence.into());
                    if exact {
                        event.insert("sequence_number_str".into(), sequence.to_string().into());
                    }
                }
                event.insert("message".into(), message);
                event.extend(fields);
                if message_first {
                    event = event.into_iter().rev().collect();
                }
                Value::Object(event)
            },
        )
}

proptest! {
    #[test]
    fn pages_are_read_as_serde_reads_them(events in prop::collection::vec(any_event(), 0..12), pretty in any::<bool>()) {
        let page = json!({"events": events, "links": []});
        let body = if pretty { serde_json::to_string_pretty(&page).unwrap() } else { page.to_string() };
        let (answer, batch) = decoded(&body);
        prop_assert_eq!(answer.events, Some(events.len() as u64));
        prop_assert_eq!(batch.len(), events.len());
        for (row, event) in events.iter().enumerate() {
            let read = batch.get(row).unwrap();
            prop_assert_eq!(Some(read.timestamp_ms), event["timestamp"].as_i64());
            prop_assert_eq!(read.sequence_number, event.get("sequence_number").and_then(Value::as_i64));
            match &event["message"] {
                Value::String(text) => prop_assert_eq!(read.message, text),
                Value::Null => prop_assert_eq!(read.message, ""),
                other => prop_assert_eq!(&serde_json::from_str::<Value>(read.message).unwrap(), other),
            }
            let mut others = event.as_object().unwrap().clone();
            others.retain(|key, _| !matches!(key.as_str(), "timestamp" | "sequence_number" | "sequence_number_str" | "message"));
            let extra = read.extra.map(|extra| serde_json::from_str::<Value>(extra).unwrap());
            prop_assert_eq!(extra, (!others.is_empty()).then_some(Value::Object(others)));
        }
    }

    #[test]
    fn a_damaged_page_never_panics_and_never_leaves_half_an_event(
        events in prop::collection::vec(any_event(), 1..4), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = json!({"events": events, "links": []}).to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let mut batch = EventBatch::new();
        match decode(&bytes, "asked", Some(&mut batch)) {
            Ok(answer) => prop_assert_eq!(batch.len() as u64, answer.events.unwrap_or_default()),
            Err(_) => prop_assert_eq!(batch, EventBatch::new()),
        }
    }
}
