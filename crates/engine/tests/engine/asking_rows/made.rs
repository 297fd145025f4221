//! Parts that are made for the tests of filters, some of them by chance.

use crate::support::{dataset, range};
use bytes::Bytes;
use proptest::prelude::*;
use windrow_columnar::{Holds, PartMeta, PartWriter};
use windrow_model::EventBatch;
use windrow_model::batch::EventRef;
use windrow_model::claim::Claim;
use windrow_model::settings::Compression;
use windrow_store::layout;
use windrow_store::memory::MemoryStore;

/// A part to be written.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// Its claim and its segment.
    pub(super) range: (i64, i64),
    pub(super) generation: u32,
    pub(super) promotes: bool,
    /// The messages of each row group. They are spread over the claim.
    pub(super) groups: Vec<Vec<String>>,
    pub(super) is_provisional: bool,
}

/// Where its file lies.
pub(super) fn path(made: &Made) -> String {
    let directory = layout::dataset_dir(&dataset());
    if made.is_provisional {
        return layout::provisional_path(&directory, 5_000, "0000000a", 0);
    }
    let segment = layout::segment_dir(&directory, range(made.range.0, made.range.1));
    layout::part_path(&segment, made.generation)
}

pub(super) fn write(store: &MemoryStore, made: &Made) {
    let (from, to) = made.range;
    let rows: usize = made.groups.iter().map(Vec::len).sum();
    let mut writer = PartWriter::new(Compression::Zstd)
        .unwrap()
        .promoting(made.promotes);
    let mut file = Vec::new();
    let mut row = 0;
    for group in &made.groups {
        let mut batch = EventBatch::default();
        for message in group {
            let event = EventRef {
                timestamp_ms: from + (to - from) * row / rows as i64,
                sequence_number: Some(from * 1000 + row + i64::from(made.generation) * 100),
                log_id: "log",
                message,
                ..EventRef::default()
            };
            batch.push_labelled(event, [if row % 2 == 0 { "even" } else { "odd" }]);
            row += 1;
        }
        file.extend(writer.append(batch).unwrap());
    }
    let range = range(from, to);
    let meta = PartMeta {
        dataset: dataset(),
        segment: range,
        part: made.generation,
        holds: if made.is_provisional {
            Holds::Provisional(range)
        } else {
            Holds::Claim(Claim {
                range,
                generation: made.generation,
            })
        },
        fetched_at_ms: 5_000,
        pages: 1,
        requests: 1,
        producer: "test".into(),
    };
    file.extend(writer.finish(&meta).unwrap());
    store.put_raw(&path(made), Bytes::from(file));
}

fn any_value(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(values)
}

fn any_message() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        4 => any_value(&[r#""user":"ann""#, r#""user":"bob""#, r#""user":"""#, r#""user":null"#]),
        4 => any_value(&[r#""status":500"#, r#""status":200"#, r#""status":"500""#, r#""status":"x""#]),
        2 => any_value(&[r#""n":1"#, r#""n":2"#, r#""n":0.5"#, r#""n":true"#]),
        2 => any_value(&[r#""ok":true"#, r#""ok":false"#]),
        1 => any_value(&[r#""User":"ann""#, r#""USER":"eve""#, r#""Status":500"#]),
        1 => any_value(&[r#""http":{"status":404}"#, r#""http.status":404"#, r#""tags":["a","b"]"#]),
    ];
    prop_oneof![
        6 => prop::collection::vec(field, 0..5).prop_map(|fields| format!("{{{}}}", fields.join(","))),
        2 => any_value(&["user=ann status=500", "user=bob status=200 n=0.5", "status=x ok=true"]).prop_map(String::from),
        1 => any_value(&["an error", "ERROR: user bob", "nothing"]).prop_map(String::from),
    ]
}

fn any_part(range: (i64, i64), generation: u32) -> impl Strategy<Value = Made> {
    let group = prop::collection::vec(any_message(), 1..12);
    (prop::collection::vec(group, 0..3), any::<bool>()).prop_map(move |(groups, promotes)| Made {
        range,
        generation,
        promotes,
        groups,
        is_provisional: false,
    })
}

/// Parts beside each other, one that was fetched again over the end of another, a gap, and provisional rows.
pub(super) fn any_parts() -> impl Strategy<Value = Vec<Made>> {
    let edge = any_part((900, 1_000), 0).prop_map(|made| Made {
        is_provisional: true,
        ..made
    });
    (
        any_part((0, 200), 0),
        any_part((200, 400), 0),
        any_part((400, 600), 0),
        any_part((500, 700), 1),
        any_part((800, 900), 0),
        edge,
    )
        .prop_map(|(a, b, c, d, e, f)| vec![a, b, c, d, e, f])
}

/// Three row groups with a field each, of which the second part has another type, and the third part no columns.
pub(super) fn plain_parts() -> Vec<Made> {
    let messages = |from: usize, status: &str| -> Vec<String> {
        let message =
            |n: usize| format!("{{\"user\":\"u{}\",\"status\":{status},\"n\":{n}}}", n % 3);
        (from..from + 10).map(message).collect()
    };
    let part = |range, groups, promotes| Made {
        range,
        generation: 0,
        promotes,
        groups,
        is_provisional: false,
    };
    vec![
        part(
            (0, 300),
            vec![messages(0, "200"), messages(10, "500"), messages(20, "200")],
            true,
        ),
        part((300, 600), vec![messages(30, "\"500\"")], true),
        part((600, 700), vec![messages(40, "500")], false),
    ]
}
