//! The HTTP port: one request out, one whole response back.

use crate::date::http_date_ms;
use std::fmt;

/// The methods that log APIs need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Carries a query in its body.
    Post,
}

impl Method {
    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What is sent. Header names are lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Absolute URL at the source's own origin; a transport may route it through a relay.
    pub url: String,
    /// Names and values. May hold the API key: never printed.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none. It may hold a query: never printed.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// A `GET` without headers.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A `POST` of `body`.
    pub fn post(url: impl Into<String>, content_type: &str, body: Vec<u8>) -> Self {
        Self {
            method: Method::Post,
            url: url.into(),
            headers: vec![("content-type", content_type.to_owned())],
            body,
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
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

    /// The server's `Date`, epoch milliseconds.
    pub fn date_ms(&self) -> Option<i64> {
        http_date_ms(self.header("date")?)
    }
}

/// Why no whole response came back. Reasons never hold URLs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No connection.
    #[error("no connection: {reason}")]
    Connect {
        /// What the system says.
        reason: String,
    },
    /// The answer took too long.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended before the body did.
    #[error("the answer was cut off: {reason}")]
    CutBody {
        /// What the system says.
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
    /// Sends `request` and collects the whole response.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_never_printed_with_its_url_headers_or_body() {
        let request = HttpRequest::post(
            "https://h/secret-url",
            "application/json",
            b"secret-body".to_vec(),
        )
        .header("authorization", "secret-key");
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(
            request.headers,
            [
                ("content-type", "application/json".to_owned()),
                ("authorization", "secret-key".to_owned())
            ]
        );
        let printed = format!("{request:?}");
        assert!(!printed.contains("secret"), "{printed}");
    }
}
