//! The one place that names every source: a log API is chosen here at run time, and asked through one type.
//!
//! Takes the `source` of a dataset's identity and an address, gives a [`LogApi`], and with a transport and a clock a [`Connector`].
//! A further source is a variant of both, and a module beside [`log_search`].
//!
//! The alternative refused: `Box<dyn LogSource>`. Every future would be boxed, those of each page among them, to save one `match` a method.

use crate::allowed::AllowedRequests;
use crate::clock::Clock;
use crate::error::SourceError;
use crate::http::Http;
use crate::key::ApiKey;
use crate::log_search::{self, LogSearch};
use crate::port::{Count, Cursor, LogInfo, LogSource, Notice, Page, Profile, Quota, SliceRequest};
use crate::reason::printable;
use windrow_model::EventBatch;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FetchSettings;

/// A log API at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogApi {
    /// Rapid7 Log Search, by region or base URL.
    LogSearch(log_search::Endpoint),
}

impl LogApi {
    /// The API behind the `source` of a dataset's identity, at `address`: for Log Search a region such as `eu`, or a base URL.
    pub fn new(source: &str, address: &str) -> Result<Self, SourceError> {
        match source {
            LOG_SEARCH => log_search::Endpoint::parse(address).map(Self::LogSearch),
            other => Err(SourceError::BadSetting {
                reason: format!(
                    "there is no connector for `{}`; there is one for {LOG_SEARCH}",
                    printable(other)
                ),
            }),
        }
    }

    /// Origins that requests may go to; the first is asked first.
    pub fn origins(&self) -> &[String] {
        match self {
            Self::LogSearch(endpoint) => endpoint.origins(),
        }
    }

    /// Host and port for people.
    pub fn host(&self) -> &str {
        match self {
            Self::LogSearch(endpoint) => endpoint.host(),
        }
    }

    /// The requests that a relay with a key has to let through.
    pub const fn allowed_requests(&self) -> AllowedRequests {
        match self {
            Self::LogSearch(_) => log_search::ALLOWED_REQUESTS,
        }
    }

    /// The header that the key is sent in, in lower case.
    pub const fn key_header(&self) -> &'static str {
        match self {
            Self::LogSearch(_) => log_search::KEY_HEADER,
        }
    }

    /// A connector. Without a key the transport is expected to add it. Fails on settings that the API does not allow. Sends nothing.
    pub fn connect<H: Http, C: Clock>(
        self,
        key: Option<ApiKey>,
        settings: FetchSettings,
        http: H,
        clock: C,
    ) -> Result<Connector<H, C>, SourceError> {
        match self {
            Self::LogSearch(endpoint) => {
                LogSearch::new(http, clock, endpoint, key, settings).map(Connector::LogSearch)
            }
        }
    }
}

/// Fails for a query of which is known that `source` has no events for it. Sends nothing.
pub fn check_query(source: &str, query: &str) -> Result<(), SourceError> {
    match source {
        LOG_SEARCH => log_search::check_query(query),
        _ => Ok(()),
    }
}

/// A connected log API.
#[derive(Debug)]
#[non_exhaustive]
pub enum Connector<H, C> {
    /// Rapid7 Log Search.
    LogSearch(LogSearch<H, C>),
}

impl<H: Http, C: Clock> LogSource for Connector<H, C> {
    fn profile(&self) -> &Profile {
        match self {
            Self::LogSearch(source) => source.profile(),
        }
    }

    fn requests(&self) -> u64 {
        match self {
            Self::LogSearch(source) => source.requests(),
        }
    }

    fn quota(&self) -> Option<Quota> {
        match self {
            Self::LogSearch(source) => source.quota(),
        }
    }

    fn expect(&self, requests: u64) {
        match self {
            Self::LogSearch(source) => source.expect(requests),
        }
    }

    async fn logs(&self, notices: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        match self {
            Self::LogSearch(source) => source.logs(notices).await,
        }
    }

    async fn count(
        &self,
        slice: &SliceRequest,
        notices: &dyn Fn(Notice),
    ) -> Result<Count, SourceError> {
        match self {
            Self::LogSearch(source) => source.count(slice, notices).await,
        }
    }

    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError> {
        match self {
            Self::LogSearch(source) => source.first(slice),
        }
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        notices: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        match self {
            Self::LogSearch(source) => source.page(cursor, into, notices).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_api_is_chosen_by_the_source_of_a_dataset() {
        let api = LogApi::new(LOG_SEARCH, "eu").unwrap();
        assert_eq!(api.host(), "eu.rest.logs.insight.rapid7.com");
        assert_eq!(api.origins().len(), 2);
        let unknown = LogApi::new("carrier\npigeon", "eu").unwrap_err();
        assert!(matches!(unknown, SourceError::BadSetting { .. }));
        assert!(
            unknown.to_string().contains(r"`carrier\npigeon`"),
            "{unknown}"
        );
    }

    #[test]
    fn a_query_that_aggregates_is_refused_before_there_is_a_connection() {
        assert_eq!(check_query(LOG_SEARCH, "where(a)"), Ok(()));
        let refused = check_query(LOG_SEARCH, "where(a) groupby(b)");
        assert!(matches!(refused, Err(SourceError::Aggregates { .. })));
    }
}
