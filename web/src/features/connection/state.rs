//! Who the page talks to: the companion that serves it, and the log API behind that.
//!
//! Takes what is typed and what both answer, gives the calls to make.
//! The API key lives in [`State::api_key`] and in each call that needs it; it is never kept, printed or told to another feature.
//! Invariant: an answer to an attempt that was stopped or replaced changes nothing.

use crate::ui::escape::plain;
use crate::ui::format::counted;
use serde::Deserialize;
use std::fmt;
use windrow_protocol::{Connection, FailKind, Failed, Log, Pause, Thresholds};

/// Milliseconds until a companion that does not answer is asked again: the first time, and the longest.
const FIRST_RETRY_MS: i64 = 2_000;
const LONGEST_RETRY_MS: i64 = 30_000;

/// What the companion says of itself. What an older or newer one leaves out has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Region or base URL it relays to.
    pub base_url: String,
    /// Whether it adds the API key.
    pub key_held: bool,
    /// Whether it serves made-up logs.
    pub demo: bool,
    /// Rows of a buffer that becomes a part.
    pub flush_rows: Option<u32>,
    /// Bytes of the buffers of which one becomes a part.
    pub flush_bytes: Option<u32>,
}

impl Session {
    /// When buffers become parts, where it says so.
    pub fn flush(&self) -> Option<Thresholds> {
        Some(Thresholds {
            rows: self.flush_rows.filter(|rows| *rows > 0)?,
            bytes: self.flush_bytes.filter(|bytes| *bytes > 0)?,
        })
    }
}

/// Whether the companion is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Companion {
    /// Not answered yet.
    #[default]
    Asking,
    /// Answers.
    Here(Session),
    /// It refused the token, or there is none.
    Refused,
    /// No answer.
    Gone {
        /// When it is asked again.
        retry_ms: i64,
        /// How often it was asked in vain.
        tries: u32,
    },
}

impl Companion {
    /// Whether anything can be fetched through it.
    pub fn is_here(&self) -> bool {
        matches!(self, Self::Here(_))
    }

    /// Whether it does not answer or refuses.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Refused | Self::Gone { .. })
    }
}

/// What the companion answered when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its session.
    Session(Session),
    /// The token is not its own.
    Refused,
    /// Nothing.
    None,
}

/// Whether the log API can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Not tried.
    #[default]
    Unknown,
    /// Being tried.
    Connecting,
    /// The list of logs came.
    Open,
    /// Refused or not there.
    Failed(Failed),
}

/// The feature.
#[derive(Clone, Default)]
pub struct State {
    /// Whether the companion is there.
    pub companion: Companion,
    /// Region or base URL, as typed or as the companion says.
    pub base_url: String,
    /// The key, while the page holds it.
    pub api_key: String,
    /// Whether the log API can be used.
    pub access: Access,
    /// What the log API makes the attempt wait for.
    pub pause: Option<Pause>,
    /// The logs, sorted by name.
    pub logs: Vec<Log>,
    token: String,
    attempt: u64,
}

/// Without key and token, whatever prints it.
impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("State")
            .field("companion", &self.companion)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// What happens to it.
#[derive(Clone)]
pub enum Msg {
    /// The page starts, or another address gave another token.
    Token(String),
    /// Ask the companion now: a person wants it, or something failed without an answer of it.
    Ask,
    /// The companion has answered, or has not, at this instant.
    Answered(Answer, i64),
    /// The clock moved.
    Tick(i64),
    /// The address was typed.
    BaseUrl(String),
    /// The key was typed.
    ApiKey(String),
    /// Ask for the list of logs.
    Connect,
    /// Stop waiting for it.
    Stop,
    /// The log API makes an attempt wait.
    Paused(u64, Pause),
    /// The list of logs came, or did not.
    Listed(u64, Result<Vec<Log>, Failed>),
}

/// What is to be done about it.
#[derive(Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the companion with this token.
    AskCompanion(String),
    /// List the logs, as this attempt; the one before is stopped.
    ListLogs(u64, Connection),
    /// Stop the attempt.
    StopListing,
    /// Say it aloud.
    Announce(String),
}

impl State {
    /// How the log API is reached now.
    pub fn connection(&self) -> Connection {
        let key = self.api_key.trim();
        Connection {
            base_url: self.base_url.trim().to_owned(),
            api_key: (!key.is_empty()).then(|| key.to_owned()),
            token: self.token.clone(),
        }
    }

    /// Whether the companion adds the key.
    pub fn is_key_held(&self) -> bool {
        matches!(&self.companion, Companion::Here(session) if session.key_held)
    }

    /// When buffers of a fetch become parts, where the companion says so.
    pub fn flush(&self) -> Option<Thresholds> {
        match &self.companion {
            Companion::Here(session) => session.flush(),
            _ => None,
        }
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Token(token) => {
                self.token = token;
                return self.ask();
            }
            Msg::Ask => return self.ask(),
            Msg::Answered(answer, now_ms) => return self.answered(answer, now_ms),
            Msg::Tick(now_ms) => {
                if matches!(self.companion, Companion::Gone { retry_ms, .. } if now_ms >= retry_ms)
                {
                    return self.ask();
                }
            }
            Msg::BaseUrl(text) => self.base_url = text,
            Msg::ApiKey(text) => self.api_key = text,
            Msg::Connect => return self.connect(),
            Msg::Stop => {
                self.attempt += 1;
                self.access = Access::Unknown;
                self.pause = None;
                return vec![Effect::StopListing];
            }
            Msg::Paused(attempt, pause) if attempt == self.attempt => self.pause = Some(pause),
            Msg::Listed(attempt, result) if attempt == self.attempt => return self.listed(result),
            Msg::Paused(..) | Msg::Listed(..) => {}
        }
        Vec::new()
    }

    fn ask(&mut self) -> Vec<Effect> {
        if self.token.is_empty() {
            self.companion = Companion::Refused;
            return Vec::new();
        }
        // Not asked twice while an answer is awaited.
        if let Companion::Gone { retry_ms, .. } = &mut self.companion {
            *retry_ms = i64::MAX;
        }
        vec![Effect::AskCompanion(self.token.clone())]
    }

    fn answered(&mut self, answer: Answer, now_ms: i64) -> Vec<Effect> {
        let before = std::mem::take(&mut self.companion);
        let was_lost = before.is_lost();
        let announce = |is_said: bool, text: &str| {
            let said = is_said.then(|| Effect::Announce(text.to_owned()));
            said.into_iter().collect::<Vec<_>>()
        };
        match answer {
            Answer::Session(session) => {
                // The companion relays to no other place; what somebody has typed meanwhile stays.
                if self.base_url.is_empty() {
                    self.base_url.clone_from(&session.base_url);
                }
                let connects = session.key_held && !matches!(self.access, Access::Open);
                self.companion = Companion::Here(session);
                let mut effects = announce(was_lost, "The companion answers again");
                if connects {
                    effects.extend(self.connect());
                }
                effects
            }
            Answer::Refused => {
                self.companion = Companion::Refused;
                Vec::new()
            }
            Answer::None => {
                let tries = match before {
                    Companion::Gone { tries, .. } => tries + 1,
                    _ => 1,
                };
                let wait_ms = FIRST_RETRY_MS.saturating_mul(1 << (tries - 1).min(8));
                let retry_ms = now_ms + wait_ms.min(LONGEST_RETRY_MS);
                self.companion = Companion::Gone { retry_ms, tries };
                announce(!was_lost, "The companion does not answer")
            }
        }
    }

    fn connect(&mut self) -> Vec<Effect> {
        self.attempt += 1;
        self.access = Access::Connecting;
        self.pause = None;
        vec![Effect::ListLogs(self.attempt, self.connection())]
    }

    fn listed(&mut self, result: Result<Vec<Log>, Failed>) -> Vec<Effect> {
        self.pause = None;
        match result {
            Ok(mut logs) => {
                for log in &mut logs {
                    log.name = plain(&log.name);
                }
                let listed = counted(logs.len() as u64, "log", "logs");
                self.logs = logs;
                self.access = Access::Open;
                return vec![Effect::Announce(format!("Connected, {listed}"))];
            }
            Err(failed) if failed.kind == FailKind::Cancelled => self.access = Access::Unknown,
            Err(failed) => {
                self.access = Access::Failed(failed);
                // Whether it is the companion that does not answer shows by asking it.
                return self.ask();
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str) -> Log {
        Log {
            id: name.to_owned(),
            name: name.to_owned(),
        }
    }

    fn with_token() -> State {
        let mut state = State::default();
        assert!(state.update(Msg::Token("t".into())) == [Effect::AskCompanion("t".into())]);
        state
    }

    #[test]
    fn a_held_key_connects_by_itself_and_what_was_typed_stays() {
        let mut state = with_token();
        state.update(Msg::BaseUrl("us".into()));
        let session = Session {
            base_url: "eu".into(),
            key_held: true,
            ..Session::default()
        };
        let effects = state.update(Msg::Answered(Answer::Session(session), 0));
        assert_eq!(effects.len(), 1);
        assert_eq!(state.access, Access::Connecting);
        assert_eq!(state.connection().base_url, "us");
    }

    #[test]
    fn an_answer_to_an_attempt_that_was_stopped_or_replaced_changes_nothing() {
        let mut state = with_token();
        state.update(Msg::Connect);
        let first = state.attempt;
        state.update(Msg::Stop);
        state.update(Msg::Listed(first, Ok(vec![log("late")])));
        assert!(state.logs.is_empty() && state.access == Access::Unknown);
        state.update(Msg::Connect);
        let second = state.attempt;
        state.update(Msg::Connect);
        let refused = Failed::new("no", "key", FailKind::SignIn);
        state.update(Msg::Listed(second, Err(refused)));
        assert_eq!(state.access, Access::Connecting);
    }

    #[test]
    fn a_companion_that_does_not_answer_is_asked_again_by_itself_and_ever_more_rarely() {
        let mut state = with_token();
        let mut now_ms = 1_000;
        let mut waits = Vec::new();
        for _ in 0..6 {
            state.update(Msg::Answered(Answer::None, now_ms));
            let Companion::Gone { retry_ms, .. } = state.companion else {
                panic!("{state:?}");
            };
            assert!(state.update(Msg::Tick(retry_ms - 1)).is_empty());
            assert_eq!(state.update(Msg::Tick(retry_ms)).len(), 1);
            assert!(
                state.update(Msg::Tick(retry_ms + 1)).is_empty(),
                "asked once"
            );
            waits.push(retry_ms - now_ms);
            now_ms = retry_ms;
        }
        assert_eq!(waits, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        let effects = state.update(Msg::Answered(Answer::Session(Session::default()), now_ms));
        assert!(effects == [Effect::Announce("The companion answers again".into())]);
        assert!(state.companion.is_here());
    }

    #[test]
    fn that_it_is_gone_is_said_once_however_often_it_is_asked() {
        let mut state = with_token();
        let announced = state.update(Msg::Answered(Answer::None, 5));
        assert_eq!(announced.len(), 1);
        assert!(state.update(Msg::Answered(Answer::None, 9_000)).is_empty());
        assert!(matches!(state.companion, Companion::Gone { tries: 2, .. }));
    }

    #[test]
    fn a_failed_list_asks_whether_the_companion_is_still_there() {
        let mut state = with_token();
        state.update(Msg::Answered(Answer::Session(Session::default()), 0));
        state.update(Msg::Connect);
        let failed = Failed::new("no answer", "again", FailKind::Retry);
        let effects = state.update(Msg::Listed(state.attempt, Err(failed)));
        assert!(effects == [Effect::AskCompanion("t".into())]);
    }

    #[test]
    fn without_a_token_nothing_is_asked() {
        let mut state = State::default();
        assert!(state.update(Msg::Token(String::new())).is_empty());
        assert_eq!(state.companion, Companion::Refused);
    }

    #[test]
    fn thresholds_are_taken_from_the_companion_only_where_both_make_sense() {
        let of = |flush_rows, flush_bytes| {
            let session = Session {
                flush_rows,
                flush_bytes,
                ..Session::default()
            };
            session.flush().map(|flush| (flush.rows, flush.bytes))
        };
        assert_eq!(of(Some(5), Some(900)), Some((5, 900)));
        assert_eq!(of(Some(5), None), None);
        assert_eq!(of(Some(0), Some(900)), None);
    }

    #[test]
    fn key_and_token_are_not_printed() {
        let mut state = with_token();
        state.update(Msg::ApiKey("secret".into()));
        let printed = format!("{state:?}");
        assert!(
            !printed.contains("secret") && !printed.contains("\"t\""),
            "{printed}"
        );
    }
}
