//! The panels below the coverage: rows, segments, summary, event log. All stay in the document; one is on top.

use super::events::Events;
use super::page::{Asked, Page, Tab};
use super::rows::Rows;
use super::segments::Segments;
use super::summary::SummaryView;
use crate::state::words::count;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const TABS: [(Tab, &str, &str, &str); 4] = [
    (Tab::Rows, "Rows", "tab-rows", "panel-rows"),
    (Tab::Segments, "Segments", "tab-segments", "panel-segments"),
    (Tab::Summary, "Summary", "tab-summary", "panel-summary"),
    (Tab::Events, "Event log", "tab-events", "panel-events"),
];

fn size(page: Page, tab: Tab) -> Option<u64> {
    match tab {
        Tab::Rows => page.here()?.looked.view.as_ref().map(|view| view.rows),
        Tab::Segments => page.segments.with(|segments| match segments {
            Asked::Here(segments) => Some(segments.len() as u64),
            _ => None,
        }),
        Tab::Summary => None,
        Tab::Events => Some(page.journal.with(|journal| journal.len() as u64)),
    }
    .filter(|size| *size > 0)
}

/// Arrow keys move between tabs, as in every tab list.
fn move_tab(event: &leptos::ev::KeyboardEvent) {
    let target: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
    let next = match event.key().as_str() {
        "ArrowRight" => target.and_then(|target| target.next_element_sibling()),
        "ArrowLeft" => target.and_then(|target| target.previous_element_sibling()),
        _ => return,
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        // A tab can always take the focus.
        let _ = next.focus();
        next.click();
    }
}

/// Tabs and panels.
#[component]
pub(crate) fn Tabs(page: Page) -> impl IntoView {
    let tabs = TABS.map(|(tab, name, testid, panel)| {
        let selected = move || page.tab.get() == tab;
        view! {
            <button
                type="button"
                role="tab"
                data-testid=testid
                id=testid
                aria-controls=panel
                aria-selected=move || selected().to_string()
                tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| page.tab.set(tab)
            >
                {name}
                {move || size(page, tab).map(|size| view! { <span class="tab-size">{count(size)}</span> })}
            </button>
        }
    });
    let hidden = move |tab: Tab| page.tab.get() != tab;
    view! {
        <section class="panel tabs">
            <div class="tab-list" role="tablist" aria-label="Panels" on:keydown=|event| move_tab(&event)>
                {tabs.into_iter().collect_view()}
            </div>
            <div
                class="tab-panel is-rows"
                role="tabpanel"
                id="panel-rows"
                aria-labelledby="tab-rows"
                prop:hidden=move || hidden(Tab::Rows)
            >
                <Rows page=page />
            </div>
            <div
                class="tab-panel"
                role="tabpanel"
                id="panel-segments"
                aria-labelledby="tab-segments"
                prop:hidden=move || hidden(Tab::Segments)
            >
                <Segments page=page />
            </div>
            <div
                class="tab-panel"
                role="tabpanel"
                id="panel-summary"
                aria-labelledby="tab-summary"
                prop:hidden=move || hidden(Tab::Summary)
            >
                <SummaryView page=page />
            </div>
            <div
                class="tab-panel"
                role="tabpanel"
                id="panel-events"
                aria-labelledby="tab-events"
                prop:hidden=move || hidden(Tab::Events)
            >
                <Events page=page />
            </div>
        </section>
    }
}
