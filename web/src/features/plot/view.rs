//! The plot on the page: a bar for each bucket, covers where nothing was counted, and what is selected.
//!
//! The bars are the options of a list box, which is one stop of the Tab key: the arrow keys move along them.

mod bars;
mod head;
mod table;

pub(crate) use table::PlotTable;

use super::bars::{Cover, Says, gap_in};
use super::effects::{Drawing, PlotStore};
use super::state::{Key, Msg, State};
use super::words::times;
use crate::features::contexts::{Asked, Coverage, RowsOnScreen, TimeScale, TimeZone};
use crate::features::coverage::lane::action_of;
use crate::ui::axis::axis;
use crate::ui::format::{counted, px};
use crate::ui::icon::Icon;
use bars::Bars;
use head::Head;
use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

/// Pixels that a tip keeps from the ends of the plot, at least.
const TIP_PX: f64 = 160.0;

/// The plot.
#[component]
pub(crate) fn Plot() -> impl IntoView {
    let store = expect_context::<PlotStore>();
    let drawing = expect_context::<Drawing>();
    let scale = expect_context::<TimeScale>();
    let node = NodeRef::<html::Div>::new();
    let hovered = RwSignal::new(None::<usize>);
    // The bucket below the pointer, and how far it is from the left end.
    let at = move |event: &PointerEvent| {
        let left_px = node.get_untracked()?.get_bounding_client_rect().left();
        let at_px = f64::from(event.client_x()) - left_px;
        let bars = drawing.bars.get_untracked();
        let bar = bars
            .iter()
            .find(|bar| at_px < bar.left_px + bar.width_px)
            .or(bars.last())?;
        Some((bar.bucket, at_px))
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let (Some((bucket, at_px)), Some(node)) = (at(&event), node.get_untracked()) {
            // Without it a drag that leaves the plot ends unseen.
            let _ = node.set_pointer_capture(event.pointer_id());
            store.send(Msg::Down(bucket, at_px));
        }
    };
    let over = move |event: PointerEvent| {
        if let Some((bucket, at_px)) = at(&event) {
            hovered.set(Some(bucket));
            if store.with_untracked(State::is_down) {
                store.send(Msg::Over(bucket, at_px));
            }
        }
    };
    let width = scale.width;
    let answered = expect_context::<Asked>().answered;
    let workers =
        Memo::new(move |_| answered.with(|known| known.as_ref().map_or(0, |known| known.workers)));
    view! {
        <div
            class="plot"
            class:is-counting=drawing.is_counting
            role="group" aria-label="Rows over time" data-testid="plot"
            data-workers=move || workers.get().to_string()>
            <Gridlines />
            <i class="ceiling" aria-hidden="true"></i>
            <Head />
            <div
                class="plot-area"
                node_ref=node
                on:pointerdown=down
                on:pointermove=over
                on:pointerup=move |_| store.send(Msg::Up)
                on:pointercancel=move |_| store.send(Msg::Cancel)
                on:pointerleave=move |_| hovered.set(None)
            >
                <Bars hovered />
                {move || covers(&drawing.covers.get())}
            </div>
            <Selected />
            <OnScreen />
            {move || hovered.get().map(|bucket| view! { <Tip bucket width /> })}
        </div>
    }
}

/// A line at each mark of the axis.
#[component]
fn Gridlines() -> impl IntoView {
    let scale = expect_context::<TimeScale>();
    let zone = expect_context::<TimeZone>();
    move || {
        let (placed, width_px) = (scale.placed.get(), scale.width.get());
        let ends = (
            placed.first()?.piece.range.start_ms(),
            placed.last()?.piece.range.end_ms(),
        );
        let axis = axis(zone.get(), ends, width_px, |ms| scale.x_of(ms));
        let lines = axis.between.into_iter();
        let line = |x_px| view! { <i class="gridline" aria-hidden="true" style:left=px(x_px)></i> };
        Some(lines.map(|mark| line(mark.x_px)).collect_view())
    }
}

/// What is drawn over the bars. Bars and lane say the same in words.
fn covers(covers: &[Cover]) -> AnyView {
    let cover = |cover: &Cover| {
        let says = match &cover.says {
            Says::Nothing => ().into_any(),
            Says::Warning => {
                view! { <span class="is-mark">{Icon::Warning.small()}</span> }.into_any()
            }
            Says::Words(words) => view! { <span>{words.clone()}</span> }.into_any(),
        };
        let range = cover.piece.range;
        view! {
            <div
                class=format!("cover s-{}", cover.piece.state.name())
                class:is-pressable=action_of(&cover.piece, false).is_some()
                aria-hidden="true"
                data-testid="cover"
                data-state=cover.piece.state.name()
                data-from=range.start_ms().to_string()
                data-to=range.end_ms().to_string()
                style:left=px(cover.left_px)
                style:width=px(cover.width_px)
            >
                {says}
            </div>
        }
    };
    covers.iter().map(cover).collect_view().into_any()
}

/// What is selected, and what can be done with it.
#[component]
fn Selected() -> impl IntoView {
    let store = expect_context::<PlotStore>();
    let drawing = expect_context::<Drawing>();
    let scale = expect_context::<TimeScale>();
    let zone = expect_context::<TimeZone>();
    let drawn = store.memo(|state| (state.drawn(), state.is_dragging()));
    move || {
        let (range, is_dragging) = drawn.get();
        let (range, window) = (range?, drawing.window.get()?);
        let (left_px, right_px) = (
            scale.place_of(range.start_ms()),
            scale.place_of(range.end_ms()),
        );
        let width_px = scale.width.get();
        let words = times(zone.get(), range, window);
        let rows = drawing
            .rows_in(range)
            .map(|rows| format!(", {}", counted(rows, "row", "rows")));
        // The tag ends where the selection does, in the half where it would go beyond the page.
        let (from, to) = if left_px + right_px < width_px {
            (px(left_px), "auto".to_owned())
        } else {
            ("auto".to_owned(), px(width_px - right_px))
        };
        let actions = (!is_dragging).then(|| {
            view! {
                <button
                    type="button"
                    data-testid="zoom-in"
                    title="Show this range as a window of its own (Z)"
                    on:click=move |_| store.send(Msg::ZoomIn)
                >
                    <kbd aria-hidden="true">"Z"</kbd>
                    "zoom"
                </button>
                <button
                    type="button"
                    class="is-icon"
                    data-testid="clear-selection"
                    title="Clear the selection (Esc)"
                    aria-label="Clear the selection"
                    on:click=move |_| store.send(Msg::Select(None))
                >
                    {Icon::Close.small()}
                </button>
            }
        });
        Some(view! {
            <div
                class="brush"
                aria-hidden="true"
                style:left=px(left_px)
                style:width=px(right_px - left_px)
            ></div>
            <div
                class="brush-tag"
                data-testid="brush"
                data-from=range.start_ms().to_string()
                data-to=range.end_ms().to_string()
                style:left=from
                style:right=to
            >
                <span>{words} {rows}</span>
                {actions}
            </div>
        })
    }
}

/// Where the rows on screen lie.
#[component]
fn OnScreen() -> impl IntoView {
    let RowsOnScreen(rows) = expect_context();
    let scale = expect_context::<TimeScale>();
    move || {
        let at_px = scale.x_of(rows.get()?)?;
        Some(view! { <i class="cursor" aria-hidden="true" style:left=px(at_px)></i> })
    }
}

/// What is said of the bucket below the pointer, or below the keys.
#[component]
fn Tip(bucket: usize, #[prop(into)] width: Signal<f64>) -> impl IntoView {
    let drawing = expect_context::<Drawing>();
    let coverage = expect_context::<Coverage>();
    move || {
        let bars = drawing.bars.get();
        let bar = bars.iter().find(|bar| bar.bucket == bucket)?;
        let words = drawing.label(bar)?;
        let action = coverage.pieces.with(|pieces| {
            let gap = gap_in(pieces, bar.range)?;
            action_of(pieces.get(gap)?, coverage.is_fetching.get())
        });
        let middle = bar.left_px + bar.width_px / 2.0;
        let width_px = width.get();
        let at = middle.clamp(
            TIP_PX.min(width_px / 2.0),
            (width_px - TIP_PX).max(width_px / 2.0),
        );
        Some(view! {
            <div class="tip" aria-hidden="true" style:left=px(at)>
                <span>{words}</span>
                {action.map(|action| view! { <em>{action}</em> })}
            </div>
        })
    }
}

/// Takes a key on the bars; says whether it was one.
fn press(store: PlotStore, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let msg = match event.key().as_str() {
        "ArrowLeft" => Msg::Key(Key::Step(-1), event.shift_key()),
        "ArrowRight" => Msg::Key(Key::Step(1), event.shift_key()),
        "Home" => Msg::Key(Key::Home, event.shift_key()),
        "End" => Msg::Key(Key::End, event.shift_key()),
        "Enter" | " " => Msg::Take,
        "Escape" => Msg::Select(None),
        _ => return false,
    };
    store.send(msg);
    event.prevent_default();
    true
}
