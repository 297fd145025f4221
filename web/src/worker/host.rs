//! One task a call, the windows that are open, and the switches of what runs.
//!
//! Calls do not wait for each other: rows are read and searched while a fetch goes on.
//! Memory: the last [`VIEWS`] opened windows; an older one is closed and asked for again by the page if it still wants it.

use super::answer;
use super::mailbox::post;
use super::store::KeptStore;
use crate::protocol::{
    CallId, FailKind, Failed, FromWorker, Push, Reply, Request, ToWorker, ViewId,
};
use crate::task;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use windrow_engine::{Cancel, Opened};

/// Windows kept open: the one shown, and the one that replaces it.
const VIEWS: usize = 2;

/// Bytes in a page of wasm memory.
const WASM_PAGE: u64 = 65_536;

/// What this instance's memory has grown to.
fn memory_bytes() -> u64 {
    core::arch::wasm32::memory_size::<0>() as u64 * WASM_PAGE
}

/// What all calls share.
pub(super) struct Host {
    pub(super) store: Rc<KeptStore>,
    views: RefCell<VecDeque<(ViewId, Rc<Opened<KeptStore>>)>>,
    next_view: Cell<ViewId>,
    running: RefCell<BTreeMap<CallId, Cancel>>,
}

/// What one call has.
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) cancel: Cancel,
}

impl Call {
    /// Says something on the way to the reply.
    pub(super) fn push(&self, push: Push) {
        post(&FromWorker::Push { id: self.id, push });
    }
}

impl Host {
    pub(super) fn new(store: Rc<KeptStore>) -> Self {
        Self {
            store,
            views: RefCell::default(),
            // IMPORTANT: not from 1 on: a view of the worker before this one must not be taken for one of this one.
            next_view: Cell::new((js_sys::Math::random() * f64::from(ViewId::MAX)) as ViewId),
            running: RefCell::default(),
        }
    }

    /// Takes a message: starts a call, or stops one.
    pub(super) fn take(host: &Rc<Self>, message: ToWorker) {
        match message {
            ToWorker::Cancel { id } => {
                let cancel = host.running.borrow().get(&id).cloned();
                if let Some(cancel) = cancel {
                    cancel.cancel();
                }
            }
            ToWorker::Call { id, request } => {
                let cancel = Cancel::new();
                host.running.borrow_mut().insert(id, cancel.clone());
                let host = Rc::clone(host);
                task::spawn(async move {
                    let reply = host.answer(&Call { id, cancel }, request).await;
                    host.running.borrow_mut().remove(&id);
                    post(&FromWorker::Reply {
                        id,
                        reply,
                        memory_bytes: memory_bytes(),
                    });
                });
            }
        }
    }

    async fn answer(&self, call: &Call, request: Request) -> Result<Reply, Failed> {
        match request {
            Request::Logs { connection } => answer::logs(call, connection).await,
            Request::Look {
                dataset,
                window,
                bypass_run,
            } => answer::look(self, &dataset, window, bypass_run.as_deref()).await,
            Request::Price {
                connection,
                dataset,
                window,
                mode,
            } => answer::price(self, call, connection, &dataset, window, mode).await,
            Request::Fetch(fetch) => answer::fetch(self, call, fetch).await,
            Request::Rows { view, first, limit } => {
                answer::rows(&*self.view(view)?, first, limit).await
            }
            Request::Row { view, row } => answer::row(&*self.view(view)?, row).await,
            Request::Find { view, text } => answer::find(&*self.view(view)?, call, text).await,
            Request::Summary { view } => answer::summary(&*self.view(view)?).await,
            Request::Segments { dataset } => answer::segments(self, &dataset).await,
            Request::Datasets => answer::datasets(self).await,
            Request::Delete { dataset, remove } => answer::delete(self, &dataset, remove).await,
            Request::Verify { dataset, window } => {
                answer::verify(self, call, &dataset, window).await
            }
            Request::ReadPart { path } => answer::read_part(self, &path).await,
        }
    }

    /// Keeps an opened window and gives its name.
    pub(super) fn keep(&self, opened: Opened<KeptStore>) -> (ViewId, Rc<Opened<KeptStore>>) {
        let id = self.next_view.get();
        self.next_view.set(id.wrapping_add(1));
        let opened = Rc::new(opened);
        let mut views = self.views.borrow_mut();
        views.push_back((id, Rc::clone(&opened)));
        while views.len() > VIEWS {
            views.pop_front();
        }
        (id, opened)
    }

    fn view(&self, id: ViewId) -> Result<Rc<Opened<KeptStore>>, Failed> {
        self.views
            .borrow()
            .iter()
            .find(|(held, _)| *held == id)
            .map(|(_, opened)| Rc::clone(opened))
            .ok_or_else(|| {
                Failed::new(
                    "The window was closed in the meantime",
                    "Show the plan again",
                    FailKind::Reopen,
                )
            })
    }
}
