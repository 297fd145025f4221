//! The page: connection and window at the side, coverage on top, rows and figures below.
//!
//! Views are thin readings of [`Page`]; what they show is decided in [`crate::state`].
//! Log text reaches the document only as text nodes.
//!
//! Hooks for browser tests, by `data-testid`:
//!
//! | id | element |
//! | --- | --- |
//! | `base-url`, `api-key`, `connect`, `cancel-connect`, `access` | connection; `access` has `data-state` `unknown`, `asking`, `open` or `failed` |
//! | `log-input`, `log-choice`, `from`, `to`, `query`, `bypass`, `promote`, `preset`, `plan-button`, `window-error`, `recent` | the window; a `log-choice` is a button for each listed log |
//! | `session`, `zone-utc`, `zone-local`, `theme` | the header; `session` is there once the companion has answered, or has not |
//! | `dataset`, `delete-dataset` | what is cached; deleting takes two presses of the same button |
//! | `storage`, `persist-button` | quota |
//! | `worker-memory` (`data-bytes`), `restart-worker` | the worker |
//! | `decision` (the plan's, `damaged` or `unreadable`), `coverage-line`, `stretch` (`data-state`, `data-from`, `data-to`), `legend` | coverage |
//! | `missing-range`, `cached-range` (`data-from`, `data-to`), `fetch-gap` | ranges; each gap has its own button |
//! | `price-button`, `cancel-price`, `price` | the price |
//! | `waits` | what the log API makes a run, a price or a connection wait for, counted down |
//! | `fetch-button`, `repair-button`, `progress` (`data-waiting`), `told-price`, `cancel-button` | a run |
//! | `receipt` (`data-rows`, `data-requests`, `data-decision`, `data-ok`), `kept-range` and `failed-range` (`data-from`, `data-to`), `run-failed` (`data-kind`), `no-space`, `choose-deletion`, `give-key` | its end |
//! | `run-of` | which log a run is of, where another is shown |
//! | `newer` | files of a newer Windrow, left alone |
//! | `damaged` (`data-path`) | one for each damaged file, with its own `repair-button` |
//! | `verify-button`, `verify-result` (`data-ok`) | verification |
//! | `tab-rows`, `tab-segments`, `tab-summary`, `tab-events` | the panels; all of them stay in the document |
//! | `row-count` (`data-rows`), `rows`, `row` (`data-row`), `row-detail`, `close-detail` | the table |
//! | `find-input`, `find-count`, `find-next`, `find-previous` | find |
//! | `segment`, `part` (`data-path`, `data-rows`, `data-from`, `data-to`), `download-part`, `delete-segment`, `delete-file` | segments, and files that prove nothing; deleting takes two presses |
//! | `bypass-run` (`data-run`, `data-rows`), `delete-run` | what bypass runs have left; deleting takes two presses |
//! | `summary` (`data-rows`, `data-complete`) | summary |
//! | `event-log`, `event`, `copy-events`, `download-events` | the event log |
//! | `banner` (`data-kind` `companion`, `memory`, `worker`, `failed` or `done`) | what a person should know |

mod act;
mod armed;
mod banner;
mod bar;
mod browser;
mod connection;
mod coverage;
mod detail;
mod el;
mod events;
mod find;
mod header;
mod held;
mod icon;
mod measure;
mod page;
mod problem;
mod ranges;
mod rows;
mod run;
mod segments;
mod session;
mod shown;
mod slot;
mod storage;
mod summary;
mod table;
mod tabs;
mod text;
mod window;

use crate::platform::task;
use crate::platform::worker_client::{Renewal, WorkerClient, WorkerState, kept};
use crate::state::words::bytes;
use el::{Child, el, many, text};
use leptos::prelude::*;
use page::{Note, Page};

/// Puts the page into the document and starts its worker.
pub fn mount() {
    std::panic::set_hook(Box::new(|panic| {
        // The place only: a message may quote data.
        let place = panic.location().map_or_else(String::new, |place| {
            format!("{}:{}", place.file(), place.line())
        });
        browser::say_it_ended(&place);
    }));
    let place = browser::arrive();
    let remembered = browser::remembered().unwrap_or_default();
    browser::set_theme(&remembered.theme);
    leptos::mount::mount_to_body(move || {
        let client = WorkerClient::start();
        let page = Page::new(client, place, remembered);
        let (state, memory_bytes) = (client.state(), client.memory_bytes());
        Effect::new(move || {
            let state = state.get();
            untrack(|| worker_changed(page, state));
        });
        Effect::new(move || page.memory.set(memory_bytes.get()));
        browser::on_leaving(move || client.leave(), move || client.come_back());
        page.begin();
        tick(page);
        app(page)
    });
}

/// A worker that was started anew knows no window: what is shown is opened again.
fn worker_changed(page: Page, state: WorkerState) {
    let before = page.worker.get_untracked();
    let is_ready = matches!(state, WorkerState::Ready(_));
    page.worker.set(state);
    match before {
        WorkerState::Restarting { reason, keeps } if is_ready => {
            page.tell("WARN", "worker_restarted", &reason);
            page.note.set(Some(Note {
                kind: "worker",
                text: "The worker that reads and writes the cache ended and was started again."
                    .to_owned(),
                remedy: format!("{}. ({reason})", kept(keeps)),
            }));
        }
        WorkerState::Renewing(Renewal::Grown(grown)) if is_ready => page.tell(
            "INFO",
            "worker_recycled",
            &format!("its memory had grown to {}", bytes(grown)),
        ),
        WorkerState::Renewing(Renewal::Returned) if is_ready => {
            page.tell(
                "INFO",
                "worker_restarted",
                "the page was left and came back",
            );
        }
        _ => return,
    }
    task::spawn(page.look_again());
    page.refresh_held();
}

/// Moves the clock, for the rate of a fetch and what is left of it, and for waits.
fn tick(page: Page) {
    task::spawn(async move {
        loop {
            task::sleep_ms(1000).await;
            page.now_ms.set(task::now_ms());
        }
    });
}

fn app(page: Page) -> AnyView {
    many(vec![
        header::header(page).view(),
        el("div")
            .class("layout")
            .child(
                el("aside")
                    .class("side")
                    .attr("aria-label", "Window and connection")
                    .child(window::window(page))
                    .child(connection::connection_form(page))
                    .child(held::held(page))
                    .child(storage::storage(page)),
            )
            .child(
                el("main")
                    .class("main")
                    .child(banner::banners(page))
                    .child(coverage::coverage_panel(page))
                    .child(tabs::tabs(page)),
            )
            .view(),
        el("div")
            .class("spoken")
            .attr("role", "status")
            .attr("aria-live", "polite")
            .child(text(move || page.spoken.get()))
            .view(),
    ])
}
