//! Any columns of a part, and only their bytes.

#![expect(
    clippy::single_range_in_vec_init,
    reason = "one range of rows is a selection too"
)]

use crate::support::*;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Int64Type};
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::ops::Range;
use windrow_columnar::{ColumnChunks, Footer, PartWriter, Projection, decode};
use windrow_model::settings::Compression;

/// Our columns and five fields.
const COLUMNS: usize = 12;
const ROWS: [usize; 2] = [600, 40];

/// Two row groups; of the fields of text one has a dictionary and one has not.
fn promoted() -> Bytes {
    let mut writer = PartWriter::new(Compression::Zstd).unwrap().promoting(true);
    let mut file = Vec::new();
    let mut number = 0_i64;
    for rows in ROWS {
        let rows: Vec<Event> = (0..rows)
            .map(|_| {
                number += 1;
                let n = number;
                let message = format!(
                    r#"{{"flag":{},"n":{n},"half":{n}.5,"few":"f{}","many":"m{n}"}}"#,
                    n % 2 == 0,
                    n % 3
                );
                let message = if n % 7 == 0 { "no fields" } else { &message };
                let mut event = event(n, message);
                event.number = (n % 5 > 0).then_some(n * 3);
                event.id = (n % 4 > 0).then(|| n.to_string());
                event.log = format!("log {}", n % 2);
                event.labels = (0..n % 3).map(|label| label.to_string()).collect();
                event
            })
            .collect();
        file.extend(writer.append(batch(&rows)).unwrap());
    }
    file.extend(writer.finish(&meta(0, 10_000)).unwrap());
    file.into()
}

fn cut(file: &Bytes, range: &Range<u64>) -> Bytes {
    file.slice(range.start as usize..range.end as usize)
}

/// Reads what is missing and decodes it in batches of at most `batch_rows`.
fn read(
    file: &Bytes,
    footer: &Footer,
    group: usize,
    projection: &Projection,
    rows: &[Range<usize>],
    batch_rows: usize,
) -> Vec<RecordBatch> {
    let mut chunks = ColumnChunks::new(group);
    for range in chunks.missing(footer, projection) {
        chunks
            .insert(footer, range.start, &cut(file, &range))
            .unwrap();
    }
    assert!(chunks.missing(footer, projection).is_empty());
    let batches = decode(footer, &chunks, projection, rows, batch_rows).unwrap();
    batches.map(Result::unwrap).collect()
}

/// All columns of a row group.
fn whole(file: &Bytes, footer: &Footer, group: usize) -> RecordBatch {
    let all = Projection::all(footer);
    let batches = read(file, footer, group, &all, &[0..ROWS[group]], usize::MAX);
    assert_eq!(batches.len(), 1);
    batches[0].clone()
}

#[test]
fn every_set_of_columns_gives_what_the_whole_gives_and_asks_for_their_bytes_only() {
    let file = promoted();
    let footer = parse(&file).unwrap();
    assert_eq!(footer.columns().len(), COLUMNS);
    let library = SerializedFileReader::new(file.clone()).unwrap();
    for (group, rows) in ROWS.into_iter().enumerate() {
        let whole = whole(&file, &footer, group);
        let meta = library.metadata().row_group(group);
        for set in 0..1_usize << COLUMNS {
            let columns: Vec<usize> = (0..COLUMNS).filter(|at| set >> at & 1 == 1).collect();
            // The larger row group only for sets of few columns or nearly all.
            if rows > 100 && (3..COLUMNS - 1).contains(&columns.len()) {
                continue;
            }
            let projection = Projection::of(columns.iter().copied());

            let asked = ColumnChunks::new(group).missing(&footer, &projection);
            assert!(asked.windows(2).all(|pair| pair[0].end < pair[1].start));
            let bytes: u64 = asked.iter().map(|range| range.end - range.start).sum();
            let chunks = columns
                .iter()
                .map(|column| meta.column(*column).byte_range());
            assert_eq!(bytes, chunks.clone().map(|(_, len)| len).sum::<u64>());
            for (start, len) in chunks {
                let holds = |range: &Range<u64>| range.start <= start && start + len <= range.end;
                assert!(asked.iter().any(holds), "{columns:?}");
            }

            let found = read(&file, &footer, group, &projection, &[0..rows], usize::MAX);
            assert_eq!(found, [whole.project(&columns).unwrap()], "{columns:?}");
        }
    }
}

#[test]
fn fields_of_messages_have_the_types_they_are_stored_in() {
    let file = promoted();
    let footer = parse(&file).unwrap();
    let names = ["many", "few", "half", "n", "flag", "not in this part"];
    let projection = Projection::named(&footer, names);
    assert_eq!(projection.columns().len(), 5);
    let batch = &read(&file, &footer, 0, &projection, &[0..3], 3)[0];
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    for (name, data_type) in [
        ("flag", DataType::Boolean),
        ("n", DataType::Int64),
        ("half", DataType::Float64),
        ("few", dictionary),
        ("many", DataType::Utf8),
    ] {
        assert_eq!(batch.column_by_name(name).unwrap().data_type(), &data_type);
    }
    let numbers = batch.column_by_name("n").unwrap();
    assert_eq!(numbers.as_primitive::<Int64Type>().values(), &[1, 2, 3]);
    let texts = batch.column_by_name("many").unwrap().as_string::<i32>();
    assert_eq!((texts.value(0), texts.value(2)), ("m1", "m3"));
}

#[test]
fn selected_rows_are_those_of_the_whole_in_batches_of_any_size() {
    let file = promoted();
    let footer = parse(&file).unwrap();
    let whole = whole(&file, &footer, 0);
    let all = Projection::all(&footer);
    let selections: [&[Range<usize>]; 6] = [
        &[],
        &[5..5],
        &[0..600],
        &[0..1, 1..2, 599..600],
        &[7..90, 100..101, 103..480],
        &[599..600],
    ];
    for rows in selections {
        let slices = rows.iter().map(|rows| whole.slice(rows.start, rows.len()));
        let expected = concat_batches(&whole.schema(), &slices.collect::<Vec<_>>()).unwrap();
        for batch_rows in [1, 64, usize::MAX] {
            let found = read(&file, &footer, 0, &all, rows, batch_rows);
            assert!(found.iter().all(|batch| batch.num_rows() <= batch_rows));
            let found = concat_batches(&whole.schema(), &found).unwrap();
            assert_eq!(found, expected, "{rows:?} by {batch_rows}");
        }
        let none = read(&file, &footer, 0, &Projection::of([]), rows, usize::MAX);
        let counted: usize = none.iter().map(RecordBatch::num_rows).sum();
        assert_eq!(counted, expected.num_rows());
    }
}

#[test]
fn rows_out_of_order_or_past_the_end_are_refused() {
    let file = promoted();
    let footer = parse(&file).unwrap();
    let chunks = ColumnChunks::new(1);
    let backwards = Range { start: 9, end: 3 };
    for rows in [&[0..41][..], &[5..9, 8..10], &[20..30, 0..10], &[backwards]] {
        let error = decode(&footer, &chunks, &Projection::of([]), rows, 10).unwrap_err();
        assert!(error.to_string().contains("40 rows"), "{error}");
    }
}

#[test]
fn a_chunk_that_was_not_read_or_is_damaged_is_named_and_the_others_are_kept() {
    let file = promoted();
    let footer = parse(&file).unwrap();
    let mut chunks = ColumnChunks::new(0);
    let [timestamps, messages] = [Projection::timestamps(), Projection::messages()];
    let range = chunks.missing(&footer, &timestamps).remove(0);
    chunks
        .insert(&footer, range.start, &cut(&file, &range))
        .unwrap();
    assert_eq!(chunks.byte_size() as u64, range.end - range.start);
    let error = decode(&footer, &chunks, &messages, &[0..600], 600).unwrap_err();
    assert!(
        error.to_string().contains("`message` was not read"),
        "{error}"
    );

    let named = Projection::named(&footer, ["many", "few"]);
    for range in chunks.missing(&footer, &named) {
        let bytes = cut(&file, &range);
        for (at, wrong) in [(0, 1), (bytes.len() / 2, 4), (bytes.len() - 1, 128)] {
            let mut wrong_bytes = bytes.to_vec();
            wrong_bytes[at] ^= wrong;
            let error = chunks
                .insert(&footer, range.start, &wrong_bytes.into())
                .unwrap_err();
            let error = error.to_string();
            assert!(
                error.contains("checksum") && (error.contains("`many`") || error.contains("`few`")),
                "{error}"
            );
        }
        let short = bytes.slice(..bytes.len() - 1);
        assert!(chunks.insert(&footer, range.start, &short).is_err());
        assert_eq!(chunks.missing(&footer, &named).first(), Some(&range));
        chunks.insert(&footer, range.start, &bytes).unwrap();
    }
    let again = decode(&footer, &chunks, &timestamps, &[0..600], 600).unwrap();
    assert_eq!(
        again.map(|batch| batch.unwrap().num_rows()).sum::<usize>(),
        600
    );
}
