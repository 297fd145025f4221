//! Browsers that tests share, one test at a time: starting one takes longer than most tests.
//!
//! A test borrows a browser and gives it back when it ends. Each test has a companion of its own, so a port of its own, so an origin of its own;
//! what the browser kept for it is removed before the browser is lent again. A browser whose test failed, or which cannot be emptied, is ended.
//! So a test gives its browser back before it ends its companion.
//! Memory: as many browsers of a kind as tests run at once.

use crate::driver::{Browser, Kind, Setup};
use std::ops::Deref;
use std::sync::Mutex;

static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// A browser that is given back when this goes.
#[derive(Debug)]
pub struct Borrowed {
    browser: Option<Browser>,
    is_shared: bool,
}

/// Lends a browser, started if none of this kind is idle.
pub fn borrow(kind: Kind) -> Borrowed {
    borrow_as(kind, Setup::default())
}

/// The same, set up in a certain way. One that is not as people have it belongs to the test, and is ended with it.
pub fn borrow_as(kind: Kind, setup: Setup) -> Borrowed {
    let is_shared = setup.is_usual(kind);
    let idle = if is_shared { take(kind) } else { None };
    Borrowed {
        browser: Some(idle.unwrap_or_else(|| Browser::start(kind, setup))),
        is_shared,
    }
}

fn take(kind: Kind) -> Option<Browser> {
    let mut idle = IDLE.lock().unwrap();
    let at = idle.iter().position(|browser| browser.kind() == kind);
    at.map(|at| idle.swap_remove(at))
}

/// Ends all that are idle. Statics are not dropped, so whoever runs the tests calls this after the last one.
pub fn end_idle() {
    let idle = std::mem::take(&mut *IDLE.lock().unwrap());
    drop(idle);
}

impl Deref for Borrowed {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        self.browser
            .as_ref()
            .expect("it is given back only when it goes")
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let is_good = self.is_shared && !std::thread::panicking();
        let Some(browser) = self.browser.take().filter(|_| is_good) else {
            return;
        };
        match browser.wipe() {
            Ok(()) => IDLE.lock().unwrap().push(browser),
            Err(why) => println!("a {} is not used again: {why}", browser.kind()),
        }
    }
}
