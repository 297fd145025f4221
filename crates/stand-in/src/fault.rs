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
//! A script that could not mean what it says (a slip in a name, a rule that never hits) is refused with the rule's number.

mod kind;
mod player;

pub use kind::Fault;
pub(crate) use player::Player;

use crate::record::RequestKind;
use serde::{Deserialize, Serialize};

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

    /// Why it can never be played as it is written.
    fn slip(&self) -> Option<&'static str> {
        if self.nth == 0 || self.page == Some(0) {
            Some("counts from 0; requests and pages are counted from 1")
        } else if self.times == 0 {
            Some("is played 0 times; leave it out, or say how often")
        } else if self.always && self.times != 1 {
            Some("says both `times` and `always`")
        } else {
            self.fault.slip()
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

/// Why a text is no script.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// Not JSON, or a name that is none.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A rule that cannot be played.
    #[error("rule {rule} {what}")]
    Rule {
        /// Which one, from 1.
        rule: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl FaultScript {
    /// Reads a script.
    pub fn parse(json: &str) -> Result<Self, ScriptError> {
        let script: Self = serde_json::from_str(json)?;
        for (at, rule) in script.faults.iter().enumerate() {
            if let Some(what) = rule.slip() {
                return Err(ScriptError::Rule { rule: at + 1, what });
            }
        }
        Ok(script)
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
            r#"{"faults":[{"fault":{"delay":{"ms":1,"seconds":2}}}]}"#,
        ] {
            assert!(FaultScript::parse(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_rule_that_could_never_be_played_is_named_by_its_number() {
        for (rule, words) in [
            (r#"{"nth":0,"fault":"cut_body"}"#, "counted from 1"),
            (r#"{"page":0,"fault":"cut_body"}"#, "counted from 1"),
            (r#"{"times":0,"fault":"cut_body"}"#, "0 times"),
            (r#"{"times":2,"always":true,"fault":"cut_body"}"#, "both"),
            (r#"{"fault":{"status":{"code":99}}}"#, "no HTTP status"),
            (r#"{"fault":{"drip":{"bytes":0,"every_ms":1}}}"#, "0 bytes"),
        ] {
            let json = format!(r#"{{"faults":[{{"fault":"reset"}},{rule}]}}"#);
            let error = FaultScript::parse(&json).unwrap_err().to_string();
            assert!(
                error.starts_with("rule 2 ") && error.contains(words),
                "{error}"
            );
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
