//! The coverage of the window as a sentence that is the legend as well, and as a word.

use crate::features::contexts::{Actions, Coverage, ShownWindow, TimeZone};
use crate::features::coverage::lane::{LaneFocus, focus_stretch, swatch};
use crate::features::coverage::pieces::CoverageState;
use crate::features::coverage::sentence::{Sentence, next_of};
use crate::ui::format::count;
use leptos::prelude::*;

/// `82 % of 09:00 - 12:00 cached. 96,771 rows. 1 gap`: each count goes to the next such stretch.
#[component]
pub(crate) fn CoverageSentence() -> impl IntoView {
    let coverage = expect_context::<Coverage>();
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let lane = expect_context::<LaneFocus>();
    let actions = expect_context::<Actions>();
    let sentence = Memo::new(move |_| {
        let window = shown.get()?.window();
        let zone = zone.get();
        let (start_ms, end_ms) = (window.start_ms(), window.end_ms());
        let printed = if zone.date(start_ms) == zone.date(end_ms) {
            format!(
                "{} - {}",
                zone.short_time(start_ms),
                zone.short_time(end_ms)
            )
        } else {
            zone.short_range(start_ms, end_ms)
        };
        Some(
            coverage
                .pieces
                .with(|pieces| Sentence::of(pieces, &printed)),
        )
    });
    let go_to_next = move |state: CoverageState| {
        let pieces = coverage.pieces.get_untracked();
        if let Some(at) = next_of(&pieces, state, lane.0.get_untracked()) {
            lane.0.set(Some(at));
            focus_stretch(at);
            if let Some(row) = pieces
                .get(at)
                .and_then(|piece| coverage.row_of(piece.range))
            {
                actions.go_to_row.run(row);
            }
        }
    };
    move || {
        let sentence = sentence.get()?;
        let spoken = sentence.to_string();
        let part = |of: Option<CoverageState>, text: AnyView| {
            let state = of.unwrap_or(CoverageState::Missing);
            view! {
                <button
                    type="button"
                    title=format!("{}: go to the next", state.words())
                    on:click=move |_| go_to_next(state)
                >
                    {of.map(swatch)}
                    {text}
                </button>
            }
        };
        let lead = view! {
            <span>
                {sentence.share.map(|share| view! { <b>{share}</b> " " })}
                {sentence.text}
                {sentence.rows.map(|_| ".")}
            </span>
        };
        let rows = sentence.rows.map(|rows| {
            let noun = if rows == 1 { " row." } else { " rows." };
            view! { <span><b>{count(rows)}</b> {noun}</span> }
        });
        let last = sentence.counts.len();
        let counts = sentence.counts.into_iter().enumerate().map(|(at, count)| {
            let mark = if at + 1 < last { "," } else { "" };
            part(
                Some(count.state),
                format!("{}{mark}", count.text).into_any(),
            )
        });
        Some(view! {
            <div class="says" role="group" aria-label="Coverage">
                {part(sentence.state, lead.into_any())}
                {rows}
                {counts.collect_view()}
            </div>
            <p class="spoken" data-testid="coverage-line">{spoken}</p>
        })
    }
}

/// How the window stands, in a word.
#[component]
pub(crate) fn Decision() -> impl IntoView {
    let standing = expect_context::<Coverage>().standing;
    let tag = Memo::new(move |_| standing.with(|standing| standing.as_ref().map(|now| now.tag)));
    move || {
        let tag = tag.get()?;
        let tone = match tag {
            "hit" => "is-good",
            "damaged" => "is-damaged",
            "unreadable" => "is-error",
            _ => "",
        };
        let class = format!("tag {tone} is-{tag}");
        Some(view! { <span class=class data-testid="decision">{tag}</span> })
    }
}
