//! Bytes that depend on their offset.

use super::text;
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;

/// `len` bytes of a sequence that starts at `at` and does not repeat within a page.
pub(super) fn pattern(at: u64, len: usize) -> Bytes {
    (at..)
        .take(len)
        .map(|n| (n ^ (n >> 8) ^ (n >> 16)).to_le_bytes()[0])
        .collect()
}

/// Creates a blob of the pattern in one piece.
pub(super) async fn put(store: &impl BlobStore, path: &str, len: usize) -> Result<(), String> {
    let mut writer = store.create(path).await.map_err(text)?;
    writer.append(pattern(0, len)).await.map_err(text)?;
    let size = writer.finish().await.map_err(text)?;
    if size == len as u64 {
        Ok(())
    } else {
        Err(format!("{len} bytes were appended, {size} were reported"))
    }
}

/// Checks that a blob holds exactly the pattern.
pub(super) async fn check(store: &impl BlobStore, path: &str, len: usize) -> Result<(), String> {
    let held = store.read(path, 0..len as u64).await.map_err(text)?;
    if held != pattern(0, len) {
        return Err(format!("{path} does not hold what was appended"));
    }
    let listed = store.list("").await.map_err(text)?;
    match listed.iter().find(|info| info.path == path) {
        Some(info) if info.size == len as u64 => Ok(()),
        other => Err(format!("{path} of {len} bytes is listed as {other:?}")),
    }
}
