//! Log APIs: asked for a range, they give pages of events and say when all have been given.

pub mod clock;
pub mod error;
pub mod http;
pub mod port;

pub use clock::Clock;
pub use error::{SourceError, SourceErrorKind};
pub use http::{Http, HttpError, HttpRequest, HttpResponse};
pub use port::{
    Bounds, Count, Cursor, LogInfo, LogSource, Notice, Order, Page, Profile, SliceRequest, Verdict,
};
