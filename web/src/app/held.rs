//! Everything that is cached, by log and query: where an offline review begins.

use super::armed::Armed;
use super::page::{Asked, Page};
use crate::protocol::{HeldDataset, Remove};
use crate::state::words::{bytes, counted};
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::TimeRange;

/// The list.
#[component]
pub(crate) fn Held(page: Page) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="held-title">
            <div class="card-head">
                <h2 id="held-title">"Cached"</h2>
            </div>
            {move || match page.datasets.get() {
                Asked::No | Asked::Asking => {
                    view! { <p class="hint">"Looking at what is cached"</p> }.into_any()
                }
                Asked::Failed(failed) => {
                    view! {
                        <p class="problem">
                            <strong>{failed.message}</strong>
                            <span>{failed.remedy}</span>
                        </p>
                    }
                        .into_any()
                }
                Asked::Here(datasets) if datasets.is_empty() => {
                    view! { <p class="hint">"Nothing cached here yet"</p> }.into_any()
                }
                Asked::Here(datasets) => list(page, &datasets).into_any(),
            }}
        </section>
    }
}

fn list(page: Page, datasets: &Arc<Vec<HeldDataset>>) -> impl IntoView + use<> {
    let entries = datasets
        .iter()
        .map(|held| entry(page, held.clone()))
        .collect_view();
    view! { <ul class="held">{entries}</ul> }
}

/// The newest stretch that is held, as the window to open.
fn newest(held: &HeldDataset) -> Option<TimeRange> {
    held.ranges.last().copied()
}

fn entry(page: Page, held: HeldDataset) -> impl IntoView {
    let id = held.dataset.as_ref().map_or_else(
        || held.directory.clone(),
        |dataset| dataset.log_id().to_owned(),
    );
    let query = held
        .dataset
        .as_ref()
        .map(|dataset| dataset.query().to_owned())
        .filter(|query| !query.is_empty());
    let range = newest(&held);
    let (title, target) = (id.clone(), held.dataset.clone());
    let open = move |_| {
        if let (Some(dataset), Some(range)) = (&target, range) {
            page.log.set(page.log_name(dataset.log_id()));
            page.query.set(dataset.query().to_owned());
            page.put_window(range);
            page.look_at_fields();
        }
    };
    let when = move || {
        let zone = page.zone();
        range.map(|range| zone.range(range.start_ms(), range.end_ms()))
    };
    let size = format!(
        "{} \u{b7} {}{}",
        counted(held.rows, "row", "rows"),
        bytes(held.bytes),
        if held.ranges.len() > 1 {
            format!(" \u{b7} {} ranges", held.ranges.len())
        } else {
            String::new()
        }
    );
    let problems = (held.problems > 0).then(|| {
        view! {
            <span class="pill is-failed">{counted(held.problems, "problem", "problems")}</span>
        }
    });
    let delete = held.dataset.clone().map(|dataset| {
        view! {
            <Armed
                testid="delete-dataset"
                label="Delete everything cached of this log and query".to_owned()
                confirm=format!("Delete {}?", bytes(held.bytes))
                act=move || page.delete(dataset.clone(), Remove::All)
            />
        }
    });
    view! {
        <li class="held-entry" data-testid="dataset">
            <button type="button" class="held-open" title=title on:click=open>
                <span class="held-name">{move || page.log_name(&id)} {problems}</span>
                {query.map(|query| view! { <span class="held-query mono">{query}</span> })}
                <span class="held-when">{when}</span>
                <span class="held-size">{size}</span>
            </button>
            {delete}
        </li>
    }
}
