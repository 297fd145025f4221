//! The browser's private file system keeps the contract of the port, in a dedicated worker of a real browser.
#![cfg(target_arch = "wasm32")]

use bytes::Bytes;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use windrow_store::conformance::run;
use windrow_store::{BlobStore, BlobWriter, OpfsStore, StoreError};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

async fn opened(name: &str) -> OpfsStore {
    let store = OpfsStore::open(Some(name)).await.unwrap();
    for info in store.list("").await.unwrap() {
        store.remove(&info.path).await.unwrap();
    }
    store
}

#[wasm_bindgen_test]
async fn the_private_file_system_keeps_the_contract() {
    let store = opened("contract").await;
    if let Err(breaches) = run(&store).await {
        panic!("{breaches}");
    }
}

#[wasm_bindgen_test]
async fn a_dropped_writer_leaves_the_prefix_it_wrote() {
    let store = opened("torn").await;
    let mut writer = store.create("a/b").await.unwrap();
    writer.append(Bytes::from_static(b"0123")).await.unwrap();
    drop(writer);
    assert_eq!(store.read("a/b", 0..4).await.unwrap(), "0123");
    let again = store.create("a/b").await.map(drop);
    assert!(matches!(again, Err(StoreError::AlreadyExists { .. })));
    store.remove("a/b").await.unwrap();
    assert!(store.list("").await.unwrap().is_empty());
}

#[wasm_bindgen_test]
async fn stores_of_other_names_do_not_meet() {
    let (one, other) = (opened("one").await, opened("other").await);
    let _lock = one.lock("logs/a").await.unwrap();
    let _other_lock = other.lock("logs/a").await.unwrap();
    one.replace("_x", Bytes::from_static(b"1")).await.unwrap();
    assert!(other.list("").await.unwrap().is_empty());
}

#[wasm_bindgen_test]
async fn a_lock_asked_for_and_given_up_is_free() {
    let store = opened("given-up").await;
    {
        let mut asked = Box::pin(store.lock("logs/a"));
        let _ = futures_util::poll!(&mut asked);
    }
    drop(store.lock("logs/a").await.unwrap());
    {
        let mut asked = Box::pin(store.create("logs/a"));
        for _ in 0..10 {
            let _ = futures_util::poll!(&mut asked);
            let _ = store.list("").await.unwrap();
        }
    }
    store.create("logs/a").await.unwrap().abandon().await;
}

#[wasm_bindgen_test]
async fn a_thousand_segments_are_listed() {
    let store = opened("many").await;
    for from in 0..1000 {
        let path = format!("logs/a/from={from}/to=2000/part-00000.parquet");
        let mut writer = store.create(&path).await.unwrap();
        writer.append(Bytes::from_static(b"1")).await.unwrap();
        writer.finish().await.unwrap();
    }
    let listed = store.list("logs/a").await.unwrap();
    assert_eq!(listed.len(), 1000);
    assert!(listed.iter().all(|info| info.size == 1));
    for info in listed {
        store.remove(&info.path).await.unwrap();
    }
    assert!(store.list("").await.unwrap().is_empty());
}
