//! Asks for the figures of the window whenever it was opened.

use crate::features::contexts::{Bus, Event, ShownWindow};
use crate::features::rows::effects::Rows;
use crate::platform::task;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::{Summarize, Summary};
use crate::ui::load::Load;
use leptos::prelude::*;
use std::sync::Arc;

/// The figures.
#[derive(Clone, Copy)]
pub(crate) struct Figures(pub RwSignal<Load<Arc<Summary>>>);

/// Starts it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let figures = Figures(RwSignal::new(Load::Idle));
    provide_context(figures);
    let shown = expect_context::<ShownWindow>();
    let rows = expect_context::<Rows>();
    bus.listen(move |event| match event {
        Event::Chosen { .. } => figures.0.set(Load::Idle),
        Event::Opened(opened) => {
            let Some(view) = opened.view.id() else {
                figures.0.set(Load::Idle);
                return;
            };
            if opened.before.is_none() {
                figures.0.set(Load::Loading);
            }
            let reply = worker.ask(Summarize { view });
            task::spawn(async move {
                let reply = reply.await;
                let is_shown = shown.get_untracked().and_then(|window| window.id()) == Some(view);
                match reply {
                    Ok(summary) if is_shown => figures.0.set(Load::Ready(Arc::new(summary))),
                    Err(failed) if is_shown && !rows.is_outdated(view, &failed) => {
                        figures.0.set(Load::Failed(failed));
                    }
                    _ => {}
                }
            });
        }
        _ => {}
    });
}
