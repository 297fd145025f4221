//! The fault script: what goes wrong with which request, the same every time.
//!
//! A script is JSON:
//!
//! ```json
//! {"faults": [
//!   {"kind": "submit", "nth": 2, "fault": {"status": {"code": 503}}},
//!   {"page": 3, "times": 2, "fault": {"rate_limited": {"reset_seconds": 1}}},
//!   {"always": true, "fault": {"delay": {"ms": 20}}}
//! ]}
//! ```
//!
//! A rule looks at the requests of its `kind` and `page`, all where it names none, and plays its fault on the `nth` of them (1 where it
//! says nothing) and on as many after it as `times` says (1), or on every one with `always`. Several rules may hit one request.
//! Faults of content go along with a query to the answer that ends its polls.

mod player;

pub(crate) use player::Player;

use crate::record::RequestKind;
use serde::{Deserialize, Serialize};

/// Something that goes wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The query runs for so many polls.
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
    /// Another status.
    Status {
        /// The status.
        code: u16,
        /// The body; a JSON message where it says nothing.
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
    /// The chain ends after so many events of this page, without a word.
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
    /// The next page is on the other host family: the same machine by another name and path.
    OtherHostFamily,
    /// The next page is on a host that nobody knows.
    UnknownHost,
    /// Events of the newest stretch of the window have not arrived yet.
    Late {
        /// How long the stretch is, in milliseconds.
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

/// Which requests a fault is played on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Only requests of this kind.
    #[serde(default)]
    pub kind: Option<RequestKind>,
    /// Only requests for this page of a chain, from 1, and their polls.
    #[serde(default)]
    pub page: Option<u64>,
    /// The first of those that it hits, from 1.
    #[serde(default = "one")]
    pub nth: u64,
    /// How many it hits.
    #[serde(default = "one")]
    pub times: u64,
    /// It hits all from the `nth` on.
    #[serde(default)]
    pub always: bool,
    /// What goes wrong.
    pub fault: Fault,
}

const fn one() -> u64 {
    1
}

impl Rule {
    /// A rule for the first request.
    pub const fn new(fault: Fault) -> Self {
        Self {
            kind: None,
            page: None,
            nth: 1,
            times: 1,
            always: false,
            fault,
        }
    }

    /// The same for requests of one kind.
    #[must_use]
    pub const fn kind(mut self, kind: RequestKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The same for one page of a chain.
    #[must_use]
    pub const fn page(mut self, page: u64) -> Self {
        self.page = Some(page);
        self
    }

    /// The same from the `nth` such request on.
    #[must_use]
    pub const fn nth(mut self, nth: u64) -> Self {
        self.nth = nth;
        self
    }

    /// The same for several such requests.
    #[must_use]
    pub const fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// The same for all such requests.
    #[must_use]
    pub const fn always(mut self) -> Self {
        self.always = true;
        self
    }
}

/// All rules of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultScript {
    /// The rules; each counts for itself.
    pub faults: Vec<Rule>,
}

impl FaultScript {
    /// Reads a script.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl FromIterator<Rule> for FaultScript {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        Self {
            faults: rules.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_hits_the_requests_it_names_and_no_others() {
        let script = FaultScript::parse(
            r#"{"faults":[
                {"kind":"submit","nth":2,"times":2,"fault":{"status":{"code":503}}},
                {"page":3,"fault":"cut_body"},
                {"kind":"poll","always":true,"fault":{"delay":{"ms":5}}}]}"#,
        )
        .unwrap();
        let mut player = Player::new(script);
        let mut names = |kind, page| -> Vec<String> {
            player.next(kind, page).iter().map(Fault::name).collect()
        };
        assert!(names(RequestKind::Submit, Some(1)).is_empty());
        assert_eq!(names(RequestKind::Submit, Some(1)), ["status"]);
        assert_eq!(names(RequestKind::Submit, Some(1)), ["status"]);
        assert!(names(RequestKind::Submit, Some(1)).is_empty());
        assert_eq!(names(RequestKind::Poll, Some(3)), ["cut_body", "delay"]);
        assert!(names(RequestKind::Page, Some(3)).is_empty());
        assert_eq!(names(RequestKind::Poll, None), ["delay"]);
    }

    #[test]
    fn a_script_with_a_slip_is_refused() {
        for json in [
            r#"{"faults":[{"fault":"cut_bodi"}]}"#,
            r#"{"faults":[{"tims":2,"fault":"cut_body"}]}"#,
            r#"{"fault":[]}"#,
        ] {
            assert!(FaultScript::parse(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_script_made_in_code_is_the_same_as_its_json() {
        let script: FaultScript = [
            Rule::new(Fault::NoDate).kind(RequestKind::Count).nth(2),
            Rule::new(Fault::Truncated { events: 7 }).page(4).times(9),
            Rule::new(Fault::RunsForever).always(),
        ]
        .into_iter()
        .collect();
        let json = serde_json::to_string(&script).unwrap();
        assert_eq!(FaultScript::parse(&json).unwrap(), script);
    }
}
