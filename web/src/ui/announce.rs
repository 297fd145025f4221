//! What is said aloud: one polite live region for the whole page, and notes that stay until they are dismissed.

use leptos::prelude::*;

/// Says something once to those who listen. What is an alert says itself.
#[derive(Clone, Copy)]
pub(crate) struct Announcer(RwSignal<String>);

impl Announcer {
    /// Silent so far.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// Says it.
    pub(crate) fn say(self, text: impl Into<String>) {
        let mut text = text.into();
        // The same text twice would be no change, and not be spoken.
        if self.0.with_untracked(|spoken| *spoken == text) {
            text.push('\u{a0}');
        }
        self.0.set(text);
    }
}

/// The live region. There is one.
#[component]
pub(crate) fn LiveRegion() -> impl IntoView {
    let Announcer(spoken) = expect_context();
    view! { <div class="spoken" role="status" aria-live="polite">{move || spoken.get()}</div> }
}

/// How a note is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteKind {
    /// Something failed.
    Failed,
    /// Something was done; the announcer has said so already.
    Done,
    /// The worker was replaced.
    Worker,
}

/// A note that stays until it is dismissed, or another takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// How it is meant.
    pub kind: NoteKind,
    /// What happened.
    pub text: String,
    /// What to do next.
    pub remedy: String,
}

/// The one note.
#[derive(Clone, Copy)]
pub(crate) struct Notes {
    note: RwSignal<Option<Note>>,
    announcer: Announcer,
}

impl Notes {
    /// None so far.
    pub(crate) fn new(announcer: Announcer) -> Self {
        Self {
            note: RwSignal::new(None),
            announcer,
        }
    }

    /// The note that is shown.
    pub(crate) fn get(self) -> Option<Note> {
        self.note.get()
    }

    /// Takes it away.
    pub(crate) fn dismiss(self) {
        self.note.set(None);
    }

    /// Shows a note.
    pub(crate) fn show(self, note: Note) {
        self.note.set(Some(note));
    }

    /// Shows that something failed, with what to do next.
    pub(crate) fn failed(self, text: impl Into<String>, remedy: impl Into<String>) {
        self.show(Note {
            kind: NoteKind::Failed,
            text: text.into(),
            remedy: remedy.into(),
        });
    }

    /// Shows and says that something was done.
    pub(crate) fn done(self, text: impl Into<String>) {
        let text = text.into();
        self.announcer.say(text.clone());
        self.show(Note {
            kind: NoteKind::Done,
            text,
            remedy: String::new(),
        });
    }
}
