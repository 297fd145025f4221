//! The contract of [`BlobStore`] as a suite: every store passes the same cases.
//!
//! [`run`] works below directories of its own and removes what it made.
//! Each case is one sentence of the contract; a failure names its case.
//! It takes about seven seconds of a store's own waiting, because a lock that is held is waited for.

mod locks;
mod names;
mod pattern;
mod reads;
mod writes;

use crate::port::BlobStore;
use std::fmt;

/// Where a store breaks the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The case, a sentence of the contract.
    pub case: &'static str,
    /// What was seen.
    pub reason: String,
}

/// All breaches of a run; at least one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Breaches(pub Vec<Breach>);

impl fmt::Display for Breaches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Breach { case, reason } in &self.0 {
            writeln!(f, "{case}: {reason}")?;
        }
        Ok(())
    }
}

/// The result of a case: why it failed.
type Outcome = Result<(), String>;

/// Fails a case unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(format!($($message)+));
        }
    };
}

/// Fails a case unless a result is a certain error.
macro_rules! refused {
    ($result:expr, $error:pat) => {
        match $result {
            Err($error) => {}
            Err(other) => return Err(format!("failed otherwise: {other:?}")),
            Ok(_) => return Err(format!("succeeded: {}", stringify!($result))),
        }
    };
}

use {ensure, refused};

/// Runs every case. Gives how many passed, or what failed.
pub async fn run(store: &impl BlobStore) -> Result<usize, Breaches> {
    let mut breaches = Vec::new();
    let mut count = 0;
    macro_rules! cases {
        ($($module:ident::$case:ident,)+) => {$(
            count += 1;
            let case = stringify!($case);
            let dir = format!("conformance/{case}");
            if let Err(reason) = $module::$case(store, &dir).await {
                breaches.push(Breach { case, reason });
            }
            if let Err(error) = clear(store, &dir).await {
                breaches.push(Breach { case, reason: format!("cannot be cleared: {error}") });
            }
        )+};
    }
    cases! {
        writes::a_store_that_works_is_writable,
        writes::a_finished_blob_is_whole,
        writes::a_blob_is_created_once,
        writes::of_two_creators_at_most_one_succeeds,
        writes::a_dropped_writer_leaves_nothing_or_a_prefix,
        writes::an_abandoned_writer_leaves_nothing_or_a_prefix,
        writes::an_empty_blob_is_a_blob,
        writes::a_big_blob_in_many_pieces_is_whole,
        writes::only_rebuildable_names_are_written_over,
        writes::several_blobs_are_written_at_once,
        reads::exactly_the_range_is_read,
        reads::reading_past_the_end_is_short,
        reads::reading_what_is_not_there_says_so,
        reads::reading_waits_for_nobody,
        reads::a_listing_is_sorted_and_whole,
        reads::a_prefix_is_a_directory,
        reads::a_missing_directory_is_empty,
        names::removing_what_is_not_there_succeeds,
        names::a_removed_blob_is_gone_and_can_be_made_again,
        names::a_directory_is_no_blob,
        names::odd_names_are_kept_as_they_are,
        names::paths_outside_the_grammar_are_refused,
        locks::a_lock_excludes_until_it_is_dropped,
        locks::locks_of_other_directories_are_free,
        locks::a_lock_is_no_blob,
    }
    if breaches.is_empty() {
        Ok(count)
    } else {
        Err(Breaches(breaches))
    }
}

/// Removes everything that a case left, and checks that nothing is listed any more.
async fn clear(store: &impl BlobStore, dir: &str) -> Outcome {
    for info in store.list(dir).await.map_err(text)? {
        store.remove(&info.path).await.map_err(text)?;
    }
    let left = store.list(dir).await.map_err(text)?;
    ensure!(left.is_empty(), "{left:?} is left");
    Ok(())
}

fn text(error: crate::StoreError) -> String {
    format!("{error} ({error:?})")
}

/// The paths below a directory, relative to it.
async fn names_in(store: &impl BlobStore, dir: &str) -> Result<Vec<String>, String> {
    let listed = store.list(dir).await.map_err(text)?;
    let cut = |path: &str| path.strip_prefix(dir).unwrap_or(path).to_owned();
    Ok(listed.iter().map(|info| cut(&info.path)).collect())
}
