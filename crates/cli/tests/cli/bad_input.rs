//! Bad input gets a clear error with its own exit code, and changes nothing.

use crate::program::{Ended, windrow};
use std::fs;
use windrow_stand_in::{Running, StandIn};

const KEY: &str = "the-right-key";

async fn stand_in() -> Running {
    StandIn::builder()
        .api_key(KEY)
        .build()
        .start()
        .await
        .unwrap()
}

fn error(ended: &Ended, code: i32, kind: &str) -> String {
    assert_eq!(ended.code, code, "{} {}", ended.stdout, ended.stderr);
    let error = &ended.json()["error"];
    assert_eq!(error["kind"], kind);
    assert!(!error["remedy"].as_str().unwrap().is_empty());
    let message = error["message"].as_str().unwrap().to_owned();
    assert!(
        ended.stderr.starts_with("windrow: ") || ended.stderr.starts_with("error: "),
        "{}",
        ended.stderr
    );
    message
}

/// Fetches the first minute of 2026 of a log of the stand-in.
async fn fetch(base: &str, log: &str, cache: &str, more: &[&str], key: &str) -> Ended {
    let words = [
        "fetch",
        "--json",
        "--from",
        "2026-01-01T00:00:00Z",
        "--to",
        "2026-01-01T00:01:00Z",
        "--log",
        log,
        "--base-url",
        base,
        "--cache-dir",
        cache,
        "--retry-attempts",
        "0",
    ];
    let words = [&words, more].concat();
    windrow(&words, &[("RAPID7_API_KEY", key)]).await
}

#[tokio::test]
async fn a_window_that_is_none_shows_both_values_as_they_were_typed() {
    for (from, to) in [
        ("2026-11-23T12:00:00Z", "2026-11-23T09:00:00Z"),
        ("5", "5"),
        ("yesterday", "2026-11-23T09:00:00Z"),
        ("2026-11-23T09:00:00Z", "2026-11-23 10:00"),
        ("-1", "5"),
    ] {
        let ended = windrow(
            &["fetch", "--log", "a", "--from", from, "--to", to, "--json"],
            &[],
        )
        .await;
        let message = error(&ended, 2, "bad_input");
        assert!(message.contains(from) && message.contains(to), "{message}");
    }
}

#[tokio::test]
async fn arguments_that_are_missing_are_named_for_programs_too() {
    let ended = windrow(&["fetch", "--json", "--log", "a"], &[]).await;
    let message = error(&ended, 2, "bad_input");
    assert!(
        message.contains("--from") && message.contains("--last"),
        "{message}"
    );
}

#[tokio::test]
async fn a_cache_that_is_not_there_is_no_sound_cache() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    let missing = missing.to_str().unwrap();
    let ended = windrow(&["verify", "--cache-dir", missing, "--json"], &[]).await;
    let message = error(&ended, 2, "bad_input");
    assert!(message.contains(missing), "{message}");
    let there = directory.path().to_str().unwrap();
    let ended = windrow(&["verify", "--cache-dir", there], &[]).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[tokio::test]
async fn a_wrong_command_line_is_bad_input_for_programs_too() {
    for words in [
        &["fetch", "--json", "--log", "a"][..],
        &["fetch", "--json", "--log", "", "--from", "0", "--to", "5"],
        &["plan", "--json", "--from", "0", "--to", "5"],
        &[
            "plan", "--json", "--from", "0", "--to", "5", "--have", "7..3",
        ],
        &["delete", "--json", "--log", "a"],
        &["frobnicate", "--json"],
        &[
            "fetch", "--json", "--log", "a", "--from", "0", "--to", "5", "--region", "../x",
        ],
        &["stand-in", "--json", "--replay", "/no/such/file"],
    ] {
        error(&windrow(words, &[]).await, 2, "bad_input");
    }
}

#[tokio::test]
async fn a_missing_wrong_or_unusable_key_is_not_authorised() {
    let running = stand_in().await;
    let log = &running.logs()[0].key;
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    for key in ["", "a-wrong-key", "two words"] {
        let ended = fetch(running.origin(), log, cache.to_str().unwrap(), &[], key).await;
        error(&ended, 3, "not_authorised");
        assert!(key.is_empty() || !format!("{}{}", ended.stdout, ended.stderr).contains(key));
    }
    error(
        &windrow(&["logs", "--json", "--base-url", running.origin()], &[]).await,
        3,
        "not_authorised",
    );
}

#[tokio::test]
async fn an_unknown_log_and_an_aggregating_query_are_bad_input() {
    let running = stand_in().await;
    let log = &running.logs()[0].key;
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let unknown = "00000000-0000-4000-8000-000000000000";
    error(
        &fetch(running.origin(), unknown, cache.to_str().unwrap(), &[], KEY).await,
        2,
        "bad_input",
    );
    let before = running.requests().len();
    let aggregating = ["--query", "where(a) calculate(count)"];
    let ended = fetch(
        running.origin(),
        log,
        cache.to_str().unwrap(),
        &aggregating,
        KEY,
    )
    .await;
    assert!(error(&ended, 2, "bad_input").contains("aggregates"));
    // A plan of it would be one of nothing, so it is refused there already.
    let words = ["plan", "--json", "--log", "a", "--from", "0", "--to", "5"];
    let ended = windrow(&[&words[..], &aggregating].concat(), &[]).await;
    assert!(error(&ended, 2, "bad_input").contains("aggregates"));
    assert_eq!(
        running.requests().len(),
        before,
        "refused before the first request"
    );
}

#[tokio::test]
async fn no_server_is_told_apart_from_everything_else() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    error(
        &fetch(&base, "a", cache.to_str().unwrap(), &[], KEY).await,
        4,
        "no_server",
    );
}

#[tokio::test]
async fn an_unwritable_cache_is_said_before_the_first_request() {
    let running = stand_in().await;
    let log = &running.logs()[0].key;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let cache = file.join("cache");
    let ended = fetch(running.origin(), log, cache.to_str().unwrap(), &[], KEY).await;
    error(&ended, 5, "cache");
    assert!(running.requests().is_empty());
    assert_eq!(fs::read(&file).unwrap(), b"in the way");
}

#[tokio::test]
async fn an_output_that_cannot_be_written_is_said_before_the_first_request() {
    let running = stand_in().await;
    let log = &running.logs()[0].key;
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let output = dir.path().join("no/such/dir/rows.ndjson");
    let more = ["--output", output.to_str().unwrap()];
    let ended = fetch(running.origin(), log, cache.to_str().unwrap(), &more, KEY).await;
    error(&ended, 1, "failed");
    assert!(running.requests().is_empty());
}

#[tokio::test]
async fn a_page_that_was_not_built_in_or_a_bind_without_consent_is_refused() {
    let ended = windrow(
        &["serve", "--json", "--no-page", "--bind", "192.0.2.1"],
        &[],
    )
    .await;
    assert!(error(&ended, 2, "bad_input").contains("others on the network"));
    let ended = windrow(
        &[
            "serve",
            "--json",
            "--no-page",
            "--upstream",
            "https://10.0.0.1",
        ],
        &[],
    )
    .await;
    assert!(error(&ended, 2, "bad_input").contains("private"));
    let ended = windrow(
        &[
            "serve",
            "--json",
            "--no-page",
            "--proxy",
            "socks5://proxy.example",
        ],
        &[],
    )
    .await;
    assert!(error(&ended, 2, "bad_input").contains("--proxy"));
    for more in [&["--demo"][..], &["--upstream", "http://127.0.0.1:9"]] {
        let words = ["serve", "--no-page", "--proxy", "http://127.0.0.1:9"];
        let ended = windrow(&[&words, more].concat(), &[]).await;
        assert_eq!(ended.code, 2, "{more:?}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn a_fetch_that_is_refused_leaves_nothing_behind() {
    let stand_in = stand_in().await;
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    let log = stand_in.logs()[0].key.clone();
    for more in [&[][..], &["--bypass"]] {
        let place = cache.to_str().unwrap();
        let refused = fetch(stand_in.origin(), &log, place, more, "another-key").await;
        assert_eq!(refused.code, 3, "{}", refused.stderr);
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 0, "{more:?}");
    }
}
