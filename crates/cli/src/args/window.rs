//! Which log, and which window of time.

use crate::error::CliError;
use crate::show::escape;
use clap::Args;
use jiff::{Span, SpanRelativeTo};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::instant::{InstantError, parse_instant_ms};
use windrow_model::range::RangeError;
use windrow_model::{Dataset, TimeRange};

/// A window that must be given.
#[derive(Clone, Debug, Args)]
pub struct WindowArgs {
    /// Start time (inclusive).
    #[arg(
        long,
        visible_alias = "start",
        value_name = "TIME",
        requires = "to",
        required_unless_present = "last",
        allow_negative_numbers = true
    )]
    pub from: Option<String>,
    /// End time (exclusive).
    #[arg(
        long,
        visible_alias = "end",
        value_name = "TIME",
        requires = "from",
        required_unless_present = "last",
        allow_negative_numbers = true
    )]
    pub to: Option<String>,
    /// The window of this length that ends now, such as 90s, 15min, 3h, 2d or 1w.
    #[arg(long, value_name = "LENGTH", conflicts_with_all = ["from", "to"])]
    pub last: Option<String>,
}

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

/// A log and a query.
#[derive(Clone, Debug, Args)]
pub struct DatasetArgs {
    /// The log's id: its key.
    #[arg(
        long,
        env = "RAPID7_LOG_KEY",
        hide_env_values = true,
        value_name = "LOG_ID"
    )]
    pub log: String,
    /// A query that filters the log. It must give events: what aggregates is refused.
    #[arg(
        long,
        env = "RAPID7_QUERY",
        hide_env_values = true,
        value_name = "QUERY",
        default_value = ""
    )]
    pub query: String,
}

/// A log and a query that may be left out.
#[derive(Clone, Debug, Args)]
pub struct OptionalDatasetArgs {
    /// The log's id: its key.
    #[arg(
        long,
        env = "RAPID7_LOG_KEY",
        hide_env_values = true,
        value_name = "LOG_ID"
    )]
    pub log: Option<String>,
    /// A query that filters the log.
    #[arg(
        long,
        env = "RAPID7_QUERY",
        hide_env_values = true,
        value_name = "QUERY",
        default_value = ""
    )]
    pub query: String,
}

impl WindowArgs {
    /// The window; one of a length ends at `now_ms`.
    pub fn window(&self, now_ms: i64) -> Result<TimeRange, CliError> {
        match (&self.last, &self.from, &self.to) {
            (Some(length), ..) => last(length, now_ms),
            (None, Some(from), Some(to)) => window(from, to),
            _ => Err(CliError::BadInput {
                message: "no window is given".into(),
                remedy: "give one with --from and --to, or with --last".into(),
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
    /// What the window is cached under.
    pub fn dataset(&self) -> Result<Dataset, CliError> {
        dataset(&self.log, &self.query)
    }
}

impl OptionalDatasetArgs {
    /// What the window is cached under, where a log was given.
    pub fn dataset(&self) -> Result<Option<Dataset>, CliError> {
        let log = self.log.as_deref();
        log.map(|log| dataset(log, &self.query)).transpose()
    }

    /// The same where a log is needed after all.
    pub fn required(&self) -> Result<Dataset, CliError> {
        self.dataset()?.ok_or_else(|| CliError::BadInput {
            message: "no log is given".into(),
            remedy: "give one with --log or RAPID7_LOG_KEY; `windrow logs` lists them".into(),
        })
    }
}

fn dataset(log: &str, query: &str) -> Result<Dataset, CliError> {
    Dataset::new(LOG_SEARCH, log, query.trim()).map_err(|_| CliError::BadInput {
        message: "the log id is empty".into(),
        remedy: "give one with --log or RAPID7_LOG_KEY; `windrow logs` lists them".into(),
    })
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
    let shown = || (escape(from).into_owned(), escape(to).into_owned());
    let read = |flag, text: &str| {
        parse_instant_ms(text).map_err(|error| match error {
            InstantError::Ambiguous { unit, .. } => CliError::AmbiguousTime {
                flag,
                reason: error.to_string(),
                as_unit: format!("{}{}", text.trim(), unit.suffix()),
                as_ms: format!("{}ms", text.trim()),
            },
            _ => {
                let (from, to) = shown();
                CliError::UnreadableTime { flag, from, to }
            }
        })
    };
    let (start_ms, end_ms) = (read("from", from)?, read("to", to)?);
    TimeRange::window(start_ms, end_ms).map_err(|error| {
        let (from, to) = shown();
        match error {
            RangeError::Empty { .. } => CliError::EmptyWindow {
                what: if start_ms == end_ms {
                    "empty"
                } else {
                    "reversed"
                },
                from,
                to,
            },
            _ => CliError::OutsideTime { from, to },
        }
    })
}
