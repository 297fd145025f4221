//! Where the log API is and who holds its key.
//!
//! The key stays in a signal and goes to the worker with each request; it is never kept.

use super::page::{Access, Page};
use super::session::SessionState;
use crate::state::words::counted;
use leptos::prelude::*;

/// Address, key, and whether they work.
#[component]
pub(crate) fn ConnectionForm(page: Page) -> impl IntoView {
    let key_held =
        move || matches!(page.session.get(), SessionState::Here(session) if session.key_held);
    let connect = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        page.connect();
    };
    let placeholder = move || {
        if key_held() {
            "held by the companion"
        } else {
            "kept in memory only"
        }
    };
    view! {
        <section class="card" data-testid="connection" aria-labelledby="connection-title">
            <div class="card-head">
                <h2 id="connection-title">"Log API"</h2>
                {move || status(&page.access.get(), page.logs.with(Vec::len) as u64)}
            </div>
            <form class="fields" on:submit=connect autocomplete="off">
                <label class="field">
                    <span>"Region or base URL"</span>
                    <input
                        data-testid="base-url"
                        class="mono"
                        spellcheck="false"
                        placeholder="eu"
                        prop:value=move || page.base_url.get()
                        on:input=move |event| page.base_url.set(event_target_value(&event))
                    />
                </label>
                <label class="field">
                    <span>"API key"</span>
                    <div class="joined">
                        <input
                            data-testid="api-key"
                            type="password"
                            autocomplete="off"
                            spellcheck="false"
                            placeholder=placeholder
                            prop:value=move || page.api_key.get()
                            on:input=move |event| page.api_key.set(event_target_value(&event))
                        />
                        <button
                            type="submit"
                            data-testid="connect"
                            disabled=move || page.access.get() == Access::Asking
                        >
                            {move || match page.access.get() {
                                Access::Asking => "Connecting",
                                Access::Open => "Reconnect",
                                _ => "Connect",
                            }}
                        </button>
                    </div>
                </label>
            </form>
            {move || match page.access.get() {
                Access::Failed(failed) => {
                    Some(
                        view! {
                            <p class="problem" role="alert">
                                <strong>{failed.message}</strong>
                                <span>{failed.remedy}</span>
                            </p>
                        },
                    )
                }
                _ => None,
            }}
        </section>
    }
}

fn status(access: &Access, logs: u64) -> impl IntoView + use<> {
    let (state, class, text) = match access {
        Access::Unknown => ("unknown", "pill", "Not connected".to_owned()),
        Access::Asking => ("asking", "pill", "Connecting".to_owned()),
        Access::Open => ("open", "pill is-here", counted(logs, "log", "logs")),
        Access::Failed(_) => ("failed", "pill is-failed", "Failed".to_owned()),
    };
    view! {
        <span class=class data-testid="access" data-state=state>
            {text}
        </span>
    }
}
