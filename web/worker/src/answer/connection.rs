//! The connection to the log API, its logs, and what it makes a call wait for.

use super::failure::failed;
use super::{Answer, cancelled};
use crate::clock::BrowserClock;
use crate::host::Task;
use crate::http::RelayHttp;
use std::cell::Cell;
use windrow_engine::EngineError;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FetchSettings;
use windrow_protocol::browser::task;
use windrow_protocol::{Call, Connection, FailKind, Failed, ListLogs, Log, Pause};
use windrow_source::{ApiKey, Connector, LogApi, LogInfo, LogSource, Notice};

fn bad_key() -> Failed {
    Failed::new(
        "The API key holds characters that no API key has",
        "Give the key alone, without spaces or quotes",
        FailKind::SignIn,
    )
}

pub(super) fn source(connection: Connection) -> Result<Connector<RelayHttp, BrowserClock>, Failed> {
    let key = match connection.api_key.as_deref() {
        // IMPORTANT: without a key the companion adds its own, which is not what was asked for.
        Some(text) => Some(ApiKey::new(text).ok_or_else(bad_key)?),
        None => None,
    };
    let http = RelayHttp::new(connection.token);
    let made = || {
        let api = LogApi::new(LOG_SEARCH, &connection.base_url)?;
        api.connect(key, FetchSettings::default(), http, BrowserClock)
    };
    made().map_err(|error| failed(EngineError::from(error)))
}

impl Answer for ListLogs {
    async fn answer(self, task: &Task<Self>) -> Result<Vec<Log>, Failed> {
        let source = source(self.connection)?;
        let notices = push_pauses(task);
        let listing = source.logs(&notices);
        let Some(listed) = task.cancel.run_until_cancelled(listing).await else {
            return Err(cancelled());
        };
        let mut logs = listed.map_err(|error| {
            let mut failed = failed(EngineError::from(error));
            if failed.kind == FailKind::Retry {
                // Nothing is fetched by it, so nothing is kept of it.
                failed.remedy = "Connect again".to_owned();
            }
            failed
        })?;
        logs.sort_by_cached_key(|log| log.name.to_lowercase());
        Ok(logs.into_iter().map(log).collect())
    }
}

fn log(log: LogInfo) -> Log {
    Log {
        id: log.id,
        name: log.name,
    }
}

/// Pushes what a call waits for. Of several waits at once the longest is shown: a rate limit makes all of them wait.
pub(super) fn push_pauses<C: Call<Push = Pause>>(task: &Task<C>) -> impl Fn(Notice) {
    let told_until_ms = Cell::new(0);
    move |notice| {
        let now_ms = task::now_ms();
        let until_ms = match notice {
            Notice::Waiting { wait_ms, .. } => Some(now_ms.saturating_add_unsigned(wait_ms)),
            Notice::Running { .. } => None,
        };
        if until_ms.unwrap_or(now_ms) > told_until_ms.get() {
            told_until_ms.set(until_ms.unwrap_or_default());
            task.push(pause(notice, until_ms));
        }
    }
}

pub(super) fn pause(notice: Notice, until_ms: Option<i64>) -> Pause {
    let text = match notice {
        Notice::Running {
            percent: Some(percent),
        } => format!("The log API works on the query, {percent} % done"),
        Notice::Running { percent: None } => "The log API works on the query".to_owned(),
        // The rate limit makes the first try wait, too.
        Notice::Waiting {
            reason, attempt: 1, ..
        } => format!("Waiting: {reason}"),
        Notice::Waiting {
            reason, attempt, ..
        } => format!("Waiting before try {attempt}: {reason}"),
    };
    Pause { text, until_ms }
}
