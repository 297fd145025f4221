//! Rows made up, as themselves and as record batches of parts that promoted more or less of their fields.

use arrow::array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, ListBuilder, RecordBatch,
    StringArray, StringBuilder, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;
use windrow_model::FieldValue;
use windrow_query::{LeftInMessage, MessageFields};

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// One row. Its message is a JSON object of its fields, or plain text without fields.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub timestamp: i64,
    pub message: String,
    pub labels: Vec<String>,
    pub extra: Option<String>,
    pub fields: BTreeMap<&'static str, Val>,
}

/// How a field is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In a column, all of it.
    Column,
    /// In a column as a dictionary, all of it.
    Dictionary,
    /// In a column but for every third row.
    Partly,
    /// Only in messages.
    Message,
}

/// The fields that rows may have.
pub(crate) const FIELDS: [&str; 5] = ["user", "n", "x", "ok", "ip.src"];

/// Words of messages and values.
pub(crate) fn any_word() -> impl Strategy<Value = String> {
    prop::sample::select(
        [
            "ask",
            "Ask",
            "desk",
            "a",
            "b",
            "ab",
            "aab",
            "\u{e4}b",
            "\u{c4}B",
            "\u{212a}b",
            "a\u{17f}k",
            "\u{3c3}\u{3c2}",
            "10.0.0.1",
            "10.0.0.255",
            "fe80::1",
            "5",
            "5.0",
            "-5",
            "true",
            "",
            "a b",
        ]
        .map(str::to_owned)
        .to_vec(),
    )
}

fn any_val(name: &'static str) -> BoxedStrategy<Val> {
    match name {
        "n" => prop_oneof![-6_i64..6, Just(i64::MAX)]
            .prop_map(Val::Int)
            .boxed(),
        "x" => (-24_i64..24)
            .prop_map(|n| Val::Float(n as f64 / 4.0))
            .boxed(),
        "ok" => any::<bool>().prop_map(Val::Bool).boxed(),
        _ => any_word().prop_map(Val::Text).boxed(),
    }
}

fn any_fields() -> impl Strategy<Value = BTreeMap<&'static str, Val>> {
    let [a, b, c, d, e] = FIELDS.map(|name| prop::option::of(any_val(name)));
    (a, b, c, d, e).prop_map(|(a, b, c, d, e)| {
        let values = FIELDS.into_iter().zip([a, b, c, d, e]);
        values
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    })
}

pub(crate) fn any_row() -> impl Strategy<Value = Row> {
    let words = prop::collection::vec(any_word(), 0..4);
    let labels = prop::collection::vec(any_word(), 0..3);
    let fields = prop::option::weighted(0.8, any_fields());
    (
        0_i64..5_000,
        words,
        labels,
        prop::option::of(any_word()),
        fields,
    )
        .prop_map(|(timestamp, words, labels, extra, fields)| Row {
            timestamp,
            message: match &fields {
                Some(fields) => json(fields, &words.join(" ")),
                None => words.join(" "),
            },
            labels,
            extra,
            fields: fields.unwrap_or_default(),
        })
}

/// The fields as an object, with one more text that is no field of ours.
fn json(fields: &BTreeMap<&'static str, Val>, text: &str) -> String {
    let mut object: BTreeMap<&str, serde_json::Value> = fields
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Val::Bool(value) => (*value).into(),
                Val::Int(value) => (*value).into(),
                Val::Float(value) => (*value).into(),
                Val::Text(value) => value.clone().into(),
            };
            (*name, value)
        })
        .collect();
    object.insert("zz", text.into());
    serde_json::to_string(&object).unwrap()
}

pub(crate) fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(any_row(), 0..60)
}

/// How each of [`FIELDS`] is kept.
pub(crate) fn any_kept() -> impl Strategy<Value = Vec<Kept>> {
    let kept = vec![Kept::Column, Kept::Dictionary, Kept::Partly, Kept::Message];
    prop::collection::vec(prop::sample::select(kept), FIELDS.len())
}

/// A batch of the rows, and what its part says of what it left in messages.
pub(crate) fn batch(rows: &[Row], kept: &[Kept], is_said: bool) -> (RecordBatch, LeftInMessage) {
    let mut columns: Vec<(String, ArrayRef, bool)> = Vec::new();
    let times: TimestampMillisecondArray = rows.iter().map(|row| Some(row.timestamp)).collect();
    columns.push((
        "timestamp".into(),
        Arc::new(times.with_timezone("UTC")),
        false,
    ));
    let messages: StringArray = rows.iter().map(|row| Some(row.message.as_str())).collect();
    columns.push(("message".into(), Arc::new(messages), false));
    let element = Field::new("element", DataType::Utf8, false);
    let mut labels = ListBuilder::new(StringBuilder::new()).with_field(element);
    for row in rows {
        row.labels
            .iter()
            .for_each(|label| labels.values().append_value(label));
        labels.append(true);
    }
    columns.push(("labels".into(), Arc::new(labels.finish()), false));
    let extra: StringArray = rows.iter().map(|row| row.extra.as_deref()).collect();
    columns.push(("extra".into(), Arc::new(extra), true));
    let mut left = vec!["elsewhere".to_owned()];
    for (name, kept) in FIELDS.into_iter().zip(kept) {
        if matches!(kept, Kept::Partly | Kept::Message) {
            left.push(name.to_owned());
        }
        if *kept != Kept::Message {
            columns.push((name.to_owned(), column(rows, name, *kept), true));
        }
    }
    let left = if is_said {
        LeftInMessage::Named(left)
    } else {
        LeftInMessage::Any
    };
    (
        RecordBatch::try_from_iter_with_nullable(columns).unwrap(),
        left,
    )
}

fn column(rows: &[Row], name: &str, kept: Kept) -> ArrayRef {
    let values = rows.iter().enumerate().map(|(index, row)| {
        let is_kept = kept != Kept::Partly || index % 3 > 0;
        row.fields.get(name).filter(|_| is_kept)
    });
    match name {
        "n" => Arc::new(Int64Array::from_iter(values.map(|value| match value {
            Some(Val::Int(value)) => Some(*value),
            _ => None,
        }))),
        "x" => Arc::new(Float64Array::from_iter(values.map(|value| match value {
            Some(Val::Float(value)) => Some(*value),
            _ => None,
        }))),
        "ok" => Arc::new(BooleanArray::from_iter(values.map(|value| match value {
            Some(Val::Bool(value)) => Some(*value),
            _ => None,
        }))),
        _ => {
            let texts = values.map(|value| match value {
                Some(Val::Text(value)) => Some(value.as_str()),
                _ => None,
            });
            if kept == Kept::Dictionary {
                Arc::new(DictionaryArray::<Int32Type>::from_iter(texts))
            } else {
                Arc::new(StringArray::from_iter(texts))
            }
        }
    }
}

/// Reads messages that are JSON objects without objects in them.
pub(crate) struct Json;

impl MessageFields for Json {
    fn each<'m>(&mut self, message: &'m str, found: &mut dyn FnMut(&str, FieldValue<'m>)) {
        let object: Result<BTreeMap<String, &'m RawValue>, _> = serde_json::from_str(message);
        for (name, value) in object.into_iter().flatten() {
            match value.get() {
                "null" => {}
                "true" => found(&name, FieldValue::Boolean(true)),
                "false" => found(&name, FieldValue::Boolean(false)),
                text if text.starts_with('"') => {
                    let text: String = serde_json::from_str(text).unwrap();
                    found(&name, FieldValue::Text(text.into()));
                }
                number => found(&name, FieldValue::Number(number)),
            }
        }
    }
}
