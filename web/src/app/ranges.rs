//! The ranges behind the coverage bar as lists: every gap with its own button, every cached range.

use super::page::{Asked, Page};
use crate::protocol::{GapPrice, Holding, RunMode};
use crate::state::words::{counted, duration};
use leptos::prelude::*;
use windrow_model::TimeRange;

/// Gaps shown without opening the rest.
const GAPS: usize = 4;

/// More than this many are not listed; the bar and the figures still count them.
const LISTED: usize = 500;

/// Both lists.
#[component]
pub(crate) fn Ranges(page: Page) -> impl IntoView {
    let gaps = Memo::new(move |_| {
        page.here()
            .map_or_else(Vec::new, |here| here.looked.plan.missing.ranges().to_vec())
    });
    let cached = Memo::new(move |_| {
        page.here()
            .map_or_else(Vec::new, |here| here.looked.plan.cached.ranges().to_vec())
    });
    let prices = Memo::new(move |_| {
        page.price.with(|price| match price {
            Asked::Here(price) => price.gaps.clone(),
            _ => Vec::new(),
        })
    });
    view! {
        <div class="ranges">
            {move || gaps.with(|gaps| gap_list(page, gaps, &prices.get()))}
            {move || cached.with(|cached| cached_list(page, cached))}
        </div>
    }
}

fn gap_list(page: Page, gaps: &[TimeRange], prices: &[GapPrice]) -> Option<AnyView> {
    if gaps.is_empty() {
        return None;
    }
    let (first, rest) = gaps.split_at(gaps.len().min(GAPS));
    let entries = |ranges: &[TimeRange]| {
        ranges
            .iter()
            .take(LISTED)
            .map(|range| gap(page, *range, prices))
            .collect_view()
    };
    let more = (!rest.is_empty()).then(|| {
        view! {
            <details>
                <summary>{counted(rest.len() as u64, "more gap", "more gaps")}</summary>
                <ul class="range-list">{entries(rest)}</ul>
            </details>
        }
    });
    Some(
        view! {
            <ul class="range-list" aria-label="Gaps">
                {entries(first)}
            </ul>
            {more}
        }
        .into_any(),
    )
}

fn gap(page: Page, range: TimeRange, prices: &[GapPrice]) -> impl IntoView + use<> {
    let price = prices
        .iter()
        .find(|price| price.range == range)
        .map(|price| {
            let beyond = if price.beyond_retention {
                ", beyond what the source keeps"
            } else {
                ""
            };
            view! {
                <span class="range-price">
                    {counted(price.events, "event", "events")} {beyond}
                </span>
            }
        });
    let is_running = move || page.run.with(|run| run.is_running());
    let is_shown = is_provisional(page, range);
    let (swatch, note, act) = if is_shown {
        (
            "swatch stretch is-provisional",
            Some("may be incomplete"),
            "Fetch it again",
        )
    } else {
        ("swatch stretch is-missing", None, "Fetch this gap")
    };
    let note = note.map(|note| view! { <span class="range-price">{note}</span> });
    view! {
        <li
            data-testid="missing-range"
            data-from=range.start_ms().to_string()
            data-to=range.end_ms().to_string()
        >
            <span class=swatch></span>
            <span class="range-text mono">
                {move || page.zone().short_range(range.start_ms(), range.end_ms())}
            </span>
            <span class="range-length">{duration(range.duration_ms())}</span>
            {note}
            {price}
            <button
                type="button"
                class="link"
                data-testid="fetch-gap"
                disabled=is_running
                on:click=move |_| page.fetch(Some(range), RunMode::Normal)
            >
                {act}
            </button>
        </li>
    }
}

/// Whether all of a gap is shown, though nothing of it is proven.
fn is_provisional(page: Page, range: TimeRange) -> bool {
    page.here().is_some_and(|here| {
        here.looked.view.as_ref().is_some_and(|view| {
            view.stretches
                .iter()
                .filter(|stretch| stretch.range.intersects(range))
                .all(|stretch| stretch.state == Holding::Provisional)
        })
    })
}

fn cached_list(page: Page, cached: &[TimeRange]) -> Option<AnyView> {
    if cached.is_empty() {
        return None;
    }
    let entries = cached
        .iter()
        .take(LISTED)
        .map(|range| {
            let range = *range;
            view! {
                <li
                    data-testid="cached-range"
                    data-from=range.start_ms().to_string()
                    data-to=range.end_ms().to_string()
                >
                    <span class="swatch stretch is-cached"></span>
                    <span class="range-text mono">
                        {move || page.zone().short_range(range.start_ms(), range.end_ms())}
                    </span>
                    <span class="range-length">{duration(range.duration_ms())}</span>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <details>
                <summary>{counted(cached.len() as u64, "cached range", "cached ranges")}</summary>
                <ul class="range-list">{entries}</ul>
            </details>
        }
        .into_any(),
    )
}
