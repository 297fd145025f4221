//! How fast a batch of 100,000 events becomes a part, how large it is and what memory it takes: our encoder and the `parquet` crate's, in turns.
//!
//! `cargo run --release -p windrow-columnar --example encode_speed -- [zstd|lz4|snappy|none] [rounds] [file]`
//!
//! Only ZSTD is compared. The last part is written to `file` where one is named.
//! For a browser or Node: `cargo build --release --target wasm32-unknown-unknown` of the same, then `wasm-bindgen --target nodejs` or `no-modules`.

mod events;
mod library;
mod platform;

use events::{START_MS, batch};
use library::{Extras, failed};
use parquet::errors::Result;
use peak_alloc::PeakAlloc;
use platform::{now_ms, say};
use windrow_columnar::{
    ColumnChunks, Footer, Holds, PartMeta, PartWriter, Projection, append_events, decode, verify,
};
use windrow_model::settings::Compression;
use windrow_model::{Claim, Dataset, EventBatch, TimeRange};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const BATCHES: usize = 5;

fn main() {
    if let Err(error) = run() {
        say(&error.to_string());
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let compression = match arguments.next().as_deref() {
        Some("lz4") => Compression::Lz4,
        Some("snappy") => Compression::Snappy,
        Some("none") => Compression::None,
        _ => Compression::Zstd,
    };
    let rounds: usize = arguments
        .next()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(7);
    let batches: Vec<EventBatch> = (0..BATCHES).map(batch).collect();
    let ours = |batch| ours(batch, compression, false);
    let promoted = |batch| self::ours(batch, compression, true);
    let theirs = |batch| library::encode(batch, Extras::AsOurs).map(|(bytes, _)| bytes);
    let indexed = |batch| library::encode(batch, Extras::PageIndex).map(|(bytes, _)| bytes);
    let mut contenders: Vec<Contender<'_>> = vec![
        Contender::new("our encoder", &ours),
        Contender::new("our encoder, with fields", &promoted),
    ];
    if compression == Compression::Zstd {
        contenders.push(Contender::new("ArrowColumnWriter", &theirs));
        contenders.push(Contender::new("ArrowColumnWriter, page index", &indexed));
    }
    for _ in 0..rounds {
        for contender in &mut contenders {
            contender.round(&batches)?;
        }
    }
    for contender in &mut contenders {
        contender.report();
    }
    let part = self::ours(batch(0), compression, false)?;
    read(&part)?;
    #[cfg(not(target_arch = "wasm32"))]
    if let Some(path) = arguments.next() {
        std::fs::write(path, &part).map_err(failed)?;
    }
    Ok(())
}

/// A way to encode a batch, and what it took.
struct Contender<'a> {
    name: &'static str,
    encode: &'a dyn Fn(EventBatch) -> Result<Vec<u8>>,
    ms: Vec<f64>,
    bytes: usize,
    peak_bytes: usize,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, encode: &'a dyn Fn(EventBatch) -> Result<Vec<u8>>) -> Self {
        Self {
            name,
            encode,
            ms: Vec::new(),
            bytes: 0,
            peak_bytes: 0,
        }
    }

    fn round(&mut self, batches: &[EventBatch]) -> Result<()> {
        let mut spent = 0.0;
        self.bytes = 0;
        for batch in batches {
            let before = MEMORY.current_usage();
            let batch = batch.clone();
            MEMORY.reset_peak_usage();
            let start = now_ms();
            let part = (self.encode)(batch)?;
            spent += now_ms() - start;
            self.peak_bytes = self.peak_bytes.max(MEMORY.peak_usage() - before);
            self.bytes += part.len();
        }
        self.ms.push(spent);
        Ok(())
    }

    fn report(&mut self) {
        self.ms.sort_by(f64::total_cmp);
        let at = |index: usize| self.ms.get(index).copied().unwrap_or_default();
        say(&format!(
            "{}: {} rows in {:.1} ms (best {:.1}), {} bytes, at most {} bytes of memory with the batch",
            self.name,
            BATCHES as u64 * events::ROWS,
            at(self.ms.len() / 2),
            at(0),
            self.bytes,
            self.peak_bytes,
        ));
    }
}

fn ours(batch: EventBatch, compression: Compression, promotes: bool) -> Result<Vec<u8>> {
    let writer = PartWriter::new(compression).map_err(failed)?;
    let mut writer = writer.promoting(promotes);
    let mut part = Vec::from(writer.append(batch).map_err(failed)?);
    part.extend(writer.finish(&meta()?).map_err(failed)?);
    Ok(part)
}

/// Reads a part back in several ways.
fn read(part: &[u8]) -> Result<()> {
    let whole = bytes::Bytes::copy_from_slice(part);
    let footer = Footer::parse(whole.clone(), part.len() as u64).map_err(failed)?;
    let Some(group) = footer.row_groups().first() else {
        return Ok(());
    };
    let rows = whole.slice(group.bytes.start as usize..group.bytes.end as usize);
    let all = 0..events::ROWS as usize;
    for (what, range, projection) in [
        ("events", all.clone(), Projection::events()),
        ("messages", all.clone(), Projection::messages()),
        ("timestamps", all, Projection::timestamps()),
        ("200 events", 50_000..50_200, Projection::events()),
    ] {
        let start = now_ms();
        let mut chunks = ColumnChunks::new(0);
        chunks
            .insert(&footer, group.bytes.start, &rows)
            .map_err(failed)?;
        let checked = now_ms() - start;
        let mut found = 0;
        let mut events = EventBatch::new();
        for batch in decode(&footer, &chunks, &projection, &[range], 1 << 16).map_err(failed)? {
            let batch = batch.map_err(failed)?;
            found += batch.num_rows();
            if projection == Projection::events() {
                append_events(&mut events, &batch).ok_or_else(|| failed("these are no events"))?;
            }
        }
        let decoded = now_ms() - start - checked;
        say(&format!(
            "decode {what}: {found} rows in {decoded:.2} ms, checksums {checked:.2} ms"
        ));
    }
    let start = now_ms();
    verify(&footer, 0, &rows).map_err(failed)?;
    say(&format!("verify: {:.2} ms", now_ms() - start));
    Ok(())
}

fn meta() -> Result<PartMeta> {
    let range = TimeRange::new(START_MS, START_MS + 1_500_000).map_err(failed)?;
    Ok(PartMeta {
        dataset: Dataset::new("log-search", "2f3a9c1e-1111-4222-8333-444455556666", "")
            .map_err(failed)?,
        segment: range,
        part: 0,
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
