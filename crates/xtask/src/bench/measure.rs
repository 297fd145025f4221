//! Programs that measure: each prints one JSON object a line.

use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory for what a bench writes, made empty.
pub(super) fn empty_directory(name: &str) -> Result<PathBuf, TaskError> {
    let directory = place::target().join("bench").join(name);
    if directory.exists() {
        std::fs::remove_dir_all(&directory).map_err(TaskError::file(&directory))?;
    }
    std::fs::create_dir_all(&directory).map_err(TaskError::file(&directory))?;
    Ok(directory)
}

/// `crates/engine/examples/native`, built for release, with arguments to follow.
pub(super) fn native() -> Command {
    command::cargo("run --quiet --release --package windrow-engine --example native --")
}

/// `crates/cli/examples/connector.rs`, built for release, with arguments to follow.
pub(super) fn connector() -> Command {
    command::cargo("run --quiet --release --package windrow-cli --example connector --")
}

/// The peer's script, in the Python that has DuckDB.
pub(super) fn peer(tools: &Toolbox, arguments: &[&Path]) -> Result<Value, TaskError> {
    Ok(peer_lines(tools, arguments)?.pop().unwrap_or_default())
}

/// The same, with all that it prints.
pub(super) fn peer_lines(tools: &Toolbox, arguments: &[&Path]) -> Result<Vec<Value>, TaskError> {
    let mut command = command::new(tools.python()?);
    command
        .arg(place::root().join("crates/xtask/src/bench/peer.py"))
        .args(arguments);
    all(&mut command)
}

/// Runs to the end and gives the JSON objects printed, at least one.
pub(super) fn all(command: &mut Command) -> Result<Vec<Value>, TaskError> {
    let mut printed = Vec::new();
    let status = command::lines(command, |line| {
        printed.extend(serde_json::from_str::<Value>(line));
    })?;
    if status.success() && !printed.is_empty() {
        return Ok(printed);
    }
    Err(TaskError::Failed {
        command: command::line(command),
        status: status.to_string(),
    })
}

/// Runs to the end and gives the last JSON object printed.
pub(super) fn one(command: &mut Command) -> Result<Value, TaskError> {
    Ok(all(command)?.pop().unwrap_or_default())
}

/// How often a measurement is repeated whose median is shown.
pub(super) const ROUNDS: usize = 7;

/// The median of a figure over measurements; of an even number the upper one of the two in the middle.
pub(super) fn median_of<'a>(
    measured: impl IntoIterator<Item = &'a Value>,
    name: &str,
) -> Result<f64, TaskError> {
    let figures = measured.into_iter().map(|measured| figure(measured, name));
    let mut figures = figures.collect::<Result<Vec<f64>, _>>()?;
    figures.sort_by(f64::total_cmp);
    figures
        .get(figures.len() / 2)
        .copied()
        .ok_or_else(|| TaskError::Wrong(format!("`{name}` was never measured")))
}

/// A figure of a measurement.
pub(super) fn figure(measured: &Value, name: &str) -> Result<f64, TaskError> {
    measured
        .pointer(name)
        .and_then(Value::as_f64)
        .ok_or_else(|| TaskError::Wrong(format!("a measurement has no `{name}`: {measured}")))
}
