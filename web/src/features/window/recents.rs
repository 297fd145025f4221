//! Windows looked at before, each with what is cached of it now.

use super::effects::Picker;
use super::logs::ranges_of;
use crate::features::contexts::{Cached, LogNames, TimeZone};
use crate::features::coverage::mini_lane::{mini_lane, share};
use crate::location::memory::Memory;
use crate::ui::escape::plain;
use crate::ui::format::{counted, duration};
use leptos::prelude::*;
use windrow_model::{Dataset, TimeRange};

/// How much of a window is cached, in words and as a lane; nothing until that was listed.
pub(super) fn held_share(dataset: &Dataset, window: TimeRange) -> Option<AnyView> {
    let Cached(cached) = expect_context();
    let cached = cached.get()?;
    let ranges = ranges_of(&cached, dataset);
    Some(
        view! {
            <span class="held-share">{share(ranges, window)} {mini_lane(ranges, window)}</span>
        }
        .into_any(),
    )
}

/// The list.
#[component]
pub(super) fn Recents() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let memory = expect_context::<Memory>();
    let zone = expect_context::<TimeZone>();
    let names = expect_context::<LogNames>();
    let entries = move || {
        memory
            .with(|held| held.recent.clone())
            .into_iter()
            .filter_map(|recent| recent.target())
            .map(|(dataset, window)| {
                let name = names.of(dataset.log_id());
                let range = zone.get().range(window.start_ms(), window.end_ms());
                let query = (!dataset.query().is_empty())
                    .then(|| view! { <span class="mono clip">{plain(dataset.query())}</span> });
                let held = held_share(&dataset, window);
                let open = move |_| picker.open_window(dataset.clone(), window);
                view! {
                    <li>
                        <button type="button" data-testid="recent" on:click=open>
                            <b class="clip">{name}</b>
                            <span>{range}</span>
                            <span class="muted">{duration(window.duration_ms())}</span>
                            {query}
                            {held}
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    let count = move || memory.with(|held| held.recent.len() as u64);
    view! {
        <Show when=move || count().gt(&0)>
            <section class="recent">
                <h2>{move || counted(count(), "recent window", "recent windows")}</h2>
                <ul>{entries}</ul>
            </section>
        </Show>
    }
}
