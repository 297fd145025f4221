//! The relay: a request of the page goes to the log API, its answer comes back as a stream.
//!
//! Only what the source needs is let through: with the key held here, anything else would be done in its owner's name.
//! No redirect is followed, no cookie passes, only named headers pass either way.
//! `Date` passes as it came, and where it did not come it is not made up: claims rest on it.
//! An answer that is not good may repeat the key: of its body so much is held as anybody reads, and the key in it is hidden.
//! Memory: the chunks in flight, or the 64 KiB of such a body. Fails with a JSON error whose `x-windrow-relay` header tells it from the log API's own.

use super::address::{Guard, REFUSED, Resolver, system};
use super::proxy;
use super::upstream::Rule;
use super::{CompanionSettings, Shared};
use crate::error::CliError;
use crate::http::{WHOLE, client_builder, root_cause};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use reqwest::Client;
use serde_json::json;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use windrow_source::ApiKey;
use windrow_source::http::MAX_BODY_BYTES;

/// Says on an error of the relay itself what it is.
pub const RELAY: HeaderName = HeaderName::from_static("x-windrow-relay");
const RETENTION: HeaderName = HeaderName::from_static("x-beyond-retention");
/// Bytes of an error's body that pass.
const MAX_ERROR_BYTES: usize = 64 << 10;
/// No key is longer.
const MAX_KEY_BYTES: usize = 8 << 10;

/// How much of an answer passes, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayLimits {
    /// Bytes of a body.
    pub body_bytes: u64,
    /// From the request to the last byte.
    pub whole: Duration,
}

impl Default for RelayLimits {
    fn default() -> Self {
        Self {
            body_bytes: MAX_BODY_BYTES,
            whole: WHOLE,
        }
    }
}

/// A client that reaches only what the upstreams may lead to, or whatever a proxy makes of their names.
pub(crate) fn client(settings: &CompanionSettings) -> Result<Client, CliError> {
    let builder = client_builder().timeout(settings.limits.whole);
    let builder = match &settings.proxy {
        Some(proxy) => proxy.client(builder)?,
        // A proxy of the environment would resolve names by itself, past the guard.
        None => {
            let guard = if settings.upstreams.is_loopback() {
                Guard::Loopback
            } else {
                Guard::Public
            };
            builder
                .no_proxy()
                .dns_resolver(Resolver::new(guard, system))
        }
    };
    builder.build().map_err(|error| CliError::Failed {
        message: format!("no HTTP client could be made: {}", root_cause(&error)),
        remedy: "check the system's certificates".into(),
    })
}

pub(crate) async fn relay(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    // No request of a source has a body, so none is passed on.
    let (head, _) = request.into_parts();
    let (method, uri) = (head.method, head.uri);
    let upstreams = &shared.settings.upstreams;
    let url = match upstreams.target(method.as_str(), uri.path(), uri.query()) {
        Ok(url) => url,
        Err(rule) => return not_relayed(rule),
    };
    let mut asked = shared.client.request(method, url);
    if let Some(value) = head.headers.get(ACCEPT) {
        asked = asked.header(ACCEPT, value);
    }
    let Ok(key) = key_for(&shared, &head.headers) else {
        let why = "the API key of the page holds characters that no API key has";
        return failed(StatusCode::BAD_REQUEST, "bad_key", why);
    };
    if let Some(mut value) = key.as_ref().and_then(header_of) {
        value.set_sensitive(true);
        asked = asked.header(upstreams.key_header(), value);
    }
    match asked.send().await {
        Ok(answer) => passed(answer, key.as_ref(), &shared).await,
        Err(error) => unanswered(error, &shared),
    }
}

/// The page's own key, else the one held here.
fn key_for(shared: &Shared, headers: &HeaderMap) -> Result<Option<ApiKey>, ()> {
    match headers.get(shared.settings.upstreams.key_header()) {
        Some(key) => {
            let key = key.to_str().ok().and_then(ApiKey::new);
            key.map(Some).ok_or(())
        }
        None => Ok(shared.settings.key.clone()),
    }
}

fn header_of(key: &ApiKey) -> Option<HeaderValue> {
    HeaderValue::from_str(key.reveal()).ok()
}

/// The answer of the log API, without what does not concern the page.
async fn passed(answer: reqwest::Response, key: Option<&ApiKey>, shared: &Shared) -> Response {
    let limits = shared.settings.limits;
    // A page's `fetch` calls any of them a broken connection, with or without a place to go to.
    if answer.status().is_redirection() {
        return failed(
            StatusCode::BAD_GATEWAY,
            "redirected",
            "the log API answered with a redirect, which is not followed",
        );
    }
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
    if announced > Some(limits.body_bytes) {
        return failed(
            StatusCode::BAD_GATEWAY,
            "too_large",
            "the log API's answer is too large",
        );
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    for (name, value) in answer.headers() {
        if passes(name) && !repeats(value, key) {
            response.headers_mut().append(name, value.clone());
        }
    }
    if !answer.status().is_success() {
        return match error_body(answer, key).await {
            Ok(body) => {
                *response.body_mut() = Body::from(body);
                response
            }
            Err(error) => unanswered(error, shared),
        };
    }
    // A length lets the page see a body that was cut off.
    if let Some(length) = announced {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::from_stream(capped(answer.bytes_stream(), limits.body_bytes));
    response
}

fn passes(name: &HeaderName) -> bool {
    [CONTENT_TYPE, DATE, RETRY_AFTER, RETENTION].contains(name)
        || name.as_str().starts_with("x-ratelimit-")
        || name.as_str().starts_with("x-rate-limit-")
}

/// Whether a header holds the key.
fn repeats(value: &HeaderValue, key: Option<&ApiKey>) -> bool {
    let text = String::from_utf8_lossy(value.as_bytes());
    key.is_some_and(|key| key.hidden_in(&text) != text)
}

/// The first bytes of an error's body, without the key.
async fn error_body(
    mut answer: reqwest::Response,
    key: Option<&ApiKey>,
) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut is_cut = false;
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        is_cut = body.len() >= MAX_ERROR_BYTES + MAX_KEY_BYTES;
        if is_cut {
            break;
        }
    }
    if let Some(key) = key {
        let text = String::from_utf8_lossy(&body);
        let hidden = key.hidden_in(&text);
        // Where the reading ended a key may have begun: without its end it is not found.
        let begun = if is_cut { key.reveal().len() - 1 } else { 0 };
        if hidden != text {
            body = hidden.into_bytes();
        }
        body.truncate(body.len().saturating_sub(begun));
    }
    // Only now: a key that is cut in two would not be found.
    body.truncate(MAX_ERROR_BYTES);
    Ok(body)
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

fn unanswered(error: reqwest::Error, shared: &Shared) -> Response {
    let error = error.without_url();
    let cause = root_cause(&error);
    if cause == REFUSED {
        not_relayed(Rule::Address)
    } else if error.is_timeout() && !error.is_connect() {
        failed(
            StatusCode::GATEWAY_TIMEOUT,
            "timeout",
            "the log API did not answer in time",
        )
    } else {
        let way = way_out(
            shared.settings.proxy.is_some(),
            shared.settings.upstreams.is_loopback(),
            proxy::environment_names_one(),
        );
        failed(
            StatusCode::BAD_GATEWAY,
            "unreachable",
            &format!("no answer from the log API{way}: {cause}"),
        )
    }
}

/// What is said of proxies where the log API was not reached.
const fn way_out(is_proxied: bool, is_local: bool, environment_names_one: bool) -> &'static str {
    match (is_proxied, is_local, environment_names_one) {
        (true, ..) => " through the proxy of --proxy",
        (_, true, _) => "",
        (_, _, true) => {
            "; the environment names a proxy, and the companion takes one only by `windrow serve --proxy URL`"
        }
        _ => "; behind a proxy, start `windrow serve --proxy URL`",
    }
}

/// 403 with the rule that refused.
fn not_relayed(rule: Rule) -> Response {
    let kind = "not_relayed";
    let remedy = match rule {
        Rule::Method | Rule::Path | Rule::Encoding => {
            "nothing was sent; the relay lets through only what the log source needs"
        }
        Rule::Shape | Rule::Origin | Rule::Address => remedy(kind),
    };
    let body = json!({"error": {"kind": kind, "rule": rule.name(), "message": rule.message(), "remedy": remedy}});
    let header = [(RELAY, HeaderValue::from_static(kind))];
    (StatusCode::FORBIDDEN, header, Json(body)).into_response()
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
        "bad_key" => "give the key alone, without spaces or quotes",
        "not_relayed" => "start `windrow serve` with the region or the base URL that is wanted",
        "redirected" => "check the region or the base URL that `windrow serve` was started with",
        "unreachable" | "timeout" => {
            "check the network, and that the log API is running; then try again"
        }
        _ => "ask for less at once, or report it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::{Site, Upstreams};
    use tokio::net::TcpListener;
    use windrow_model::settings::FlushSettings;

    /// What a client for this log API does with a name of this machine, and whether it connected.
    async fn led_to_this_machine(place: &str, scheme: &str) -> (String, bool) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connected = tokio::spawn(async move { listener.accept().await.map(drop) });
        let settings = CompanionSettings {
            bind: ([127, 0, 0, 1], 0).into(),
            site: Site::default(),
            upstreams: Upstreams::parse(place).unwrap(),
            key: None,
            demo: false,
            proxy: None,
            limits: RelayLimits::default(),
            flush: FlushSettings::default(),
        };
        let client = client(&settings).unwrap();
        let asked = client.get(format!("{scheme}://localhost:{port}/validate"));
        let error = asked.send().await.unwrap_err();
        (root_cause(&error), connected.is_finished())
    }

    #[test]
    fn a_log_api_that_is_not_reached_names_the_way_through_a_proxy() {
        for (named, word) in [
            (false, "behind a proxy"),
            (true, "the environment names a proxy"),
        ] {
            let said = way_out(false, false, named);
            assert!(
                said.contains(word) && said.contains("--proxy URL"),
                "{said}"
            );
        }
        assert_eq!(way_out(false, true, true), "");
        assert!(!way_out(true, false, true).contains("start"));
    }

    #[tokio::test]
    async fn the_client_of_a_public_log_api_never_connects_to_this_machine() {
        let (why, connected) = led_to_this_machine("eu", "https").await;
        assert_eq!((why.as_str(), connected), (REFUSED, false));
    }

    #[tokio::test]
    async fn the_client_of_a_stand_in_reaches_this_machine_by_name() {
        let (why, connected) = led_to_this_machine("http://127.0.0.1:9", "http").await;
        assert!(connected, "{why}");
    }
}
