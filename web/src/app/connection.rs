//! Where the log API is and who holds its key.
//!
//! The key stays in a signal and goes to the worker with each request; it is never kept.

use super::el::{El, el, shown, text};
use super::page::Page;
use super::problem::problem;
use super::run::waits;
use super::session::SessionState;
use super::shown::Access;
use crate::state::words::counted;
use leptos::prelude::*;

/// Address, key, and whether they work.
pub(crate) fn connection_form(page: Page) -> El {
    let key_held =
        move || matches!(page.session.get(), SessionState::Here(session) if session.key_held);
    let connect = move |event: web_sys::Event| {
        event.prevent_default();
        if page.access.get_untracked() != Access::Asking {
            page.connect();
        }
    };
    let placeholder = move || {
        if key_held() {
            "held by the companion"
        } else {
            "kept in memory only"
        }
    };
    el("section class='card' data-testid='connection' aria-labelledby='connection-title'")
        .child(
            el("div class='card-head'")
                .child(el("h2 id='connection-title'").child("Log API"))
                .child(shown(move || {
                    status(&page.access.get(), page.logs.with(Vec::len) as u64)
                })),
        )
        .child(
            el("form class='fields' autocomplete='off'")
                .on("submit", connect)
                .child(
                    el("label class='field'")
                        .child(el("span").child("Region or base URL"))
                        .child(
                            el("input data-testid='base-url' class='mono' placeholder='eu'")
                                .attr("spellcheck", "false")
                                .value(text(move || page.base_url.get()))
                                .on("input", move |event| {
                                    page.base_url.set(event_target_value(&event))
                                }),
                        ),
                )
                .child(
                    el("label class='field'")
                        .child(el("span").child("API key"))
                        .child(
                            el("div class='joined'")
                                .child(
                                    el("input id='api-key' data-testid='api-key' type='password'")
                                        .attr("autocomplete", "off")
                                        .attr("spellcheck", "false")
                                        .attr("placeholder", text(placeholder))
                                        .value(text(move || page.api_key.get()))
                                        .on("input", move |event| {
                                            page.api_key.set(event_target_value(&event))
                                        }),
                                )
                                .child(
                                    el("button type='submit' data-testid='connect'")
                                        .press(move || page.access.get() == Access::Asking, |_| {})
                                        .child(shown(move || match page.access.get() {
                                            Access::Asking => "Connecting",
                                            Access::Open => "Reconnect",
                                            _ => "Connect",
                                        })),
                                ),
                        ),
                ),
        )
        .child(shown(move || match page.access.get() {
            Access::Failed(failed) => Some(problem("p class='problem' role='alert'", failed)),
            // The rate limit may make it wait for minutes.
            Access::Asking => Some(
                el("div class='run-head'")
                    .child(waits(page, Box::new(move || page.access_pause.get())))
                    .child(
                        el("button type='button' class='quiet' data-testid='cancel-connect'")
                            .on("click", move |_| page.stop_connecting())
                            .child("Cancel"),
                    ),
            ),
            _ => None,
        }))
}

fn status(access: &Access, logs: u64) -> El {
    let (state, class, text) = match access {
        Access::Unknown => ("unknown", "pill", "Not connected".to_owned()),
        Access::Asking => ("asking", "pill", "Connecting".to_owned()),
        Access::Open => ("open", "pill is-here", counted(logs, "log", "logs")),
        Access::Failed(_) => ("failed", "pill is-failed", "Failed".to_owned()),
    };
    el("span data-testid='access'")
        .class(class)
        .attr("data-state", state)
        .child(text)
}
