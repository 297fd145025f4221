//! Keeps an index up to date: renewed at the end of a run, and asked for its names before one writes.
//!
//! Only under the writer lock. Invariant: no file takes a name that an index knows under the same size for another footer.
//! Memory: the packed index twice, and one block of footers.

use super::{Entry, Index, IndexBuilder, IndexFile, load};
use crate::catalog::footer::{ProvenFooter, READS_AT_ONCE, read_footer};
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use windrow_model::Dataset;
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// Up to so many files one round of reads is as fast: no index is made.
const FEW_FILES: usize = 16;

/// Names that an index knows. No new file takes one of them, even where its file is gone:
/// the index could not tell the two apart if they were of one size.
#[derive(Clone, Debug, Default)]
pub(crate) struct TakenNames {
    directory: String,
    index: Option<Rc<Index>>,
}

impl TakenNames {
    /// What must be known before a run writes. `trusted` says whether the index was used to plan the fetch.
    ///
    /// IMPORTANT: an index that was not, or whose names cannot be read, is removed first.
    /// It could contradict what is about to be written, now or when it can be read again.
    pub(crate) async fn before_writing<S: BlobStore>(
        store: &S,
        directory: &str,
        held: &IndexFile,
        trusted: bool,
    ) -> Result<Self, StoreError> {
        let index = match held {
            IndexFile::Sound(index) if trusted => Some(Rc::clone(index)),
            IndexFile::Absent => None,
            IndexFile::Sound(_) | IndexFile::Unusable => {
                store.remove(&layout::index_path(directory)).await?;
                None
            }
        };
        Ok(Self {
            directory: directory.to_owned(),
            index,
        })
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.index
            .as_ref()
            .zip(below(path, &self.directory))
            .is_some_and(|(index, name)| index.knows(name))
    }
}

/// Brings the index up to what is listed: entries of files that are still there are kept, the footers of others are read.
/// A dataset of few files has none. Files that prove nothing have no entry. Gives the index as it is now.
pub(crate) async fn renew<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    listed: &[BlobInfo],
) -> Result<Option<BlobInfo>, StoreError> {
    let directory = layout::dataset_dir(dataset);
    let path = layout::index_path(&directory);
    let held = load(store, &directory, listed).await;
    let files: Vec<(&str, &BlobInfo, PathKind)> = listed
        .iter()
        .filter_map(|info| {
            let place = layout::classify(&info.path);
            let is_read = matches!(place, PathKind::Part { .. } | PathKind::Provisional { .. });
            is_read.then_some((below(&info.path, &directory)?, info, place))
        })
        .collect();
    if files.len() <= FEW_FILES {
        if !matches!(held, IndexFile::Absent) {
            store.remove(&path).await?;
        }
        return Ok(None);
    }
    let wanted: BTreeMap<&str, u64> = files
        .iter()
        .map(|(name, info, _)| (*name, info.size))
        .collect();
    let old = held.index();
    let mut kept = BTreeSet::new();
    if let Some(old) = old {
        old.find(&wanted, |entry| {
            kept.insert(entry.name);
        });
        if kept.len() == files.len() && old.entries().count() == files.len() {
            return Ok(listed.iter().find(|info| info.path == path).cloned());
        }
    }
    let mut old = old
        .into_iter()
        .flat_map(|index| index.entries())
        .filter(|entry| wanted.get(entry.name.as_str()) == Some(&entry.size));
    let mut read = stream::iter(&files)
        .map(|(name, info, place)| {
            let is_kept = kept.contains(*name);
            async move {
                match is_kept {
                    true => None,
                    false => Some(read_footer(store, info, place, Some(dataset)).await),
                }
            }
        })
        .buffered(READS_AT_ONCE);
    let mut builder = IndexBuilder::default();
    let mut files = files.iter();
    while let Some(outcome) = read.next().await {
        let Some((name, info, _)) = files.next() else {
            break;
        };
        match outcome {
            None => {
                // Entries and files are in the same order.
                if let Some(entry) = old.find(|entry| entry.name == *name) {
                    builder.add(&entry);
                }
            }
            Some(Ok(Some(ProvenFooter { bytes, .. }))) => builder.add(&Entry {
                name: (*name).to_owned(),
                size: info.size,
                footer: bytes,
            }),
            Some(_) => {}
        }
    }
    let file = builder.finish();
    let size = file.len() as u64;
    store.replace(&path, file).await?;
    Ok(Some(BlobInfo { path, size }))
}

/// The path of a file below its dataset's directory.
pub(crate) fn below<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    path.strip_prefix(directory)?.strip_prefix('/')
}
