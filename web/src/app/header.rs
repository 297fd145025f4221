//! The top line: name, where the page runs, time zone and theme.

use super::browser;
use super::el::{El, el, shown, text};
use super::icon::{Icon, icon};
use super::page::Page;
use super::session::SessionState;
use crate::platform::task;
use crate::state::instant::{Zone, offset_of};
use leptos::prelude::*;

/// The top line.
pub(crate) fn header(page: Page) -> El {
    el("header class='top'")
        .child(
            el("div class='brand'")
                .child(el("span class='brand-mark'").child(icon(Icon::Windrow)))
                .child(el("h1").child("Windrow"))
                .child(
                    el("span class='brand-line'")
                        .child("Windows of log rows, kept on this machine"),
                ),
        )
        .child(
            el("div class='top-right'")
                .child(shown(move || companion(&page.session.get())))
                .child(zone_switch(page))
                .child(theme_switch(page)),
        )
}

fn companion(state: &SessionState) -> Option<AnyView> {
    let (class, text, title) = match state {
        SessionState::Asking => return None,
        SessionState::Here(session) if session.demo => (
            "pill is-demo",
            "Demo",
            "The companion serves made-up logs of its own",
        ),
        SessionState::Here(_) => ("pill is-here", "Companion here", "Windows can be fetched"),
        SessionState::Refused => (
            "pill is-gone",
            "Review only",
            "Opened without the companion's token",
        ),
        SessionState::Gone => (
            "pill is-gone",
            "Offline",
            "The companion does not answer; what is cached can be reviewed",
        ),
    };
    Some(
        el("span data-testid='session'")
            .class(class)
            .attr("title", title)
            .child(text)
            .into_any(),
    )
}

/// Switches the zone and rewrites the typed window, so that it stays the same window.
fn switch_zone(page: Page, local: bool) {
    let window = untrack(|| page.typed_window());
    page.local_time.set(local);
    if let Ok(window) = window {
        page.put_window(window);
    }
    page.remember(|held| held.local_time = local);
}

fn zone_switch(page: Page) -> El {
    let offset = move || {
        let ms = page
            .here()
            .map_or_else(task::now_ms, |here| here.window.start_ms());
        offset_of(Zone::Local(browser::local_offset).offset_minutes(ms))
    };
    let pressed = move |local: bool| {
        if page.local_time.get() == local {
            "true"
        } else {
            "false"
        }
    };
    el("div class='switch' role='group' aria-label='Times are shown in'")
        .child(
            el("button type='button' data-testid='zone-utc'")
                .attr("aria-pressed", text(move || pressed(false)))
                .on("click", move |_| switch_zone(page, false))
                .child("UTC"),
        )
        .child(
            el("button type='button' data-testid='zone-local'")
                .attr("aria-pressed", text(move || pressed(true)))
                .on("click", move |_| switch_zone(page, true))
                .child("Local ")
                .child(el("span class='offset'").child(text(offset))),
        )
}

fn theme_switch(page: Page) -> El {
    let name = move || {
        page.remembered.with(|held| match held.theme.as_str() {
            "light" => "Light",
            "dark" => "Dark",
            _ => "System",
        })
    };
    let next = move |_| {
        let theme = match page
            .remembered
            .with_untracked(|held| held.theme.clone())
            .as_str()
        {
            "" => "light",
            "light" => "dark",
            _ => "",
        };
        page.remember(|held| held.theme = theme.to_owned());
    };
    el("button type='button' class='quiet' data-testid='theme'")
        .attr("title", "Theme: light, dark or the system's")
        .attr("aria-label", text(move || format!("Theme: {}", name())))
        .on("click", next)
        .child(icon(Icon::Theme))
        .child(el("span class='theme-name'").child(text(name)))
}
