//! Every native store keeps the contract of the port.

use bytes::Bytes;
use object_store::memory::InMemory;
use std::fs;
use std::sync::Arc;
use windrow_store::conformance::run;
use windrow_store::faulty::{FaultyStore, Operation};
use windrow_store::{BlobStore, BlobWriter, MemoryStore, NativeStore, StoreError};

#[tokio::test(start_paused = true)]
async fn memory_keeps_the_contract() {
    assert!(run(&MemoryStore::new()).await.unwrap() > 20);
}

#[tokio::test(start_paused = true)]
async fn a_faulty_store_without_faults_keeps_the_contract() {
    run(&FaultyStore::new(MemoryStore::new())).await.unwrap();
    run(&FaultyStore::new(MemoryStore::new()).tearing())
        .await
        .unwrap();
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

    fn tears(&self) -> bool {
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

#[tokio::test]
async fn faults_come_when_they_were_told_to() {
    let store = FaultyStore::new(MemoryStore::new()).tearing();
    let denied = StoreError::Denied {
        path: "b".into(),
        reason: "told to".into(),
    };
    store.fail(Operation::Create, 2, denied);
    let mut writer = store.create("a").await.unwrap();
    assert!(matches!(
        store.create("b").await,
        Err(StoreError::Denied { .. })
    ));
    assert!(store.create("b").await.is_ok());

    writer
        .append(Bytes::from_static(b"0123456789"))
        .await
        .unwrap();
    store.set_space_bytes(Some(5));
    let full = writer.append(Bytes::from_static(b"0123456789")).await;
    assert!(matches!(full, Err(StoreError::Full { .. })));
    writer.abandon().await;
    store.set_space_bytes(None);
    assert_eq!(store.inner().byte_size(), 0);
    assert_eq!(store.count(Operation::Create), 3);
}

#[tokio::test]
async fn a_death_leaves_a_prefix_and_stops_everything() {
    for tears in [false, true] {
        let store = FaultyStore::new(MemoryStore::new());
        let store = if tears { store.tearing() } else { store };
        let mut writer = store.create("a").await.unwrap();
        store.die_after(1);
        writer.append(Bytes::from_static(b"0123")).await.unwrap();
        assert!(writer.append(Bytes::from_static(b"456789")).await.is_err());
        assert!(writer.append(Bytes::from_static(b"later")).await.is_err());
        assert!(store.list("").await.is_err() && store.is_dead());
        drop(writer);
        store.revive();
        let left = store.list("").await.unwrap();
        if tears {
            assert_eq!(left[0].size, 7);
            assert_eq!(store.read("a", 0..7).await.unwrap(), "0123456");
        } else {
            assert!(left.is_empty());
        }
    }
}

#[tokio::test]
async fn a_flipped_byte_is_read_flipped_wherever_the_read_starts() {
    let store = FaultyStore::new(MemoryStore::new());
    store.inner().put_raw("a", Bytes::from_static(&[0; 10]));
    store.flip("a", 4, 0x81);
    assert_eq!(store.read("a", 0..10).await.unwrap()[4], 0x81);
    assert_eq!(store.read("a", 4..5).await.unwrap()[0], 0x81);
    assert_eq!(store.read("a", 5..10).await.unwrap()[..], [0; 5]);
}
