//! Why the fetch of a range ended early.

use crate::error::EngineError;
use futures_util::future::{Either, select};
use std::future::Future;
use std::pin::pin;
use tokio_util::sync::CancellationToken;
use windrow_source::SourceError;

/// Why a range, or its chain of pages, ended early.
pub(crate) enum Stop {
    Cancelled,
    Failed(EngineError),
    /// What the chain gave cannot be trusted: none of it may be kept.
    Distrusted(EngineError),
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        Self::Failed(error.into())
    }
}

/// Runs `work` until it is done or cancelled.
///
/// Unlike [`CancellationToken::run_until_cancelled`], a cancellation wins over work that is ready:
/// once one range was refused, no other goes on with a page that came in the same moment.
pub(super) async fn unless_cancelled<W: Future>(
    cancel: &CancellationToken,
    work: W,
) -> Result<W::Output, Stop> {
    match select(pin!(cancel.cancelled()), pin!(work)).await {
        Either::Left(((), _)) => Err(Stop::Cancelled),
        Either::Right((output, _)) => Ok(output),
    }
}
