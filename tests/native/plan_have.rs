//! `windrow plan --have` is the planner by itself: it touches no storage and asks nobody.

use serde_json::{Value, json};
use windrow_tests::binary::{end, windrow};
use windrow_tests::tree;

fn plan(have: &[&str]) -> Value {
    let nowhere = tempfile::tempdir().unwrap();
    let mut command = windrow(["plan", "--from", "100", "--to", "200", "--json"]);
    for range in have {
        command.args(["--have", range]);
    }
    // A cache that could not even be listed, and an empty directory to be in.
    let file = nowhere.path().join("a-file");
    std::fs::write(&file, "left alone").unwrap();
    command
        .current_dir(nowhere.path())
        .env("LOG_INGESTION_CACHE_DIR", file.join("below"));
    let plan = end(&mut command).ok().json();
    assert_eq!(tree::files(nowhere.path()).len(), 1);
    plan
}

#[test]
fn given_ranges_are_planned_against_and_nothing_is_touched() {
    let cases = [
        (vec!["0..300"], "hit", json!([[100, 200]]), json!([])),
        (
            vec!["100..150", "150..200"],
            "hit",
            json!([[100, 200]]),
            json!([]),
        ),
        (
            vec!["120..130", "160..170", "165..180"],
            "partial",
            json!([[120, 130], [160, 180]]),
            json!([[100, 120], [130, 160], [180, 200]]),
        ),
        (
            vec!["0..100", "200..300"],
            "miss",
            json!([]),
            json!([[100, 200]]),
        ),
        (
            vec!["199..200"],
            "partial",
            json!([[199, 200]]),
            json!([[100, 199]]),
        ),
        (
            vec!["1970-01-01T00:00:00.150Z..1970-01-01T02:00:00.160+02:00"],
            "partial",
            json!([[150, 160]]),
            json!([[100, 150], [160, 200]]),
        ),
    ];
    for (have, decision, cached, missing) in cases {
        let plan = plan(&have);
        assert_eq!(plan["decision"], decision, "{have:?}");
        assert_eq!(plan["cached_ranges"], cached, "{have:?}");
        assert_eq!(plan["missing_ranges"], missing, "{have:?}");
    }
}

#[test]
fn a_range_that_is_none_is_refused_with_its_text() {
    for range in ["200..100", "100", "x..200", "100..100"] {
        let refused = end(&mut windrow([
            "plan", "--from", "100", "--to", "200", "--have", range, "--json",
        ]));
        assert_eq!(refused.code, Some(2), "{refused:?}");
        let shown = range
            .split("..")
            .all(|bound| refused.stderr.contains(bound));
        assert!(shown, "{refused:?}");
        assert_eq!(refused.json()["error"]["kind"], "bad_input");
    }
}
