//! `windrow plan --have`: planning without storage.

use crate::program::windrow;
use serde_json::json;

#[tokio::test]
async fn a_plan_against_given_ranges_names_every_gap_and_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let ended = windrow(
        &[
            "plan",
            "--from",
            "1970-01-01T00:00:00Z",
            "--to",
            "100",
            "--have",
            "60..70",
            "--have",
            "1970-01-01T00:00:00.010Z..1970-01-01T00:00:00.020Z",
            "--have",
            "20..30",
            "--have",
            "200..300",
            "--json",
        ],
        &[("LOG_INGESTION_CACHE_DIR", cache.to_str().unwrap())],
    )
    .await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let plan = ended.json();
    assert_eq!(plan["decision"], "partial");
    assert_eq!(plan["cached_ranges"], json!([[10, 30], [60, 70]]));
    assert_eq!(
        plan["missing_ranges"],
        json!([[0, 10], [30, 60], [70, 100]])
    );
    assert!(!cache.exists());
}

#[tokio::test]
async fn hit_and_miss_are_told_apart() {
    for (have, decision, missing) in [
        ("0..100", "hit", json!([])),
        ("100..200", "miss", json!([[0, 100]])),
    ] {
        let ended = windrow(
            &[
                "plan", "--from", "0", "--to", "100", "--have", have, "--json",
            ],
            &[],
        )
        .await;
        assert_eq!(ended.json()["decision"], decision);
        assert_eq!(ended.json()["missing_ranges"], missing);
    }
}
