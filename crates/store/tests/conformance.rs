//! Every native store keeps the contract of the port.

use bytes::Bytes;
use object_store::memory::InMemory;
use std::fs;
use std::sync::Arc;
use windrow_store::conformance::run;
use windrow_store::disk::{Fate, Fault, RemnantState};
use windrow_store::{BlobStore, BlobWriter, MemoryStore, NativeStore, SimulatedDisk, StoreError};

#[tokio::test(start_paused = true)]
async fn memory_keeps_the_contract() {
    assert!(run(&MemoryStore::new()).await.unwrap() > 20);
}

#[tokio::test(start_paused = true)]
async fn a_simulated_disk_without_faults_keeps_the_contract() {
    for disk in [
        SimulatedDisk::partial_writes(),
        SimulatedDisk::atomic_writes(),
    ] {
        run(&disk).await.unwrap();
        disk.set_write_bytes(Some(1000));
        disk.take_turns();
        run(&disk).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_directory_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("not made yet");
    run(&NativeStore::directory(&root)).await.unwrap();
    let left: Vec<_> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["conformance"], "only the directories of locks stay");
}

#[tokio::test(start_paused = true)]
async fn a_directory_keeps_the_contract_with_uploads_in_pieces() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path()).with_buffer_bytes(1000);
    run(&store).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_object_store_keeps_the_contract() {
    let store = NativeStore::from_object_store(Arc::new(InMemory::new()), "memory objects");
    run(&store).await.unwrap();
    let store = NativeStore::from_object_store(Arc::new(InMemory::new()), "other objects");
    run(&store.with_buffer_bytes(1000)).await.unwrap();
}

/// Without a runtime everything works but the waiting.
#[test]
fn a_directory_works_without_a_runtime() {
    let dir = tempfile::tempdir().unwrap();
    let store = NativeStore::directory(dir.path());
    futures_executor::block_on(run(&store)).unwrap();
}

/// A store that forgets the last byte, to see that the suite sees it.
struct Forgetful(MemoryStore);

struct ForgetfulWriter(windrow_store::memory::MemoryWriter);

impl BlobStore for Forgetful {
    type Writer = ForgetfulWriter;
    type Lock = ();

    fn location(&self) -> String {
        self.0.location()
    }

    fn leaves_partial_writes(&self) -> bool {
        false
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<windrow_store::BlobInfo>, StoreError> {
        self.0.list(prefix).await
    }

    async fn read(&self, path: &str, range: std::ops::Range<u64>) -> Result<Bytes, StoreError> {
        self.0.read(path, range).await
    }

    async fn create(&self, path: &str) -> Result<ForgetfulWriter, StoreError> {
        Ok(ForgetfulWriter(self.0.create(path).await?))
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.0.replace(path, bytes).await
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        self.0.remove(path).await
    }

    async fn lock(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

impl BlobWriter for ForgetfulWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.0
            .append(bytes.slice(..bytes.len().saturating_sub(1)))
            .await
    }

    async fn finish(self) -> Result<u64, StoreError> {
        self.0.finish().await
    }

    async fn abandon(self) {}
}

#[tokio::test]
async fn a_breach_is_named() {
    let breaches = run(&Forgetful(MemoryStore::new())).await.unwrap_err();
    let said = breaches.to_string();
    for case in [
        "a_finished_blob_is_whole",
        "a_lock_excludes_until_it_is_dropped",
    ] {
        assert!(said.contains(case), "{said}");
    }
    assert!(
        !said.contains("removing_what_is_not_there_succeeds"),
        "{said}"
    );
}

const PATH: &str = "logs/a/part";

async fn begun(disk: &SimulatedDisk) -> Result<windrow_store::disk::DiskWriter, StoreError> {
    let mut writer = disk.create(PATH).await?;
    writer.append(Bytes::from_static(b"0123456789")).await?;
    Ok(writer)
}

#[tokio::test]
async fn a_fault_comes_once_and_when_it_was_told_to() {
    let disk = SimulatedDisk::partial_writes();
    let denied = StoreError::Denied {
        path: "b".into(),
        reason: "told to".into(),
    };
    disk.fail(2, Fault::Fails(denied));
    assert!(disk.create("a").await.is_ok());
    assert!(matches!(
        disk.create("b").await,
        Err(StoreError::Denied { .. })
    ));
    assert!(disk.create("b").await.is_ok());
    assert_eq!(disk.history().len(), 3);
}

#[tokio::test]
async fn a_short_write_is_continued_and_one_that_takes_nothing_is_an_error() {
    let disk = SimulatedDisk::partial_writes();
    disk.set_write_bytes(Some(3));
    begun(&disk).await.unwrap().finish().await.unwrap();
    assert_eq!(&disk.bytes(PATH).unwrap()[..], b"0123456789");

    let disk = SimulatedDisk::partial_writes();
    let mut writer = begun(&disk).await.unwrap();
    disk.fail(1, Fault::Lies);
    let refused = writer.append(Bytes::from_static(b"more")).await;
    assert!(matches!(refused, Err(StoreError::Full { .. })));
    writer.abandon().await;
    assert!(disk.paths().is_empty());
}

#[tokio::test]
async fn a_flush_that_fails_or_a_size_that_differs_gives_the_blob_up() {
    // 1 is the flush, 2 the size.
    for nth in [1, 2] {
        let disk = SimulatedDisk::partial_writes();
        let writer = begun(&disk).await.unwrap();
        disk.fail(nth, Fault::Lies);
        assert!(matches!(writer.finish().await, Err(StoreError::Io { .. })));
        assert!(disk.paths().is_empty());
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_what_is_removed_is_free_again() {
    let disk = SimulatedDisk::partial_writes();
    begun(&disk).await.unwrap().finish().await.unwrap();
    disk.set_space_bytes(Some(14));
    let mut writer = disk.create("other").await.unwrap();
    let full = writer.append(Bytes::from_static(b"0123456789")).await;
    assert!(matches!(full, Err(StoreError::Full { .. })));
    writer.abandon().await;
    disk.remove(PATH).await.unwrap();
    begun(&disk).await.unwrap().finish().await.unwrap();
}

#[tokio::test]
async fn a_stop_leaves_any_prefix_and_ends_everything_until_the_restart() {
    for arrives in 0..=6 {
        let disk = SimulatedDisk::partial_writes();
        let mut writer = begun(&disk).await.unwrap();
        disk.stop_after(0, arrives);
        assert!(writer.append(Bytes::from_static(b"abcdef")).await.is_err());
        assert!(writer.append(Bytes::from_static(b"later")).await.is_err());
        assert!(disk.list("").await.is_err() && disk.is_stopped());
        disk.restart();
        assert!(writer.append(Bytes::from_static(b"later")).await.is_err());
        drop(writer);
        let left = disk.bytes(PATH).unwrap();
        assert_eq!(left, b"0123456789abcdef"[..10 + arrives as usize]);
    }
    let disk = SimulatedDisk::atomic_writes();
    let writer = begun(&disk).await.unwrap();
    disk.stop_after(0, 0);
    assert!(writer.finish().await.is_err());
    disk.restart();
    assert!(disk.paths().is_empty());
}

#[tokio::test]
async fn a_power_cut_leaves_of_each_file_what_was_chosen() {
    let disk = SimulatedDisk::partial_writes();
    for path in ["kept", "flipped", "removed", "zeroed"] {
        disk.plant(path, *b"0123");
    }
    disk.remove("removed").await.unwrap();
    let writer = begun(&disk).await.unwrap();
    let chosen = disk.cut_power(|remnant| match remnant.path.as_str() {
        PATH => Fate::Cut(4),
        "flipped" => Fate::Flipped { at: 1, mask: 1 },
        "zeroed" => Fate::Zeroed(1..3),
        _ => Fate::Kept,
    });
    drop(writer);
    assert_eq!(chosen.len(), 5);
    let state = |path: &str| {
        let found = chosen.iter().find(|(remnant, _)| remnant.path == path);
        found.unwrap().0.state
    };
    assert_eq!(state(PATH), RemnantState::Unsynced);
    assert_eq!(state("kept"), RemnantState::Synced);
    assert_eq!(state("removed"), RemnantState::Removed);
    assert_eq!(&disk.bytes(PATH).unwrap()[..], b"0123");
    assert_eq!(&disk.bytes("flipped").unwrap()[..], b"0023");
    assert_eq!(&disk.bytes("zeroed").unwrap()[..], b"0\x00\x003");
    assert_eq!(&disk.bytes("removed").unwrap()[..], b"0123");
}
