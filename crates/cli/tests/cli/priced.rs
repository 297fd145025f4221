//! What a plan costs, asked for, told, and compared with what happened.

use crate::scene::Scene;
use serde_json::json;
use windrow_stand_in::RequestKind;

#[tokio::test]
async fn a_plan_asks_for_the_price_only_when_told_to() {
    let scene = Scene::new().await;
    let free = scene.over("plan", 0, 100, &["--json"]).await.json();
    assert_eq!((free.get("price"), scene.queries()), (None, 0));
    let more = [
        "--price",
        "--per-page",
        "40",
        "--base-url",
        scene.running.origin(),
        "--json",
    ];
    let priced = scene.over("plan", 0, 100, &more).await;
    assert_eq!(priced.code, 0, "{}", priced.stderr);
    let price = &priced.json()["price"];
    assert!(price["events"].as_u64().unwrap() >= 100);
    assert_eq!(price["pages"], 3);
    let kinds: Vec<RequestKind> = scene
        .running
        .requests()
        .iter()
        .map(|record| record.kind)
        .collect();
    assert!(
        kinds
            .iter()
            .all(|kind| matches!(kind, RequestKind::Count | RequestKind::Poll)),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn a_long_gap_costs_what_its_price_says_however_many_slices_it_is_cut_into() {
    let scene = Scene::new().await;
    for parallel in ["1", "2", "4"] {
        let cache = scene.path(parallel);
        let more = [
            "--base-url",
            scene.running.origin(),
            "--per-page",
            "5",
            "--parallel",
            parallel,
            "--cache-dir",
            cache.to_str().unwrap(),
            "--json",
        ];
        let plan = [&more[..], &["--price"]].concat();
        let plan = scene.over("plan", 0, 1_000, &plan).await.json();
        let receipt = scene.over("fetch", 0, 1_000, &more).await.json();
        let slices = receipt["segments_written"].as_array().unwrap().len() as u64;
        assert_eq!(slices.to_string(), parallel);
        for (name, priced) in [
            ("batches_processed", &plan["price"]["pages"]),
            ("requests", &plan["price"]["requests"]),
        ] {
            let (priced, sent) = (priced.as_u64().unwrap(), receipt[name].as_u64().unwrap());
            // Events on the bounds of a slice may make a page more of it.
            assert!(
                (priced..=priced + slices).contains(&sent),
                "{parallel}: {sent} {name}, {priced} priced"
            );
        }
    }
}

#[tokio::test]
async fn a_price_has_events_pages_requests_time_and_bytes_and_the_receipt_compares_each() {
    let scene = Scene::new().await;
    let more = ["--base-url", scene.running.origin(), "--per-page", "40"];
    let price = |json: bool| {
        let mut more = more.to_vec();
        more.extend(["--price", "--json"].iter().take(if json { 2 } else { 1 }));
        more
    };
    let first = scene.over("plan", 0, 100, &price(true)).await.json();
    let first = &first["price"];
    assert_eq!(first["bytes_per_event"]["is_measured"], false);
    assert_eq!(
        first["stored_bytes"].as_u64().unwrap(),
        first["events"].as_u64().unwrap() * first["bytes_per_event"]["bytes"].as_u64().unwrap()
    );
    assert_eq!(
        (&first["requests"], &first["limit_wait_ms"]),
        (&json!(4), &json!(0))
    );
    let left = first["quota"]["left"].as_u64().unwrap();

    let mut fetch = more.to_vec();
    fetch.push("--json");
    let receipt = scene.over("fetch", 0, 100, &fetch).await.json();
    let expected = &receipt["expected"];
    for name in [
        "events",
        "pages",
        "requests",
        "stored_bytes",
        "limit_wait_ms",
    ] {
        assert_eq!(expected[name], first[name], "{name}");
    }
    assert_eq!(receipt["events_received"], expected["events"]);
    assert_eq!(receipt["batches_processed"], expected["pages"]);
    assert!(receipt["bytes_written"].as_u64().unwrap() > 0);
    assert_eq!(receipt["waited_ms"], 0);
    assert!(receipt["quota_left"].as_u64().unwrap() < left);

    // What is held now says how many bytes an event takes, also for times of which nothing is held.
    let second = scene.over("plan", 200, 300, &price(true)).await.json();
    let per_event = &second["price"]["bytes_per_event"];
    assert_eq!(per_event["is_measured"], true);
    assert_eq!(
        per_event["bytes"].as_u64().unwrap(),
        receipt["bytes_written"].as_u64().unwrap() / receipt["rows_written"].as_u64().unwrap()
    );
    let words = scene.over("plan", 200, 300, &price(false)).await.stdout;
    for line in [
        "to fetch",
        "at least",
        "on disk",
        "rate limit",
        "as in the parts held",
    ] {
        assert!(words.contains(line), "{line}: {words}");
    }
}

#[tokio::test]
async fn a_fetch_tells_people_its_price_once_before_it_begins() {
    let scene = Scene::new().await;
    let more = ["--base-url", scene.running.origin(), "--per-page", "40"];
    let told = scene.over("fetch", 0, 100, &more).await;
    let prices = told
        .stderr
        .lines()
        .filter(|line| line.starts_with("to fetch: "));
    let price = prices.collect::<Vec<_>>();
    assert_eq!(price.len(), 1, "{}", told.stderr);
    assert!(
        price[0].contains(" in 3 pages, at least 4 requests, about "),
        "{price:?}"
    );
    let held = scene.over("fetch", 0, 100, &more).await;
    assert!(!held.stderr.contains("to fetch"), "{}", held.stderr);
}
