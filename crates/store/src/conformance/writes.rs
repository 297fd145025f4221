//! Blobs are created once, whole or not at all.

use super::pattern::{check, pattern, put};
use super::{Outcome, ensure, names_in, refused, text};
use crate::error::StoreError;
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;

pub(super) async fn a_store_that_works_is_writable(store: &impl BlobStore, dir: &str) -> Outcome {
    store.check_writable().await.map_err(text)?;
    ensure!(
        names_in(store, dir).await?.is_empty(),
        "the check left something"
    );
    ensure!(!store.location().is_empty(), "it has no name for people");
    Ok(())
}

pub(super) async fn a_finished_blob_is_whole(store: &impl BlobStore, dir: &str) -> Outcome {
    let path = format!("{dir}/from=1/to=2/part-00000.parquet");
    let mut writer = store.create(&path).await.map_err(text)?;
    for (at, len) in [(0, 1), (1, 4095), (4096, 0), (4096, 9000)] {
        writer.append(pattern(at, len)).await.map_err(text)?;
    }
    let size = writer.finish().await.map_err(text)?;
    ensure!(
        size == 13_096,
        "13096 bytes were appended, {size} were reported"
    );
    check(store, &path, 13_096).await
}

pub(super) async fn a_blob_is_created_once(store: &impl BlobStore, dir: &str) -> Outcome {
    let path = format!("{dir}/once");
    put(store, &path, 10).await?;
    refused!(store.create(&path).await, StoreError::AlreadyExists { .. });
    check(store, &path, 10).await
}

/// A store may refuse the second creator when it starts or when it finishes.
pub(super) async fn of_two_creators_at_most_one_succeeds(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let path = format!("{dir}/raced");
    let mut first = store.create(&path).await.map_err(text)?;
    first.append(pattern(0, 100)).await.map_err(text)?;
    let second = match store.create(&path).await {
        Ok(mut second) => match second.append(Bytes::from_static(b"other")).await {
            Ok(()) => Some(second),
            Err(error) => return Err(text(error)),
        },
        Err(StoreError::AlreadyExists { .. } | StoreError::Locked { .. }) => None,
        Err(error) => return Err(text(error)),
    };
    first.finish().await.map_err(text)?;
    if let Some(second) = second {
        refused!(second.finish().await, StoreError::AlreadyExists { .. });
    }
    check(store, &path, 100).await
}

pub(super) async fn a_dropped_writer_leaves_nothing_or_a_prefix(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let path = format!("{dir}/dropped");
    let mut writer = store.create(&path).await.map_err(text)?;
    writer.append(pattern(0, 5000)).await.map_err(text)?;
    drop(writer);
    nothing_or_a_prefix(store, dir, &path).await?;
    // What is left can be removed, and the name is free again.
    store.remove(&path).await.map_err(text)?;
    put(store, &path, 7).await?;
    check(store, &path, 7).await
}

pub(super) async fn an_abandoned_writer_leaves_nothing_or_a_prefix(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let path = format!("{dir}/abandoned");
    let mut writer = store.create(&path).await.map_err(text)?;
    writer.append(pattern(0, 5000)).await.map_err(text)?;
    writer.abandon().await;
    nothing_or_a_prefix(store, dir, &path).await
}

async fn nothing_or_a_prefix(store: &impl BlobStore, dir: &str, path: &str) -> Outcome {
    let listed = store.list(dir).await.map_err(text)?;
    let Some(info) = listed.first() else {
        return Ok(());
    };
    ensure!(
        store.leaves_partial_writes(),
        "{info:?} is left by a store that does not tear"
    );
    ensure!(info.path == path && listed.len() == 1, "{listed:?} is left");
    ensure!(
        info.size <= 5000,
        "more is left than was appended: {info:?}"
    );
    let left = store.read(path, 0..info.size).await.map_err(text)?;
    ensure!(
        pattern(0, 5000).starts_with(&left),
        "what is left is no prefix"
    );
    Ok(())
}

pub(super) async fn an_empty_blob_is_a_blob(store: &impl BlobStore, dir: &str) -> Outcome {
    let path = format!("{dir}/empty");
    let writer = store.create(&path).await.map_err(text)?;
    let size = writer.finish().await.map_err(text)?;
    ensure!(
        size == 0,
        "nothing was appended, {size} bytes were reported"
    );
    check(store, &path, 0).await?;
    refused!(
        store.read(&path, 0..1).await,
        StoreError::ShortRead { size: 0, .. }
    );
    if !store.leaves_partial_writes() {
        refused!(store.create(&path).await, StoreError::AlreadyExists { .. });
    }
    Ok(())
}

pub(super) async fn a_big_blob_in_many_pieces_is_whole(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let path = format!("{dir}/big");
    let mut writer = store.create(&path).await.map_err(text)?;
    let mut len = 0;
    for piece in 1..=300_usize {
        let piece_len = piece * 97;
        writer.append(pattern(len, piece_len)).await.map_err(text)?;
        len += piece_len as u64;
    }
    let size = writer.finish().await.map_err(text)?;
    ensure!(
        size == len,
        "{len} bytes were appended, {size} were reported"
    );
    for start in [0, 1, 4095, 65_536, 1 << 20, len - 70_000] {
        let held = store
            .read(&path, start..start + 70_000)
            .await
            .map_err(text)?;
        ensure!(
            held == pattern(start, 70_000),
            "the bytes from {start} on are others"
        );
    }
    check(store, &path, len as usize).await
}

pub(super) async fn only_rebuildable_names_are_written_over(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let path = format!("{dir}/_summary-1-2.json");
    for len in [9000, 12, 0, 500] {
        store.replace(&path, pattern(0, len)).await.map_err(text)?;
        check(store, &path, len).await?;
    }
    let part = format!("{dir}/part-00000.parquet");
    refused!(
        store.replace(&part, pattern(0, 3)).await,
        StoreError::NeverReplaced { .. }
    );
    ensure!(
        names_in(store, dir).await? == ["/_summary-1-2.json"],
        "the refused name is there"
    );
    Ok(())
}

pub(super) async fn several_blobs_are_written_at_once(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let mut writers = Vec::new();
    for number in 0..5_usize {
        let path = format!("{dir}/from={number}/to=9/part-00000.parquet");
        writers.push((store.create(&path).await.map_err(text)?, path));
    }
    for (writer, _) in &mut writers {
        writer.append(pattern(0, 1000)).await.map_err(text)?;
    }
    let mut paths = Vec::new();
    for (writer, path) in writers.into_iter().rev() {
        writer.finish().await.map_err(text)?;
        paths.push(path);
    }
    for path in paths {
        check(store, &path, 1000).await?;
    }
    Ok(())
}
