//! A part that this user may not read.

use crate::program::Ended;
use crate::scene::{KEY, START_MS, Scene};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The number that systems give to a user without rights.
const NOBODY: &str = "65534";

/// Runs `windrow` as an ordinary user: root may read everything.
fn as_user(scene: &Scene, words: &[&str]) -> Ended {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = Command::new(env!("CARGO_BIN_EXE_windrow"));
    if is_root {
        let program = scene.path("windrow");
        if !program.exists() {
            // Where it was built, others may not look.
            fs::copy(env!("CARGO_BIN_EXE_windrow"), &program).unwrap();
        }
        command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
        command.arg(&program);
    }
    command.args(words);
    if words[0] != "verify" {
        let (from, to) = (START_MS.to_string(), (START_MS + 10_000).to_string());
        command.args(["--from", &from, "--to", &to]);
    }
    command
        .env("RAPID7_LOG_KEY", &scene.log)
        .env("RAPID7_API_KEY", KEY)
        .env("LOG_INGESTION_CACHE_DIR", scene.path("cache"));
    Ended::of(command.output().unwrap())
}

/// Lets everybody read and write what lies below `path`: a fetch tries both, and takes a lock.
fn open_to_all(path: &Path) {
    let found = fs::metadata(path).unwrap();
    let more = if found.is_dir() { 0o777 } else { 0o666 };
    let mode = found.permissions().mode() | more;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    if found.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            open_to_all(&entry.unwrap().path());
        }
    }
}

fn part(dir: &Path) -> Option<PathBuf> {
    fs::read_dir(dir).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => part(&path),
            false => (path.extension()? == "parquet").then_some(path),
        }
    })
}

#[tokio::test]
async fn a_part_that_this_user_may_not_read_is_named_with_the_reason_and_left_alone() {
    let scene = Scene::new().await;
    scene.fetch(0, 10, &[]).await;
    open_to_all(scene.dir.path());
    let part = part(&scene.path("cache")).unwrap();
    let bytes = fs::read(&part).unwrap();
    let origin = scene.running.origin();
    let asked = scene.running.requests().len();
    fs::set_permissions(&part, fs::Permissions::from_mode(0o000)).unwrap();
    for words in [
        &["rows"][..],
        &["summary"],
        &["fetch", "--base-url", origin],
        &["fetch", "--base-url", origin, "--repair"],
        &["verify"],
    ] {
        let ended = as_user(&scene, words);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.code, 5, "{words:?}: {said}");
        assert!(said.contains("cannot be opened"), "{words:?}: {said}");
        assert!(said.contains("ermission denied"), "{words:?}: {said}");
        for offer in ["damaged", "delete", "--repair", "--bypass"] {
            assert!(!said.contains(offer), "{words:?}: {said}");
        }
    }
    assert_eq!(scene.running.requests().len(), asked);
    fs::set_permissions(&part, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(fs::read(&part).unwrap(), bytes);
    let ended = as_user(&scene, &["rows"]);
    assert_eq!(ended.stdout.lines().count(), 10, "{}", ended.stderr);
    assert_eq!(as_user(&scene, &["verify"]).code, 0);
}
