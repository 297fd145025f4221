//! Buttons of a value, wherever one is shown: keep only rows with it, hide them, and more.

use super::contexts::Narrow;
use super::filter::state::Change;
use crate::ui::escape::{first_bytes, plain};
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// Bytes of a value that a label says.
const LABEL_BYTES: usize = 60;

/// A small button.
#[component]
pub(crate) fn Act(
    label: String,
    icon: Icon,
    testid: &'static str,
    /// The name of the field.
    field: String,
    /// Whether it is passed over by Tab: keys of what it stands in do the same.
    #[prop(optional)]
    is_skipped: bool,
    #[prop(optional)] is_pressed: Option<Signal<bool>>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="is-icon is-small is-quiet"
            data-testid=testid
            data-field=plain(&field)
            tabindex=is_skipped.then_some("-1")
            title=label.clone()
            aria-label=label
            aria-pressed=move || is_pressed.map(|is_pressed| is_pressed.get().to_string())
            on:click=move |event| {
                event.stop_propagation();
                on_press.run(());
            }
        >
            {icon.small()}
        </button>
    }
}

/// Keeps only rows with a value, or hides them.
#[component]
pub(crate) fn NarrowActs(
    field: String,
    value: String,
    /// Of the button that keeps and the one that hides.
    testids: (&'static str, &'static str),
    #[prop(optional)] is_skipped: bool,
) -> impl IntoView {
    let Narrow { change, .. } = expect_context();
    let (name, short) = (plain(&field), plain(first_bytes(&value, LABEL_BYTES)));
    let act = |is_excluded, testid, label, icon| {
        let change_to = Change::Value {
            field: field.clone(),
            value: value.clone(),
            is_excluded,
        };
        let field = field.clone();
        let on_press = move |()| change.run(change_to.clone());
        view! { <Act label icon testid field is_skipped on_press/> }
    };
    let (keep, hide) = testids;
    let keep_label = format!("Show only rows where {name} is {short}");
    let hide_label = format!("Hide rows where {name} is {short}");
    view! {
        {act(false, keep, keep_label, Icon::Plus)}
        {act(true, hide, hide_label, Icon::Minus)}
    }
}
