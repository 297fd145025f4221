//! Reads the footer of one file and proves that it belongs where the file lies.
//!
//! Takes a listed file, gives a [`ProvenFooter`], or what is wrong with the file.
//! Memory: the end of one file.

use crate::catalog::problem::ProblemKind;
use bytes::Bytes;
use windrow_columnar::{Footer, FooterError, Holds, check_magic};
use windrow_model::Dataset;
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// How many files are read at once.
pub(crate) const READS_AT_ONCE: usize = 16;

/// The proven footer of one file, with its bytes; `None` if the file is gone.
pub(crate) async fn read_footer<S: BlobStore>(
    store: &S,
    info: &BlobInfo,
    place: &PathKind,
    dataset: Option<&Dataset>,
) -> Result<Option<ProvenFooter>, (ProblemKind, String)> {
    let proven = match load_footer(store, &info.path, info.size).await {
        Ok(Ok(proven)) => proven,
        Ok(Err(error)) => return Err((problem_kind(&error), error.to_string())),
        Err(StoreError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(ProblemKind::of_unread(&error)),
    };
    match check_identity(&proven.footer, place, dataset) {
        Ok(()) => Ok(Some(proven)),
        Err(reason) => Err((ProblemKind::Foreign, reason)),
    }
}

/// Whether a footer agrees with its file's path and dataset; if not, why.
pub(crate) fn check_identity(
    footer: &Footer,
    place: &PathKind,
    dataset: Option<&Dataset>,
) -> Result<(), String> {
    let meta = footer.meta();
    if let Some(dataset) = dataset
        && meta.dataset != *dataset
    {
        return Err(format!(
            "it belongs to log `{}` of `{}`",
            meta.dataset.log_id().escape_debug(),
            meta.dataset.source().escape_debug()
        ));
    }
    match place {
        PathKind::Part {
            dataset_dir,
            segment,
            part,
        } => {
            if *dataset_dir != layout::dataset_dir(&meta.dataset) {
                return Err("its directory is another dataset's".into());
            }
            if meta.segment != *segment || meta.part != *part {
                return Err(format!(
                    "it was written as part {} of {}",
                    meta.part, meta.segment
                ));
            }
            let Holds::Claim(claim) = meta.holds else {
                return Err("it claims nothing".into());
            };
            if !segment.contains(claim.range) {
                return Err(format!("its claim {} lies outside", claim.range));
            }
        }
        PathKind::Provisional { .. } => {
            if let Holds::Claim(claim) = meta.holds {
                return Err(format!("it claims {} and is no part", claim.range));
            }
        }
        PathKind::Bypass { .. } | PathKind::Sidecar | PathKind::Foreign { .. } => {}
    }
    Ok(())
}

/// A footer that is proven, and its bytes.
pub(crate) struct ProvenFooter {
    pub(crate) footer: Footer,
    pub(crate) bytes: Bytes,
}

/// Reads and proves the footer of a file: its last bytes, more of them where that does not reach, and the opening magic.
/// The inner error says what is wrong with it; the outer one that the store failed.
async fn load_footer<S: BlobStore>(
    store: &S,
    path: &str,
    size: u64,
) -> Result<Result<ProvenFooter, FooterError>, StoreError> {
    let mut tail_bytes = Footer::TAIL_BYTES.min(size);
    loop {
        let tail = store.read(path, size - tail_bytes..size).await?;
        let head = if tail_bytes == size {
            tail.slice(..tail.len().min(4))
        } else {
            store.read(path, 0..4).await?
        };
        match Footer::parse(tail.clone(), size) {
            Err(FooterError::NeedMore { bytes }) if bytes > tail_bytes && bytes <= size => {
                tail_bytes = bytes;
            }
            Err(error) => return Ok(Err(error)),
            Ok(footer) if check_magic(&head) => {
                let start = tail.len().saturating_sub(footer.byte_len());
                let bytes = tail.slice(start..);
                return Ok(Ok(ProvenFooter { footer, bytes }));
            }
            Ok(_) => {
                return Ok(Err(FooterError::Damaged {
                    reason: "its first bytes are not those of a Parquet file".into(),
                }));
            }
        }
    }
}

fn problem_kind(error: &FooterError) -> ProblemKind {
    match error {
        FooterError::Torn => ProblemKind::Torn,
        FooterError::Foreign { .. } => ProblemKind::Foreign,
        FooterError::NewerFormat { .. } => ProblemKind::Newer,
        _ => ProblemKind::Damaged,
    }
}
