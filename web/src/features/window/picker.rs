//! The picker of log, query and window: in a panel of the top bar, and on the first visit.
//!
//! Typed and pasted forms are read as they are entered; what they mean, and what of it is cached, stands below. Opening fetches nothing.

use super::effects::Picker;
use super::recents::{Recents, held_share};
use super::step::Preset;
use super::time_field::TimeField;
use crate::features::contexts::{ShownWindow, TimeZone};
use crate::ui::escape::plain;
use crate::ui::format::duration;
use leptos::prelude::*;

/// The id of the panel.
pub(crate) const PICKER: &str = "picker";

/// Logs offered as buttons; more are in the list of the field.
const BUTTONS: usize = 6;

/// The fields, presets and windows looked at before.
#[component]
pub(crate) fn PickerForm() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let shown = expect_context::<ShownWindow>();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        picker.open();
    };
    let is_ready = picker.store.memo(|state| state.wrong().is_none());
    let meant = Memo::new(move |_| picker.meant());
    // What the fields mean is not what is shown.
    let is_changed = Memo::new(move |_| {
        let target = shown.target();
        target.is_some_and(|target| meant.get() != Some((target.dataset, target.window)))
    });
    let query = picker.store.memo(|state| state.fields.query.clone());
    view! {
        <form class="picker-form" autocomplete="off" on:submit=submit>
            <LogField />
            <TimeField is_start=true />
            <TimeField is_start=false />
            <div class="line">
                <label for="picker-typed">"Or paste"</label>
                <input
                    id="picker-typed"
                    class="mono"
                    data-testid="typed"
                    spellcheck="false"
                    placeholder="2026-11-30 09:00 - 12:00, 3h, yesterday, RFC 3339, epoch"
                    on:input=move |event| picker.put_text(&event_target_value(&event))
                />
            </div>
            <Meaning />
            {move || meant.get().map(|(dataset, window)| view! {
                <div class="line-more" data-testid="held-share">{held_share(&dataset, window)}</div>
            })}
            <div class="line">
                <label for="picker-query">"Query"</label>
                <input
                    id="picker-query"
                    class="mono"
                    data-testid="query"
                    spellcheck="false"
                    placeholder="optional, run by the source: where(status = 500)"
                    prop:value=query
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        picker.edit(|fields| fields.query = text);
                    }
                />
            </div>
            <div class="presets" id="picker-presets" tabindex="-1" role="group" aria-label="Presets">
                <Presets />
                <span class="grow"></span>
                {move || is_changed.get().then(|| view! {
                    <span class="hint">"Not open yet"</span>
                })}
                <button
                    type="submit"
                    class="is-primary"
                    data-testid="plan-button"
                    aria-disabled=move || (!is_ready.get()).to_string()
                >
                    "Open window"
                </button>
            </div>
        </form>
        <Recents />
    }
}

#[component]
fn Presets() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let typed = picker
        .store
        .memo(|state| state.typed.as_ref()?.as_ref().ok().copied());
    let button = |(preset, name): (Preset, &'static str)| {
        let choose = move |_| {
            if let Some(window) = preset.window(picker.context()) {
                picker.put(window);
            }
        };
        let is_chosen = move || {
            let window = typed.get();
            picker.zone.track();
            window.is_some_and(|window| preset.is_of(window, picker.context()))
        };
        view! {
            <button
                type="button"
                class="is-small"
                data-testid="preset"
                title=preset.words()
                aria-pressed=move || is_chosen().to_string()
                on:click=choose
            >
                {name}
            </button>
        }
    };
    Preset::ALL.map(button).collect_view()
}

#[component]
fn LogField() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let log = picker.store.memo(|state| state.fields.log.clone());
    let id = move || picker.names.with(|names| names.id_of(&log.get()));
    let put = move |id: &str| {
        let field = picker.names.with_untracked(|names| names.field_of(id));
        picker.edit(|fields| fields.log = field);
    };
    view! {
        <div class="line">
            <label for="picker-log">"Log"</label>
            <input
                id="picker-log"
                data-testid="log-input"
                list="logs"
                spellcheck="false"
                placeholder="name or id"
                prop:value=log
                on:input=move |event| {
                    let text = event_target_value(&event);
                    picker.edit(|fields| fields.log = text);
                }
            />
            <span class="hint mono clip">
                {move || {
                    let id = id();
                    (!id.is_empty() && log.get().trim() != id).then_some(id)
                }}
            </span>
            <datalist id="logs">
                {move || picker.names.with(|names| {
                    names
                        .logs
                        .iter()
                        .map(|log| view! {
                            <option value=names.field_of(&log.id)>{log.id.clone()}</option>
                        })
                        .collect_view()
                })}
            </datalist>
        </div>
        <div class="line-more presets" role="group" aria-label="Logs">
            {move || {
                let chosen = id();
                picker.names.with(|names| {
                    let few = names.logs.len() <= BUTTONS;
                    names
                        .logs
                        .iter()
                        .filter(|_| few)
                        .map(|log| {
                            let id = log.id.clone();
                            let is_chosen = log.id == chosen;
                            view! {
                                <button
                                    type="button"
                                    class="is-small"
                                    data-testid="log-choice"
                                    aria-pressed=is_chosen.to_string()
                                    title=id.clone()
                                    on:click=move |_| put(&id)
                                >
                                    {log.name.clone()}
                                </button>
                            }
                        })
                        .collect_view()
                })
            }}
        </div>
    }
}

/// What the two fields mean, or what is wrong with them. Said aloud after a pause, by the feature.
#[component]
fn Meaning() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let zone = expect_context::<TimeZone>();
    let meaning = move || {
        let zone = zone.get();
        picker.store.with(|state| match &state.typed {
            None => ().into_any(),
            Some(Ok(window)) => {
                let remarks = state
                    .remarks
                    .iter()
                    .map(|remark| view! { <span class="remark">{remark.clone()}</span> })
                    .collect_view();
                view! {
                    <p class="echo">
                        {zone.range(window.start_ms(), window.end_ms())}
                        ", "
                        <strong>{duration(window.duration_ms())}</strong>
                        {remarks}
                    </p>
                }
                .into_any()
            }
            Some(Err(wrong)) => {
                let is_start = wrong.from;
                let meant = wrong.meant.clone().map(|meant| {
                    let use_it = format!("Use {meant}");
                    let take =
                        move |_| picker.edit(|fields| fields.time(is_start).clone_from(&meant));
                    view! { " " <button type="button" class="is-link" on:click=take>{use_it}</button> }
                });
                view! {
                    <p class="echo is-wrong" data-testid="window-error">
                        {plain(&wrong.text)}
                        {meant}
                    </p>
                }
                .into_any()
            }
        })
    };
    view! {
        <div class="line-more" id="window-meaning">
            {meaning}
        </div>
    }
}
