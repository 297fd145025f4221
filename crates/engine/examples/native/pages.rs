//! An HTTP port that answers from memory: no network, so that what is timed is ours.

use crate::events::{Messages, PER_PAGE};
use crate::serve::page_from;
use std::cell::RefCell;
use std::collections::VecDeque;
use windrow_source::{Http, HttpError, HttpRequest, HttpResponse};

/// The pages of a log, given out in order, each once.
pub(crate) struct Pages {
    events: u64,
    bodies: RefCell<VecDeque<Vec<u8>>>,
}

impl Pages {
    pub(crate) fn new(events: u64, messages: Messages) -> Self {
        let bodies = (0..events)
            .step_by(PER_PAGE)
            .map(|first| page_from(first, events, messages).into_bytes())
            .collect();
        Self {
            events,
            bodies: RefCell::new(bodies),
        }
    }
}

impl Http for Pages {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let body = if request.url.contains("calculate") {
            format!(
                r#"{{"statistics":{{"stats":{{"global_timeseries":{{"count":{}}}}}}}}}"#,
                self.events
            )
            .into_bytes()
        } else {
            self.bodies
                .borrow_mut()
                .pop_front()
                .ok_or_else(|| HttpError::Refused {
                    reason: "there is no page left".into(),
                })?
        };
        Ok(HttpResponse {
            status: 200,
            headers: vec![("date".into(), "Mon, 23 Nov 2026 12:00:00 GMT".into())],
            body,
        })
    }
}
