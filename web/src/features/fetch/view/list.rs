//! Ranges in a list.

use crate::ui::format::count;
use leptos::prelude::*;
use windrow_model::TimeRange;

/// More than this many ranges are not listed; the lane and the figures still count them.
const LISTED: usize = 500;

/// The first of many ranges, and how many more there are.
pub(super) fn listed(ranges: &[TimeRange], entry: impl Fn(TimeRange) -> AnyView) -> AnyView {
    let left = ranges.len().saturating_sub(LISTED) as u64;
    let left =
        (left > 0).then(|| view! { <li class="hint">{format!("and {} more", count(left))}</li> });
    let entries = ranges.iter().take(LISTED).copied().map(entry);
    view! { {entries.collect_view()} {left} }.into_any()
}

/// Ranges that are folded up until somebody wants to see them; nothing where there is none.
pub(super) fn folded(
    class: &'static str,
    label: &'static str,
    ranges: &[TimeRange],
    summary: String,
    entry: impl Fn(TimeRange) -> AnyView,
) -> Option<AnyView> {
    (!ranges.is_empty()).then(|| {
        view! {
            <details>
                <summary>{summary}</summary>
                <ul class=class tabindex="0" aria-label=label>{listed(ranges, entry)}</ul>
            </details>
        }
        .into_any()
    })
}
