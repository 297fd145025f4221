//! The first visit: what the page does, the fields of a window, and how to read what comes of it.

use crate::features::connection::effects::ConnectionStore;
use crate::features::connection::state::Access;
use crate::features::connection::view::PANEL;
use crate::features::window::picker::PickerForm;
use crate::ui::format::counted;
use crate::ui::icon::Icon;
use crate::ui::popover;
use leptos::prelude::*;

/// What an empty stretch can mean: its picture, its name, what it says.
const PICTURES: [(&str, &str, &str); 5] = [
    ("cached", "Cached", "Every event is here, and proven to be."),
    (
        "missing",
        "Not cached",
        "Never fetched. Not the same as quiet.",
    ),
    (
        "empty",
        "Checked, no entries",
        "The source was asked, and had none.",
    ),
    (
        "failed",
        "Failed",
        "It was asked for and did not come. Try it again.",
    ),
    (
        "provisional",
        "May be incomplete",
        "Fetched too soon. Fetch it again later.",
    ),
];

/// The page of a first visit.
#[component]
pub(super) fn FirstVisit() -> impl IntoView {
    let store = expect_context::<ConnectionStore>();
    let access = store.memo(|state| (state.access.clone(), state.logs.len() as u64));
    let is_open = Memo::new(move |_| access.with(|(access, _)| *access == Access::Open));
    let status = move || match access.get() {
        (Access::Open, logs) => format!("Connected, {}", counted(logs, "log", "logs")),
        (Access::Connecting, _) => "Connecting".to_owned(),
        _ => "Not connected".to_owned(),
    };
    let pictures = PICTURES
        .map(|(state, name, says)| {
            view! {
                <li>
                    <b><i class=format!("swatch s-{state}") aria-hidden="true"></i> {name}</b>
                    <span>{says}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="page">
            <div class="page-in hello">
                <h2 class="hello-title">"Fetch a window once. Review it whenever you like."</h2>
                <p class="lead">
                    "Windrow keeps windows of log rows in this browser, fetches only the ranges that are missing, and works without a network afterwards. Rows stay on this machine."
                </p>
                <div class="start">
                    <section class="panel" aria-label="Open a window">
                        <h3>"Open a window from your log API"</h3>
                        <p class="muted">"You see what is missing before anything is fetched."</p>
                        <div class="line">
                            <span class="label">"Log API"</span>
                            <span class="step-says" class:is-done=is_open>
                                {move || is_open.get().then(|| Icon::Check.view())}
                                {status}
                            </span>
                            <button type="button" on:click=|_| popover::open(PANEL, "base-url")>
                                {move || if is_open.get() { "Change" } else { "Connect..." }}
                            </button>
                        </div>
                        <PickerForm />
                    </section>
                    <section class="panel" aria-label="How to read the lane">
                        <h3>"An empty stretch always says why it is empty"</h3>
                        <p class="muted">"Each has a picture of its own, in the lane and in the words above it."</p>
                        <ul class="callouts">{pictures}</ul>
                    </section>
                </div>
                <p class="promise">
                    <span>{Icon::Lock.view()} "Rows stay in this browser's storage"</span>
                    <span>{Icon::Disk.view()} "Ordinary Parquet: any tool reads it"</span>
                </p>
            </div>
        </div>
    }
}
