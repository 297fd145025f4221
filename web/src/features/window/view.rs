//! The log, the window and the query in the top bar, each a button that opens its picker.

use super::effects::Picker;
use super::log_picker::{self, LogPicker};
use super::picker::{PICKER, PickerForm};
use crate::features::contexts::{LogNames, ShownWindow, TimeZone};
use crate::ui::escape::plain;
use crate::ui::format::duration;
use crate::ui::icon::Icon;
use crate::ui::popover::{self, Popover};
use leptos::prelude::*;

/// Log, window, its length, and the steps to the windows before and after.
#[component]
pub(crate) fn WindowControl() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let names = expect_context::<LogNames>();
    let target = Memo::new(move |_| shown.target());
    let name = move || target.get().map(|target| names.of(target.dataset.log_id()));
    let when = move || {
        let window = target.get()?.window;
        let text = zone.get().range(window.start_ms(), window.end_ms());
        Some(match text.strip_suffix(" UTC") {
            Some(range) => view! { {range.to_owned()} " " <em>"UTC"</em> }.into_any(),
            None => text.into_any(),
        })
    };
    let length = Memo::new(move |_| {
        let window = target.get().map(|target| target.window);
        window.map_or_else(String::new, |window| duration(window.duration_ms()))
    });
    let query = move || {
        let query = target.get()?.dataset.query().to_owned();
        Some(if query.is_empty() {
            view! { <span class="qlabel">"Source query: all entries"</span> }.into_any()
        } else {
            view! {
                <span class="qlabel">"Source query: "</span>
                <code class="clip">{plain(&query)}</code>
            }
            .into_any()
        })
    };
    view! {
        <Show when=move || target.with(Option::is_some)>
            <div class="where" role="group" aria-label="Log and window">
                <Opener
                    panel=log_picker::PANEL
                    then=log_picker::FIELD
                    class="log"
                    title="Change the log (L)"
                >
                    <span class="clip">{name}</span>
                    {Icon::Down.small()}
                </Opener>
                <Opener panel=PICKER then="picker-from" class="when" title="Change the window (T)">
                    {when}
                </Opener>
                <Opener panel=PICKER then="picker-presets" class="length" title="Presets">
                    {length}
                    {Icon::Down.small()}
                </Opener>
                <StepButton way="Previous" key="[" steps={-1} length />
                <StepButton way="Next" key="]" steps={1} length />
            </div>
            <Opener
                panel=PICKER
                then="picker-query"
                class="query"
                title="The query that the source runs. Another query is another cache"
            >
                {Icon::Filter.small()}
                {query}
                {Icon::Down.small()}
            </Opener>
            <LogPicker />
            <Popover id=PICKER class="picker" label="Log and window">
                <PickerForm />
            </Popover>
        </Show>
    }
}

/// A button that opens a panel and gives the focus to one of its fields.
#[component]
fn Opener(
    panel: &'static str,
    then: &'static str,
    class: &'static str,
    title: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=class
            title=title
            popovertarget=panel
            on:click=move |_| popover::focus_once_open(panel, then)
        >
            {children()}
        </button>
    }
}

#[component]
fn StepButton(
    way: &'static str,
    key: &'static str,
    steps: i64,
    length: Memo<String>,
) -> impl IntoView {
    let picker = expect_context::<Picker>();
    let name = move || format!("{way} {}", length.get());
    view! {
        <button
            type="button"
            class="is-icon"
            title=move || format!("{} ({key})", name())
            aria-label=name
            on:click=move |_| picker.step(steps)
        >
            {if steps < 0 { Icon::Left.view() } else { Icon::Right.view() }}
        </button>
    }
}
