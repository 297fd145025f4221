//! The line above the bars: what their height and their colours mean, and the ways out of a zoom and into numbers.

use super::table::open_table;
use crate::features::contexts::TimeZone;
use crate::features::plot::effects::{Drawing, PlotStore};
use crate::features::plot::state::Msg;
use crate::ui::escape::plain;
use crate::ui::format::count;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// The choice of no field.
const NONE: &str = "";

/// The line.
#[component]
pub(super) fn Head() -> impl IntoView {
    let drawing = expect_context::<Drawing>();
    view! {
        <div class="plot-head">
            <span class="ymax" data-testid="plot-scale">{move || drawing.scale()}</span>
            <ZoomOut />
            <span class="grow"></span>
            <ColouredBy />
            <ul class="levels" aria-label="Colours of the bars">
                {move || legend(drawing)}
            </ul>
            <button
                type="button"
                class="is-icon is-small is-quiet"
                data-testid="plot-table"
                title="The same numbers as a table"
                aria-label="Rows over time as a table"
                on:click=move |_| open_table(drawing)
            >
                {Icon::Table.small()}
            </button>
        </div>
    }
}

fn legend(drawing: Drawing) -> AnyView {
    let Some(counted) = drawing.counted.get() else {
        return ().into_any();
    };
    let entries = counted.layers.iter().map(|layer| {
        let class = format!("of-{}", layer.shade.name());
        view! {
            <li>
                <i class=class aria-hidden="true"></i>
                <span class="clip">{plain(&layer.name)}</span>
                " "
                {count(layer.total())}
            </li>
        }
    });
    entries.collect_view().into_any()
}

/// Steps out of a zoom.
#[component]
fn ZoomOut() -> impl IntoView {
    let store = expect_context::<PlotStore>();
    let zone = expect_context::<TimeZone>();
    let outer = store.memo(|state| state.outer());
    move || {
        let outer = outer.get()?;
        let to = zone.get().range(outer.start_ms(), outer.end_ms());
        Some(view! {
            <button
                type="button"
                class="is-small is-quiet"
                data-testid="zoom-out"
                title=format!("Back to {to} (Shift+Z)")
                on:click=move |_| store.send(Msg::ZoomOut)
            >
                <kbd aria-hidden="true">"Shift+Z"</kbd>
                "zoom out"
            </button>
        })
    }
}

/// Chooses the field that colours the bars, where there is a choice.
#[component]
fn ColouredBy() -> impl IntoView {
    let store = expect_context::<PlotStore>();
    let drawing = expect_context::<Drawing>();
    let choices = drawing.choices;
    move || {
        let choices = choices.get();
        (!choices.is_empty()).then(|| {
            let by = drawing.by.get().unwrap_or_default();
            let option = |name: String| {
                let is_chosen = name == by;
                view! { <option value=name.clone() selected=is_chosen>{plain(&name)}</option> }
            };
            let is_none = by == NONE;
            view! {
                <label class="coloured-by">
                    "Coloured by "
                    <select
                        data-testid="coloured-by"
                        on:change=move |event| {
                            store.send(Msg::ColourBy(Some(event_target_value(&event))));
                        }
                    >
                        <option value=NONE selected=is_none>"nothing"</option>
                        {choices.iter().cloned().map(option).collect_view()}
                    </select>
                </label>
            }
        })
    }
}
