//! JSON as it leaves the program: exact integers, one document a line, and nothing in it that steers a terminal.
//!
//! Control and bidirectional characters are written as `\u` escapes, which every reader turns back: the values stay faithful.
//! Memory: one row at a time.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use windrow_engine::FieldReader;
use windrow_model::filter::FieldName;
use windrow_model::instant::format_instant_ms;
use windrow_model::unsafe_text::is_unsafe;
use windrow_model::{EventBatch, FieldValue};

/// Writes one document without a line end.
pub fn write_json<W: Write + ?Sized, T: Serialize + ?Sized>(
    out: &mut W,
    value: &T,
) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Safe);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// A row as `windrow rows` prints it.
#[derive(Debug, Serialize)]
struct Row<'a> {
    timestamp: String,
    timestamp_ms: i64,
    sequence_number: Option<i64>,
    event_id: Option<&'a str>,
    log_id: &'a str,
    message: &'a str,
    labels: Vec<&'a str>,
    extra: Option<Extra<'a>>,
    provisional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<&'a str, Option<Field<'a>>>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Extra<'a> {
    Json(&'a RawValue),
    Text(&'a str),
}

/// A value of a field of a message.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Field<'a> {
    Boolean(bool),
    Number(&'a RawValue),
    Text(Cow<'a, str>),
}

impl<'a> Field<'a> {
    fn of(value: FieldValue<'a>) -> Self {
        match value {
            FieldValue::Boolean(value) => Self::Boolean(value),
            FieldValue::Number(written) => match serde_json::from_str(written) {
                Ok(number) => Self::Number(number),
                Err(_) => Self::Text(written.into()),
            },
            FieldValue::Text(text) => Self::Text(text),
        }
    }
}

/// Rows that are in memory.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The rows.
    pub events: &'a EventBatch,
    /// For each, whether it is provisional.
    pub provisional: &'a [bool],
}

/// The fields of messages that are printed too.
#[derive(Debug, Default)]
pub struct Fields {
    texts: Vec<String>,
    names: Vec<FieldName>,
    /// Those that some message had.
    found: BTreeSet<String>,
    reader: FieldReader,
}

impl Fields {
    /// Those of these names, in any case.
    pub fn new(names: &[String]) -> Self {
        Self {
            texts: names.to_vec(),
            names: names.iter().map(FieldName::any_case).collect(),
            found: BTreeSet::new(),
            reader: FieldReader::default(),
        }
    }

    /// The names, each with whether a message had such a field.
    pub fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        let names = self.texts.iter();
        names.map(|name| (name.as_str(), self.found.contains(name)))
    }

    /// The first value of each in a message, whether or not its part has a column for it.
    fn of<'a>(&'a mut self, message: &'a str) -> Option<BTreeMap<&'a str, Option<Field<'a>>>> {
        if self.names.is_empty() {
            return None;
        }
        let values = self.reader.first(message, &self.names).into_iter();
        let values = values.map(|found| found.map(|found| Field::of(found.value)));
        let values: BTreeMap<_, _> = self.texts.iter().map(String::as_str).zip(values).collect();
        for (name, value) in &values {
            if value.is_some() && !self.found.contains(*name) {
                self.found.insert((*name).to_owned());
            }
        }
        Some(values)
    }
}

/// Writes those rows of a page whose message is wanted, until `most` are written. Gives how many were, after leaving out `skip`.
pub fn write_rows<W: Write>(
    out: &mut W,
    rows: Page<'_>,
    fields: &mut Fields,
    wanted: &dyn Fn(&str) -> bool,
    skip: &mut u64,
    most: u64,
) -> io::Result<u64> {
    let mut written = 0;
    for at in 0..rows.events.len() {
        if written == most {
            break;
        }
        let Some(event) = rows.events.get(at).filter(|event| wanted(event.message)) else {
            continue;
        };
        if *skip > 0 {
            *skip -= 1;
            continue;
        }
        let row = Row {
            timestamp: format_instant_ms(event.timestamp_ms),
            timestamp_ms: event.timestamp_ms,
            sequence_number: event.sequence_number,
            event_id: event.event_id,
            log_id: event.log_id,
            message: event.message,
            labels: rows.events.labels.get(at).collect(),
            extra: event.extra.map(|text| match serde_json::from_str(text) {
                Ok(json) => Extra::Json(json),
                Err(_) => Extra::Text(text),
            }),
            provisional: rows.provisional.get(at).copied().unwrap_or_default(),
            fields: fields.of(event.message),
        };
        write_json(out, &row)?;
        out.write_all(b"\n")?;
        written += 1;
    }
    Ok(written)
}

/// Compact, with unsafe characters escaped.
struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(writer, fragment)
    }

    /// JSON as the source sent it: line ends between its tokens would end the line, all else unsafe stands in strings.
    fn write_raw_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if !fragment.contains(is_unsafe) {
            return writer.write_all(fragment.as_bytes());
        }
        for piece in fragment.split(['\n', '\r', '\t']) {
            write_escaped(writer, piece)?;
        }
        Ok(())
    }
}

fn write_escaped<W: ?Sized + Write>(writer: &mut W, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(is_unsafe) {
        let (safe, after) = rest.split_at(at);
        writer.write_all(safe.as_bytes())?;
        let mut chars = after.chars();
        if let Some(c) = chars.next() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        rest = chars.as_str();
    }
    writer.write_all(rest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_engine::Rows;
    use windrow_model::batch::EventRef;

    fn rows() -> Rows {
        let mut rows = Rows::default();
        for (ms, message, extra) in [
            (0, "plain", None),
            (
                1,
                "\u{1b}[2J\u{9b}2J\u{202e}\u{e0041}\n",
                Some("{\n\t\"a\": \"\u{202e}\",\r\n\"n\":3237198280324534273}"),
            ),
            (2, "plain again", Some("not json")),
        ] {
            let event = EventRef {
                timestamp_ms: ms,
                sequence_number: Some(3_237_198_280_324_534_273),
                log_id: "log",
                message,
                extra,
                ..EventRef::default()
            };
            rows.events.push_labelled(event, ["label"]);
            rows.provisional.push(ms == 2);
        }
        rows
    }

    fn written(wanted: &dyn Fn(&str) -> bool, mut skip: u64, most: u64) -> String {
        let mut out = Vec::new();
        let rows = rows();
        let page = Page {
            events: &rows.events,
            provisional: &rows.provisional,
        };
        write_rows(
            &mut out,
            page,
            &mut Fields::default(),
            wanted,
            &mut skip,
            most,
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_is_one_line_with_exact_integers() {
        assert_eq!(
            written(&|_| true, 0, 1),
            "{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"timestamp_ms\":0,\"sequence_number\":3237198280324534273,\
             \"event_id\":null,\"log_id\":\"log\",\"message\":\"plain\",\"labels\":[\"label\"],\"extra\":null,\"provisional\":false}\n"
        );
    }

    #[test]
    fn what_steers_a_terminal_is_escaped_and_read_back_unchanged() {
        let text = written(&|_| true, 1, 1);
        assert_eq!(text.lines().count(), 1);
        assert!(!text.trim_end().contains(is_unsafe), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["message"], rows().events.get(1).unwrap().message);
        assert_eq!(value["extra"]["a"], "\u{202e}");
        assert_eq!(value["extra"]["n"], 3_237_198_280_324_534_273_i64);
    }

    #[test]
    fn fields_are_those_of_the_message_and_null_where_it_has_none() {
        let mut events = EventBatch::default();
        let message = r#"{"User":"ann","n":1.50,"ok":true,"user":"bob","tags":[1]}"#;
        for message in [message, "prose"] {
            let event = EventRef {
                log_id: "log",
                message,
                ..EventRef::default()
            };
            events.push_labelled(event, [""; 0]);
        }
        let page = Page {
            events: &events,
            provisional: &[],
        };
        let names = ["user", "USER", "n", "ok", "tags", "none"].map(str::to_owned);
        let mut out = Vec::new();
        let mut fields = Fields::new(&names);
        write_rows(&mut out, page, &mut fields, &|_| true, &mut 0, 9).unwrap();
        let text = String::from_utf8(out).unwrap();
        let ends: Vec<_> = text
            .lines()
            .filter_map(|line| line.split_once("\"fields\":"))
            .collect();
        assert_eq!(
            ends[0].1,
            r#"{"USER":"ann","n":1.50,"none":null,"ok":true,"tags":"[1]","user":"ann"}}"#
        );
        assert_eq!(
            ends[1].1,
            r#"{"USER":null,"n":null,"none":null,"ok":null,"tags":null,"user":null}}"#
        );
    }

    #[test]
    fn only_wanted_rows_count_for_offset_and_limit() {
        let plain = |message: &str| message.contains("plain");
        assert_eq!(written(&plain, 0, 10).lines().count(), 2);
        let second = written(&plain, 1, 10);
        assert!(second.contains("plain again") && second.contains("\"extra\":\"not json\""));
        assert!(second.contains("\"provisional\":true"));
        assert_eq!(written(&plain, 0, 0), "");
    }
}
