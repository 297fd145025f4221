//! The bars, as options of a list box: each is named by its time and its rows.

use super::press;
use crate::features::contexts::TimeScale;
use crate::features::plot::bars::Bar;
use crate::features::plot::effects::{Drawing, PlotStore};
use crate::ui::format::{decimal, px};
use leptos::html;
use leptos::prelude::*;

/// The id of the list box.
const BARS: &str = "plot-bars";

fn id_of(bucket: usize) -> String {
    format!("bar-{bucket}")
}

/// The bars.
#[component]
pub(super) fn Bars(
    /// The bucket that is named in the tip.
    hovered: RwSignal<Option<usize>>,
) -> impl IntoView {
    let store = expect_context::<PlotStore>();
    let drawing = expect_context::<Drawing>();
    let scale = expect_context::<TimeScale>();
    let node = NodeRef::<html::Div>::new();
    let cursor = store.memo(|state| state.cursor());
    let is_focused = RwSignal::new(false);
    // The tip follows the keys while the bars have the focus.
    let show = move || {
        if is_focused.get_untracked() {
            hovered.set(cursor.get_untracked());
        }
    };
    let bars = move || {
        let bars = drawing.bars.get();
        let bar = |bar: &Bar| view! { <BarOption bar=bar.clone() /> };
        bars.iter().map(bar).collect_view()
    };
    view! {
        <div
            id=BARS
            class="bars"
            role="listbox"
            tabindex="0"
            aria-label=move || drawing.title()
            aria-multiselectable="true"
            aria-orientation="horizontal"
            aria-activedescendant=move || cursor.get().map(id_of)
            data-testid="bars"
            node_ref=node
            on:keydown=move |event| {
                if press(store, &event) {
                    show();
                }
            }
            on:focus=move |_| is_focused.set(true)
            on:blur=move |_| {
                is_focused.set(false);
                hovered.set(None);
            }
        >
            {bars}
        </div>
        {move || {
            let bars = drawing.bars.get();
            let at = cursor.get().filter(|_| is_focused.get())?;
            let bar = bars.iter().find(|bar| bar.bucket == at)?;
            // In proportion to the lane, whose width decides where bars are.
            scale.width.get();
            Some(view! {
                <i
                    class="bar-cursor"
                    aria-hidden="true"
                    style:left=px(bar.left_px)
                    style:width=px(bar.width_px)
                ></i>
            })
        }}
    }
}

#[component]
fn BarOption(bar: Bar) -> impl IntoView {
    let store = expect_context::<PlotStore>();
    let drawing = expect_context::<Drawing>();
    let range = bar.range;
    let is_in = move |selected: Option<windrow_model::TimeRange>| {
        selected.is_some_and(|selected| selected.contains(range))
    };
    let selected = store.memo(move |state| is_in(state.drawn()));
    let is_out = store.memo(move |state| state.drawn().is_some() && !is_in(state.drawn()));
    let of = bar.clone();
    let label = move || drawing.label(&of);
    let of = bar.clone();
    let rows = move || drawing.said(&of).rows.map(|rows| rows.to_string());
    let fill = (bar.percent > 0.0).then(|| {
        view! {
            <i
                style:height=format!("{}%", decimal(bar.percent, 3))
                style:background=gradient(&bar)
            ></i>
        }
    });
    view! {
        <div
            role="option"
            id=id_of(bar.bucket)
            class:is-out=is_out
            aria-selected=move || selected.get().to_string()
            aria-label=label
            data-testid="bar"
            data-from=range.start_ms().to_string()
            data-to=range.end_ms().to_string()
            data-rows=rows
            style:left=px(bar.left_px)
            style:width=px(bar.width_px)
        >
            {fill}
        </div>
    }
}

/// The layers of a bar, from the bottom.
fn gradient(bar: &Bar) -> String {
    let mut stops = String::new();
    let mut below = 0.0;
    for (shade, percent) in &bar.stops {
        let (from, to) = (decimal(below, 2), decimal(*percent, 2));
        stops.push_str(&format!(", var(--bar-{}) {from}% {to}%", shade.name()));
        below = *percent;
    }
    format!("linear-gradient(to top{stops})")
}
