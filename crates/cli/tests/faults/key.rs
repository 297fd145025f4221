//! The API key, after everything that a person does with it, is in nothing that is written or printed.

use crate::program::{Ended, windrow};
use crate::scene::{KEY, LINES, START_MS, seconds};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use windrow_stand_in::{Fault, FaultScript, RequestKind, Rule, Running, StandIn, Zone};

/// Everything that was printed or written, by where.
struct Search {
    dir: TempDir,
    server: Running,
    records: Arc<Mutex<String>>,
    said: Vec<(String, String)>,
}

impl Search {
    async fn start(rules: impl IntoIterator<Item = Rule>) -> Self {
        let script: FaultScript = rules.into_iter().collect();
        let records = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&records);
        let server = StandIn::builder()
            .clock(|| START_MS + 3_600_000)
            .api_key(KEY)
            .polls(None)
            .replay_bytes("a.log", seconds().as_bytes(), &Zone::UTC)
            .unwrap()
            .faults(script)
            .on_request(move |record| {
                told.lock().unwrap().push_str(&format!("{record:?}\n"));
            })
            .build()
            .start()
            .await
            .unwrap();
        Self {
            dir: tempfile::tempdir().unwrap(),
            server,
            records,
            said: Vec::new(),
        }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs a command over the log, and remembers what it said.
    async fn run(&mut self, command: &str, more: &[&str]) -> i32 {
        let (cache, log) = (self.path("cache"), self.server.logs()[0].key.clone());
        let (from, to) = (START_MS.to_string(), (START_MS + LINES * 1_000).to_string());
        let mut words = vec![command, "--base-url", self.server.origin()];
        if command != "logs" {
            words.extend([
                "--log",
                &log,
                "--from",
                &from,
                "--to",
                &to,
                "--cache-dir",
                &cache,
            ]);
        }
        words.extend(more);
        let variables = [
            ("RAPID7_API_KEY", KEY),
            ("RUST_BACKTRACE", "1"),
            ("RUST_LOG", "trace"),
        ];
        let Ended {
            code,
            stdout,
            stderr,
        } = windrow(&words, &variables).await;
        self.said.push((format!("{words:?} stdout"), stdout));
        self.said.push((format!("{words:?} stderr"), stderr));
        code
    }

    /// Where the key is found.
    fn found(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let has = |bytes: &[u8]| {
            let lower = bytes.to_ascii_lowercase();
            lower
                .windows(KEY.len())
                .any(|window| window == KEY.as_bytes())
        };
        for (place, text) in &self.said {
            if has(text.as_bytes()) {
                found.push(place.clone());
            }
        }
        for path in files(self.dir.path()) {
            let name = path.display().to_string();
            if has(name.as_bytes()) || has(&std::fs::read(&path).unwrap()) {
                found.push(name);
            }
        }
        if has(self.records.lock().unwrap().as_bytes()) {
            found.push("the request log, with its paths".to_owned());
        }
        found
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn the_key_is_in_nothing_that_is_printed_or_written_though_the_server_repeats_it() {
    let echo = |code| Rule::new(Fault::EchoKey { code });
    let mut search = Search::start([
        echo(500).kind(RequestKind::Logs),
        echo(403).kind(RequestKind::Logs).nth(3),
        echo(502).kind(RequestKind::Count),
        echo(503).kind(RequestKind::Submit).times(2),
        echo(401).page(3),
        echo(400).page(3).nth(2),
        echo(404).page(3).nth(3),
        echo(418).page(3).nth(4),
    ])
    .await;
    assert_eq!(search.run("logs", &[]).await, 0);
    assert_eq!(search.run("logs", &["--json"]).await, 3);
    assert_eq!(search.run("plan", &["--price", "--json"]).await, 0);
    let priced = &search.said[search.said.len() - 2].1;
    let priced: Value = serde_json::from_str(priced).unwrap();
    assert!(priced["price"].is_object());
    let events = search.path("events.ndjson");
    let small = ["--per-page", "50", "--flush-rows", "60"];
    let mut codes = Vec::new();
    for more in [
        &["--json", "--events", &events][..],
        &["--json", "--events"],
        &[],
        &["--events"],
    ] {
        codes.push(search.run("fetch", &[&small, more].concat()).await);
    }
    assert!(codes.iter().all(|code| *code != 0), "{codes:?}");
    let output = search.path("rows.ndjson");
    let last = ["--json", "--output", &output, "--events", &events];
    assert_eq!(search.run("fetch", &[&small[..], &last].concat()).await, 0);
    assert!(
        search.said.iter().any(|(_, text)| text.contains("[key]")),
        "nothing was repeated"
    );
    assert!(files(search.dir.path()).len() > 8);
    assert_eq!(search.found(), Vec::<String>::new());

    // What searches can find.
    std::fs::write(search.path("planted"), format!("x{}", KEY.to_uppercase())).unwrap();
    assert_eq!(search.found(), [search.path("planted")]);
}
