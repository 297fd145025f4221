//! The shell: the top bar, the strip with the lane, the panels of the window, storage as its own page, the status line.
//!
//! Features meet here and nowhere else: each is started with what it may ask of the others, as callbacks, and they share what
//! [`features::contexts`](crate::features::contexts) has.
//! Log text reaches the document only as text nodes.
//!
//! Hooks for browser tests, by `data-testid`:
//!
//! | id | element |
//! | --- | --- |
//! | `base-url`, `api-key`, `connect`, `cancel-connect`, `access` | connection; `access` has `data-state` `unknown`, `connecting`, `open` or `failed` |
//! | `log-input`, `log-choice`, `from`, `to`, `typed`, `query`, `preset`, `plan-button`, `window-error`, `recent` | the picker; a `log-choice` is a button for each listed log |
//! | `known-log`, `log-search`, `held-share` | the picker of the log, and how much of a window is cached |
//! | `session`, `zone-utc`, `zone-local`, `theme`, `help`, `keys-switch` | the top bar and the sheet of keys; `session` is there once the companion has answered, or has not |
//! | `dataset`, `delete-dataset`, `storage`, `persist-button` | storage; deleting takes two presses of the same button, the second while it has `data-ready` |
//! | `worker-memory` (`data-bytes`), `restart-worker` | the worker |
//! | `decision` (the plan's, `damaged` or `unreadable`), `coverage-line`, `stretch` (`data-state`, `data-from`, `data-to`), `legend` | coverage |
//! | `bypass`, `promote`, `missing-range`, `cached-range` (`data-from`, `data-to`), `fetch-gap`, `price-button` | more ways to fetch |
//! | `cancel-price`, `price` | the cost estimate |
//! | `waits` | what the log API makes a fetch, an estimate or a connection wait for, counted down |
//! | `fetch-button`, `repair-button`, `progress` (`data-waiting`), `told-price`, `cancel-button` | a fetch |
//! | `plot`, `bars`, `bar` (`data-from`, `data-to`, `data-rows` where it is counted), `cover` (`data-state`, `data-from`, `data-to`), `brush` (`data-from`, `data-to`), `zoom-in`, `zoom-out`, `clear-selection`, `coloured-by`, `plot-scale`, `plot-table`, `plot-row` | the plot |
//! | `fields`, `fields-button`, `hide-fields`, `field` and `as-column` (`data-field`), `values`, `value` (`data-rows`), `include`, `exclude`, `denominator` | the field list |
//! | `receipt` (`data-rows`, `data-requests`, `data-decision`, `data-ok`), `kept-range` and `failed-range` (`data-from`, `data-to`), `run-failed` (`data-kind`), `no-space`, `choose-deletion`, `give-key` | its end |
//! | `run-of` | which log a fetch is of, where another is shown |
//! | `newer` | files of a newer Windrow, left alone |
//! | `damaged` (`data-path`) | one for each damaged file, with its own `repair-button` |
//! | `verify-button`, `verify-result` (`data-ok`) | verification |
//! | `tab-rows`, `tab-groups`, `tab-segments`, `tab-summary`, `tab-events` | the panels; all of them stay in the document |
//! | `banner` (`data-kind` `companion`, `memory`, `worker`, `failed` or `done`) | what a person should know |
//! | `row-count` (`data-rows`), `rows`, `row` (`data-row`), `row-detail`, `close-detail`, `find-input`, `find-count`, `find-next`, `find-previous`, `seam-action`, `minimap` | the table, its seams, its scroll bar and the search |
//! | `order`, `column` (`data-field`), `column-edge`, `remove-column`, `message-form`, `show-rest`, `show-received` | the header of the table |
//! | `cell-include`, `cell-exclude`, `cell-copy` (`data-field`) | the cell of a field under the pointer or the keys |
//! | `show-context`, `around`, `around-rows`, `back-to-filtered` | what is around a row |
//! | `chip` (`data-off`), `remove-chip`, `add-filter`, `hidden-count`, `filters-off`, `keep-matches` | the filters |
//! | `filter-text`, `filter-lines`, `filter-field`, `list-length`, `as-list`, `as-text`, `filter-mistake`, `filter-hint`, `apply-filter`, `switch-filter`, `invert-filter`, `pin-filter`, `remove-filter` | the editor of one of them |
//! | `keep-value`, `hide-value`, `column-value` (`data-field`) | the fields of the opened row |
//! | `row-text`, `row-kept`, `copy-message`, `show-more` | the opened row |
//! | `segment`, `part` (`data-path`, `data-rows`, `data-from`, `data-to`), `download-part`, `delete-segment`, `delete-file`, `bypass-run`, `delete-run` | segments |
//! | `groups`, `group-first`, `group-second`, `group-of`, `groups-of`, `group` (`data-rows`), `open-group`, `groups-absent`, `sort-rows`, `sort-sum` | the groups |
//! | `summary` (`data-rows`, `data-complete`), `event-log`, `event`, `copy-events`, `download-events` | summary and events |

mod banners;
mod first_visit;
mod follow;
mod help;
mod keys;
mod place;
mod status;
mod top_bar;
mod wiring;

use crate::features::contexts::{Coverage, Place, ShownWindow};
use crate::features::coverage::lane::Lane;
use crate::features::coverage::view::{CoverageNotices, CoverageSentence, Decision, VerifyButton};
use crate::features::detail::view::DetailPanel;
use crate::features::events::view::EventsPanel;
use crate::features::fetch::view::{FetchNotices, FetchProgress, MainAction};
use crate::features::fields::view::{FieldsButton, FieldsPanel};
use crate::features::filter::view::FilterBar;
use crate::features::groups::view::GroupsPanel;
use crate::features::plot::view::{Plot, PlotTable};
use crate::features::rows::view::RowsPanel;
use crate::features::search::view::SearchBar;
use crate::features::segments::view::SegmentsPanel;
use crate::features::storage::view::StoragePage;
use crate::features::summary::view::SummaryPanel;
use crate::features::window::state::Shown;
use crate::location::address::{Screen, Tab};
use crate::location::history::AddressBar;
use crate::location::memory::Memory;
use crate::platform::document;
use crate::ui::announce::LiveRegion;
use crate::ui::tabs::{TabButton, TabList};
use leptos::prelude::*;

/// Puts the page into the document and starts its worker.
pub fn mount() {
    std::panic::set_hook(Box::new(|panic| {
        // The place only: a message may quote data.
        let place = panic.location().map_or_else(String::new, |place| {
            format!("{}:{}", place.file(), place.line())
        });
        document::show_panic(&place);
    }));
    document::remove("starting");
    leptos::mount::mount_to_body(App);
    document::mark("windrow-ready");
}

#[component]
fn App() -> impl IntoView {
    let (bar, address) = AddressBar::arrive();
    // What was on the way while the page started is told to nobody before all are listening.
    place::arrive(wiring::wire(bar), &address, true);
    keys::listen();
    view! { <Shell /> }
}

#[component]
fn Shell() -> impl IntoView {
    let place = expect_context::<Place>();
    let shown = expect_context::<ShownWindow>();
    let is_storage = Memo::new(move |_| place.screen.get() == Screen::Storage);
    let is_first = Memo::new(move |_| shown.0.with(|shown| matches!(shown, Shown::Nothing)));
    let skip = |event: web_sys::MouseEvent| {
        // The address is no place for it: it says what is shown.
        event.prevent_default();
        crate::platform::focus::focus("content");
    };
    view! {
        <a class="skip" href="#content" on:click=skip>"Skip to the content"</a>
        <top_bar::TopBar />
        <banners::Banners />
        <div id="content" class="content" tabindex="-1">
            <main id="screen-review" class="screen" prop:hidden=is_storage>
                <Show
                    when=move || !is_first.get()
                    fallback=|| view! { <first_visit::FirstVisit /> }
                >
                    <Review />
                </Show>
            </main>
            <main id="screen-storage" class="screen page store" prop:hidden=move || !is_storage.get()>
                <StoragePage
                    on_back=Callback::new(move |()| place.screen.set(Screen::Review))
                    back_to=Signal::derive(top_bar::back_words())
                />
            </main>
        </div>
        <status::StatusLine />
        <help::HelpSheet />
        <PlotTable />
        <LiveRegion />
    }
}

/// A window: search, filters, coverage, panels.
#[component]
fn Review() -> impl IntoView {
    view! {
        <SearchBar />
        <FilterBar />
        <Timeline />
        <Panels />
    }
}

/// The strip, the lane, and what must be known before the rows.
#[component]
fn Timeline() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let is_opening = Memo::new(move |_| shown.0.with(|shown| matches!(shown, Shown::Opening(_))));
    let is_open = Memo::new(move |_| shown.0.with(|shown| shown.open().is_some()));
    let memory = expect_context::<Memory>();
    let has_plot = Memo::new(move |_| !memory.with(|held| held.plot_hidden));
    let is_damaged = Memo::new(move |_| coverage.damage.with(|damage| !damage.is_empty()));
    view! {
        <section
            class="timeline coverage"
            aria-label="Coverage"
            aria-busy=move || is_opening.get().to_string()
        >
            <div
                class="strip"
                class:is-fetching=coverage.is_fetching
                class:is-damaged=move || is_damaged.get() && !coverage.is_fetching.get()
            >
                {move || is_opening.get().then(|| view! {
                    <p class="looking">"Looking at what is cached"</p>
                })}
                <Show when=move || is_open.get() && !coverage.is_fetching.get()>
                    <CoverageSentence />
                </Show>
                <Show when=move || coverage.is_fetching.get()>
                    <FetchProgress />
                </Show>
                <Show when=move || is_open.get()>
                    <Decision />
                    <span class="grow"></span>
                    <MainAction />
                    <VerifyButton />
                </Show>
            </div>
            <Show when=move || is_open.get()>
                <div class="time-box" class:has-plot=has_plot>
                    <Show when=move || has_plot.get()>
                        <Plot />
                    </Show>
                    <Lane />
                </div>
            </Show>
            <FetchNotices />
            <CoverageNotices />
        </section>
    }
}

/// The panels of a window. All stay in the document; one is on top.
#[component]
fn Panels() -> impl IntoView {
    let place = expect_context::<Place>();
    let sizes = expect_context::<wiring::TabSizes>();
    let tab = place.tab;
    let tabs = Tab::ALL
        .map(|this| {
            let (id, panel) = ids_of(this);
            view! {
                <TabButton
                    id
                    panel
                    name=this.words()
                    is_selected=Signal::derive(move || tab.get() == this)
                    size=Signal::derive(move || sizes.of(this))
                    on_select=Callback::new(move |()| tab.set(this))
                />
            }
        })
        .collect_view();
    let panel = |this: Tab| {
        let (tab_id, id) = ids_of(this);
        let (class, content) = match this {
            Tab::Rows => ("tab-panel is-rows", view! { <RowsPanel /> }.into_any()),
            Tab::Groups => ("tab-panel", view! { <GroupsPanel /> }.into_any()),
            Tab::Summary => ("tab-panel", view! { <SummaryPanel /> }.into_any()),
            Tab::Segments => ("tab-panel", view! { <SegmentsPanel /> }.into_any()),
            Tab::Events => ("tab-panel", view! { <EventsPanel /> }.into_any()),
        };
        view! {
            <div
                role="tabpanel"
                class=class
                id=id
                aria-labelledby=tab_id
                prop:hidden=move || tab.get() != this
            >
                {content}
            </div>
        }
    };
    view! {
        <div class="work">
            <FieldsPanel />
            <div class="centre">
                <div class="tabs">
                    <TabList label="Panels">{tabs}</TabList>
                    <div class="tools"><FieldsButton /></div>
                </div>
                {Tab::ALL.map(panel).collect_view()}
            </div>
            <DetailPanel />
        </div>
    }
}

fn ids_of(tab: Tab) -> (&'static str, &'static str) {
    match tab {
        Tab::Rows => ("tab-rows", "panel-rows"),
        Tab::Groups => ("tab-groups", "panel-groups"),
        Tab::Summary => ("tab-summary", "panel-summary"),
        Tab::Segments => ("tab-segments", "panel-segments"),
        Tab::Events => ("tab-events", "panel-events"),
    }
}
