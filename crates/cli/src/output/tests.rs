//! What `--output` does to what its path names.

use super::*;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

async fn written(path: &Path, text: &str) -> Result<(), CliError> {
    let mut output = Output::open(path, &CancellationToken::new())
        .await?
        .unwrap();
    output.write_all(text.as_bytes()).unwrap();
    output.finish()
}

#[tokio::test]
async fn a_file_that_is_not_finished_leaves_nothing_and_the_old_one_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("rows.ndjson");
    fs::write(&place, "old").unwrap();
    let mut file = WholeFile::create(&place).unwrap();
    file.write_all(b"half").unwrap();
    drop(file);
    assert_eq!(names(dir.path()), ["rows.ndjson"]);
    assert_eq!(fs::read(&place).unwrap(), b"old");
}

#[tokio::test]
async fn a_finished_file_is_whole_and_alone() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("rows.ndjson");
    written(&place, "whole").await.unwrap();
    assert_eq!(names(dir.path()), ["rows.ndjson"]);
    assert_eq!(fs::read(&place).unwrap(), b"whole");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_known_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let circle = dir.path().join("circle");
    symlink("circle", &circle).unwrap();
    for place in [dir.path(), &dir.path().join("no/such/dir"), &circle] {
        let opened = Output::open(place, &CancellationToken::new()).await;
        assert!(opened.is_err(), "{place:?}");
    }
}

#[tokio::test]
async fn a_link_stays_and_what_it_names_is_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("real")).unwrap();
    let (link, chain) = (dir.path().join("link"), dir.path().join("chain"));
    symlink("real/rows.ndjson", &link).unwrap();
    symlink(&link, &chain).unwrap();
    for text in ["new", "newer"] {
        written(&chain, text).await.unwrap();
        assert!(chain.is_symlink() && link.is_symlink());
        let real = dir.path().join("real");
        assert_eq!(names(&real), ["rows.ndjson"]);
        assert_eq!(fs::read_to_string(real.join("rows.ndjson")).unwrap(), text);
    }
    assert_eq!(names(dir.path()), ["chain", "link", "real"]);
}

#[tokio::test]
async fn the_mode_of_an_earlier_file_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("rows.ndjson");
    fs::write(&place, "old").unwrap();
    for kept in [0o600, 0o640, 0o664] {
        fs::set_permissions(&place, fs::Permissions::from_mode(kept)).unwrap();
        written(&place, "new").await.unwrap();
        assert_eq!(mode(&place), kept);
    }
    // A new one has the mode that the system gives to files.
    let (ordinary, new) = (dir.path().join("ordinary"), dir.path().join("new"));
    fs::write(&ordinary, "").unwrap();
    written(&new, "").await.unwrap();
    assert_eq!(mode(&new), mode(&ordinary));
}

#[tokio::test]
async fn a_device_and_a_pipe_are_written_in_place() {
    let dir = tempfile::tempdir().unwrap();
    let null = dir.path().join("null");
    symlink("/dev/null", &null).unwrap();
    written(&null, "gone").await.unwrap();
    assert!(null.is_symlink());
    let found = fs::metadata("/dev/null").unwrap().file_type();
    assert!(found.is_char_device());

    let pipe = dir.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let reading = tokio::task::spawn_blocking({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    written(&pipe, "rows").await.unwrap();
    assert_eq!(reading.await.unwrap(), "rows");
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(names(dir.path()), ["null", "pipe"]);
}

#[tokio::test]
async fn a_pipe_that_nobody_reads_is_waited_for_only_until_it_is_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert!(Output::open(&pipe, &cancel).await.unwrap().is_none());
    // Lets the thread that waits for a reader go.
    drop(fs::OpenOptions::new().read(true).write(true).open(&pipe));
}

#[test]
fn names_of_descriptors_are_the_descriptors_also_behind_links() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("link");
    symlink("/proc/self/fd/1", &link).unwrap();
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        assert_eq!(
            Target::of(Path::new(name)).unwrap(),
            Target::Stdout,
            "{name}"
        );
    }
    assert_eq!(Target::of(&link).unwrap(), Target::Stdout);
    assert_eq!(
        Target::of(Path::new("/dev/stderr")).unwrap(),
        Target::Stderr
    );
    let other = Target::of(Path::new("/dev/fd/63")).unwrap();
    assert_eq!(other, Target::Stream("/dev/fd/63".into()));
}

#[tokio::test]
async fn drafts_that_killed_runs_left_are_swept_and_those_under_way_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let left = dir.path().join(".windrow-dead00.draft");
    fs::write(&left, "half").unwrap();
    fs::write(dir.path().join(".windrow-notes"), "mine").unwrap();
    let other = WholeFile::create(&dir.path().join("other")).unwrap();
    assert!(!left.exists());
    written(&dir.path().join("rows"), "all").await.unwrap();
    other.finish().unwrap();
    assert_eq!(names(dir.path()), [".windrow-notes", "other", "rows"]);
}

#[tokio::test]
async fn the_longest_name_that_a_system_takes_can_be_given() {
    let dir = tempfile::tempdir().unwrap();
    let name = "n".repeat(255);
    written(&dir.path().join(&name), "all").await.unwrap();
    assert_eq!(names(dir.path()), [name]);
}
