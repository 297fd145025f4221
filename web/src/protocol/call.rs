//! The trait of a call, and the enum that carries any call to the worker.

use super::{
    Delete, EstimateCost, FetchWindow, FindText, ListDatasets, ListLogs, ListSegments, LocateRows,
    OpenWindow, ReadPart, ReadRow, ReadRows, Summarize, Verify,
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

macro_rules! requests {
    ($($call:ident),* $(,)?) => {
        /// Any call, as it is sent.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Request {
            $(
                #[doc = concat!("See [`", stringify!($call), "`].")]
                $call($call),
            )*
        }

        $(
            impl From<$call> for Request {
                fn from(call: $call) -> Self {
                    Self::$call(call)
                }
            }
        )*
    };
}

requests!(
    ListLogs,
    OpenWindow,
    Summarize,
    EstimateCost,
    FetchWindow,
    ReadRows,
    ReadRow,
    LocateRows,
    FindText,
    ListSegments,
    ListDatasets,
    Delete,
    Verify,
    ReadPart,
);
