//! A failure where it happened: what happened, and what to do next.

use leptos::prelude::*;
use windrow_protocol::Failed;

/// Both, spoken at once.
#[component]
pub(crate) fn Problem(failed: Failed) -> impl IntoView {
    view! {
        <p class="problem" role="alert">
            <strong>{failed.message}</strong>
            " "
            <span>{failed.remedy}</span>
        </p>
    }
}
