//! `--output` and what its path names, from a shell.

use crate::program::Ended;
use crate::scene::{KEY, Scene};
use std::fs;
use tokio::process::Command;

/// Runs a fetch of ten rows by way of bash, with `more` behind it.
async fn shell(scene: &Scene, more: &str) -> Ended {
    let origin = scene.running.origin();
    let line = format!(
        "$WINDROW fetch --base-url {origin} --from 1767225600000 --to 1767225610000 {more}"
    );
    let mut command = Command::new("bash");
    command
        .args(["-c", &line])
        .current_dir(scene.dir.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("WINDROW", env!("CARGO_BIN_EXE_windrow"))
        .env("RAPID7_API_KEY", KEY)
        .env("RAPID7_LOG_KEY", &scene.log);
    Ended::of(command.output().await.unwrap())
}

fn is_rows(text: &str) -> bool {
    text.lines().count() == 10 && text.lines().all(|line| line.contains("\"message\":\"2026"))
}

#[tokio::test]
async fn rows_on_standard_output_stand_there_alone_under_every_name_of_it() {
    let scene = Scene::new().await;
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let ended = shell(&scene, &format!("--output {name}")).await;
        assert_eq!(ended.code, 0, "{name}: {}", ended.stderr);
        assert!(is_rows(&ended.stdout), "{name}: {}", ended.stdout);
        assert!(ended.stderr.contains("rows in"), "{name}: {}", ended.stderr);
        let ended = shell(&scene, &format!("--json --output {name}")).await;
        assert!(is_rows(&ended.stdout), "{name}: {}", ended.stdout);
        let receipt: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
        assert_eq!(receipt["output_file"], name);
    }
    assert!(!scene.path("-").exists());
}

#[tokio::test]
async fn a_file_that_the_shell_opened_is_written_where_it_stands() {
    let scene = Scene::new().await;
    let ended = shell(&scene, "--output /dev/stdout >> kept").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let ended = shell(&scene, "--output /dev/stdout >> kept").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let kept = fs::read_to_string(scene.path("kept")).unwrap();
    assert_eq!(kept.lines().count(), 20);
}

#[tokio::test]
async fn a_program_reads_the_rows_by_process_substitution() {
    let scene = Scene::new().await;
    let ended = shell(&scene, "--output >(cat > rows) > /dev/null && wait $!").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(is_rows(&fs::read_to_string(scene.path("rows")).unwrap()));
    // One that reads no further is no failure.
    let ended = shell(&scene, "--output >(true) > /dev/null").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[tokio::test]
async fn a_device_takes_rows_and_stays_a_device() {
    let scene = Scene::new().await;
    let ended = shell(&scene, "--output /dev/null").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let ended = shell(&scene, "--output /dev/full").await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("/dev/full cannot be written"),
        "{}",
        ended.stderr
    );
}
