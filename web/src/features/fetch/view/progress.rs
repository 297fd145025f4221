//! The fetch as it goes, in the place of the coverage sentence.

use crate::features::connection::view::Waits;
use crate::features::contexts::{Now, TimeZone};
use crate::features::fetch::cost::running_cost;
use crate::features::fetch::effects::FetchStore;
use crate::features::fetch::progress::{figures, kept};
use crate::features::fetch::run::Running;
use leptos::prelude::*;

/// How far it is, what it keeps, and what it waits for.
#[component]
pub(crate) fn FetchProgress() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let Now(now) = expect_context();
    let zone = expect_context::<TimeZone>();
    let figures = move || store.with(|state| Some(figures(state.run.running()?, now.get())));
    let kept = move || store.with(|state| kept(state.run.running()?, zone.get()));
    let cost = move || {
        let words = store.with(|state| running_cost(state.run.running()?));
        words.map(|words| view! { <span class="hint" data-testid="told-price">{words}</span> })
    };
    let pause = Signal::derive(move || {
        store.with(|state| state.run.running()?.progress.as_ref()?.pause.clone())
    });
    let share = move || store.with(|state| state.run.running().map_or(0.0, Running::share)) * 100.0;
    let is_waiting = move || store.with(|state| state.run.running().is_some_and(|run| run.waiting));
    view! {
        <div
            class="progress-says"
            data-testid="progress"
            data-waiting=move || is_waiting().to_string()
            aria-busy="true"
        >
            <p>
                <i class="swatch s-fetching" aria-hidden="true"></i>
                <b>{figures}</b>
            </p>
            <p class="progress-more">
                {cost}
                <span class="hint">{kept}</span>
                <Waits pause />
            </p>
            <div
                class="progress"
                role="progressbar"
                aria-label="Fetch"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", share())
            >
                <i style:width=move || format!("{:.2}%", share())></i>
            </div>
        </div>
    }
}
