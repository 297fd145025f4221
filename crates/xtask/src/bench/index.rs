//! Opening a log of thousands of parts with its index of footers, against opening it without: natively and in both browsers.

use super::Row;
use super::in_browser::Prepared;
use super::measure::{empty_directory, figure, native, one};
use super::table::Target::AtMost;
use crate::error::TaskError;
use crate::setup::{Toolbox, Which};
use serde_json::Value;

const PARTS: &str = "5000";

/// One row for each place.
pub(super) fn rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let directory = empty_directory("parts")?;
    let measured = one(native().arg("parts").arg(&directory).arg(PARTS))?;
    // A file of the page cache is read about as fast as its footer is proven: here the index must only cost nothing.
    let mut rows = vec![row("natively", &measured, "", 1.0)?];
    let bench = Prepared::build(tools)?;
    for which in Which::ALL {
        let measured = bench.run(which, "?parts")?;
        rows.push(row(which.name(), &measured, "/parts", 0.5)?);
    }
    Ok(rows)
}

fn row(place: &str, measured: &Value, at: &str, target: f64) -> Result<Row, TaskError> {
    let indexed = figure(measured, &format!("{at}/indexed"))?;
    let plain = figure(measured, &format!("{at}/plain"))?;
    Ok(Row {
        name: format!("opening {PARTS} parts, {place}"),
        ours: format!("{:.0} ms", indexed * 1e3),
        peer: format!("{:.0} ms (without the index)", plain * 1e3),
        ratio: indexed / plain,
        target: AtMost(target),
    })
}
