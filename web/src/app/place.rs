//! The address and the title: what is shown is written into them, and what an address names is shown.

use super::wiring::Wired;
use crate::features::columns::effects::ColumnsStore;
use crate::features::columns::state::Msg as ColumnsMsg;
use crate::features::connection::state::Msg as ConnectionMsg;
use crate::features::contexts::{Place, ShownWindow, TimeZone};
use crate::features::filter::chips::{Chips, Written};
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::Msg as FilterMsg;
use crate::features::groups::choice::Choice;
use crate::features::groups::effects::GroupsStore;
use crate::features::groups::state::Msg as GroupsMsg;
use crate::features::window::names::Names;
use crate::features::window::state::{Msg as WindowMsg, Target};
use crate::features::window::step::Preset;
use crate::features::window::typed::window_of;
use crate::location::address::{Address, Screen};
use crate::location::history::AddressBar;
use crate::location::remembered::Recent;
use crate::platform::document;
use leptos::prelude::*;
use windrow_model::TimeRange;

/// Takes what the address says: its token, and what it names.
pub(super) fn arrive(wired: Wired, address: &Address, is_start: bool) {
    if is_start || address.token.is_some() {
        let token = address.token.clone().unwrap_or_default();
        wired.connection.send(ConnectionMsg::Token(token));
    }
    restore(wired, address, is_start);
    // After the window: another log takes conditions away, and what is grouped, and has columns of its own.
    restore_filter(wired, address);
    if !address.log.is_empty() {
        let choice = Choice::read(&address.group);
        wired.groups.send(GroupsMsg::Restore(choice));
    }
    if !address.cols.is_empty() {
        wired.columns.send(ColumnsMsg::Named(address.cols.clone()));
    }
}

fn restore_filter(wired: Wired, address: &Address) {
    if address.log.is_empty() {
        return;
    }
    let written = Written {
        q: address.q.clone(),
        off: address.off.clone(),
        pin: address.pin.clone(),
    };
    match Chips::read(&written) {
        Ok(chips) => wired.filter.send(FilterMsg::Restore(chips)),
        Err(error) => {
            wired.filter.send(FilterMsg::Restore(Chips::default()));
            wired.notes.failed(
                format!("The address has a filter that cannot be read: {error}"),
                "All rows are shown; add the filter again",
            );
        }
    }
    // What lies outside of the window would select nothing of it.
    let shown = wired
        .picker
        .store
        .with_untracked(|state| state.shown.target().cloned());
    let within = |range: TimeRange| range.intersection(shown?.window);
    wired
        .filter
        .send(FilterMsg::Select(address.sel.and_then(within)));
}

/// Shows what the address names. On a first visit without one, what was looked at last.
fn restore(wired: Wired, address: &Address, is_start: bool) {
    let Wired { picker, place, .. } = wired;
    place.screen.set(address.screen);
    place.tab.set(address.tab);
    place.row_link.set(address.row.clone());
    let names = picker.names.get_untracked();
    let context = picker.context();
    let named = names.dataset(&address.log, &address.query);
    let (dataset, window) = match (named, window_of(&address.from, &address.to, context)) {
        (Some(dataset), Ok(window)) => {
            let target = Target::cached(dataset.clone(), window);
            // A typed time, and a word for now, mean this instant from here on.
            wired.bar.rewrite(with_target(address.clone(), &target));
            let is_shown = picker
                .store
                .with_untracked(|state| state.shown.target() == Some(&target));
            if is_shown {
                return;
            }
            (dataset, window)
        }
        // Which of two readings is meant is asked in the fields.
        (Some(dataset), Err(wrong)) if wrong.meant.is_some() => {
            picker.edit(|fields| {
                fields.log = names.field_of(dataset.log_id());
                fields.query.clone_from(&address.query);
                fields.from.clone_from(&address.from);
                fields.to.clone_from(&address.to);
            });
            picker.store.send(WindowMsg::Close);
            return;
        }
        _ if !is_start => {
            picker.store.send(WindowMsg::Close);
            return;
        }
        _ => match names.recent.first().and_then(Recent::target) {
            Some(last) => last,
            None => {
                if let Some(window) = Preset::LastMinutes(60).window(context) {
                    picker.put(window);
                }
                return;
            }
        },
    };
    picker.restore(dataset, window);
}

fn with_target(address: Address, target: &Target) -> Address {
    Address {
        log: target.dataset.log_id().to_owned(),
        query: target.dataset.query().to_owned(),
        from: target.window.start_ms().to_string(),
        to: target.window.end_ms().to_string(),
        ..address
    }
}

/// Writes what is shown into the address.
pub(super) fn write_address(
    bar: AddressBar,
    shown: ShownWindow,
    place: Place,
    filter: FilterStore,
    groups: GroupsStore,
    columns: ColumnsStore,
) {
    let group = groups.memo(|state| state.choice().written());
    let cols = columns.memo(|state| {
        let columns = state.layout().columns.iter();
        columns
            .map(|column| column.name.clone())
            .collect::<Vec<_>>()
    });
    let written = filter.memo(|state| state.chips().written());
    let selection = filter.memo(|state| state.selection());
    Effect::new(move |_| {
        let Written { q, off, pin } = written.get();
        let address = Address {
            q,
            off,
            pin,
            sel: selection.get(),
            group: group.get(),
            cols: cols.get(),
            screen: place.screen.get(),
            tab: place.tab.get(),
            row: place.row_link.get(),
            ..Address::default()
        };
        bar.show(match shown.target() {
            Some(target) => with_target(address, &target),
            None => address,
        });
    });
}

/// Writes what is shown into the title.
pub(super) fn write_title(shown: ShownWindow, place: Place, names: Memo<Names>, times: TimeZone) {
    Effect::new(move |_| {
        let target = shown.target().map(|target| {
            let (start_ms, end_ms) = (target.window.start_ms(), target.window.end_ms());
            let name = names.with(|names| names.of(target.dataset.log_id()));
            format!("{name}, {}", times.get().range(start_ms, end_ms))
        });
        document::set_title(&match (place.screen.get(), target) {
            (Screen::Storage, _) => "Storage - Windrow".to_owned(),
            (Screen::Review, Some(target)) => format!("{target} - Windrow"),
            (Screen::Review, None) => "Windrow".to_owned(),
        });
    });
}
