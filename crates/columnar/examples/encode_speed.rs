//! How fast a batch of 100,000 events becomes a part, and how large it is.
//!
//! `cargo run --release -p windrow-columnar --example encode_speed -- [zstd|lz4|snappy|none] [rounds] [file]`
//!
//! The last part is written to `file` where one is named.

use std::io::{Error, Write};
use std::time::{Duration, Instant};
use windrow_columnar::{Footer, Holds, PartMeta, PartWriter, Projection, decode, verify};
use windrow_model::batch::EventRef;
use windrow_model::settings::Compression;
use windrow_model::{Claim, Dataset, EventBatch, TimeRange};

const ROWS: u64 = 100_000;
const START_MS: i64 = 1_700_000_000_000;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let compression = match arguments.next().as_deref() {
        Some("lz4") => Compression::Lz4,
        Some("snappy") => Compression::Snappy,
        Some("none") => Compression::None,
        _ => Compression::Zstd,
    };
    let rounds: u64 = arguments
        .next()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(15);
    let batches: Vec<EventBatch> = (0..5).map(batch).collect();
    let mut out = std::io::stdout();
    let mut encoding = Vec::new();
    let mut part = Vec::new();
    let mut sizes = 0;
    for round in 0..rounds {
        let mut spent = Duration::ZERO;
        sizes = 0;
        for (number, batch) in batches.iter().enumerate() {
            let batch = batch.clone();
            let start = Instant::now();
            let mut writer = PartWriter::new(compression).map_err(Error::other)?;
            let rows = writer.append(batch).map_err(Error::other)?;
            let footer = writer.finish(&meta(number)?).map_err(Error::other)?;
            spent += start.elapsed();
            sizes += rows.len() + footer.len();
            if round + 1 == rounds {
                part = [rows, footer].concat();
            }
        }
        encoding.push(spent);
    }
    encoding.sort_unstable();
    let median = encoding
        .get(encoding.len() / 2)
        .copied()
        .unwrap_or_default();
    let best = encoding.first().copied().unwrap_or_default();
    writeln!(
        out,
        "500,000 rows: encoded in {median:?} (best {best:?}), {sizes} bytes"
    )?;

    let size = part.len() as u64;
    let whole = bytes::Bytes::from(part);
    let footer = Footer::parse(whole.clone(), size).map_err(Error::other)?;
    if let Some(group) = footer.row_groups().first() {
        let start = usize::try_from(group.bytes.start).map_err(Error::other)?;
        let end = usize::try_from(group.bytes.end).map_err(Error::other)?;
        let rows = whole.slice(start..end);
        let all = 0..usize::try_from(group.rows).map_err(Error::other)?;
        let some = 50_000..50_200;
        for (what, range, projection) in [
            ("all", all.clone(), Projection::All),
            ("messages", all.clone(), Projection::Messages),
            ("timestamps", all, Projection::Timestamps),
            ("200 rows", some, Projection::All),
        ] {
            let start = Instant::now();
            let found =
                decode(&footer, 0, rows.clone(), range, projection).map_err(Error::other)?;
            writeln!(
                out,
                "decode {what}: {} rows in {:?}",
                found.len(),
                start.elapsed()
            )?;
        }
        let start = Instant::now();
        verify(&footer, 0, &rows).map_err(Error::other)?;
        writeln!(out, "verify: {:?}", start.elapsed())?;
    }
    if let Some(path) = arguments.next() {
        std::fs::write(path, &whole)?;
    }
    Ok(())
}

/// Numbers that look random and are the same every time.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn batch(number: usize) -> EventBatch {
    let mut batch = EventBatch::new();
    for row in 0..ROWS {
        let event = number as u64 * ROWS + row;
        let dice = mix(event);
        let message = format!(
            "src=10.0.{}.{} dst=192.168.1.{} proto=tcp action={} bytes={} user=u{} dur={}",
            dice % 251,
            (dice >> 8) % 250,
            (dice >> 16) % 7,
            ["allow", "deny", "reset"]
                .get((dice >> 20) as usize % 3)
                .unwrap_or(&""),
            (dice >> 24) % 9999,
            (dice >> 40) % 97,
            (dice >> 50) % 3000,
        );
        batch.push(EventRef {
            timestamp_ms: START_MS + (event * 3) as i64,
            sequence_number: Some(3_237_198_280_324_534_273 + (event * 4096) as i64),
            log_id: "2f3a9c1e-1111-4222-8333-444455556666",
            message: &message,
            ..EventRef::default()
        });
    }
    batch
}

fn meta(number: usize) -> Result<PartMeta, Error> {
    let range = TimeRange::new(START_MS, START_MS + 1_500_000).map_err(Error::other)?;
    Ok(PartMeta {
        dataset: Dataset::new("log-search", "2f3a9c1e-1111-4222-8333-444455556666", "")
            .map_err(Error::other)?,
        segment: range,
        part: u32::try_from(number).map_err(Error::other)?,
        holds: Holds::Claim(Claim {
            range,
            generation: 0,
        }),
        fetched_at_ms: START_MS,
        pages: 200,
        requests: 400,
        producer: "encode_speed".into(),
    })
}
