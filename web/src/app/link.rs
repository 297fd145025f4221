//! The page's end of the worker: calls with ids, and a supervisor that starts a new worker when one ends.
//!
//! Takes requests, gives futures of their replies; pushes go to the caller on the way.
//! A worker ends by an error, by a panic that it tells, or without a word, which its lock tells ([`crate::life`]).
//! One that has grown too large is ended here as soon as it is idle; calls made meanwhile go to its successor.
//! Invariant: every call ends, with a reply or with [`FailKind::WorkerEnded`]; a worker of another build is never called.
//! Memory: the calls under way.

use crate::protocol::{
    BUILD, CallId, FailKind, Failed, FromWorker, Hello, Push, Reply, Request, ToWorker,
};
use crate::state::restarts::Restarts;
use crate::{life, task, wire};
use futures_channel::oneshot;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// The file that starts the worker.
const LOADER: &str = "/worker_loader.js";

/// A worker that says nothing for this long after its start is taken for dead.
const START_MS: u64 = 30_000;

/// An idle worker whose memory has grown past this is replaced: wasm gives memory back no other way.
const MEMORY_LIMIT: u64 = 128 << 20;

/// How the worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WorkerState {
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
pub(crate) const fn kept(keeps: bool) -> &'static str {
    if keeps {
        "Everything that was finished is kept"
    } else {
        "This browser keeps no files, and what was fetched was in its memory: it is gone"
    }
}

/// Why the page replaces a worker by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// It had grown to so many bytes.
    Grown(u64),
    /// The page was left, and came back as it was.
    Returned,
}

struct Pending {
    id: CallId,
    /// Whether it may make the worker grow by more than what is shown needs.
    is_large: bool,
    reply: oneshot::Sender<Result<Reply, Failed>>,
    on_push: Rc<dyn Fn(Push)>,
}

struct Inner {
    worker: RefCell<Option<Worker>>,
    /// Told apart by number, so that a late message of an ended worker is not taken for the new one's.
    generation: Cell<u32>,
    ready: Cell<bool>,
    broken: Cell<bool>,
    /// Whether what it writes outlives it: not where the browser keeps no files and it holds them in memory.
    keeps: Cell<bool>,
    /// Whether this worker did anything after which it may have grown for nothing that is still of use.
    worked: Cell<bool>,
    restarts: Cell<Restarts>,
    next_id: Cell<CallId>,
    /// Few at a time, so they are looked through.
    pending: RefCell<Vec<Pending>>,
    waiting: RefCell<Vec<ToWorker>>,
    on_state: Box<dyn Fn(WorkerState)>,
    on_memory: Box<dyn Fn(u64)>,
}

/// A handle on the worker, cheap to clone.
#[derive(Clone)]
pub(crate) struct Link(Rc<Inner>);

thread_local! {
    static THE: OnceCell<Link> = const { OnceCell::new() };
}

/// The page's one link, once it was started.
pub(crate) fn the() -> Option<Link> {
    THE.with(|link| link.get().cloned())
}

impl Link {
    /// Starts the page's worker; `on_state` is told how it is from then on, `on_memory` what it has grown to.
    pub(crate) fn start(
        on_state: impl Fn(WorkerState) + 'static,
        on_memory: impl Fn(u64) + 'static,
    ) {
        let link = Self(Rc::new(Inner {
            worker: RefCell::default(),
            generation: Cell::new(0),
            ready: Cell::new(false),
            broken: Cell::new(false),
            keeps: Cell::new(true),
            worked: Cell::new(false),
            restarts: Cell::default(),
            next_id: Cell::new(1),
            pending: RefCell::default(),
            waiting: RefCell::default(),
            on_state: Box::new(on_state),
            on_memory: Box::new(on_memory),
        }));
        // There is one page a document, and it starts once.
        let _ = THE.with(|the| the.set(link.clone()));
        link.launch();
    }

    /// Ends the worker at once, whatever it does, and starts a new one: a person asked for it.
    pub(crate) fn restart(&self) {
        self.0.restarts.take();
        self.replace("you restarted it");
    }

    /// The page is left and may come back as it was: nothing is held open meanwhile, but by a worker whose memory is all there is.
    pub(crate) fn leave(&self) {
        if !self.0.keeps.get() {
            return;
        }
        self.drop_worker();
        self.0.waiting.take();
        self.fail_all("the page was left");
    }

    /// The page came back as it was left.
    pub(crate) fn come_back(&self) {
        if self.0.worker.borrow().is_some() {
            return;
        }
        (self.0.on_state)(WorkerState::Renewing(Renewal::Returned));
        self.launch();
    }

    /// Sends a request. The future gives its one reply; `on_push` is called before.
    pub(crate) fn call(
        &self,
        request: Request,
        on_push: Rc<dyn Fn(Push)>,
    ) -> (CallId, impl Future<Output = Result<Reply, Failed>> + use<>) {
        let id = self.0.next_id.get();
        self.0.next_id.set(id.wrapping_add(1));
        let (reply, answer) = oneshot::channel();
        // What only shows a window would make the next worker grow just as much.
        let is_large = matches!(
            request,
            Request::Fetch { .. }
                | Request::Find { .. }
                | Request::Verify { .. }
                | Request::ReadPart { .. }
        );
        let pending = Pending {
            id,
            is_large,
            reply,
            on_push,
        };
        self.0.pending.borrow_mut().push(pending);
        self.send(ToWorker::Call { id, request });
        let link = self.clone();
        let future = async move {
            answer
                .await
                .unwrap_or_else(|_| Err(link.end("it was stopped")))
        };
        (id, future)
    }

    /// Asks a call to stop; its reply comes all the same.
    pub(crate) fn cancel(&self, id: CallId) {
        self.send(ToWorker::Cancel { id });
    }

    /// Asks a call to stop, and does not listen to what it says before its reply.
    pub(crate) fn forget(&self, id: CallId) {
        for pending in self.0.pending.borrow_mut().iter_mut() {
            if pending.id == id {
                pending.on_push = Rc::new(|_| {});
            }
        }
        self.cancel(id);
    }

    fn send(&self, message: ToWorker) {
        if !self.0.ready.get() && !self.0.broken.get() {
            self.0.waiting.borrow_mut().push(message);
            return;
        }
        let sent = wire::write(&message).is_some_and(|bytes| {
            let worker = self.0.worker.borrow();
            worker
                .as_ref()
                .is_some_and(|worker| worker.post_message(&bytes).is_ok())
        });
        if let (false, ToWorker::Call { id, .. }) = (sent, message) {
            self.answer(id, Err(self.end("it could not be reached")));
        }
    }

    /// Ends the worker, if there is one. What it still says is not listened to.
    fn drop_worker(&self) {
        self.0
            .generation
            .set(self.0.generation.get().wrapping_add(1));
        self.0.ready.set(false);
        if let Some(old) = self.0.worker.take() {
            old.terminate();
        }
    }

    fn launch(&self) {
        self.drop_worker();
        self.0.broken.set(false);
        self.0.worked.set(false);
        let generation = self.0.generation.get();
        let Ok(worker) = Worker::new(LOADER) else {
            self.give_up("this browser does not start workers");
            return;
        };
        let link = self.clone();
        listen(&worker, "message", move |event: MessageEvent| {
            link.receive(generation, event.data());
        });
        let link = self.clone();
        listen(&worker, "error", move |event: ErrorEvent| {
            event.prevent_default();
            // The message of a trap names no data: "unreachable executed", "out of memory".
            link.ended(generation, &short(&event.message()));
        });
        let link = self.clone();
        listen(&worker, "messageerror", move |_: MessageEvent| {
            link.ended(generation, "a message could not be read");
        });
        self.0.worker.replace(Some(worker));
        let link = self.clone();
        task::later(START_MS, move || {
            if link.0.generation.get() == generation && !link.0.ready.get() {
                link.ended(generation, "it did not start in time");
            }
        });
    }

    fn receive(&self, generation: u32, data: JsValue) {
        if generation != self.0.generation.get() {
            return;
        }
        if let Some(reason) = data.as_string() {
            // Its loader says why it cannot start.
            self.ended(generation, &short(&reason));
            return;
        }
        match wire::read(data) {
            Some(FromWorker::Ready(hello)) => self.greeted(generation, hello),
            Some(FromWorker::Reply {
                id,
                reply,
                memory_bytes,
            }) => {
                self.answer(id, reply);
                (self.0.on_memory)(memory_bytes);
                let is_idle = self.0.pending.borrow().is_empty();
                let may_end = is_idle && self.0.worked.get() && self.0.keeps.get();
                if may_end && memory_bytes > MEMORY_LIMIT {
                    (self.0.on_state)(WorkerState::Renewing(Renewal::Grown(memory_bytes)));
                    self.launch();
                }
            }
            Some(FromWorker::Push { id, push }) => {
                let on_push = self
                    .0
                    .pending
                    .borrow()
                    .iter()
                    .find(|pending| pending.id == id)
                    .map(|pending| Rc::clone(&pending.on_push));
                if let Some(on_push) = on_push {
                    on_push(push);
                }
            }
            Some(FromWorker::Dying { place }) => self.ended(generation, &place),
            None => self.ended(generation, "it said something this page does not know"),
        }
    }

    fn greeted(&self, generation: u32, hello: Hello) {
        if hello.build != BUILD {
            self.give_up("the page and its worker are of different builds; reload the page");
            return;
        }
        self.0.ready.set(true);
        let mut restarts = self.0.restarts.get();
        restarts.ready(task::now_ms());
        self.0.restarts.set(restarts);
        self.0.keeps.set(hello.refused.is_none());
        if let Some(life) = &hello.life {
            let link = self.clone();
            let gone = Closure::once_into_js(move || {
                link.ended(generation, "it was ended from outside");
            });
            // Granted when the worker is gone; a request that is refused never is.
            let _ = life::request(life, &gone);
        }
        (self.0.on_state)(WorkerState::Ready(hello));
        for message in self.0.waiting.take() {
            self.send(message);
        }
    }

    fn answer(&self, id: CallId, reply: Result<Reply, Failed>) {
        let mut pending = self.0.pending.borrow_mut();
        let Some(at) = pending.iter().position(|pending| pending.id == id) else {
            return;
        };
        let answered = pending.swap_remove(at);
        drop(pending);
        self.0.worked.set(self.0.worked.get() || answered.is_large);
        // Nobody may be waiting any more.
        let _ = answered.reply.send(reply);
    }

    /// The worker ended: its calls fail, and a new one is started.
    fn ended(&self, generation: u32, reason: &str) {
        if generation != self.0.generation.get() {
            return;
        }
        let mut restarts = self.0.restarts.get();
        let may_go_on = restarts.may_go_on(task::now_ms());
        self.0.restarts.set(restarts);
        if !may_go_on {
            self.give_up(reason);
            return;
        }
        self.replace(reason);
    }

    fn replace(&self, reason: &str) {
        let was_ready = self.0.ready.replace(false);
        if was_ready {
            self.fail_all(reason);
        }
        (self.0.on_state)(WorkerState::Restarting {
            reason: reason.to_owned(),
            keeps: self.0.keeps.get(),
        });
        self.launch();
    }

    fn give_up(&self, reason: &str) {
        self.drop_worker();
        self.0.broken.set(true);
        self.0.waiting.take();
        self.fail_all(reason);
        (self.0.on_state)(WorkerState::Broken {
            reason: reason.to_owned(),
            keeps: self.0.keeps.get(),
        });
    }

    fn fail_all(&self, reason: &str) {
        for pending in self.0.pending.take() {
            let _ = pending.reply.send(Err(self.end(reason)));
        }
    }

    /// What a call is told whose worker ended.
    fn end(&self, reason: &str) -> Failed {
        Failed::new(
            format!("The worker that reads and writes the cache ended: {reason}"),
            format!("{}. Do it again", kept(self.0.keeps.get())),
            FailKind::WorkerEnded,
        )
    }
}

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}

/// Listens for as long as the worker lives.
fn listen<E: JsCast + 'static>(worker: &Worker, name: &str, call: impl Fn(E) + 'static) {
    let call = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        if let Ok(event) = event.dyn_into::<E>() {
            call(event);
        }
    });
    // A worker takes listeners of every name.
    let _ = worker.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
    call.forget();
}
