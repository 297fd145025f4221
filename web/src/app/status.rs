//! The status line: how many rows, how much is cached, on disk, in which zone, whether anything can be fetched.

use crate::features::connection::effects::ConnectionStore;
use crate::features::contexts::{Place, RowsShown, ShownWindow, TimeZone};
use crate::features::filter::effects::FilterStore;
use crate::features::storage::effects::StorageStore;
use crate::location::address::Screen;
use crate::platform::worker_client::WorkerClient;
use crate::ui::format::{bytes, count};
use leptos::prelude::*;
use windrow_protocol::browser::task;

/// The line.
#[component]
pub(super) fn StatusLine() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let RowsShown(rows_shown) = expect_context();
    let times = expect_context::<TimeZone>();
    let storage = expect_context::<StorageStore>();
    let connection = expect_context::<ConnectionStore>();
    let place = expect_context::<Place>();
    let filter = expect_context::<FilterStore>();
    let memory = expect_context::<WorkerClient>().memory_bytes();
    let rows = move || match shown.get() {
        None => view! { <b>"No window open"</b> }.into_any(),
        Some(window) => {
            let (all, proven) = (window.rows(), window.proven_rows());
            let unproven = (all > proven).then(|| {
                view! { <span>{format!("{} may be incomplete", count(all - proven))}</span> }
            });
            let narrowed = rows_shown.get().filter(|rows| window.id() != Some(rows.id));
            let narrowed = narrowed.map(|rows| {
                view! { <span data-testid="matching"><b>{count(rows.rows)}</b> " match"</span> }
            });
            let paused = filter.with(|filter| filter.around().is_some());
            view! {
                {narrowed}
                {paused.then(|| view! { <span>"filters paused"</span> })}
                <span><b>{count(all)}</b> {if all == 1 { " row" } else { " rows" }} " cached"</span>
                {unproven}
            }
            .into_any()
        }
    };
    let disk = move || storage.with(|state| bytes(state.cached_bytes()));
    let offset = move || {
        let ms = shown
            .target()
            .map_or_else(task::now_ms, |target| target.window.start_ms());
        match times.get().offset_text(ms).as_str() {
            "UTC" => "UTC+00:00".to_owned(),
            offset => format!("UTC{offset}"),
        }
    };
    let online = move || {
        connection.with(|state| {
            if state.companion.is_lost() {
                "Offline"
            } else {
                "Online"
            }
        })
    };
    view! {
        <footer class="status">
            {rows}
            <span class="grow"></span>
            <button
                type="button"
                title="Storage"
                aria-controls="screen-storage"
                on:click=move |_| place.screen.set(Screen::Storage)
            >
                {disk}
                " on disk"
            </button>
            <span>{offset}</span>
            <span>{online}</span>
            <span>{move || format!("Worker {}", bytes(memory.get()))}</span>
        </footer>
    }
}
