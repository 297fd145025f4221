//! How the log API is reached: region or URL, limits, retries.

use crate::clock::SystemClock;
use crate::error::CliError;
use crate::http::{NativeHttp, Route};
use clap::Args;
use std::num::NonZeroU32;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FetchSettings;
use windrow_source::log_search::DEFAULT_REGION;
use windrow_source::{ApiKey, Connector, HttpError, LogApi, SourceError};

/// The connector every command uses.
pub type NativeSource = Connector<NativeHttp, SystemClock>;

/// Region, limits and retries.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Log API")]
pub struct ConnectionArgs {
    /// Region of the account, such as eu, us2 or ap.
    #[arg(long, env = "RAPID7_DATA_STORAGE_REGION", default_value = DEFAULT_REGION)]
    pub region: String,
    /// Base URL instead of a region; http only for this machine.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Events per page, 1 to 500.
    #[arg(long, env = "RAPID7_PER_PAGE", value_name = "N", default_value_t = 500,
        value_parser = clap::value_parser!(u32).range(1..=500))]
    pub per_page: u32,
    /// Retries per page after a transient failure.
    #[arg(long, env = "RETRY_ATTEMPTS", value_name = "N", default_value_t = 3)]
    pub retry_attempts: u32,
    /// Maximum time to poll for one page, rate-limit waits excluded.
    #[arg(long, env = "POLL_MAX_WALL_SECONDS", value_name = "SECONDS", default_value_t = 480,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub poll_max_wall_seconds: u64,
    /// Maximum polls per page.
    #[arg(long, env = "POLL_MAX_ITERATIONS", value_name = "N", default_value_t = 120,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub poll_max_iterations: u32,
    /// Maximum queries per minute, or `headers` to follow the log API's headers only. Polls of a running query are not counted.
    #[arg(long, env = "RATE_LIMIT", value_name = "N", default_value = "headers")]
    pub rate_limit: String,
    /// Seconds before now that are never claimed, because late events may still arrive.
    #[arg(long, env = "SETTLE_SECONDS", value_name = "SECONDS", default_value_t = 60,
        value_parser = clap::value_parser!(i64).range(0..=31_536_000))]
    pub settle_seconds: i64,
}

impl ConnectionArgs {
    /// Where requests go.
    pub fn api(&self) -> Result<LogApi, CliError> {
        let address = self.base_url.as_deref().unwrap_or(&self.region);
        LogApi::new(LOG_SEARCH, address).map_err(|error| CliError::BadInput {
            message: error.to_string(),
            remedy: "correct --region (RAPID7_DATA_STORAGE_REGION) or --base-url".into(),
        })
    }

    /// Limits and retries. Fails on a rate limit that is no number.
    pub fn settings(&self) -> Result<FetchSettings, CliError> {
        Ok(FetchSettings {
            per_page: self.per_page,
            retry_attempts: self.retry_attempts,
            poll_wall_ms: self.poll_max_wall_seconds * 1000,
            poll_iterations: self.poll_max_iterations,
            queries_a_minute: self.queries_a_minute()?,
            settle_ms: self.settle_seconds * 1000,
        })
    }

    /// The connector, with the key if there is one.
    pub fn source(&self, key: Option<ApiKey>) -> Result<NativeSource, CliError> {
        let api = self.api()?;
        let http = NativeHttp::new(route_to(&api)).map_err(|error| unsendable(&api, error))?;
        Ok(api.connect(key, self.settings()?, http, SystemClock)?)
    }

    fn queries_a_minute(&self) -> Result<Option<NonZeroU32>, CliError> {
        if self.rate_limit.eq_ignore_ascii_case("headers") {
            return Ok(None);
        }
        self.rate_limit
            .parse()
            .map(Some)
            .map_err(|_| CliError::BadInput {
                message: "--rate-limit (RATE_LIMIT) is neither a number of queries a minute nor `headers`"
                    .into(),
                remedy: "give a whole number from 1 on, or leave it out".into(),
            })
    }
}

/// The API key of the environment. `None` where there is none.
pub fn api_key() -> Result<Option<ApiKey>, CliError> {
    match std::env::var("RAPID7_API_KEY") {
        Ok(text) if text.trim().is_empty() => Ok(None),
        Ok(text) => ApiKey::new(&text).map(Some).ok_or(CliError::BadKey),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(CliError::BadKey),
    }
}

/// The key, where requests are needed for sure.
pub fn required_key(what: &'static str) -> Result<ApiKey, CliError> {
    api_key()?.ok_or(CliError::NoKey { what })
}

/// Loopback is reached without a proxy.
fn route_to(api: &LogApi) -> Route {
    let loopback = |origin: &String| origin.starts_with("http://");
    if api.origins().iter().all(loopback) {
        Route::Direct
    } else {
        Route::Environment
    }
}

fn unsendable(api: &LogApi, source: HttpError) -> CliError {
    CliError::Source(SourceError::Unreachable {
        host: api.host().to_owned(),
        attempts: 0,
        source,
    })
}
