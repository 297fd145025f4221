//! Fault scripts as files: played by the demo's own log API, and refused with words where they cannot be.

use crate::program::{spawn, windrow};
use crate::raw_http::ask;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::test]
async fn the_demo_plays_a_fault_script() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("faults.json");
    let script = r#"{"faults": [{"kind": "logs", "fault": {"status": {"code": 503, "body": "<p>down</p>"}}}]}"#;
    std::fs::write(&file, script).unwrap();
    let faults = file.to_str().unwrap();
    let words = [
        "serve",
        "--demo",
        "--no-page",
        "--port",
        "0",
        "--json",
        "--faults",
        faults,
    ];
    let mut child = spawn(&words, &[]);
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).await.unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let origin = said["origin"].as_str().unwrap();
    let token = said["url"]
        .as_str()
        .unwrap()
        .split("token=")
        .nth(1)
        .unwrap();
    let address = origin.strip_prefix("http://").unwrap().parse().unwrap();
    let upstream = said["upstreams"][0].as_str().unwrap().replace("://", "/");
    let head = format!(
        "GET /relay/{upstream}/management/logs HTTP/1.1\nhost: {address}\nx-windrow-token: {token}"
    );
    let first = ask(address, &head, "").await;
    assert_eq!((first.status, first.text().as_str()), (503, "<p>down</p>"));
    assert_eq!(ask(address, &head, "").await.status, 200);
}

#[tokio::test]
async fn a_script_with_a_slip_is_refused_with_its_place_and_what_is_right() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("faults.json");
    let path = file.to_str().unwrap();
    for (script, words) in [
        (r#"{"faults": [{"fault": "cut_bodi"}]}"#, "`cut_body`"),
        (
            r#"{"faults": [{"fault": "reset"}, {"nth": 0, "fault": "reset"}]}"#,
            "rule 2",
        ),
        ("{\"faults\":\n[{]}", "line 2"),
    ] {
        std::fs::write(&file, script).unwrap();
        for command in [&["stand-in"][..], &["serve", "--demo", "--no-page"]] {
            let words_of = [command, &["--port", "0", "--faults", path]].concat();
            let ended = windrow(&words_of, &[]).await;
            assert_eq!(ended.code, 2, "{script}");
            assert!(
                ended.stderr.contains(words) && ended.stderr.contains(path),
                "{}",
                ended.stderr
            );
            assert!(
                ended.stderr.contains("the runbook lists every fault"),
                "{}",
                ended.stderr
            );
        }
    }
    let missing = windrow(&["stand-in", "--faults", "/nowhere/faults.json"], &[]).await;
    assert!(missing.code != 0 && missing.stderr.contains("/nowhere/faults.json"));
    let nobody = windrow(
        &["serve", "--no-page", "--port", "0", "--faults", path],
        &[],
    )
    .await;
    assert_eq!(nobody.code, 2);
    assert!(nobody.stderr.contains("--demo"), "{}", nobody.stderr);
}
