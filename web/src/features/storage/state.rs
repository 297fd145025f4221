//! What this browser keeps: datasets, how much room there is, and deleting.
//!
//! Takes what the worker lists and what the browser says of its quota, gives the calls to make.
//! Invariant: a list that was asked for before a newer one changes nothing.

use crate::platform::quota::Quota;
use crate::ui::format::{bytes, counted};
use crate::ui::load::Load;
use std::sync::Arc;
use windrow_model::Dataset;
use windrow_protocol::{CachedDataset, Deleted, Deletion, Failed};

/// The feature.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// All that is cached.
    pub datasets: Load<Arc<Vec<CachedDataset>>>,
    /// What the browser grants; nothing where it does not say.
    pub quota: Option<Quota>,
    number: u64,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Something was written or deleted: list it anew.
    Refresh,
    /// A list came, or did not.
    Listed(u64, Result<Vec<CachedDataset>, Failed>),
    /// The browser's quota, as of a list.
    Quota(u64, Option<Quota>),
    /// Delete some of a dataset.
    Delete(Dataset, Vec<Deletion>),
    /// It was deleted, or not.
    Deleted(Dataset, Vec<Deletion>, Result<Deleted, Failed>),
    /// Ask the browser to keep it all.
    Persist,
    /// It has answered.
    Persisted(Option<bool>),
}

/// What is to be done about it.
#[derive(Clone, Debug)]
pub enum Effect {
    /// List the datasets and read the quota, as this number.
    List(u64),
    /// Delete, one after the other.
    Delete(Dataset, Vec<Deletion>),
    /// Some of a dataset was deleted.
    Changed(Dataset, Vec<Deletion>),
    /// Ask the browser to keep it.
    Persist,
    /// Show that it was done.
    Done(String),
    /// Show that it failed.
    Failed(String, String),
}

impl State {
    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Refresh => {
                self.number += 1;
                if self.datasets.is_idle() {
                    self.datasets = Load::Loading;
                }
                vec![Effect::List(self.number)]
            }
            Msg::Listed(number, result) => {
                if number == self.number {
                    self.datasets = result.map(Arc::new).into();
                }
                Vec::new()
            }
            Msg::Quota(number, quota) => {
                if number == self.number {
                    self.quota = quota;
                }
                Vec::new()
            }
            Msg::Delete(dataset, deletions) => vec![Effect::Delete(dataset, deletions)],
            Msg::Deleted(dataset, deletions, result) => {
                let told = match result {
                    Ok(deleted) => Effect::Done(format!(
                        "Deleted {}, {} freed",
                        counted(deleted.files, "file", "files"),
                        bytes(deleted.bytes)
                    )),
                    Err(failed) => Effect::Failed(failed.message, failed.remedy),
                };
                let mut effects = vec![told, Effect::Changed(dataset, deletions)];
                effects.extend(self.update(Msg::Refresh));
                effects
            }
            Msg::Persist => vec![Effect::Persist],
            Msg::Persisted(kept) => {
                let mut effects = self.update(Msg::Refresh);
                if kept != Some(true) {
                    effects.push(Effect::Failed(
                        "The browser did not promise to keep the cache".to_owned(),
                        "Bookmark the page or use it more often, then ask again; nothing is lost now"
                            .to_owned(),
                    ));
                }
                effects
            }
        }
    }

    /// Bytes of all that is cached.
    pub fn cached_bytes(&self) -> u64 {
        let datasets = self.datasets.ready();
        datasets.map_or(0, |all| all.iter().map(|dataset| dataset.bytes).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_protocol::FailKind;

    fn dataset(rows: u64) -> CachedDataset {
        CachedDataset {
            dir: "logs/a".into(),
            dataset: None,
            ranges: Vec::new(),
            rows,
            bytes: rows * 10,
            problems: 0,
        }
    }

    #[test]
    fn a_list_asked_for_before_a_newer_one_changes_nothing() {
        let mut state = State::default();
        state.update(Msg::Refresh);
        state.update(Msg::Refresh);
        state.update(Msg::Listed(2, Ok(vec![dataset(2)])));
        state.update(Msg::Listed(1, Ok(Vec::new())));
        state.update(Msg::Quota(1, Some(Quota::default())));
        assert_eq!(state.cached_bytes(), 20);
        assert_eq!(state.quota, None);
    }

    #[test]
    fn what_is_shown_stays_while_it_is_listed_anew() {
        let mut state = State::default();
        state.update(Msg::Refresh);
        assert!(state.datasets.is_loading());
        state.update(Msg::Listed(1, Ok(vec![dataset(2)])));
        state.update(Msg::Refresh);
        assert!(state.datasets.ready().is_some());
    }

    #[test]
    fn a_deletion_that_failed_in_the_middle_still_lists_what_is_left() {
        let mut state = State::default();
        let of = Dataset::new("api", "a", "").unwrap();
        let failed = Failed::new("held", "then again", FailKind::Retry);
        let effects = state.update(Msg::Deleted(of, vec![Deletion::All], Err(failed)));
        assert!(matches!(
            effects.as_slice(),
            [Effect::Failed(..), Effect::Changed(..), Effect::List(1)]
        ));
    }

    #[test]
    fn a_browser_that_does_not_promise_to_keep_it_loses_nothing_and_says_so() {
        let mut state = State::default();
        let effects = state.update(Msg::Persisted(None));
        assert!(matches!(
            effects.as_slice(),
            [Effect::List(_), Effect::Failed(..)]
        ));
        assert_eq!(state.update(Msg::Persisted(Some(true))).len(), 1);
    }
}
