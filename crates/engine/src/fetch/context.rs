//! What every stage of a run shares: the request, the ports and the counters.

use crate::catalog::problem::Problem;
use crate::error::EngineError;
use crate::fetch::cost::estimate::BytesPerEvent;
use crate::fetch::progress::Counters;
use crate::fetch::request::{IngestRequest, Ports};
use crate::fetch::stop::{Stop, unless_cancelled};
use crate::telemetry::Telemetry;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio_util::sync::CancellationToken;
use windrow_model::TimeRange;
use windrow_model::event::RunEvent;
use windrow_source::{Clock, Count, LogSource, Notice, SliceRequest};

/// One run, as its stages see it.
pub(crate) struct RunContext<'a, S, L, C> {
    pub(super) ports: &'a Ports<'a, S, L, C>,
    pub(super) telemetry: &'a Telemetry<'a>,
    pub(super) request: &'a IngestRequest,
    pub(super) counters: RefCell<Counters>,
    pub(super) bytes_per_event: Cell<BytesPerEvent>,
    /// The number of the run's next provisional file.
    pub(super) next_provisional: Rc<Cell<u32>>,
    pub(super) started_ms: i64,
    /// Requests that the source had sent before the run.
    requests_before: u64,
}

impl<'a, S, L: LogSource, C: Clock> RunContext<'a, S, L, C> {
    pub(super) fn new(
        ports: &'a Ports<'a, S, L, C>,
        telemetry: &'a Telemetry<'a>,
        request: &'a IngestRequest,
    ) -> Self {
        Self {
            ports,
            telemetry,
            request,
            counters: RefCell::default(),
            bytes_per_event: Cell::new(BytesPerEvent::USUAL),
            next_provisional: Rc::default(),
            started_ms: ports.clock.now_ms(),
            requests_before: ports.source.requests(),
        }
    }
}

impl<S, L: LogSource, C: Clock> RunContext<'_, S, L, C> {
    pub(super) fn store(&self) -> &S {
        self.ports.store
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.ports.clock.now_ms()
    }

    /// Requests that the run has sent.
    pub(super) fn requests(&self) -> u64 {
        self.ports.source.requests() - self.requests_before
    }

    /// Reports that a part is damaged or cannot be opened, and gives the error.
    pub(super) fn damaged(&self, problem: &Problem) -> EngineError {
        let error = problem.to_error();
        self.telemetry.emit(RunEvent::CacheReadFailed {
            path: problem.path.clone(),
            reason: problem.reason.clone(),
            remedy: error.remedy().to_owned(),
        });
        error
    }

    pub(super) fn slice_request(&self, range: TimeRange) -> SliceRequest {
        SliceRequest::of(&self.request.dataset, range)
    }

    /// Asks for the source's count of `slice`, which is `range` or lies in it.
    pub(super) async fn count(
        &self,
        range: TimeRange,
        slice: TimeRange,
        cancel: &CancellationToken,
    ) -> Result<Count, Stop> {
        let request = self.slice_request(slice);
        let notices = |notice| self.report_progress(range, Some(notice));
        let counting = self.ports.source.count(&request, &notices);
        let count = unless_cancelled(cancel, counting).await??;
        self.counters.borrow_mut().requests += count.requests;
        Ok(count)
    }

    /// Reports how far the run is, because `range` got further or waits.
    pub(super) fn report_progress(&self, range: TimeRange, notice: Option<Notice>) {
        if let Some(Notice::Waiting {
            reason,
            wait_ms,
            attempt,
        }) = &notice
        {
            self.telemetry.emit(RunEvent::FetchRetry {
                subrange: range,
                reason: reason.clone(),
                wait_ms: *wait_ms,
                attempt: *attempt,
            });
        }
        let now_ms = self.now_ms();
        let progress = self.counters.borrow_mut().progress(range, notice, now_ms);
        self.telemetry.progress(progress);
    }
}
