use crate::support::*;
use proptest::prelude::*;
use windrow_columnar::{EncodeError, PartWriter};
use windrow_model::EventBatch;
use windrow_model::settings::Compression;

fn any_event() -> impl Strategy<Value = Event> {
    (
        0_i64..1_000,
        any::<Option<i64>>(),
        any::<Option<String>>(),
        prop::sample::select(vec!["a", "b", "\u{1F33E}", ""]),
        any::<String>(),
        prop::collection::vec(any::<String>(), 0..3),
        any::<Option<String>>(),
    )
        .prop_map(|(ms, number, id, log, message, labels, extra)| Event {
            ms,
            number,
            id,
            log: log.into(),
            message,
            labels,
            extra,
        })
}

fn any_compression() -> impl Strategy<Value = Compression> {
    prop::sample::select(vec![
        Compression::Zstd,
        Compression::Lz4,
        Compression::Snappy,
        Compression::None,
    ])
}

proptest! {
    #[test]
    fn what_is_put_in_comes_out_in_order(
        groups in prop::collection::vec(prop::collection::vec(any_event(), 0..40), 0..4),
        compression in any_compression()
    ) {
        let mut expected = Vec::new();
        let mut batches = Vec::new();
        for (group, mut events) in groups.into_iter().enumerate() {
            for event in &mut events {
                event.ms += group as i64 * 1_000;
            }
            batches.push(batch(&events));
            events.sort_by_key(|event| (event.ms, event.number));
            expected.extend(events);
        }
        let file = part(&batches, compression, &meta(0, 4_000));
        prop_assert_eq!(read(&file), expected);
    }
}

/// More than a few pages, with gaps of all lengths.
fn many() -> Vec<Event> {
    (0..50_000_i64)
        .map(|row| {
            let mut event = event(
                row / 10,
                &format!("user=u{} bytes={}", row % 97, row * 37 % 9_999),
            );
            event.number = (row % 1_000 > 3).then_some(i64::MAX - row * 4_096 % 7_919);
            event.id = (row / 3_000 % 2 == 1 && row % 3 > 0).then(|| row.to_string());
            event.log = format!("log {}", row / 100 % 5);
            event.extra = (row > 30_000).then(|| "{}".into());
            event.labels = (0..if row < 25_000 { 0 } else { row % 4 })
                .map(|n| n.to_string())
                .collect();
            event
        })
        .collect()
}

#[test]
fn many_rows_over_many_pages_come_out() {
    let mut expected = many();
    let file = part(&[batch(&expected)], Compression::Zstd, &meta(0, 5_000));
    expected.sort_by_key(|event| (event.ms, event.number));
    assert!(read(&file) == expected);
}

#[test]
fn rows_are_found_by_number_wherever_they_begin() {
    let mut expected = many();
    let file = part(&[batch(&expected)], Compression::Lz4, &meta(0, 5_000));
    expected.sort_by_key(|event| (event.ms, event.number));
    let footer = parse(&file).unwrap();
    let bytes = group_bytes(&file, &footer, 0);
    for rows in [
        0..1,
        19_990..20_010,
        20_000..20_001,
        24_990..25_030,
        49_999..50_000,
        5..5,
    ] {
        let found = decode_events(&footer, 0, &bytes, rows.clone()).unwrap();
        assert!(events(&found) == expected[rows.clone()], "{rows:?}");
    }
}

#[test]
fn many_distinct_logs_come_out() {
    let expected: Vec<Event> = (0..5_000_i64)
        .map(|row| {
            let mut event = event(row, "m");
            // Runs of all lengths, and stretches without any.
            event.log = format!("log {}", if row % 700 < 300 { row % 300 } else { row / 50 });
            event
        })
        .collect();
    let file = part(&[batch(&expected)], Compression::Snappy, &meta(0, 5_000));
    assert!(read(&file) == expected);
}

#[test]
fn a_batch_that_is_no_table_is_refused() {
    let mut longer = batch(&[event(1, "a"), event(2, "b")]);
    longer.timestamps.push(3);
    let mut shorter = batch(&[event(1, "a"), event(2, "b")]);
    shorter.timestamps.pop();
    for uneven in [longer, shorter] {
        let mut writer = PartWriter::new(Compression::Zstd).unwrap();
        let error = writer.append(uneven).unwrap_err();
        assert!(matches!(error, EncodeError::Uneven { .. }), "{error}");
    }
}

#[test]
fn messages_larger_than_a_page_come_out() {
    let sizes = [0, 1, 3 << 20, 1 << 20, (1 << 20) + 1, 5, 2 << 20];
    let expected: Vec<Event> = sizes
        .iter()
        .enumerate()
        .map(|(row, size)| event(row as i64, &"m".repeat(*size)))
        .collect();
    let file = part(&[batch(&expected)], Compression::Zstd, &meta(0, 10));
    assert!(read(&file) == expected);
}

#[test]
fn the_footer_says_what_was_written() {
    let mut events = vec![event(5, "a"), event(6, "b"), event(7, "c")];
    events[1].number = None;
    events[2].extra = Some("{}".into());
    let written = meta(5, 8);
    let file = part(
        &[batch(&events), batch(&[event(7, "d")])],
        Compression::Zstd,
        &written,
    );
    let footer = parse(&file).unwrap();
    assert_eq!(footer.meta(), &written);
    assert_eq!(footer.file_size(), file.len() as u64);
    let groups: Vec<_> = footer
        .row_groups()
        .iter()
        .map(|g| (g.rows, g.first_row, g.min_ms, g.max_ms))
        .collect();
    assert_eq!(groups, [(3, 0, 5, 7), (1, 3, 7, 7)]);
    let nulls: Vec<_> = footer
        .columns()
        .iter()
        .map(|c| (c.name.as_str(), c.null_count))
        .collect();
    assert_eq!(
        nulls,
        [
            ("timestamp", 0),
            ("sequence_number", 1),
            ("event_id", 4),
            ("log_id", 0),
            ("message", 0),
            ("labels", 0),
            ("extra", 3)
        ]
    );
}

#[test]
fn a_writer_keeps_no_encoded_rows() {
    let mut writer = PartWriter::new(Compression::None).unwrap();
    let first = writer
        .append(batch(&[event(1, &"x".repeat(100_000))]))
        .unwrap();
    let second = writer.append(batch(&[event(2, "y")])).unwrap();
    assert!(first.len() > 100_000 && second.len() < 1_000);
    assert!(writer.append(EventBatch::new()).unwrap().is_empty());
    assert_eq!(
        (writer.rows(), writer.bytes()),
        (2, (first.len() + second.len()) as u64)
    );
}
