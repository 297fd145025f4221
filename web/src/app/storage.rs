//! How much room this site has, and whether the browser may clear it by itself.

use super::el::{Child, El, el, flag, many, shown, text};
use super::page::Page;
use crate::state::words::{bytes, decimal, limited};

/// Quota and persistence.
pub(crate) fn storage(page: Page) -> El {
    let body = move || {
        page.quota.get().map(|quota| {
            let share = if quota.allowed == 0 {
                0.0
            } else {
                quota.used as f64 / quota.allowed as f64
            };
            let width = format!("{}%", decimal(limited(share * 100.0, 100.0), 2));
            let label = format!("{width} of the room used");
            let kept = match quota.persisted {
                Some(true) => el("p class='hint'")
                    .child("Kept until you delete it")
                    .into_any(),
                _ => el("p class='hint'")
                    .child("The browser may clear it when space is short. ")
                    .child(
                        el("button type='button' class='link' data-testid='persist-button'")
                            .on("click", move |_| page.persist())
                            .child("Ask to keep it"),
                    )
                    .into_any(),
            };
            many(vec![
                el("p class='storage-line'")
                    .child(el("strong").child(bytes(quota.used)))
                    .child(format!(" of {} used by this site", bytes(quota.allowed)))
                    .view(),
                el("div class='meter' role='img'")
                    .attr("aria-label", label)
                    .toggle("is-full", flag(move || share.gt(&0.9)))
                    .child(el("div class='meter-fill'").style("width", text(move || width.clone())))
                    .view(),
                kept.view(),
            ])
        })
    };
    let memory = move || page.memory.get();
    let worker = el("p class='hint' data-testid='worker-memory'")
        .attr("data-bytes", text(move || memory().to_string()))
        .child(text(move || format!("Worker: {} of memory. ", bytes(memory()))))
        .child(
            el("button type='button' class='link' data-testid='restart-worker' title='Ends what reads and writes the cache, whatever it is doing, and starts it anew. What is proven and kept in files stays'")
                .on("click", move |_| page.client.restart())
                .child("Restart it"),
        );
    el("section class='card' data-testid='storage' aria-labelledby='storage-title'")
        .child(el("div class='card-head'").child(el("h2 id='storage-title'").child("Storage")))
        .child(shown(body))
        .child(worker)
}
