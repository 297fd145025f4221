//! A task per call, the opened windows, and the cancellation of running calls.
//!
//! Calls do not wait for each other: rows are read and searched while a fetch goes on.
//! Memory: the last [`VIEWS`] opened windows, and as many of what filters select of them; a page that needs an older one
//! opens it again. Besides, [`DECODED_BYTES`] of columns that questions have decoded.

use super::answer::Answer;
use super::mailbox::post;
use super::scan::message::Opening;
use super::scan::pool::ScanPool;
use super::store::BrowserStore;
use super::view::View;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;
use std::rc::Rc;
use windrow_engine::{CancellationToken, DecodedColumns, Opened};
use windrow_model::TimeRange;
use windrow_protocol::browser::{codec, task};
use windrow_protocol::{
    Call, CallId, FailKind, Failed, FromWorker, Memory, OpenWindow, Request, ToWorker, ViewId,
};

/// Windows kept open: the one shown, the one that replaces it, and one more that was opened meanwhile.
const VIEWS: usize = 3;

/// Room for decoded columns, in all workers together: the messages of half a million rows, or the fields of some millions.
pub(super) const DECODED_BYTES: usize = 160 << 20;

/// Bytes in a page of wasm memory.
const WASM_PAGE: u64 = 65_536;

/// The memory of this instance, in which these columns are kept.
pub(super) fn memory(decoded: &DecodedColumns) -> Memory {
    Memory {
        bytes: core::arch::wasm32::memory_size::<0>() as u64 * WASM_PAGE,
        kept_bytes: decoded.bytes() as u64,
    }
}

/// What calls share.
pub(super) struct Host {
    pub(super) store: Rc<BrowserStore>,
    pub(super) decoded: Rc<DecodedColumns>,
    pub(super) scans: ScanPool,
    views: RefCell<VecDeque<(ViewId, View)>>,
    narrowed: RefCell<VecDeque<Narrowed>>,
    next_view: Cell<ViewId>,
    running: RefCell<BTreeMap<CallId, CancellationToken>>,
}

/// What a filter selects of an opened window.
struct Narrowed {
    id: ViewId,
    of: Narrowing,
    view: View,
}

/// An opened window, the filter and the stretch of time that select rows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Narrowing {
    pub(super) view: ViewId,
    pub(super) filter: String,
    pub(super) selection: Option<TimeRange>,
}

/// A call under way.
pub(super) struct Task<C> {
    pub(super) host: Rc<Host>,
    pub(super) cancel: CancellationToken,
    id: CallId,
    call: PhantomData<fn(C)>,
}

impl<C: Call> Task<C> {
    /// Sends something before the reply.
    pub(super) fn push(&self, push: C::Push) {
        if let Some(push) = codec::encode(&push) {
            post(&FromWorker::Push { id: self.id, push });
        }
    }
}

impl Host {
    pub(super) fn new(store: Rc<BrowserStore>) -> Self {
        Self {
            store,
            decoded: Rc::new(DecodedColumns::new(DECODED_BYTES)),
            scans: ScanPool::default(),
            views: RefCell::default(),
            narrowed: RefCell::default(),
            // IMPORTANT: not from 1: an id that an earlier worker gave must be unknown to this one.
            next_view: Cell::new((js_sys::Math::random() * f64::from(ViewId::MAX)) as ViewId),
            running: RefCell::default(),
        }
    }

    /// Starts a call, or stops one.
    pub(super) fn take(host: &Rc<Self>, message: ToWorker) {
        match message {
            ToWorker::Cancel { id } => {
                let cancel = host.running.borrow().get(&id).cloned();
                if let Some(cancel) = cancel {
                    cancel.cancel();
                }
            }
            ToWorker::Call { id, request } => match request {
                Request::ListLogs(call) => Self::run(host, id, call),
                Request::OpenWindow(call) => Self::run(host, id, call),
                Request::Summarize(call) => Self::run(host, id, call),
                Request::EstimateCost(call) => Self::run(host, id, call),
                Request::FetchWindow(call) => Self::run(host, id, call),
                Request::ReadRows(call) => Self::run(host, id, call),
                Request::ReadRow(call) => Self::run(host, id, call),
                Request::LocateRows(call) => Self::run(host, id, call),
                Request::FindText(call) => Self::run(host, id, call),
                Request::Ask(call) => Self::run(host, id, call),
                Request::CheckFilter(call) => Self::run(host, id, call),
                Request::ListSegments(call) => Self::run(host, id, call),
                Request::ListDatasets(call) => Self::run(host, id, call),
                Request::Delete(call) => Self::run(host, id, call),
                Request::Verify(call) => Self::run(host, id, call),
                Request::ReadPart(call) => Self::run(host, id, call),
            },
        }
    }

    fn run<C: Answer>(host: &Rc<Self>, id: CallId, call: C) {
        let cancel = CancellationToken::new();
        host.running.borrow_mut().insert(id, cancel.clone());
        let host = Rc::clone(host);
        task::spawn(async move {
            let task = Task {
                host: Rc::clone(&host),
                cancel,
                id,
                call: PhantomData,
            };
            let outcome = call.answer(&task).await.and_then(|reply| {
                codec::encode(&reply).ok_or_else(|| {
                    Failed::new(
                        "The reply could not be sent",
                        "Reload the page, then report it",
                        FailKind::Report,
                    )
                })
            });
            host.running.borrow_mut().remove(&id);
            let others = host.scans.memory();
            let memory = [memory(&host.decoded), others].into_iter().sum();
            post(&match outcome {
                Ok(reply) => FromWorker::Reply { id, reply, memory },
                Err(failed) => FromWorker::Failed { id, failed, memory },
            });
        });
    }

    fn next_id(&self) -> ViewId {
        let id = self.next_view.get();
        self.next_view.set(id.wrapping_add(1));
        id
    }

    /// Keeps an opened window and gives its id.
    pub(super) fn keep(&self, opened: Opened<BrowserStore>, opening: OpenWindow) -> (ViewId, View) {
        // Of files in this worker's memory the others see nothing.
        if matches!(*self.store, BrowserStore::Opfs(_)) {
            self.scans.open(opened.row_count(), || Opening {
                window: opening.clone(),
                snapshot: opened.snapshot(),
            });
        }
        let opened = Rc::new(opened.keeping(Rc::clone(&self.decoded)));
        let (id, view) = (self.next_id(), View::whole(opened, Rc::new(opening)));
        let mut views = self.views.borrow_mut();
        views.push_back((id, view.clone()));
        while views.len() > VIEWS {
            views.pop_front();
        }
        (id, view)
    }

    /// Keeps what a filter selects of an opened window and gives its id.
    pub(super) fn narrow(&self, of: Narrowing, view: View) -> ViewId {
        let id = self.next_id();
        let mut narrowed = self.narrowed.borrow_mut();
        narrowed.push_back(Narrowed { id, of, view });
        while narrowed.len() > VIEWS {
            narrowed.pop_front();
        }
        id
    }

    /// What a filter selects of an opened window, where that is still kept. It is then the last that goes.
    pub(super) fn narrowed(&self, of: &Narrowing) -> Option<(ViewId, View)> {
        let mut narrowed = self.narrowed.borrow_mut();
        let at = narrowed.iter().position(|held| held.of == *of)?;
        let held = narrowed.remove(at)?;
        let found = (held.id, held.view.clone());
        narrowed.push_back(held);
        Some(found)
    }

    /// A window that is still kept.
    pub(super) fn view(&self, id: ViewId) -> Result<View, Failed> {
        let opened = self
            .views
            .borrow()
            .iter()
            .find(|(held, _)| *held == id)
            .map(|(_, view)| view.clone());
        let narrowed = || {
            self.narrowed
                .borrow()
                .iter()
                .find(|held| held.id == id)
                .map(|held| held.view.clone())
        };
        opened.or_else(narrowed).ok_or_else(|| {
            Failed::new(
                "The window was closed in the meantime",
                "Show the plan again",
                FailKind::Reopen,
            )
        })
    }
}
