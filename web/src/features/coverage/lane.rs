//! The lane: one button a stretch, on an axis of time.
//!
//! A gap is fetched by a press or Enter; a cached stretch brings its first row into view. Drawing fetches nothing.
//! Pieces are placed once a change of the pieces or of the width.

use super::pieces::{CoverageState, Piece};
use super::place::Placed;
use crate::features::contexts::{Actions, Coverage, TimeScale, TimeZone};
use crate::ui::axis::axis;
use crate::ui::format::px;
use crate::ui::icon::Icon;
use crate::ui::measure::measure;
use crate::ui::tabs::move_focus;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use windrow_protocol::RunMode;

/// A stretch this wide says what it is, and one this wide shows a mark.
const WORDS_PX: f64 = 120.0;
const MARK_PX: f64 = 22.0;

/// The stretch that takes the focus of the lane, by its place among the pieces.
#[derive(Clone, Copy)]
pub(crate) struct LaneFocus(pub RwSignal<Option<usize>>);

fn id_of(at: usize) -> String {
    format!("stretch-{at}")
}

/// Gives the focus to a stretch of the lane, once it is drawn.
pub(crate) fn focus_stretch(at: usize) {
    windrow_protocol::browser::task::later(0, move || crate::platform::focus::focus(&id_of(at)));
}

/// The lane with its axis.
#[component]
pub(crate) fn Lane() -> impl IntoView {
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let LaneFocus(focused) = expect_context();
    let node = NodeRef::<html::Div>::new();
    let scale = expect_context::<TimeScale>();
    let TimeScale { placed, width } = scale;
    measure(node, move |width_px, _| width.set(width_px));
    let shown = RwSignal::new(None::<usize>);
    let buttons = move || {
        let all = placed.get();
        let last = all.len().saturating_sub(1);
        all.iter()
            .enumerate()
            .map(|(at, placed)| {
                view! { <Stretch at last placed=placed.clone() shown /> }
            })
            .collect_view()
    };
    let tip = move || {
        let all = placed.get();
        let placed = all.get(shown.get()?)?;
        let words = placed.piece.words(zone.get());
        let action = action_of(&placed.piece, coverage.is_fetching.get());
        let middle = placed.left_px + placed.width_px / 2.0;
        // Never beyond the ends of the lane.
        let at = middle.clamp(
            160.0_f64.min(width.get() / 2.0),
            (width.get() - 160.0).max(width.get() / 2.0),
        );
        Some(view! {
            <div class="tip" aria-hidden="true" style:left=px(at)>
                <span>{words}</span>
                {action.map(|action| view! { <em>{action}</em> })}
            </div>
        })
    };
    let marks = move || {
        let all = placed.get();
        let (first, last) = (all.first()?, all.last()?);
        let ends = (first.piece.range.start_ms(), last.piece.range.end_ms());
        let axis = axis(zone.get(), ends, width.get(), |ms| scale.x_of(ms));
        let between = axis
            .between
            .into_iter()
            .map(|mark| view! { <span style:left=px(mark.x_px)>{mark.label}</span> })
            .collect_view();
        Some(view! {
            <span class="is-start">{axis.start}</span>
            {between}
            <span class="is-end">{axis.end}</span>
        })
    };
    view! {
        <div class="lane-box">
            <div
                class="lane"
                role="group"
                aria-label="Coverage of the window, stretch by stretch; arrow keys move"
                node_ref=node
                on:keydown=|event| {
                    move_focus(&event);
                }
                on:mouseleave=move |_| shown.set(None)
                on:focusin=move |event| {
                    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                    let at = target.and_then(|target| target.id().strip_prefix("stretch-")?.parse().ok());
                    if at.is_some() {
                        focused.set(at);
                        shown.set(at);
                    }
                }
                on:focusout=move |_| shown.set(None)
            >
                {buttons}
            </div>
            {tip}
            <div class="axis" aria-hidden="true">
                {marks}
            </div>
        </div>
    }
}

#[component]
fn Stretch(
    at: usize,
    last: usize,
    placed: Placed,
    shown: RwSignal<Option<usize>>,
) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let LaneFocus(focused) = expect_context();
    let words = words_on(&placed);
    let Placed {
        piece,
        left_px,
        width_px,
    } = placed;
    let (state, range) = (piece.state.name(), piece.range);
    let press = press_of(&piece);
    let press = move |_| match press {
        Some((Press::Show(row), _)) => {
            actions.go_to_row.run(coverage.row_of(range).unwrap_or(row));
        }
        Some((Press::Fetch(mode), _)) if !coverage.is_fetching.get_untracked() => {
            actions.fetch.run((Some(range), mode));
        }
        _ => {}
    };
    let label = move || {
        let words = piece.words(zone.get());
        match action_of(&piece, coverage.is_fetching.get()) {
            Some(action) => format!("{words}. {action}"),
            None => words,
        }
    };
    view! {
        <button
            type="button"
            id=id_of(at)
            class=format!("stretch s-{state}")
            class:is-first=at == 0
            class:is-last=at == last
            data-testid="stretch"
            data-state=state
            data-from=range.start_ms().to_string()
            data-to=range.end_ms().to_string()
            style:left=px(left_px)
            style:width=px(width_px)
            tabindex=move || {
                // There may have been more stretches when it was given.
                if focused.get().unwrap_or(0).min(last) == at { "0" } else { "-1" }
            }
            aria-label=label
            on:click=press
            on:mouseenter=move |_| shown.set(Some(at))
        >
            {words}
        </button>
    }
}

/// What is written on a stretch: states that are not cached say so where there is room.
fn words_on(placed: &Placed) -> AnyView {
    let piece = &placed.piece;
    let is_loud = piece.state >= CoverageState::Fetching;
    if is_loud && placed.width_px >= WORDS_PX {
        return view! { <span>{piece.short_words()}</span> }.into_any();
    }
    if piece.state >= CoverageState::Failed && placed.width_px >= MARK_PX {
        return view! { <span class="is-mark">{Icon::Warning.small()}</span> }.into_any();
    }
    ().into_any()
}

/// What a press of a stretch does.
#[derive(Clone, Copy)]
pub(crate) enum Press {
    Fetch(RunMode),
    Show(u64),
}

pub(crate) fn press_of(piece: &Piece) -> Option<(Press, &'static str)> {
    Some(match piece.state {
        CoverageState::Missing => (
            Press::Fetch(RunMode::Normal),
            "Press to fetch just this gap",
        ),
        CoverageState::Failed => (Press::Fetch(RunMode::Normal), "Press to try it again"),
        CoverageState::Damaged => (Press::Fetch(RunMode::Repair), "Press to fetch it again"),
        _ if piece.rows > 0 => (Press::Show(piece.first_row?), "Press to see its first row"),
        _ => return None,
    })
}

/// What a press does now, in words: one fetch goes on at a time.
pub(crate) fn action_of(piece: &Piece, is_fetching: bool) -> Option<&'static str> {
    let (press, words) = press_of(piece)?;
    (!is_fetching || matches!(press, Press::Show(_))).then_some(words)
}

/// The picture of a state.
pub(super) fn swatch(state: CoverageState) -> AnyView {
    let class = format!("swatch s-{}", state.name());
    view! { <i class=class aria-hidden="true"></i> }.into_any()
}

/// Every state with its picture, for the sheet of keys and words.
#[component]
pub(crate) fn Legend() -> impl IntoView {
    let entries =
        CoverageState::ALL.map(|state| view! { <li>{swatch(state)} {state.words()}</li> });
    view! {
        <ul class="legend" data-testid="legend" aria-label="Pictures of the coverage">
            {entries.into_iter().collect_view()}
        </ul>
    }
}
