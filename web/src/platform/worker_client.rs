//! The page's end of the worker: typed calls, and a supervisor that starts a new worker when one ends.
//!
//! Takes a [`Call`], gives a future of its reply; pushes go to the caller on the way.
//! A worker ends by an error, by a panic that it reports, or without a word, which its lock tells ([`windrow_protocol::browser::lock`]).
//! One that has grown too large is replaced here as soon as it is idle; calls made meanwhile go to its successor.
//! Invariant: every call ends, with a reply or with [`FailKind::WorkerEnded`]; a worker of another build is never called.
//! Memory: the calls under way.

use crate::platform::listen::listen;
use crate::platform::restarts::Restarts;
use futures_channel::oneshot;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use windrow_protocol::browser::{codec, lock, task};
use windrow_protocol::{
    BUILD, Call, CallId, FailKind, Failed, FromWorker, Hello, Memory, NoPush, Request, ToWorker,
};

/// The file that starts the worker.
const LOADER: &str = "/worker_loader.js";

/// A worker that sends nothing for this long after its start counts as dead.
const START_MS: u64 = 30_000;

/// Idle workers whose memory has grown past this, beside what they keep for the next question, are replaced: wasm gives
/// memory back no other way.
const MEMORY_LIMIT_BYTES: u64 = 128 << 20;

/// Those of a page that nobody looks at end beyond this, until somebody does.
const HIDDEN_LIMIT_BYTES: u64 = 64 << 20;

/// Why a worker is ended that sends what the page cannot decode.
const UNREADABLE: &str = "a message of it could not be read";

/// How the worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkerState {
    /// On its way.
    Starting,
    /// Can be called.
    Ready(Hello),
    /// It ended and a new one is on its way.
    Restarting {
        /// Where it ended, without any data.
        reason: String,
        /// Whether what it wrote outlives it.
        keeps: bool,
    },
    /// It was ended by the page, with nothing lost, and a new one is on its way.
    Renewing(Renewal),
    /// It ended too often, or is of another build.
    Broken {
        /// Why.
        reason: String,
        /// Whether what it wrote outlives it.
        keeps: bool,
    },
}

/// What is left of the work of a worker that ended.
pub const fn kept(keeps: bool) -> &'static str {
    if keeps {
        "Everything that was finished is kept"
    } else {
        "This browser keeps no files, and what was fetched was in its memory: it is gone"
    }
}

/// Why the page replaces a worker by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It had grown to so many bytes.
    Grown(u64),
    /// The page was left, and came back as it was.
    Returned,
}

struct Pending {
    id: CallId,
    /// See [`Call::GROWS_MEMORY`].
    grows_memory: bool,
    /// The reply still encoded: the call that waits for it knows its type.
    reply: oneshot::Sender<Result<JsValue, Failed>>,
    /// Takes an encoded push; says whether it was one of this call.
    on_push: Rc<dyn Fn(JsValue) -> bool>,
}

struct Inner {
    state: RwSignal<WorkerState>,
    memory_bytes: RwSignal<u64>,
    worker: RefCell<Option<Worker>>,
    /// Counts workers, so that a late message of an ended one is not taken for the new one's.
    generation: Cell<u32>,
    ready: Cell<bool>,
    broken: Cell<bool>,
    /// Whether what it writes outlives it: not where the browser keeps no files and it holds them in memory.
    keeps: Cell<bool>,
    /// Whether this worker ended a call that [grows memory](Call::GROWS_MEMORY).
    may_have_grown: Cell<bool>,
    restarts: RefCell<Restarts>,
    next_id: Cell<CallId>,
    /// Few at a time, so they are searched one by one.
    pending: RefCell<Vec<Pending>>,
    waiting: RefCell<Vec<ToWorker>>,
}

/// A handle on the worker. It lives as long as the reactive owner it was started under; share it as context.
#[derive(Clone, Copy)]
pub struct WorkerClient(StoredValue<Rc<Inner>, LocalStorage>);

impl WorkerClient {
    /// Starts the page's worker.
    pub fn start() -> Self {
        let inner = Rc::new(Inner {
            state: RwSignal::new(WorkerState::Starting),
            memory_bytes: RwSignal::new(0),
            worker: RefCell::default(),
            generation: Cell::new(0),
            ready: Cell::new(false),
            broken: Cell::new(false),
            keeps: Cell::new(true),
            may_have_grown: Cell::new(false),
            restarts: RefCell::default(),
            next_id: Cell::new(1),
            pending: RefCell::default(),
            waiting: RefCell::default(),
        });
        inner.launch();
        Self(StoredValue::new_local(inner))
    }

    fn inner(self) -> Rc<Inner> {
        self.0.get_value()
    }

    /// How the worker is.
    pub fn state(self) -> ReadSignal<WorkerState> {
        self.inner().state.read_only()
    }

    /// Whether what the worker writes outlives it; false where this browser keeps no files. Follows its state.
    pub fn keeps_files(self) -> bool {
        let inner = self.inner();
        inner.state.track();
        inner.keeps.get()
    }

    /// The size of the worker's memory, as of its last reply.
    pub fn memory_bytes(self) -> ReadSignal<u64> {
        self.inner().memory_bytes.read_only()
    }

    /// Sends a call. The future gives its one outcome; `on_push` is called before.
    ///
    /// The id is for [`Self::cancel`] and [`Self::forget`]. Dropping the future does not stop the call.
    pub fn call<C: Call, F: Fn(C::Push) + 'static>(
        self,
        call: C,
        on_push: F,
    ) -> (
        CallId,
        impl Future<Output = Result<C::Reply, Failed>> + use<C, F>,
    ) {
        let inner = self.inner();
        let (id, outcome) = inner.begin(
            call.into(),
            C::GROWS_MEMORY,
            Rc::new(move |push| codec::decode(push).map(&on_push).is_some()),
        );
        let reply = async move {
            let reply = outcome
                .await
                .unwrap_or_else(|_| Err(inner.end("it was stopped")))?;
            codec::decode(reply).ok_or_else(|| {
                inner.ended(inner.generation.get(), UNREADABLE);
                inner.end(UNREADABLE)
            })
        };
        (id, reply)
    }

    /// Sends a call that pushes nothing and is never cancelled.
    pub fn ask<C: Call<Push = NoPush>>(
        self,
        call: C,
    ) -> impl Future<Output = Result<C::Reply, Failed>> + use<C> {
        self.call(call, |push| match push {}).1
    }

    /// Sends such a call, and hands its outcome over.
    pub fn ask_then<C: Call<Push = NoPush>>(
        self,
        call: C,
        on_outcome: impl FnOnce(Result<C::Reply, Failed>) + 'static,
    ) {
        let outcome = self.ask(call);
        task::spawn(async move { on_outcome(outcome.await) });
    }

    /// Nobody looks at the page: idle workers that hold much to be fast end, until the page [comes back](Self::come_back).
    pub fn rest(self) {
        let inner = self.inner();
        let is_idle = inner.pending.borrow().is_empty();
        if is_idle && inner.memory_bytes.get_untracked() > HIDDEN_LIMIT_BYTES {
            self.leave();
        }
    }

    /// Asks a call to stop; its outcome comes all the same.
    pub fn cancel(self, id: CallId) {
        self.inner().send(ToWorker::Cancel { id });
    }

    /// Asks a call to stop, and ignores what it pushes before its outcome.
    pub fn forget(self, id: CallId) {
        let inner = self.inner();
        for pending in inner.pending.borrow_mut().iter_mut() {
            if pending.id == id {
                pending.on_push = Rc::new(|_| true);
            }
        }
        inner.send(ToWorker::Cancel { id });
    }

    /// Ends the worker at once, whatever it does, and starts a new one: a person asked for it.
    pub fn restart(self) {
        let inner = self.inner();
        inner.restarts.take();
        inner.replace("you restarted it");
    }

    /// The page is left and may come back as it was: nothing is held open meanwhile, but by a worker whose memory is all there is.
    pub fn leave(self) {
        let inner = self.inner();
        if !inner.keeps.get() {
            return;
        }
        inner.drop_worker();
        inner.waiting.take();
        inner.fail_all("the page was left");
    }

    /// The page came back as it was left.
    pub fn come_back(self) {
        let inner = self.inner();
        if inner.worker.borrow().is_some() {
            return;
        }
        inner.state.set(WorkerState::Renewing(Renewal::Returned));
        inner.launch();
    }
}

impl Inner {
    fn begin(
        self: &Rc<Self>,
        request: Request,
        grows_memory: bool,
        on_push: Rc<dyn Fn(JsValue) -> bool>,
    ) -> (CallId, oneshot::Receiver<Result<JsValue, Failed>>) {
        let id = self.next_id.get();
        self.next_id.set(id.wrapping_add(1));
        let (reply, outcome) = oneshot::channel();
        self.pending.borrow_mut().push(Pending {
            id,
            grows_memory,
            reply,
            on_push,
        });
        self.send(ToWorker::Call { id, request });
        (id, outcome)
    }

    fn send(&self, message: ToWorker) {
        if !self.ready.get() && !self.broken.get() {
            self.waiting.borrow_mut().push(message);
            return;
        }
        let sent = codec::encode(&message).is_some_and(|message| {
            let worker = self.worker.borrow();
            worker
                .as_ref()
                .is_some_and(|worker| worker.post_message(&message).is_ok())
        });
        if let (false, ToWorker::Call { id, .. }) = (sent, message) {
            self.resolve(id, Err(self.end("it could not be reached")));
        }
    }

    /// Ends the worker, if there is one. What it still says is not listened to.
    fn drop_worker(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        self.ready.set(false);
        if let Some(old) = self.worker.take() {
            old.terminate();
        }
    }

    fn launch(self: &Rc<Self>) {
        self.drop_worker();
        self.broken.set(false);
        self.may_have_grown.set(false);
        let generation = self.generation.get();
        let Ok(worker) = Worker::new(LOADER) else {
            self.give_up("this browser does not start workers");
            return;
        };
        let inner = Rc::clone(self);
        listen(&worker, &["message"], move |event: MessageEvent| {
            inner.receive(generation, event.data());
        });
        let inner = Rc::clone(self);
        listen(&worker, &["error"], move |event: ErrorEvent| {
            event.prevent_default();
            // The message of a trap names no data: "unreachable executed", "out of memory".
            inner.ended(generation, &short(&event.message()));
        });
        let inner = Rc::clone(self);
        listen(&worker, &["messageerror"], move |_: MessageEvent| {
            inner.ended(generation, "a message could not be read");
        });
        self.worker.replace(Some(worker));
        let inner = Rc::clone(self);
        task::later(START_MS, move || {
            if inner.generation.get() == generation && !inner.ready.get() {
                inner.ended(generation, "it did not start in time");
            }
        });
    }

    fn receive(self: &Rc<Self>, generation: u32, data: JsValue) {
        if generation != self.generation.get() {
            return;
        }
        if let Some(reason) = data.as_string() {
            // Its loader says why it cannot start.
            self.ended(generation, &short(&reason));
            return;
        }
        match codec::decode(data) {
            Some(FromWorker::Ready(hello)) => self.greeted(generation, hello),
            Some(FromWorker::Reply { id, reply, memory }) => self.answered(id, Ok(reply), memory),
            Some(FromWorker::Failed { id, failed, memory }) => {
                self.answered(id, Err(failed), memory)
            }
            Some(FromWorker::Push { id, push }) => {
                let on_push = self
                    .pending
                    .borrow()
                    .iter()
                    .find(|pending| pending.id == id)
                    .map(|pending| Rc::clone(&pending.on_push));
                if on_push.is_some_and(|on_push| !on_push(push)) {
                    self.ended(generation, UNREADABLE);
                }
            }
            Some(FromWorker::Panicked { place }) => self.ended(generation, &place),
            None => self.ended(generation, UNREADABLE),
        }
    }

    fn greeted(self: &Rc<Self>, generation: u32, hello: Hello) {
        if hello.build != BUILD {
            self.give_up("the page and its worker are of different builds; reload the page");
            return;
        }
        self.ready.set(true);
        self.restarts.borrow_mut().ready(task::now_ms());
        self.keeps.set(hello.storage_error.is_none());
        if let Some(lock) = &hello.lock {
            let inner = Rc::clone(self);
            let gone = Closure::once_into_js(move || {
                inner.ended(generation, "it was ended from outside");
            });
            // Granted when the worker is gone; a request that is refused never is.
            let _ = lock::request(lock, &gone);
        }
        self.state.set(WorkerState::Ready(hello));
        for message in self.waiting.take() {
            self.send(message);
        }
    }

    fn answered(self: &Rc<Self>, id: CallId, outcome: Result<JsValue, Failed>, memory: Memory) {
        self.resolve(id, outcome);
        self.memory_bytes.set(memory.bytes);
        let is_idle = self.pending.borrow().is_empty();
        let may_end = is_idle && self.may_have_grown.get() && self.keeps.get();
        if may_end && memory.bytes.saturating_sub(memory.kept_bytes) > MEMORY_LIMIT_BYTES {
            self.state
                .set(WorkerState::Renewing(Renewal::Grown(memory.bytes)));
            self.launch();
        }
    }

    fn resolve(&self, id: CallId, outcome: Result<JsValue, Failed>) {
        let mut pending = self.pending.borrow_mut();
        let Some(at) = pending.iter().position(|pending| pending.id == id) else {
            return;
        };
        let resolved = pending.swap_remove(at);
        drop(pending);
        self.may_have_grown
            .set(self.may_have_grown.get() || resolved.grows_memory);
        // Nobody may be waiting any more.
        let _ = resolved.reply.send(outcome);
    }

    /// The worker ended: its calls fail, and a new one is started.
    fn ended(self: &Rc<Self>, generation: u32, reason: &str) {
        if generation != self.generation.get() {
            return;
        }
        let may_go_on = self.restarts.borrow_mut().may_go_on(task::now_ms());
        if may_go_on {
            self.replace(reason);
        } else {
            self.give_up(reason);
        }
    }

    fn replace(self: &Rc<Self>, reason: &str) {
        let was_ready = self.ready.replace(false);
        if was_ready {
            self.fail_all(reason);
        }
        self.state.set(WorkerState::Restarting {
            reason: reason.to_owned(),
            keeps: self.keeps.get(),
        });
        self.launch();
    }

    fn give_up(&self, reason: &str) {
        self.drop_worker();
        self.broken.set(true);
        self.waiting.take();
        self.fail_all(reason);
        self.state.set(WorkerState::Broken {
            reason: reason.to_owned(),
            keeps: self.keeps.get(),
        });
    }

    fn fail_all(&self, reason: &str) {
        for pending in self.pending.take() {
            let _ = pending.reply.send(Err(self.end(reason)));
        }
    }

    /// What a call is told whose worker ended.
    fn end(&self, reason: &str) -> Failed {
        Failed::new(
            format!("The worker that reads and writes the cache ended: {reason}"),
            format!("{}. Do it again", kept(self.keeps.get())),
            FailKind::WorkerEnded,
        )
    }
}

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}
