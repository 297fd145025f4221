//! Follows the chain of pages of a slice.
//!
//! Takes a slice, gives its pages one by one to a receiver, and says how the chain ended.
//! While a page is received and encoded, the next one is already asked for.
//! Invariant: a page that was given before ends the chain with an error, so that it cannot run in a circle.
//! Memory: two pages.

use crate::error::EngineError;
use crate::fetch::context::RunContext;
use crate::fetch::stop::{Stop, unless_cancelled};
use futures_util::future::try_join;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use tokio_util::sync::CancellationToken;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::{Clock, Cursor, LogSource, Page, Verdict};

/// How a chain of pages ended that did not stop early.
pub(super) enum Ended {
    Complete,
    /// The source has said that the range lies beyond what it keeps: nothing of it may be claimed.
    BeyondRetention,
}

/// The pages of one slice.
pub(super) struct Chain<'a, S, L, C> {
    pub(super) context: &'a RunContext<'a, S, L, C>,
    pub(super) cancel: &'a CancellationToken,
    /// The range under way, which the slice is or lies in.
    pub(super) range: TimeRange,
    pub(super) slice: TimeRange,
    /// Whether the chain ends with the first page of which nothing may be claimed.
    pub(super) claims: bool,
}

/// A page that has come, with its rows.
struct Arrived {
    page: Page,
    rows: EventBatch,
}

impl<S, L: LogSource, C: Clock> Chain<'_, S, L, C> {
    /// Follows the chain to its end. `receive` gives back the batch, emptied, whose room the next page takes.
    pub(super) async fn follow(
        &self,
        mut receive: impl AsyncFnMut(&Page, EventBatch) -> Result<EventBatch, Stop>,
    ) -> Result<Ended, Stop> {
        let slice = self.context.slice_request(self.slice);
        let first = self.context.ports.source.first(&slice)?;
        let mut visited = HashSet::from([fingerprint(&first)]);
        let mut spare = EventBatch::new();
        let mut arrived = self.page(first, EventBatch::new()).await?;
        loop {
            let Arrived { page, rows } = arrived;
            self.context.counters.borrow_mut().page(&page);
            if page.beyond_retention && self.claims {
                return Ok(Ended::BeyondRetention);
            }
            let next = match &page.verdict {
                Verdict::More(next) if visited.insert(fingerprint(next)) => Some(next.clone()),
                _ => None,
            };
            let room = std::mem::take(&mut spare);
            let ahead = async {
                match next {
                    Some(cursor) => Ok(Some(self.page(cursor, room).await)),
                    None => Ok(None),
                }
            };
            // The request goes out first; what breaks here ends it.
            let (ahead, emptied) = try_join(ahead, receive(&page, rows)).await?;
            spare = emptied;
            match (ahead, page.verdict) {
                (Some(next), _) => arrived = next?,
                (None, Verdict::More(_)) => {
                    return Err(Stop::Failed(EngineError::Circle { range: self.slice }));
                }
                (None, Verdict::Complete) => return Ok(Ended::Complete),
            }
        }
    }

    async fn page(&self, cursor: Cursor, mut rows: EventBatch) -> Result<Arrived, Stop> {
        let notices = |notice| self.context.report_progress(self.range, Some(notice));
        let source = self.context.ports.source;
        let asked = source.page(&cursor, &mut rows, &notices);
        let page = unless_cancelled(self.cancel, asked).await??;
        Ok(Arrived { page, rows })
    }
}

fn fingerprint(cursor: &Cursor) -> u64 {
    let mut hasher = DefaultHasher::new();
    cursor.hash(&mut hasher);
    hasher.finish()
}
