//! A stand-in and a cache beside it: what the commands are tried on.

use crate::program::{Ended, windrow};
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;
use windrow_stand_in::{Bounds, FaultScript, RequestKind, Rule, Running, StandIn, Zone};

pub(crate) const KEY: &str = "the-right-key";
/// 2026-01-01T00:00:00Z.
pub(crate) const START_MS: i64 = 1_767_225_600_000;
pub(crate) const LINES: usize = 1_200;

/// A stand-in that replays one line a second, and a cache beside it.
pub(crate) struct Scene {
    pub(crate) running: Running,
    pub(crate) log: String,
    pub(crate) dir: TempDir,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with([]).await
    }

    /// The same with these faults.
    pub(crate) async fn with(rules: impl IntoIterator<Item = Rule>) -> Self {
        let lines: String = (0..LINES)
            .map(|second| {
                format!(
                    "2026-01-01 00:{:02}:{:02} line {second} \u{1b}[31m\n",
                    second / 60,
                    second % 60
                )
            })
            .collect();
        Self::replaying(&lines, rules).await
    }

    /// A stand-in that replays these lines with these faults.
    pub(crate) async fn replaying(lines: &str, rules: impl IntoIterator<Item = Rule>) -> Self {
        let builder = StandIn::builder()
            .api_key(KEY)
            .bounds(Bounds::Inclusive)
            .polls(None);
        let builder = builder
            .replay_bytes(
                "replayed.log",
                lines.as_bytes(),
                &Zone::parse("UTC").unwrap(),
            )
            .unwrap();
        let script: FaultScript = rules.into_iter().collect();
        let running = builder.faults(script).build().start().await.unwrap();
        let log = running.logs()[0].key.clone();
        let dir = tempfile::tempdir().unwrap();
        Self { running, log, dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) async fn windrow(&self, words: &[&str]) -> Ended {
        let cache = self.path("cache");
        let variables = [
            ("RAPID7_API_KEY", KEY),
            ("RAPID7_LOG_KEY", self.log.as_str()),
            ("LOG_INGESTION_CACHE_DIR", cache.to_str().unwrap()),
        ];
        windrow(words, &variables).await
    }

    /// Runs a command over `[from_s, to_s)` seconds of the log.
    pub(crate) async fn over(&self, command: &str, from_s: i64, to_s: i64, more: &[&str]) -> Ended {
        let (from, to) = (START_MS + from_s * 1000, START_MS + to_s * 1000);
        let (from, to) = (from.to_string(), to.to_string());
        let words = [command, "--from", &from, "--to", &to];
        self.windrow(&[&words, more].concat()).await
    }

    pub(crate) async fn fetch(&self, from_s: i64, to_s: i64, more: &[&str]) -> Value {
        let more = [&["--base-url", self.running.origin(), "--json"], more].concat();
        let ended = self.over("fetch", from_s, to_s, &more).await;
        assert_eq!(ended.code, 0, "{} {}", ended.stdout, ended.stderr);
        ended.json()
    }

    pub(crate) fn queries(&self) -> usize {
        let events = |kind| {
            matches!(
                kind,
                RequestKind::Submit | RequestKind::Page | RequestKind::Count | RequestKind::Poll
            )
        };
        self.running
            .requests()
            .iter()
            .filter(|record| events(record.kind))
            .count()
    }
}

pub(crate) fn pair(from_s: i64, to_s: i64) -> Value {
    json!([START_MS + from_s * 1000, START_MS + to_s * 1000])
}
