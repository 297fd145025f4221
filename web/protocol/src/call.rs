//! The trait of a call, the table of all calls, and the enum that carries any of them to the worker.

use super::{
    Answered, Ask, CachedDataset, CheckFilter, CostEstimate, DatasetFiles, Delete, Deleted,
    EstimateCost, FetchPush, FetchWindow, FilterMistake, FindProgress, FindResult, FindText,
    ListDatasets, ListLogs, ListSegments, LocateRows, Located, Log, OpenWindow, OpenedWindow,
    PartBytes, Pause, ReadPart, ReadRow, ReadRows, Receipt, RowPage, Summarize, Summary, Verify,
    VerifyProgress, VerifyReport, WholeRow,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A request of the page to its worker.
///
/// The reply is decoded as [`Call::Reply`] because the call says so, so neither side can answer or await another type.
pub trait Call: Into<Request> + Serialize + DeserializeOwned + 'static {
    /// What the worker gives when all goes well; else it gives [`Failed`](super::Failed).
    type Reply: Serialize + DeserializeOwned + 'static;

    /// What the worker may send before the reply: [`NoPush`] for most calls.
    type Push: Serialize + DeserializeOwned + 'static;

    /// Whether the call may leave the worker's memory larger than what is shown needs.
    ///
    /// After such a call the page may replace a worker that has grown too large. Calls that only show a window are not of
    /// this kind: the next worker would grow just as much.
    const GROWS_MEMORY: bool = false;
}

/// The push of a call that pushes nothing: there is no such value.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum NoPush {}

macro_rules! calls {
    ($($call:ident => $reply:ty, $push:ty $(, $grows:literal)?;)*) => {
        /// Any call, as it is sent.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Request {
            $(
                #[doc = concat!("See [`", stringify!($call), "`].")]
                $call($call),
            )*
        }

        $(
            impl Call for $call {
                type Reply = $reply;
                type Push = $push;
                $(const GROWS_MEMORY: bool = $grows;)?
            }

            impl From<$call> for Request {
                fn from(call: $call) -> Self {
                    Self::$call(call)
                }
            }
        )*
    };
}

// The call, its reply, what it pushes before, and whether it may leave the worker grown.
calls! {
    ListLogs => Vec<Log>, Pause;
    OpenWindow => OpenedWindow, NoPush;
    Summarize => Summary, NoPush;
    EstimateCost => CostEstimate, Pause;
    FetchWindow => Receipt, FetchPush, true;
    ReadRows => RowPage, NoPush;
    ReadRow => WholeRow, NoPush;
    LocateRows => Vec<Located>, NoPush;
    FindText => FindResult, FindProgress, true;
    Ask => Answered, Answered;
    CheckFilter => Option<FilterMistake>, NoPush;
    ListSegments => DatasetFiles, NoPush;
    ListDatasets => Vec<CachedDataset>, NoPush;
    Delete => Deleted, NoPush;
    Verify => VerifyReport, VerifyProgress, true;
    ReadPart => PartBytes, NoPush, true;
}
