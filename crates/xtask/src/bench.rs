//! `cargo xtask bench`: ratios against a peer measured in the same run, printed as one table.
//!
//! Each bench gives [`Row`]s. A row over its target fails the command; no test depends on a time.

mod planning;
mod table;

use crate::error::TaskError;
use crate::step::{Note, Steps};
pub(crate) use table::{Better, Row};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Bench {
    /// Planning over many segments against sorting their ranges
    Planning,
}

impl Bench {
    const ALL: [Self; 1] = [Self::Planning];

    fn rows(self) -> Result<Vec<Row>, TaskError> {
        match self {
            Self::Planning => planning::rows(),
        }
    }
}

/// Runs the chosen ones, or all, and prints the table.
pub(crate) fn run(only: &[Bench]) -> Result<(), TaskError> {
    let chosen: &[Bench] = if only.is_empty() { &Bench::ALL } else { only };
    let mut steps = Steps::new();
    let mut rows = Vec::new();
    for bench in chosen {
        steps.run(&format!("{bench:?}").to_lowercase(), || {
            let mut measured = bench.rows()?;
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
