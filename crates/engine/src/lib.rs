//! The pipeline: a window goes in, proven parts come out, and are read as one.
//!
//! # The map
//!
//! The folders, in the order data passes. All use [`error`], `telemetry` and `cancel`.
//!
//! **`catalog`**: what is on disk. `scan` reads the footers of a dataset's directory, from its `index` where that knows them, and gives a [`Held`]; `list` lists datasets and segments.
//!
//! **`fetch`**: from a plan to a [`Receipt`]. `run` scans, plans and starts; `cost` counts every gap, splits long ones and prices the whole before the first page; `scheduler` has several ranges under way at once; `range` follows one range's chain of pages and proves its end; `validate` checks the rows of each page; `progress` counts; `finish` and `report` say what became of it.
//!
//! **`write`**: `flush` turns buffered rows into parts, one claim each; `part` is one file on its way.
//!
//! **`read`**: all parts of a window as one. `window` opens it, `span` finds the rows of a part in a range it owns, `rows` decodes them, `find` searches them, `locate` finds the row that a key names, `summary` and `timeline` sum up, `provisional` chooses what shows where nothing is proven.
//!
//! **`maintain`**: beside the line. `recover` and `repair` tidy and mend under the writer lock, [`verify()`] reads everything again, [`compare()`] asks the source again, [`delete()`] deletes, `bypass` looks after the runs beside the cache.
//!
//! One row passes `catalog/scan`, `fetch/run`, `fetch/range`, `fetch/validate`, `write/flush`, `write/part`, `read/window`.
//!
//! # Entrances
//!
//! [`ingest()`] fetches what is missing of a window, [`open()`] reads it.
//!
//! The engine reaches storage, the source and the clock only through ports, and tells what it does only through [`Observe`].
//! The alternative refused: a manifest that says what is held.
//! Whatever order it were written in, a kill between two writes would leave it lying; a part that is its own proof cannot.

mod catalog {
    pub mod index;
    pub(crate) mod list;
    pub(crate) mod scan;
    pub(crate) mod scan_result;
}
mod fetch {
    pub(crate) mod cost {
        pub(crate) mod count;
        pub(crate) mod estimate;
        pub(crate) mod price;
        pub(crate) mod split;
    }
    pub(crate) mod finish;
    pub(crate) mod progress;
    pub(crate) mod range;
    pub(crate) mod report;
    pub(crate) mod run;
    pub(crate) mod scheduler;
    pub(crate) mod validate;
}
mod write {
    pub(crate) mod flush;
    pub(crate) mod part;
}
mod read {
    pub(crate) mod find;
    pub(crate) mod locate;
    pub(crate) mod provisional;
    pub(crate) mod rows;
    pub(crate) mod span;
    pub(crate) mod summary;
    pub(crate) mod timeline;
    pub(crate) mod window;
}
mod maintain {
    pub(crate) mod bypass;
    pub(crate) mod compare;
    pub(crate) mod delete;
    pub(crate) mod recover;
    pub(crate) mod repair;
    pub(crate) mod verify;
}
mod cancel;
pub mod error;
mod telemetry;

pub use cancel::{Cancel, Cancelled};
pub use catalog::index;
pub use catalog::list::{DatasetInfo, PartInfo, SegmentInfo, list_datasets, segments};
pub use catalog::scan::scan;
pub use catalog::scan_result::{Held, HeldPart, Problem, ProblemKind};
pub use error::{EngineError, ErrorKind};
pub use fetch::cost::estimate::BytesPerEvent;
pub use fetch::cost::price::{GapPrice, Price, price};
pub use fetch::report::{Expected, Failure, Receipt, Repair};
pub use fetch::run::{IngestRequest, Mode, Ports, ingest};
pub use maintain::bypass::{BypassRun, bypass_runs};
pub use maintain::compare::{SliceCheck, SliceState, SourceReport, compare};
pub use maintain::delete::{Deleted, Selection, delete};
pub use maintain::verify::{OverlapInfo, VerifyReport, verify};
pub use read::find::{Find, Found};
pub use read::locate::{Kept, Located};
pub use read::rows::Rows;
pub use read::summary::Summary;
pub use read::timeline::{Stretch, StretchState};
pub use read::window::{Opened, open, open_bypass};
pub use telemetry::{Observe, Progress, Silent};

/// The plan of a window against what a scan found.
pub fn plan_window(held: &Held, window: windrow_model::TimeRange) -> windrow_model::Plan {
    windrow_model::Plan::new(window, &held.claims())
}
