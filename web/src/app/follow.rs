//! What goes on by itself: the clock, the zone of the machine, names that become known, a worker that is started anew.

use crate::features::connection::effects::ConnectionStore;
use crate::features::connection::state::Msg as ConnectionMsg;
use crate::features::contexts::TimeZone;
use crate::features::events;
use crate::features::fetch::effects::FetchStore;
use crate::features::fetch::state::Msg as FetchMsg;
use crate::features::storage::effects::StorageStore;
use crate::features::storage::state::Msg as StorageMsg;
use crate::features::window::effects::{Picker, WindowStore};
use crate::features::window::names::Names;
use crate::features::window::state::Msg as WindowMsg;
use crate::location::memory::Memory;
use crate::platform::tabs::when_hidden_for;
use crate::platform::worker_client::{Renewal, WorkerClient, WorkerState, kept};
use crate::platform::zone;
use crate::ui::announce::{Note, NoteKind, Notes};
use crate::ui::format::bytes;
use crate::ui::zone::Zone;
use leptos::prelude::*;
use windrow_protocol::EventLine;
use windrow_protocol::browser::task;

/// The log that is meant stays so, though another of its name is known now.
pub(super) fn keep_meaning(picker: Picker, names: Memo<Names>, times: TimeZone) {
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
pub(super) fn time_zone(memory: Memory) -> TimeZone {
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

/// A worker that was started anew knows no window: what is shown is opened again.
pub(super) fn follow_worker(
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

/// How long the page is out of sight before large workers end: not while somebody looks something up.
const RESTS_AFTER_MS: u64 = 60_000;

/// Lets the workers' memory go while nobody looks at the page.
pub(super) fn rest(worker: WorkerClient) {
    when_hidden_for(
        RESTS_AFTER_MS,
        move || worker.rest(),
        move || worker.come_back(),
    );
}

/// Moves the clock: for the rate of a fetch and what is left of it, for waits, and for asking again.
pub(super) fn tick(now: RwSignal<i64>, connection: ConnectionStore, fetching: FetchStore) {
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
