//! `windrow stand-in` as a process of its own, and what was asked of it.

use crate::binary::{self, KEY, Pipe, Running};
use crate::dpkg_log::DpkgLog;
use serde_json::{Value, json};
use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A log API that replays a file. Ended when this goes.
#[derive(Debug)]
pub struct StandIn {
    running: Running,
    requests: PathBuf,
    /// Where it listens: `http://127.0.0.1:<port>`.
    pub origin: String,
    /// The key it accepts.
    pub key: String,
    /// The id of the replayed log.
    pub log: String,
}

/// A range of epoch milliseconds, half-open.
pub type Range = (i64, i64);

impl StandIn {
    /// Replays `log`, each answer `delay_ms` late. Its files are kept in `directory`.
    pub fn replay(log: &DpkgLog, delay_ms: u64, directory: &Path) -> Self {
        let faults = if delay_ms > 0 {
            json!({"faults": [{"always": true, "fault": {"delay": {"ms": delay_ms}}}]})
        } else {
            json!({"faults": []})
        };
        Self::start(&log.path, log.zone, &faults, directory)
    }

    /// Replays a file with a script of faults.
    pub fn start(file: &Path, zone: &str, faults: &Value, directory: &Path) -> Self {
        let script = directory.join("faults.json");
        let requests = directory.join("requests.ndjson");
        std::fs::write(&script, faults.to_string()).unwrap();
        let mut arguments: Vec<OsString> = [
            "stand-in", "--json", "--port", "0", "--zone", zone, "--replay",
        ]
        .map(OsString::from)
        .to_vec();
        arguments.extend([
            file.into(),
            "--faults".into(),
            script.into(),
            "--requests-to".into(),
            requests.clone().into(),
        ]);
        let key = format!("secret-{:016x}", RandomState::new().hash_one(file));
        let mut stand_in = binary::windrow(arguments);
        let mut running = Running::start(stand_in.env(KEY, &key), Pipe::Stdout);
        let said = running.until(|line| serde_json::from_str::<Value>(line).ok());
        assert!(!said.to_string().contains(&key), "the API key was printed");
        let text = |value: &Value| {
            value
                .as_str()
                .unwrap_or_else(|| panic!("{said}"))
                .to_owned()
        };
        let logs = said["logs"].as_array().unwrap_or_else(|| panic!("{said}"));
        let name = file.file_name().unwrap().to_str().unwrap();
        let log = logs
            .iter()
            .find(|log| log["name"] == name)
            .unwrap_or_else(|| panic!("no log {name} in {said}"));
        Self {
            running,
            requests,
            origin: text(&said["base_url"]),
            key,
            log: text(&log["id"]),
        }
    }

    /// `windrow <command> --log <the log> --from --to --cache-dir`, with the key in the environment.
    pub fn local(&self, command: &str, window: Range, cache: &Path) -> Command {
        let mut windrow = binary::windrow([command, "--log", &self.log]);
        windrow
            .args([
                "--from",
                &window.0.to_string(),
                "--to",
                &window.1.to_string(),
            ])
            .arg("--cache-dir")
            .arg(cache)
            .env(KEY, &self.key);
        windrow
    }

    /// The same for a command that asks the log API.
    pub fn remote(&self, command: &str, window: Range, cache: &Path) -> Command {
        let mut windrow = self.local(command, window, cache);
        windrow.args(["--base-url", &self.origin]);
        windrow
    }

    /// Fetches a window and gives the receipt.
    pub fn fetch(&self, window: Range, cache: &Path, more: &[&str]) -> Value {
        let mut fetch = self.remote("fetch", window, cache);
        binary::end(fetch.arg("--json").args(more)).ok().json()
    }

    /// The rows held of a window, one JSON document each, exactly as printed.
    pub fn rows(&self, window: Range, cache: &Path) -> Vec<String> {
        let rows = binary::end(&mut self.local("rows", window, cache)).ok();
        rows.stdout.lines().map(str::to_owned).collect()
    }

    /// What of a window is held and what is missing.
    pub fn plan(&self, window: Range, cache: &Path) -> Value {
        binary::end(self.local("plan", window, cache).arg("--json"))
            .ok()
            .json()
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.requests).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Stops it, and gives nothing back.
    pub fn stop(self) {
        self.running.kill();
    }
}

/// Those of `requests` that go to `/query/`.
pub fn queries(requests: &[Value]) -> Vec<&Value> {
    let is_query = |request: &&Value| {
        request["path"]
            .as_str()
            .is_some_and(|path| path.contains("/query/"))
    };
    requests.iter().filter(is_query).collect()
}

/// The bounds asked for by requests of one kind, in order.
pub fn asked(requests: &[Value], kind: &str) -> Vec<Range> {
    let of_kind = requests.iter().filter(|request| request["kind"] == kind);
    of_kind
        .map(|request| {
            (
                request["from"].as_i64().unwrap(),
                request["to"].as_i64().unwrap(),
            )
        })
        .collect()
}

/// What must be asked for ranges of a source whose bounds are documented nowhere: one millisecond more in front, never below 0.
pub fn widened(missing: &Value) -> Vec<Range> {
    ranges(missing)
        .iter()
        .map(|(from, to)| ((from - 1).max(0), *to))
        .collect()
}

/// A list of `[from, to]` pairs.
pub fn ranges(pairs: &Value) -> Vec<Range> {
    let pairs = pairs
        .as_array()
        .unwrap_or_else(|| panic!("no list of ranges: {pairs}"));
    pairs
        .iter()
        .map(|pair| (pair[0].as_i64().unwrap(), pair[1].as_i64().unwrap()))
        .collect()
}

/// Time and message of each row as printed.
pub fn lines_of(rows: &[String]) -> Vec<(i64, String)> {
    let read = |row: &String| {
        let row: Value = serde_json::from_str(row).unwrap();
        (
            row["timestamp_ms"].as_i64().unwrap(),
            row["message"].as_str().unwrap().to_owned(),
        )
    };
    rows.iter().map(read).collect()
}
