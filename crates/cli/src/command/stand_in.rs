//! `windrow stand-in`: the log API of our own, until Ctrl-C.

use crate::args::connection::api_key;
use crate::args::{StandInArgs, StandInSource};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::run_id::new_token;
use crate::serve::listen;
use crate::show::{Side, Table, count, instant};
use serde::Serialize;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use windrow_source::ApiKey;
use windrow_stand_in::{
    Builder, FaultScript, ReplayError, RequestRecord, Running, ServedLog, StandIn, Zone,
};

/// The key of a stand-in for which `RAPID7_API_KEY` sets none.
pub const API_KEY: &str = "stand-in";

/// What is printed when it is ready.
#[derive(Debug, Serialize)]
pub(super) struct Ready {
    base_url: String,
    api_key: Option<String>,
    logs: Vec<ReadyLog>,
}

#[derive(Debug, Serialize)]
struct ReadyLog {
    id: String,
    name: String,
    /// Lines of a replayed file.
    lines: Option<u64>,
    /// Those without a time of their own, which have that of a neighbour.
    untimed_lines: Option<u64>,
    /// Those in which bytes that are no UTF-8 were replaced.
    lossy_lines: Option<u64>,
    /// Its first and last time, epoch milliseconds.
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl Ready {
    /// `api_key` only where it is no secret.
    pub(super) fn of(running: &Running, api_key: Option<&str>) -> Self {
        Self {
            base_url: running.origin().to_owned(),
            api_key: api_key.map(str::to_owned),
            logs: running.logs().iter().map(ready_log).collect(),
        }
    }
}

fn ready_log(log: &ServedLog) -> ReadyLog {
    ReadyLog {
        id: log.key.clone(),
        name: log.name.clone(),
        lines: log.replayed.map(|replayed| replayed.lines as u64),
        untimed_lines: log.replayed.map(|replayed| replayed.untimed_lines as u64),
        lossy_lines: log.replayed.map(|replayed| replayed.lossy_lines as u64),
        first_ms: log.replayed.map(|replayed| replayed.first_ms),
        last_ms: log.replayed.map(|replayed| replayed.last_ms),
    }
}

pub(super) async fn run(args: StandInArgs, context: &Context) -> Result<Exit, CliError> {
    let own = api_key()?;
    let key = own.as_ref().map_or(API_KEY, ApiKey::reveal);
    let kept_bytes = args.keep_answers.saturating_mul(1_000_000);
    let stand_in = builder(&args.source, key)?.keep_answers(kept_bytes);
    let stand_in = match &args.requests_to {
        Some(path) => stand_in.on_request(recorder(path)?),
        None => stand_in,
    };
    let address = SocketAddr::from(([127, 0, 0, 1], args.port));
    let listener = listen::bind(address).await?;
    let running = stand_in
        .build()
        .serve(listener)
        .map_err(|error| listen::unusable(address, &error))?;
    let ready = Ready::of(&running, own.is_none().then_some(API_KEY));
    context.announce(&ready, || lines(&ready));
    let _ = context.cancel.run_until_cancelled(running.forever()).await;
    Ok(Exit::Ok)
}

/// Starts a stand-in inside this process, with a key that nobody else knows. Gives the key with it.
pub(super) async fn start_demo(
    source: &StandInSource,
    generated: bool,
) -> Result<(Running, String), CliError> {
    let key = new_token()?;
    let builder = builder(source, &key)?;
    let builder = if generated {
        builder.generated()
    } else {
        builder
    };
    let running = builder.build().start().await;
    let running = running.map_err(|error| CliError::Failed {
        message: format!("the demo's log API cannot listen on 127.0.0.1: {error}"),
        remedy: "check the system's network settings".into(),
    })?;
    Ok((running, key))
}

/// The stand-in of a command line; with the generated logs where no file is replayed.
fn builder(source: &StandInSource, key: &str) -> Result<Builder, CliError> {
    let zone = Zone::parse(&source.zone).map_err(replay_failed)?;
    let mut builder = StandIn::builder().seed(source.seed).api_key(key);
    for path in &source.replay {
        builder = builder.replay(path, &zone).map_err(replay_failed)?;
    }
    if let Some(path) = &source.faults {
        builder = builder.faults(script(path)?);
    }
    Ok(builder)
}

fn replay_failed(error: ReplayError) -> CliError {
    CliError::BadInput {
        message: error.to_string(),
        remedy: "give a readable log file whose lines hold times, and a zone such as UTC or Europe/Berlin".into(),
    }
}

fn script(path: &Path) -> Result<FaultScript, CliError> {
    let text = fs::read_to_string(path).map_err(|error| CliError::File {
        path: path.display().to_string(),
        action: "read",
        reason: error.to_string(),
    })?;
    FaultScript::parse(&text).map_err(|error| CliError::BadInput {
        message: format!("{} is no fault script: {error}", path.display()),
        remedy: "it is JSON such as {\"faults\": [{\"kind\": \"submit\", \"fault\": {\"status\": {\"code\": 503}}}]}; the runbook lists every fault".into(),
    })
}

/// Appends every record to a file, whole lines at once, before the answer goes out.
fn recorder(path: &Path) -> Result<impl Fn(&RequestRecord) + Send + Sync + use<>, CliError> {
    let file = Mutex::new(output::append(path)?);
    Ok(move |record: &RequestRecord| {
        let Ok(mut line) = serde_json::to_vec(record) else {
            return;
        };
        line.push(b'\n');
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        // A request log on a full disk must not change the answers.
        let _ = file.write_all(&line);
    })
}

fn lines(ready: &Ready) -> Vec<String> {
    let mut table = Table::new(&[
        ("Log id", Side::Left),
        ("Name", Side::Left),
        ("Lines", Side::Right),
        ("No time", Side::Right),
        ("Not UTF-8", Side::Right),
        ("From", Side::Left),
        ("To", Side::Left),
    ]);
    for log in &ready.logs {
        let time = |ms: Option<i64>| ms.map_or_else(|| "any".to_owned(), instant);
        table.row([
            log.id.clone(),
            log.name.clone(),
            log.lines.map_or_else(|| "endless".to_owned(), count),
            log.untimed_lines.map_or_else(String::new, count),
            log.lossy_lines.map_or_else(String::new, count),
            time(log.first_ms),
            time(log.last_ms),
        ]);
    }
    let mut lines = vec![
        "The stand-in is ready. Point any client of the protocol at it:".to_owned(),
        String::new(),
        format!("  --base-url {}", ready.base_url),
        match &ready.api_key {
            Some(key) => format!("  RAPID7_API_KEY={key}"),
            None => "  with the RAPID7_API_KEY that is set here".to_owned(),
        },
        String::new(),
    ];
    lines.extend(table.lines());
    lines.push(String::new());
    lines.push("Ctrl-C stops.".into());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_time_are_counted_in_the_table_and_the_document() {
        let text = b"2026-11-23 05:36:12 a\n  at frame\n  at caf\xe9\n";
        let builder = StandIn::builder().replay_bytes("a.log", text, &Zone::UTC);
        let logs = builder.unwrap().build().logs();
        let ready = Ready {
            base_url: String::new(),
            api_key: None,
            logs: logs.iter().map(ready_log).collect(),
        };
        let document = serde_json::to_value(&ready).unwrap();
        assert_eq!(document["logs"][0]["lines"], 3);
        assert_eq!(document["logs"][0]["untimed_lines"], 2);
        assert_eq!(document["logs"][0]["lossy_lines"], 1);
        let table = lines(&ready);
        let row = table.iter().find(|line| line.contains("a.log")).unwrap();
        let cells: Vec<_> = row.split_whitespace().collect();
        assert_eq!(cells[2..5], ["3", "2", "1"], "{row}");
        assert!(table.iter().any(|line| line.contains("No time")));
    }
}
