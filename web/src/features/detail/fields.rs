//! The fields of a JSON object as they stand in the text: numbers keep their digits, names their order.
//! Those of a line of key=value pairs come from the worker, which reads them like a filter does.
//!
//! Takes a message or the fields without a column, gives names and values to look at.
//! Memory: the text once more; at most [`MOST_FIELDS`] fields.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Longer texts are shown as received only.
pub const PARSED_BYTES: usize = 256 << 10;

/// More fields than this are counted and left out.
const MOST_FIELDS: usize = 300;

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value: a string as what it says, all else as its JSON.
    pub value: String,
    /// Whether it is one text, number, `true` or `false`: what a filter compares with.
    pub is_plain: bool,
}

/// The fields of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// In the order of the text.
    pub fields: Vec<Field>,
    /// How many more there are.
    pub left_out: usize,
}

impl Fields {
    /// Of a message whose fields were read like a filter reads them.
    pub fn named(named: Vec<(String, String)>, left_out: u64) -> Self {
        let field = |(name, value)| Field {
            name,
            value,
            is_plain: true,
        };
        Self {
            fields: named.into_iter().map(field).collect(),
            left_out: usize::try_from(left_out).unwrap_or(usize::MAX),
        }
    }
}

/// The fields of a text that is one JSON object.
pub fn fields(text: &str) -> Option<Fields> {
    let is_object = text.len() <= PARSED_BYTES && text.trim_start().starts_with('{');
    is_object.then(|| serde_json::from_str(text).ok()).flatten()
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut found = Fields::default();
        while found.fields.len() < MOST_FIELDS {
            let Some((name, value)) = map.next_entry::<String, &RawValue>()? else {
                return Ok(found);
            };
            let value = value.get();
            found.fields.push(Field {
                name,
                is_plain: !value.starts_with(['{', '[']) && value != "null",
                value: serde_json::from_str(value).unwrap_or_else(|_| value.to_owned()),
            });
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            found.left_out += 1;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, String)> {
        let found = fields(text).unwrap_or_default().fields;
        found
            .into_iter()
            .map(|field| (field.name, field.value))
            .collect()
    }

    #[test]
    fn fields_keep_their_order_and_numbers_their_digits() {
        let text = r#" {"z":3237198280324534273,"a":"x\ty","n":null,"o":{"k":[1, 2]}} "#;
        let expected = [
            ("z", "3237198280324534273"),
            ("a", "x\ty"),
            ("n", "null"),
            ("o", r#"{"k":[1, 2]}"#),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(of(text), expected);
    }

    #[test]
    fn what_is_no_single_object_has_no_fields() {
        for text in ["", "plain", "[1]", "{", r#"{"a":1} x"#, "{a:1}"] {
            assert_eq!(fields(text), None, "{text}");
        }
    }

    #[test]
    fn of_too_many_fields_the_rest_is_counted() {
        let members: Vec<String> = (0..1000).map(|n| format!("\"f{n}\":{n}")).collect();
        let found = fields(&format!("{{{}}}", members.join(","))).unwrap();
        assert_eq!(
            (found.fields.len(), found.left_out),
            (MOST_FIELDS, 1000 - MOST_FIELDS)
        );
        assert_eq!(
            fields(&format!("{{\"a\":\"{}\"}}", "x".repeat(PARSED_BYTES))),
            None
        );
    }
}
