//! The scroll bar of the table: the whole table as a narrow strip, with what was found left, errors right, seams across,
//! and on top the part that is in view.
//!
//! A press goes to where it was pressed, a drag scrolls, keys do what they do on any scroll bar. The mark stays.
//! What was not searched, or is not known yet, is drawn as nothing.

use super::effects::{GRID, RowsTable};
use super::message::{Move, Roll};
use super::minimap::Stretch;
use super::scroll::ROW_PX;
use super::state::{Msg, Rows};
use super::view::move_of;
use crate::features::contexts::Asked;
use crate::features::search::effects::SearchStore;
use crate::ui::format::{count, decimal};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::{KeyboardEvent, PointerEvent, WheelEvent};
use windrow_protocol::{Answered, Slices, SlicesOf};

/// The least height of what is in view, in pixels; the style sheet says the same.
const THUMB_PX: f64 = 24.0;

/// The height of a seam, and the least of a tick, in pixels; the style sheet says the same.
const SEAM_PX: u32 = 8;
const TICK_PX: u32 = 2;

/// The strip.
#[component]
pub(super) fn Minimap() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let node = NodeRef::<html::Div>::new();
    let scroll = table.memo(Rows::scroll);
    // How far below the top of the thumb it is held, while it is dragged.
    let held_px = StoredValue::new(None::<f64>);
    let roll = move |roll| table.send(Msg::Roll(roll));
    // The height, where the thumb begins, and where the pointer is, in pixels.
    let at = move |event: &PointerEvent| {
        let bounds = node.get_untracked()?.get_bounding_client_rect();
        let (height_px, scroll) = (bounds.height(), scroll.get_untracked());
        let room_px = height_px - (scroll.part() * height_px).max(THUMB_PX);
        let at_px = f64::from(event.client_y()) - bounds.top();
        (room_px > 0.0).then_some((height_px, room_px, at_px))
    };
    let down = move |event: PointerEvent| {
        let (Some((height_px, room_px, at_px)), 0) = (at(&event), event.button()) else {
            return;
        };
        if let Some(node) = node.get_untracked() {
            // Without it a drag that leaves the strip ends unseen.
            let _ = node.set_pointer_capture(event.pointer_id());
        }
        let thumb_px = move || scroll.get_untracked().share() * room_px;
        let is_on_thumb = (0.0..=height_px - room_px).contains(&(at_px - thumb_px()));
        if !is_on_thumb {
            roll(Roll::Around(at_px / height_px));
        }
        held_px.set_value(Some(at_px - thumb_px()));
    };
    let over = move |event: PointerEvent| {
        if let (Some(held_px), Some((_, room_px, at_px))) = (held_px.get_value(), at(&event)) {
            roll(Roll::To((at_px - held_px) / room_px));
        }
    };
    let turn = move |event: WheelEvent| {
        let unit_px = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => ROW_PX,
            WheelEvent::DOM_DELTA_PAGE => scroll.get_untracked().view_px(),
            _ => 1.0,
        };
        roll(Roll::Px(event.delta_y() * unit_px));
    };
    let press = move |event: KeyboardEvent| {
        let is_command = event.ctrl_key() || event.meta_key() || event.alt_key();
        let step = move_of(&event.key()).filter(|_| !is_command);
        if let Some(step) = step.filter(|step| !matches!(step, Move::Left | Move::Right)) {
            event.prevent_default();
            roll(Roll::By(step));
        }
    };
    let rows = table.memo(|rows| (rows.rows_in_view(), rows.row_count()));
    let says = move || match rows.get() {
        ((_, 0), of) => format!("Between rows, of {}", count(of)),
        ((first, seen), of) => {
            format!(
                "Rows {} to {} of {}",
                count(first + 1),
                count(first + seen),
                count(of)
            )
        }
    };
    let thumb_top = move || {
        let scroll = scroll.get();
        let (share, part) = (decimal(scroll.share(), 6), percent(scroll.part()));
        format!("calc({share} * (100% - max(var(--thumb), {part})))")
    };
    view! {
        <div
            node_ref=node
            class="minimap"
            role="scrollbar"
            tabindex="0"
            data-testid="minimap"
            aria-controls=GRID
            aria-label="Scroll the rows"
            aria-orientation="vertical"
            aria-valuemin="0"
            aria-valuemax=move || scroll.get().last_first().to_string()
            aria-valuenow=move || scroll.get().first().to_string()
            aria-valuetext=says
            on:pointerdown=down
            on:pointermove=over
            on:pointerup=move |_| held_px.set_value(None)
            on:pointercancel=move |_| held_px.set_value(None)
            on:wheel=turn
            on:keydown=press
        >
            <Seams/>
            <Ticks/>
            <i
                class="thumb"
                style:top=thumb_top
                style:height=move || percent(scroll.get().part())
            ></i>
        </div>
    }
}

fn percent(share: f64) -> String {
    format!("{}%", decimal(share * 100.0, 3))
}

#[component]
fn Seams() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let strip = table.memo(Rows::strip);
    move || {
        let seams = strip.get().seams().into_iter();
        seams
            .map(|(at, state)| {
                let class = format!("gap s-{}", state.name());
                view! { <i class=class data-state=state.name() style:top=at.top(SEAM_PX)></i> }
            })
            .collect_view()
    }
}

/// What was found, and errors.
#[component]
fn Ticks() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let search = expect_context::<SearchStore>();
    let asked = expect_context::<Asked>();
    let strip = table.memo(Rows::strip);
    let view = table.memo(Rows::view);
    let found = search.memo(|search| search.slices().cloned());
    let errors = Memo::new(move |before: Option<&Option<Known>>| {
        let view = view.get();
        let is_shown = |known: &Known| Some(known.of.view) == view;
        let before = before.cloned().flatten().filter(is_shown);
        let now = asked
            .answered
            .get()
            .and_then(|answered| Known::of(&answered));
        // What is known of all rows is not forgotten while they are gone through for another question.
        match (now.filter(is_shown), before) {
            (Some(now), Some(before)) if before.is_final && !now.is_final => Some(before),
            (now, before) => now.or(before),
        }
    });
    let drawn = move |class: &'static str, slices: Option<&Slices>| {
        let stretches = slices.map(|slices| strip.with(|strip| strip.rows(slices)));
        let tick = |at: Stretch| {
            view! { <i class=class style:top=at.top(TICK_PX) style:height=at.height()></i> }
        };
        let ticks = stretches.into_iter().flatten().map(tick);
        ticks.collect_view()
    };
    view! {
        {move || found.with(|found| drawn("hit", found.as_ref()))}
        {move || errors.with(|errors| drawn("err", errors.as_ref().map(|known| &known.of.slices)))}
    }
}

/// Where errors lie, as far as that is known.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    of: Arc<SlicesOf>,
    is_final: bool,
}

impl Known {
    fn of(answered: &Answered) -> Option<Self> {
        Some(Self {
            of: Arc::new(answered.slices.clone()?),
            is_final: answered.is_final,
        })
    }
}
