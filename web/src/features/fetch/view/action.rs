//! The one main action: fetch, or stop the fetch.

use super::menu::{FetchMenu, MENU};
use crate::features::contexts::{Actions, Coverage};
use crate::features::fetch::effects::FetchStore;
use crate::features::fetch::state::Msg;
use crate::ui::format::counted;
use crate::ui::icon::Icon;
use crate::ui::popover::Popover;
use leptos::prelude::*;

/// Fetch, or stop the fetch; and more ways to fetch.
#[component]
pub(crate) fn MainAction() -> impl IntoView {
    let coverage = expect_context::<Coverage>();
    let is_needed = Memo::new(move |_| {
        let standing = &coverage.standing;
        standing.with(|now| now.as_ref().is_some_and(|now| now.is_needed))
    });
    view! {
        <span class="split">
            {move || if coverage.is_fetching.get() {
                view! { <Stop /> }.into_any()
            } else {
                view! { <Fetch is_needed /> }.into_any()
            }}
            <button
                type="button"
                class="is-icon"
                class:is-primary=move || is_needed.get() && !coverage.is_fetching.get()
                aria-label="More ways to fetch"
                title="More ways to fetch"
                popovertarget=MENU
            >
                {Icon::Down.view()}
            </button>
        </span>
        <Popover id=MENU class="menu fetch-menu" label="More ways to fetch">
            <FetchMenu />
        </Popover>
    }
}

#[component]
fn Stop() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let is_stopping = expect_context::<Coverage>().is_stopping;
    let label = move || {
        let rows = store.with(|state| Some(state.run.running()?.progress.as_ref()?.rows));
        match rows {
            _ if is_stopping.get() => "Stopping".to_owned(),
            Some(rows) if rows > 0 => format!("Stop, keep {}", counted(rows, "row", "rows")),
            _ => "Stop".to_owned(),
        }
    };
    view! {
        <button
            type="button"
            id="fetch"
            data-testid="cancel-button"
            title="Stops the fetch. What has arrived is kept"
            aria-disabled=move || is_stopping.get().to_string()
            on:click=move |_| store.send(Msg::Stop)
        >
            {Icon::Stop.view()}
            {label}
        </button>
    }
}

#[component]
fn Fetch(is_needed: Memo<bool>) -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let coverage = expect_context::<Coverage>();
    let actions = expect_context::<Actions>();
    let fetch = move |_| {
        if let Some(now) = coverage.standing.get_untracked() {
            actions.fetch.run((None, now.mode));
        }
    };
    let label = move || {
        let action = coverage.standing.get().map(|now| now.action)?;
        let events = store.with(|state| state.cost.ready().map(|cost| cost.events));
        Some(match events.filter(|_| is_needed.get()) {
            Some(events) => format!("{action}, {}", counted(events, "event", "events")),
            None => action,
        })
    };
    view! {
        <button
            type="button"
            id="fetch"
            class="fetch"
            class:is-primary=is_needed
            data-testid="fetch-button"
            on:click=fetch
        >
            {move || if is_needed.get() { Icon::Download.view() } else { Icon::Check.view() }}
            {label}
        </button>
    }
}
