//! The scan workers of this worker.
//!
//! Started once a large window was opened, and asked from then on. One that ends is not asked again.

use super::NAME;
use super::message::{Asked, FromScan, Known, Opening, ToScan, decode, encode};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions};
use windrow_protocol::browser::lock::request;
use windrow_protocol::{BUILD, Memory};

/// The file that starts them.
const LOADER: &str = "/worker_loader.js";

/// Workers that scan at once, this one too, where there are as many processors.
const MOST: u32 = 4;

/// Rows of a window from which on others are asked: fewer are searched before another has begun.
const LARGE: u64 = 200_000;

/// The scan workers.
#[derive(Default)]
pub(crate) struct ScanPool {
    workers: RefCell<Vec<Rc<ScanWorker>>>,
    is_started: Cell<bool>,
}

/// A scan worker.
pub(crate) struct ScanWorker {
    worker: Worker,
    is_ready: Cell<bool>,
    memory: Cell<Memory>,
    next_id: Cell<u32>,
    /// The window opened last, for one that is not ready yet.
    next: RefCell<Option<Opening>>,
    asked: RefCell<BTreeMap<u32, UnboundedSender<Known>>>,
}

/// A question that a scan worker was asked. Dropped, it is not of interest any more.
pub(crate) struct Running {
    worker: Rc<ScanWorker>,
    id: u32,
    /// What it knows, each replacing the one before. Ends early where it gives no answer.
    pub(crate) known: UnboundedReceiver<Known>,
}

impl ScanPool {
    /// A window of so many rows was opened: they open it too, where that is worth it.
    pub(crate) fn open(&self, rows: u64, opening: impl FnOnce() -> Opening) {
        if rows < LARGE {
            return;
        }
        if !self.is_started.replace(true) {
            let workers = (1..processors().min(MOST)).filter_map(|_| ScanWorker::start());
            *self.workers.borrow_mut() = workers.collect();
        }
        let opening = opening();
        for worker in self.workers.borrow().iter() {
            worker.open(opening.clone());
        }
    }

    /// Those that can be asked about a window of so many rows.
    pub(crate) fn ready_for(&self, rows: u64) -> Vec<Rc<ScanWorker>> {
        let workers = self.workers.borrow();
        let ready = workers.iter().filter(|worker| worker.is_ready.get());
        ready.filter(|_| rows >= LARGE).cloned().collect()
    }

    /// How many there are, this worker too.
    pub(crate) fn all(&self) -> usize {
        1 + self.workers.borrow().len()
    }

    /// The memory of all of them.
    pub(crate) fn memory(&self) -> Memory {
        let workers = self.workers.borrow();
        workers.iter().map(|worker| worker.memory.get()).sum()
    }
}

impl ScanWorker {
    fn start() -> Option<Rc<Self>> {
        let options = WorkerOptions::new();
        options.set_name(NAME);
        let worker = Rc::new(Self {
            worker: Worker::new_with_options(LOADER, &options).ok()?,
            is_ready: Cell::new(false),
            memory: Cell::default(),
            next_id: Cell::new(0),
            next: RefCell::default(),
            asked: RefCell::default(),
        });
        let listening = Rc::clone(&worker);
        let take = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match decode(event.data()) {
                Some(message) => listening.take(message),
                // What its loader says is why it ended.
                None => listening.end(),
            }
        });
        worker
            .worker
            .set_onmessage(Some(take.as_ref().unchecked_ref()));
        take.forget();
        let listening = Rc::clone(&worker);
        let ended = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            // Else it would count as an error of this worker.
            event.prevent_default();
            listening.end();
        });
        worker
            .worker
            .set_onerror(Some(ended.as_ref().unchecked_ref()));
        ended.forget();
        Some(worker)
    }

    fn take(self: &Rc<Self>, message: FromScan) {
        match message {
            FromScan::Ready { build, lock } => {
                self.is_ready.set(build == BUILD);
                if let Some(lock) = lock {
                    let listening = Rc::clone(self);
                    // Granted when it is gone; a request that is refused never is.
                    let gone = Closure::once_into_js(move || listening.end());
                    let _ = request(&lock, &gone);
                }
                if let Some(opening) = self.next.take() {
                    self.open(opening);
                }
            }
            FromScan::Known { id, known, memory } => {
                self.memory.set(memory);
                let is_final = known.searched.is_final;
                if let Some(asked) = self.asked.borrow().get(&id) {
                    // Nobody may be waiting any more.
                    let _ = asked.unbounded_send(*known);
                }
                if is_final {
                    self.asked.borrow_mut().remove(&id);
                }
            }
            FromScan::Refused { id } => {
                self.asked.borrow_mut().remove(&id);
            }
        }
    }

    fn open(&self, opening: Opening) {
        if self.is_ready.get() {
            self.post(&ToScan::Open(opening));
        } else {
            self.next.replace(Some(opening));
        }
    }

    /// It is not asked again, and what it was asked gets no answer.
    fn end(&self) {
        self.is_ready.set(false);
        self.memory.take();
        self.asked.borrow_mut().clear();
        self.worker.terminate();
    }

    /// Asks it.
    pub(crate) fn ask(self: Rc<Self>, asked: Asked) -> Running {
        let id = self.next_id.get();
        self.next_id.set(id.wrapping_add(1));
        let (sender, known) = unbounded();
        let asked = Box::new(asked);
        if self.post(&ToScan::Ask { id, asked }) {
            self.asked.borrow_mut().insert(id, sender);
        }
        Running {
            worker: self,
            id,
            known,
        }
    }

    fn post(&self, message: &ToScan) -> bool {
        encode(message).is_some_and(|(message, buffers)| {
            let sent = self.worker.post_message_with_transfer(&message, &buffers);
            sent.is_ok()
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.worker.asked.borrow_mut().remove(&self.id).is_some() {
            self.worker.post(&ToScan::Cancel { id: self.id });
        }
    }
}

fn processors() -> u32 {
    let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into());
    let count = navigator.and_then(|of| js_sys::Reflect::get(&of, &"hardwareConcurrency".into()));
    count
        .ok()
        .and_then(|count| count.as_f64())
        .map_or(1, |count| count as u32)
}
