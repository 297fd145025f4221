//! The coverage bar: one button a stretch, on an axis of time.
//!
//! A gap is fetched by a click or Enter; a held stretch brings its first row into view. Drawing fetches nothing.

use super::coverage::drawn;
use super::el::{Child, El, Node, el, many, shown, text};
use super::measure::measure;
use super::page::Page;
use super::shown::Tab;
use crate::protocol::RunMode;
use crate::state::axis;
use crate::state::coverage::{BarState, Piece, Placed, fingerprint, place};
use crate::state::words::px;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The bar with its axis.
pub(crate) fn bar(page: Page) -> El {
    let node = Node::new();
    measure(node, move |width_px, _| page.bar_px.set(width_px));
    // The buttons are drawn anew only when a stretch changes, so that the focus stays where it is.
    let look = Memo::new(move |_| fingerprint(&drawn(page)));
    let move_focus = move |event: web_sys::KeyboardEvent| {
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
    let is_running = Memo::new(move |_| u64::from(page.run.with(|run| run.is_running())));
    let buttons = move || {
        look.get();
        page.bar_px.with(|_| ());
        let placed = untrack(|| placed(page));
        let last = placed.len().saturating_sub(1);
        placed
            .into_iter()
            .enumerate()
            .map(|(at, placed)| stretch(page, is_running, at, last, placed))
            .collect::<Vec<_>>()
    };
    el("div class='bar-box'")
        .child(
            el("div class='bar' role='group'")
                .node(node)
                .attr(
                    "aria-label",
                    "Coverage of the window, stretch by stretch; arrow keys move",
                )
                .on_key(move_focus)
                .on("mouseleave", move |_| page.bar_shown.set(None))
                .child(shown(buttons)),
        )
        .child(shown(move || tooltip(page, is_running.get() == 1)))
        .child(el("div class='axis' aria-hidden='true'").child(shown(move || axis(page))))
}

fn stretch(page: Page, is_running: Memo<u64>, at: usize, last: usize, placed: Placed) -> El {
    let piece = placed.piece;
    let act = move |_| match piece.state {
        BarState::Missing | BarState::Failed => page.fetch(Some(piece.range), RunMode::Normal),
        BarState::Damaged => page.fetch(Some(piece.range), RunMode::Repair),
        _ if piece.rows > 0 => {
            let before = untrack(|| drawn(page))
                .iter()
                .take_while(|held| held.range.start_ms() < piece.range.start_ms())
                .map(|held| held.rows)
                .sum();
            page.tab.set(Tab::Rows);
            page.mark(before);
        }
        _ => {}
    };
    let label = move || {
        let words = piece.words(page.zone());
        match action(piece, is_running.get() == 1) {
            Some(action) => format!("{words}. {action}"),
            None => words,
        }
    };
    el("button type='button' data-testid='stretch'")
        .class(format!("stretch is-{}", piece.state.name()))
        .attr("data-state", piece.state.name())
        .of_range(piece.range)
        .style("left", text(move || px(placed.left_px)))
        .style("width", text(move || px(placed.width_px)))
        .attr(
            "tabindex",
            text(move || {
                // There may have been more stretches when it was given.
                if page.bar_focus.get().min(last) == at {
                    "0"
                } else {
                    "-1"
                }
            }),
        )
        .attr("aria-label", text(label))
        .on("click", act)
        .on("focus", move |_| {
            page.bar_focus.set(at);
            page.bar_shown.set(Some(at));
        })
        .on("blur", move |_| page.bar_shown.set(None))
        .on("mouseenter", move |_| page.bar_shown.set(Some(at)))
}

fn action(piece: Piece, is_running: bool) -> Option<&'static str> {
    match piece.state {
        // One fetch goes on at a time.
        BarState::Missing | BarState::Failed | BarState::Damaged if is_running => None,
        BarState::Missing => Some("Press to fetch just this gap"),
        BarState::Failed => Some("Press to try it again"),
        BarState::Damaged => Some("Press to fetch it again"),
        _ if piece.rows > 0 => Some("Press to see its first row"),
        _ => None,
    }
}

/// The pieces with their places, for the width the bar has.
fn placed(page: Page) -> Vec<Placed> {
    place(&drawn(page), page.bar_px.get())
}

fn tooltip(page: Page, is_running: bool) -> Option<AnyView> {
    let at = page.bar_shown.get()?;
    let placed = placed(page).get(at).copied()?;
    let middle = placed.left_px + placed.width_px / 2.0;
    Some(
        el("div class='tooltip' aria-hidden='true'")
            .style("--at", text(move || px(middle)))
            .child(el("span").child(placed.piece.words(page.zone())))
            .child(action(placed.piece, is_running).map(|action| el("em").child(action)))
            .into_any(),
    )
}

/// The bounds of the window at the ends, round times between.
fn axis(page: Page) -> Option<AnyView> {
    let axis = axis::axis(page.zone(), &placed(page), page.bar_px.get())?;
    let between = axis.between.into_iter().map(|mark| {
        el("span class='mark'")
            .style("left", text(move || px(mark.x_px)))
            .child(mark.label)
    });
    Some(many(vec![
        el("span class='mark is-start'").child(axis.start).view(),
        between.collect::<Vec<_>>().view(),
        el("span class='mark is-end'").child(axis.end).view(),
    ]))
}
