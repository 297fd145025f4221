//! What a person should know before anything else: no companion, no lasting storage, a worker that ended, a failure.

use super::el::{El, el, shown};
use super::icon::{Icon, icon};
use super::page::Page;
use super::session::SessionState;
use crate::platform::worker_client::{WorkerState, kept};
use leptos::prelude::*;

/// All banners, the most urgent first.
pub(crate) fn banners(page: Page) -> El {
    el("div class='banners'")
        .child(shown(move || worker(page, &page.worker.get())))
        .child(shown(move || note(page)))
        .child(shown(move || companion(&page.session.get())))
}

/// How a banner is shown and spoken.
#[derive(Clone, Copy)]
enum Weight {
    /// An alert.
    Failure,
    /// How things are.
    State,
    /// Something was done; the page has said so already.
    Done,
}

fn banner(
    kind: &'static str,
    weight: Weight,
    text: String,
    remedy: String,
    action: Option<AnyView>,
) -> AnyView {
    let (class, mark, role) = match weight {
        Weight::Failure => ("banner is-failure", Icon::Warning, Some("alert")),
        Weight::State => ("banner", Icon::Info, Some("status")),
        Weight::Done => ("banner", Icon::Info, None),
    };
    el("div data-testid='banner'")
        .class(class)
        .attr("data-kind", kind)
        .attr("role", role)
        .child(icon(mark))
        .child(
            el("p")
                .child(el("strong").child(text))
                .child(" ")
                .child(el("span").child(remedy)),
        )
        .child(action)
        .into_any()
}

fn worker(page: Page, state: &WorkerState) -> Option<AnyView> {
    match state {
        WorkerState::Starting | WorkerState::Renewing(_) => None,
        WorkerState::Ready(hello) => hello.storage_error.as_ref().map(|reason| {
            banner(
                "memory",
                Weight::Failure,
                "To keep what you fetch, leave private browsing or allow storage for this site, then reload.".to_owned(),
                format!("This browser refuses to keep files here: everything works, but what is fetched is gone when the tab closes. ({reason})"),
                None,
            )
        }),
        WorkerState::Restarting { reason, keeps } => Some(banner(
            "worker",
            Weight::Failure,
            "The worker that reads and writes the cache ended and is being started again.".to_owned(),
            format!("{}. ({reason})", kept(*keeps)),
            None,
        )),
        WorkerState::Broken { reason, keeps } => {
            let again = move |_| page.client.restart();
            let action = el("button type='button'").on("click", again).child("Start again");
            Some(banner(
                "worker",
                Weight::Failure,
                "The worker that reads and writes the cache cannot run.".to_owned(),
                format!("{}. ({reason})", kept(*keeps)),
                Some(action.into_any()),
            ))
        }
    }
}

fn note(page: Page) -> Option<AnyView> {
    let note = page.note.get()?;
    let action = el("button type='button' class='quiet' aria-label='Dismiss'")
        .on("click", move |_| page.note.set(None))
        .child(icon(Icon::Close));
    Some(banner(
        note.kind,
        if note.kind == "done" {
            Weight::Done
        } else {
            Weight::Failure
        },
        note.text,
        note.remedy,
        Some(action.into_any()),
    ))
}

fn companion(state: &SessionState) -> Option<AnyView> {
    let (text, remedy) = match state {
        SessionState::Asking | SessionState::Here(_) => return None,
        SessionState::Refused => (
            "This page's token is not the companion's: what is cached can be reviewed, nothing can be fetched.",
            "Open the address that `windrow serve` printed.",
        ),
        SessionState::Gone => (
            "The companion does not answer: what is cached can be reviewed, nothing can be fetched.",
            "Start `windrow serve` and open the address that it prints.",
        ),
    };
    Some(banner(
        "companion",
        Weight::State,
        text.to_owned(),
        remedy.to_owned(),
        None,
    ))
}
