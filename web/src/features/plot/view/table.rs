//! The numbers of the plot as a table, in a sheet that is filled while it is open.

use crate::features::contexts::TimeZone;
use crate::features::plot::bars::Bar;
use crate::features::plot::effects::Drawing;
use crate::ui::dialog;
use crate::ui::escape::plain;
use crate::ui::format::count;
use crate::ui::icon::Icon;
use leptos::html;
use leptos::prelude::*;

const SHEET: &str = "plot-sheet";

/// Opens the sheet.
pub(super) fn open_table(drawing: Drawing) {
    drawing.is_table_open.set(true);
    dialog::open(SHEET);
}

/// The sheet.
#[component]
pub(crate) fn PlotTable() -> impl IntoView {
    let drawing = expect_context::<Drawing>();
    let node = NodeRef::<html::Dialog>::new();
    view! {
        <dialog
            id=SHEET
            class="sheet plot-sheet"
            aria-label="Rows over time"
            node_ref=node
            on:close=move |_| drawing.is_table_open.set(false)
        >
            <header>
                <h2 class="grow">{move || drawing.title()}</h2>
                <button
                    type="button"
                    class="is-icon is-quiet"
                    aria-label="Close"
                    on:click=move |_| {
                        if let Some(sheet) = node.get_untracked() {
                            sheet.close();
                        }
                    }
                >
                    {Icon::Close.view()}
                </button>
            </header>
            <div class="plot-numbers" tabindex="0" role="region" aria-label="Numbers">
                {move || drawing.is_table_open.get().then(|| numbers(drawing))}
            </div>
        </dialog>
    }
}

fn numbers(drawing: Drawing) -> AnyView {
    let zone = expect_context::<TimeZone>();
    let body = move || {
        let bars = drawing.bars.get();
        let layers = drawing
            .counted
            .get()
            .map_or(0, |counted| counted.layers.len());
        let row = |bar: &Bar| {
            let said = drawing.said(bar);
            let cell = |rows: Option<u64>| {
                let text = rows.map_or_else(|| "-".to_owned(), count);
                view! { <td class="num">{text}</td> }
            };
            let of_layers = (0..layers).map(|at| cell(said.layers.get(at).copied()));
            let state = match (said.is_counting, said.uncounted.is_empty()) {
                (true, true) => "Being counted".to_owned(),
                _ => said.uncounted.join(", "),
            };
            let range = bar.range;
            let start = zone.get().short_stamp(range.start_ms());
            view! {
                <tr data-testid="plot-row" data-from=range.start_ms().to_string()>
                    <th scope="row">{start}</th>
                    {cell(said.rows)}
                    {of_layers.collect_view()}
                    <td>{state}</td>
                </tr>
            }
        };
        bars.iter().map(row).collect_view()
    };
    let heads = move || {
        let counted = drawing.counted.get()?;
        let layers = counted.layers.iter();
        let head = |name: &str| view! { <th scope="col" class="num">{plain(name)}</th> };
        Some(layers.map(|layer| head(&layer.name)).collect_view())
    };
    view! {
        <table class="plain">
            <thead>
                <tr>
                    <th scope="col">"From"</th>
                    <th scope="col" class="num">"Rows"</th>
                    {heads}
                    <th scope="col">"Not counted"</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    }
    .into_any()
}
