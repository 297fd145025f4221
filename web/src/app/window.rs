//! Which log, which window, which query.
//!
//! Typed and pasted forms are read as they are entered; what they mean is printed below with its offset.

use super::el::{Child, El, Flag, Shown, el, flag, many, shown, text};
use super::icon::{Icon, icon};
use super::page::Page;
use crate::state::escape::plain;
use crate::state::place::Recent;
use crate::state::typed::{self, Preset};
use crate::state::words::duration;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use windrow_model::TimeRange;

/// Logs offered as buttons; more are in the list of the field.
const BUTTONS: usize = 6;

/// The form.
pub(crate) fn window(page: Page) -> El {
    let plan = move |event: web_sys::Event| {
        event.prevent_default();
        page.look_at_fields();
    };
    let is_ready = move || page.typed_window().is_ok() && page.typed_dataset().is_some();
    let promotes = move || page.remembered.with(|held| !held.messages_only);
    let is_done = move || page.here().is_some() && !page.is_stale();
    el("section class='card' aria-labelledby='window-title'")
        .child(
            el("div class='card-head'")
                .child(el("h2 id='window-title'").child("Window"))
                .child(steps(page)),
        )
        .child(
            el("form class='fields' autocomplete='off'")
                .on("submit", plan)
                .child(log_field(page))
                .child(
                    el("div class='pair'")
                        .child(time_field(page, true))
                        .child(time_field(page, false)),
                )
                .child(echo(page))
                .child(presets(page))
                .child(
                    el("label class='field'")
                        .child(el("span").child("Query ").child(el("em").child("optional")))
                        .child(
                            el("input data-testid='query' class='mono' spellcheck='false'")
                                .attr("placeholder", "where(status = 500)")
                                .value(text(move || page.query.get()))
                                .on("input", move |event| {
                                    page.query.set(event_target_value(&event))
                                }),
                        ),
                )
                .child(tick(
                    "input type='checkbox' data-testid='bypass'",
                    flag(move || page.bypass.get()),
                    Box::new(move |is_on| {
                        page.forget_price();
                        page.bypass.set(is_on);
                    }),
                    ["Bypass the cache", "fetch all of it, beside what is held"],
                ))
                .child(tick(
                    "input type='checkbox' data-testid='promote'",
                    flag(promotes),
                    Box::new(move |is_on| page.remember(|held| held.messages_only = !is_on)),
                    ["Columns from messages", "for fields of JSON and key=value"],
                ))
                .child(
                    el("button type='submit' class='wide' data-testid='plan-button'")
                        .toggle("primary", flag(move || !is_done()))
                        .attr("disabled", flag(move || !is_ready()))
                        .child(shown(
                            move || if is_done() { "Plan again" } else { "Show plan" },
                        )),
                ),
        )
        .child(recent_windows(page))
}

/// A box to tick, with what it does and more about it.
fn tick(
    tag: &'static str,
    is_on: Flag,
    set: Box<dyn Fn(bool)>,
    [words, more]: [&'static str; 2],
) -> El {
    el("label class='tick'")
        .child(
            el(tag)
                .prop("checked", is_on)
                .on("change", move |event| set(event_target_checked(&event))),
        )
        .child(el("span").child(words).child(el("em").child(more)))
}

/// Windows looked at before, to be looked at again.
fn recent_windows(page: Page) -> AnyView {
    let entries = move || {
        let zone = page.zone();
        let recent = page.remembered.with(|held| held.recent.clone());
        recent
            .into_iter()
            .filter_map(|recent| Some((recent_window(&recent)?, recent)))
            .map(|(window, recent)| {
                let name = page.log_name(&recent.log);
                let query = (!recent.query.is_empty())
                    .then(|| el("span class='mono'").child(plain(&recent.query)));
                let open = move |_| {
                    page.log.set(page.field_of(&recent.log));
                    page.query.set(recent.query.clone());
                    page.put_window(window);
                    page.look_at_fields();
                };
                el("li").child(
                    el("button type='button' data-testid='recent'")
                        .on("click", open)
                        .child(name)
                        .child(el("span").child(zone.range(window.start_ms(), window.end_ms())))
                        .child(query),
                )
            })
            .collect::<Vec<_>>()
    };
    let has_any = move || page.remembered.with(|held| !held.recent.is_empty());
    let has_any = Memo::new(move |_| u64::from(has_any()));
    shown(move || {
        (has_any.get() == 1).then(|| {
            el("details class='recent'")
                .child(el("summary").child("Recent windows"))
                .child(el("ul").child(shown(entries)))
        })
    })
    .into_any()
}

fn recent_window(recent: &Recent) -> Option<TimeRange> {
    TimeRange::window(recent.from.parse().ok()?, recent.to.parse().ok()?).ok()
}

fn log_field(page: Page) -> AnyView {
    let options = move || {
        page.logs.with(|logs| {
            logs.iter()
                .map(|log| {
                    el("option")
                        .attr("value", page.field_of(&log.id))
                        .child(log.id.clone())
                })
                .collect::<Vec<_>>()
        })
    };
    let choices = move || {
        let chosen = page.log_id();
        page.logs.with(|logs| {
            let few = logs.len() <= BUTTONS;
            logs.iter()
                .filter(|_| few)
                .map(|log| {
                    let id = log.id.clone();
                    let pressed = if log.id == chosen { "true" } else { "false" };
                    el("button type='button' class='chip' data-testid='log-choice'")
                        .attr("aria-pressed", pressed)
                        .attr("title", id.clone())
                        .on("click", move |_| page.log.set(page.field_of(&id)))
                        .child(log.name.clone())
                })
                .collect::<Vec<_>>()
        })
    };
    let id_line = move || {
        let id = page.log_id();
        (!id.is_empty() && page.log.with(|text| text.trim() != id))
            .then(|| el("span class='echo mono'").child(id))
    };
    many(vec![
        el("label class='field'")
            .child(el("span").child("Log"))
            .child(
                el("input data-testid='log-input' list='logs' spellcheck='false'")
                    .attr("placeholder", "name or id")
                    .value(text(move || page.log.get()))
                    .on("input", move |event| {
                        page.log.set(event_target_value(&event))
                    }),
            )
            .child(el("datalist id='logs'").child(shown(options)))
            .child(shown(id_line))
            .view(),
        el("div class='chips' role='group' aria-label='Logs'")
            .child(shown(choices))
            .view(),
    ])
}

fn time_field(page: Page, is_start: bool) -> El {
    let (signal, name, testid) = if is_start {
        (page.from, "From", "from")
    } else {
        (page.to, "To", "to")
    };
    // A whole window pasted into one field fills both.
    let settle = move |_| {
        let window = untrack(|| {
            signal.with(|text| {
                let is_one_instant = typed::instant(text, None, page.context()).is_some();
                let is_day_or_length =
                    is_start && !text.contains([':', '-']) && !text.trim().is_empty();
                if is_one_instant && !is_day_or_length {
                    None
                } else {
                    typed::window(text, page.context())
                }
            })
        });
        if let Some(window) = window {
            page.put_window(window);
        }
    };
    let nudge = move |event: web_sys::KeyboardEvent| {
        let steps = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let caret = input.selection_start().ok().flatten().unwrap_or(0);
        let text = input.value();
        if let Some(text) = typed::nudged(&text, caret as usize, steps, untrack(|| page.zone())) {
            event.prevent_default();
            input.set_value(&text);
            // The caret stays where it was, so that the next press steps the same part.
            let _ = input.set_selection_range(caret, caret);
            signal.set(text);
        }
    };
    el("label class='field'")
        .child(el("span").child(name))
        .child(
            el("input class='mono' spellcheck='false' placeholder='2026-11-23 09:00'")
                .attr("data-testid", testid)
                .attr("title", typed::FORMS)
                .value(text(move || signal.get()))
                .on("input", move |event| signal.set(event_target_value(&event)))
                .on("change", settle)
                .on_key(nudge),
        )
}

/// What the two fields mean, or what is wrong with them.
fn echo(page: Page) -> Shown {
    shown(move || match page.typed_window() {
        Ok(window) => {
            let zone = page.zone();
            el("p class='echo'")
                .child(zone.range(window.start_ms(), window.end_ms()))
                .child(" \u{b7} ")
                .child(el("strong").child(duration(window.duration_ms())))
                .into_any()
        }
        Err(words) => el("p class='echo is-wrong' data-testid='window-error' role='status'")
            .child(words)
            .into_any(),
    })
}

fn presets(page: Page) -> El {
    el("div class='chips' role='group' aria-label='Presets'").child(
        Preset::ALL
            .map(|(preset, name)| {
                let choose = move |_| {
                    if let Some(window) = preset.window(untrack(|| page.context())) {
                        page.put_window(window);
                    }
                };
                el("button type='button' class='chip' data-testid='preset'")
                    .attr("title", preset.words())
                    .on("click", choose)
                    .child(name)
            })
            .into_iter()
            .collect::<Vec<_>>(),
    )
}

/// To the window of the same length before and after, and straight to its plan.
fn steps(page: Page) -> El {
    let step = move |steps: i64| {
        let window = untrack(|| page.typed_window()).ok();
        if let Some(window) = window.and_then(|window| typed::stepped(window, steps)) {
            page.put_window(window);
            page.look_at_fields();
        }
    };
    el("div class='switch'")
        .child(
            el("button type='button' aria-label='Previous window of this length'")
                .attr("title", "Previous window")
                .on("click", move |_| step(-1))
                .child(icon(Icon::Previous)),
        )
        .child(
            el("button type='button' aria-label='Next window of this length'")
                .attr("title", "Next window")
                .on("click", move |_| step(1))
                .child(icon(Icon::Next)),
        )
}
