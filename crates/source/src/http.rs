//! The HTTP port: one request out, one whole answer back.

/// What is sent. Header names are lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Absolute URL at the source's own origin; a transport may route it through a relay.
    pub url: String,
    /// Names and values. May hold the API key: never printed.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// Status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(held, _)| held == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why no whole answer came back. Reasons never hold URLs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No connection.
    #[error("no connection: {reason}")]
    Connect {
        /// The system's words.
        reason: String,
    },
    /// The answer took too long.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended before the body did.
    #[error("the answer was cut off: {reason}")]
    CutBody {
        /// The system's words.
        reason: String,
    },
    /// The body is larger than the cap.
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The cap.
        limit_bytes: u64,
    },
    /// The transport will not send this.
    #[error("not sent: {reason}")]
    Refused {
        /// Why.
        reason: String,
    },
}

/// A body larger than this is refused (64 MiB).
pub const MAX_BODY_BYTES: u64 = 64 << 20;

/// Sends a request.
///
/// # Contract
/// No redirect is followed, no cookie kept, no retry made. The body is whole or it is an error; at most [`MAX_BODY_BYTES`].
/// Dropping the future ends the request.
#[expect(
    async_fn_in_trait,
    reason = "futures stay on one thread, so no Send bound is wanted"
)]
pub trait Http {
    /// Sends `request` and collects the whole answer.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;
}
