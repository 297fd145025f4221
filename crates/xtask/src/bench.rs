//! `cargo xtask bench`: ratios against a peer measured in the same run, printed as one table.
//!
//! Each bench gives [`Row`]s. A row over its target fails the command; no test depends on a time.

mod connector;
mod in_browser;
mod index;
mod ingest;
mod measure;
mod page;
mod planning;
mod query;
mod table;

use crate::error::TaskError;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};
use clap::ValueEnum;
pub(crate) use table::Row;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// Planning over many segments against sorting their ranges
    Planning,
    /// Ingest and opening, natively, against DuckDB
    Native,
    /// The connector over HTTP against its pages from memory, several gaps at once, and memory
    Connector,
    /// Ingest in both browsers, memory and opening in Chromium, against native DuckDB
    Browser,
    /// Opening thousands of parts with and without their index, natively and in both browsers
    Index,
    /// Filters and answers over 1.6 million cached events, natively and in both browsers, against native DuckDB
    Query,
    /// First paint and readiness of the page against an empty page, in both browsers
    Page,
}

impl Bench {
    /// Whether it needs more than Cargo and this machine.
    fn needs_tools(self) -> bool {
        !matches!(self, Self::Planning | Self::Connector)
    }

    fn rows(self, tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
        match self {
            Self::Planning => planning::rows(),
            Self::Native => ingest::native_rows(tools),
            Self::Connector => connector::rows(),
            Self::Browser => ingest::browser_rows(tools),
            Self::Index => index::rows(tools),
            Self::Query => query::rows(tools),
            Self::Page => page::rows(tools),
        }
    }
}

/// Runs the chosen ones, or all, and prints the table.
pub(crate) fn run(only: &[Bench]) -> Result<(), TaskError> {
    let chosen = if only.is_empty() {
        Bench::value_variants()
    } else {
        only
    };
    let mut steps = Steps::new();
    let tools = if chosen.iter().any(|bench| bench.needs_tools()) {
        Toolbox::for_tests(&mut steps, true)?
    } else {
        Toolbox::default()
    };
    let mut rows = Vec::new();
    for bench in chosen {
        steps.run(&format!("{bench:?}").to_lowercase(), || {
            let mut measured = bench.rows(&tools)?;
            let note = Note::done(format!("{} rows", measured.len()));
            rows.append(&mut measured);
            Ok(note)
        });
    }
    let missed = table::print(&rows);
    steps.finish(false)?;
    if missed == 0 {
        Ok(())
    } else {
        Err(TaskError::Wrong(format!("{missed} targets missed")))
    }
}
