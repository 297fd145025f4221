//! Planning a window over many segments, against sorting the same ranges in the same process.

use super::{Better, Row};
use crate::command;
use crate::error::TaskError;
use serde_json::Value;

/// One row per number of segments, measured by `crates/model/examples/planning.rs`.
pub(super) fn rows() -> Result<Vec<Row>, TaskError> {
    let mut rows = Vec::new();
    let mut example =
        command::cargo("run --quiet --release --package windrow-model --example planning");
    let status = command::lines(&mut example, |line| rows.extend(row(line)))?;
    if status.success() && !rows.is_empty() {
        return Ok(rows);
    }
    Err(TaskError::Failed {
        command: command::line(&example),
        status: status.to_string(),
    })
}

fn row(line: &str) -> Option<Row> {
    let measured: Value = serde_json::from_str(line).ok()?;
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
        target: 2.0,
        better: Better::AtMost,
    })
}
