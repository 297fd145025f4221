//! The browser's private file system keeps the contract of the port, in a dedicated worker of a real browser.
#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests run by another harness"
)]

use bytes::Bytes;
use futures_util::future::join;
use js_sys::{Object, Reflect};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use wasm_bindgen::JsCast;
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
    let store = opened("given-up-lock").await;
    {
        let mut asked = pin!(store.lock("logs/a"));
        assert!(futures_util::poll!(&mut asked).is_pending());
    }
    drop(store.lock("logs/a").await.unwrap());
}

/// Gives up after every number of turns, so also while the browser is opening the file.
#[wasm_bindgen_test]
async fn a_file_asked_for_and_given_up_is_free() {
    let store = opened("given-up-file").await;
    let mut given_up = 0;
    for turns in 0..20 {
        let mut asked = pin!(store.create("logs/a"));
        let mut left = turns;
        let is_ready = poll_fn(|context| match asked.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        });
        given_up += u32::from(!is_ready.await);
    }
    assert!(given_up > 3, "it was only given up {given_up} times");
    store.create("logs/a").await.unwrap().abandon().await;
}

/// A writer goes on after every number of turns of a reader, so also between getting a file and reading it.
#[wasm_bindgen_test]
async fn a_file_that_grows_under_a_reader_is_read_all_the_same() {
    let store = opened("growing").await;
    let mut interrupted = 0;
    for turns in 0..20 {
        let path = format!("logs/{turns}");
        let mut writer = store.create(&path).await.unwrap();
        writer.append(Bytes::from_static(b"0123")).await.unwrap();
        let mut reading = pin!(store.read(&path, 0..4));
        let mut left = turns;
        let early = poll_fn(|context| match reading.as_mut().poll(context) {
            Poll::Ready(read) => Poll::Ready(Some(read)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        });
        let early = early.await;
        interrupted += u32::from(early.is_none());
        writer.append(Bytes::from_static(b"4567")).await.unwrap();
        let read = match early {
            Some(read) => read,
            None => reading.await,
        };
        assert_eq!(read.unwrap(), "0123", "after {turns} turns");
        writer.abandon().await;
    }
    assert!(
        interrupted > 3,
        "it was only interrupted {interrupted} times"
    );
}

async fn put(store: &OpfsStore, path: &str, bytes: &'static [u8]) {
    let mut writer = store.create(path).await.unwrap();
    writer.append(Bytes::from_static(bytes)).await.unwrap();
    writer.finish().await.unwrap();
}

/// As another tab does, which has a store of its own.
#[wasm_bindgen_test]
async fn what_another_store_has_removed_or_made_anew_is_not_read_from_a_kept_file() {
    let here = opened("kept").await;
    let there = OpfsStore::open(Some("kept")).await.unwrap();
    for bytes in [b"0123", b"4567", b"89ab"] {
        put(&there, "logs/a", bytes).await;
        for _ in 0..2 {
            assert_eq!(here.read("logs/a", 0..4).await.unwrap(), &bytes[..]);
        }
        there.remove("logs/a").await.unwrap();
        let read = here.read("logs/a", 0..4).await;
        assert!(matches!(read, Err(StoreError::NotFound { .. })), "{read:?}");
    }
    put(&there, "logs/a", b"0123").await;
    assert_eq!(here.read("logs/a", 0..4).await.unwrap(), "0123");
    there.remove("logs/a").await.unwrap();
    put(&there, "logs/a", b"4567").await;
    assert_eq!(here.read("logs/a", 0..4).await.unwrap(), "4567");
    there.remove("logs/a").await.unwrap();
    put(&there, "logs/a", b"01").await;
    assert_eq!(here.read("logs/a", 0..2).await.unwrap(), "01");
    there.remove("logs/a").await.unwrap();
    put(&there, "logs/a", b"012345").await;
    assert_eq!(here.read("logs/a", 4..6).await.unwrap(), "45");
}

/// Shows the worker a navigator with or without Web Locks.
fn show_web_locks(shown: bool) {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap();
    let navigator: &Object = navigator.unchecked_ref();
    if shown {
        Reflect::delete_property(navigator, &"locks".into()).unwrap();
    } else {
        let hidden = Object::new();
        Reflect::set(&hidden, &"configurable".into(), &true.into()).unwrap();
        Reflect::define_property(navigator, &"locks".into(), &hidden).unwrap();
    }
    let locks = Reflect::get(navigator, &"locks".into()).unwrap();
    assert_eq!(locks.is_object(), shown);
}

#[wasm_bindgen_test]
async fn a_browser_without_web_locks_locks_by_a_file() {
    let store = opened("file-lock").await;
    show_web_locks(false);
    let held = store.lock("logs/a").await;
    let refused = store.lock("logs/a").await.map(drop);
    let other = store.lock("logs/b").await.map(drop);
    drop(held.unwrap());
    let again = store.lock("logs/a").await.map(drop);
    show_web_locks(true);
    assert!(matches!(refused, Err(StoreError::Locked { path }) if path == "logs/a"));
    assert!(other.is_ok() && again.is_ok());
    assert!(store.list("").await.unwrap().is_empty());
}

#[wasm_bindgen_test]
async fn a_lock_that_lingers_is_waited_for_and_one_that_stays_is_refused_after_seconds() {
    let store = opened("lingering").await;
    let held = store.lock("logs/a").await.unwrap();
    let asked_ms = js_sys::Date::now();
    let refused = store.lock("logs/a").await.map(drop);
    assert!(matches!(refused, Err(StoreError::Locked { path }) if path == "logs/a"));
    let waited_ms = js_sys::Date::now() - asked_ms;
    assert!(waited_ms > 2_000.0, "{waited_ms} ms");
    // It goes while somebody waits for it.
    let goes = async {
        for _ in 0..3 {
            store.list("").await.unwrap();
        }
        drop(held);
    };
    let (taken, ()) = join(store.lock("logs/a"), goes).await;
    assert!(taken.is_ok());
}

#[wasm_bindgen_test]
async fn hundreds_of_segments_are_listed() {
    let store = opened("many").await;
    for from in 0..300 {
        let path = format!("logs/a/from={from}/to=2000/part-00000.parquet");
        let mut writer = store.create(&path).await.unwrap();
        writer.append(Bytes::from_static(b"1")).await.unwrap();
        writer.finish().await.unwrap();
    }
    let listed = store.list("logs/a").await.unwrap();
    assert_eq!(listed.len(), 300);
    assert!(listed.iter().all(|info| info.size == 1));
    for info in listed {
        store.remove(&info.path).await.unwrap();
    }
    assert!(store.list("").await.unwrap().is_empty());
}
