//! A field for the start or the end of a window: typed forms are read as they are entered, arrow keys step the part at the caret.

use super::effects::Picker;
use super::step::nudged;
use super::typed::{FORMS, instant};
use crate::features::contexts::TimeZone;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

/// The field, with what must be known of it beside.
#[component]
pub(super) fn TimeField(is_start: bool) -> impl IntoView {
    let picker = expect_context::<Picker>();
    let zone = expect_context::<TimeZone>();
    let (name, testid, id) = if is_start {
        ("From", "from", "picker-from")
    } else {
        ("To", "to", "picker-to")
    };
    let text = picker.store.memo(move |state| {
        let fields = &state.fields;
        if is_start { &fields.from } else { &fields.to }.clone()
    });
    let put = move |text: String| picker.edit(|fields| *fields.time(is_start) = text);
    // A whole window pasted into one field fills both.
    let settle = move |_| {
        let text = text.get_untracked();
        let is_instant = instant(&text, None, picker.context()).is_some();
        let is_length = is_start && !text.contains([':', '-']) && !text.trim().is_empty();
        if !is_instant || is_length {
            picker.put_text(&text);
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
        let wrong = state.wrong();
        wrong.is_some_and(|wrong| if is_start { wrong.from } else { wrong.to })
    });
    let offset = move || {
        let ms = picker.store.with(|state| match state.typed {
            Some(Ok(window)) => window.start_ms(),
            _ => picker.context().now_ms,
        });
        zone.get().offset_text(ms)
    };
    let hint = if is_start {
        view! { <kbd>"\u{2191}"</kbd> " " <kbd>"\u{2193}"</kbd> " step the part at the caret" }
            .into_any()
    } else {
        view! { {offset} ", end not included" }.into_any()
    };
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
            <span class="hint nowrap">{hint}</span>
        </div>
    }
}
