//! Requests to answers: routes, keys, quota, the fault script and the request log around the queries themselves.
//!
//! Both host families' paths are served: `/query/...` and `/log_search/query/...`.
//! Besides the protocol there is `GET /stand-in/requests?after=N`, the request log, for clients in another process; it is not logged itself.

mod body;
mod params;
mod search;

use crate::fault::{Fault, Player};
use crate::kept::Kept;
use crate::log::Log;
use crate::quota::{Allowance, Quota};
use crate::record::{RequestKind, RequestLog, RequestRecord};
use crate::running::Queries;
use crate::stand_in::StandIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{any, get};
use bytes::Bytes;
use params::Params;
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Service {
    stand_in: StandIn,
    origin: String,
    ledger: Mutex<Ledger>,
    leave: UnboundedSender<Leave>,
}

/// The listener is to close for so long; it says when it has closed.
#[derive(Debug)]
pub(crate) struct Leave {
    pub(crate) ms: u64,
    pub(crate) left: oneshot::Sender<()>,
}

/// Marks a response that is not sent: the connection is reset instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAnswer;

/// What changes from request to request.
#[derive(Debug)]
struct Ledger {
    player: Player,
    queries: Queries,
    quota: Quota,
    polls: Quota,
    log: RequestLog,
    kept: Kept,
}

/// What a path asks for.
#[derive(Debug)]
enum Route {
    Query(String),
    Poll(String),
    Logs,
    Validate,
    Unknown,
}

/// An answer on its way out, before faults of transport.
#[derive(Debug)]
struct Draft {
    status: StatusCode,
    body: Bytes,
    events: Option<u64>,
    /// Faults that came along with the query.
    faults: Vec<Fault>,
    /// The API key, where it is to be repeated.
    echo: Option<HeaderValue>,
}

type Shared = State<Arc<Service>>;

pub(crate) fn router(service: Arc<Service>) -> Router {
    let protocol = |family: &str| {
        Router::new()
            .route(&format!("{family}/query/logs/{{key}}"), any(query))
            .route(&format!("{family}/query/{{id}}"), any(poll))
            .route(&format!("{family}/management/logs"), any(logs))
            .route(&format!("{family}/validate"), any(validate))
    };
    // Not nested: the request log keeps paths as they came.
    Router::new()
        .route("/stand-in/requests", get(requests))
        .merge(protocol(""))
        .merge(protocol("/log_search"))
        .fallback(unknown)
        .with_state(service)
}

async fn query(State(s): Shared, Path(key): Path<String>, head: Parts) -> Response {
    s.answer(Route::Query(key), head).await
}

async fn poll(State(s): Shared, Path(id): Path<String>, head: Parts) -> Response {
    s.answer(Route::Poll(id), head).await
}

async fn logs(State(s): Shared, head: Parts) -> Response {
    s.answer(Route::Logs, head).await
}

async fn validate(State(s): Shared, head: Parts) -> Response {
    s.answer(Route::Validate, head).await
}

async fn unknown(State(s): Shared, head: Parts) -> Response {
    s.answer(Route::Unknown, head).await
}

async fn requests(State(s): Shared, uri: Uri) -> Response {
    let after = Params::of(&uri).number("after").unwrap_or_default();
    let records = s.requests(u64::try_from(after).unwrap_or_default());
    let body = json!({ "requests": records }).to_string().into_bytes();
    body::plain(StatusCode::OK, body)
}

impl Service {
    pub(crate) fn new(
        mut stand_in: StandIn,
        origin: String,
        leave: UnboundedSender<Leave>,
    ) -> Self {
        let ledger = Ledger {
            player: Player::new(std::mem::take(&mut stand_in.script)),
            queries: Queries::default(),
            quota: Quota::new(stand_in.quota),
            // In the proportion the vendor documents: 10 000 polls to 1 500 queries.
            polls: Quota::new(stand_in.quota.saturating_mul(20) / 3),
            log: RequestLog::default(),
            kept: Kept::new(stand_in.keep_bytes),
        };
        Self {
            stand_in,
            origin,
            ledger: Mutex::new(ledger),
            leave,
        }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn logs(&self) -> &[Arc<Log>] {
        &self.stand_in.logs
    }

    pub(crate) fn requests(&self, after: u64) -> Vec<RequestRecord> {
        self.ledger().log.after(after)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> i64 {
        self.stand_in.clock.now_ms()
    }

    async fn answer(self: Arc<Self>, route: Route, head: Parts) -> Response {
        let params = Params::of(&head.uri);
        let mut record = self.begin(&route, &head, &params);
        let (mut faults, allowance) = {
            let mut ledger = self.ledger();
            let faults = ledger.player.next(record.kind, record.page);
            let quota = if record.kind == RequestKind::Poll {
                &mut ledger.polls
            } else {
                &mut ledger.quota
            };
            (faults, quota.take(self.now_ms()))
        };
        for fault in &faults {
            match fault {
                Fault::Delay { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
                Fault::Away { ms } => self.close_for(*ms).await,
                _ => {}
            }
        }
        let draft = match self.refusal(&head, &faults, allowance) {
            Some(draft) => draft,
            None => Arc::clone(&self).draft(route, &params, &faults).await,
        };
        for fault in &draft.faults {
            if !faults.contains(fault) {
                faults.push(fault.clone());
            }
        }
        let unanswered = |fault: &Fault| matches!(fault, Fault::Reset | Fault::Away { .. });
        let answered = !faults.iter().any(unanswered);
        record.status = if answered { draft.status.as_u16() } else { 0 };
        record.events = draft.events;
        record.faults = faults.iter().map(Fault::name).collect();
        if let Some(listener) = &self.stand_in.listener {
            (listener.0)(&record);
        }
        self.ledger().log.keep(record);
        let mut response = body::response(draft, &faults, self.now_ms(), allowance);
        if !answered {
            response.extensions_mut().insert(NoAnswer);
        }
        response
    }

    /// Closes the listener for a while. Comes back once it is closed.
    async fn close_for(&self, ms: u64) {
        let (left, has_left) = oneshot::channel();
        if self.leave.send(Leave { ms, left }).is_ok() {
            // A listener that has stopped for good is closed as well.
            let _ = has_left.await;
        }
    }

    /// The record of a request, as far as it is known before the answer.
    fn begin(&self, route: &Route, head: &Parts, params: &Params) -> RequestRecord {
        let mut record = RequestRecord {
            number: self.ledger().log.start(),
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            ..RequestRecord::default()
        };
        match route {
            Route::Query(key) => {
                record.kind = params.kind();
                record.log_key = Some(key.clone());
                record.from = params.number("from");
                record.to = params.number("to");
                record.query = params.text("query").to_owned();
                record.per_page = params
                    .number("per_page")
                    .and_then(|n| u32::try_from(n).ok());
                record.page = Some(params.page());
            }
            Route::Poll(id) => {
                record.kind = RequestKind::Poll;
                let ledger = self.ledger();
                if let Some(query) = ledger.queries.find(id, self.now_ms()) {
                    let ask = &query.ask;
                    record.log_key = Some(ask.log.key.clone());
                    record.from = Some(ask.from_ms);
                    record.to = Some(ask.to_ms);
                    record.query.clone_from(&ask.query);
                    record.per_page = Some(ask.per_page);
                    record.page = Some(ask.page);
                }
            }
            Route::Logs => record.kind = RequestKind::Logs,
            Route::Validate => record.kind = RequestKind::Validate,
            Route::Unknown => {}
        }
        record
    }

    /// An answer that needs no look at the logs.
    fn refusal(&self, head: &Parts, faults: &[Fault], allowance: Allowance) -> Option<Draft> {
        let headers = &head.headers;
        if head.method != Method::GET {
            return Some(refused(
                StatusCode::METHOD_NOT_ALLOWED,
                "only GET is served",
            ));
        }
        let key = headers.get("x-api-key").map(|key| key.as_bytes());
        if let Some(demanded) = &self.stand_in.api_key
            && key != Some(demanded.as_bytes())
        {
            return Some(refused(
                StatusCode::UNAUTHORIZED,
                "the API key is missing or wrong",
            ));
        }
        for fault in faults {
            match fault {
                Fault::RateLimited { .. } => return Some(too_many()),
                Fault::EchoKey { code } => return Some(echoed(*code, headers)),
                Fault::Status { code, body } => {
                    return Some(match body {
                        Some(body) => Draft::of(status(*code), body.clone()),
                        None => refused(status(*code), "a fault of the script"),
                    });
                }
                _ => {}
            }
        }
        (!allowance.granted).then(too_many)
    }

    async fn draft(self: Arc<Self>, route: Route, params: &Params, faults: &[Fault]) -> Draft {
        match route {
            Route::Query(key) => match self.ask(&key, params) {
                Ok(ask) => self.submit(ask, faults).await,
                Err(draft) => draft,
            },
            Route::Poll(id) => self.poll(&id, faults).await,
            Route::Logs => self.list(),
            Route::Validate => Draft::of(StatusCode::OK, &b"{\"message\":\"Authorized\"}"[..]),
            Route::Unknown => refused(StatusCode::NOT_FOUND, "no such path"),
        }
    }
}

impl Draft {
    fn of(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            body: body.into(),
            events: None,
            faults: Vec::new(),
            echo: None,
        }
    }
}

/// An error that repeats the key in every place where a client may look for words.
fn echoed(code: u16, headers: &HeaderMap) -> Draft {
    let key = headers.get("x-api-key").cloned();
    let text = key
        .as_ref()
        .and_then(|key| key.to_str().ok())
        .unwrap_or_default();
    let body = json!({
        "message": format!("the key {text} may not do that (x-api-key: {})", text.to_uppercase()),
        "error": text,
        "request": {"headers": [["x-api-key", text]]},
    });
    Draft {
        echo: key,
        ..Draft::of(status(code), body.to_string())
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn refused(status: StatusCode, reason: &str) -> Draft {
    Draft::of(status, json!({ "message": reason }).to_string())
}

fn too_many() -> Draft {
    Draft::of(StatusCode::TOO_MANY_REQUESTS, &b"Rate limit exceeded"[..])
}
