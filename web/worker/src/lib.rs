//! The host of the engine: takes calls from the page, sends replies, and pushes progress before them.
//!
//! In the order a call passes:
//!
//! | module | does |
//! | --- | --- |
//! | `mailbox` | messages in and out |
//! | `host` | a task per call, the opened windows, cancellation |
//! | `view` | a window as the page reads it, whole or narrowed by a filter |
//! | `answer` | each call in terms of the engine |
//! | `scan` | other workers that answer portions of a question |
//! | `pace` | how a long answer shares its thread |
//! | `store` | the browser's storage, or memory where that is refused |
//! | `alive` | a Web Lock that is released when this worker ends, however it ends |
//! | `http`, `clock` | the ports to the companion and to the time |
//!
//! Invariant: every call is answered once; a panic is reported to the page before the instance ends.
//! Memory: the opened windows, the columns that are kept decoded, and what the engine holds. Every reply reports the size of wasm memory, and the page replaces a worker that has grown too large.
#![cfg(target_arch = "wasm32")]

mod alive;
mod answer;
mod clock;
mod host;
mod http;
mod mailbox;
mod pace;
mod scan;
mod store;
mod view;

use host::Host;
use std::rc::Rc;
use store::BrowserStore;
use windrow_protocol::browser::task;
use windrow_protocol::{BUILD, FromWorker, Hello};

/// Starts listening; the page hears of it by [`FromWorker::Ready`].
pub fn serve() {
    std::panic::set_hook(Box::new(|panic| {
        // The place only: a message may quote data.
        let place = panic.location().map_or_else(
            || "at an unknown place".to_owned(),
            |place| format!("at {}:{}", place.file(), place.line()),
        );
        mailbox::post(&FromWorker::Panicked { place });
    }));
    if scan::is_meant() {
        task::spawn(scan::serve::serve());
        return;
    }
    task::spawn(async {
        let lock = alive::hold().await;
        let (store, storage_error) = BrowserStore::open().await;
        let host = Rc::new(Host::new(Rc::new(store)));
        mailbox::listen(move |message| Host::take(&host, message));
        mailbox::post(&FromWorker::Ready(Hello {
            build: BUILD.to_owned(),
            storage_error,
            lock,
        }));
    });
}
