//! Messages keep their values on the way between page and worker. Runs in a browser.

#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests run by another harness"
)]

use js_sys::{Array, BigInt, Function, Object, Reflect, Uint8Array, global};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use windrow_model::{Buckets, TimeRange};
use windrow_protocol::browser::codec::{buffers, decode, encode};
use windrow_protocol::{
    Answered, Ask, Bars, CallId, Delete, Deletion, FieldList, FieldSummary, FieldType, FindResult,
    Group, GroupNumbers, GroupOrder, GroupQuestion, Groups, HistogramQuestion, ListDatasets,
    PartBytes, Pause, Question, Request, Row, RowField, RowPage, RowValue, Slices, SlicesOf, Span,
    SpanState, TopQuestion, TopValues, WindowView,
};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// What a message is after it was posted: the browser's structured clone, with its buffers transferred.
fn posted(value: &JsValue) -> JsValue {
    let clone: Function = Reflect::get(&global(), &"structuredClone".into())
        .unwrap()
        .unchecked_into();
    let options = Object::new();
    Reflect::set(&options, &"transfer".into(), &buffers(value)).unwrap();
    clone.call2(&JsValue::NULL, value, &options).unwrap()
}

fn received<T: Serialize + DeserializeOwned>(message: &T) -> T {
    decode(posted(&encode(message).unwrap())).unwrap()
}

#[wasm_bindgen_test]
fn integers_of_64_bits_are_exact_at_their_limits() {
    for limit in [
        i64::MIN,
        i64::MIN + 1,
        -(1 << 53) - 1,
        (1 << 53) + 1,
        i64::MAX,
    ] {
        let sent = encode(&limit).unwrap();
        assert!(sent.is_instance_of::<BigInt>() || sent.is_bigint());
        assert_eq!(received(&limit), limit);
        let pause = Pause {
            text: "Waiting".to_owned(),
            until_ms: Some(limit),
        };
        assert_eq!(received(&pause), pause);
    }
    for limit in [0, (1 << 53) + 1, u64::MAX - 1, u64::MAX] {
        assert_eq!(received(&limit), limit);
        let span = Span {
            range: TimeRange::new(i64::MIN, i64::MAX).unwrap(),
            state: SpanState::Damaged,
            rows: limit,
            bytes: limit,
            fetched_at_ms: None,
        };
        assert_eq!(received(&span), span);
    }
}

#[wasm_bindgen_test]
fn rows_cross_as_one_transferred_buffer() {
    let row = |ms| Row {
        ms,
        hash: u64::MAX,
        id: Some("9007199254740993".to_owned()),
        message: "refused \u{1f980}".to_owned(),
        message_bytes: u64::MAX,
        labels: vec!["a".to_owned()],
        extra: None,
        provisional: true,
        fields: vec![RowField {
            name: "n".to_owned(),
            value: Some(RowValue {
                text: "3237198280324534273".to_owned(),
                is_whole: true,
                bytes: 4..23,
            }),
        }],
        is_hidden: true,
    };
    let page = RowPage {
        first: u64::MAX,
        rows: vec![row(i64::MIN), row(i64::MAX)],
    };
    let sent = encode(&page).unwrap();
    let found = buffers(&sent);
    assert_eq!(found.length(), 1);
    assert_eq!(decode::<RowPage>(posted(&sent)).unwrap(), page);
    // It is gone here: moved, not copied.
    let bytes: Uint8Array = Reflect::get(&sent, &"rows".into())
        .unwrap()
        .unchecked_into();
    assert_eq!(bytes.length(), 0);

    let matches = FindResult {
        matches: 2,
        hidden: 1,
        rows: vec![0, u64::MAX],
        before: u64::MAX,
        slices: Slices {
            rows: 1,
            counts: vec![1, u64::MAX],
        },
        searched: 3,
    };
    assert_eq!(received(&matches), matches);
}

#[wasm_bindgen_test]
fn the_bytes_of_a_part_are_a_transferred_buffer_themselves() {
    let part = PartBytes(b"PAR1".to_vec());
    let sent = encode(&part).unwrap();
    assert_eq!(buffers(&sent).length(), 1);
    assert_eq!(decode::<PartBytes>(posted(&sent)).unwrap(), part);
}

#[wasm_bindgen_test]
fn messages_without_bulk_transfer_nothing() {
    let paths = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(buffers(&encode(&paths).unwrap()).length(), 0);
    assert_eq!(buffers(&Array::new()).length(), 0);
}

#[wasm_bindgen_test]
fn a_call_without_fields_and_one_with_a_range_arrive_as_they_were_sent() {
    let listed = received(&Request::from(ListDatasets {}));
    assert!(matches!(listed, Request::ListDatasets(_)));
    let id: CallId = received(&CallId::MAX);
    assert_eq!(id, CallId::MAX);
    let range = TimeRange::new(i64::MIN, i64::MAX).unwrap();
    let dataset = windrow_model::Dataset::new("log_search", "log", "where(x)").unwrap();
    let delete = Request::from(Delete {
        dataset: dataset.clone(),
        selection: Deletion::Segment(range),
    });
    let Request::Delete(delete) = received(&delete) else {
        panic!("another call arrived");
    };
    assert_eq!(delete.dataset, dataset);
    assert_eq!(delete.selection, Deletion::Segment(range));
}

#[wasm_bindgen_test]
fn a_question_and_its_answer_arrive_as_they_were_sent() {
    let range = TimeRange::new(-1, 1_000_000).unwrap();
    let ask = Ask {
        view: u32::MAX,
        filter: "user:\"\u{1f980}\"".to_owned(),
        selection: Some(range),
        keeps_rows: true,
        question: Question {
            histogram: Some(HistogramQuestion {
                buckets: Buckets::round(range, |_| 0),
                by: Some("level".to_owned()),
                most: 8,
            }),
            top: vec![TopQuestion {
                field: "srcip".to_owned(),
                most: 10,
            }],
            fields: true,
            groups: Some(GroupQuestion {
                by: vec!["srcip".to_owned(), "action".to_owned()],
                of: Some("bytes".to_owned()),
                order: GroupOrder::Sum,
                most: 200,
            }),
            slices: Some("level:error".to_owned()),
        },
    };
    let Request::Ask(received_ask) = received(&Request::from(ask.clone())) else {
        panic!("another call arrived");
    };
    assert_eq!(received_ask, ask);

    let answered = Answered {
        matched: u64::MAX,
        provisional: 1,
        searched: (1 << 53) + 1,
        skipped: 2,
        unreadable: 3,
        rows: u64::MAX - 1,
        missing: vec![range],
        provisional_ranges: Vec::new(),
        damaged: Vec::new(),
        is_final: true,
        workers: 1,
        histogram: Some(Bars {
            all: vec![0, u64::MAX],
            values: vec![("error".to_owned(), vec![(1 << 53) + 1, 0])],
            others: vec![1, 2],
            absent: Vec::new(),
            is_exact: false,
        }),
        top: vec![TopValues {
            field: "srcip".to_owned(),
            values: vec![(String::new(), u64::MAX)],
            distinct: 1,
            rows: 5,
            absent: 4,
            is_exact: true,
        }],
        fields: Some(FieldList {
            fields: vec![FieldSummary {
                name: "srcip".to_owned(),
                types: vec![FieldType::Integer, FieldType::Text],
                rows: 1,
                distinct: u64::MAX,
            }],
            rows: 5,
            unlisted: 6,
        }),
        groups: Some(Groups {
            by: vec!["srcip".to_owned(), "action".to_owned()],
            of: Some("bytes".to_owned()),
            groups: vec![Group {
                values: vec![None, Some("deny".to_owned())],
                rows: u64::MAX,
                numbers: Some(GroupNumbers {
                    sum: "18446744073709551616".to_owned(),
                    low: "-1.5".to_owned(),
                    high: "9".to_owned(),
                }),
            }],
            distinct: 1,
            rows: 5,
            absent: 4,
            is_exact: true,
        }),
        slices: Some(SlicesOf {
            view: 7,
            slices: Slices {
                rows: u64::MAX,
                counts: vec![0, 1],
            },
        }),
        narrowed: Some(WindowView {
            id: 7,
            rows: u64::MAX,
            proven_rows: 1,
            spans: Vec::new(),
            fields: vec!["srcip".to_owned()],
            are_all_fields: true,
        }),
    };
    assert_eq!(received(&answered), answered);
}
