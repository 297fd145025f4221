//! One writer at a time, by directory.

use super::pattern::put;
use super::{Outcome, ensure, names_in, refused, text};
use crate::error::StoreError;
use crate::port::BlobStore;

pub(super) async fn a_lock_excludes_until_it_is_dropped(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let lock = store.lock(dir).await.map_err(text)?;
    match store.lock(dir).await {
        Err(StoreError::Locked { path }) if path == dir => {}
        Err(other) => return Err(text(other)),
        Ok(_) => return Err("two hold the lock".into()),
    }
    drop(lock);
    for _ in 0..3 {
        drop(store.lock(dir).await.map_err(text)?);
    }
    Ok(())
}

pub(super) async fn locks_of_other_directories_are_free(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    let one = store.lock(&format!("{dir}/one")).await.map_err(text)?;
    let other = store.lock(&format!("{dir}/other")).await.map_err(text)?;
    let above = store.lock(dir).await.map_err(text)?;
    drop((one, other, above));
    refused!(
        store.lock("a//b").await.map(drop),
        StoreError::BadPath { .. }
    );
    Ok(())
}

pub(super) async fn a_lock_is_no_blob(store: &impl BlobStore, dir: &str) -> Outcome {
    let lock = store.lock(&format!("{dir}/locked")).await.map_err(text)?;
    ensure!(names_in(store, dir).await?.is_empty(), "the lock is listed");
    let blob = format!("{dir}/locked/a/blob");
    put(store, &blob, 3).await?;
    store.remove(&blob).await.map_err(text)?;
    drop(lock);
    let names = names_in(store, dir).await?;
    ensure!(names.is_empty(), "{names:?} is listed");
    Ok(())
}
