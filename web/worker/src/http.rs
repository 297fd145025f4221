//! The HTTP port over the companion's relay: the log API's URLs become paths of this page's own origin.
//!
//! Memory: one body of at most [`MAX_BODY_BYTES`], which the relay caps while it streams.
//! A future that is dropped ends its request.

use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::Uint8Array;
use windrow_source::http::MAX_BODY_BYTES;
use windrow_source::{Http, HttpError, HttpRequest, HttpResponse};

use futures_util::future::{Either, select};
use std::pin::pin;
use web_sys::{AbortController, RequestCache, RequestRedirect};
use windrow_protocol::browser::task;

/// How long one answer may take; a query that runs longer is polled.
const ANSWER_MS: u64 = 120_000;

/// The companion's own errors carry this header.
const RELAY: &str = "x-windrow-relay";

/// Sends through the relay.
#[derive(Clone, Debug)]
pub(super) struct RelayHttp {
    token: String,
}

/// Ends the request when it is dropped; harmless once the answer is whole.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl RelayHttp {
    pub(super) fn new(token: String) -> Self {
        Self { token }
    }
}

impl Http for RelayHttp {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let controller = AbortController::new().map_err(|_| HttpError::Refused {
            reason: "this browser cannot end requests".to_owned(),
        })?;
        let ends = AbortOnDrop(controller);
        let asked = pin!(exchange(&self.token, &request, &ends.0));
        let timer = pin!(task::sleep_ms(ANSWER_MS));
        match select(asked, timer).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(HttpError::Timeout),
        }
    }
}

async fn exchange(
    token: &str,
    request: &HttpRequest,
    controller: &AbortController,
) -> Result<HttpResponse, HttpError> {
    let path = relayed(&request.url).ok_or_else(|| HttpError::Refused {
        reason: "the address cannot be relayed".to_owned(),
    })?;
    let method = match request.method {
        windrow_source::Method::Get => Method::GET,
        windrow_source::Method::Post => Method::POST,
    };
    let mut builder = RequestBuilder::new(&path)
        .method(method)
        .abort_signal(Some(&controller.signal()))
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .header("x-windrow-token", token);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let built = if request.body.is_empty() {
        builder.build()
    } else {
        builder.body(Uint8Array::from(request.body.as_slice()))
    };
    // The browser's message may contain the URL with its query, so it is dropped.
    let request = built.map_err(|_| HttpError::Refused {
        reason: "the browser refuses the request".to_owned(),
    })?;
    let answer = request.send().await.map_err(|_| HttpError::Connect {
        reason: "the companion does not answer; start `windrow serve` again".to_owned(),
    })?;
    if let Some(error) = refused(&answer).await {
        return Err(error);
    }
    let announced: Option<u64> = answer
        .headers()
        .get("content-length")
        .and_then(|length| length.parse().ok());
    let too_large = HttpError::TooLarge {
        limit_bytes: MAX_BODY_BYTES,
    };
    if announced.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Err(too_large);
    }
    let status = answer.status();
    let headers = answer.headers().entries().collect();
    let body = answer.binary().await.map_err(|_| HttpError::CutBody {
        reason: "the connection ended before the answer did".to_owned(),
    })?;
    if body.len() as u64 > MAX_BODY_BYTES {
        return Err(too_large);
    }
    if announced.is_some_and(|length| length != body.len() as u64) {
        return Err(HttpError::CutBody {
            reason: "the answer is shorter than it said".to_owned(),
        });
    }
    Ok(HttpResponse {
        status,
        headers,
        body,
    })
}

/// What the companion itself refused or could not do: its own answers carry a header that the log API's do not.
async fn refused(answer: &Response) -> Option<HttpError> {
    if let Some(rule) = answer.headers().get("x-windrow-refusal") {
        return Some(HttpError::Refused {
            reason: if rule == "token" {
                "the companion was started again since; open the address that it printed".to_owned()
            } else {
                format!("the companion refused the request ({rule})")
            },
        });
    }
    let kind = answer.headers().get(RELAY)?;
    let reason = match kind.as_str() {
        "not_relayed" => {
            "the companion does not relay to this address; start `windrow serve` with this region or base URL"
                .to_owned()
        }
        "redirected" => {
            "the log API answers with a redirect, which is not followed; check the region or base URL that `windrow serve` was started with"
                .to_owned()
        }
        // Its own words say what is in the way, such as a proxy that must be named.
        "unreachable" => message_of(answer)
            .await
            .unwrap_or_else(|| "the companion could not reach the log API".to_owned()),
        other => format!("the companion gave up ({other})"),
    };
    Some(match kind.as_str() {
        "timeout" => HttpError::Timeout,
        "too_large" => HttpError::TooLarge {
            limit_bytes: MAX_BODY_BYTES,
        },
        "unreachable" => HttpError::Connect { reason },
        _ => HttpError::Refused { reason },
    })
}

/// What the companion says of its own error.
async fn message_of(answer: &Response) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&answer.text().await.ok()?).ok()?;
    Some(body.get("error")?.get("message")?.as_str()?.to_owned())
}

/// `https://host/path?query` as `/relay/https/host/path?query`.
fn relayed(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    matches!(scheme, "http" | "https").then(|| format!("/relay/{scheme}/{rest}"))
}
