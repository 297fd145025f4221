//! Log APIs: asked for a range, they give pages of events and say when all have been given.
//!
//! ```text
//! engine --> port --> connector --> log_search --> retry --> http
//!                                       |           |
//!                                    model::json  quota, backoff
//! ```
//!
//! | module | noun |
//! | --- | --- |
//! | [`port`] | what every source promises: pages, counts, verdicts |
//! | [`connector`] | which source it is, chosen at run time |
//! | [`log_search`] | the Log Search connector: its URLs, its answers, its polls |
//! | `retry` | a request, sent until its response is final; shared by all sources, as are the next five |
//! | `quota` | what the rate limit leaves |
//! | `backoff` | how long each wait is |
//! | [`key`] | the API key |
//! | `url`, `date` | URLs and HTTP dates, read strictly |
//! | `reason` | what a source says, made fit for an error |
//! | [`http`], [`clock`] | what a source needs from outside |
//! | `body` | an answer's bytes as the text that was asked for |
//! | [`allowed`] | which requests a relay lets through for a source |
//! | [`error`] | what can go wrong, and what a person can do |
//!
//! Nothing here knows the cache, opens a socket or reads the time.
//! The alternative refused: one HTTP client for browser and native. Each platform's own is smaller, and tests script the port.

pub mod allowed;
mod backoff;
mod body;
pub mod clock;
pub mod connector;
mod date;
pub mod error;
pub mod http;
pub mod key;
pub mod log_search;
pub mod port;
mod quota;
mod reason;
mod retry;
mod url;

pub use allowed::{AllowedRequest, AllowedRequests, NotAllowed};
pub use clock::Clock;
pub use connector::{Connector, LogApi, check_query};
pub use error::{SourceError, SourceErrorKind};
pub use http::{Http, HttpError, HttpRequest, HttpResponse, Method};
pub use key::ApiKey;
pub use port::{
    Bounds, Count, Cursor, LogInfo, LogSource, Notice, Order, Page, Profile, Quota, Refused,
    SliceRequest, Verdict,
};
