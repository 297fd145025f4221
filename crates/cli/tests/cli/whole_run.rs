//! Every command on one cache: fetched, read, verified, deleted.

use crate::program::windrow;
use crate::scene::{KEY, START_MS, Scene, pair};
use serde_json::{Value, json};

#[tokio::test]
async fn a_window_is_fetched_once_and_a_wider_one_only_where_it_is_new() {
    let scene = Scene::new().await;
    let first = scene.fetch(300, 600, &["--per-page", "100"]).await;
    assert_eq!(first["decision"], "miss");
    assert_eq!(first["rows_processed"], 300);
    assert_eq!(first["summary"]["row_count"], 300);
    assert_eq!(first["summary"]["complete"], true);
    assert_eq!(first["output_file"], Value::Null);
    let summary = first["summary_output"].as_str().unwrap();
    let written: Value = serde_json::from_slice(&std::fs::read(summary).unwrap()).unwrap();
    assert_eq!(written, first["summary"]);

    let before = scene.queries();
    let again = scene.fetch(300, 600, &[]).await;
    assert_eq!(
        (&again["decision"], &again["requests"]),
        (&json!("hit"), &json!(0))
    );
    assert_eq!(scene.queries(), before);

    let wider = scene.fetch(200, 700, &[]).await;
    assert_eq!(wider["decision"], "partial");
    assert_eq!(
        wider["cache_missing_ranges"],
        json!([pair(200, 300), pair(600, 700)])
    );
    assert_eq!(wider["cache_cached_ranges"], json!([pair(300, 600)]));
    assert_eq!(wider["rows_processed"], 500);
}

#[tokio::test]
async fn a_window_that_is_held_needs_no_key_and_no_server() {
    let scene = Scene::new().await;
    scene.fetch(0, 60, &[]).await;
    let cache = scene.path("cache");
    let (from, to) = (START_MS.to_string(), (START_MS + 60_000).to_string());
    let words = [
        "fetch",
        "--json",
        "--log",
        &scene.log,
        "--from",
        &from,
        "--to",
        &to,
        "--cache-dir",
        cache.to_str().unwrap(),
    ];
    let ended = windrow(&words, &[]).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(ended.json()["decision"], "hit");
}

#[tokio::test]
async fn rows_are_lines_of_json_that_cannot_steer_a_terminal() {
    let scene = Scene::new().await;
    scene.fetch(0, 120, &[]).await;
    let all = scene.over("rows", 0, 120, &[]).await;
    assert_eq!((all.code, all.stdout.lines().count()), (0, 120));
    assert!(!all.stdout.contains('\u{1b}'));
    for (second, line) in all.stdout.lines().enumerate() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["timestamp_ms"], START_MS + second as i64 * 1000);
        assert!(
            row["message"]
                .as_str()
                .unwrap()
                .ends_with(&format!("line {second} \u{1b}[31m")),
            "{row}"
        );
        assert_eq!(row["log_id"], scene.log.as_str());
        assert_eq!(row["provisional"], false);
    }
    let some = scene
        .over("rows", 0, 120, &["--offset", "100", "--limit", "5"])
        .await;
    assert_eq!(
        some.stdout,
        all.stdout
            .lines()
            .skip(100)
            .take(5)
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    );
    let found = scene
        .over(
            "rows",
            0,
            120,
            &[
                "--find",
                "LINE 11",
                "--ignore-case",
                "--offset",
                "1",
                "--limit",
                "2",
            ],
        )
        .await;
    let found: Vec<&str> = found.stdout.lines().collect();
    assert!(
        found.len() == 2 && found[0].contains("line 110 ") && found[1].contains("line 111 "),
        "{found:?}"
    );
}

#[tokio::test]
async fn what_is_not_held_is_said_and_never_passed_over() {
    let scene = Scene::new().await;
    scene.fetch(0, 60, &[]).await;
    let partly = scene.over("rows", 0, 120, &[]).await;
    assert_eq!((partly.code, partly.stdout.lines().count()), (0, 60));
    assert!(
        partly.stderr.contains("not held: 1 gap, 1 min of 2 min;"),
        "{}",
        partly.stderr
    );
    let complete = scene.over("rows", 0, 120, &["--complete"]).await;
    assert_eq!((complete.code, complete.stdout.as_str()), (1, ""));
    let summary = scene.over("summary", 0, 120, &["--json"]).await.json();
    assert_eq!(summary["complete"], false);
    assert_eq!(summary["missing_ranges"], json!([pair(60, 120)]));
    let plan = scene.over("plan", 0, 120, &["--json"]).await.json();
    assert_eq!(plan["missing_ranges"], summary["missing_ranges"]);
}

#[tokio::test]
async fn the_rows_of_output_are_a_whole_file_with_the_summary_beside_it() {
    let scene = Scene::new().await;
    let output = scene.path("rows.ndjson");
    let receipt = scene
        .fetch(0, 60, &["--output", output.to_str().unwrap()])
        .await;
    assert_eq!(receipt["output_file"], output.to_str().unwrap());
    let beside = scene.path(&format!("_summary-{START_MS}-{}.json", START_MS + 60_000));
    assert_eq!(receipt["summary_output"], beside.to_str().unwrap());
    assert!(beside.exists());
    let rows = scene.over("rows", 0, 60, &[]).await.stdout;
    assert_eq!(std::fs::read_to_string(&output).unwrap(), rows);
}

#[tokio::test]
async fn events_of_a_run_share_its_id_and_hold_no_message() {
    let scene = Scene::new().await;
    let events = scene.path("events.ndjson");
    scene
        .fetch(0, 60, &["--events", events.to_str().unwrap()])
        .await;
    let text = std::fs::read_to_string(&events).unwrap();
    let read: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<&str> = read
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    for name in [
        "cache_scan_start",
        "cache_coverage_planned",
        "cache_miss",
        "fetch_priced",
        "fetch_subrange_start",
        "flush_complete",
        "fetch_subrange_complete",
        "parquet_summary_generated",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(
        read.iter()
            .all(|event| event["run_id"] == read[0]["run_id"])
    );
    assert!(!text.contains("line 1") && !text.contains(KEY));
}

#[tokio::test]
async fn a_bypass_leaves_the_cache_alone_and_its_rows_can_be_read() {
    let scene = Scene::new().await;
    let receipt = scene.fetch(0, 60, &["--bypass"]).await;
    assert_eq!(receipt["decision"], "bypass");
    assert!(!scene.path("cache/logs").exists());
    let dir = receipt["bypass_dir"].as_str().unwrap();
    assert!(std::path::Path::new(dir).is_dir(), "{dir}");
    let rows = scene.over("rows", 0, 60, &["--run", dir]).await;
    assert_eq!(rows.stdout.lines().count(), 60, "{}", rows.stderr);
}

#[tokio::test]
async fn bypass_runs_are_listed_and_deleted_until_nothing_is_left() {
    let scene = Scene::new().await;
    let first = scene.fetch(0, 60, &["--bypass"]).await;
    scene.fetch(60, 90, &["--bypass"]).await;
    let told = scene.windrow(&["segments"]).await;
    assert!(
        told.stderr.contains("2 bypass runs lie beside the cache"),
        "{}",
        told.stderr
    );
    let listed = scene
        .windrow(&["segments", "--bypass", "--json"])
        .await
        .json();
    assert_eq!(listed[0]["window"], pair(0, 60));
    assert_eq!(
        (&listed[0]["rows"], &listed[1]["rows"]),
        (&json!(60), &json!(30))
    );
    let run = listed[0]["run_id"].as_str().unwrap();
    assert!(first["bypass_dir"].as_str().unwrap().ends_with(run));
    let shown = scene.windrow(&["segments", "--bypass"]).await;
    assert!(shown.stdout.contains(run), "{}", shown.stdout);

    let deleted = scene.windrow(&["delete", "--run", run, "--yes"]).await;
    assert_eq!(deleted.code, 0, "{}", deleted.stderr);
    let listed = scene
        .windrow(&["segments", "--bypass", "--json"])
        .await
        .json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    scene.windrow(&["delete", "--yes"]).await;
    let listed = scene
        .windrow(&["segments", "--bypass", "--json"])
        .await
        .json();
    assert_eq!(listed, json!([]));
    assert!(!scene.path("cache/_bypass").exists());
}

#[tokio::test]
async fn segments_are_listed_verified_and_deleted() {
    let scene = Scene::new().await;
    scene.fetch(0, 60, &[]).await;
    scene.fetch(120, 180, &[]).await;
    let segments = scene.windrow(&["segments", "--json"]).await.json();
    let ranges: Vec<&Value> = segments
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| &segment["range"])
        .collect();
    assert_eq!(ranges, [&pair(0, 60), &pair(120, 180)]);

    let verified = scene.windrow(&["verify", "--json"]).await;
    assert_eq!((verified.code, &verified.json()["ok"]), (0, &json!(true)));

    let unasked = scene.windrow(&["delete", "--json"]).await;
    assert_eq!(unasked.code, 2, "nobody is asked, nothing is deleted");
    // Segments go whole: what goes is said.
    let deleted = scene
        .over("delete", 10, 20, &["--yes", "--json"])
        .await
        .json();
    assert_eq!(deleted["paths"].as_array().unwrap().len(), 1);
    assert_eq!(deleted["ranges"], json!([pair(0, 60)]));
    let left = scene.windrow(&["segments", "--json"]).await.json();
    assert_eq!(left[0]["range"], pair(120, 180));
    let deleted = scene.over("delete", 170, 300, &["--yes"]).await.stdout;
    assert!(
        deleted.starts_with("Deleted 1 file") && deleted.contains("00:02:00"),
        "{deleted}"
    );
}

#[tokio::test]
async fn a_damaged_part_is_an_error_with_its_remedy_and_repair_mends_it() {
    let scene = Scene::new().await;
    scene.fetch(0, 60, &[]).await;
    let segments = scene.windrow(&["segments", "--json"]).await.json();
    let part = scene
        .path("cache")
        .join(segments[0]["parts"][0]["path"].as_str().unwrap());
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[10] ^= 0xff;
    std::fs::write(&part, bytes).unwrap();

    let verified = scene.windrow(&["verify", "--json"]).await;
    assert_eq!(verified.code, 5);
    let rows = scene.over("rows", 0, 60, &["--json"]).await;
    assert_eq!(rows.code, 5, "{}", rows.stderr);
    assert!(rows.stderr.contains("--repair"), "{}", rows.stderr);

    let repaired = scene.fetch(0, 60, &["--repair"]).await;
    assert_eq!(repaired["repaired"][0]["removed"], true);
    assert_eq!(scene.windrow(&["verify", "--json"]).await.code, 0);
    assert_eq!(
        scene.over("rows", 0, 60, &[]).await.stdout.lines().count(),
        60
    );
}

#[tokio::test]
async fn a_damaged_footer_stops_every_reading_and_names_the_part() {
    let scene = Scene::new().await;
    scene.fetch(0, 60, &[]).await;
    let segments = scene.windrow(&["segments", "--json"]).await.json();
    let path = segments[0]["parts"][0]["path"].as_str().unwrap().to_owned();
    let part = scene.path("cache").join(&path);
    let mut bytes = std::fs::read(&part).unwrap();
    let near_the_end = bytes.len() - 40;
    bytes[near_the_end] ^= 0xff;
    std::fs::write(&part, bytes).unwrap();
    for command in ["rows", "summary", "fetch"] {
        let ended = scene.over(command, 0, 120, &["--json"]).await;
        assert_eq!(
            (ended.code, ended.json()["error"]["kind"].as_str()),
            (5, Some("cache")),
            "{command}"
        );
        assert!(
            ended.stderr.contains("--repair")
                && ended.stderr.contains(&format!("delete --part {path}`")),
            "{}",
            ended.stderr
        );
    }
    let plan = scene.over("plan", 0, 120, &["--json"]).await.json();
    assert_eq!(plan["problems"][0]["path"], path);
}

#[tokio::test]
async fn what_is_printed_for_people_has_the_numbers_in_it() {
    let scene = Scene::new().await;
    let fetched = scene
        .over("fetch", 0, 1200, &["--base-url", scene.running.origin()])
        .await;
    assert_eq!(fetched.code, 0, "{}", fetched.stderr);
    assert!(
        fetched.stdout.contains("1,200 rows, complete"),
        "{}",
        fetched.stdout
    );
    assert!(
        fetched
            .stdout
            .contains("2026-01-01 00:00:00.000Z - 2026-01-01 00:20:00.000Z (20 min)"),
        "{}",
        fetched.stdout
    );
    for (words, text) in [
        (&["segments"][..], "part-00000.parquet"),
        (&["verify"], "sound; 1 part, 1,200 rows"),
        (
            &["logs", "--base-url", scene.running.origin()],
            "replayed.log",
        ),
    ] {
        let ended = scene.windrow(words).await;
        assert!(
            ended.code == 0 && ended.stdout.contains(text),
            "{words:?} {} {}",
            ended.stdout,
            ended.stderr
        );
    }
    let summary = scene.over("summary", 0, 1200, &[]).await.stdout;
    assert!(
        summary.starts_with("1,200 rows in ") && summary.contains("sequence_number"),
        "{summary}"
    );
    let plan = scene.over("plan", 0, 2400, &[]).await.stdout;
    assert!(
        plan.starts_with("Partial: 1 gap, 20 min of 40 min, to fetch"),
        "{plan}"
    );
}
