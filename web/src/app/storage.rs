//! How much room this site has, and whether the browser may clear it by itself.

use super::page::Page;
use crate::state::words::bytes;
use leptos::prelude::*;

/// Quota and persistence.
#[component]
pub(crate) fn Storage(page: Page) -> impl IntoView {
    let body = move || {
        page.quota.get().map(|quota| {
            let share = if quota.allowed == 0 {
                0.0
            } else {
                quota.used as f64 / quota.allowed as f64
            };
            let width = format!("{:.2}%", (share * 100.0).clamp(0.0, 100.0));
            let label = format!("{width} of the room used");
            let kept = match quota.persisted {
                Some(true) => view! { <p class="hint">"Kept until you delete it"</p> }.into_any(),
                _ => view! {
                    <p class="hint">
                        "The browser may clear it when space is short. "
                        <button
                            type="button"
                            class="link"
                            data-testid="persist-button"
                            on:click=move |_| page.persist()
                        >
                            "Ask to keep it"
                        </button>
                    </p>
                }
                .into_any(),
            };
            view! {
                <p class="storage-line">
                    <strong>{bytes(quota.used)}</strong>
                    {format!(" of {} used by this site", bytes(quota.allowed))}
                </p>
                <div class="meter" role="img" aria-label=label class:is-full=move || share.gt(&0.9)>
                    <div class="meter-fill" style:width=width></div>
                </div>
                {kept}
            }
        })
    };
    view! {
        <section class="card" data-testid="storage" aria-labelledby="storage-title">
            <div class="card-head">
                <h2 id="storage-title">"Storage"</h2>
            </div>
            {body}
        </section>
    }
}
