//! Names are kept as they are, and go with what they name.

use super::pattern::{check, put};
use super::{Outcome, ensure, names_in, refused, text};
use crate::error::StoreError;
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;

pub(super) async fn removing_what_is_not_there_succeeds(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    for path in ["nowhere", "no/such/directory"] {
        store.remove(&format!("{dir}/{path}")).await.map_err(text)?;
    }
    Ok(())
}

pub(super) async fn a_removed_blob_is_gone_and_can_be_made_again(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let (first, second) = (format!("{dir}/a/b/first"), format!("{dir}/a/second"));
    put(store, &first, 10).await?;
    put(store, &second, 20).await?;
    store.remove(&first).await.map_err(text)?;
    let names = names_in(store, dir).await?;
    ensure!(names == ["/a/second"], "listed: {names:?}");
    refused!(store.read(&first, 0..1).await, StoreError::NotFound { .. });
    store.remove(&first).await.map_err(text)?;
    store.remove(&second).await.map_err(text)?;
    // Where `a` was a directory, a blob may lie now: the empty directories went with the blobs.
    put(store, &format!("{dir}/a"), 5).await?;
    store.remove(&format!("{dir}/a")).await.map_err(text)?;
    put(store, &first, 30).await?;
    check(store, &first, 30).await
}

pub(super) async fn a_directory_is_no_blob(store: &impl BlobStore, dir: &str) -> Outcome {
    let blob = format!("{dir}/a/blob");
    put(store, &blob, 10).await?;
    let directory = format!("{dir}/a");
    refused!(
        store.read(&directory, 0..1).await,
        StoreError::NotFound { .. }
    );
    store.remove(&directory).await.map_err(text)?;
    check(store, &blob, 10).await
}

pub(super) async fn odd_names_are_kept_as_they_are(store: &impl BlobStore, dir: &str) -> Outcome {
    let long = "x".repeat(200);
    let names = [
        "%2E%2E",
        "%2F%61",
        "%25",
        "%",
        "a%20b",
        "a b",
        "from=0/to=253402300800000/part-00000.parquet",
        "a~0123456789abcdef",
        "~h0123",
        "...",
        "a.b.c",
        "a#b",
        "-a",
        "_a+b&c,d;e@f'g(h)i!j$k",
        "\u{e4}\u{1F33E}",
        &long,
    ];
    let mut expected: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
    for (len, name) in names.iter().enumerate() {
        put(store, &format!("{dir}/{name}"), len).await?;
    }
    expected.sort_unstable();
    let listed = names_in(store, dir).await?;
    ensure!(listed == expected, "listed: {listed:?}");
    for (len, name) in names.iter().enumerate() {
        let path = format!("{dir}/{name}");
        check(store, &path, len).await?;
        store.remove(&path).await.map_err(text)?;
        refused!(store.read(&path, 0..0).await, StoreError::NotFound { .. });
    }
    Ok(())
}

pub(super) async fn paths_outside_the_grammar_are_refused(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    for path in [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\\b", "a\0", "a\nb",
        "c:/a", "a#1", "a/_lock",
    ] {
        refused!(store.read(path, 0..1).await, StoreError::BadPath { .. });
        refused!(
            store.create(path).await.map(drop),
            StoreError::BadPath { .. }
        );
        refused!(
            store.replace(path, Bytes::new()).await,
            StoreError::BadPath { .. }
        );
        refused!(store.remove(path).await, StoreError::BadPath { .. });
    }
    for prefix in ["/", "/a", "a/", "a//b", ".", "..", "../a", "a\\b"] {
        refused!(store.list(prefix).await, StoreError::BadPath { .. });
        refused!(
            store.lock(prefix).await.map(drop),
            StoreError::BadPath { .. }
        );
    }
    ensure!(names_in(store, dir).await?.is_empty(), "something was made");
    let writer = store.create(&format!("{dir}/good")).await.map_err(text)?;
    writer.abandon().await;
    Ok(())
}
