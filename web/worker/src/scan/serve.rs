//! A scan worker: answers questions about its portion of a window.
//!
//! Memory: the last window that it opened, and the decoded columns of its portion.

use super::message::{Asked, FromScan, Known, Opening, ToScan, decode, encode};
use crate::alive;
use crate::answer::question::{asked, compile};
use crate::answer::window::opened;
use crate::host::memory;
use crate::mailbox::scope;
use crate::pace::Pace;
use crate::store::BrowserStore;
use futures_util::lock::Mutex;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MessageEvent;
use windrow_engine::{Answers, CancellationToken, DecodedColumns, Opened, Searched};
use windrow_protocol::BUILD;
use windrow_protocol::browser::task;
use windrow_store::OpfsStore;

struct Scanner {
    store: Rc<BrowserStore>,
    decoded: Rc<DecodedColumns>,
    opened: Mutex<Option<(u32, Rc<Opened<BrowserStore>>)>>,
    running: RefCell<BTreeMap<u32, CancellationToken>>,
}

/// Starts listening, where the browser keeps files: others than this worker's own are not in its memory.
pub(crate) async fn serve() {
    let lock = alive::hold().await;
    let Ok(store) = OpfsStore::open(None).await else {
        return;
    };
    let scanner = Rc::new(Scanner {
        store: Rc::new(BrowserStore::Opfs(store)),
        decoded: Rc::default(),
        opened: Mutex::new(None),
        running: RefCell::default(),
    });
    let take = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match decode(event.data()) {
            Some(ToScan::Open(opening)) => {
                let scanner = Rc::clone(&scanner);
                // Whether it could be opened is seen when it is asked about.
                task::spawn(async move { drop(scanner.open(&opening).await) });
            }
            Some(ToScan::Ask { id, asked }) => task::spawn(answer(Rc::clone(&scanner), id, asked)),
            Some(ToScan::Cancel { id }) => {
                if let Some(cancel) = scanner.running.borrow().get(&id) {
                    cancel.cancel();
                }
            }
            None => {}
        }
    });
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(take.as_ref().unchecked_ref()));
    }
    take.forget();
    post(&FromScan::Ready {
        build: BUILD.to_owned(),
        lock,
    });
}

async fn answer(scanner: Rc<Scanner>, id: u32, asked: Box<Asked>) {
    let cancel = CancellationToken::new();
    scanner.running.borrow_mut().insert(id, cancel.clone());
    let answered = cancel.run_until_cancelled(scanner.ask(id, &asked)).await;
    scanner.running.borrow_mut().remove(&id);
    if answered.is_some_and(|answered| answered.is_none()) {
        post(&FromScan::Refused { id });
    }
}

impl Scanner {
    /// Tells what it knows as it goes, and at the end. Gives nothing where it cannot answer.
    async fn ask(&self, id: u32, of: &Asked) -> Option<()> {
        let predicate = compile(&of.filter).ok()?;
        self.decoded.resize(of.decoded_bytes);
        let opened = self.open(&of.opening).await?;
        let mut asking = opened.asking(&predicate).only(of.portion);
        let mut answers = asked(&of.question, of.keeps_rows, of.only.clone());
        let mut pace = Pace::begin();
        while asking.step(&mut answers).await.ok()?.is_continue() {
            if pace.is_push_due() {
                tell(
                    id,
                    asking.searched().clone(),
                    answers.clone(),
                    &self.decoded,
                );
            }
            pace.give_way().await;
        }
        let searched = asking.searched().clone();
        // What is damaged is for the worker of the page to find: it knows what its window is made of now.
        let is_sound = searched.unreadable == 0;
        is_sound.then(|| tell(id, searched, answers, &self.decoded))
    }

    /// The window as whoever asks sees it.
    async fn open(&self, of: &Opening) -> Option<Rc<Opened<BrowserStore>>> {
        let mut held = self.opened.lock().await;
        if let Some((snapshot, opened)) = held.as_ref()
            && *snapshot == of.snapshot
        {
            return Some(Rc::clone(opened));
        }
        let opened = opened(&self.store, &of.window).await.ok()?;
        if opened.snapshot() != of.snapshot {
            return None;
        }
        let opened = Rc::new(opened.keeping(Rc::clone(&self.decoded)));
        *held = Some((of.snapshot, Rc::clone(&opened)));
        Some(opened)
    }
}

fn tell(id: u32, searched: Searched, answers: Answers, decoded: &DecodedColumns) {
    post(&FromScan::Known {
        id,
        known: Box::new(Known { searched, answers }),
        memory: memory(decoded),
    });
}

fn post(message: &FromScan) {
    if let (Some(scope), Some((message, buffers))) = (scope(), encode(message)) {
        // Fails only once the other end is gone.
        let _ = scope.post_message_with_transfer(&message, &buffers);
    }
}
