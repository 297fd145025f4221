//! The connection as a button of the top bar, and the panel behind it.
//!
//! The key stays in the feature's state and goes to the worker with each request; it is never kept.

use super::effects::ConnectionStore;
use super::state::{Access, Companion, Msg};
use crate::features::contexts::{Coverage, Now, TimeZone};
use crate::features::fetch::run::paused;
use crate::ui::format::counted;
use crate::ui::popover::Popover;
use crate::ui::problem::Problem;
use leptos::prelude::*;
use windrow_protocol::Pause;

/// The id of the panel.
pub(crate) const PANEL: &str = "connection-panel";

/// Whether anything can be fetched, in a word.
#[component]
pub(crate) fn ConnectionMenu() -> impl IntoView {
    let store = expect_context::<ConnectionStore>();
    let is_fetching = expect_context::<Coverage>().is_fetching;
    let state = store.memo(|state| (state.companion.clone(), state.access.clone()));
    let word = move || {
        let (off, busy) = ("dot is-off", "dot is-busy is-pulse");
        Some(match state.get() {
            (Companion::Asking, _) => return None,
            (Companion::Refused, _) => ("Review only", off, "Opened without the companion's token"),
            (Companion::Gone { .. }, _) => {
                let title = "The companion does not answer; what is cached can be reviewed";
                ("Offline", off, title)
            }
            _ if is_fetching.get() => ("Fetching", busy, "Rows are being fetched"),
            (Companion::Here(session), _) if session.demo => (
                "Demo",
                "dot",
                "The companion serves made-up logs of its own",
            ),
            (_, Access::Open) => ("Connected", "dot", "Windows can be fetched"),
            (_, Access::Connecting) => ("Connecting", busy, "The log API is asked for its logs"),
            _ => ("Not connected", off, "Give the API key to fetch windows"),
        })
    };
    view! {
        <button
            type="button"
            class="link-state is-quiet"
            popovertarget=PANEL
            title=move || word().map(|(_, _, title)| title)
        >
            {move || word().map(|(text, class, _)| view! {
                <i class=class></i>
                <span class="link-word" data-testid="session">{text}</span>
            })}
        </button>
        <Popover id=PANEL class="pop-pad" label="Connection">
            <ConnectionForm />
        </Popover>
    }
}

/// Address, key, and whether they work.
#[component]
pub(crate) fn ConnectionForm() -> impl IntoView {
    let store = expect_context::<ConnectionStore>();
    let now = expect_context::<Now>();
    let access = store.memo(|state| state.access.clone());
    let is_held = store.memo(super::state::State::is_key_held);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if access.get_untracked() != Access::Connecting {
            store.send(Msg::Connect);
        }
    };
    let companion = move || {
        store.with(|state| match &state.companion {
            Companion::Asking => "Being asked".to_owned(),
            Companion::Here(session) if session.demo => "Serves made-up logs of its own".to_owned(),
            Companion::Here(_) => "Here".to_owned(),
            Companion::Refused => "This page's token is not the companion's".to_owned(),
            Companion::Gone { retry_ms, .. } => match (retry_ms - now.0.get() + 999) / 1000 {
                left @ 1..=600 => format!("Does not answer, next try in {left} s"),
                _ => "Does not answer, being asked again".to_owned(),
            },
        })
    };
    let status = move || {
        let (state, class, text) = match access.get() {
            Access::Unknown => ("unknown", "tag", "Not connected".to_owned()),
            Access::Connecting => ("connecting", "tag", "Connecting".to_owned()),
            Access::Open => {
                let logs = store.with(|state| state.logs.len() as u64);
                ("open", "tag is-good", counted(logs, "log", "logs"))
            }
            Access::Failed(_) => ("failed", "tag is-error", "Failed".to_owned()),
        };
        view! {
            <span class=class data-testid="access" data-state=state>
                {text}
            </span>
        }
    };
    view! {
        <section data-testid="connection" aria-label="Log API">
            <div class="pop-head">
                <h2>"Log API"</h2>
                {status}
            </div>
            <form class="stack" autocomplete="off" on:submit=submit>
                <label for="base-url">"Region or base URL"</label>
                <input
                    id="base-url"
                    class="mono"
                    data-testid="base-url"
                    placeholder="eu"
                    spellcheck="false"
                    prop:value=store.memo(|state| state.base_url.clone())
                    on:input=move |event| store.send(Msg::BaseUrl(event_target_value(&event)))
                />
                <label for="api-key">"API key"</label>
                <div class="joined">
                    <input
                        id="api-key"
                        data-testid="api-key"
                        type="password"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder=move || if is_held.get() {
                            "held by the companion"
                        } else {
                            "kept in memory only"
                        }
                        prop:value=store.memo(|state| state.api_key.clone())
                        on:input=move |event| store.send(Msg::ApiKey(event_target_value(&event)))
                    />
                    <button
                        type="submit"
                        class="is-large is-primary"
                        data-testid="connect"
                        aria-disabled=move || (access.get() == Access::Connecting).to_string()
                    >
                        {move || match access.get() {
                            Access::Connecting => "Connecting",
                            Access::Open => "Reconnect",
                            _ => "Connect",
                        }}
                    </button>
                </div>
            </form>
            {move || match access.get() {
                Access::Failed(failed) => Some(view! { <Problem failed /> }.into_any()),
                // The rate limit may make it wait for minutes.
                Access::Connecting => Some(view! {
                    <div class="waiting">
                        <Waits pause=Signal::derive(move || store.with(|state| state.pause.clone())) />
                        <button
                            type="button"
                            data-testid="cancel-connect"
                            on:click=move |_| store.send(Msg::Stop)
                        >
                            "Cancel"
                        </button>
                    </div>
                }.into_any()),
                _ => None,
            }}
            <dl class="facts">
                <div>
                    <dt>"Companion"</dt>
                    <dd>{companion}</dd>
                </div>
            </dl>
            {move || store.with(|state| state.companion.is_lost()).then(|| view! {
                <button type="button" on:click=move |_| store.send(Msg::Ask)>"Try now"</button>
            })}
        </section>
    }
}

/// What the log API makes a call wait for, counted down.
#[component]
pub(crate) fn Waits(#[prop(into)] pause: Signal<Option<Pause>>) -> impl IntoView {
    let now = expect_context::<Now>();
    let zone = expect_context::<TimeZone>();
    move || {
        let words = paused(&pause.get()?, now.0.get(), zone.get())?;
        Some(view! { <p class="notice" data-testid="waits">{words}</p> })
    }
}
