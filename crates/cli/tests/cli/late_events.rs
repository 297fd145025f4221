//! `windrow verify --source`: what came late is named by slice, and can be fetched again alone.

use crate::program::{Ended, windrow};
use std::ops::Range;
use tempfile::TempDir;
use windrow_stand_in::{Bounds, RequestKind, Running, StandIn, Zone};

const KEY: &str = "the-right-key";
/// 2026-01-01T00:00:00Z.
const START_MS: i64 = 1_767_225_600_000;

/// A log of one line a second, served without the seconds that have not arrived yet.
async fn serve(bounds: Bounds, seconds: Range<i64>, missing: &[i64]) -> Running {
    serve_logs(&["late.log"], bounds, seconds, missing).await
}

async fn serve_logs(
    names: &[&str],
    bounds: Bounds,
    seconds: Range<i64>,
    missing: &[i64],
) -> Running {
    let lines: String = seconds
        .filter(|second| !missing.contains(second))
        .map(|s| format!("2026-01-01 00:{:02}:{:02} line {s}\n", s / 60, s % 60))
        .collect();
    let mut builder = StandIn::builder().api_key(KEY).bounds(bounds).polls(None);
    let zone = Zone::parse("UTC").unwrap();
    for name in names {
        builder = builder.replay_bytes(name, lines.as_bytes(), &zone).unwrap();
    }
    builder.build().start().await.unwrap()
}

struct Scene {
    dir: TempDir,
    log: String,
}

impl Scene {
    async fn windrow(&self, words: &[&str]) -> Ended {
        let cache = self.dir.path().join("cache");
        let mut variables = vec![
            ("RAPID7_API_KEY", KEY),
            ("LOG_INGESTION_CACHE_DIR", cache.to_str().unwrap()),
        ];
        // Without a log, all of them are meant.
        if !self.log.is_empty() {
            variables.push(("RAPID7_LOG_KEY", self.log.as_str()));
        }
        windrow(words, &variables).await
    }

    async fn over(&self, command: &str, seconds: Range<i64>, more: &[&str]) -> Ended {
        let from = (START_MS + seconds.start * 1000).to_string();
        let to = (START_MS + seconds.end * 1000).to_string();
        let words = [command, "--from", &from, "--to", &to];
        self.windrow(&[&words, more].concat()).await
    }

    async fn lines(&self, seconds: Range<i64>) -> usize {
        let rows = self.over("rows", seconds, &[]).await;
        assert_eq!(rows.code, 0, "{}", rows.stderr);
        rows.stdout.lines().count()
    }
}

fn asked(running: &Running, kind: RequestKind) -> Vec<(Option<i64>, Option<i64>)> {
    let records = running.requests();
    let of_kind = records.iter().filter(|record| record.kind == kind);
    of_kind.map(|record| (record.from, record.to)).collect()
}

/// What was asked for, but for the few milliseconds that tell which edges are included.
fn fetched(running: &Running) -> Vec<(Option<i64>, Option<i64>)> {
    let mut asked = asked(running, RequestKind::Submit);
    asked.retain(|(from, to)| to.unwrap() - from.unwrap() > 2);
    asked
}

#[tokio::test]
async fn late_events_are_named_by_slice_and_only_those_slices_are_fetched_again() {
    for bounds in [Bounds::Inclusive, Bounds::HalfOpen] {
        // Seconds 10 and 205 came late; 10 is the first of its slice, and 60 lies just behind one.
        let first = serve(bounds, 0..600, &[10, 60, 205]).await;
        let log = first.logs()[0].key.clone();
        let scene = Scene {
            dir: tempfile::tempdir().unwrap(),
            log,
        };
        for seconds in [10..60, 100..150, 200..260] {
            let base = ["--base-url", first.origin()];
            let fetched = scene.over("fetch", seconds, &base).await;
            assert_eq!(fetched.code, 0, "{}", fetched.stderr);
        }
        let words = ["verify", "--source", "--json", "--base-url", first.origin()];
        let same = scene.windrow(&words).await;
        assert_eq!(same.code, 0, "{bounds:?} {} {}", same.stdout, same.stderr);
        drop(first);

        let later = serve(bounds, 0..600, &[]).await;
        let words = ["verify", "--source", "--base-url", later.origin()];
        let told = scene.windrow(&words).await;
        assert_eq!(told.code, 1, "{}", told.stdout);
        assert!(
            told.stdout.contains("3 slices compared, 2 differ"),
            "{}",
            told.stdout
        );
        assert!(
            told.stdout.contains("49 rows held, the log API counts 50"),
            "{}",
            told.stdout
        );
        assert!(told.stdout.contains("--fetch"), "{}", told.stdout);
        assert_eq!(fetched(&later), []);
        let document = scene
            .windrow(&[&words[..], &["--json"]].concat())
            .await
            .json();
        let log_api = &document["datasets"][0]["log_api"];
        assert_eq!(document["ok"], false);
        assert_eq!(log_api["slices"][0]["state"], "late");
        assert_eq!(log_api["slices"][1]["state"], "agrees");
        // A count of each slice, and three small pages that tell which edges are included.
        assert_eq!(log_api["requests"], 6);

        let fetched = scene
            .windrow(&[&words[..], &["--fetch", "--json"]].concat())
            .await;
        assert_eq!(fetched.code, 0, "{} {}", fetched.stdout, fetched.stderr);
        let log_api = &fetched.json()["datasets"][0]["log_api"];
        assert_eq!(log_api["fetched"].as_array().unwrap().len(), 2);
        assert_eq!(log_api["fetched"][0]["removed"], true);
        assert_eq!(log_api["slices"][2]["counted"], 60);
        // Only the two slices were asked for, a millisecond early as always.
        let at = |second: i64| Some(START_MS + second * 1000);
        let early = |second: i64| at(second).map(|ms| ms - 1);
        assert_eq!(
            self::fetched(&later),
            [(early(10), at(60)), (early(200), at(260))]
        );
        assert_eq!(scene.lines(10..60).await, 50);
        assert_eq!(scene.lines(200..260).await, 60);
        assert_eq!(
            scene
                .windrow(&[&words[..], &["--json"]].concat())
                .await
                .code,
            0
        );
        assert_eq!(scene.windrow(&["verify", "--json"]).await.code, 0);
    }
}

#[tokio::test]
async fn what_the_log_api_lost_stays_and_is_named() {
    let first = serve(Bounds::Inclusive, 0..600, &[]).await;
    let log = first.logs()[0].key.clone();
    let scene = Scene {
        dir: tempfile::tempdir().unwrap(),
        log,
    };
    let base = ["--base-url", first.origin()];
    assert_eq!(scene.over("fetch", 100..200, &base).await.code, 0);
    let later = serve(Bounds::Inclusive, 0..600, &[120, 121]).await;
    let words = [
        "verify",
        "--source",
        "--fetch",
        "--base-url",
        later.origin(),
    ];
    let told = scene.windrow(&words).await;
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(
        told.stdout.contains("100 rows held, the log API counts 98"),
        "{}",
        told.stdout
    );
    assert_eq!(fetched(&later), []);
    assert_eq!(scene.lines(100..200).await, 100);
}

#[tokio::test]
async fn a_log_that_cannot_be_compared_is_named_and_hides_nothing_of_the_others() {
    let first = serve_logs(&["a.log", "b.log"], Bounds::Inclusive, 0..600, &[110]).await;
    let dir = tempfile::tempdir().unwrap();
    let mut scene = Scene {
        dir,
        log: String::new(),
    };
    let base = ["--base-url", first.origin()];
    for log in first.logs() {
        scene.log = log.key;
        assert_eq!(scene.over("fetch", 100..200, &base).await.code, 0);
    }
    scene.log.clear();
    for (gone, left) in [("a.log", "b.log"), ("b.log", "a.log")] {
        let later = serve_logs(&[left], Bounds::Inclusive, 0..600, &[]).await;
        let words = ["verify", "--source", "--base-url", later.origin()];
        let told = scene.windrow(&words).await;
        let key = |name: &str| {
            let logs = first.logs();
            logs.into_iter().find(|log| log.name == name).unwrap().key
        };
        assert_eq!(later.logs()[0].key, key(left));
        let (before, after) = told
            .stdout
            .split_once(&format!("{}: sound", key(gone)))
            .unwrap();
        let of_gone = after.split(": sound").next().unwrap();
        assert!(of_gone.contains("failed: "), "{}", told.stdout);
        assert!(!before.contains("failed: "), "{}", told.stdout);
        assert!(
            told.stdout.contains("99 rows held, the log API counts 100"),
            "{}",
            told.stdout
        );
        assert_eq!(told.code, 2, "{} {}", told.stdout, told.stderr);
        let document = scene
            .windrow(&[&words[..], &["--json"]].concat())
            .await
            .json();
        let datasets = document["datasets"].as_array().unwrap();
        let failed = datasets
            .iter()
            .filter(|dataset| dataset["failed"].is_object());
        let failed: Vec<_> = failed
            .map(|dataset| &dataset["dataset"]["log_id"])
            .collect();
        assert_eq!(
            (failed, &document["ok"]),
            (vec![&serde_json::json!(key(gone))], &false.into())
        );
    }
}

#[tokio::test]
async fn the_log_api_is_not_asked_without_a_key_or_about_what_is_damaged() {
    let running = serve(Bounds::Inclusive, 0..600, &[]).await;
    let log = running.logs()[0].key.clone();
    let scene = Scene {
        dir: tempfile::tempdir().unwrap(),
        log,
    };
    let base = ["--base-url", running.origin()];
    assert_eq!(scene.over("fetch", 0..100, &base).await.code, 0);
    let keyless = windrow(&["verify", "--source"], &[]).await;
    assert_eq!(keyless.code, 3, "{}", keyless.stderr);

    let segments = scene.windrow(&["segments", "--json"]).await.json();
    let path = segments[0]["parts"][0]["path"].as_str().unwrap();
    let part = scene.dir.path().join("cache").join(path);
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[10] ^= 0xff;
    std::fs::write(&part, bytes).unwrap();
    let before = running.requests().len();
    let damaged = scene
        .windrow(&["verify", "--source", "--base-url", running.origin()])
        .await;
    assert_eq!(damaged.code, 5, "{}", damaged.stdout);
    assert!(
        damaged.stdout.contains("not compared"),
        "{}",
        damaged.stdout
    );
    assert_eq!(running.requests().len(), before);
    let alone = scene.windrow(&["verify", "--fetch"]).await;
    assert_eq!(alone.code, 2, "{}", alone.stderr);
}
