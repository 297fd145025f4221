//! The answer as it is sent: headers, and the faults of transport.

use super::Draft;
use crate::fault::Fault;
use crate::quota::Allowance;
use axum::body::{Body, Bytes};
use axum::http::header::{self, IntoHeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use std::io;
use std::time::Duration;

/// An answer without faults or quota.
pub(super) fn plain(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}

/// An answer with all that goes wrong with it.
pub(super) fn response(
    draft: Draft,
    faults: &[Fault],
    now_ms: i64,
    allowance: Allowance,
) -> Response {
    let Draft {
        status, body, echo, ..
    } = draft;
    let mut response = plain(status, Vec::new());
    if body.starts_with(b"<") {
        set(&mut response, header::CONTENT_TYPE, "text/html");
    }
    if let Some(key) = echo {
        // One of the headers that a relay passes.
        response.headers_mut().insert("x-ratelimit-note", key);
    }
    set(&mut response, "x-ratelimit-limit", allowance.limit);
    set(&mut response, "x-ratelimit-remaining", allowance.remaining);
    let mut reset_seconds = allowance.reset_seconds;
    let mut date_ms = Some(now_ms);
    let length = body.len();
    let mut sent = Body::from(body.clone());
    for fault in faults {
        match fault {
            Fault::RateLimited {
                reset_seconds: seconds,
            } => reset_seconds = *seconds,
            Fault::BeyondRetention => set(&mut response, "x-beyond-retention", "true"),
            Fault::NoDate => date_ms = None,
            Fault::ClockOff { by_ms } => date_ms = date_ms.map(|ms| ms.saturating_add(*by_ms)),
            Fault::CutBody => sent = cut(&body),
            Fault::CutJson => sent = Body::from(body.slice(..length / 2)),
            Fault::NotJson => {
                set(&mut response, header::CONTENT_TYPE, "text/html");
                sent = Body::from("<html><body>Please sign in</body></html>");
            }
            Fault::WrongLength => {
                set(&mut response, header::CONTENT_LENGTH, length + 64);
                sent = short(&body);
            }
            Fault::Drip { bytes, every_ms } => sent = drip(body.clone(), *bytes, *every_ms),
            Fault::EndlessBody => sent = endless(&body),
            _ => {}
        }
    }
    set(&mut response, "x-ratelimit-reset", reset_seconds);
    if status == StatusCode::TOO_MANY_REQUESTS {
        set(&mut response, header::RETRY_AFTER, reset_seconds);
        set(&mut response, header::CONTENT_TYPE, "text/plain");
    }
    if let Some(date) = date_ms.and_then(http_date) {
        set(&mut response, header::DATE, date);
    }
    *response.body_mut() = sent;
    response
}

fn set(response: &mut Response, name: impl IntoHeaderName, value: impl ToString) {
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        response.headers_mut().insert(name, value);
    }
}

fn http_date(ms: i64) -> Option<String> {
    let instant = Timestamp::from_millisecond(ms).ok()?;
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&instant)
        .ok()
}

/// Half of the body, and then the connection ends.
fn cut(body: &Bytes) -> Body {
    let lost = io::Error::new(io::ErrorKind::ConnectionAborted, "cut by the fault script");
    let end = stream::once(sent_first(Err(lost)));
    let half = body.slice(..body.len() / 2);
    Body::from_stream(stream::iter([Ok(half)]).chain(end))
}

/// The whole body, and then less than was promised: nothing.
fn short(body: &Bytes) -> Body {
    let end = stream::once(sent_first(Ok(Bytes::new())));
    let whole = body.clone();
    Body::from_stream(stream::iter([Ok(whole)]).chain(end))
}

/// Waits until what came before has been sent.
async fn sent_first(end: io::Result<Bytes>) -> io::Result<Bytes> {
    tokio::task::yield_now().await;
    end
}

fn drip(body: Bytes, bytes: usize, every_ms: u64) -> Body {
    let pieces = stream::unfold((body, true), move |(mut left, first)| async move {
        if left.is_empty() {
            return None;
        }
        if !first {
            tokio::time::sleep(Duration::from_millis(every_ms)).await;
        }
        let piece = left.split_to(bytes.clamp(1, left.len()));
        Some((Ok::<_, io::Error>(piece), (left, false)))
    });
    Body::from_stream(pieces)
}

/// The body without its last byte, and then white space for ever.
fn endless(body: &Bytes) -> Body {
    let open = body.slice(..body.len().saturating_sub(1));
    let blank = Bytes::from(vec![b' '; 64 << 10]);
    let pieces = stream::unfold(Some(open), move |next| {
        let blank = blank.clone();
        async move { Some((Ok::<_, io::Error>(next.unwrap_or(blank)), None)) }
    });
    Body::from_stream(pieces)
}
