//! Standard output and standard error that take nothing: a message never ends a run, a lost output has an exit code.

use crate::program::{Ended, program};
use crate::scene::{KEY, Scene};
use crate::stopped::{interrupt, until_served};
use std::fs::{self, OpenOptions};
use std::process::Stdio;

/// What a stream of the program leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    /// Read to its end.
    Read,
    /// A full disk.
    Full,
    /// A pipe whose reader has gone.
    Gone,
}

impl Sink {
    fn stream(self) -> Stdio {
        match self {
            Self::Read => Stdio::piped(),
            Self::Full => OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap()
                .into(),
            Self::Gone => std::io::pipe().unwrap().1.into(),
        }
    }
}

async fn run(scene: &Scene, words: &[&str], stdout: Sink, stderr: Sink) -> Ended {
    let cache = scene.path("cache");
    let mut command = program(words, &[("RAPID7_API_KEY", KEY)]);
    command
        .env("RAPID7_LOG_KEY", &scene.log)
        .env("LOG_INGESTION_CACHE_DIR", cache)
        .stdout(stdout.stream())
        .stderr(stderr.stream());
    // `output` would read both streams, whatever they lead to.
    let child = command.spawn().unwrap();
    Ended::of(child.wait_with_output().await.unwrap())
}

fn over<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let window = ["--from", "1767225600000", "--to", "1767225610000"];
    [&[command], &window[..], more].concat()
}

#[tokio::test]
async fn a_message_that_cannot_be_written_ends_no_command() {
    let scene = Scene::new().await;
    let base = ["--base-url", scene.running.origin()];
    let wide = ["rows", "--from", "1767225590000", "--to", "1767225610000"];
    let commands = [
        (over("plan", &[]), 0),
        (over("fetch", &base), 0),
        (over("fetch", &[&base[..], &["--json"]].concat()), 0),
        (
            over("fetch", &[&base[..], &["--bypass", "--events"]].concat()),
            0,
        ),
        (wide.to_vec(), 0),
        (over("summary", &[]), 0),
        (vec!["segments"], 0),
        (vec!["verify"], 0),
        (vec!["verify", "--json"], 0),
        ([&["logs"], &base[..]].concat(), 0),
        (vec!["delete"], 2),
        (vec!["delete", "--yes"], 0),
        (vec!["fetch"], 2),
        (vec!["--help"], 0),
    ];
    for sink in [Sink::Full, Sink::Gone] {
        for (words, code) in &commands {
            let ended = run(&scene, words, Sink::Read, sink).await;
            assert_eq!(ended.code, *code, "{sink:?} {words:?} {}", ended.stdout);
        }
    }
}

#[tokio::test]
async fn a_fetch_keeps_its_rows_and_its_output_though_nothing_can_be_said() {
    let scene = Scene::new().await;
    fs::create_dir(scene.path("out")).unwrap();
    let output = scene.path("out/rows.ndjson");
    let more = [
        "--base-url",
        scene.running.origin(),
        "--output",
        output.to_str().unwrap(),
    ];
    let ended = run(&scene, &over("fetch", &more), Sink::Gone, Sink::Full).await;
    assert_eq!(ended.code, 0);
    assert_eq!(fs::read_to_string(&output).unwrap().lines().count(), 10);
    assert_eq!(fs::read_dir(scene.path("out")).unwrap().count(), 2);
    assert_eq!(
        scene.over("rows", 0, 10, &[]).await.stdout.lines().count(),
        10
    );
}

#[tokio::test]
async fn an_output_that_is_lost_to_a_full_disk_is_a_failure_and_a_reader_that_has_gone_is_none() {
    let scene = Scene::new().await;
    scene.fetch(0, 10, &[]).await;
    for words in [
        over("rows", &[]),
        over("summary", &["--json"]),
        over("plan", &[]),
        vec!["verify"],
        vec!["--help"],
    ] {
        let ended = run(&scene, &words, Sink::Full, Sink::Read).await;
        assert_eq!(ended.code, 1, "{words:?} {}", ended.stderr);
        let ended = run(&scene, &words, Sink::Gone, Sink::Read).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{words:?}");
    }
}

#[tokio::test]
async fn the_exit_code_is_that_of_the_run_though_nobody_reads_its_output() {
    let scene = Scene::new().await;
    scene.fetch(0, 10, &[]).await;
    let stray = format!("cache/logs/{}/stray", scene.log);
    fs::write(scene.path(&stray), "").unwrap();
    let ended = run(&scene, &["verify"], Sink::Gone, Sink::Gone).await;
    assert_eq!(ended.code, 5);
}

#[tokio::test]
async fn a_server_serves_though_its_address_cannot_be_printed() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let port = address.port().to_string();
    for words in [
        &["stand-in", "--port", &port][..],
        &["serve", "--demo", "--no-page", "--port", &port],
    ] {
        for sink in [Sink::Full, Sink::Gone] {
            let mut command = program(words, &[]);
            command.stdout(sink.stream()).stderr(sink.stream());
            let mut child = command.spawn().unwrap();
            until_served(address, &mut child).await;
            interrupt(&child);
            assert_eq!(child.wait().await.unwrap().code(), Some(0), "{words:?}");
        }
    }
}

#[tokio::test]
async fn events_that_cannot_be_written_end_no_run() {
    let scene = Scene::new().await;
    let more = [
        "--base-url",
        scene.running.origin(),
        "--events",
        "/dev/full",
    ];
    let ended = run(&scene, &over("fetch", &more), Sink::Read, Sink::Read).await;
    assert_eq!(ended.code, 0);
    assert!(
        ended.stderr.contains("some events are lost"),
        "{}",
        ended.stderr
    );
}
