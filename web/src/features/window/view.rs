//! The window as one control of the top bar, and the picker behind it.
//!
//! Typed and pasted forms are read as they are entered; what they mean is printed below with its offset.

use super::effects::Picker;
use super::step::{Preset, nudged, stepped};
use super::typed::{FORMS, window};
use crate::features::contexts::{LogNames, ShownWindow, TimeZone};
use crate::location::memory::Memory;
use crate::location::remembered::Recent;
use crate::ui::escape::plain;
use crate::ui::format::{counted, duration};
use crate::ui::icon::Icon;
use crate::ui::popover;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use windrow_model::{Dataset, TimeRange};

/// The id of the picker's panel.
pub(crate) const PICKER: &str = "picker";

/// Logs offered as buttons; more are in the list of the field.
const BUTTONS: usize = 6;

/// Log, window, its length, and the steps to the windows before and after.
#[component]
pub(crate) fn WindowControl() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let names = expect_context::<LogNames>();
    let target = Memo::new(move |_| shown.target());
    let name = move || target.get().map(|target| names.of(target.dataset.log_id()));
    let when = move || {
        target.get().map(|target| {
            let text = zone
                .get()
                .range(target.window.start_ms(), target.window.end_ms());
            match text.strip_suffix(" UTC") {
                Some(range) => (range.to_owned(), Some("UTC")),
                None => (text, None),
            }
        })
    };
    let length = move || {
        target
            .get()
            .map(|target| duration(target.window.duration_ms()))
    };
    let step = move |steps: i64| {
        let Some(target) = target.get_untracked() else {
            return;
        };
        if let Some(window) = stepped(target.window, steps) {
            picker.open_window(target.dataset, window);
        }
    };
    let titled = move |way: &str| format!("{way} {}", length().unwrap_or_default());
    let focus_on = |id: &'static str| move |_| popover::focus_once_open(PICKER, id);
    view! {
        <Show when=move || target.with(Option::is_some)>
            <div class="where" role="group" aria-label="Log and window">
                <button
                    type="button"
                    class="log"
                    title="Change the log"
                    popovertarget=PICKER
                    on:click=focus_on("picker-log")
                >
                    <span class="clip">{name}</span>
                    {Icon::Down.small()}
                </button>
                <button
                    type="button"
                    class="when"
                    title="Change the window"
                    popovertarget=PICKER
                    on:click=focus_on("picker-from")
                >
                    {move || when().map(|(range, zone)| {
                        view! { {range} {zone.map(|zone| view! { " " <em>{zone}</em> })} }
                    })}
                </button>
                <button
                    type="button"
                    class="length"
                    title="Presets"
                    popovertarget=PICKER
                    on:click=focus_on("picker-presets")
                >
                    {length}
                    {Icon::Down.small()}
                </button>
                <button
                    type="button"
                    class="is-icon"
                    title=move || titled("Previous")
                    aria-label=move || titled("Previous")
                    on:click=move |_| step(-1)
                >
                    {Icon::Left.view()}
                </button>
                <button
                    type="button"
                    class="is-icon"
                    title=move || titled("Next")
                    aria-label=move || titled("Next")
                    on:click=move |_| step(1)
                >
                    {Icon::Right.view()}
                </button>
            </div>
            <button
                type="button"
                class="query"
                title="The query that the source runs. Another query is another cache"
                popovertarget=PICKER
                on:click=focus_on("picker-query")
            >
                {Icon::Filter.small()}
                {move || {
                    let query = target
                        .get()
                        .map(|target| target.dataset.query().to_owned())
                        .filter(|query| !query.is_empty());
                    match query {
                        Some(query) => view! {
                            <span class="qlabel">"Source query: "</span>
                            <code class="clip">{plain(&query)}</code>
                        }
                        .into_any(),
                        None => view! { <span class="qlabel">"Source query: all entries"</span> }
                            .into_any(),
                    }
                }}
                {Icon::Down.small()}
            </button>
            <popover::Popover id=PICKER class="picker" label="Log and window">
                <PickerForm />
            </popover::Popover>
        </Show>
    }
}

/// The fields, presets and windows that are cached. In the picker, and on the first visit.
#[component]
pub(crate) fn PickerForm() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let shown = expect_context::<ShownWindow>();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        picker.open();
    };
    let is_ready = picker.store.memo(|state| state.wrong().is_none());
    // What the fields mean is not what is shown.
    let is_changed = Memo::new(move |_| {
        let target = shown.target()?;
        let (typed, fields) = picker
            .store
            .with(|state| (state.typed.clone(), state.fields.clone()));
        let dataset = picker
            .names
            .with(|names| names.dataset(&fields.log, &fields.query));
        let is_same = matches!(typed, Some(Ok(window)) if window == target.window)
            && dataset.as_ref() == Some(&target.dataset);
        (!is_same).then_some(())
    });
    view! {
        <form class="picker-form" autocomplete="off" on:submit=submit>
            <LogField />
            <TimeField is_start=true />
            <TimeField is_start=false />
            <PasteField />
            <Meaning />
            <div class="line">
                <label for="picker-query">"Query"</label>
                <input
                    id="picker-query"
                    class="mono"
                    data-testid="query"
                    spellcheck="false"
                    placeholder="optional, run by the source: where(status = 500)"
                    prop:value=picker.store.memo(|state| state.fields.query.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        picker.edit(|fields| fields.query = text);
                    }
                />
            </div>
            <div class="presets" id="picker-presets" tabindex="-1" role="group" aria-label="Presets">
                {Preset::ALL
                    .map(|(preset, name)| {
                        let choose = move |_| {
                            let context = picker.context();
                            if let Some(window) = preset.window(context) {
                                picker.store.send(super::state::Msg::Put(window, context));
                            }
                        };
                        view! {
                            <button
                                type="button"
                                class="is-small"
                                data-testid="preset"
                                title=preset.words()
                                on:click=choose
                            >
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
                <span class="grow"></span>
                {move || is_changed.get().map(|()| view! {
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

#[component]
fn TimeField(is_start: bool) -> impl IntoView {
    let picker = expect_context::<Picker>();
    let (name, testid, id) = if is_start {
        ("From", "from", "picker-from")
    } else {
        ("To", "to", "picker-to")
    };
    let zone = expect_context::<TimeZone>();
    let text = picker.store.memo(move |state| {
        let fields = &state.fields;
        if is_start {
            fields.from.clone()
        } else {
            fields.to.clone()
        }
    });
    let put = move |text: String| {
        picker.edit(|fields| {
            if is_start {
                fields.from = text;
            } else {
                fields.to = text;
            }
        });
    };
    // A whole window pasted into one field fills both.
    let settle = move |_| {
        let text = text.get_untracked();
        let context = picker.context();
        let is_instant = super::typed::instant(&text, None, context).is_some();
        let is_length = is_start && !text.contains([':', '-']) && !text.trim().is_empty();
        if (!is_instant || is_length)
            && let Some(window) = window(&text, context)
        {
            picker.store.send(super::state::Msg::Put(window, context));
        }
    };
    let nudge = move |event: KeyboardEvent| {
        let steps = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else {
            return;
        };
        let caret = input.selection_start().ok().flatten().unwrap_or(0);
        let zone = picker.context().zone;
        if let Some(text) = nudged(&input.value(), caret as usize, steps, zone) {
            event.prevent_default();
            input.set_value(&text);
            // The caret stays where it was, so that the next press steps the same part.
            let _ = input.set_selection_range(caret, caret);
            put(text);
        }
    };
    let is_wrong = picker.store.memo(move |state| {
        state
            .wrong()
            .is_some_and(|wrong| if is_start { wrong.from } else { wrong.to })
    });
    view! {
        <div class="line">
            <label for=id>{name}</label>
            <input
                id=id
                class="mono"
                data-testid=testid
                spellcheck="false"
                placeholder="2026-11-23 09:00"
                title=FORMS
                prop:value=text
                aria-invalid=move || is_wrong.get().to_string()
                aria-describedby="window-meaning"
                on:input=move |event| put(event_target_value(&event))
                on:change=settle
                on:keydown=nudge
            />
            {if is_start {
                view! {
                    <span class="hint nowrap">
                        <kbd>"\u{2191}"</kbd>
                        " "
                        <kbd>"\u{2193}"</kbd>
                        " step the part at the caret"
                    </span>
                }
                .into_any()
            } else {
                view! {
                    <span class="hint nowrap">
                        {move || {
                            let ms = picker.store.with(|state| match state.typed {
                                Some(Ok(window)) => window.start_ms(),
                                _ => picker.context().now_ms,
                            });
                            zone.get().offset_text(ms)
                        }}
                        ", end not included"
                    </span>
                }
                .into_any()
            }}
        </div>
    }
}

/// One line that takes everything pasted.
#[component]
fn PasteField() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let read = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let context = picker.context();
        if let Some(window) = window(&text, context) {
            picker.store.send(super::state::Msg::Put(window, context));
        }
    };
    view! {
        <div class="line">
            <label for="picker-typed">"Or paste"</label>
            <input
                id="picker-typed"
                class="mono"
                data-testid="typed"
                spellcheck="false"
                placeholder="2026-11-30 09:00 - 12:00, 3h, yesterday, RFC 3339, epoch"
                on:input=read
            />
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
                    let put = meant.clone();
                    let take = move |_| {
                        picker.edit(|fields| {
                            if is_start {
                                fields.from.clone_from(&put);
                            } else {
                                fields.to.clone_from(&put);
                            }
                        });
                    };
                    view! {
                        " "
                        <button type="button" class="is-link" on:click=take>
                            {format!("Use {meant}")}
                        </button>
                    }
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

/// Windows looked at before.
#[component]
fn Recents() -> impl IntoView {
    let picker = expect_context::<Picker>();
    let memory = expect_context::<Memory>();
    let zone = expect_context::<TimeZone>();
    let names = expect_context::<LogNames>();
    let entries = move || {
        memory
            .with(|held| held.recent.clone())
            .into_iter()
            .filter_map(|recent| Some((recent_window(&recent)?, recent)))
            .map(|((dataset, window), recent)| {
                let name = names.of(&recent.log);
                let range = zone.get().range(window.start_ms(), window.end_ms());
                let open = move |_| picker.open_window(dataset.clone(), window);
                let query = (!recent.query.is_empty())
                    .then(|| view! { <span class="mono clip">{plain(&recent.query)}</span> });
                view! {
                    <li>
                        <button type="button" data-testid="recent" on:click=open>
                            <b class="clip">{name}</b>
                            <span>{range}</span>
                            <span class="muted">{duration(window.duration_ms())}</span>
                            {query}
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    let count = move || memory.with(|held| held.recent.len());
    view! {
        <Show when=move || count().gt(&0)>
            <section class="recent">
                <h2>{move || counted(count() as u64, "recent window", "recent windows")}</h2>
                <ul>{entries}</ul>
            </section>
        </Show>
    }
}

fn recent_window(recent: &Recent) -> Option<(Dataset, TimeRange)> {
    let dataset = Dataset::new(
        windrow_model::identity::LOG_SEARCH,
        &recent.log,
        &recent.query,
    );
    let window = TimeRange::window(recent.from.parse().ok()?, recent.to.parse().ok()?);
    Some((dataset.ok()?, window.ok()?))
}
