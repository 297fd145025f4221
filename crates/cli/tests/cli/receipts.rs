//! What a receipt says in words.

use crate::scene::{LINES, Scene};
use windrow_stand_in::{Fault, RequestKind, Rule};

/// The rest of the line that begins so.
fn line<'a>(text: &'a str, label: &str) -> &'a str {
    let found = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(label));
    found.unwrap_or_else(|| panic!("no `{label}` in {text}"))
}

#[tokio::test]
async fn a_receipt_compares_its_price_and_names_every_range_that_is_kept_or_failed() {
    // Three gaps; the count of the second one is answered by nothing good.
    let failing = Rule::new(Fault::Status {
        code: 500,
        body: None,
    })
    .kind(RequestKind::Count)
    .nth(4)
    .times(1);
    let scene = Scene::with([failing]).await;
    for from in [100, 300] {
        scene.fetch(from, from + 100, &[]).await;
    }
    let origin = scene.running.origin();
    let words = ["--base-url", origin, "--retry-attempts", "0"];
    let words = [&words[..], &["--parallel", "1"]].concat();
    let ended = scene.over("fetch", 0, 500, &words).await;
    assert_eq!(ended.code, 1, "{} {}", ended.stdout, ended.stderr);
    let told = &ended.stdout;
    assert!(
        told.starts_with("Failed: 1 range is still missing"),
        "{told}"
    );
    let kept: Vec<_> = told
        .lines()
        .filter_map(|line| line.strip_prefix("kept: "))
        .collect();
    assert_eq!(
        kept,
        [
            "2026-01-01 00:00:00.000Z - 2026-01-01 00:01:40.000Z",
            "2026-01-01 00:06:40.000Z - 2026-01-01 00:08:20.000Z"
        ]
    );
    let failed = line(told, "failed: ");
    assert!(
        failed.starts_with("2026-01-01 00:03:20.000Z - 2026-01-01 00:05:00.000Z: "),
        "{failed}"
    );
    assert!(failed.contains("500"), "{failed}");
    // Each gap has a second more on either side, and the log begins with the first.
    assert!(line(told, "expected").contains("2 pages"), "{told}");
    assert!(line(told, "fetched").contains("2 pages"), "{told}");
}

#[tokio::test]
async fn what_lies_beyond_retention_is_said_and_asked_for_again() {
    let beyond = Rule::new(Fault::BeyondRetention).always();
    let scene = Scene::with([beyond]).await;
    let origin = scene.running.origin().to_owned();
    let ended = scene.over("fetch", 0, 100, &["--base-url", &origin]).await;
    assert_eq!(ended.code, 0, "{} {}", ended.stdout, ended.stderr);
    let said = line(&ended.stdout, "beyond retention: ");
    assert!(
        said.starts_with("2026-01-01 00:00:00.000Z - 2026-01-01 00:01:40.000Z"),
        "{said}"
    );
    let plan = scene.over("plan", 0, 100, &["--json"]).await.json();
    assert_eq!(plan["decision"], "miss");
    let rows = scene.over("rows", 0, 100, &["--json"]).await;
    assert_eq!(
        rows.stdout.lines().count(),
        100.min(LINES),
        "{}",
        rows.stderr
    );
}
