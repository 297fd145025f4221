//! Ctrl-C: a run keeps what is proven and says so, a server ends at once.

use crate::program::spawn;
use crate::raw_http::ask;
use serde_json::Value;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::sync::mpsc::unbounded_channel;
use windrow_stand_in::{FaultScript, RequestKind, StandIn, Zone};

const KEY: &str = "the-right-key";
/// 2026-01-01T00:00:00Z.
const START_MS: i64 = 1_767_225_600_000;

pub(crate) fn interrupt(child: &Child) {
    let id = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
}

/// Waits until a server that prints nothing takes connections.
pub(crate) async fn until_served(address: SocketAddr, child: &mut Child) {
    while TcpStream::connect(address).await.is_err() {
        assert_eq!(child.try_wait().unwrap(), None, "it has ended");
        tokio::task::yield_now().await;
    }
}

/// The first line that a server prints: its JSON.
async fn ready(child: &mut Child) -> Value {
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).await.unwrap();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn a_fetch_that_is_interrupted_keeps_what_is_proven_and_the_next_one_completes_it() {
    let lines: String = (0..600)
        .map(|second| {
            format!(
                "2026-01-01 00:{:02}:{:02} line {second}\n",
                second / 60,
                second % 60
            )
        })
        .collect();
    let hang =
        FaultScript::parse(r#"{"faults": [{"page": 3, "fault": {"delay": {"ms": 3600000}}}]}"#)
            .unwrap();
    let (told, mut records) = unbounded_channel();
    let stand_in = || {
        let builder = StandIn::builder().api_key(KEY).polls(None);
        let zone = Zone::parse("UTC").unwrap();
        builder
            .replay_bytes("a.log", lines.as_bytes(), &zone)
            .unwrap()
    };
    let hanging = stand_in().faults(hang).on_request(move |record| {
        let _ = told.send(record.clone());
    });
    let hanging = hanging.build().start().await.unwrap();
    let sound = stand_in().build().start().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let (from, to) = (START_MS.to_string(), (START_MS + 600_000).to_string());
    let log = hanging.logs()[0].key.clone();
    let fetch = |origin: &str| {
        let words = [
            "fetch",
            "--json",
            "--log",
            &log,
            "--from",
            &from,
            "--to",
            &to,
            "--base-url",
            origin,
            "--cache-dir",
            cache.to_str().unwrap(),
            "--per-page",
            "100",
            "--flush-rows",
            "50",
        ];
        spawn(&words, &[("RAPID7_API_KEY", KEY)])
    };

    let child = fetch(hanging.origin());
    // Its second page is answered; the third will not be.
    while let Some(record) = records.recv().await {
        if record.kind == RequestKind::Page && record.page == Some(2) {
            break;
        }
    }
    interrupt(&child);
    let ended = child.wait_with_output().await.unwrap();
    let receipt: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(130));
    assert_eq!(receipt["cancelled"], true);
    let kept = receipt["rows_processed"].as_u64().unwrap();
    assert!((50..600).contains(&kept), "{receipt}");

    let ended = fetch(sound.origin()).wait_with_output().await.unwrap();
    let receipt: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(receipt["decision"], "partial");
    assert_eq!(receipt["rows_processed"], 600);
    assert_eq!(receipt["rows_written"].as_u64().unwrap(), 600 - kept);
}

#[tokio::test]
async fn the_demo_serves_its_logs_without_showing_its_key_and_ends_at_once() {
    let words = ["serve", "--demo", "--no-page", "--port", "0", "--json"];
    let mut child = spawn(&words, &[]);
    let said = ready(&mut child).await;
    let origin = said["origin"].as_str().unwrap();
    let url = said["url"].as_str().unwrap();
    let token = url.strip_prefix(&format!("{origin}/#token=")).unwrap();
    let address = origin.strip_prefix("http://").unwrap().parse().unwrap();
    let upstream = said["upstreams"][0].as_str().unwrap().replace("://", "/");
    let head = format!(
        "GET /relay/{upstream}/management/logs HTTP/1.1\nhost: {address}\nx-windrow-token: {token}"
    );
    let answer = ask(address, &head, "").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let name = said["stand_in"]["logs"][0]["name"].as_str().unwrap();
    assert!(answer.text().contains(name));
    assert!(answer.header("date").is_some(), "the stand-in's own");
    assert_eq!(said["stand_in"]["api_key"], Value::Null);
    interrupt(&child);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_stand_in_says_where_it_is_and_writes_down_every_request_before_it_answers() {
    let dir = tempfile::tempdir().unwrap();
    let requests = dir.path().join("requests.ndjson");
    let words = [
        "stand-in",
        "--json",
        "--seed",
        "7",
        "--requests-to",
        requests.to_str().unwrap(),
    ];
    let mut child = spawn(&words, &[]);
    let said = ready(&mut child).await;
    let address = said["base_url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let key = said["api_key"].as_str().unwrap();
    let head = format!("GET /management/logs HTTP/1.1\nhost: {address}\nx-api-key: {key}");
    let answer = ask(address, &head, "").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .text()
            .contains(said["logs"][0]["id"].as_str().unwrap())
    );
    let written = std::fs::read_to_string(&requests).unwrap();
    let record: Value = serde_json::from_str(written.trim_end()).unwrap();
    assert_eq!(
        (&record["kind"], &record["status"]),
        (&"logs".into(), &200.into())
    );
    interrupt(&child);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_browser_is_opened_by_a_file_that_holds_the_address_and_a_person_is_told_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let (opener, seen) = (dir.path().join("xdg-open"), dir.path().join("seen"));
    let script = format!(
        "#!/bin/sh\ncat \"$1\" > {0}.part; echo \"$1\" > {0}.path; mv {0}.part {0}; exit 4\n",
        seen.display()
    );
    std::fs::write(&opener, script).unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let words = [
        "serve",
        "--demo",
        "--no-page",
        "--port",
        "0",
        "--json",
        "--open",
    ];
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let mut child = spawn(&words, &[("PATH", &path)]);
    let said = ready(&mut child).await;
    let url = said["url"].as_str().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    assert!(
        first.contains("if it shows no page, open the address above"),
        "{first}"
    );
    // The program that was to open it has failed.
    let second = lines.next_line().await.unwrap().unwrap();
    assert!(second.contains(&format!("open {url}")), "{second}");
    assert!(std::fs::read_to_string(&seen).unwrap().contains(url));
    let opened = std::fs::read_to_string(dir.path().join("seen.path")).unwrap();
    let opened = std::path::Path::new(opened.trim());
    assert_eq!(
        std::fs::metadata(opened).unwrap().permissions().mode() & 0o077,
        0
    );
    interrupt(&child);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    assert!(!opened.exists());
}

#[tokio::test]
async fn without_a_program_that_opens_a_browser_the_address_is_said() {
    let words = [
        "serve",
        "--demo",
        "--no-page",
        "--port",
        "0",
        "--json",
        "--open",
    ];
    let mut child = spawn(&words, &[("PATH", "/nonexistent")]);
    let said = ready(&mut child).await;
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    assert!(
        line.contains(&format!("open {}", said["url"].as_str().unwrap())),
        "{line}"
    );
    interrupt(&child);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}
