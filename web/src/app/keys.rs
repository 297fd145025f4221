//! Single keys that work anywhere on the page: what each does.

use super::help;
use crate::features::contexts::{Actions, Coverage, FieldsPlace, Narrow, Place};
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::{Change, Msg as FilterMsg};
use crate::features::plot::effects::PlotStore;
use crate::features::plot::state::Msg as PlotMsg;
use crate::features::search::view::FIELD as FIND;
use crate::features::shortcut::Shortcut;
use crate::features::window::effects::Picker;
use crate::features::window::log_picker;
use crate::features::window::picker::PICKER;
use crate::location::address::Screen;
use crate::location::memory::Memory;
use crate::platform::{focus, keyboard};
use crate::ui::{dialog, popover};
use leptos::prelude::*;
use windrow_protocol::RunMode;
use windrow_protocol::browser::task;

/// Listens for as long as the page lives.
pub(super) fn listen() {
    let memory = expect_context::<Memory>();
    let picker = expect_context::<Picker>();
    let place = expect_context::<Place>();
    let coverage = expect_context::<Coverage>();
    let actions = expect_context::<Actions>();
    let filter = expect_context::<FilterStore>();
    let narrow = expect_context::<Narrow>();
    let plot = expect_context::<PlotStore>();
    let fields = expect_context::<FieldsPlace>();
    keyboard::on_press(move |press| {
        let is_off = memory.with_untracked(|held| held.keys_off);
        let Some(shortcut) = Shortcut::of(press).filter(|_| !is_off) else {
            return false;
        };
        match shortcut {
            // On the first visit the log is a field like the others.
            Shortcut::Log if focus::element(log_picker::PANEL).is_none() => {
                focus::focus("picker-log");
            }
            Shortcut::Log => popover::open(log_picker::PANEL, log_picker::FIELD),
            Shortcut::Time => popover::open(PICKER, "picker-from"),
            Shortcut::Find => {
                place.screen.set(Screen::Review);
                task::later(0, || focus::focus(FIND));
            }
            Shortcut::Fetch => {
                let is_seen = place.screen.get_untracked() == Screen::Review;
                let standing = coverage.standing.get_untracked();
                let missing = standing.filter(|now| now.is_needed && now.mode != RunMode::Bypass);
                if let Some(now) = missing
                    && is_seen
                    && !coverage.is_fetching.get_untracked()
                {
                    actions.fetch.run((None, now.mode));
                }
            }
            Shortcut::Earlier => picker.step(-1),
            Shortcut::Later => picker.step(1),
            Shortcut::Filters => filter.send(FilterMsg::Change(Change::Suspend)),
            Shortcut::Undo => filter.send(FilterMsg::Undo),
            Shortcut::Around => narrow.look_around.run(()),
            Shortcut::Plot => memory.change(|held| held.plot_hidden = !held.plot_hidden),
            Shortcut::Fields => fields.toggle.run(()),
            Shortcut::ZoomIn => plot.send(PlotMsg::ZoomIn),
            Shortcut::ZoomOut => plot.send(PlotMsg::ZoomOut),
            Shortcut::Help => dialog::open(help::SHEET),
        }
        true
    });
}
