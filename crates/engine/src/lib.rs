//! The pipeline: a window goes in, proven parts come out, and are read as one.
//!
//! # The map
//!
//! The folders, in the order data passes. All use [`error`] and `telemetry`; a run is stopped by a [`CancellationToken`].
//!
//! **`catalog`**: what is on disk. `scan` lists a dataset's directory and has `footer` prove each file, or takes its footer from the `index`;
//! it gives a [`Held`] (`scan_result`), with a [`Problem`] for every file that proves nothing. `list` lists datasets and segments.
//!
//! **`fetch`**: from a [`windrow_model::Plan`] to a [`Receipt`]. `run` scans, plans and starts.
//! `scheduler` has every gap counted, split and priced by `cost`, then fetches several ranges at once.
//! `range` proves one range by the source's count; `chain` follows its pages; `validate` checks their rows.
//! `progress` counts, `finish` and `report` say what became of it.
//!
//! **`write`**: `flush` turns buffered rows into parts, one claim each; `part` writes one file.
//!
//! **`read`**: all parts of a window as one. `window` opens it; `span` finds the rows of a part in a range it owns; `row_groups` reads and checks them;
//! `rows`, `batches`, `find` and `locate` go through them; `ask` runs a filter over them, all or a `portion`, reads what it `needs` `ahead`, keeps what was `decoded`, and gives `answers`, also which rows are `selected`; `summary` and `timeline` sum up; `provisional` chooses between files that claim nothing.
//!
//! **`maintain`**: beside the line. `recover` tidies and `repair` replaces, both under the writer lock; [`verify()`] reads everything again,
//! [`compare()`] asks the source again, [`delete()`] deletes, `bypass` looks after the runs beside the cache.
//!
//! A row passes `catalog/scan`, `fetch/run`, `fetch/range`, `fetch/chain`, `fetch/validate`, `write/flush`, `write/part`, `read/window`.
//!
//! Imports go one way: `catalog` and `write` know no other stage but the catalog's names, `read` and `maintain` do not know `fetch`.
//! A test keeps it so.
//!
//! # Entrances
//!
//! [`ingest()`] fetches what is missing of a window, [`open()`] reads it.
//!
//! The engine reaches storage, the source and the clock only through ports, and reports what it does only through [`Observe`].
//! The alternative refused: a manifest that says what is held.
//! Whatever order it were written in, a kill between two writes would leave it lying; a part that is its own proof cannot.

mod catalog {
    pub(crate) mod footer;
    pub mod index;
    pub(crate) mod list;
    pub(crate) mod problem;
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
    pub(crate) mod chain;
    pub(crate) mod context;
    pub(crate) mod finish;
    pub(crate) mod progress;
    pub(crate) mod range;
    pub(crate) mod report;
    pub(crate) mod request;
    pub(crate) mod run;
    pub(crate) mod scheduler;
    pub(crate) mod stop;
    pub(crate) mod validate;
}
mod write {
    pub(crate) mod flush;
    pub(crate) mod part;
}
mod read {
    pub(crate) mod ahead;
    pub(crate) mod answers;
    pub(crate) mod ask;
    pub(crate) mod batches;
    pub(crate) mod decoded;
    pub(crate) mod find;
    pub(crate) mod known;
    pub(crate) mod locate;
    pub(crate) mod matches;
    pub(crate) mod needs;
    pub(crate) mod portion;
    pub(crate) mod provisional;
    pub(crate) mod row_groups;
    pub(crate) mod rows;
    pub(crate) mod searched;
    pub(crate) mod selected;
    pub(crate) mod slices;
    pub(crate) mod span;
    pub(crate) mod summary;
    pub(crate) mod timeline;
    pub(crate) mod window;
}
mod maintain {
    pub(crate) mod bypass;
    pub(crate) mod compare;
    pub(crate) mod delete;
    pub(crate) mod range_index;
    pub(crate) mod recover;
    pub(crate) mod repair;
    pub(crate) mod verify;
}
pub mod error;
mod telemetry;

pub use catalog::index;
pub use catalog::list::{DatasetInfo, PartInfo, SegmentInfo, list_datasets, segments};
pub use catalog::problem::{Problem, ProblemKind};
pub use catalog::scan::scan;
pub use catalog::scan_result::{Held, HeldPart, OverlapInfo};
pub use error::{EngineError, ErrorKind};
pub use fetch::cost::estimate::BytesPerEvent;
pub use fetch::cost::price::{GapPrice, Price, price};
pub use fetch::report::{Failure, Receipt};
pub use fetch::request::{IngestRequest, Mode, Ports};
pub use fetch::run::ingest;
pub use maintain::bypass::{BypassRun, bypass_runs};
pub use maintain::compare::{SliceCheck, SliceState, SourceReport, compare};
pub use maintain::delete::{Deleted, Selection, delete};
pub use maintain::repair::Repair;
pub use maintain::verify::{VerifyReport, verify};
pub use read::answers::Answers;
pub use read::ask::{Asking, Refined};
pub use read::batches::Batch;
pub use read::decoded::DecodedColumns;
pub use read::find::{Find, Found};
pub use read::locate::{Kept, Located};
pub use read::matches::{Matches, RowsWanted};
pub use read::portion::Portion;
pub use read::rows::Rows;
pub use read::searched::Searched;
pub use read::selected::SelectedRows;
pub use read::slices::Slices;
pub use read::summary::Summary;
pub use read::timeline::{Stretch, StretchState};
pub use read::window::{Opened, open, open_bypass};
pub use telemetry::{Observe, Progress, Silent};
pub use tokio_util::sync::CancellationToken;
pub use windrow_columnar::{FieldAt, FieldReader};
pub use windrow_model::event::Expected;
pub use windrow_query as query;

/// The plan of a window against what a scan found.
pub fn plan_window(held: &Held, window: windrow_model::TimeRange) -> windrow_model::Plan {
    windrow_model::Plan::new(window, &held.claims())
}
