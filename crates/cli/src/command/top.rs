//! `windrow top`: the most frequent values of a field in matching rows, or pairs of values of two.

use super::ask::{Asking, matched, note_unknown};
use crate::args::TopArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, count, count_bar, counted, percent};
use serde::Serialize;
use windrow_engine::query::answers::top::{Limits, Question, TopValues};
use windrow_engine::{Answers, Searched};
use windrow_model::filter::FieldName;

/// A value or a pair of values.
#[derive(Serialize)]
struct Value<'a> {
    /// One for each field; null where a row lacks one of two.
    value: Vec<Option<&'a str>>,
    rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Numbers>,
}

/// The numbers of another field.
#[derive(Serialize)]
struct Numbers {
    count: u64,
    sum: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Serialize)]
struct Answer<'a> {
    fields: &'a [String],
    top: Vec<Value<'a>>,
    /// Matching rows without any of the fields.
    absent: u64,
    /// Distinct values, or how many are known where they are too many.
    distinct: usize,
    /// Whether the numbers are exact and no other value is more frequent.
    is_exact: bool,
}

pub(super) async fn run(args: &TopArgs, context: &Context) -> Result<Exit, CliError> {
    let asking = Asking::open(&args.ask, context).await?;
    let question = Question {
        by: args.fields.iter().map(FieldName::any_case).collect(),
        of: args.of.as_ref().map(FieldName::any_case),
    };
    let mut answers = Answers::default().with_top(question.clone(), Limits::default());
    let mut searched = asking.ask(&mut answers, context).await?;
    let first = |answers: &Answers| answers.top().first().map(|top| top.values(args.limit));
    let Some(mut values) = first(&answers) else {
        return Ok(Exit::Failed);
    };
    if let Some(top) = answers.top().first().filter(|_| searched.is_final) {
        let by = args.fields.iter().enumerate();
        let by = by.map(|(at, name)| (name.as_str(), top.has_value(at)));
        let of = args.of.iter().map(|name| (name.as_str(), top.has_number()));
        note_unknown(&asking.opened, by.chain(of), context);
    }
    let candidates = answers
        .top()
        .first()
        .and_then(|top| top.candidates(args.limit));
    if let (false, true, Some(candidates)) = (values.is_exact, searched.is_final, candidates) {
        // There were too many values to keep: those that may be among the first are counted again.
        let distinct = values.distinct;
        let mut again = Answers::default().with_top_of(question, candidates);
        searched = asking.ask(&mut again, context).await?;
        if let Some(exact) = first(&again) {
            values = TopValues { distinct, ..exact };
        }
    }
    let answer = answer(args, &values);
    let lines = lines(args, &searched, &values, &answer);
    asking.print(&searched, &answer, lines, context)
}

fn answer<'a>(args: &'a TopArgs, values: &'a TopValues) -> Answer<'a> {
    let value = |(key, group): &'a (_, windrow_engine::query::answers::top::Group)| {
        let key: &'a Vec<Option<Box<str>>> = key;
        Value {
            value: key.iter().map(Option::as_deref).collect(),
            rows: group.rows,
            of: args.of.is_some().then(|| Numbers {
                count: group.of.count,
                sum: group.of.sum(),
                low: group.of.low,
                high: group.of.high,
            }),
        }
    };
    Answer {
        fields: &args.fields,
        top: values.values.iter().map(value).collect(),
        absent: values.absent,
        distinct: values.distinct,
        is_exact: values.is_exact,
    }
}

fn lines(
    args: &TopArgs,
    searched: &Searched,
    values: &TopValues,
    answer: &Answer<'_>,
) -> Vec<String> {
    let mut columns: Vec<(&str, Side)> = args
        .fields
        .iter()
        .map(|field| (field.as_str(), Side::Left))
        .collect();
    columns.extend([("Rows", Side::Right), ("Share", Side::Right)]);
    if args.of.is_some() {
        columns.extend(["Sum", "Lowest", "Highest"].map(|name| (name, Side::Right)));
    }
    columns.push(("", Side::Left));
    let mut table = Table::new(&columns);
    let most = answer.top.first().map_or(0, |value| value.rows);
    for value in &answer.top {
        let texts = value.value.iter();
        let mut cells: Vec<String> = texts
            .map(|text| match text {
                None => "(none)".to_owned(),
                Some("") => "(empty)".to_owned(),
                Some(text) => (*text).to_owned(),
            })
            .collect();
        cells.extend([count(value.rows), percent(value.rows, values.rows)]);
        if let Some(of) = &value.of {
            let number = |number: Option<f64>| number.map_or_else(String::new, |n| n.to_string());
            cells.extend([of.sum.to_string(), number(of.low), number(of.high)]);
        }
        cells.push(count_bar(value.rows, most));
        table.row(cells);
    }
    let mut lines = vec![matched(searched), String::new()];
    lines.extend(table.lines());
    lines.push(String::new());
    let about = if answer.is_exact { "" } else { "at least " };
    lines.push(format!(
        "  {about}{}; {} without a value",
        counted(answer.distinct as u64, "distinct value", "distinct values"),
        counted(answer.absent, "row", "rows")
    ));
    if !answer.is_exact {
        lines.push("  too many values to count all: others may be as frequent".into());
    }
    lines
}
