//! The panels below the coverage: rows, segments, summary, event log. All stay in the document; one is on top.

use super::el::{El, el, flag, shown, text};
use super::events::events;
use super::page::Page;
use super::rows::rows;
use super::segments::segments;
use super::shown::{Asked, Tab};
use super::summary::summary_view;
use crate::state::words::count;
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
            Asked::Here(held) => Some(held.segments.len() as u64),
            _ => None,
        }),
        Tab::Summary => None,
        Tab::Events => Some(page.journal.with(|journal| journal.len() as u64)),
    }
    .filter(|size| *size > 0)
}

/// Arrow keys move between tabs, as in every tab list.
fn move_tab(event: &web_sys::KeyboardEvent) {
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
pub(crate) fn tabs(page: Page) -> El {
    let tabs = TABS.map(|(tab, name, testid, panel)| {
        let selected = move || page.tab.get() == tab;
        el("button type='button' role='tab'")
            .attr("data-testid", testid)
            .attr("id", testid)
            .attr("aria-controls", panel)
            .attr("aria-selected", text(move || selected().to_string()))
            .attr(
                "tabindex",
                text(move || if selected() { "0" } else { "-1" }),
            )
            .on("click", move |_| page.tab.set(tab))
            .child(name)
            .child(shown(move || {
                size(page, tab).map(|size| el("span class='tab-size'").child(count(size)))
            }))
    });
    let hidden = move |tab: Tab| page.tab.get() != tab;
    el("section class='panel tabs'")
        .child(
            el("div class='tab-list' role='tablist' aria-label='Panels'")
                .on_key(|event| move_tab(&event))
                .child(tabs.into_iter().collect::<Vec<_>>()),
        )
        .child(
            el("div class='tab-panel is-rows' role='tabpanel' id='panel-rows'")
                .attr("aria-labelledby", "tab-rows")
                .prop("hidden", flag(move || hidden(Tab::Rows)))
                .child(rows(page)),
        )
        .child(
            el("div class='tab-panel' role='tabpanel' id='panel-segments'")
                .attr("aria-labelledby", "tab-segments")
                .prop("hidden", flag(move || hidden(Tab::Segments)))
                .child(segments(page)),
        )
        .child(
            el("div class='tab-panel' role='tabpanel' id='panel-summary'")
                .attr("aria-labelledby", "tab-summary")
                .prop("hidden", flag(move || hidden(Tab::Summary)))
                .child(summary_view(page)),
        )
        .child(
            el("div class='tab-panel' role='tabpanel' id='panel-events'")
                .attr("aria-labelledby", "tab-events")
                .prop("hidden", flag(move || hidden(Tab::Events)))
                .child(events(page)),
        )
}
