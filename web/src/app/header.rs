//! The top line: name, where the page runs, time zone and theme.

use super::browser;
use super::icon::{Icon, icon};
use super::page::Page;
use super::session::SessionState;
use crate::state::instant::{Zone, offset_of};
use crate::task;
use leptos::prelude::*;

/// The top line.
#[component]
pub(crate) fn Header(page: Page) -> impl IntoView {
    view! {
        <header class="top">
            <div class="brand">
                <span class="brand-mark">{icon(Icon::Windrow)}</span>
                <h1>"Windrow"</h1>
                <span class="brand-line">"Windows of log rows, kept on this machine"</span>
            </div>
            <div class="top-right">
                {move || companion(&page.session.get())}
                <ZoneSwitch page=page />
                <ThemeSwitch page=page />
            </div>
        </header>
    }
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
    Some(view! { <span class=class title=title>{text}</span> }.into_any())
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

#[component]
fn ZoneSwitch(page: Page) -> impl IntoView {
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
    view! {
        <div class="switch" role="group" aria-label="Times are shown in">
            <button
                type="button"
                data-testid="zone-utc"
                aria-pressed=move || pressed(false)
                on:click=move |_| switch_zone(page, false)
            >
                "UTC"
            </button>
            <button
                type="button"
                data-testid="zone-local"
                aria-pressed=move || pressed(true)
                on:click=move |_| switch_zone(page, true)
            >
                "Local "
                <span class="offset">{offset}</span>
            </button>
        </div>
    }
}

#[component]
fn ThemeSwitch(page: Page) -> impl IntoView {
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
        browser::set_theme(theme);
        page.remember(|held| held.theme = theme.to_owned());
    };
    view! {
        <button
            type="button"
            class="quiet"
            data-testid="theme"
            title="Theme: light, dark or the system's"
            on:click=next
        >
            {icon(Icon::Theme)}
            <span class="theme-name">{name}</span>
        </button>
    }
}
