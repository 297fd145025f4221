//! What is around a row: while it is looked at, the filter is suspended and knows where to go back to.
//!
//! Takes the row, gives what is offered to be shown around it: all rows, or those of the same host or address.

use super::chip::has_value;
use crate::features::detail::fields::fields;
use std::sync::Arc;
use windrow_protocol::{Row, WindowView};

/// Names of fields that hold a host or an address, the likeliest first.
const HOSTS: [&str; 17] = [
    "srcip",
    "src_ip",
    "source_ip",
    "client_ip",
    "clientip",
    "remote_addr",
    "ip",
    "host",
    "hostname",
    "devname",
    "device",
    "server",
    "node",
    "pod",
    "user",
    "username",
    "service",
];

/// How many are offered.
const MOST: usize = 2;

/// A field of the row with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
}

/// A row and what is shown around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// When it happened.
    pub ms: i64,
    /// What is offered instead of all rows.
    pub offered: Vec<Same>,
    /// Which of them is shown; nothing for all rows.
    pub same: Option<usize>,
    /// The rows of that, once they are known.
    pub(super) view: Option<Arc<WindowView>>,
    /// The number of the question for them, while it is under way.
    pub(super) asked: Option<u64>,
}

impl Around {
    /// All rows around this one.
    pub fn new(row: &Row) -> Self {
        Self {
            ms: row.ms,
            offered: offered(&row.message, row.message_bytes > row.message.len() as u64),
            same: None,
            view: None,
            asked: None,
        }
    }

    /// The expression of the rows that are shown.
    pub fn expression(&self) -> String {
        let same = self.same.and_then(|same| self.offered.get(same));
        same.map_or_else(String::new, |same| {
            has_value(&same.field, &same.value).to_string()
        })
    }
}

/// The fields of a message that name a host or an address. Of one that is cut the last word is not taken.
fn offered(message: &str, is_cut: bool) -> Vec<Same> {
    let held: Vec<(String, String)> = match fields(message) {
        Some(found) => {
            let fields = found.fields.into_iter();
            let plain = fields.filter(|field| field.is_plain && !field.value.is_empty());
            plain.map(|field| (field.name, field.value)).collect()
        }
        None => pairs(message, is_cut),
    };
    let of = |host: &&str| {
        let field = held
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(host));
        field.cloned()
    };
    let hosts = HOSTS.iter().filter_map(of);
    let same = hosts.map(|(field, value)| Same { field, value });
    same.take(MOST).collect()
}

/// `name=value` and `"name":"value"`, as far as values are single words.
fn pairs(message: &str, is_cut: bool) -> Vec<(String, String)> {
    let is_between = |letter: char| letter.is_whitespace() || matches!(letter, ',' | '{' | '}');
    let mut words: Vec<&str> = message.split(is_between).collect();
    if is_cut {
        words.pop();
    }
    let pair = |word: &str| {
        let at = word.find(['=', ':'])?;
        let bare = |text: &str| text.trim_matches('"').to_owned();
        let (name, value) = (bare(word.get(..at)?), bare(word.get(at + 1..)?));
        (!name.is_empty() && !value.is_empty()).then_some((name, value))
    };
    words.into_iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str, is_cut: bool) -> String {
        let same = offered(message, is_cut).into_iter();
        same.map(|same| format!("{}={};", same.field, same.value))
            .collect()
    }

    #[test]
    fn at_most_two_fields_that_name_a_host_are_offered_the_likeliest_first() {
        let json = r#"{"user":"ann","Host":"fw-1","srcip":"10.0.0.1","n":1}"#;
        assert_eq!(said(json, false), "srcip=10.0.0.1;Host=fw-1;");
        let pairs = "date=x devname=\"fw-1\" msg=\"a b\" dstip=10.0.0.2 srcip=10.0.0.1";
        assert_eq!(said(pairs, false), "srcip=10.0.0.1;devname=fw-1;");
        // What may go on is not taken.
        assert_eq!(said(pairs, true), "devname=fw-1;");
        let cut = r#"{"host":"a","srcip":"10.0.0.1","user":"an"#;
        assert_eq!(said(cut, true), "srcip=10.0.0.1;host=a;");
        for none in [
            "",
            "nothing of the kind",
            r#"{"host":{"name":"a"},"user":""}"#,
        ] {
            assert_eq!(said(none, false), "", "{none}");
        }
    }

    #[test]
    fn rows_of_the_same_value_are_asked_for_as_a_filter() {
        let mut around = Around::new(&Row {
            message: r#"{"host":"fw 1"}"#.to_owned(),
            ..crate::features::fixtures::row(7)
        });
        assert_eq!((around.ms, &*around.expression()), (7, ""));
        around.same = Some(0);
        assert_eq!(around.expression(), "host:\"fw 1\"");
    }
}
