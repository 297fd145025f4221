//! A question of the page in the engine's terms.

use std::ops::Range;
use windrow_engine::Answers;
use windrow_engine::query::Predicate;
use windrow_engine::query::answers::top;
use windrow_model::filter::{FieldName, parse};
use windrow_protocol::{FilterMistake, Question};

/// The filter, or what is wrong with it.
pub(crate) fn compile(text: &str) -> Result<Predicate, FilterMistake> {
    let parsed = parse(text).map_err(|error| error.explained())?;
    let predicate = Predicate::new(&parsed.filter).map_err(|error| error.explained(text))?;
    Ok(predicate)
}

/// What is to be answered, of rows with these numbers alone where they are given.
pub(crate) fn asked(question: &Question, keeps_rows: bool, only: Option<Range<u64>>) -> Answers {
    let mut answers = Answers::default();
    if keeps_rows {
        answers = answers.with_selected();
    }
    if let Some(histogram) = &question.histogram {
        let by = histogram.by.as_ref().map(FieldName::exact);
        answers = answers.with_histogram(histogram.buckets.clone(), by);
    }
    for of in &question.top {
        let question = top::Question {
            by: vec![FieldName::exact(&of.field)],
            of: None,
        };
        answers = answers.with_top(question, top::Limits::default());
    }
    // Behind all others: they are found as the last.
    if let Some(of) = &question.groups {
        let question = top::Question {
            by: of.by.iter().map(FieldName::exact).collect(),
            of: of.of.as_ref().map(FieldName::exact),
        };
        answers = answers.with_top(question, top::Limits::default());
    }
    if question.fields {
        answers = answers.with_fields();
    }
    // One that is no filter selects nothing: the page asks for none.
    if let Some(Ok(kind)) = question.slices.as_deref().map(compile) {
        answers = answers.with_kind(kind);
    }
    match only {
        Some(rows) => answers.only(rows),
        None => answers,
    }
}
