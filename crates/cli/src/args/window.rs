//! Which log, and which window of time.

use crate::error::CliError;
use crate::show::escape;
use clap::{ArgGroup, Args};
use jiff::{Span, SpanRelativeTo};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::instant::{InstantError, parse_instant_ms};
use windrow_model::range::RangeError;
use windrow_model::{Dataset, TimeRange};

/// A window that may be given.
#[derive(Clone, Debug, Args)]
pub struct OptionalWindowArgs {
    /// Start time (inclusive).
    #[arg(
        long,
        visible_alias = "start",
        value_name = "TIME",
        requires = "to",
        allow_negative_numbers = true
    )]
    pub from: Option<String>,
    /// End time (exclusive).
    #[arg(
        long,
        visible_alias = "end",
        value_name = "TIME",
        requires = "from",
        allow_negative_numbers = true
    )]
    pub to: Option<String>,
}

/// A window that must be given.
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("window").args(["from", "last"]).required(true))]
pub struct WindowArgs {
    #[command(flatten)]
    bounds: OptionalWindowArgs,
    /// The window of this length that ends now, such as 90s, 15min, 3h, 2d or 1w.
    #[arg(long, value_name = "LENGTH", conflicts_with_all = ["from", "to"])]
    last: Option<String>,
}

/// A log and a query.
#[derive(Clone, Debug, Args)]
pub struct DatasetArgs {
    /// The log's id: its key.
    #[arg(long, env = "RAPID7_LOG_KEY", value_name = "LOG_ID")]
    pub log: Option<String>,
    /// A query that filters the log. It must give events: what aggregates is refused.
    #[arg(long, env = "RAPID7_QUERY", value_name = "QUERY", default_value = "")]
    pub query: String,
}

impl WindowArgs {
    /// The window; one of a length ends at `now_ms`.
    pub fn window(&self, now_ms: i64) -> Result<TimeRange, CliError> {
        match &self.last {
            Some(length) => last(length, now_ms),
            None => self.bounds.window()?.ok_or_else(|| CliError::BadInput {
                message: "no window is given".into(),
                remedy: "give one with --from and --to, or with --last such as --last 1h".into(),
            }),
        }
    }
}

impl OptionalWindowArgs {
    /// The window, where one was given.
    pub fn window(&self) -> Result<Option<TimeRange>, CliError> {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => window(from, to).map(Some),
            _ => Ok(None),
        }
    }
}

impl DatasetArgs {
    /// What the window is cached under, where a log was given.
    pub fn dataset(&self) -> Result<Option<Dataset>, CliError> {
        let Some(log) = &self.log else {
            return Ok(None);
        };
        let dataset = Dataset::new(LOG_SEARCH, log, self.query.trim());
        dataset.map(Some).map_err(|_| no_log("the log id is empty"))
    }

    /// The same where a log is needed.
    pub fn required(&self) -> Result<Dataset, CliError> {
        self.dataset()?.ok_or_else(|| no_log("no log is given"))
    }
}

fn no_log(message: &str) -> CliError {
    CliError::BadInput {
        message: message.into(),
        remedy: "give one with --log or RAPID7_LOG_KEY; `windrow logs` lists them".into(),
    }
}

/// The window of a typed length that ends at `now_ms`. A day has 24 hours.
fn last(length: &str, now_ms: i64) -> Result<TimeRange, CliError> {
    let bad = |what: &str| CliError::BadInput {
        message: format!("--last `{}` {what}", escape(length)),
        remedy: "write it as 90s, 15min, 3h, 2d or 1w".into(),
    };
    let span: Span = length
        .trim()
        .parse()
        .map_err(|_| bad("is no length of time"))?;
    let days = SpanRelativeTo::days_are_24_hours();
    let length = span
        .to_duration(days)
        .map_err(|_| bad("is no length of time"))?;
    let length_ms = i64::try_from(length.as_millis()).ok();
    let start_ms = length_ms.and_then(|ms| now_ms.checked_sub(ms));
    let window = start_ms.and_then(|start_ms| TimeRange::window(start_ms, now_ms).ok());
    window.ok_or_else(|| bad("does not lie between 1 ms and the time since 1970"))
}

/// A window of two typed instants. Errors show both as they were typed.
pub(super) fn window(from: &str, to: &str) -> Result<TimeRange, CliError> {
    let typed = || format!("--from `{}` --to `{}`", escape(from), escape(to));
    let bad = |message, remedy: &str| CliError::BadInput {
        message,
        remedy: remedy.into(),
    };
    let read = |flag: &str, text: &str| {
        parse_instant_ms(text).map_err(|error| match error {
            InstantError::Ambiguous { unit, .. } => {
                let (text, suffix) = (text.trim(), unit.suffix());
                let remedy = format!("write which is meant: {text}{suffix}, or {text}ms");
                bad(format!("--{flag} {error}"), &remedy)
            }
            _ => bad(
                format!("--{flag} cannot be read as a time; the window was given as {}", typed()),
                "write it with an offset, such as 2026-11-23T09:00:00Z, or as epoch milliseconds or seconds (1763632800s)",
            ),
        })
    };
    let (start_ms, end_ms) = (read("from", from)?, read("to", to)?);
    TimeRange::window(start_ms, end_ms).map_err(|error| match error {
        RangeError::Empty { .. } => {
            let what = if start_ms == end_ms {
                "empty"
            } else {
                "reversed"
            };
            let (from, to) = (escape(from), escape(to));
            bad(
                format!("the window is {what}: --from `{from}` does not lie before --to `{to}`"),
                "give an end that lies after the start",
            )
        }
        _ => bad(
            format!("the window reaches outside 1970 to 9999: {}", typed()),
            "give times between 1970-01-01 and 9999-12-31",
        ),
    })
}
