//! Starts the features and ties them together: what one asks of another goes through here.
//!
//! Order matters where a feature listens to what another tells: those that forget listen before those that show.

use super::follow::{follow_worker, keep_meaning, rest, tick, time_zone};
use super::place::{arrive, write_address, write_title};
use crate::features::columns::effects::ColumnsStore;
use crate::features::connection::effects::{self as connection, ConnectionStore};
use crate::features::connection::state::Msg as ConnectionMsg;
use crate::features::connection::view::PANEL as CONNECTION_PANEL;
use crate::features::contexts::{
    Actions, Asked, Bus, Cached, ChosenRow, Coverage, Event, Highlight, LogNames, Narrow, Now,
    Place, RowsShown, ShownWindow, TimeScale, Way,
};
use crate::features::coverage::effects as coverage;
use crate::features::coverage::lane::LaneFocus;
use crate::features::coverage::pieces::Overlay;
use crate::features::coverage::state::Msg as CoverageMsg;
use crate::features::fetch::effects::{self as fetch, FetchStore};
use crate::features::fetch::state::Msg as FetchMsg;
use crate::features::fetch::view::{EstimateAction, FullDisk};
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::Msg as FilterMsg;
use crate::features::groups::effects::GroupsStore;
use crate::features::storage::effects as storage;
use crate::features::storage::state::Msg as StorageMsg;
use crate::features::window::effects::{self as window, Picker, WindowStore};
use crate::features::window::log_picker;
use crate::features::window::names::Names;
use crate::features::window::picker::PICKER;
use crate::features::window::state::{Msg as WindowMsg, Target};
use crate::features::{
    columns, detail, events, fields, filter, groups, plot, rows, search, segments, summary,
};
use crate::location::address::{Screen, Tab};
use crate::location::history::AddressBar;
use crate::location::memory::Memory;
use crate::location::remembered::Recent;
use crate::platform::tabs::OtherTabs;
use crate::platform::worker_client::WorkerClient;
use crate::platform::{clipboard, document, download, focus};
use crate::ui::announce::{Announcer, Notes};
use crate::ui::confirm_button::Armed;
use crate::ui::format::count;
use crate::ui::popover;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::browser::task;
use windrow_protocol::{Deletion, EventLine, FailKind, Failed, FetchWindow, RunMode, WindowView};

/// What the address needs of the features.
#[derive(Clone, Copy)]
pub(super) struct Wired {
    pub(super) connection: ConnectionStore,
    pub(super) picker: Picker,
    pub(super) place: Place,
    pub(super) bar: AddressBar,
    pub(super) filter: FilterStore,
    pub(super) groups: GroupsStore,
    pub(super) columns: ColumnsStore,
    pub(super) notes: Notes,
}

/// How much each panel holds.
#[derive(Clone, Copy)]
pub(super) struct TabSizes {
    rows: Memo<u64>,
    segments: Signal<Option<u64>>,
    events: Signal<u64>,
}

impl TabSizes {
    /// For the tab, where there is anything.
    pub(super) fn of(self, tab: Tab) -> Option<String> {
        let size = match tab {
            Tab::Rows => self.rows.get(),
            Tab::Groups | Tab::Summary => 0,
            Tab::Segments => self.segments.get().unwrap_or(0),
            Tab::Events => self.events.get(),
        };
        (size > 0).then(|| count(size))
    }
}

/// Starts all features and provides what they share.
pub(super) fn wire(bar: AddressBar) -> Wired {
    let bus = Bus::new();
    let announcer = Announcer::new();
    let notes = Notes::new(announcer);
    let memory = Memory::recall();
    let worker = WorkerClient::start();
    let place = Place {
        tab: RwSignal::new(Tab::default()),
        screen: RwSignal::new(Screen::default()),
        row_link: RwSignal::new(String::new()),
    };
    provide_context(bus);
    provide_context(announcer);
    provide_context(notes);
    provide_context(memory);
    provide_context(worker);
    provide_context(place);
    provide_context(Armed::new());
    provide_context(LaneFocus(RwSignal::new(None)));
    provide_context(ChosenRow(RwSignal::new(None)));
    provide_context(Highlight(RwSignal::new(String::new())));

    let now = RwSignal::new(task::now_ms());
    provide_context(Now(now.into()));
    let times = time_zone(memory);
    provide_context(times);

    let connection = connection::start(worker, announcer);
    provide_context(connection);
    let logs = connection.memo(|state| state.logs.clone());
    let names = Memo::new(move |_| Names {
        logs: logs.get(),
        recent: memory.with(|held| held.recent.clone()),
    });
    provide_context(LogNames(names));

    let window = window::start(worker, announcer, bus);
    let shown = ShownWindow(window.memo(|state| state.shown.clone()).into());
    provide_context(shown);
    let picker = Picker {
        store: window,
        names,
        zone: times.0,
        place,
        close: Callback::new(|()| {
            popover::close(PICKER);
            popover::close(log_picker::PANEL);
        }),
    };
    provide_context(picker);
    keep_meaning(picker, names, times);

    let refresh = Callback::new(move |()| window.send(WindowMsg::Refresh));
    let journal = Callback::new(move |line: EventLine| bus.emit(Event::Journal(line)));
    let fetching = fetch::start(
        worker,
        announcer,
        bus,
        fetch::Ports {
            shown,
            is_opening: Callback::new(move |()| {
                window.with_untracked(crate::features::window::state::State::is_opening)
            }),
            refresh,
            ask_companion: Callback::new(move |()| connection.send(ConnectionMsg::Ask)),
        },
    );
    provide_context(fetching);
    let verifying = coverage::start(worker, announcer, bus);
    provide_context(verifying);
    let rows_shown = RwSignal::new(None);
    provide_context(RowsShown(rows_shown));
    provide_context(Asked::new());
    let derived = derived(verifying, fetching, shown, rows_shown);
    provide_context(derived);
    provide_context(TimeScale::new(derived.pieces));

    let other_tabs = OtherTabs::new();
    let changed = move |(dataset, deletions): (Dataset, Vec<Deletion>)| {
        let shown = shown.target_untracked();
        if let Some(shown) = shown.filter(|shown| shown.dataset == dataset) {
            verifying.send(CoverageMsg::ForgetCheck);
            let is_gone = |run: &String| {
                deletions
                    .iter()
                    .any(|deletion| matches!(deletion, Deletion::Run(deleted) if deleted == run))
            };
            // What is shown is gone: the cache is shown again.
            if shown.bypass_run.as_ref().is_some_and(is_gone) {
                window.send(WindowMsg::Replace(Target::cached(dataset, shown.window)));
            } else {
                window.send(WindowMsg::Refresh);
            }
        }
        other_tabs.tell();
    };
    let store = storage::start(worker, notes, Callback::new(changed));
    provide_context(store);
    provide_context(Cached(store.memo(|state| state.datasets.ready().cloned())));
    provide_context(FullDisk(Signal::derive(move || {
        store.with(|state| state.quota.and_then(|quota| quota.explains_full()))
    })));

    let start = move |(only, mode): (Option<TimeRange>, RunMode)| {
        let Some(target) = shown.get_untracked().map(|window| window.target.clone()) else {
            return;
        };
        notes.dismiss();
        verifying.send(CoverageMsg::ForgetCheck);
        focus::keep_focus("fetch");
        let fetch = FetchWindow {
            connection: connection.with_untracked(|state| state.connection()),
            dataset: target.dataset.clone(),
            window: only.unwrap_or(target.window),
            mode,
            promote_fields: memory.with_untracked(|held| !held.messages_only),
            flush: connection.with_untracked(|state| state.flush()),
            run_id: task::random_id(),
        };
        fetching.send(FetchMsg::Start(Box::new(fetch), target, task::now_ms()));
    };
    provide_context(EstimateAction(Callback::new(move |()| {
        if let Some(window) = shown.get_untracked() {
            let connection = connection.with_untracked(|state| state.connection());
            fetching.send(FetchMsg::Estimate(connection, window.target.clone()));
        }
    })));
    provide_context(Actions {
        fetch: Callback::new(start),
        stop: Callback::new(move |()| fetching.send(FetchMsg::Stop)),
        refresh,
        reopen: Callback::new(move |failed: Failed| {
            if failed.kind == FailKind::Gone {
                notes.failed(failed.message, failed.remedy);
            }
            refresh.run(());
        }),
        open: Callback::new(move |(dataset, range)| picker.open_window(dataset, range)),
        note_damage: Callback::new(move |(path, message)| {
            verifying.send(CoverageMsg::Damaged { path, message });
        }),
        delete: Callback::new(move |(dataset, deletions)| {
            store.send(StorageMsg::Delete(dataset, deletions));
        }),
        go_to_row: Callback::new(move |row| {
            place.tab.set(Tab::Rows);
            bus.emit(Event::GoToRow(row));
        }),
        copy: Callback::new(move |(text, what): (String, &'static str)| {
            task::spawn(async move {
                if clipboard::copy(&text).await {
                    notes.done(format!("{what} copied"));
                } else {
                    notes.failed(
                        "The browser does not let this page copy",
                        "Select the text and copy it by hand",
                    );
                }
            });
        }),
        save: Callback::new(
            move |(name, kind, content): (String, &'static str, Vec<u8>)| {
                if !download::download(&name, kind, &content) {
                    notes.failed(
                        format!("The browser did not take {name} as a download"),
                        "Allow downloads for this site",
                    );
                }
            },
        ),
        go_to: Callback::new(move |way| match way {
            Way::Storage => {
                place.screen.set(Screen::Storage);
                task::later(0, || focus::focus("datasets"));
            }
            Way::Key => popover::open(CONNECTION_PANEL, "api-key"),
        }),
    });

    bus.listen(move |event| match event {
        Event::Chosen { target, .. } => {
            fetching.send(FetchMsg::Chosen);
            let name = names.with_untracked(|names| names.known(target.dataset.log_id()));
            memory.change(|held| held.visit(Recent::of(&target.dataset, target.window, name)));
        }
        Event::Opened(opened) => {
            fetching.send(FetchMsg::Opened(opened));
            // What a running fetch has written so far counts as kept.
            if fetching.with_untracked(|state| state.run.running().is_some()) {
                store.send(StorageMsg::Refresh);
            }
        }
        Event::Fetched { target, result } => {
            match result {
                Ok(receipt) => fetched(window, shown, &target, receipt.bypass_run.clone()),
                Err(_) => window.send(WindowMsg::Refresh),
            }
            store.send(StorageMsg::Refresh);
            other_tabs.tell();
        }
        _ => {}
    });
    let filtering = filter::effects::start(worker, announcer, bus);
    provide_context(Narrow {
        change: Callback::new(move |change| filtering.send(FilterMsg::Change(change))),
        select: Callback::new(move |range| filtering.send(FilterMsg::Select(range))),
        look_around: Callback::new(move |()| bus.emit(Event::LookAround)),
    });
    let columns = columns::effects::start(announcer, bus);
    plot::effects::start(announcer, bus);
    fields::effects::start(bus);
    let groups = groups::effects::start(bus);
    rows::effects::start(worker, bus);
    search::effects::start(worker, bus);
    detail::effects::start(worker, bus);
    summary::effects::start(worker, bus);
    let segments = segments::effects::start(worker, bus);
    let events = events::effects::start(bus);
    provide_context(TabSizes {
        rows: Memo::new(move |_| {
            rows_shown.with(|rows| rows.as_ref().map_or(0, |rows: &Arc<WindowView>| rows.rows))
        }),
        segments,
        events,
    });

    other_tabs.listen(move |is_told| {
        // Another tab has written or deleted something, or this one was not looked at for a while.
        if is_told {
            bus.emit(Event::CacheChanged);
        }
        window.send(WindowMsg::Refresh);
        store.send(StorageMsg::Refresh);
    });
    follow_worker(worker, window, store, notes, journal);
    document::on_page_cache(move || worker.leave(), move || worker.come_back());
    write_address(bar, shown, place, filtering, groups, columns);
    write_title(shown, place, names, times);
    tick(now, connection, fetching);
    rest(worker);
    store.send(StorageMsg::Refresh);
    let wired = Wired {
        connection,
        picker,
        place,
        bar,
        filter: filtering,
        groups,
        columns,
        notes,
    };
    bar.on_change(move |address| arrive(wired, &address, false));
    wired
}

/// A fetch that is part of the cache shows the cache, also after one beside it.
fn fetched(window: WindowStore, shown: ShownWindow, of: &Target, bypass_run: Option<String>) {
    let now = shown.target_untracked();
    match now {
        Some(now) if now.is_window_of(of) => {
            window.send(WindowMsg::Replace(Target { bypass_run, ..now }))
        }
        Some(now) if now.dataset == of.dataset => window.send(WindowMsg::Refresh),
        _ => {}
    }
}

fn derived(
    store: coverage::CoverageStore,
    fetching: FetchStore,
    shown: ShownWindow,
    rows_shown: RwSignal<Option<Arc<WindowView>>>,
) -> Coverage {
    let overlay = Memo::new(move |_| {
        let target = shown.target();
        target.map_or_else(Overlay::default, |target| {
            fetching.with(|state| state.overlay(&target.dataset))
        })
    });
    let bypasses = fetching.memo(|state| state.bypass);
    let coverage::Derived {
        damage,
        pieces,
        shown: of_rows,
        standing,
    } = coverage::derive(store, shown, rows_shown, overlay, bypasses);
    Coverage {
        pieces,
        shown: of_rows,
        damage,
        standing,
        is_filling: Memo::new(move |_| {
            shown.target().is_some_and(|target| {
                target.bypass_run.is_none()
                    && fetching.with(|state| state.run.fills(&target.dataset, target.window))
            })
        }),
        is_fetching: fetching.memo(|state| state.run.running().is_some()),
        is_stopping: fetching.memo(|state| state.run.running().is_some_and(|run| run.stopping)),
    }
}
