//! The relay: a request of the page goes to the log API, its answer comes back as a stream.
//!
//! No redirect is followed, no cookie passes, only named headers pass either way.
//! `Date` passes as it came, and where it did not come it is not made up: claims rest on it.
//! Memory: the chunks in flight. Fails with a JSON error whose `x-windrow-relay` header tells it from the log API's own.

use super::Shared;
use super::address::{Guard, REFUSED};
use super::upstream::{NotRelayed, Upstreams};
use crate::error::CliError;
use crate::http::{client_builder, root_cause};
use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use reqwest::Client;
use serde_json::json;
use std::io;
use std::sync::Arc;
use windrow_source::http::MAX_BODY_BYTES;

/// Says on an error of the relay itself what it is.
pub const RELAY: HeaderName = HeaderName::from_static("x-windrow-relay");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const RETENTION: HeaderName = HeaderName::from_static("x-beyond-retention");
/// What the page may send at most.
const MAX_REQUEST_BYTES: usize = 1 << 20;

/// A client that reaches only what the upstreams may lead to.
pub(crate) fn client(upstreams: &Upstreams) -> Result<Client, CliError> {
    let guard = if upstreams.is_loopback() {
        Guard::Loopback
    } else {
        Guard::Public
    };
    // A proxy would resolve names by itself, past the guard.
    let built = client_builder().no_proxy().dns_resolver(guard).build();
    built.map_err(|error| CliError::Failed {
        message: format!("no HTTP client could be made: {}", root_cause(&error)),
        remedy: "check the system's certificates".into(),
    })
}

pub(crate) async fn relay(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !matches!(head.method, Method::GET | Method::POST) {
        let allow = [(ALLOW, HeaderValue::from_static("GET, POST"))];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let url = match shared.upstreams.target(head.uri.path(), head.uri.query()) {
        Ok(url) => url,
        Err(NotRelayed(why)) => return failed(StatusCode::FORBIDDEN, "not_relayed", why),
    };
    let Ok(body) = to_bytes(body, MAX_REQUEST_BYTES).await else {
        return failed(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "the request is too large",
        );
    };
    let mut asked = shared.client.request(head.method, url);
    for name in [ACCEPT, CONTENT_TYPE] {
        if let Some(value) = head.headers.get(&name) {
            asked = asked.header(name, value);
        }
    }
    if let Some(key) = key_for(&shared, &head.headers) {
        asked = asked.header(API_KEY, key);
    }
    if !body.is_empty() {
        asked = asked.body(body);
    }
    match asked.send().await {
        Ok(answer) => passed(answer),
        Err(error) => unanswered(error),
    }
}

/// The page's own key, else the one held here.
fn key_for(shared: &Shared, headers: &HeaderMap) -> Option<HeaderValue> {
    let mut key = match headers.get(API_KEY) {
        Some(key) => key.clone(),
        None => HeaderValue::from_str(shared.key.as_ref()?.reveal()).ok()?,
    };
    key.set_sensitive(true);
    Some(key)
}

/// The answer of the log API, without what does not concern the page.
fn passed(answer: reqwest::Response) -> Response {
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if answer
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|value| !plain(value))
    {
        return failed(
            StatusCode::BAD_GATEWAY,
            "encoded",
            "the log API sent an encoding that was not asked for",
        );
    }
    let announced = answer.content_length();
    if announced > Some(MAX_BODY_BYTES) {
        return failed(
            StatusCode::BAD_GATEWAY,
            "too_large",
            "the log API's answer is too large",
        );
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    for (name, value) in answer.headers() {
        if passes(name) {
            response.headers_mut().append(name, value.clone());
        }
    }
    // A length lets the page see a body that was cut off.
    if let Some(length) = announced {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::from_stream(capped(answer.bytes_stream(), MAX_BODY_BYTES));
    response
}

fn passes(name: &HeaderName) -> bool {
    [CONTENT_TYPE, DATE, RETRY_AFTER, RETENTION].contains(name)
        || name.as_str().starts_with("x-ratelimit-")
        || name.as_str().starts_with("x-rate-limit-")
}

/// Ends with an error, which closes the connection, once more than `limit_bytes` have come.
fn capped(
    chunks: impl Stream<Item = reqwest::Result<Bytes>>,
    limit_bytes: u64,
) -> impl Stream<Item = io::Result<Bytes>> {
    let mut left = limit_bytes;
    chunks.map(move |chunk| {
        let chunk = chunk.map_err(|error| io::Error::other(root_cause(&error.without_url())))?;
        left = left
            .checked_sub(chunk.len() as u64)
            .ok_or_else(|| io::Error::other("the answer is too large"))?;
        Ok(chunk)
    })
}

fn unanswered(error: reqwest::Error) -> Response {
    let error = error.without_url();
    let cause = root_cause(&error);
    if cause == REFUSED {
        failed(StatusCode::FORBIDDEN, "not_relayed", REFUSED)
    } else if error.is_timeout() {
        failed(
            StatusCode::GATEWAY_TIMEOUT,
            "timeout",
            "the log API did not answer in time",
        )
    } else {
        failed(
            StatusCode::BAD_GATEWAY,
            "unreachable",
            &format!("no answer from the log API: {cause}"),
        )
    }
}

fn failed(status: StatusCode, kind: &'static str, message: &str) -> Response {
    let body = json!({"error": {"kind": kind, "message": message, "remedy": remedy(kind)}});
    (
        status,
        [(RELAY, HeaderValue::from_static(kind))],
        Json(body),
    )
        .into_response()
}

fn remedy(kind: &str) -> &'static str {
    match kind {
        "not_relayed" => "start `windrow serve` with the region or the base URL that is wanted",
        "unreachable" | "timeout" => {
            "check the network, and that the log API is running; then try again"
        }
        _ => "ask for less at once, or report it",
    }
}
