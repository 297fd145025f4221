//! Planning a window over many segments, against sorting the same ranges in the same process,
//! and what the engine does with ten times as many parts, against what it does with them.

use super::Row;
use super::measure::all;
use super::table::Target::AtMost;
use crate::command;
use crate::error::TaskError;
use serde_json::Value;

/// Ten times the parts may take so many times as long.
const MOST_GROWTH: f64 = 12.0;

/// One row per number of segments, measured by `crates/model/examples/planning.rs`,
/// and one per operation, measured by `crates/engine/examples/many_parts.rs`.
pub(super) fn rows() -> Result<Vec<Row>, TaskError> {
    let planned = example("windrow-model", "planning")?;
    let mut rows: Vec<Row> = planned.iter().filter_map(plan_row).collect();
    let timed = example("windrow-engine", "many_parts")?;
    let grown = timed.iter().filter_map(|more| {
        let tenth = timed.iter().find(|few| is_tenth(few, more))?;
        growth_row(tenth, more)
    });
    rows.extend(grown);
    Ok(rows)
}

/// What an example prints.
fn example(package: &str, name: &str) -> Result<Vec<Value>, TaskError> {
    all(command::cargo("run --quiet --release --package").args([package, "--example", name]))
}

fn plan_row(measured: &Value) -> Option<Row> {
    let figure = |name: &str| measured.get(name).and_then(Value::as_f64);
    let (segments, plan_ms, sort_ms) =
        (figure("segments")?, figure("plan_ms")?, figure("sort_ms")?);
    Some(Row {
        name: format!(
            "plan over {segments} segments, {}",
            measured.get("order")?.as_str()?
        ),
        ours: format!("{plan_ms:.2} ms"),
        peer: format!("{sort_ms:.2} ms (sort)"),
        ratio: plan_ms / sort_ms,
        target: AtMost(2.0),
    })
}

/// Whether both are of one operation, the first over a tenth of the parts.
fn is_tenth(few: &Value, more: &Value) -> bool {
    let parts = |measured: &Value| measured.get("parts").and_then(Value::as_u64);
    few.get("operation") == more.get("operation")
        && parts(few).map(|parts| parts * 10) == parts(more)
}

fn growth_row(few: &Value, more: &Value) -> Option<Row> {
    let seconds = |measured: &Value| measured.get("seconds").and_then(Value::as_f64);
    let (few_s, more_s) = (seconds(few)?, seconds(more)?);
    Some(Row {
        name: format!(
            "{}, {} parts",
            more.get("operation")?.as_str()?,
            more.get("parts")?
        ),
        ours: format!("{:.1} ms", more_s * 1e3),
        peer: format!("{:.1} ms ({} parts)", few_s * 1e3, few.get("parts")?),
        ratio: more_s / few_s,
        target: AtMost(MOST_GROWTH),
    })
}
