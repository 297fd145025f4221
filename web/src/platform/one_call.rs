//! One call of a kind at a time: a newer one stops the one before, and what that still says is not listened to.

use super::worker_client::WorkerClient;
use leptos::prelude::*;
use windrow_protocol::browser::task;
use windrow_protocol::{Call, CallId, Failed};

/// A place for one call. Copies are handles to the same.
#[derive(Clone, Copy)]
pub(crate) struct OneCall {
    worker: WorkerClient,
    id: StoredValue<Option<CallId>>,
}

impl OneCall {
    /// Without a call.
    pub(crate) fn new(worker: WorkerClient) -> Self {
        Self {
            worker,
            id: StoredValue::new(None),
        }
    }

    /// Starts a call. Its outcome comes once, also when it was stopped.
    pub(crate) fn start<C: Call>(
        self,
        call: C,
        on_push: impl Fn(C::Push) + 'static,
        on_outcome: impl FnOnce(Result<C::Reply, Failed>) + 'static,
    ) {
        self.forget();
        let (id, outcome) = self.worker.call(call, on_push);
        self.id.set_value(Some(id));
        task::spawn(async move {
            let outcome = outcome.await;
            if self.id.get_value() == Some(id) {
                self.id.set_value(None);
            }
            on_outcome(outcome);
        });
    }

    /// Asks the call to stop; what it says until then is still heard.
    pub(crate) fn cancel(self) {
        if let Some(id) = self.id.get_value() {
            self.worker.cancel(id);
        }
    }

    /// Asks the call to stop, and hears nothing more of it but its outcome.
    pub(crate) fn forget(self) {
        if let Some(id) = self.id.get_value() {
            self.worker.forget(id);
        }
        self.id.set_value(None);
    }
}
