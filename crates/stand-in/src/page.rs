//! What a query asks for, and the bodies of the answers to it.
//!
//! Memory: one page of events as text. A count without a filter reads no message.

mod written;

use crate::fault::Fault;
use crate::filter::Filter;
use crate::log::{Event, Log, Span};
use crate::record::RequestKind;
use bytes::Bytes;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::sync::Arc;
use written::{Owned, PageForm};

/// A query as it was asked, all its parameters checked.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) kind: RequestKind,
    pub(crate) log: Arc<Log>,
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) query: String,
    pub(crate) filter: Filter,
    pub(crate) per_page: u32,
    /// The sequence number of the last event of the page before.
    pub(crate) after: Option<i64>,
    /// Which page of the chain, from 1.
    pub(crate) page: u64,
}

/// A body and how many events are in it.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    pub(crate) events: Option<u64>,
}

/// What an answer is written with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) log: &'a Log,
    /// The last millisecond that is searched: the upper bound, or now.
    pub(crate) last_ms: i64,
    pub(crate) origin: &'a str,
}

impl Ask {
    fn span(&self, setting: Setting<'_>, faults: &[Fault]) -> Span {
        let late: i64 = faults
            .iter()
            .map(|fault| match fault {
                Fault::Late { newest_ms } => *newest_ms,
                _ => 0,
            })
            .sum();
        Span {
            first_ms: self.from_ms,
            last_ms: setting.last_ms.min(self.to_ms.saturating_sub(late)),
            after: self.after,
        }
    }

    /// The finished answer.
    pub(crate) fn finished(&self, setting: Setting<'_>, faults: &[Fault]) -> Body {
        if self.filter.aggregates || faults.contains(&Fault::Statistics) {
            Body {
                bytes: self.statistics(setting, faults).to_string().into(),
                events: None,
            }
        } else {
            self.events(setting, faults)
        }
    }

    /// The answer while the query runs.
    pub(crate) fn running(
        &self,
        setting: Setting<'_>,
        id: &str,
        progress: u32,
        faults: &[Fault],
    ) -> Body {
        let own = format!("{}/query/{id}", setting.origin);
        let mut links = vec![("Self", own)];
        if faults.contains(&Fault::SelfAndNext) {
            let next = format!("{}{}", setting.origin, self.link(setting, Some(0), 2));
            // In front of it, for clients that take the first link there is.
            links.insert(0, ("Next", next));
        }
        let body = json!({
            "logs": [setting.log.key],
            "leql": self.leql(),
            "progress": progress,
            "id": id,
            "events": [],
            "links": PageForm(faults).links(&links),
        });
        Body {
            bytes: body.to_string().into(),
            events: None,
        }
    }

    fn leql(&self) -> Value {
        json!({"statement": self.query, "during": {"from": self.from_ms, "to": self.to_ms}})
    }

    fn statistics(&self, setting: Setting<'_>, faults: &[Fault]) -> Value {
        let span = self.span(setting, faults);
        let checked = setting.log.count(span);
        let matched = if self.filter.keeps_all() {
            checked
        } else {
            let mut matched = 0;
            setting.log.visit(span, &mut |event| {
                matched += u64::from(self.filter.keeps(event.message));
                ControlFlow::Continue(())
            });
            matched
        };
        let reported = faults.iter().fold(matched, |count, fault| match fault {
            Fault::WrongCount { by } => count.saturating_add_signed(*by),
            _ => count,
        });
        json!({
            "logs": [setting.log.key],
            "leql": self.leql(),
            "search_stats": {"events_checked": checked, "events_matched": reported},
            "statistics": {
                "type": "count",
                "from": self.from_ms,
                "to": self.to_ms,
                // As a double, which is how the real one prints it.
                "stats": {"global_timeseries": {"count": reported as f64}},
                "groups": [],
            },
            "links": [],
        })
    }

    fn events(&self, setting: Setting<'_>, faults: &[Fault]) -> Body {
        let wanted = self.per_page as usize;
        let mut events: Vec<Owned> = Vec::with_capacity(wanted);
        let mut more = false;
        setting
            .log
            .visit(self.span(setting, faults), &mut |event: Event<'_>| {
                if !self.filter.keeps(event.message) {
                    return ControlFlow::Continue(());
                }
                if events.len() == wanted {
                    more = true;
                    return ControlFlow::Break(());
                }
                events.push(Owned::of(event));
                ControlFlow::Continue(())
            });
        let mut last = events.last().map(|event| event.sequence);
        for fault in faults {
            match fault {
                Fault::EmptyLastPage => more |= !events.is_empty(),
                Fault::Duplicate if events.len() > 1 => {
                    last = events.iter().rev().nth(1).map(|event| event.sequence);
                }
                _ => {}
            }
        }
        for fault in faults {
            self.spoil(fault, &mut events, &mut more);
        }
        let next = last
            .filter(|_| more)
            .map(|last| self.next(setting, last, faults));
        Body {
            bytes: written::page(self, setting, &events, next, PageForm(faults)).into(),
            events: Some(events.len() as u64),
        }
    }

    /// Plays a fault of content.
    fn spoil(&self, fault: &Fault, events: &mut Vec<Owned>, more: &mut bool) {
        match fault {
            Fault::Truncated { events: kept } => {
                events.truncate(*kept);
                *more = false;
            }
            Fault::OutOfOrder if events.len() > 1 => {
                let last = events.len() - 1;
                events.swap(0, last);
            }
            Fault::OutsideWindow => {
                let first = events
                    .first()
                    .map_or(crate::log::FIRST_SEQUENCE, |e| e.sequence);
                let outside = Event {
                    timestamp_ms: self.from_ms.saturating_sub(60_000),
                    sequence: first - 4096,
                    message: "an event from before the window",
                };
                events.insert(0, Owned::of(outside));
            }
            _ => {
                if let Some(first) = events.first_mut() {
                    first.spoil(fault);
                }
            }
        }
    }

    fn next(&self, setting: Setting<'_>, last: i64, faults: &[Fault]) -> String {
        let href = if faults.contains(&Fault::RepeatedNext) {
            self.link(setting, self.after, self.page)
        } else if faults.contains(&Fault::Circle) {
            self.link(setting, None, 1)
        } else {
            self.link(setting, Some(last), self.page + 1)
        };
        if faults.contains(&Fault::UnknownHost) {
            format!("https://logs.example.invalid{href}")
        } else if faults.contains(&Fault::VendorHost) {
            format!("https://eu.api.insight.rapid7.com/log_search{href}")
        } else if faults.contains(&Fault::OtherHostFamily) {
            let other = setting.origin.replace("127.0.0.1", "localhost");
            format!("{other}/log_search{href}")
        } else {
            format!("{}{href}", setting.origin)
        }
    }

    /// Path and query of a page of this chain.
    fn link(&self, setting: Setting<'_>, after: Option<i64>, page: u64) -> String {
        let mut href = format!(
            "/query/logs/{}?from={}&to={}&per_page={}",
            setting.log.key, self.from_ms, self.to_ms, self.per_page
        );
        if !self.query.is_empty() {
            href.push_str("&query=");
            for byte in self.query.bytes() {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                    href.push(char::from(byte));
                } else {
                    href.push_str(&format!("%{byte:02X}"));
                }
            }
        }
        if let Some(after) = after {
            href.push_str(&format!(
                "&sequence_number={after}&next_page=true&page={page}"
            ));
        }
        href
    }
}
