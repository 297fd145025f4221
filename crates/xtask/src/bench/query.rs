//! Filters and answers over cached events, natively and in both browsers, against DuckDB with one thread on the same files.
//!
//! The questions are in `questions.json`, each with its SQL. Who is compared takes turns, the medians are compared, and answers that differ fail the bench.

use super::Row;
use super::in_browser::Prepared;
use super::measure::{ROUNDS, all, empty_directory, figure, median_of, peer_lines};
use super::table::Target::AtMost;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::{Toolbox, Which};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// One row per question, natively and in each browser.
pub(super) fn rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let questions = place::root().join("crates/xtask/src/bench/questions.json");
    let asked = read(&questions)?;
    let cache = empty_directory("query")?.join("cache");
    let made = all(example().arg("make").arg(&cache))?;
    let window = made.last().cloned().unwrap_or_default();
    let bench = Prepared::with_cache(tools, &cache, &questions, &window)?;
    let mut theirs = Vec::new();
    let mut ours = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        theirs.push(peer_lines(tools, &["query".as_ref(), &cache, &questions])?);
        let native = all(example().arg("ask").arg(&cache).arg(&questions))?;
        let [natively, in_chromium, in_firefox] = &mut ours;
        natively.push(native);
        in_chromium.push(answers(&bench.run(Which::Chromium, "?ask")?)?);
        in_firefox.push(answers(&bench.run(Which::Firefox, "?ask")?)?);
    }
    let places = ["natively", "in chromium", "in firefox"];
    let mut rows = Vec::new();
    for (at, question) in asked.iter().enumerate() {
        for (place, ours) in places.iter().zip(&ours) {
            rows.push(row(question, place, at, ours, &theirs)?);
        }
    }
    Ok(rows)
}

/// `crates/cli/examples/query`, built for release, with arguments to follow.
fn example() -> Command {
    command::cargo("run --quiet --release --package windrow-cli --example query --")
}

fn read(questions: &PathBuf) -> Result<Vec<Value>, TaskError> {
    let text = std::fs::read_to_string(questions).map_err(TaskError::file(questions))?;
    serde_json::from_str(&text).map_err(|error| TaskError::Wrong(format!("the questions: {error}")))
}

/// The answers that a browser sent.
fn answers(sent: &Value) -> Result<Vec<Value>, TaskError> {
    sent.get("ask")
        .and_then(Value::as_array)
        .cloned()
        .ok_or_else(|| TaskError::Wrong(format!("the browser sent {sent}")))
}

fn row(
    question: &Value,
    place: &str,
    at: usize,
    ours: &[Vec<Value>],
    theirs: &[Vec<Value>],
) -> Result<Row, TaskError> {
    let name = question
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let of = |rounds: &[Vec<Value>]| -> Vec<Value> {
        rounds
            .iter()
            .filter_map(|round| round.get(at))
            .cloned()
            .collect()
    };
    let (ours, theirs) = (of(ours), of(theirs));
    let mut answers = ours
        .iter()
        .chain(&theirs)
        .map(|measured| measured.get("answer"));
    let first = answers.next();
    if first.is_none() || !answers.all(|answer| Some(answer) == first) {
        return Err(TaskError::Wrong(format!(
            "{name}, {place}: the answers differ"
        )));
    }
    let (our_seconds, their_seconds) = (
        median_of(&ours, "/seconds")?,
        median_of(&theirs, "/seconds")?,
    );
    let target = if place == "natively" {
        "/native"
    } else {
        "/browser"
    };
    let milliseconds = |seconds: f64| format!("{:.1} ms", seconds * 1e3);
    Ok(Row {
        name: format!("{name}, {place}"),
        ours: milliseconds(our_seconds),
        peer: format!("{} (DuckDB)", milliseconds(their_seconds)),
        ratio: our_seconds / their_seconds,
        target: AtMost(figure(question, target)?),
    })
}
