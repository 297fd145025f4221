//! How fast filters and answers go over a million made-up firewall lines: `cargo run --release -p windrow-query --example scan_speed`.

use arrow::array::{
    ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use windrow_model::TimeRange;
use windrow_model::filter::{FieldName, parse};
use windrow_query::answers::top::{Limits, Question};
use windrow_query::answers::{Buckets, Histogram, Top};
use windrow_query::message_fields::NoFields;
use windrow_query::{LeftInMessage, Predicate, Rows};

const BATCHES: u64 = 50;
const BATCH_ROWS: u64 = 20_000;
const ROUNDS: usize = 5;

/// A number that looks like chance, by SplitMix64.
fn mixed(seed: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

fn pick<'a>(of: &[&'a str], chance: u64) -> &'a str {
    let len = of.len() as u64;
    usize::try_from(chance % len)
        .ok()
        .and_then(|index| of.get(index))
        .copied()
        .unwrap_or_default()
}

fn batch(number: u64) -> Result<RecordBatch, Box<dyn Error>> {
    let rows = || number * BATCH_ROWS..(number + 1) * BATCH_ROWS;
    let action = |row| pick(&["accept", "accept", "accept", "deny", "drop"], mixed(row));
    let source = |row| {
        let chance = mixed(row ^ 1) % 5000;
        format!("10.{}.{}.{}", chance % 4, chance / 250, chance % 250)
    };
    let port = |row| mixed(row ^ 2) % 60_000;
    let messages: StringArray = rows()
        .map(|row| {
            Some(format!(
                "<134>Nov 24 10:{:02}:{:02} fw-edge-{:02} action={} srcip={} dstip=192.168.{}.{} srcport={} dstport={} \
                 proto=TCP policyid={} sentbyte={} rcvdbyte={} duration={} app=\"HTTPS.BROWSER\" srccountry=\"Reserved\" \
                 dstcountry=\"United States\" sessionid={} url=\"https://host{}.example.com/path/{:x}\"",
                row / 60 % 60, row % 60, row % 7, action(row), source(row), mixed(row ^ 3) % 256, mixed(row ^ 4) % 256,
                port(row), port(row ^ 9), mixed(row ^ 5) % 100, mixed(row ^ 6) % 100_000, mixed(row ^ 7) % 1_000_000,
                mixed(row ^ 8) % 3000, mixed(row ^ 10), mixed(row ^ 11) % 1000, mixed(row ^ 12),
            ))
        })
        .collect();
    let actions: DictionaryArray<Int32Type> = rows().map(action).collect();
    let sources = StringArray::from_iter_values(rows().map(source));
    let ports: Int64Array = rows().map(|row| i64::try_from(port(row)).ok()).collect();
    let times: TimestampMillisecondArray = rows().map(|row| i64::try_from(row * 86).ok()).collect();
    let columns: [(&str, ArrayRef); 5] = [
        ("timestamp", Arc::new(times)),
        ("message", Arc::new(messages)),
        ("action", Arc::new(actions)),
        ("srcip", Arc::new(sources)),
        ("srcport", Arc::new(ports)),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

fn median(
    mut once: impl FnMut() -> Result<u64, Box<dyn Error>>,
) -> Result<(Duration, u64), Box<dyn Error>> {
    let mut took = Vec::new();
    let mut found = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        found = once()?;
        took.push(start.elapsed());
    }
    took.sort();
    Ok((took.get(ROUNDS / 2).copied().unwrap_or_default(), found))
}

fn main() -> Result<(), Box<dyn Error>> {
    let batches: Vec<RecordBatch> = (0..BATCHES).map(batch).collect::<Result<_, _>>()?;
    let bytes: usize = batches
        .iter()
        .filter_map(|batch| Some(batch.column_by_name("message")?.get_array_memory_size()))
        .sum();
    println!(
        "{} rows, {} MB of messages",
        BATCHES * BATCH_ROWS,
        bytes >> 20
    );
    let left = LeftInMessage::Named(Vec::new());
    let addresses = (0..1000).map(|n| format!("10.9.{}.{}", n / 250, n % 250));
    let list = addresses.collect::<Vec<_>>().join(" or ");
    let lists = [
        format!("{list} or sessionid"),
        list.clone(),
        format!("srcip:({list} or 10.1.0.1)"),
    ];
    let texts = [
        "zzzz",
        "host42.example",
        "/host42\\.example/",
        "\"action=DENY\"",
        "policyid\\=77*example",
        "\u{e4}rger",
        "/session(id)?=1234[0-9]+/",
        "/HOST9[0-9]9/i",
        "/[0-9]{19}.*aaa/",
        "message:(host1.example or host22.example or host333.example)",
        "action:deny",
        "srcip:10.1.0.1",
        "srcip:10.1.0.0/16",
        "srcip:10.1.*.7",
        "srcport >= 50000",
        "action:deny srcport<1000 host42",
    ];
    for text in texts.into_iter().chain(lists.iter().map(String::as_str)) {
        let predicate = Predicate::new(&parse(text)?.filter)?;
        let (took, found) = median(|| {
            let mut found = 0;
            for batch in &batches {
                let rows = Rows { batch, left: &left };
                found += predicate.select(&rows, &mut NoFields)?.count_set_bits() as u64;
            }
            Ok(found)
        })?;
        println!(
            "{:8.1} ms {found:8} rows  {text:.64}",
            took.as_secs_f64() * 1e3
        );
    }
    let all = Predicate::new(&parse("")?.filter)?;
    let day = TimeRange::new(0, 86_400_000)?;
    for by in [None, Some("action")] {
        let (took, found) = median(|| {
            let mut histogram =
                Histogram::new(Buckets::round(day, |_| 0), by.map(FieldName::any_case));
            for batch in &batches {
                let rows = Rows { batch, left: &left };
                histogram.add(&rows, &all.select(&rows, &mut NoFields)?, &mut NoFields)?;
            }
            Ok(histogram.bars(8).all.iter().sum())
        })?;
        println!(
            "{:8.1} ms {found:8} rows  histogram by {by:?}",
            took.as_secs_f64() * 1e3
        );
    }
    for by in [
        &["action"][..],
        &["srcip"],
        &["srcport"],
        &["action", "srcip"],
    ] {
        let (took, found) = median(|| {
            let by = by.iter().map(|name| FieldName::any_case(*name)).collect();
            let mut top = Top::new(Question { by, of: None }, Limits::default());
            for batch in &batches {
                let rows = Rows { batch, left: &left };
                top.add(&rows, &all.select(&rows, &mut NoFields)?, &mut NoFields)?;
            }
            Ok(top.values(10).distinct as u64)
        })?;
        println!(
            "{:8.1} ms {found:8} values top of {by:?}",
            took.as_secs_f64() * 1e3
        );
    }
    Ok(())
}
