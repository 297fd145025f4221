//! `windrow fields`: which fields matching rows have.

use super::ask::{Asking, matched};
use crate::args::FieldsArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, count, percent};
use serde::Serialize;
use windrow_engine::query::answers::field_list::FieldType;
use windrow_engine::{Answers, Searched};

/// A field.
#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    /// As in a summary; several where its values differ.
    types: Vec<&'static str>,
    rows: u64,
    /// An estimate where they are many.
    distinct: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    /// The most frequent ones first.
    fields: Vec<Field<'a>>,
    /// Values of fields that are not listed, because there are too many.
    unlisted: u64,
}

pub(super) async fn run(args: &FieldsArgs, context: &Context) -> Result<Exit, CliError> {
    let asking = Asking::open(&args.ask, context).await?;
    let mut answers = Answers::default().with_fields();
    let searched = asking.ask(&mut answers, context).await?;
    let Some(list) = answers.fields() else {
        return Ok(Exit::Failed);
    };
    let fields = list.fields().iter().map(|(name, field)| Field {
        name,
        types: field.types.iter().map(|of| word(*of)).collect(),
        rows: field.rows,
        distinct: field.distinct.count(),
    });
    let mut fields: Vec<Field<'_>> = fields.collect();
    fields.sort_by(|a, b| b.rows.cmp(&a.rows).then(a.name.cmp(b.name)));
    let answer = Answer {
        fields,
        unlisted: list.unlisted(),
    };
    let lines = lines(&searched, &answer);
    asking.print(&searched, &answer, lines, context)
}

const fn word(of: FieldType) -> &'static str {
    match of {
        FieldType::Boolean => "boolean",
        FieldType::Integer => "int64",
        FieldType::Float => "double",
        FieldType::Text => "string",
    }
}

fn lines(searched: &Searched, answer: &Answer<'_>) -> Vec<String> {
    let mut table = Table::new(&[
        ("Field", Side::Left),
        ("Type", Side::Left),
        ("Rows", Side::Right),
        ("Share", Side::Right),
        ("Distinct, about", Side::Right),
    ]);
    for field in &answer.fields {
        table.row([
            field.name,
            &field.types.join(", "),
            &count(field.rows),
            &percent(field.rows, searched.matched),
            &count(field.distinct),
        ]);
    }
    let mut lines = vec![matched(searched), String::new()];
    lines.extend(table.lines());
    if answer.unlisted > 0 {
        let values = count(answer.unlisted);
        lines.push(format!(
            "  {values} values of further fields are not listed"
        ));
    }
    lines
}
