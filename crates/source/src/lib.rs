//! Log APIs: asked for a range, they give pages of events and say when all have been given.
//!
//! | module | noun |
//! | --- | --- |
//! | [`port`] | what every source promises: pages, counts, verdicts |
//! | [`http`], [`clock`] | what a source needs from outside |
//! | `body` | an answer's bytes as the text that was asked for |
//! | [`allowed`] | which requests a relay lets through for a source |
//! | [`log_search`] | the Log Search connector |
//! | [`json`] | the reader its pages are decoded with |
//! | [`error`] | what can go wrong, and what a person can do |
//!
//! Nothing here knows the cache, opens a socket or reads the time.
//! The alternative refused: one HTTP client for browser and native. Each platform's own is smaller, and tests script the port.

pub mod allowed;
mod body;
pub mod clock;
pub mod error;
pub mod http;
pub mod json;
pub mod log_search;
pub mod port;

pub use allowed::{AllowedRequest, AllowedRequests, NotAllowed};
pub use clock::Clock;
pub use error::{SourceError, SourceErrorKind};
pub use http::{Http, HttpError, HttpRequest, HttpResponse};
pub use log_search::{ApiKey, Endpoint, LogSearch};
pub use port::{
    Bounds, Count, Cursor, LogInfo, LogSource, Notice, Order, Page, Profile, Quota, Refused,
    SliceRequest, Verdict,
};
