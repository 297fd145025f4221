//! The bytes of a page of events, as the protocol writes them and in the odd forms that faults ask for.
//!
//! A page is written straight into its body: no value per event is made, so that a stand-in without faults is no bottleneck.

use super::{Ask, Setting};
use crate::fault::Fault;
use crate::log::Event;
use serde_json::{Value, json};
use std::io::Write;
use windrow_model::instant::format_instant_ms;

/// An event on its way into a page.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) timestamp_ms: i64,
    pub(super) sequence: i64,
    message: String,
    /// What stands between the message's quotes, where it could not be said as text.
    raw_message: Option<Vec<u8>>,
    /// Fields more, as JSON with a comma in front.
    more: String,
}

/// The forms that a page may have: those that its faults ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageForm<'f>(pub(super) &'f [Fault]);

impl Owned {
    pub(super) fn of(event: Event<'_>) -> Self {
        Self {
            timestamp_ms: event.timestamp_ms,
            sequence: event.sequence,
            message: event.message.to_owned(),
            raw_message: None,
            more: String::new(),
        }
    }

    /// Plays a fault of a single event.
    pub(super) fn spoil(&mut self, fault: &Fault) {
        match fault {
            Fault::HugeEvent { bytes } => self.message = "x".repeat(*bytes),
            Fault::ManyFields { fields } => {
                for field in 0..*fields {
                    self.more
                        .push_str(&format!(",\"attribute-{field}\":{field}"));
                }
            }
            Fault::DeepEvent { levels } => {
                let (open, close) = ("[".repeat(*levels), "]".repeat(*levels));
                self.more.push_str(&format!(",\"deep\":{open}{close}"));
            }
            Fault::OddText => {
                self.raw_message = Some(b"caf\xe9 \\u0000 \\ud800 \xff end".to_vec());
            }
            _ => {}
        }
    }
}

impl PageForm<'_> {
    fn has(self, fault: &Fault) -> bool {
        self.0.contains(fault)
    }

    /// Links by their relations.
    pub(super) fn links(self, links: &[(&str, String)]) -> Value {
        let relation = |relation: &str| {
            if self.has(&Fault::OddRelations) {
                let (first, rest) = relation.split_at(relation.len().min(1));
                format!("{}{}", first.to_lowercase(), rest.to_uppercase())
            } else {
                relation.to_owned()
            }
        };
        if self.has(&Fault::LinksAsObject) {
            let members = links
                .iter()
                .map(|(rel, href)| (relation(rel), json!({ "href": href })));
            return Value::Object(members.collect());
        }
        links
            .iter()
            .map(|(rel, href)| json!({"rel": relation(rel), "href": href}))
            .collect()
    }
}

/// The body of a page.
pub(super) fn page(
    ask: &Ask,
    setting: Setting<'_>,
    events: &[Owned],
    next: Option<String>,
    form: PageForm<'_>,
) -> Vec<u8> {
    let messages: usize = events.iter().map(|event| event.message.len()).sum();
    let mut out = Vec::with_capacity(1_024 + events.len() * 512 + messages * 5 / 4);
    let (key, leql) = (&setting.log.key, ask.leql());
    // Writing to a vector cannot fail.
    let _ = write!(out, "{{\"logs\":[\"{key}\"],\"leql\":{leql},");
    if form.has(&Fault::UnknownFields) {
        out.extend_from_slice(b"\"partial\":{\"shards\":[1,2]},\"version\":7.25,");
    }
    out.extend_from_slice(b"\"events\":[");
    for (at, event) in events.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        self::event(&mut out, setting, event, form);
    }
    let links: Vec<_> = next.into_iter().map(|next| ("Next", next)).collect();
    let _ = write!(out, "],\"links\":{}}}", form.links(&links));
    out
}

fn event(out: &mut Vec<u8>, setting: Setting<'_>, event: &Owned, form: PageForm<'_>) {
    let (ms, sequence) = (event.timestamp_ms, event.sequence);
    let (key, origin) = (&setting.log.key, setting.origin);
    let _ = write!(
        out,
        "{{\"timestamp\":{ms},\"sequence_number\":{sequence},\"sequence_number_str\":\"{sequence}\",\"log_id\":\"{key}\",\"message\":"
    );
    match &event.raw_message {
        Some(raw) => {
            out.push(b'"');
            out.extend_from_slice(raw);
            out.push(b'"');
        }
        None if form.has(&Fault::ObjectMessages) => {
            let _ = write!(out, "{{\"line\": {}}}", json!(event.message));
        }
        None => {
            let _ = serde_json::to_writer(&mut *out, &event.message);
        }
    }
    let ingestion = format_instant_ms(ms);
    let _ = write!(
        out,
        ",\"labels\":[],\"links\":[{{\"rel\":\"Context\",\"href\":\"{origin}/query/context/{sequence}\"}}],\
         \"timestamps\":{{\"custom\":null,\"event\":null,\"ingestion\":\"{ingestion}\"}},\"original_event\":null"
    );
    if form.has(&Fault::UnknownFields) {
        out.extend_from_slice(b",\"severity\": 3.50,\"trace\":{\"id\":9007199254740993}");
    }
    out.extend_from_slice(event.more.as_bytes());
    out.push(b'}');
}
