//! The log as a picker of its own: all that are known, with what is cached of each, and a field to search them.

use super::effects::Picker;
use super::logs::{KnownLog, known_logs};
use crate::features::contexts::{Cached, ShownWindow};
use crate::ui::escape::plain;
use crate::ui::popover::Popover;
use leptos::prelude::*;

/// The id of the panel.
pub(crate) const PANEL: &str = "log-picker";

/// The id of its field.
pub(crate) const FIELD: &str = "log-search";

/// The panel. Choosing a log opens the window that is shown in it.
#[component]
pub(crate) fn LogPicker() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let shown = expect_context::<ShownWindow>();
    let Cached(cached) = expect_context();
    let sought = RwSignal::new(String::new());
    let logs = Memo::new(move |_| {
        let datasets = cached.get();
        let datasets = datasets.as_ref().map(|all| all.as_slice());
        picker
            .names
            .with(|names| known_logs(names, datasets, &sought.get()))
    });
    let choose = move |id: &str| {
        sought.set(String::new());
        picker.open_log(id);
    };
    let choose_first = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let is_sought = sought.with_untracked(|text| !text.trim().is_empty());
        if let Some(log) = logs.get_untracked().first().filter(|_| is_sought) {
            choose(&log.id);
        }
    };
    let list = move || {
        let current = shown.target();
        let is_current = |log: &KnownLog| {
            let target = current.as_ref();
            target.is_some_and(|target| target.dataset.log_id() == log.id)
        };
        logs.get()
            .into_iter()
            .map(|log| {
                let is_current = is_current(&log);
                let id = (log.name != log.id)
                    .then(|| view! { <span class="mono muted clip">{plain(&log.id)}</span> });
                view! {
                    <li>
                        <button
                            type="button"
                            data-testid="known-log"
                            aria-pressed=is_current.to_string()
                            on:click=move |_| choose(&log.id)
                        >
                            <b class="clip">{log.name}</b>
                            {id}
                            <small>{log.held}</small>
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Popover id=PANEL class="logs" label="Log">
            <form autocomplete="off" on:submit=choose_first>
                <input
                    id=FIELD
                    data-testid="log-search"
                    type="search"
                    spellcheck="false"
                    aria-label="Find a log by name or id; Enter opens the first that matches"
                    placeholder="Name or id of a log"
                    prop:value=sought
                    on:input=move |event| sought.set(event_target_value(&event))
                />
            </form>
            <ul>{list}</ul>
            {move || logs.with(Vec::is_empty).then(|| view! {
                <p class="hint pad">"No known log matches"</p>
            })}
        </Popover>
    }
}
