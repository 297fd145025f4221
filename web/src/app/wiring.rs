//! Starts the features and ties them together: what one asks of another goes through here.
//!
//! Order matters where a feature listens to what another tells: those that forget listen before those that show.

use crate::features::connection::effects::{self as connection, ConnectionStore};
use crate::features::connection::state::Msg as ConnectionMsg;
use crate::features::connection::view::PANEL as CONNECTION_PANEL;
use crate::features::contexts::{
    Actions, Bus, ChosenRow, Coverage, Event, Highlight, LogNames, Now, Place, ShownWindow,
    TimeZone, Way,
};
use crate::features::coverage::effects as coverage;
use crate::features::coverage::lane::LaneFocus;
use crate::features::coverage::pieces::Overlay;
use crate::features::coverage::state::Msg as CoverageMsg;
use crate::features::fetch::effects::{self as fetch, FetchStore};
use crate::features::fetch::state::Msg as FetchMsg;
use crate::features::fetch::view::{EstimateAction, FullDisk};
use crate::features::storage::effects::{self as storage, StorageStore};
use crate::features::storage::state::Msg as StorageMsg;
use crate::features::window::effects::{self as window, Picker, WindowStore};
use crate::features::window::names::Names;
use crate::features::window::state::{Msg as WindowMsg, Target};
use crate::features::window::step::Preset;
use crate::features::window::typed;
use crate::features::window::view::PICKER;
use crate::features::{detail, events, rows, search, segments, summary};
use crate::location::address::{Address, Screen, Tab};
use crate::location::history::AddressBar;
use crate::location::memory::Memory;
use crate::location::remembered::Recent;
use crate::platform::tabs::OtherTabs;
use crate::platform::worker_client::{Renewal, WorkerClient, WorkerState, kept};
use crate::platform::{clipboard, document, download, focus, task, zone};
use crate::protocol::{Deletion, EventLine, FailKind, Failed, FetchWindow, RunMode};
use crate::ui::announce::{Announcer, Note, NoteKind, Notes};
use crate::ui::confirm_button::Armed;
use crate::ui::format::{bytes, count};
use crate::ui::popover;
use crate::ui::zone::Zone;
use leptos::prelude::*;
use windrow_model::{Dataset, TimeRange};

/// What the shell itself needs of the features.
pub(super) struct Wired {
    /// The connection.
    pub(super) connection: ConnectionStore,
    picker: Picker,
    window: WindowStore,
    place: Place,
    bar: AddressBar,
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
            Tab::Summary => 0,
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
    provide_context(LogNames(Callback::new(move |id: String| {
        names.with(|names| names.of(&id))
    })));

    let window = window::start(worker, announcer, bus);
    let shown = ShownWindow(window.memo(|state| state.shown.clone()).into());
    provide_context(shown);
    let picker = Picker::new(
        window,
        names,
        times.0,
        place,
        Callback::new(|()| popover::close(PICKER)),
    );
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
    let derived = derived(verifying, fetching, shown);
    provide_context(derived);

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
            memory.change(|held| held.visit(recent(&target, name)));
        }
        Event::Opened(opened) => fetching.send(FetchMsg::Opened(opened)),
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
    rows::effects::start(worker, bus);
    search::effects::start(worker, bus);
    detail::effects::start(worker, bus);
    summary::effects::start(worker, bus);
    let segments = segments::effects::start(worker, bus);
    let events = events::effects::start(bus);
    provide_context(TabSizes {
        rows: Memo::new(move |_| shown.get().map_or(0, |window| window.rows())),
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
    write_address(bar, shown, place);
    write_title(shown, place, names, times);
    tick(now, connection, fetching);
    store.send(StorageMsg::Refresh);
    let wired = Wired {
        connection,
        picker,
        window,
        place,
        bar,
    };
    let again = Wired { ..wired };
    bar.on_change(move |address| {
        if let Some(token) = &address.token {
            again.connection.send(ConnectionMsg::Token(token.clone()));
        }
        restore(&again, &address, false);
    });
    wired
}

/// Shows what the address names. On a first visit without one, what was looked at last.
pub(super) fn restore(wired: &Wired, address: &Address, is_start: bool) {
    let (picker, place) = (wired.picker, wired.place);
    place.screen.set(address.screen);
    place.tab.set(address.tab);
    place.row_link.set(address.row.clone());
    if let Some((dataset, window)) = named(picker, address) {
        let target = Target::cached(dataset.clone(), window);
        // A typed time, and a word for now, mean this instant from here on.
        wired.bar.rewrite(address_of(
            Some(&target),
            place.screen.get_untracked(),
            address.tab,
            address.row.clone(),
        ));
        let is_shown = wired
            .window
            .with_untracked(|state| state.shown.target() == Some(&target));
        if !is_shown {
            picker.restore(dataset, window);
        }
        return;
    }
    if !is_start {
        wired.window.send(WindowMsg::Close);
        return;
    }
    let last = picker
        .names
        .with_untracked(|names| names.recent.first().cloned());
    let opened = last.and_then(|last| {
        let window = TimeRange::window(last.from.parse().ok()?, last.to.parse().ok()?).ok()?;
        let names = picker.names.get_untracked();
        Some((names.dataset(&last.log, &last.query)?, window))
    });
    match opened {
        Some((dataset, window)) => picker.restore(dataset, window),
        None => {
            let context = picker.context();
            if let Some(window) = Preset::LastMinutes(60).window(context) {
                wired.window.send(WindowMsg::Put(window, context));
            }
        }
    }
}

/// The window that an address names.
fn named(picker: Picker, address: &Address) -> Option<(Dataset, TimeRange)> {
    let context = picker.context();
    let names = picker.names.get_untracked();
    let dataset = names.dataset(&address.log, &address.query)?;
    let window = typed::window_of(&address.from, &address.to, context).ok()?;
    Some((dataset, window))
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

fn recent(target: &Target, name: Option<String>) -> Recent {
    Recent {
        log: target.dataset.log_id().to_owned(),
        name: name.unwrap_or_default(),
        query: target.dataset.query().to_owned(),
        from: target.window.start_ms().to_string(),
        to: target.window.end_ms().to_string(),
    }
}

/// The log that is meant stays so, though another of its name is known now.
fn keep_meaning(picker: Picker, names: Memo<Names>, times: TimeZone) {
    Effect::new(move |before: Option<Names>| {
        let now = names.get();
        if let Some(before) = before.filter(|before| *before != now) {
            let text = picker.fields().log;
            let meant = before.id_of(&text);
            if now.id_of(&text) != meant {
                picker.store.send(WindowMsg::PutLog(now.field_of(&meant)));
            }
        }
        now
    });
    Effect::new(move |before: Option<Zone>| {
        let now = times.get();
        if before.is_some_and(|before| before != now) {
            picker.store.send(WindowMsg::ZoneChanged(now));
        }
        now
    });
}

/// UTC or the machine's zone; whether that has changed is looked at once a second.
fn time_zone(memory: Memory) -> TimeZone {
    let changes = RwSignal::new(0_u32);
    let print = || {
        // A winter and a summer day, and now.
        [1_767_225_600_000, 1_782_864_000_000, task::now_ms()].map(zone::offset_minutes)
    };
    task::spawn(async move {
        let mut before = print();
        loop {
            task::sleep_ms(1000).await;
            let now = print();
            // A change of clocks is none of zone.
            if now[..2] != before[..2] {
                changes.update(|changes| *changes += 1);
            }
            before = now;
        }
    });
    let is_local = Memo::new(move |_| memory.with(|held| held.local_time));
    TimeZone(Signal::derive(move || {
        match (is_local.get(), changes.get()) {
            (false, _) => Zone::Utc,
            (true, 0) => Zone::Local(zone::offset_minutes),
            (true, changes) => Zone::Changed(zone::offset_minutes, changes),
        }
    }))
}

fn derived(store: coverage::CoverageStore, fetching: FetchStore, shown: ShownWindow) -> Coverage {
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
        standing,
    } = coverage::derive(store, shown, overlay, bypasses);
    Coverage {
        pieces,
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

/// A worker that was started anew knows no window: what is shown is opened again.
fn follow_worker(
    worker: WorkerClient,
    window: WindowStore,
    store: StorageStore,
    notes: Notes,
    journal: Callback<EventLine>,
) {
    Effect::new(move |before: Option<WorkerState>| {
        let now = worker.state().get();
        let is_ready = matches!(now, WorkerState::Ready(_));
        match before {
            Some(WorkerState::Restarting { reason, keeps }) if is_ready => {
                journal.run(events::journal::line("WARN", "worker_restarted", &reason));
                notes.show(Note {
                    kind: NoteKind::Worker,
                    text: "The worker that reads and writes the cache ended and was started again."
                        .to_owned(),
                    remedy: format!("{}. ({reason})", kept(keeps)),
                });
            }
            Some(WorkerState::Renewing(Renewal::Grown(grown))) if is_ready => {
                let reason = format!("its memory had grown to {}", bytes(grown));
                journal.run(events::journal::line("INFO", "worker_recycled", &reason));
            }
            Some(WorkerState::Renewing(Renewal::Returned)) if is_ready => {
                let reason = "the page was left and came back";
                journal.run(events::journal::line("INFO", "worker_restarted", reason));
            }
            _ => return now,
        }
        window.send(WindowMsg::Refresh);
        store.send(StorageMsg::Refresh);
        now
    });
}

/// The address of what is shown.
fn address_of(target: Option<&Target>, screen: Screen, tab: Tab, row: String) -> Address {
    let mut address = Address {
        screen,
        tab,
        row,
        ..Address::default()
    };
    if let Some(target) = target {
        address.log = target.dataset.log_id().to_owned();
        address.query = target.dataset.query().to_owned();
        address.from = target.window.start_ms().to_string();
        address.to = target.window.end_ms().to_string();
    }
    address
}

fn write_address(bar: AddressBar, shown: ShownWindow, place: Place) {
    Effect::new(move |_| {
        let target = shown.target();
        let (screen, tab, row) = (place.screen.get(), place.tab.get(), place.row_link.get());
        bar.show(address_of(target.as_ref(), screen, tab, row));
    });
}

fn write_title(shown: ShownWindow, place: Place, names: Memo<Names>, times: TimeZone) {
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

/// Moves the clock: for the rate of a fetch and what is left of it, for waits, and for asking again.
fn tick(now: RwSignal<i64>, connection: ConnectionStore, fetching: FetchStore) {
    task::spawn(async move {
        loop {
            task::sleep_ms(1000).await;
            let now_ms = task::now_ms();
            now.set(now_ms);
            // A message tells all who follow the state, so none is sent without need.
            if connection.with_untracked(|state| state.companion.is_lost()) {
                connection.send(ConnectionMsg::Tick(now_ms));
            }
            if fetching.with_untracked(|state| state.run.running().is_some()) {
                fetching.send(FetchMsg::Tick(now_ms));
            }
        }
    });
}
