//! The pipeline: a window goes in, proven parts come out, and are read as one.
//!
//! In the order data passes:
//!
//! | module | step |
//! | --- | --- |
//! | [`mod@scan`] | what a dataset's directory holds, by its footers, or by those in its [`index`] |
//! | [`windrow_model::plan`] | hit, partial or miss |
//! | [`mod@price`] | what fetching the gaps would cost, with bytes and time from `estimate` |
//! | [`mod@ingest`] | a run: every gap, then the receipt |
//! | `counts` | every gap counted, and the whole priced, before the first page |
//! | `cut` | a long gap into slices, each with a segment of its own |
//! | `ranges` | several ranges at once, and what becomes of the others when one fails |
//! | `gap` | one missing range: chain of pages, proof |
//! | `intake` | rows of a page: order, bounds, duplicates |
//! | `writer` | buffered rows to parts, one claim each |
//! | [`dataset`] | all parts of a window as one: rows, find, summary |
//!
//! Beside the line: `recover` and `repair` tidy and mend under the writer lock, [`mod@verify`] reads everything again, [`mod@compare`] asks the source again,
//! [`mod@catalogue`] lists, [`mod@delete`] deletes.
//! There are two entrances: [`ingest()`](ingest::ingest) and [`open()`](dataset::open).
//!
//! The engine reaches storage, the source and the clock only through ports, and tells what it does only through [`Observe`].
//! The alternative refused: a manifest that says what is held.
//! Whatever order it were written in, a kill between two writes would leave it lying; a part that is its own proof cannot.

pub mod bypass;
mod cancel;
pub mod catalogue;
pub mod compare;
mod conclude;
mod counts;
mod cut;
pub mod dataset;
pub mod delete;
pub mod error;
mod estimate;
mod gap;
pub mod held;
pub mod index;
pub mod ingest;
mod intake;
pub mod observe;
pub mod price;
mod ranges;
pub mod receipt;
mod recover;
mod repair;
pub mod scan;
pub mod summary;
mod tally;
pub mod verify;
mod writer;

pub use bypass::{BypassRun, bypass_runs};
pub use cancel::{Cancel, Cancelled};
pub use catalogue::{DatasetInfo, PartInfo, SegmentInfo, list_datasets, segments};
pub use compare::{SliceCheck, SliceState, SourceReport, compare};
pub use dataset::{Find, Found, Opened, Rows, Stretch, StretchState, open, open_bypass};
pub use delete::{Deleted, Selection, delete};
pub use error::{EngineError, ErrorKind};
pub use estimate::BytesPerEvent;
pub use held::{Held, HeldPart, Problem, ProblemKind};
pub use ingest::{IngestRequest, Mode, Ports, ingest};
pub use observe::{Observe, Progress, Silent};
pub use price::{GapPrice, Price, price};
pub use receipt::{Expected, Failure, Receipt, Repair};
pub use scan::scan;
pub use summary::Summary;
pub use verify::{OverlapInfo, VerifyReport, verify};

/// The plan of a window against what a scan found.
pub fn plan_window(held: &Held, window: windrow_model::TimeRange) -> windrow_model::Plan {
    windrow_model::Plan::new(window, &held.claims())
}
