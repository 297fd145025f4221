//! Reading gives exactly what was asked for, and listing what is there.

use super::pattern::{pattern, put};
use super::{Outcome, ensure, names_in, refused, text};
use crate::error::StoreError;
use crate::port::{BlobStore, BlobWriter};

pub(super) async fn exactly_the_range_is_read(store: &impl BlobStore, dir: &str) -> Outcome {
    let path = format!("{dir}/blob");
    put(store, &path, 1000).await?;
    for (start, end) in [
        (0, 1000),
        (0, 1),
        (999, 1000),
        (250, 750),
        (0, 0),
        (1000, 1000),
    ] {
        let held = store.read(&path, start..end).await.map_err(text)?;
        let len = (end - start) as usize;
        ensure!(
            held == pattern(start, len),
            "[{start}, {end}) gave {} bytes",
            held.len()
        );
    }
    Ok(())
}

pub(super) async fn reading_past_the_end_is_short(store: &impl BlobStore, dir: &str) -> Outcome {
    let path = format!("{dir}/blob");
    put(store, &path, 1000).await?;
    for (start, end) in [
        (0, 1001),
        (999, 1001),
        (1000, 1001),
        (2000, 3000),
        (1001, 1001),
    ] {
        match store.read(&path, start..end).await {
            Err(StoreError::ShortRead {
                path: named,
                size: 1000,
                end: wanted,
            }) if named == path && wanted == end => {}
            other => return Err(format!("[{start}, {end}) gave {other:?}")),
        }
    }
    Ok(())
}

pub(super) async fn reading_what_is_not_there_says_so(
    store: &impl BlobStore,
    dir: &str,
) -> Outcome {
    put(store, &format!("{dir}/here/blob"), 10).await?;
    for path in [
        "nowhere",
        "here/other",
        "here/blob-and-more",
        "here/blob/below",
        "no/such/directory",
    ] {
        let path = format!("{dir}/{path}");
        match store.read(&path, 0..4).await {
            Err(StoreError::NotFound { path: named }) if named == path => {}
            other => return Err(format!("{path} gave {other:?}")),
        }
        refused!(store.read(&path, 0..0).await, StoreError::NotFound { .. });
    }
    Ok(())
}

pub(super) async fn reading_waits_for_nobody(store: &impl BlobStore, dir: &str) -> Outcome {
    let path = format!("{dir}/blob");
    put(store, &path, 1000).await?;
    let lock = store.lock(dir).await.map_err(text)?;
    let mut writer = store.create(&format!("{dir}/other")).await.map_err(text)?;
    writer.append(pattern(0, 10)).await.map_err(text)?;
    let held = store.read(&path, 10..20).await.map_err(text)?;
    ensure!(held == pattern(10, 10), "other bytes were read");
    let names = names_in(store, dir).await?;
    ensure!(
        names.iter().any(|name| name == "/blob"),
        "only {names:?} is listed"
    );
    writer.finish().await.map_err(text)?;
    drop(lock);
    Ok(())
}

pub(super) async fn a_listing_is_sorted_and_whole(store: &impl BlobStore, dir: &str) -> Outcome {
    let names = ["/a", "/a-b", "/a/b", "/a/b-c/d", "/a/b/c", "/aa/a", "/b"];
    // `a` and `a/b` cannot both be files where directories are real.
    let mut kept: Vec<&str> = names
        .into_iter()
        .filter(|name| !matches!(*name, "/a" | "/a/b"))
        .collect();
    for name in kept.iter().rev() {
        put(store, &format!("{dir}{name}"), name.len()).await?;
    }
    kept.sort_unstable();
    let listed = store.list(dir).await.map_err(text)?;
    ensure!(listed.is_sorted(), "{listed:?} is not sorted");
    ensure!(names_in(store, dir).await? == kept, "listed: {listed:?}");
    for info in &listed {
        let name_len = info.path.len() - dir.len();
        ensure!(info.size == name_len as u64, "{info:?} has another size");
    }
    let all = store.list("").await.map_err(text)?;
    ensure!(all.is_sorted(), "the root is not sorted");
    ensure!(
        listed.iter().all(|info| all.contains(info)),
        "the root lists less"
    );
    Ok(())
}

pub(super) async fn a_prefix_is_a_directory(store: &impl BlobStore, dir: &str) -> Outcome {
    for name in ["log/one", "log-two/two", "log~0/three", "lo/four"] {
        put(store, &format!("{dir}/{name}"), 1).await?;
    }
    let names = names_in(store, &format!("{dir}/log")).await?;
    ensure!(names == ["/one"], "`log` lists {names:?}");
    Ok(())
}

pub(super) async fn a_missing_directory_is_empty(store: &impl BlobStore, dir: &str) -> Outcome {
    for missing in ["nowhere", "no/such/directory"] {
        let names = names_in(store, &format!("{dir}/{missing}")).await?;
        ensure!(names.is_empty(), "{missing} lists {names:?}");
    }
    put(store, &format!("{dir}/blob"), 1).await?;
    let names = names_in(store, &format!("{dir}/blob")).await?;
    ensure!(names.is_empty(), "a blob lists {names:?}");
    Ok(())
}
