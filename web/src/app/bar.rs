//! The coverage bar: one button a stretch, on an axis of time.
//!
//! A gap is fetched by a click or Enter; a held stretch brings its first row into view. Drawing fetches nothing.

use super::measure::measure;
use super::page::{Page, Tab};
use crate::protocol::RunMode;
use crate::state::coverage::{BarState, Piece, Placed, place, x_of};
use crate::state::instant::ticks;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Pixels a label of the axis needs.
const LABEL_PX: f64 = 96.0;

/// The bar with its axis.
#[component]
pub(crate) fn Bar(page: Page, pieces: Memo<Vec<Piece>>) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let width = RwSignal::new(0.0);
    measure(node, move |width_px, _| width.set(width_px));
    let placed = Memo::new(move |_| pieces.with(|pieces| place(pieces, width.get())));
    // The piece under the pointer or the focus.
    let shown = RwSignal::new(None::<usize>);
    let focus = RwSignal::new(0_usize);
    let move_focus = move |event: leptos::ev::KeyboardEvent| {
        let target: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
        let next = match event.key().as_str() {
            "ArrowRight" => target.and_then(|target| target.next_element_sibling()),
            "ArrowLeft" => target.and_then(|target| target.previous_element_sibling()),
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            // A sibling that is no button takes no focus.
            let _ = next.focus();
        }
    };
    let buttons = move || {
        placed.with(|placed| {
            placed
                .iter()
                .enumerate()
                .map(|(at, placed)| stretch(page, pieces, at, *placed, shown, focus))
                .collect_view()
        })
    };
    view! {
        <div class="bar-box">
            <div
                class="bar"
                node_ref=node
                role="group"
                aria-label="Coverage of the window, stretch by stretch; arrow keys move"
                on:keydown=move_focus
                on:mouseleave=move |_| shown.set(None)
            >
                {buttons}
            </div>
            {move || tooltip(page, placed, shown.get())}
            <div class="axis" aria-hidden="true">
                {move || axis(page, placed, width.get())}
            </div>
        </div>
    }
}

fn stretch(
    page: Page,
    pieces: Memo<Vec<Piece>>,
    at: usize,
    placed: Placed,
    shown: RwSignal<Option<usize>>,
    focus: RwSignal<usize>,
) -> impl IntoView {
    let piece = placed.piece;
    let act = move |_| match piece.state {
        BarState::Missing | BarState::Failed => page.fetch(Some(piece.range), RunMode::Normal),
        BarState::Damaged => page.fetch(Some(piece.range), RunMode::Repair),
        _ if piece.rows > 0 => {
            let before = pieces.with_untracked(|pieces| {
                pieces
                    .iter()
                    .take_while(|held| held.range.start_ms() < piece.range.start_ms())
                    .map(|held| held.rows)
                    .sum()
            });
            page.tab.set(Tab::Rows);
            page.mark(before);
        }
        _ => {}
    };
    let label = move || {
        let words = piece.words(page.zone());
        match action(piece) {
            Some(action) => format!("{words}. {action}"),
            None => words,
        }
    };
    view! {
        <button
            type="button"
            class=format!("stretch is-{}", piece.state.name())
            data-testid="stretch"
            data-state=piece.state.name()
            data-from=piece.range.start_ms().to_string()
            data-to=piece.range.end_ms().to_string()
            style:left=format!("{:.2}px", placed.left_px)
            style:width=format!("{:.2}px", placed.width_px)
            tabindex=move || if focus.get() == at { "0" } else { "-1" }
            aria-label=label
            on:click=act
            on:focus=move |_| {
                focus.set(at);
                shown.set(Some(at));
            }
            on:blur=move |_| shown.set(None)
            on:mouseenter=move |_| shown.set(Some(at))
        ></button>
    }
}

fn action(piece: Piece) -> Option<&'static str> {
    match piece.state {
        BarState::Missing => Some("Press to fetch just this gap"),
        BarState::Failed => Some("Press to try it again"),
        BarState::Damaged => Some("Press to fetch it again"),
        _ if piece.rows > 0 => Some("Press to see its first row"),
        _ => None,
    }
}

fn tooltip(page: Page, placed: Memo<Vec<Placed>>, at: Option<usize>) -> Option<AnyView> {
    let placed = placed.with(|placed| placed.get(at?).copied())?;
    let middle = placed.left_px + placed.width_px / 2.0;
    Some(
        view! {
            <div class="tooltip" aria-hidden="true" style:--at=format!("{middle:.1}px")>
                <span>{placed.piece.words(page.zone())}</span>
                {action(placed.piece).map(|action| view! { <em>{action}</em> })}
            </div>
        }
        .into_any(),
    )
}

/// The bounds of the window at the ends, round times between.
fn axis(page: Page, placed: Memo<Vec<Placed>>, width_px: f64) -> impl IntoView {
    let zone = page.zone();
    placed.with(|placed| {
        let (first, last) = (placed.first()?, placed.last()?);
        let (start_ms, end_ms) = (first.piece.range.start_ms(), last.piece.range.end_ms());
        let (start, end) = (zone.short_stamp(start_ms), zone.short_stamp(end_ms));
        let [start_px, end_px] = [&start, &end].map(|label| label.len() as f64 * 6.8 + 36.0);
        let most = ((width_px / LABEL_PX) as i64 - 2).max(0);
        let between = ticks(zone, start_ms, end_ms, most)
            .into_iter()
            .filter_map(|ms| {
                let x = x_of(placed, ms)?;
                let is_free = x > start_px && x < width_px - end_px;
                let is_midnight = zone.civil(ms).ms_of_day == 0;
                let text = if is_midnight {
                    zone.date(ms)
                } else {
                    zone.short_time(ms)
                };
                is_free.then(|| {
                    view! {
                        <span class="mark" style:left=format!("{x:.1}px")>
                            {text}
                        </span>
                    }
                })
            })
            .collect_view();
        Some(view! {
            <span class="mark is-start">{start}</span>
            {between}
            <span class="mark is-end">{end}</span>
        })
    })
}
