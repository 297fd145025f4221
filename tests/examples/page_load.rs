//! `page_load chromium|firefox <url>...` loads each address in turn, and prints when it was painted and ready:
//! `{"url": ..., "paint_ms": ..., "ready_ms": ...}`. Run by `cargo xtask bench page`.

use serde_json::json;
use windrow_tests::driver::{Browser, Kind, Setup};

/// Both times count from the start of the navigation.
const TIMES: &str = "
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const ready = performance.getEntriesByName('windrow-ready')[0];
    return paint && ready && { url: args, paint_ms: paint.startTime, ready_ms: ready.startTime };";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let kind = match arguments.next().as_deref() {
        Some("firefox") => Kind::Firefox,
        _ => Kind::Chromium,
    };
    let browser = Browser::start(kind, Setup::default());
    for url in arguments {
        browser.goto(&url);
        let times = browser.until("the page to be painted and ready", TIMES, &json!(url));
        println!("{times}");
    }
}
