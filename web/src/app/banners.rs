//! What a person should know before anything else: no companion, no lasting storage, a worker that ended, a failure.

use crate::features::connection::effects::ConnectionStore;
use crate::features::connection::state::{Companion, Msg};
use crate::features::contexts::Now;
use crate::platform::focus;
use crate::platform::worker_client::{WorkerClient, WorkerState, kept};
use crate::ui::announce::{Note, NoteKind, Notes};
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// All banners, the most urgent first.
#[component]
pub(super) fn Banners() -> impl IntoView {
    view! {
        <section class="banners" aria-label="Notices">
            <WorkerBanner />
            <NoteBanner />
            <CompanionBanner />
        </section>
    }
}

#[component]
fn Banner(
    kind: &'static str,
    class: &'static str,
    role: Option<&'static str>,
    text: String,
    #[prop(into)] remedy: Signal<String>,
    children: Children,
) -> impl IntoView {
    let icon = if class.contains("is-failure") {
        Icon::Warning
    } else {
        Icon::Info
    };
    view! {
        <div class=format!("banner {class}") data-testid="banner" data-kind=kind role=role>
            {icon.view()}
            <p><strong>{text}</strong> " " <span>{remedy}</span></p>
            {children()}
        </div>
    }
}

#[component]
fn WorkerBanner() -> impl IntoView {
    let worker = expect_context::<WorkerClient>();
    let state = Memo::new(move |_| worker.state().get());
    let failed = |kind, text: &'static str, remedy: String, action: Option<AnyView>| {
        Some(view! {
            <Banner kind class="is-failure" role=Some("alert") text=text.to_owned() remedy>
                {action}
            </Banner>
        })
    };
    move || match state.get() {
        WorkerState::Starting | WorkerState::Renewing(_) => None,
        WorkerState::Ready(hello) => {
            let reason = hello.storage_error?;
            failed(
                "memory",
                "To keep what you fetch, leave private browsing or allow storage for this site, then reload.",
                format!(
                    "This browser refuses to keep files here: everything works, but what is fetched is gone when the tab closes. ({reason})"
                ),
                None,
            )
        }
        WorkerState::Restarting { reason, keeps } => failed(
            "worker",
            "The worker that reads and writes the cache ended and is being started again.",
            format!("{}. ({reason})", kept(keeps)),
            None,
        ),
        WorkerState::Broken { reason, keeps } => failed(
            "worker",
            "The worker that reads and writes the cache cannot run.",
            format!("{}. ({reason})", kept(keeps)),
            Some(
                view! {
                    <button type="button" on:click=move |_| worker.restart()>"Start again"</button>
                }
                .into_any(),
            ),
        ),
    }
}

#[component]
fn NoteBanner() -> impl IntoView {
    let notes = expect_context::<Notes>();
    move || {
        let Note { kind, text, remedy } = notes.get()?;
        let (name, class, role) = match kind {
            NoteKind::Failed => ("failed", "is-failure", Some("alert")),
            NoteKind::Worker => ("worker", "is-failure", Some("alert")),
            NoteKind::Done => ("done", "is-done", None),
        };
        let dismiss = move |event: web_sys::MouseEvent| {
            focus::focus_after(&event);
            notes.dismiss();
        };
        Some(view! {
            <Banner kind=name class role text remedy>
                <button
                    type="button"
                    class="is-icon is-quiet"
                    aria-label="Dismiss"
                    title="Dismiss"
                    on:click=dismiss
                >
                    {Icon::Close.view()}
                </button>
            </Banner>
        })
    }
}

#[component]
fn CompanionBanner() -> impl IntoView {
    let store = expect_context::<ConnectionStore>();
    let Now(now) = expect_context();
    let lost = store.memo(|state| match &state.companion {
        Companion::Refused => Some(true),
        Companion::Gone { .. } => Some(false),
        _ => None,
    });
    let remedy = move || {
        store.with(|state| match &state.companion {
            Companion::Refused => "Open the address that `windrow serve` printed.".to_owned(),
            Companion::Gone { retry_ms, .. } => {
                let next = match (retry_ms - now.get() + 999) / 1000 {
                    left @ 1..=600 => format!("Next try in {left} s."),
                    _ => "Being asked again.".to_owned(),
                };
                format!("Start `windrow serve` and open the address that it prints. {next}")
            }
            _ => String::new(),
        })
    };
    move || {
        let text = match lost.get()? {
            true => {
                "This page's token is not the companion's: what is cached can be reviewed, nothing can be fetched."
            }
            false => {
                "The companion does not answer: what is cached can be reviewed, nothing can be fetched."
            }
        };
        Some(view! {
            <Banner
                kind="companion"
                class=""
                role=None
                text=text.to_owned()
                remedy=Signal::derive(remedy)
            >
                <button type="button" on:click=move |_| store.send(Msg::Ask)>"Try now"</button>
            </Banner>
        })
    }
}
