//! The bar above the table while the filter is suspended: around which row one is, what of it is shown, and the way back.

use super::effects::{GRID, RowsTable};
use super::state::Rows;
use crate::features::contexts::{Narrow, TimeZone};
use crate::features::filter::around::Around;
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::Msg as FilterMsg;
use crate::platform::focus;
use crate::ui::escape::plain;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// The bar. It comes and goes with the rows, so that they stay where they are on the screen.
#[component]
pub(super) fn AroundBar() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let filter = expect_context::<FilterStore>();
    let is_around = table.memo(Rows::is_around);
    let around = filter.memo(|filter| filter.around().cloned());
    move || {
        let around = around.get().filter(|_| is_around.get())?;
        Some(view! { <Bar around/> })
    }
}

#[component]
fn Bar(around: Around) -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let narrow = expect_context::<Narrow>();
    let zone = expect_context::<TimeZone>();
    let back = move || {
        focus::keep_focus(GRID);
        narrow.look_around.run(());
    };
    let press = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            back();
        }
    };
    let (ms, shown) = (around.ms, around.same);
    let choice = |same: Option<usize>, words: String, title: String| {
        view! {
            <button
                type="button"
                data-testid="around-rows"
                title=title
                aria-pressed=(shown == same).to_string()
                on:click=move |_| filter.send(FilterMsg::LookAtSame(same))
            >
                {words}
            </button>
        }
    };
    let offered = around.offered.iter().enumerate();
    let offered = offered.map(|(at, same)| {
        let (field, value) = (plain(&same.field), plain(&same.value));
        choice(
            Some(at),
            format!("Same {field}"),
            format!("Only rows where {field} is {value}"),
        )
    });
    view! {
        <div class="around" data-testid="around" role="group" aria-label="Context of a row" on:keydown=press>
            {Icon::Context.view()}
            <p class="grow clip">
                "Around " <b>{move || zone.get().time(ms)}</b> ". "
                <i>"Italic"</i> " rows were hidden by filters"
            </p>
            <div class="switch" role="group" aria-label="Rows around it">
                {choice(None, "All rows".to_owned(), "All cached rows".to_owned())}
                {offered.collect_view()}
            </div>
            <button type="button" class="is-back" data-testid="back-to-filtered" on:click=move |_| back()>
                {Icon::Left.small()}
                <span>"Back" <span class="long-words">" to the filtered rows"</span></span>
                <kbd aria-hidden="true">"Esc"</kbd>
            </button>
        </div>
    }
}

/// Says of a row that the filter hides it.
pub(super) fn hidden_sign() -> impl IntoView {
    view! {
        <span class="hidden-sign" title="Hidden by filters">
            {Icon::EyeOff.small()}
            <span class="spoken">"Hidden by filters. "</span>
        </span>
    }
}
