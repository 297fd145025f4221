//! Ingest, natively and in a browser, against DuckDB with one thread on the same events; memory and opening besides.

use super::measure::{empty_directory, figure, native, one, peer};
use super::{Better, Row};
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::{Toolbox, Which};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const EVENTS: &str = "500000";
const OPENED: &str = "1000000";
/// What opening may cost besides twice the peer's time.
const OPEN_ALLOWANCE_SECONDS: f64 = 0.1;
/// Nothing is asked of anybody but the bench.
const FIREFOX_PREFERENCES: &str = r#"user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"#;
const MEMORY_LIMIT_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// What DuckDB needs for the events that the native bench has written down.
struct Peer {
    seconds: f64,
    bytes: f64,
    json_bytes: f64,
}

/// The core natively: speed, size, opening.
pub(super) fn native_rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let directory = empty_directory("native")?;
    let ours = one(native().arg("ingest").arg(&directory).arg(EVENTS))?;
    let peer = duckdb(tools, &directory, &ours)?;
    let mut rows = ingest_rows(
        "native ingest",
        figure(&ours, "/seconds")?,
        figure(&ours, "/part_bytes")?,
        &peer,
        1.0,
    );
    let directory = empty_directory("fields")?;
    rows.push(fields_row(&one(native()
        .arg("fields")
        .arg(&directory)
        .arg(EVENTS))?)?);
    let directory = empty_directory("open")?;
    one(native().arg("ingest").arg(&directory).arg(OPENED))?;
    let ours = one(native().arg("open").arg(&directory).arg(OPENED))?;
    rows.push(open_row(
        "native open",
        figure(&ours, "/seconds")?,
        tools,
        &directory,
    )?);
    Ok(rows)
}

/// The core in headless Chromium: speed, size, memory, opening.
pub(super) fn browser_rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let directory = empty_directory("native")?;
    let native_ingest = one(native().arg("ingest").arg(&directory).arg(EVENTS))?;
    let peer = duckdb(tools, &directory, &native_ingest)?;
    let measured = in_browser(tools, Which::Chromium, "")?;
    let mut rows = ingest_rows(
        "browser ingest",
        figure(&measured, "/speed/seconds")?,
        figure(&measured, "/speed/bytes")?,
        &peer,
        0.65,
    );
    let small = figure(&measured, "/small/memory")?;
    let large = figure(&measured, "/large/memory")?;
    let mebibytes = |bytes: f64| format!("{:.1} MiB", bytes / 1024.0 / 1024.0);
    rows.push(Row {
        name: "wasm memory, 5,000,000 events".into(),
        ours: mebibytes(large),
        peer: "64 MiB".into(),
        ratio: large / MEMORY_LIMIT_BYTES,
        target: 1.0,
        better: Better::AtMost,
    });
    rows.push(Row {
        name: "wasm memory, 5,000,000 events against 500,000".into(),
        ours: mebibytes(large),
        peer: mebibytes(small),
        ratio: large / small,
        target: 1.05,
        better: Better::AtMost,
    });
    let directory = empty_directory("open")?;
    one(native().arg("ingest").arg(&directory).arg(OPENED))?;
    let opened = figure(&measured, "/open/seconds")?;
    rows.push(open_row("browser open", opened, tools, &directory)?);
    Ok(rows)
}

fn duckdb(tools: &Toolbox, directory: &Path, ours: &Value) -> Result<Peer, TaskError> {
    let ndjson = directory.join("events.ndjson");
    let parquet = directory.join("peer.parquet");
    let measured = peer(tools, &[Path::new("ingest"), &ndjson, &parquet])?;
    Ok(Peer {
        seconds: figure(&measured, "/seconds")?,
        bytes: figure(&measured, "/bytes")?,
        json_bytes: figure(ours, "/json_bytes")?,
    })
}

fn ingest_rows(name: &str, seconds: f64, bytes: f64, peer: &Peer, target: f64) -> Vec<Row> {
    let rate = |seconds: f64| format!("{:.0} MB/s", peer.json_bytes / seconds / 1e6);
    let size = |bytes: f64| format!("{:.2} MB", bytes / 1e6);
    vec![
        Row {
            name: format!("{name}, {EVENTS} events: speed"),
            ours: rate(seconds),
            peer: format!("{} (DuckDB)", rate(peer.seconds)),
            ratio: peer.seconds / seconds,
            target,
            better: Better::AtLeast,
        },
        Row {
            name: format!("{name}: bytes of parts"),
            ours: size(bytes),
            peer: format!("{} (DuckDB)", size(peer.bytes)),
            ratio: bytes / peer.bytes,
            target: 1.0,
            better: Better::AtMost,
        },
    ]
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
        target: 0.5,
        better: Better::AtLeast,
    })
}

fn open_row(name: &str, seconds: f64, tools: &Toolbox, directory: &Path) -> Result<Row, TaskError> {
    let measured = peer(tools, &[Path::new("open"), &directory.join("cache")])?;
    let theirs = figure(&measured, "/seconds")?;
    Ok(Row {
        name: format!("{name}, {OPENED} events"),
        ours: format!("{:.1} ms", seconds * 1e3),
        peer: format!("{:.1} ms (DuckDB), twice that and 100 ms", theirs * 1e3),
        ratio: seconds / (theirs * 2.0 + OPEN_ALLOWANCE_SECONDS),
        target: 1.0,
        better: Better::AtMost,
    })
}

/// Builds the worker's bench, serves it, lets a headless browser run it, and gives what it sends back.
pub(super) fn in_browser(tools: &Toolbox, which: Which, query: &str) -> Result<Value, TaskError> {
    let directory = empty_directory("browser")?;
    command::run(&mut command::cargo(
        "build --quiet --release --package windrow-web --no-default-features --features worker --example ingest --target wasm32-unknown-unknown",
    ))?;
    let wasm = place::target().join("wasm32-unknown-unknown/release/examples/ingest.wasm");
    let mut bindgen = command::new("wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&directory)
        .arg(wasm);
    command::run(tools.equip(&mut bindgen))?;
    for name in ["index.html", "start.js", "worker.js"] {
        let from = place::root().join("web/examples/ingest").join(name);
        std::fs::copy(&from, directory.join(name)).map_err(TaskError::file(&from))?;
    }

    let mut serving = native();
    serving.arg("serve").arg(&directory).stdout(Stdio::piped());
    let mut server = serving.spawn().map_err(failed_to_start)?;
    let Some(stdout) = server.stdout.take() else {
        return Err(TaskError::Wrong("the bench's server says nothing".into()));
    };
    let mut said = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    let address = said
        .next()
        .and_then(|line| Some(line.get("address")?.as_str()?.to_owned()))
        .ok_or_else(|| TaskError::Wrong("the bench's server gave no address".into()))?;
    let mut browser = browser(tools, which, &directory.join("profile"))?
        .arg(format!("{address}{query}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed_to_start)?;
    let result = said.next();
    // Both are ours and no longer needed; that one of them has ended already is as good.
    let _ = browser.kill();
    let _ = browser.wait();
    let _ = server.wait();
    match result {
        Some(result) if result.get("error").is_none() => Ok(result),
        Some(result) => Err(TaskError::Wrong(format!(
            "the browser's bench failed: {result}"
        ))),
        None => Err(TaskError::Wrong(
            "the browser's bench sent no result".into(),
        )),
    }
}

/// A server or a browser of a bench that could not be started.
pub(super) fn failed_to_start(source: std::io::Error) -> TaskError {
    TaskError::NotStarted {
        command: "a bench's server or browser".into(),
        source,
    }
}

/// A headless browser with a fresh profile, the address to follow.
fn browser(tools: &Toolbox, which: Which, profile: &Path) -> Result<Command, TaskError> {
    match which {
        Which::Chromium => {
            let mut chromium = Command::new(tools.chromium()?);
            chromium
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--remote-debugging-port=0",
                ])
                .arg(format!("--user-data-dir={}", profile.display()));
            Ok(chromium)
        }
        Which::Firefox => {
            std::fs::create_dir_all(profile).map_err(TaskError::file(profile))?;
            let preferences = profile.join("user.js");
            std::fs::write(&preferences, FIREFOX_PREFERENCES)
                .map_err(TaskError::file(&preferences))?;
            let mut firefox = Command::new(tools.firefox()?);
            firefox
                .args(["--headless", "--no-remote", "--profile"])
                .arg(profile);
            Ok(firefox)
        }
    }
}
