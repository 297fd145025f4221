//! Which log, which window, which query.
//!
//! Typed and pasted forms are read as they are entered; what they mean is printed below with its offset.

use super::icon::{Icon, icon};
use super::page::Page;
use crate::state::place::Recent;
use crate::state::typed::{self, Preset};
use crate::state::words::duration;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use windrow_model::TimeRange;

/// Logs offered as buttons; more are in the list of the field.
const BUTTONS: usize = 6;

/// The form.
#[component]
pub(crate) fn Window(page: Page) -> impl IntoView {
    let plan = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        page.look_at_fields();
    };
    let is_ready = move || page.typed_window().is_ok() && page.typed_dataset().is_some();
    let is_done = move || page.here().is_some() && !page.is_stale();
    view! {
        <section class="card" aria-labelledby="window-title">
            <div class="card-head">
                <h2 id="window-title">"Window"</h2>
                <Steps page=page />
            </div>
            <form class="fields" on:submit=plan autocomplete="off">
                <LogField page=page />
                <div class="pair">
                    <TimeField page=page is_start=true />
                    <TimeField page=page is_start=false />
                </div>
                <Echo page=page />
                <Presets page=page />
                <label class="field">
                    <span>"Query " <em>"optional"</em></span>
                    <input
                        data-testid="query"
                        class="mono"
                        spellcheck="false"
                        placeholder="where(status = 500)"
                        prop:value=move || page.query.get()
                        on:input=move |event| page.query.set(event_target_value(&event))
                    />
                </label>
                <label class="tick">
                    <input
                        type="checkbox"
                        data-testid="bypass"
                        prop:checked=move || page.bypass.get()
                        on:change=move |event| page.bypass.set(event_target_checked(&event))
                    />
                    <span>"Bypass the cache" <em>"fetch all of it, beside what is held"</em></span>
                </label>
                <button
                    type="submit"
                    class="wide"
                    class:primary=move || !is_done()
                    data-testid="plan-button"
                    disabled=move || !is_ready()
                >
                    {move || if is_done() { "Plan again" } else { "Show plan" }}
                </button>
            </form>
            <RecentWindows page=page />
        </section>
    }
}

/// Windows looked at before, to be looked at again.
#[component]
fn RecentWindows(page: Page) -> impl IntoView {
    let entries = move || {
        let zone = page.zone();
        let recent = page.remembered.with(|held| held.recent.clone());
        recent
            .into_iter()
            .filter_map(|recent| Some((recent_window(&recent)?, recent)))
            .map(|(window, recent)| {
                let name = if recent.name.is_empty() {
                    recent.log.clone()
                } else {
                    recent.name.clone()
                };
                let query = (!recent.query.is_empty())
                    .then(|| view! { <span class="mono">{recent.query.clone()}</span> });
                let shown = name.clone();
                let open = move |_| {
                    page.log.set(name.clone());
                    page.query.set(recent.query.clone());
                    page.put_window(window);
                    page.look_at_fields();
                };
                view! {
                    <li>
                        <button type="button" data-testid="recent" on:click=open>
                            {shown}
                            <span>{zone.range(window.start_ms(), window.end_ms())}</span>
                            {query}
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    let has_any = move || page.remembered.with(|held| !held.recent.is_empty());
    view! {
        <Show when=has_any>
            <details class="recent">
                <summary>"Recent windows"</summary>
                <ul>{entries}</ul>
            </details>
        </Show>
    }
}

fn recent_window(recent: &Recent) -> Option<TimeRange> {
    TimeRange::window(recent.from.parse().ok()?, recent.to.parse().ok()?).ok()
}

#[component]
fn LogField(page: Page) -> impl IntoView {
    let options = move || {
        page.logs.with(|logs| {
            logs.iter()
                .map(|log| {
                    let named_twice =
                        logs.iter().filter(|other| other.name == log.name).count() > 1;
                    let value = if named_twice {
                        log.id.clone()
                    } else {
                        log.name.clone()
                    };
                    view! { <option value=value>{log.id.clone()}</option> }
                })
                .collect_view()
        })
    };
    let choices = move || {
        let chosen = page.log_id();
        page.logs.with(|logs| {
            let few = logs.len() <= BUTTONS;
            logs.iter()
                .filter(|_| few)
                .map(|log| {
                    let name = log.name.clone();
                    let pressed = if log.id == chosen { "true" } else { "false" };
                    view! {
                        <button
                            type="button"
                            class="chip"
                            data-testid="log-choice"
                            aria-pressed=pressed
                            on:click=move |_| page.log.set(name.clone())
                        >
                            {log.name.clone()}
                        </button>
                    }
                })
                .collect_view()
        })
    };
    let id_line = move || {
        let id = page.log_id();
        (!id.is_empty() && page.log.with(|text| text.trim() != id))
            .then(|| view! { <span class="echo mono">{id}</span> })
    };
    view! {
        <label class="field">
            <span>"Log"</span>
            <input
                data-testid="log-input"
                list="logs"
                spellcheck="false"
                placeholder="name or id"
                prop:value=move || page.log.get()
                on:input=move |event| page.log.set(event_target_value(&event))
            />
            <datalist id="logs">{options}</datalist>
            {id_line}
        </label>
        <div class="chips" role="group" aria-label="Logs">
            {choices}
        </div>
    }
}

#[component]
fn TimeField(page: Page, is_start: bool) -> impl IntoView {
    let (signal, name, testid) = if is_start {
        (page.from, "From", "from")
    } else {
        (page.to, "To", "to")
    };
    // A whole window pasted into one field fills both.
    let settle = move |_| {
        let window = untrack(|| {
            signal.with(|text| {
                let is_one_instant = typed::instant(text, None, page.context()).is_some();
                let is_day_or_length =
                    is_start && !text.contains([':', '-']) && !text.trim().is_empty();
                if is_one_instant && !is_day_or_length {
                    None
                } else {
                    typed::window(text, page.context())
                }
            })
        });
        if let Some(window) = window {
            page.put_window(window);
        }
    };
    let nudge = move |event: leptos::ev::KeyboardEvent| {
        let steps = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let caret = input.selection_start().ok().flatten().unwrap_or(0);
        let text = input.value();
        if let Some(text) = typed::nudged(&text, caret as usize, steps, untrack(|| page.zone())) {
            event.prevent_default();
            input.set_value(&text);
            // The caret stays where it was, so that the next press steps the same part.
            let _ = input.set_selection_range(caret, caret);
            signal.set(text);
        }
    };
    view! {
        <label class="field">
            <span>{name}</span>
            <input
                data-testid=testid
                class="mono"
                spellcheck="false"
                placeholder="2026-11-23 09:00"
                title=typed::FORMS
                prop:value=move || signal.get()
                on:input=move |event| signal.set(event_target_value(&event))
                on:change=settle
                on:keydown=nudge
            />
        </label>
    }
}

/// What the two fields mean, or what is wrong with them.
#[component]
fn Echo(page: Page) -> impl IntoView {
    move || match page.typed_window() {
        Ok(window) => {
            let zone = page.zone();
            view! {
                <p class="echo">
                    {zone.range(window.start_ms(), window.end_ms())} " \u{b7} "
                    <strong>{duration(window.duration_ms())}</strong>
                </p>
            }
            .into_any()
        }
        Err(words) => view! {
            <p class="echo is-wrong" data-testid="window-error" role="status">
                {words}
            </p>
        }
        .into_any(),
    }
}

#[component]
fn Presets(page: Page) -> impl IntoView {
    view! {
        <div class="chips" role="group" aria-label="Presets">
            {Preset::ALL
                .map(|(preset, name)| {
                    let choose = move |_| {
                        if let Some(window) = preset.window(untrack(|| page.context())) {
                            page.put_window(window);
                        }
                    };
                    view! {
                        <button type="button" class="chip" data-testid="preset" on:click=choose>
                            {name}
                        </button>
                    }
                })
                .into_iter()
                .collect_view()}
        </div>
    }
}

/// To the window of the same length before and after, and straight to its plan.
#[component]
fn Steps(page: Page) -> impl IntoView {
    let step = move |steps: i64| {
        let window = untrack(|| page.typed_window()).ok();
        if let Some(window) = window.and_then(|window| typed::stepped(window, steps)) {
            page.put_window(window);
            page.look_at_fields();
        }
    };
    view! {
        <div class="switch">
            <button
                type="button"
                aria-label="Previous window of this length"
                title="Previous window"
                on:click=move |_| step(-1)
            >
                {icon(Icon::Previous)}
            </button>
            <button
                type="button"
                aria-label="Next window of this length"
                title="Next window"
                on:click=move |_| step(1)
            >
                {icon(Icon::Next)}
            </button>
        </div>
    }
}
