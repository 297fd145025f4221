//! The menu of more ways to fetch: each gap on its own, what it would cost, and how to fetch.

use super::EstimateAction;
use super::list::{folded, listed};
use crate::features::contexts::{Actions, Coverage, ShownWindow, TimeZone};
use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::features::fetch::effects::FetchStore;
use crate::features::fetch::state::Msg;
use crate::location::memory::Memory;
use crate::ui::format::{counted, duration};
use crate::ui::icon::Icon;
use crate::ui::popover;
use leptos::prelude::*;
use windrow_model::TimeRange;
use windrow_protocol::{GapCost, RunMode};

/// The id of the menu.
pub(super) const MENU: &str = "fetch-menu";

/// What is in it.
#[component]
pub(super) fn FetchMenu() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let shown = expect_context::<ShownWindow>();
    let memory = expect_context::<Memory>();
    let EstimateAction(estimate) = expect_context();
    let bypass = store.memo(|state| state.bypass);
    let has_cost = Memo::new(move |_| {
        bypass.get()
            || shown.get().is_some_and(|window| {
                !window.plan.missing.is_empty() || window.target.bypass_run.is_some()
            })
    });
    let is_estimating = store.memo(|state| state.cost.is_loading());
    let is_off = move || !has_cost.get() || is_estimating.get();
    let promotes = Memo::new(move |_| memory.with(|held| !held.messages_only));
    view! {
        <button
            type="button"
            data-testid="price-button"
            title="Asks the log API to count the missing events: one query a gap"
            aria-disabled=move || is_off().to_string()
            on:click=move |_| {
                if !untrack(is_off) {
                    popover::close(MENU);
                    estimate.run(());
                }
            }
        >
            {Icon::Sigma.view()}
            "Estimate cost"
            <small>"1 request a gap"</small>
        </button>
        <label class="menu-tick">
            <input
                type="checkbox"
                data-testid="bypass"
                prop:checked=bypass
                on:change=move |event| store.send(Msg::Bypass(event_target_checked(&event)))
            />
            <span>"Bypass the cache" <small>"fetch all of it, beside what is cached"</small></span>
        </label>
        <label class="menu-tick">
            <input
                type="checkbox"
                data-testid="promote"
                prop:checked=promotes
                on:change=move |event| {
                    let is_on = event_target_checked(&event);
                    memory.change(|held| held.messages_only = !is_on);
                }
            />
            <span>"Columns from messages" <small>"for fields of JSON and key=value"</small></span>
        </label>
        <Ranges />
    }
}

/// The ranges behind the lane: every gap with its own button, every cached range.
#[component]
fn Ranges() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let counts = store.memo(|state| state.cost.ready().cloned());
    let gaps = move || {
        let window = shown.get()?;
        let missing = &window.plan.missing;
        let (pieces, counts) = (coverage.pieces.get(), counts.get());
        let entries = listed(missing, |range| {
            let counted = counts.iter().flat_map(|cost| &cost.gaps);
            let cost = counted.copied().find(|gap| gap.range == range);
            // All of it may be shown, though nothing of it is proven.
            let mut inside = pieces.iter().filter(|piece| piece.range.intersects(range));
            let is_shown = |piece: &Piece| piece.state == CoverageState::Provisional;
            let is_provisional = inside.all(is_shown);
            view! { <Gap range cost is_provisional /> }.into_any()
        });
        (!missing.is_empty()).then(|| {
            view! {
                <h2>{counted(missing.len() as u64, "gap", "gaps")}</h2>
                <ul class="range-list" aria-label="Gaps">{entries}</ul>
            }
        })
    };
    let cached = move || {
        let window = shown.get()?;
        let ranges = &window.plan.cached;
        let summary = counted(ranges.len() as u64, "cached range", "cached ranges");
        folded(
            "range-list",
            "Cached ranges",
            ranges,
            summary,
            move |range| {
                let (start_ms, end_ms) = (range.start_ms(), range.end_ms());
                view! {
                <li data-testid="cached-range" data-from=start_ms.to_string() data-to=end_ms.to_string()>
                    <i class="swatch s-cached" aria-hidden="true"></i>
                    <span class="range-text">{move || zone.get().short_range(start_ms, end_ms)}</span>
                    <span class="muted">{duration(range.duration_ms())}</span>
                </li>
            }
            .into_any()
            },
        )
    };
    view! { <div class="ranges">{gaps} {cached}</div> }
}

#[component]
fn Gap(range: TimeRange, cost: Option<GapCost>, is_provisional: bool) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let is_fetching = expect_context::<Coverage>().is_fetching;
    let (swatch, act, state) = if is_provisional {
        (
            "swatch s-provisional",
            "Fetch again",
            Some("may be incomplete"),
        )
    } else {
        ("swatch s-missing", "Fetch this gap", None)
    };
    let (start_ms, end_ms) = (range.start_ms(), range.end_ms());
    let text = move || zone.get().short_range(start_ms, end_ms);
    let price = cost.map(|gap| {
        let beyond = if gap.beyond_retention {
            ", beyond what the source keeps"
        } else {
            ""
        };
        format!("{}{beyond}", counted(gap.events, "event", "events"))
    });
    let press = move |_| {
        if !is_fetching.get_untracked() {
            popover::close(MENU);
            actions.fetch.run((Some(range), RunMode::Normal));
        }
    };
    view! {
        <li data-testid="missing-range" data-from=start_ms.to_string() data-to=end_ms.to_string()>
            <i class=swatch aria-hidden="true"></i>
            <span class="range-text">{text}</span>
            <span class="muted">{duration(range.duration_ms())}</span>
            {state.map(|state| view! { <span class="muted">{state}</span> })}
            {price.map(|price| view! { <span class="muted">{price}</span> })}
            <button
                type="button"
                class="is-small"
                data-testid="fetch-gap"
                aria-label=move || format!("{act}: {}", text())
                aria-disabled=move || is_fetching.get().to_string()
                on:click=press
            >
                {act}
            </button>
        </li>
    }
}
