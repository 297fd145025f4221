//! What `cargo xtask bench query` asks of a cached window.

use serde::Deserialize;
use std::error::Error;
use std::ops::ControlFlow;
use std::rc::Rc;
use windrow_engine::query::Predicate;
use windrow_engine::query::answers::{Buckets, top};
use windrow_engine::{Answers, CancellationToken, Opened, Refined, RowsWanted, open};
use windrow_model::filter::{FieldName, parse};
use windrow_model::{Dataset, TimeRange};
use windrow_store::BlobStore;

/// Series of a histogram, and values of a field.
const MOST: usize = 10;

/// A question.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    name: String,
    /// Whether the window is opened anew before.
    #[serde(default)]
    first: bool,
    #[serde(default)]
    filter: String,
    /// How many of the matching rows are read too.
    #[serde(default)]
    rows: u64,
    #[serde(default)]
    histogram: bool,
    by: Option<String>,
    top: Option<String>,
}

/// Asks them one after the other. Gives each with its seconds and a number that the peer must give too:
/// how many rows match, how many stretches of time have rows, or how many rows have the most frequent value.
pub(crate) async fn ask_all<S: BlobStore>(
    questions: &[Question],
    store: &Rc<S>,
    dataset: &Dataset,
    window: TimeRange,
    seconds: impl Fn() -> f64,
) -> Result<Vec<(String, f64, u64)>, Box<dyn Error>> {
    let mut opened = open(Rc::clone(store), dataset, window).await?;
    let mut answered = Vec::new();
    for question in questions {
        if question.first {
            opened = open(Rc::clone(store), dataset, window).await?;
        }
        let started = seconds();
        let answer = ask(question, &opened, window).await?;
        answered.push((question.name.clone(), seconds() - started, answer));
    }
    Ok(answered)
}

async fn ask<S: BlobStore>(
    question: &Question,
    opened: &Opened<S>,
    window: TimeRange,
) -> Result<u64, Box<dyn Error>> {
    let predicate = Predicate::new(
        &parse(&question.filter)
            .map_err(|error| format!("{error:?}"))?
            .filter,
    )?;
    let mut answers = Answers::default();
    if question.histogram {
        let by = question.by.as_deref().map(FieldName::any_case);
        answers = answers.with_histogram(Buckets::round(window, |_| 0), by);
    }
    if let Some(field) = &question.top {
        let question = top::Question {
            by: vec![FieldName::any_case(field)],
            of: None,
        };
        answers = answers.with_top(question, top::Limits::default());
    }
    if question.rows > 0 {
        answers = answers.with_rows(RowsWanted::new(0, question.rows));
    }
    let mut read = 0;
    let mut receive = |refined: Refined<'_>| {
        read += refined
            .matches
            .map_or(0, |matches| matches.numbers.len() as u64);
        ControlFlow::Continue(())
    };
    let cancel = CancellationToken::new();
    let searched = opened
        .ask(&predicate, &mut answers, &cancel, &mut receive)
        .await?;
    if !searched.is_final || read != question.rows {
        return Err(format!("{}: {read} rows were read, {searched:?}", question.name).into());
    }
    if let Some(histogram) = answers.histogram() {
        let bars = histogram.bars(MOST);
        return Ok(bars.all.iter().filter(|rows| **rows > 0).count() as u64);
    }
    if let Some(top) = answers.top().first() {
        let values = top.values(MOST);
        return Ok(values.values.first().map_or(0, |(_, group)| group.rows));
    }
    Ok(searched.all_matched())
}
