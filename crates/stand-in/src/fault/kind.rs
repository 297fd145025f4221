//! What can go wrong with an answer.

use serde::{Deserialize, Serialize};

/// Something that goes wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// The query runs for this many polls.
    Running {
        /// Polls answered as still running.
        polls: u32,
    },
    /// The query never ends.
    RunsForever,
    /// The poll link is dead: at a poll it is this one, at a query the next one.
    SelfExpires,
    /// 429 with the seconds to wait.
    RateLimited {
        /// Seconds for `X-RateLimit-Reset` and `Retry-After`.
        reset_seconds: u64,
    },
    /// The connection is reset without an answer.
    Reset,
    /// The server is gone: the connection is reset, and for so long none is taken.
    Away {
        /// Milliseconds.
        ms: u64,
    },
    /// An error whose body, and one of whose headers, repeat the API key as it came.
    EchoKey {
        /// The status.
        code: u16,
    },
    /// Another status.
    Status {
        /// The status.
        code: u16,
        /// The body, sent as HTML where it begins like it; a JSON message where it says nothing.
        #[serde(default)]
        body: Option<String>,
    },
    /// The connection ends in the middle of the body.
    CutBody,
    /// The body ends in the middle of its JSON, with a length that agrees.
    CutJson,
    /// The length promised is larger than the body.
    WrongLength,
    /// A page of HTML with status 200.
    NotJson,
    /// The answer comes late.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The body comes in small pieces.
    Drip {
        /// Bytes a piece.
        bytes: usize,
        /// Milliseconds between pieces.
        every_ms: u64,
    },
    /// The body never ends.
    EndlessBody,
    /// `x-beyond-retention: true`.
    BeyondRetention,
    /// The last page names a next one, which is empty.
    EmptyLastPage,
    /// The chain ends after this many events of the page, without an error.
    Truncated {
        /// Events kept.
        events: usize,
    },
    /// The first and the last event of the page change places.
    OutOfOrder,
    /// The last event of the page is also the first of the next.
    Duplicate,
    /// The page begins with an event from a minute before the window.
    OutsideWindow,
    /// The next page is the page itself.
    RepeatedNext,
    /// The next page is the first one again.
    Circle,
    /// The answer of a running query names a next page too.
    SelfAndNext,
    /// Relations of links are written in another case: `sELF`, `nEXT`.
    OddRelations,
    /// `links` is one object of relations instead of a list.
    LinksAsObject,
    /// Messages are objects instead of strings.
    ObjectMessages,
    /// Answer and events have fields that nobody knows.
    UnknownFields,
    /// The first event of the page has so long a message.
    HugeEvent {
        /// Bytes.
        bytes: usize,
    },
    /// The first event of the page has this many additional fields.
    ManyFields {
        /// How many.
        fields: usize,
    },
    /// The first event of the page has a field of lists within lists.
    DeepEvent {
        /// How many.
        levels: usize,
    },
    /// The first event's message has bytes that are no UTF-8, a NUL, and half of a surrogate pair.
    OddText,
    /// The next page is on the other host family: the same machine by another name and path.
    OtherHostFamily,
    /// The next page is on the vendor's own host, as it is behind a proxy: only the origin is to be swapped.
    VendorHost,
    /// The next page is on a host that nobody knows.
    UnknownHost,
    /// Events of the last part of the window have not arrived yet.
    Late {
        /// Its length, in milliseconds.
        newest_ms: i64,
    },
    /// Statistics where events were asked for.
    Statistics,
    /// The answer has no `Date`.
    NoDate,
    /// The server's clock is off.
    ClockOff {
        /// Added to the `Date`, in milliseconds.
        by_ms: i64,
    },
    /// A count that is off.
    WrongCount {
        /// Added to the count.
        by: i64,
    },
}

impl Fault {
    /// Whether a fault of a query is also one of the answer that ends its polls: those of content and retention are,
    /// those of the connection hit the request they were meant for.
    pub(crate) const fn goes_along(&self) -> bool {
        !matches!(
            self,
            Self::Running { .. }
                | Self::RunsForever
                | Self::SelfExpires
                | Self::RateLimited { .. }
                | Self::Reset
                | Self::Away { .. }
                | Self::EchoKey { .. }
                | Self::SelfAndNext
                | Self::Status { .. }
                | Self::CutBody
                | Self::CutJson
                | Self::WrongLength
                | Self::NotJson
                | Self::Delay { .. }
                | Self::Drip { .. }
                | Self::EndlessBody
                | Self::NoDate
                | Self::ClockOff { .. }
        )
    }

    /// Why it could not be played.
    pub(crate) fn slip(&self) -> Option<&'static str> {
        match self {
            Self::Status { code, .. } | Self::EchoKey { code } if !(200..=599).contains(code) => {
                Some("has a code that is no HTTP status of an answer (200 to 599)")
            }
            Self::Drip { bytes: 0, .. } => Some("drips 0 bytes, which never ends; say at least 1"),
            _ => None,
        }
    }

    /// Its name in a script.
    pub(crate) fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(serde_json::Value::Object(map)) => map
                .into_iter()
                .next()
                .map_or_else(String::new, |(name, _)| name),
            _ => String::new(),
        }
    }
}
