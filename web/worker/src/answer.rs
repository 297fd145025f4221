//! The answer to each call, in terms of the engine.
//!
//! A file per topic, as in [`windrow_protocol`]; each converts the engine's values to the page's: only what the page shows.
//! Errors become sentences with a next step in `failure`, and nowhere else.

mod ask;
mod connection;
mod cost;
mod failure;
mod fetch;
pub(super) mod question;
mod rows;
mod storage;
pub(super) mod window;

use super::host::Task;
use windrow_protocol::{Call, FailKind, Failed};

/// How the worker answers a call. Every [`Call`] has one, or the dispatch in `host` does not compile.
pub(super) trait Answer: Call {
    async fn answer(self, task: &Task<Self>) -> Result<Self::Reply, Failed>;
}

/// The outcome of a call that was stopped.
fn cancelled() -> Failed {
    Failed::new("Stopped", "Nothing was changed", FailKind::Cancelled)
}
