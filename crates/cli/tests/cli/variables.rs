//! Variables of the environment: an empty one counts as not set, and what is wrong with one is said with its name.

use crate::program::{Ended, windrow};
use crate::scene::{KEY, Scene};
use windrow_cli::args::command;

/// Every variable that a command reads, with its flag.
fn variables() -> Vec<(String, String)> {
    let command = command();
    let mut found: Vec<_> = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter_map(|arg| {
            let name = arg.get_env()?.to_str()?.to_owned();
            Some((name, format!("--{}", arg.get_long()?)))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

async fn fetch(scene: &Scene, variable: (&str, &str)) -> Ended {
    let cache = scene.path("cache");
    let all = [
        ("RAPID7_API_KEY", KEY),
        ("RAPID7_LOG_KEY", &scene.log),
        ("LOG_INGESTION_CACHE_DIR", cache.to_str().unwrap()),
    ];
    let mut set: Vec<_> = all
        .into_iter()
        .filter(|(name, _)| *name != variable.0)
        .collect();
    set.push(variable);
    let words = [
        "fetch",
        "--from",
        "1767225600000",
        "--to",
        "1767225610000",
        "--base-url",
        scene.running.origin(),
    ];
    let mut words = words.to_vec();
    // Nothing is written into the directory that the tests run in.
    if variable.0 == "LOG_INGESTION_CACHE_DIR" {
        words = vec!["segments", "--json"];
    }
    if variable.0 == "RAPID7_LOG_KEY" {
        words.extend(["--log", &scene.log]);
    }
    windrow(&words, &set).await
}

#[tokio::test]
async fn an_empty_variable_counts_as_not_set_for_every_variable() {
    let scene = Scene::new().await;
    let variables = variables();
    assert!(variables.len() >= 15, "{variables:?}");
    for (name, _) in variables {
        let ended = fetch(&scene, (&name, "")).await;
        assert_eq!(ended.code, 0, "{name}: {}", ended.stderr);
    }
    let words = ["fetch", "--from", "1767225600000", "--to", "1767225610000"];
    let ended = windrow(&words, &[("RAPID7_LOG_KEY", "")]).await;
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("--log <LOG_ID>"), "{}", ended.stderr);
}

#[tokio::test]
async fn what_is_wrong_with_a_variable_is_said_with_its_name_and_its_flag() {
    let scene = Scene::new().await;
    for (name, value, flag) in [
        ("RAPID7_PER_PAGE", "501", "--per-page"),
        ("RAPID7_PER_PAGE", "many", "--per-page"),
        ("FLUSH_ROWS", "0", "--flush-rows"),
        ("PARQUET_COMPRESSION", "brotli", "--compression"),
        ("PROMOTE_FIELDS", "perhaps", "--promote-fields"),
        ("FETCH_PARALLEL", "99", "--parallel"),
        ("SETTLE_SECONDS", "-1", "--settle-seconds"),
        ("RETRY_ATTEMPTS", " ", "--retry-attempts"),
        ("RATE_LIMIT", "0", "--rate-limit"),
        ("RAPID7_QUERY", "where(a=1) calculate(count)", "--query"),
    ] {
        let ended = fetch(&scene, (name, value)).await;
        assert_eq!(ended.code, 2, "{name}={value}");
        assert!(
            ended.stderr.contains(name) && ended.stderr.contains(flag),
            "{name}={value}: {}",
            ended.stderr
        );
    }
    let words = ["logs", "--region", "nowhere"];
    let ended = windrow(&words, &[("RAPID7_API_KEY", KEY)]).await;
    assert!(
        ended.stderr.contains("RAPID7_DATA_STORAGE_REGION"),
        "{}",
        ended.stderr
    );
    // One that is given on the line is not the variable's fault.
    let words = ["logs", "--per-page", "501"];
    let ended = windrow(&words, &[("RAPID7_PER_PAGE", "501")]).await;
    assert!(
        !ended.stderr.contains("RAPID7_PER_PAGE"),
        "{}",
        ended.stderr
    );
}
