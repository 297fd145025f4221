//! The command line: every command, its flags and their environment names.
//!
//! Takes arguments, gives typed values; the groups in `args/` are shared by the commands that need them.
//! The API key is no flag: a flag would show it to every user of the machine.

mod ask;
mod cache;
pub mod connection;
mod window;

pub use ask::{AskArgs, CountArgs, FieldsArgs, HistogramArgs, ListArgs, TopArgs};
pub use cache::{CacheArgs, FlushArgs, ThresholdArgs};
pub use connection::ConnectionArgs;
pub use window::{DatasetArgs, OptionalWindowArgs, WindowArgs};

use crate::exit;
use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use windrow_model::TimeRange;

/// Keeps windows of log rows on this machine: fetches only what is missing, proves what it holds.
#[derive(Debug, Parser)]
#[command(
    name = "windrow",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print one JSON document on standard output, errors too; `rows` prints one per line either way.
    #[arg(long, global = true)]
    pub json: bool,
}

/// Every command.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// List the logs of the account.
    Logs(LogsArgs),
    /// Show which ranges of a window are cached and which are missing; sends no request without `--price`.
    Plan(PlanArgs),
    /// Fetch the missing ranges of a window and store them.
    Fetch(Box<FetchArgs>),
    /// Print the rows of a cached window, one JSON object per line; sends no request.
    Rows(RowsArgs),
    /// Count the matching rows of a cached window; ends with 6 where none matches, with 7 where none matches in what is cached.
    Count(CountArgs),
    /// Show matching rows over time, as bars or by the values of a field.
    Histogram(HistogramArgs),
    /// Show the most frequent values of a field in matching rows, or pairs of values of two fields.
    Top(TopArgs),
    /// List the fields that matching rows have, with types, rows and distinct values.
    Fields(FieldsArgs),
    /// Summarize a cached window; sends no request.
    Summary(SummaryArgs),
    /// List the segments and parts of a log, or without a log all datasets in the cache.
    Segments(SegmentsArgs),
    /// Verify every file in the cache; with `--source` compare it with the log API.
    Verify(Box<VerifyArgs>),
    /// Delete a part, a segment, the segments of a window, or a whole log from the cache.
    Delete(DeleteArgs),
    /// Run a stand-in for the log API on this machine, for demo and tests.
    StandIn(StandInArgs),
    /// Serve the page on this machine and relay its requests to the log API.
    Serve(ServeArgs),
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// How the log API is reached.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
    /// The log; not needed with `--have`.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// Plan against this range instead of the cache (repeatable), without touching any storage.
    #[arg(long, value_name = "FROM..TO", conflicts_with = "price")]
    pub have: Vec<String>,
    /// Ask the log API what fetching the gaps would cost: one count query per gap.
    #[arg(long)]
    pub price: bool,
    /// Ranges fetched at once: a long gap is cut into as many slices, each counted.
    #[arg(long, env = "FETCH_PARALLEL", value_name = "N", default_value_t = 4,
        value_parser = clap::value_parser!(u32).range(1..=16))]
    pub parallel: u32,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// How the log API is reached.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Arguments of `fetch`.
#[derive(Debug, Args)]
#[command(mut_arg("log", |log| log.required(true)))]
pub struct FetchArgs {
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
    /// The log.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// Fetch the whole window into a separate directory; the cache is neither used nor changed.
    #[arg(long, env = "BYPASS_CACHE", action = ArgAction::SetTrue,
        value_parser = clap::builder::FalseyValueParser::new())]
    pub bypass: bool,
    /// Verify the cached parts of the window and re-fetch damaged ones.
    #[arg(long, conflicts_with = "bypass")]
    pub repair: bool,
    /// Also write the rows of the window to this file, `-` for standard output, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Do not write a summary.
    #[arg(long)]
    pub no_summary: bool,
    /// Write structured events as JSON lines to this file, or without one to standard error.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub events: Option<PathBuf>,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// When buffers are written.
    #[command(flatten)]
    pub flush: FlushArgs,
    /// How the log API is reached.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Arguments of `rows`.
#[derive(Debug, Args)]
#[command(mut_arg("log", |log| log.required(true)))]
pub struct RowsArgs {
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
    /// The log.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// Maximum rows to print.
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Skip the first N rows.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    /// Print only rows that match this expression, such as 'status >= 500 -user:admin'.
    #[arg(
        long = "where",
        value_name = "EXPR",
        allow_hyphen_values = true,
        conflicts_with_all = ["find", "run"]
    )]
    pub filter: Option<String>,
    /// A list of values.
    #[command(flatten)]
    pub list: ListArgs,
    /// Print these fields of the message too, such as `user,http.status`: null where it has none.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub fields: Vec<String>,
    /// Print only rows whose message contains this text.
    #[arg(long, value_name = "TEXT", conflicts_with = "any_of")]
    pub find: Option<String>,
    /// With `--find`: ignore case.
    #[arg(long, requires = "find")]
    pub ignore_case: bool,
    /// Print nothing and fail unless every millisecond of the window is cached.
    #[arg(long)]
    pub complete: bool,
    /// Print the rows of a bypass run instead of the cache.
    #[arg(long, value_name = "RUN_ID", conflicts_with = "any_of")]
    pub run: Option<String>,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// Arguments of `summary`.
#[derive(Debug, Args)]
#[command(mut_arg("log", |log| log.required(true)))]
pub struct SummaryArgs {
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
    /// The log.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// Arguments of `segments`.
#[derive(Debug, Args)]
pub struct SegmentsArgs {
    /// The log.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// List the results of bypass runs instead.
    #[arg(long)]
    pub bypass: bool,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The log; without one, every log in the cache.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// Only segments that overlap this window.
    #[command(flatten)]
    pub window: OptionalWindowArgs,
    /// Also compare event counts with the log API, and list the slices that differ.
    #[arg(long)]
    pub source: bool,
    /// With `--source`: re-fetch slices where the log API reports more events; nothing is replaced by fewer rows.
    #[arg(long, requires = "source")]
    pub fetch: bool,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// When buffers are written.
    #[command(flatten)]
    pub flush: FlushArgs,
    /// How the log API is reached.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Arguments of `delete`.
#[derive(Debug, Args)]
#[command(mut_arg("log", |log| log.required(true)))]
pub struct DeleteArgs {
    /// The log.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// Every segment that overlaps this window.
    #[command(flatten)]
    pub window: OptionalWindowArgs,
    /// The segment with exactly this range.
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["from", "part", "run"])]
    pub segment: Option<String>,
    /// One part, by the path that `windrow segments` shows.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["from", "run"])]
    pub part: Option<String>,
    /// The result of one bypass run, by the id that `windrow segments --bypass` shows.
    #[arg(long, value_name = "RUN_ID", conflicts_with = "from")]
    pub run: Option<String>,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    pub yes: bool,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// What the stand-in serves.
#[derive(Clone, Debug, Default, Args)]
pub struct StandInSource {
    /// Serve a real log file with its own times (repeatable): NDJSON with a time field, or lines with a time.
    #[arg(long, value_name = "FILE")]
    pub replay: Vec<PathBuf>,
    /// Time zone of replayed times without an offset, `Z`, `UTC` or `GMT`, such as `Europe/Berlin` or `+02:00`.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// Seed of the generated logs; the same seed gives the same logs.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// A script of faults by request number, as JSON; see the runbook.
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
}

/// Arguments of `stand-in`.
#[derive(Debug, Args)]
pub struct StandInArgs {
    /// What it serves.
    #[command(flatten)]
    pub source: StandInSource,
    /// Port on 127.0.0.1; 0 chooses a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Write every request received to this file, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    pub requests_to: Option<PathBuf>,
    /// Megabytes of answers to cache, so that repeated requests cost next to nothing: for measuring clients.
    #[arg(long, value_name = "MB", default_value_t = 0)]
    pub keep_answers: usize,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Region whose hosts are relayed to.
    #[arg(long, env = "RAPID7_DATA_STORAGE_REGION", default_value = windrow_source::log_search::DEFAULT_REGION)]
    pub region: String,
    /// Relay to this base URL instead of a region's hosts.
    #[arg(long, alias = "base-url", value_name = "URL", conflicts_with_all = ["demo", "replay"])]
    pub upstream: Option<String>,
    /// Also start a log API with generated logs, and hold its key.
    #[arg(long)]
    pub demo: bool,
    /// What the demo serves; with a file to replay and no `--demo`, that file alone.
    #[command(flatten)]
    pub source: StandInSource,
    /// Open the page in the browser.
    #[arg(long)]
    pub open: bool,
    /// Port. What the browser keeps belongs to this port: with another one the page starts empty.
    #[arg(long, default_value_t = DEFAULT_PORT)]
    pub port: u16,
    /// Listen on this address of the machine instead of 127.0.0.1; needs `--expose`.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Accept that with `--bind` others on the network can reach the page and, with the token, the log API with your key.
    #[arg(long)]
    pub expose: bool,
    /// Relay through this proxy, where the network lets nothing else out; only to the log API's hosts, as ever.
    #[arg(long, value_name = "URL", conflicts_with_all = ["demo", "replay"])]
    pub proxy: Option<String>,
    /// Serve the relay without a page, for working on the page.
    #[arg(long)]
    pub no_page: bool,
    /// When the page's buffers become parts.
    #[command(flatten)]
    pub thresholds: ThresholdArgs,
}

/// The port of `serve`. Fixed, because browsers bind what they keep to scheme, host and port.
pub const DEFAULT_PORT: u16 = 17290;

impl Arguments {
    /// Reads a command line, the program's name first.
    pub fn read(line: &[OsString]) -> Result<Self, clap::Error> {
        let matches = command().try_get_matches_from(line);
        let matches = matches.map_err(|error| with_variable(error, line))?;
        Self::from_arg_matches(&matches)
    }
}

/// The command line's description, with the exit codes under every help, and no value of the environment in it.
pub fn command() -> clap::Command {
    let command = Arguments::command().after_help(exit::HELP);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    names.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |sub| {
            sub.after_help(example(name) + exit::HELP)
                .mut_args(|arg| without_empty_variable(arg).hide_env_values(true))
        })
    })
}

/// One example of a command that asks about rows.
fn example(name: &str) -> String {
    let words = match name {
        "rows" => "--where 'action:deny srcip:10.0.0.0/8' --fields srcip,dstport",
        "count" => "--where 'status >= 500 -user:admin'",
        "histogram" => "--where 'level:(error or warning)' --by level",
        "top" => "srcip dstport --where action:deny",
        "fields" => "--where 'message:timeout'",
        _ => return String::new(),
    };
    format!("Example: windrow {name} --log LOG --last 1h {words}\nExpressions: docs/FILTERS.md\n\n")
}

/// A variable that is set and empty counts as not set: compose files and service managers pass unset ones so.
fn without_empty_variable(arg: Arg) -> Arg {
    let is_empty = |name| std::env::var_os(name).is_some_and(|value| value.is_empty());
    match arg.get_env().is_some_and(is_empty) {
        true => arg.env(Resettable::Reset),
        false => arg,
    }
}

/// Names the variable, where the value that is refused came from one.
fn with_variable(mut error: clap::Error, line: &[OsString]) -> clap::Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let (Some(name), Some(value)) = (
        text(ContextKind::InvalidArg),
        text(ContextKind::InvalidValue),
    ) else {
        return error;
    };
    // An argument can be shown only once it is built.
    let mut command = command();
    command.build();
    let mut args = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments);
    let variable = args.find_map(|arg| {
        let variable = arg.get_env().filter(|_| arg.to_string() == name)?;
        let flag = format!("--{}", arg.get_long()?);
        let is_given = line.iter().any(|word| {
            let word = word.to_string_lossy();
            word.split('=').next() == Some(flag.as_str())
        });
        let is_its = std::env::var(variable).is_ok_and(|held| held == value);
        (is_its && !is_given).then(|| variable.to_string_lossy().into_owned())
    });
    if let Some(variable) = variable {
        let name = format!("{name}, from the variable {variable}");
        error.insert(ContextKind::InvalidArg, ContextValue::String(name));
    }
    error
}

/// A range given as `FROM..TO`, each end as a window's.
pub fn parse_range(text: &str) -> Result<TimeRange, crate::CliError> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(crate::CliError::BadInput {
            message: format!("`{}` is not a range", crate::show::escape(text)),
            remedy: "write it as FROM..TO, such as 2026-11-23T09:00:00Z..2026-11-23T10:00:00Z"
                .into(),
        });
    };
    window::window(from, to)
}

#[cfg(test)]
mod tests;
