//! Queries: checked, started, polled and searched.
//!
//! The search itself runs away from the threads that serve, so that a long one delays nobody.

use super::params::Params;
use super::{Draft, Service, refused};
use crate::fault::Fault;
use crate::kept::Key;
use crate::page::{Ask, Body, Setting};
use crate::record::RequestKind;
use crate::running::Polled;
use crate::stand_in::Bounds;
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

impl Service {
    pub(super) fn list(&self) -> Draft {
        let logs: Vec<_> = self
            .logs()
            .iter()
            .map(|log| json!({"id": log.key, "name": log.name, "logsets_info": [], "source_type": "token"}))
            .collect();
        Draft::of(StatusCode::OK, json!({ "logs": logs }).to_string())
    }

    /// Checks a query's parameters.
    pub(super) fn ask(&self, key: &str, params: &Params) -> Result<Ask, Draft> {
        let log = self.logs().iter().find(|log| log.key == key);
        let log = log.ok_or_else(|| refused(StatusCode::NOT_FOUND, "no such log"))?;
        params
            .ask(Arc::clone(log))
            .map_err(|reason| refused(StatusCode::BAD_REQUEST, &reason))
    }

    pub(super) async fn submit(self: Arc<Self>, ask: Ask, faults: &[Fault]) -> Draft {
        let usual = match ask.kind {
            RequestKind::Page => self.stand_in.page_polls,
            _ => self.stand_in.polls,
        };
        let polls = faults.iter().fold(usual, |polls, fault| match fault {
            Fault::Running { polls } => Some(*polls),
            Fault::RunsForever => Some(u32::MAX),
            Fault::SelfExpires => Some(polls.unwrap_or_default()),
            _ => polls,
        });
        let Some(polls) = polls else {
            return self.finished(ask, faults.to_vec()).await;
        };
        let id = {
            let mut ledger = self.ledger();
            let id = ledger
                .queries
                .start(ask.clone(), faults.to_vec(), polls, self.now_ms());
            if faults.contains(&Fault::SelfExpires) {
                ledger.queries.forget(&id);
            }
            id
        };
        let running = ask.running(self.setting(&ask), &id, 0, faults);
        Draft::of(StatusCode::ACCEPTED, running.bytes)
    }

    pub(super) async fn poll(self: Arc<Self>, id: &str, faults: &[Fault]) -> Draft {
        let polled = {
            let mut ledger = self.ledger();
            if faults.contains(&Fault::SelfExpires) {
                ledger.queries.forget(id);
            }
            ledger.queries.poll(id, self.now_ms())
        };
        match polled {
            None => refused(StatusCode::NOT_FOUND, "no such query, or it has expired"),
            Some(Polled::Running(query, progress)) => {
                let ask = &query.ask;
                // A poll looks as its query does.
                let all = [query.faults.as_slice(), faults].concat();
                let running = ask.running(self.setting(ask), id, progress, &all);
                Draft::of(StatusCode::OK, running.bytes)
            }
            Some(Polled::Finished(query)) => {
                let all = [query.faults.as_slice(), faults].concat();
                self.finished(query.ask, all).await
            }
        }
    }

    /// Searches, away from the threads that serve.
    async fn finished(self: Arc<Self>, ask: Ask, faults: Vec<Fault>) -> Draft {
        if let Some(Body { bytes, events }) = self.kept(&ask, &faults) {
            return Draft {
                events,
                ..Draft::of(StatusCode::OK, bytes)
            };
        }
        let searched = tokio::task::spawn_blocking(move || {
            let body = ask.finished(self.setting(&ask), &faults);
            self.keep(&ask, &faults, &body);
            (body, faults)
        });
        match searched.await {
            Ok((Body { bytes, events }, faults)) => Draft {
                status: StatusCode::OK,
                body: bytes,
                events,
                faults: faults.into_iter().filter(Fault::goes_along).collect(),
                echo: None,
            },
            Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "the search failed"),
        }
    }

    fn kept(&self, ask: &Ask, faults: &[Fault]) -> Option<Body> {
        let ledger = self.ledger();
        if !ledger.kept.keeps() || !faults.is_empty() {
            return None;
        }
        ledger.kept.find(&Key::of(ask))
    }

    /// Keeps an answer that can never be another one.
    fn keep(&self, ask: &Ask, faults: &[Fault], body: &Body) {
        let mut ledger = self.ledger();
        if ledger.kept.keeps() && faults.is_empty() && ask.to_ms < self.now_ms() {
            ledger.kept.keep(Key::of(ask), body);
        }
    }

    fn setting<'a>(&'a self, ask: &'a Ask) -> Setting<'a> {
        let last_ms = match self.stand_in.bounds {
            Bounds::Inclusive => ask.to_ms,
            Bounds::HalfOpen => ask.to_ms.saturating_sub(1),
        };
        Setting {
            log: &ask.log,
            last_ms: last_ms.min(self.now_ms()),
            origin: &self.origin,
        }
    }
}
