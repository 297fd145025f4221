//! The top bar: the mark, the window as one control, zone, connection, storage, theme and help.

use super::help;
use crate::features::connection::view::ConnectionMenu;
use crate::features::contexts::{LogNames, Place, ShownWindow, TimeZone};
use crate::features::window::view::WindowControl;
use crate::location::address::Screen;
use crate::location::memory::Memory;
use crate::platform::zone;
use crate::ui::icon::{Icon, Mark};
use crate::ui::zone::{Zone, offset_of};
use leptos::prelude::*;
use windrow_protocol::browser::task;

/// The bar.
#[component]
pub(super) fn TopBar() -> impl IntoView {
    view! {
        <header class="top">
            <div class="brand">
                <Mark />
                <h1>"Windrow"</h1>
            </div>
            <WindowControl />
            <span class="grow"></span>
            <ZoneSwitch />
            <ConnectionMenu />
            <StorageButton />
            <ThemeButton />
            <help::HelpButton />
        </header>
    }
}

#[component]
fn ZoneSwitch() -> impl IntoView {
    let memory = expect_context::<Memory>();
    let shown = expect_context::<ShownWindow>();
    let times = expect_context::<TimeZone>();
    let is_local = Memo::new(move |_| memory.with(|held| held.local_time));
    let offset = move || {
        // Whatever is shown, also after the machine's zone has changed.
        times.0.track();
        let target = shown.target();
        let ms = target.map_or_else(task::now_ms, |target| target.window.start_ms());
        offset_of(Zone::Local(zone::offset_minutes).offset_minutes(ms))
    };
    let choose = move |local: bool| memory.change(|held| held.local_time = local);
    view! {
        <div class="switch" role="group" aria-label="Times are shown in">
            <button
                type="button"
                data-testid="zone-utc"
                aria-pressed=move || (!is_local.get()).to_string()
                on:click=move |_| choose(false)
            >
                "UTC"
            </button>
            <button
                type="button"
                data-testid="zone-local"
                aria-pressed=move || is_local.get().to_string()
                on:click=move |_| choose(true)
            >
                "Local "
                <span class="offset">{offset}</span>
            </button>
        </div>
    }
}

#[component]
fn StorageButton() -> impl IntoView {
    let place = expect_context::<Place>();
    let is_open = Memo::new(move |_| place.screen.get() == Screen::Storage);
    let toggle = move |_| {
        place.screen.set(if is_open.get_untracked() {
            Screen::Review
        } else {
            Screen::Storage
        });
    };
    view! {
        <button
            type="button"
            class="is-icon is-quiet"
            title="Storage: what this browser keeps"
            aria-label="Storage"
            aria-controls="screen-storage"
            aria-pressed=move || is_open.get().to_string()
            on:click=toggle
        >
            {Icon::Disk.view()}
        </button>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let memory = expect_context::<Memory>();
    let theme = Memo::new(move |_| memory.with(|held| held.theme.clone()));
    let name = move || match theme.get().as_str() {
        "light" => "Theme: light",
        "dark" => "Theme: dark",
        _ => "Theme: the system's",
    };
    let next = move |_| {
        let next = match theme.get_untracked().as_str() {
            "" => "light",
            "light" => "dark",
            _ => "",
        };
        memory.change(|held| held.theme = next.to_owned());
    };
    view! {
        <button
            type="button"
            class="is-icon is-quiet"
            data-testid="theme"
            title=name
            aria-label=name
            on:click=next
        >
            {Icon::Theme.view()}
        </button>
    }
}

/// `Back to firewall, 09:00 - 12:00`.
pub(super) fn back_words() -> impl Fn() -> String + Send + Sync + 'static {
    let shown = expect_context::<ShownWindow>();
    let names = expect_context::<LogNames>();
    let times = expect_context::<TimeZone>();
    move || match shown.target() {
        Some(target) => {
            let (start_ms, end_ms) = (target.window.start_ms(), target.window.end_ms());
            let range = times.get().short_range(start_ms, end_ms);
            format!("Back to {}, {range}", names.of(target.dataset.log_id()))
        }
        None => "Back".to_owned(),
    }
}
