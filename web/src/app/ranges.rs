//! The ranges behind the coverage bar as lists: every gap with its own button, every cached range.

use super::el::{Child, El, el, many, shown, text};
use super::page::Page;
use super::shown::Asked;
use crate::protocol::{GapCost, RunMode, SpanState};
use crate::state::words::{count, counted, duration};
use leptos::prelude::*;
use windrow_model::TimeRange;

/// Gaps shown without opening the rest.
const GAPS: usize = 4;

/// More than this many are not listed; the bar and the figures still count them.
pub(crate) const LISTED: usize = 500;

/// Both lists.
pub(crate) fn ranges(page: Page) -> El {
    let gaps = move || {
        page.here()
            .map_or_else(Vec::new, |here| here.looked.plan.missing.clone())
    };
    let cached = move || {
        page.here()
            .map_or_else(Vec::new, |here| here.looked.plan.cached.clone())
    };
    let prices = move || {
        page.price.with(|price| match price {
            Asked::Here(price) => price.gaps.clone(),
            _ => Vec::new(),
        })
    };
    el("div class='ranges'")
        .child(shown(move || gap_list(page, &gaps(), &prices())))
        .child(shown(move || cached_list(page, &cached())))
}

fn gap_list(page: Page, gaps: &[TimeRange], prices: &[GapCost]) -> Option<AnyView> {
    if gaps.is_empty() {
        return None;
    }
    let (first, rest) = gaps.split_at(gaps.len().min(GAPS));
    let entries = |ranges: &[TimeRange]| {
        ranges
            .iter()
            .take(LISTED)
            .map(|range| gap(page, *range, prices))
            .collect::<Vec<_>>()
    };
    let more = (!rest.is_empty()).then(|| {
        el("details")
            .child(el("summary").child(counted(rest.len() as u64, "more gap", "more gaps")))
            .child(
                el("ul class='range-list'")
                    .child(entries(rest))
                    .child(unlisted(rest.len())),
            )
    });
    Some(
        many(vec![
            el("ul class='range-list' aria-label='Gaps'")
                .child(entries(first))
                .view(),
            more.view(),
        ])
        .into_any(),
    )
}

/// How many are not listed.
pub(crate) fn unlisted(all: usize) -> Option<El> {
    let left = all.saturating_sub(LISTED) as u64;
    (left > 0).then(|| el("li class='hint'").child(format!("and {} more", count(left))))
}

fn gap(page: Page, range: TimeRange, prices: &[GapCost]) -> El {
    let price = prices
        .iter()
        .find(|price| price.range == range)
        .map(|price| {
            let beyond = if price.beyond_retention {
                ", beyond what the source keeps"
            } else {
                ""
            };
            el("span class='range-price'")
                .child(counted(price.events, "event", "events"))
                .child(beyond)
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
    let note = note.map(|note| el("span class='range-price'").child(note));
    el("li data-testid='missing-range'")
        .of_range(range)
        .child(el("span").class(swatch))
        .child(el("span class='range-text mono'").child(shown(move || {
            page.zone().short_range(range.start_ms(), range.end_ms())
        })))
        .child(el("span class='range-length'").child(duration(range.duration_ms())))
        .child(note)
        .child(price)
        .child(
            el("button type='button' class='link' data-testid='fetch-gap'")
                .attr(
                    "aria-label",
                    text(move || {
                        let zone = page.zone();
                        let range = zone.short_range(range.start_ms(), range.end_ms());
                        format!("{act}: {range}")
                    }),
                )
                .press(is_running, move |_| {
                    page.fetch(Some(range), RunMode::Normal)
                })
                .child(act),
        )
}

/// Whether all of a gap is shown, though nothing of it is proven.
fn is_provisional(page: Page, range: TimeRange) -> bool {
    page.here().is_some_and(|here| {
        here.looked.view.as_ref().is_some_and(|view| {
            view.spans
                .iter()
                .filter(|stretch| stretch.range.intersects(range))
                .all(|stretch| stretch.state == SpanState::Provisional)
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
            el("li data-testid='cached-range'")
                .of_range(range)
                .child(el("span class='swatch stretch is-cached'"))
                .child(el("span class='range-text mono'").child(shown(move || {
                    page.zone().short_range(range.start_ms(), range.end_ms())
                })))
                .child(el("span class='range-length'").child(duration(range.duration_ms())))
        })
        .collect::<Vec<_>>();
    Some(
        el("details")
            .child(el("summary").child(counted(
                cached.len() as u64,
                "cached range",
                "cached ranges",
            )))
            .child(
                el("ul class='range-list'")
                    .child(entries)
                    .child(unlisted(cached.len())),
            )
            .into_any(),
    )
}
