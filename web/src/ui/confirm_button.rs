//! A button that takes two presses: see [`Confirm`]. What is armed is said aloud.

use super::announce::Announcer;
use super::confirm::{Confirm, GUARD_MS, Press};
use super::icon::Icon;
use leptos::prelude::*;
use windrow_protocol::browser::task;

/// What is armed on the page: one thing at a time.
#[derive(Clone, Copy)]
pub(crate) struct Armed(RwSignal<Confirm>);

impl Armed {
    /// Nothing so far.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(Confirm::default()))
    }
}

/// The button. `what` tells it from all others; `label` names it before the first press, `question` is asked after.
#[component]
pub(crate) fn ConfirmButton(
    testid: &'static str,
    #[prop(into)] what: String,
    #[prop(into)] label: String,
    #[prop(into)] question: String,
    /// Written on the button; an icon where there is none.
    #[prop(into, optional)]
    text: Option<String>,
    /// Written on it while it is armed; the question where there is none.
    #[prop(into, optional)]
    short: Option<String>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let Armed(armed) = expect_context();
    let announcer = expect_context::<Announcer>();
    let held = StoredValue::new(false);
    // A press within the guard does nothing: that is shown, and ends by itself.
    let guarded = RwSignal::new(0_u32);
    let (name, said) = (what.clone(), question.clone());
    let press = move |event: web_sys::MouseEvent| {
        event.stop_propagation();
        let is_held = held.get_value();
        let pressed = armed.try_update(|armed| armed.press(&name, task::now_ms(), is_held));
        match pressed {
            Some(Press::Confirmed) => on_confirm.run(()),
            Some(Press::Armed) => announcer.say(format!("{said} Press again to confirm")),
            Some(Press::Ignored) | None => {}
        }
        guarded.update(|guarded| *guarded += 1);
        task::later(GUARD_MS as u64 + 20, move || {
            guarded.try_update(|guarded| *guarded -= 1);
        });
    };
    let is_armed = Memo::new(move |_| armed.with(|armed| armed.is_armed(&what)));
    let is_ready = move || is_armed.get() && guarded.get() == 0;
    let name_now = {
        let (label, question) = (label.clone(), question.clone());
        move || {
            if is_armed.get() {
                question.clone()
            } else {
                label.clone()
            }
        }
    };
    let short = short.unwrap_or_else(|| question.clone());
    let content = move || match (is_armed.get(), is_ready()) {
        (true, true) => short.clone().into_any(),
        (true, false) => short.trim_end_matches('?').to_owned().into_any(),
        _ => match &text {
            Some(text) => (Icon::Delete.small(), text.clone()).into_any(),
            None => Icon::Delete.view(),
        },
    };
    view! {
        <button
            type="button"
            class="is-small confirm"
            class:armed=is_armed
            data-testid=testid
            data-ready=move || is_ready().to_string()
            title=label
            aria-label=name_now
            on:click=press
            on:keydown=move |event| held.set_value(event.repeat())
            on:keyup=move |_| held.set_value(false)
            on:blur=move |_| {
                held.set_value(false);
                armed.update(Confirm::disarm);
            }
        >
            {content}
        </button>
    }
}
