//! What a store in a directory does with what it finds there.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use bytes::Bytes;
use std::fs;
use std::path::Path;
use windrow_store::{BlobStore, BlobWriter, NativeStore, StoreError, StoreErrorKind};

async fn put(store: &NativeStore, path: &str, bytes: &'static [u8]) -> Result<u64, StoreError> {
    let mut writer = store.create(path).await?;
    writer.append(Bytes::from_static(bytes)).await?;
    writer.finish().await
}

fn plant(root: &Path, path: &str) {
    let at = root.join(path);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, b"planted").unwrap();
}

async fn paths(store: &NativeStore) -> Vec<String> {
    let listed = store.list("").await.unwrap();
    listed.into_iter().map(|info| info.path).collect()
}

#[tokio::test]
async fn looking_at_a_cache_that_does_not_exist_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("deep/cache");
    let store = NativeStore::directory(&root);
    assert!(paths(&store).await.is_empty());
    assert!(matches!(
        store.read("a", 0..1).await,
        Err(StoreError::NotFound { .. })
    ));
    store.remove("a").await.unwrap();
    assert!(!dir.path().join("deep").exists());
    store.check_writable().await.unwrap();
    assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named_with_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, b"in the way").unwrap();
    for root in [file.clone(), file.join("below")] {
        let error = NativeStore::directory(&root)
            .check_writable()
            .await
            .unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
        assert!(
            said.contains(root.to_str().unwrap()) && error.kind() == StoreErrorKind::ChangePlace,
            "{said}"
        );
    }
    assert_eq!(fs::read(&file).unwrap(), b"in the way");
}

#[tokio::test]
async fn parts_lie_where_a_person_expects_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    let path = "logs/%2E%2E~0123456789abcdef/from=1/to=2/part-00000.parquet";
    put(&store, path, b"PAR1").await.unwrap();
    assert_eq!(fs::read(dir.path().join(path)).unwrap(), b"PAR1");
    store.remove(path).await.unwrap();
    assert!(!dir.path().join("logs").exists() && dir.path().exists());
}

#[tokio::test]
async fn files_of_others_are_listed_and_names_that_no_path_can_hold_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    for path in [
        "notes.txt",
        "logs/a/b\\c",
        "logs/a/line\nbreak",
        "logs/a/x#12",
        "logs/a/_lock",
    ] {
        plant(dir.path(), path);
    }
    put(&store, "logs/a/part", b"1").await.unwrap();
    assert_eq!(paths(&store).await, ["logs/a/part", "notes.txt"]);
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_and_never_round_and_round() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    plant(elsewhere.path(), "blob");
    std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("linked")).unwrap();
    std::os::unix::fs::symlink(dir.path(), dir.path().join("round")).unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("broken")).unwrap();
    let store = NativeStore::directory(dir.path());
    assert_eq!(paths(&store).await, ["linked/blob"]);
    assert_eq!(store.read("linked/blob", 0..7).await.unwrap(), "planted");
}

#[tokio::test]
async fn what_killed_uploads_left_is_swept_under_the_lock() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    let (mine, others) = (
        "logs/a/from=1/to=2/part-00000.parquet#1",
        "logs/b/part-00000.parquet#1",
    );
    let fresh = "logs/a/_summary-1-2.json#1";
    for path in [mine, others, fresh, "logs/a/from=1/to=2/part-00001.parquet"] {
        plant(dir.path(), path);
    }
    let lock = store.lock("logs/a").await.unwrap();
    assert!(!dir.path().join(mine).exists(), "it is swept");
    assert!(
        dir.path().join(others).exists(),
        "another dataset may be written now"
    );
    assert!(
        dir.path().join(fresh).exists(),
        "sidecars are written without the lock"
    );
    drop(lock);

    let hour_ago = fs::metadata(dir.path().join(fresh))
        .unwrap()
        .modified()
        .unwrap()
        - std::time::Duration::from_secs(3600);
    let file = fs::File::options()
        .write(true)
        .open(dir.path().join(fresh))
        .unwrap();
    file.set_modified(hour_ago).unwrap();
    drop(store.lock("logs/a").await.unwrap());
    assert!(!dir.path().join(fresh).exists(), "an old one is swept");
    assert_eq!(
        paths(&store).await,
        ["logs/a/from=1/to=2/part-00001.parquet"]
    );
}

#[tokio::test]
async fn an_upload_that_was_not_moved_to_its_place_and_directories_without_a_part_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    let part = "logs/a/from=3/to=4/part-00000.parquet";
    for path in [
        "logs/a/from=1/to=2/_upload-77-0-part-00000.parquet-",
        "logs/a/from=1/to=2/_upload-77-1-part-00001.parquet-#1",
        "logs/a/from=3/to=4/_upload-77-2-part-00001.parquet-",
        "logs/a/_upload-77-3-_edge-0000000000001-run-00000-",
        part,
    ] {
        plant(dir.path(), path);
    }
    fs::create_dir_all(dir.path().join("logs/a/from=3/to=5")).unwrap();
    fs::create_dir_all(dir.path().join("logs/a/of others")).unwrap();
    drop(store.lock("logs/a").await.unwrap());
    assert_eq!(paths(&store).await, [part]);
    let left = |path: &str| dir.path().join(path).exists();
    assert!(!left("logs/a/from=1") && !left("logs/a/from=3/to=5"));
    assert!(left("logs/a/of others"));
}

#[tokio::test]
async fn a_part_of_a_killed_upload_can_be_made_again() {
    let dir = tempfile::tempdir().unwrap();
    plant(dir.path(), "part#1");
    let store = NativeStore::directory(dir.path());
    put(&store, "part", b"whole").await.unwrap();
    assert_eq!(paths(&store).await, ["part"]);
    assert_eq!(store.read("part", 0..5).await.unwrap(), "whole");
}

#[tokio::test]
async fn of_two_uploads_in_pieces_one_succeeds_and_nothing_is_left_of_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path()).with_buffer_bytes(4);
    let mut first = store.create("a/part").await.unwrap();
    let mut second = store.create("a/part").await.unwrap();
    first
        .append(Bytes::from_static(b"first of two"))
        .await
        .unwrap();
    second
        .append(Bytes::from_static(b"second of two"))
        .await
        .unwrap();
    assert_eq!(first.finish().await.unwrap(), 12);
    assert!(matches!(
        second.finish().await,
        Err(StoreError::AlreadyExists { .. })
    ));
    let names: Vec<_> = fs::read_dir(dir.path().join("a"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["part"]);
    assert_eq!(store.read("a/part", 0..12).await.unwrap(), "first of two");
}

#[tokio::test(start_paused = true)]
async fn another_holder_of_the_lock_file_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    put(&store, "logs/a/part", b"1").await.unwrap();
    drop(store.lock("logs/a").await.unwrap());
    // A handle of its own stands for another process: the system locks by handle.
    let other = fs::File::open(dir.path().join("logs/a/_lock")).unwrap();
    other.lock().unwrap();
    let started = tokio::time::Instant::now();
    assert!(matches!(
        store.lock("logs/a").await,
        Err(StoreError::Locked { .. })
    ));
    let waited = started.elapsed().as_secs_f64();
    assert!((2.5..4.0).contains(&waited), "{waited}");

    let (lock, ()) = tokio::join!(store.lock("logs/a"), async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        other.unlock().unwrap();
    });
    assert!(lock.is_ok());
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_lock_goes_with_the_last_file_and_who_waited_for_it_locks_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    let lock = store.lock("logs/a").await.unwrap();
    let waiting = fs::File::open(dir.path().join("logs/a/_lock")).unwrap();
    drop(lock);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);

    // Another process that had opened the file that is gone locks that one.
    waiting.lock().unwrap();
    let lock = store.lock("logs/a").await.unwrap();
    put(&store, "logs/a/part", b"1").await.unwrap();
    drop(lock);
    assert!(dir.path().join("logs/a/_lock").exists());
    store.remove("logs/a/part").await.unwrap();
    drop(store.lock("logs/a").await.unwrap());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn two_handles_of_one_directory_share_its_locks() {
    let dir = tempfile::tempdir().unwrap();
    let lock = NativeStore::directory(dir.path())
        .lock("logs/a")
        .await
        .unwrap();
    let other = NativeStore::directory(dir.path().join("."));
    assert!(matches!(
        other.lock("logs/a").await,
        Err(StoreError::Locked { .. })
    ));
    drop(lock);
    assert!(other.lock("logs/a").await.is_ok());
}
