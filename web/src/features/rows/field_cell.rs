//! A cell of a field: its value, and what can be done with it while the pointer is over it or the arrow keys stand on it.

use super::effects::RowsTable;
use super::state::Msg;
use crate::features::value_acts::{Act, NarrowActs};
use crate::ui::icon::Icon;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};
use windrow_model::fold::Needle;
use windrow_protocol::{Row, RowField, RowValue};

/// The line and the cell under the pointer.
#[derive(Clone, Copy)]
pub(super) struct Hovered(RwSignal<Option<(u64, usize)>>);

impl Hovered {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// The pointer is over an element of the table, or has left it.
    pub(super) fn over(self, event: Option<&PointerEvent>) {
        let cell = event.and_then(cell_of);
        if self.0.get_untracked() != cell {
            self.0.set(cell);
        }
    }
}

/// A cell has the id `line-<line>-<at>`.
fn cell_of(event: &PointerEvent) -> Option<(u64, usize)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let cell = target.closest("[role=gridcell]").ok()??;
    let id = cell.id();
    let (line, at) = id.strip_prefix("line-")?.split_once('-')?;
    Some((line.parse().ok()?, at.parse().ok()?))
}

/// What stands in the cell.
#[component]
pub(super) fn FieldCell(
    line: u64,
    at: usize,
    row: Arc<Row>,
    field: String,
    needle: Needle,
) -> impl IntoView {
    match row.field(&field) {
        None => view! { <span class="clip is-loading"></span> }.into_any(),
        // Drawn as a dash by the style sheet: there is no text that could be a value.
        Some(RowField { value: None, .. }) => {
            view! { <span class="clip is-absent"></span> }.into_any()
        }
        Some(RowField {
            value: Some(value), ..
        }) => view! { <ValueCell line at field value=value.clone() needle/> }.into_any(),
    }
}

#[component]
fn ValueCell(
    line: u64,
    at: usize,
    field: String,
    value: RowValue,
    needle: Needle,
) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let Hovered(hovered) = expect_context();
    let is_active =
        table.memo(move |rows| rows.marked_line() == Some(line) && rows.cell() == Some(at));
    let is_acted = Memo::new(move |_| is_active.get() || hovered.get() == Some((line, at)));
    let text = if value.text.is_empty() {
        view! { <span class="none">"(empty)"</span> }.into_any()
    } else {
        untrusted(&value.text, &needle)
    };
    let more = (!value.is_whole).then(|| view! { <span class="escape">"..."</span> });
    let acts = move || {
        is_acted.get().then(|| {
            // What is cut is not the value.
            let narrow = value.is_whole.then(|| {
                let (field, value) = (field.clone(), value.text.clone());
                let testids = ("cell-include", "cell-exclude");
                view! { <NarrowActs field value testids is_skipped=true/> }
            });
            view! {
                <span class="acts">
                    {narrow}
                    <Act
                        label="Copy the value".to_owned()
                        icon=Icon::Copy
                        testid="cell-copy"
                        field=field.clone()
                        is_skipped=true
                        on_press=move |()| table.send(Msg::CopyCell { line, at })
                    />
                </span>
            }
        })
    };
    view! {
        <span class="clip">{text} {more}</span>
        {acts}
    }
}
