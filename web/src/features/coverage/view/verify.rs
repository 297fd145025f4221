//! Verification: the button, and what it found.

use crate::features::contexts::ShownWindow;
use crate::features::coverage::effects::CoverageStore;
use crate::features::coverage::state::{Check, Msg};
use crate::platform::focus::keep_focus;
use crate::ui::dismiss::Dismiss;
use crate::ui::format::{bytes, counted};
use crate::ui::icon::Icon;
use crate::ui::problem::Problem;
use leptos::prelude::*;
use web_sys::MouseEvent;

/// Reads every byte again.
#[component]
pub(crate) fn VerifyButton() -> impl IntoView {
    let store = expect_context::<CoverageStore>();
    let shown = expect_context::<ShownWindow>();
    let is_reading = store.memo(|state| state.check.is_reading());
    // What lies beside the cache is not what would be verified.
    let has_rows = Memo::new(move |_| {
        shown
            .get()
            .is_some_and(|window| window.target.bypass_run.is_none() && window.holds_any())
    });
    let is_off = move || is_reading.get() || !has_rows.get();
    let verify = move |_| {
        if let (false, Some(window)) = (untrack(is_off), shown.get_untracked()) {
            store.send(Msg::Verify(window.target.clone()));
        }
    };
    view! {
        <button
            type="button"
            class="verify"
            data-testid="verify-button"
            title="Reads every cached byte of this window again and checks it"
            aria-disabled=move || is_off().to_string()
            on:click=verify
        >
            {Icon::Check.view()}
            <span>"Verify"</span>
        </button>
    }
}

/// How far the verification is, or what it found.
#[component]
pub(crate) fn CheckResult() -> impl IntoView {
    let store = expect_context::<CoverageStore>();
    let check = store.memo(|state| state.check.clone());
    move || match check.get() {
        Check::Idle => ().into_any(),
        Check::Reading(progress) => view! {
            <div class="notice-bar" aria-busy="true">
                {Icon::Check.view()}
                <p>
                    "Reading every byte: " {progress.parts_read} " of "
                    {counted(progress.parts, "part", "parts")}
                </p>
                <button type="button" on:click=move |_| store.send(Msg::ForgetCheck)>"Stop"</button>
            </div>
        }
        .into_any(),
        Check::Failed(failed) => view! { <Problem failed /> }.into_any(),
        Check::Done(report) => {
            let (class, icon, text) = match report.ok {
                true => (
                    "outcome is-good",
                    Icon::Check,
                    "Verified: every byte is as it was written",
                ),
                false => ("outcome is-bad", Icon::Warning, "Something is wrong"),
            };
            let read = format!(
                "{}, {}, {} read",
                counted(report.parts, "part", "parts"),
                counted(report.rows, "row", "rows"),
                bytes(report.bytes)
            );
            let problems = report
                .problems
                .iter()
                .map(|problem| format!("{}: {}", problem.path, problem.reason))
                .chain(report.overlaps.iter().cloned())
                .map(|line| view! { <li class="mono path">{line}</li> })
                .collect_view();
            view! {
                <div class=class data-testid="verify-result" data-ok=report.ok.to_string()>
                    {icon.view()}
                    <div class="outcome-text">
                        <p><strong>{text}</strong> " " <span class="hint">{read}</span></p>
                        <ul class="plain-list">{problems}</ul>
                    </div>
                    <Dismiss on_press=move |_: MouseEvent| {
                        keep_focus("fetch");
                        store.send(Msg::ForgetCheck);
                    } />
                </div>
            }
            .into_any()
        }
    }
}
