//! What a person should know before anything else: no companion, no lasting storage, a worker that ended, a failure.

use super::icon::{Icon, icon};
use super::link::WorkerState;
use super::page::Page;
use super::session::SessionState;
use leptos::prelude::*;

/// All banners, the most urgent first.
#[component]
pub(crate) fn Banners(page: Page) -> impl IntoView {
    view! {
        <div class="banners">
            {move || worker(page, &page.worker.get())}
            {move || note(page)}
            {move || companion(&page.session.get())}
        </div>
    }
}

fn banner(
    kind: &'static str,
    is_failure: bool,
    text: String,
    remedy: String,
    action: Option<AnyView>,
) -> AnyView {
    let (class, mark, role) = if is_failure {
        ("banner is-failure", Icon::Warning, "alert")
    } else {
        ("banner", Icon::Info, "status")
    };
    view! {
        <div class=class data-testid="banner" data-kind=kind role=role>
            {icon(mark)}
            <p>
                <strong>{text}</strong>
                " "
                <span>{remedy}</span>
            </p>
            {action}
        </div>
    }
    .into_any()
}

fn worker(page: Page, state: &WorkerState) -> Option<AnyView> {
    match state {
        WorkerState::Starting => None,
        WorkerState::Ready(hello) => hello.refused.as_ref().map(|reason| {
            banner(
                "memory",
                true,
                "This browser refuses to keep files for this site: what is fetched is gone when the tab closes.".to_owned(),
                format!("({reason}) Leave private browsing, or allow storage for this site."),
                None,
            )
        }),
        WorkerState::Restarting { reason } => Some(banner(
            "worker",
            true,
            "The worker that reads and writes the cache ended and is being started again.".to_owned(),
            format!("Everything that was finished is kept. ({reason})"),
            None,
        )),
        WorkerState::Broken { reason } => {
            let again = move |_| {
                if let Some(link) = page.link.with_value(Clone::clone) {
                    link.restart();
                }
            };
            let action = view! {
                <button type="button" on:click=again>
                    "Start again"
                </button>
            };
            Some(banner(
                "worker",
                true,
                "The worker that reads and writes the cache cannot run.".to_owned(),
                format!("Everything that was finished is kept. ({reason})"),
                Some(action.into_any()),
            ))
        }
    }
}

fn note(page: Page) -> Option<AnyView> {
    let note = page.note.get()?;
    let action = view! {
        <button
            type="button"
            class="quiet"
            aria-label="Dismiss"
            on:click=move |_| page.note.set(None)
        >
            {icon(Icon::Close)}
        </button>
    };
    Some(banner(
        note.kind,
        note.kind != "done",
        note.text,
        note.remedy,
        Some(action.into_any()),
    ))
}

fn companion(state: &SessionState) -> Option<AnyView> {
    let (text, remedy) = match state {
        SessionState::Asking | SessionState::Here(_) => return None,
        SessionState::Refused => (
            "This page was opened without the companion's token: what is cached can be reviewed, nothing can be fetched.",
            "Open the address that `windrow serve` printed.",
        ),
        SessionState::Gone => (
            "The companion does not answer: what is cached can be reviewed, nothing can be fetched.",
            "Start `windrow serve` and open the address that it prints.",
        ),
    };
    Some(banner(
        "companion",
        false,
        text.to_owned(),
        remedy.to_owned(),
        None,
    ))
}
