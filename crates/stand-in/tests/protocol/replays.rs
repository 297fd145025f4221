//! Real files.

use crate::client::{Client, NOON_MS};
use std::fmt::Write;
use std::io::Write as _;
use windrow_stand_in::Zone;

fn lines() -> String {
    (0..2_500).fold(String::new(), |mut text, at| {
        let _ = writeln!(
            text,
            "2026-11-23 0{}:{:02}:{:02} status installed pkg{at}:amd64 1.{at}",
            1 + at / 3_600,
            at / 60 % 60,
            at % 60
        );
        text
    })
}

#[tokio::test]
async fn a_file_is_served_line_by_line_with_its_own_times() {
    let mut file = tempfile::Builder::new()
        .prefix("dpkg")
        .suffix(".log")
        .tempfile()
        .unwrap();
    file.write_all(lines().as_bytes()).unwrap();
    let path = file.path().to_owned();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let zone = Zone::parse("+01:00").unwrap();
    let client = Client::open(|b| b.polls(None).replay(&path, &zone).unwrap()).await;
    let logs = client.server.logs();
    assert_eq!(logs.len(), 1);
    assert_eq!(logs[0].name, name);
    let found = logs[0].replayed.unwrap();
    assert_eq!(
        (found.lines, found.untimed_lines, found.lossy_lines),
        (2_500, 0, 0)
    );

    let whole = client.last(&name, 3 * 86_400_000, "&per_page=500");
    let pages = client.chain(&whole).await;
    assert_eq!(pages.len(), 5);
    let messages: Vec<_> = pages
        .iter()
        .flat_map(|p| p.events())
        .map(|e| e["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(messages, lines().lines().collect::<Vec<_>>());
    let first = pages[0].times()[0];
    assert_eq!(first, found.first_ms);
    assert_eq!(first, NOON_MS - 36 * 3_600_000);
    assert_eq!(client.count(&whole).await, 2_500);
}

#[tokio::test]
async fn many_lines_of_one_second_are_paged_without_loss() {
    let mut text = String::new();
    for at in 0..1_201 {
        let _ = writeln!(text, "Nov 23 05:36:12 host app[{at}]: line");
    }
    let client = Client::open(|b| {
        b.polls(None)
            .replay_bytes("app.log", text.as_bytes(), &Zone::UTC)
            .unwrap()
    })
    .await;
    let pages = client
        .chain(&client.last("app.log", 2 * 86_400_000, "&per_page=400"))
        .await;
    let sizes: Vec<_> = pages.iter().map(|p| p.events().len()).collect();
    assert_eq!(sizes, [400, 400, 400, 1]);
    let sequences: std::collections::BTreeSet<_> =
        pages.iter().flat_map(|p| p.sequences()).collect();
    assert_eq!(sequences.len(), 1_201);
}

#[tokio::test]
async fn two_files_of_one_name_are_two_logs() {
    let zone = Zone::UTC;
    let client = Client::open(|b| {
        b.replay_bytes("a.log", b"2026-11-23 05:36:12 x", &zone)
            .and_then(|b| b.replay_bytes("a.log", b"2026-11-23 05:36:13 y", &zone))
            .unwrap()
    })
    .await;
    let names: Vec<_> = client
        .server
        .logs()
        .into_iter()
        .map(|log| log.name)
        .collect();
    assert_eq!(names, ["a.log", "a.log-2"]);
}
