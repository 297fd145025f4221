//! The core's `Http` port over reqwest: one request out, one whole answer back.
//!
//! Follows no redirect, keeps no cookie, tries nothing twice.
//! Memory: one body of at most the limit. Fails as the port says, and never with a URL in the reason.

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, redirect, retry};
use std::error::Error;
use std::sync::Once;
use std::time::Duration;
use windrow_source::http::MAX_BODY_BYTES;
use windrow_source::{Http, HttpError, HttpRequest, HttpResponse};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may say nothing.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a whole answer may take.
pub(crate) const WHOLE: Duration = Duration::from_secs(120);

/// A native HTTP client.
#[derive(Clone, Debug)]
pub struct NativeHttp {
    client: Client,
    limit_bytes: u64,
}

/// Which way requests go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Straight to the host. For loopback, where a proxy would be wrong.
    Direct,
    /// Through the proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`), where there is one.
    Environment,
}

impl NativeHttp {
    /// A client with the port's own body limit.
    pub fn new(route: Route) -> Result<Self, HttpError> {
        let builder = client_builder();
        let builder = match route {
            Route::Direct => builder.no_proxy(),
            Route::Environment => builder,
        };
        let client = builder.build().map_err(|error| HttpError::Refused {
            reason: format!("no client could be made: {}", root_cause(&error)),
        })?;
        Ok(Self {
            client,
            limit_bytes: MAX_BODY_BYTES,
        })
    }

    /// The same with another body limit.
    #[must_use]
    pub fn with_limit_bytes(self, limit_bytes: u64) -> Self {
        Self {
            limit_bytes,
            ..self
        }
    }
}

impl Http for NativeHttp {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let refused = |reason: &str| HttpError::Refused {
            reason: reason.to_owned(),
        };
        let method = match request.method {
            windrow_source::Method::Get => Method::GET,
            windrow_source::Method::Post => Method::POST,
        };
        let mut builder = self.client.request(method, &request.url);
        for (name, value) in request.headers {
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_| refused("a header has characters that cannot be sent"))?;
            value.set_sensitive(true);
            builder = builder.header(HeaderName::from_static(name), value);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let response = builder.send().await.map_err(failed)?;
        let too_large = HttpError::TooLarge {
            limit_bytes: self.limit_bytes,
        };
        if response.content_length() > Some(self.limit_bytes) {
            return Err(too_large);
        }
        let mut answer = HttpResponse {
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                    (name.as_str().to_owned(), value)
                })
                .collect(),
            body: Vec::new(),
        };
        let mut response = response;
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if (answer.body.len() + chunk.len()) as u64 > self.limit_bytes {
                return Err(too_large);
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

/// A client as every part of the program wants it: rustls with ring, no redirects, no second tries, time limits.
pub(crate) fn client_builder() -> ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error means that a provider is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .user_agent(concat!("windrow/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .timeout(WHOLE)
}

/// What reqwest says, in the port's words and without its URL.
fn failed(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    let reason = root_cause(&error);
    if error.is_timeout() {
        HttpError::Timeout
    } else if error.is_connect() {
        HttpError::Connect { reason }
    } else if error.is_builder() {
        HttpError::Refused { reason }
    } else {
        HttpError::CutBody { reason }
    }
}

/// The words of the innermost cause: the system's own.
pub(crate) fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
