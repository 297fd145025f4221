//! Typed calls between the page and its worker.
//!
//! Each request is a struct that implements [`Call`], which names the type of its one reply and of what may be pushed before.
//! A file per topic holds the calls with the values they carry:
//!
//! | module | calls |
//! | --- | --- |
//! | `call` | the trait, the table of calls with their replies, and [`Request`]: any call, as it is sent |
//! | `connection` | [`ListLogs`] |
//! | `window` | [`OpenWindow`], [`Summarize`] |
//! | `cost` | [`EstimateCost`] |
//! | `fetch` | [`FetchWindow`] |
//! | `rows` | [`ReadRows`], [`ReadRow`], [`LocateRows`], [`FindText`] |
//! | `ask` | [`Ask`], [`CheckFilter`] |
//! | `storage` | [`ListSegments`], [`ListDatasets`], [`Delete`], [`Verify`], [`ReadPart`] |
//! | `failure` | [`Failed`]: the other outcome of every call |
//! | `message` | the envelopes that carry all of it (wasm32) |
//! | [`browser`] | what both ends need of the browser: tasks, locks, messages as JavaScript values (wasm32) |
//!
//! Invariant: integers are exact. 64-bit integers cross as `BigInt`, event ids as text; nothing passes through a double.
//! Memory: rows cross in pages of at most [`ROWS_PER_PAGE`], with each message, and each value of a field asked for, cut to [`MESSAGE_CUT`] characters.
//!
//! The types are the page's own, not the engine's, so that the page links none of it.

mod ask;
#[cfg(target_arch = "wasm32")]
pub mod browser;
mod call;
mod connection;
mod cost;
mod failure;
mod fetch;
#[cfg(target_arch = "wasm32")]
mod message;
mod packed;
mod rows;
mod storage;
mod window;

pub use ask::{
    Answered, Ask, Bars, CheckFilter, FieldList, FieldSummary, FieldType, FilterMistake, Group,
    GroupNumbers, GroupOrder, GroupQuestion, Groups, HistogramQuestion, Question, SlicesOf,
    TopQuestion, TopValues,
};
pub use call::{Call, NoPush, Request};
pub use connection::{Connection, ListLogs, Log};
pub use cost::{CostEstimate, EstimateCost, Expected, GapCost};
pub use failure::{FailKind, Failed};
pub use fetch::{
    EventLine, Failure, FetchPush, FetchWindow, Pause, Progress, Receipt, Repair, RunMode,
    Thresholds,
};
#[cfg(target_arch = "wasm32")]
pub use message::{FromWorker, Hello, Memory, ToWorker};
pub use rows::{
    FindProgress, FindResult, FindText, Kept, LocateRows, Located, ReadRow, ReadRows, Row,
    RowField, RowPage, RowValue, Slices, WholeRow,
};
pub use storage::{
    BypassRun, CachedDataset, DatasetFiles, Delete, Deleted, Deletion, ListDatasets, ListSegments,
    Part, PartBytes, Problem, ReadPart, Segment, Verify, VerifyProgress, VerifyReport,
};
pub use window::{
    OpenWindow, OpenedWindow, Span, SpanState, Summarize, Summary, ViewId, WindowPlan, WindowView,
};

/// Rows the page asks for at once.
pub const ROWS_PER_PAGE: u32 = 200;

/// Characters of a message that cross for the table; the detail panel asks for the whole.
pub const MESSAGE_CUT: usize = 400;

/// Fields of a whole row that cross by name.
pub const FIELDS_OF_ROW: usize = 300;

/// Identifies a build: page and worker must be of the same one.
pub const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("WINDROW_BUILD"));

/// Ties replies and pushes to their call.
pub type CallId = u32;
