//! Ingest, natively and in a browser, against DuckDB with one thread on the same events; memory and opening besides.
//!
//! Who is compared takes turns, and the medians are compared.

use super::Row;
use super::in_browser::Prepared;
use super::measure::{ROUNDS, empty_directory, figure, median_of, native, one, peer};
use super::table::Target::{AtLeast, AtMost};
use crate::error::TaskError;
use crate::setup::{Toolbox, Which};
use serde_json::Value;
use std::path::Path;

const EVENTS: &str = "500000";
const OPENED: &str = "1000000";
/// What opening may cost besides twice the peer's time.
const OPEN_ALLOWANCE_SECONDS: f64 = 0.1;
const MEMORY_LIMIT_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// The core natively: speed, size, opening.
pub(super) fn native_rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let directory = empty_directory("native")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(ingest(&directory, EVENTS)?);
        theirs.push(duckdb_ingest(tools, &directory)?);
    }
    let json_bytes = median_of(&ours, "/json_bytes")?;
    let speed =
        |measured: &[Value]| Ok::<_, TaskError>(json_bytes / median_of(measured, "/seconds")?);
    let mut rows = vec![
        speed_row("native ingest", speed(&ours)?, speed(&theirs)?, 1.0),
        size_row(
            "native ingest",
            median_of(&ours, "/part_bytes")?,
            median_of(&theirs, "/bytes")?,
        ),
    ];
    let directory = empty_directory("fields")?;
    rows.push(fields_row(&one(native()
        .arg("fields")
        .arg(&directory)
        .arg(EVENTS))?)?);
    let directory = empty_directory("open")?;
    ingest(&directory, OPENED)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(one(native().arg("open").arg(&directory).arg(OPENED))?);
        theirs.push(duckdb_open(tools, &directory)?);
    }
    rows.push(open_row(
        "native open",
        median_of(&ours, "/seconds")?,
        median_of(&theirs, "/seconds")?,
    ));
    Ok(rows)
}

/// The core in headless browsers: speed and size in both, memory and opening in Chromium.
pub(super) fn browser_rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let directory = empty_directory("native")?;
    let json_bytes = figure(&ingest(&directory, EVENTS)?, "/json_bytes")?;
    let bench = Prepared::build(tools)?;
    let (mut chromium, mut firefox, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        chromium.push(bench.run(Which::Chromium, "?speed")?);
        firefox.push(bench.run(Which::Firefox, "?speed")?);
        theirs.push(duckdb_ingest(tools, &directory)?);
    }
    let their_speed = json_bytes / median_of(&theirs, "/seconds")?;
    let their_bytes = median_of(&theirs, "/bytes")?;
    let mut rows = Vec::new();
    for (which, measured, target) in [
        (Which::Chromium, &chromium, 0.9),
        (Which::Firefox, &firefox, 0.65),
    ] {
        let name = format!("{} ingest", which.name());
        let speed = json_bytes / median_of(measured, "/speed/seconds")?;
        rows.push(speed_row(&name, speed, their_speed, target));
        rows.push(size_row(
            &name,
            median_of(measured, "/speed/bytes")?,
            their_bytes,
        ));
    }
    let memory = bench.run(Which::Chromium, "?memory")?;
    let small = figure(&memory, "/small/memory")?;
    let large = figure(&memory, "/large/memory")?;
    let mebibytes = |bytes: f64| format!("{:.1} MiB", bytes / 1024.0 / 1024.0);
    rows.push(Row {
        name: "wasm memory, 5,000,000 events".into(),
        ours: mebibytes(large),
        peer: "64 MiB".into(),
        ratio: large / MEMORY_LIMIT_BYTES,
        target: AtMost(1.0),
    });
    rows.push(Row {
        name: "wasm memory, 5,000,000 events against 500,000".into(),
        ours: mebibytes(large),
        peer: mebibytes(small),
        ratio: large / small,
        target: AtMost(1.05),
    });
    let directory = empty_directory("open")?;
    ingest(&directory, OPENED)?;
    let opened = bench.run(Which::Chromium, "?open")?;
    rows.push(open_row(
        "browser open",
        figure(&opened, "/open/seconds")?,
        figure(&duckdb_open(tools, &directory)?, "/seconds")?,
    ));
    Ok(rows)
}

/// Writes the events down, and ingests them.
fn ingest(directory: &Path, events: &str) -> Result<Value, TaskError> {
    one(native().arg("ingest").arg(directory).arg(events))
}

/// DuckDB on the events that were written down.
fn duckdb_ingest(tools: &Toolbox, directory: &Path) -> Result<Value, TaskError> {
    let ndjson = directory.join("events.ndjson");
    let parquet = directory.join("peer.parquet");
    peer(tools, &[Path::new("ingest"), &ndjson, &parquet])
}

/// DuckDB on the parts that were ingested.
fn duckdb_open(tools: &Toolbox, directory: &Path) -> Result<Value, TaskError> {
    peer(tools, &[Path::new("open"), &directory.join("cache")])
}

/// Bytes of JSON a second.
fn speed_row(name: &str, ours: f64, theirs: f64, target: f64) -> Row {
    let rate = |speed: f64| format!("{:.0} MB/s", speed / 1e6);
    Row {
        name: format!("{name}, {EVENTS} events: speed"),
        ours: rate(ours),
        peer: format!("{} (DuckDB)", rate(theirs)),
        ratio: ours / theirs,
        target: AtLeast(target),
    }
}

fn size_row(name: &str, ours: f64, theirs: f64) -> Row {
    let size = |bytes: f64| format!("{:.2} MB", bytes / 1e6);
    Row {
        name: format!("{name}: bytes of parts"),
        ours: size(ours),
        peer: format!("{} (DuckDB)", size(theirs)),
        ratio: ours / theirs,
        target: AtMost(1.0),
    }
}

/// Promotion of fields against leaving the same messages alone.
fn fields_row(measured: &Value) -> Result<Row, TaskError> {
    let promoted = figure(measured, "/seconds")?;
    let plain = figure(measured, "/plain_seconds")?;
    Ok(Row {
        name: format!("native ingest with fields of JSON messages, {EVENTS} events: speed"),
        ours: format!("{promoted:.3} s"),
        peer: format!("{plain:.3} s (left alone)"),
        ratio: plain / promoted,
        target: AtLeast(0.5),
    })
}

fn open_row(name: &str, seconds: f64, theirs: f64) -> Row {
    Row {
        name: format!("{name}, {OPENED} events"),
        ours: format!("{:.1} ms", seconds * 1e3),
        peer: format!("{:.1} ms (DuckDB), twice that and 100 ms", theirs * 1e3),
        ratio: seconds / (theirs * 2.0 + OPEN_ALLOWANCE_SECONDS),
        target: AtMost(1.0),
    }
}
