//! Everything that is cached, by log and query: where an offline review begins.

use super::armed::armed;
use super::el::{El, el, shown};
use super::page::Page;
use super::problem::problem;
use super::shown::Asked;
use crate::protocol::{CachedDataset, Deletion};
use crate::state::escape::plain;
use crate::state::words::{bytes, counted};
use leptos::prelude::untrack;
use std::sync::Arc;
use windrow_model::TimeRange;

/// The list.
pub(crate) fn held(page: Page) -> El {
    el("section id='held' tabindex='-1' class='card' aria-labelledby='held-title'")
        .child(el("div class='card-head'").child(el("h2 id='held-title'").child("Cached")))
        .child(shown(move || match page.datasets.get() {
            Asked::No | Asked::Asking => el("p class='hint'")
                .child("Looking at what is cached")
                .into_any(),
            Asked::Failed(failed) => problem("p class='problem'", failed).into_any(),
            Asked::Here(datasets) if datasets.is_empty() => el("p class='hint'")
                .child("Nothing cached here yet")
                .into_any(),
            Asked::Here(datasets) => list(page, &datasets).into_any(),
        }))
}

fn list(page: Page, datasets: &Arc<Vec<CachedDataset>>) -> El {
    let entries = datasets
        .iter()
        .map(|held| entry(page, held.clone()))
        .collect::<Vec<_>>();
    el("ul class='held'").child(entries)
}

/// The newest stretch that is held, as the window to open.
fn newest(held: &CachedDataset) -> Option<TimeRange> {
    held.ranges.last().copied()
}

fn entry(page: Page, held: CachedDataset) -> El {
    let id = held
        .dataset
        .as_ref()
        .map_or_else(|| held.dir.clone(), |dataset| dataset.log_id().to_owned());
    let query = held
        .dataset
        .as_ref()
        .map(|dataset| dataset.query().to_owned())
        .filter(|query| !query.is_empty());
    let range = newest(&held);
    let (title, target) = (id.clone(), held.dataset.clone());
    let open = move |_| {
        if let (Some(dataset), Some(range)) = (&target, range) {
            page.log.set(page.field_of(dataset.log_id()));
            page.query.set(dataset.query().to_owned());
            page.put_window(range);
            page.look_at_fields();
        }
    };
    let ranges = held.ranges.len();
    let when = move || {
        let zone = page.zone();
        let range = range.map(|range| zone.range(range.start_ms(), range.end_ms()))?;
        Some(if ranges > 1 {
            format!("{range}, the newest of {ranges} ranges")
        } else {
            range
        })
    };
    let size = format!(
        "{} \u{b7} {}",
        counted(held.rows, "row", "rows"),
        bytes(held.bytes)
    );
    let problems = (held.problems > 0).then(|| {
        el("span class='pill is-failed'").child(counted(held.problems, "problem", "problems"))
    });
    let delete = held.dataset.clone().map(|dataset| {
        let label = format!(
            "Delete everything cached of this log and query: {} {}",
            untrack(|| page.log_name(dataset.log_id())),
            dataset.query()
        );
        armed(
            page,
            "delete-dataset",
            format!("dataset {}", held.dir),
            label.trim_end().to_owned(),
            format!("Delete {}?", bytes(held.bytes)),
            Box::new(move || page.delete(dataset.clone(), vec![Deletion::All])),
        )
    });
    el("li class='held-entry' data-testid='dataset'")
        .child(
            el("button type='button' class='held-open'")
                .attr("title", title)
                .on("click", open)
                .child(
                    el("span class='held-name'")
                        .child(shown(move || page.log_name(&id)))
                        .child(problems),
                )
                .child(query.map(|query| el("span class='held-query mono'").child(plain(&query))))
                .child(el("span class='held-when'").child(shown(when)))
                .child(el("span class='held-size'").child(size)),
        )
        .child(delete)
}
