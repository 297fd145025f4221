//! Limits of the system that a write runs into.

use crate::program::Ended;
use crate::scene::{KEY, Scene};
use std::fs;
use tokio::process::Command;

/// Runs a fetch of the whole log under a limit on the size of files, in kilobytes.
async fn limited(scene: &Scene, kilobytes: u32, more: &str) -> Ended {
    let origin = scene.running.origin();
    let line = format!(
        "ulimit -f {kilobytes}; exec $WINDROW fetch --base-url {origin} --cache-dir cache --compression none \
         --from 1767225600000 --to 1767226800000 {more}"
    );
    let mut command = Command::new("bash");
    command
        .args(["-c", &line])
        .current_dir(scene.dir.path())
        .env_clear()
        .env("WINDROW", env!("CARGO_BIN_EXE_windrow"))
        .env("RAPID7_API_KEY", KEY)
        .env("RAPID7_LOG_KEY", &scene.log);
    let output = command.output().await.unwrap();
    assert!(output.status.code().is_some(), "{:?}", output.status);
    Ended::of(output)
}

fn files(dir: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    found
}

#[tokio::test]
async fn a_limit_on_the_size_of_files_fails_a_part_like_a_full_disk() {
    let scene = Scene::new().await;
    let ended = limited(&scene, 8, "").await;
    assert_eq!(ended.code, 1, "{} {}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("ulimit -f"), "{}", ended.stdout);
    let left = files(&scene.path("cache"));
    assert!(left.iter().all(|name| !name.contains('#')), "{left:?}");
    let whole = scene.fetch(0, 1_200, &[]).await;
    assert_eq!(whole["rows_processed"], 1_200);
}

#[tokio::test]
async fn a_limit_on_the_size_of_files_fails_an_output_and_leaves_no_draft() {
    let scene = Scene::new().await;
    scene.fetch(0, 1_200, &[]).await;
    let ended = limited(&scene, 8, "--output rows.ndjson").await;
    assert_eq!(ended.code, 1, "{} {}", ended.stdout, ended.stderr);
    assert!(
        ended.stderr.contains("rows.ndjson cannot be written"),
        "{}",
        ended.stderr
    );
    assert_eq!(fs::read_dir(scene.dir.path()).unwrap().count(), 1);
}
