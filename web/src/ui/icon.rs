//! Small drawings of 16 by 16, in the colour of the text around them.

use leptos::prelude::*;

/// A drawing; what it means is said by the text beside it or by its button's label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Again,
    Check,
    Clock,
    Close,
    Columns,
    Context,
    Copy,
    Delete,
    Disk,
    Down,
    Download,
    EyeOff,
    Filter,
    Help,
    Info,
    Left,
    Lock,
    Minus,
    Panel,
    Pin,
    Plus,
    Right,
    Search,
    Sigma,
    Stop,
    Table,
    Theme,
    Up,
    Warning,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Again => "M13.2 6A5.6 5.6 0 1 0 13.5 9.5M13.5 2.5V6H10",
            Self::Left => "M10 3.5 5.5 8l4.5 4.5",
            Self::Check => "m2.5 8.5 3.5 3.5 7.5-8",
            Self::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
            Self::Close => "m4 4 8 8m0-8-8 8",
            Self::Columns => "M2.5 3h11v10h-11zM6.2 3v10m3.6-10v10",
            Self::Context => "M2.5 3.5h11M2.5 12.5h11M5 6.5h8.5M5 9.5h8.5M2 8h.01",
            Self::Copy => "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z",
            Self::Delete => "M2.5 4.5h11M6 4.5V2.8h4v1.7M4 4.5l.6 9h6.8l.6-9M6.7 7v4m2.6-4v4",
            Self::Disk => {
                "M8 2.5c3.3 0 5.5.9 5.5 2S11.3 6.5 8 6.5 2.5 5.6 2.5 4.5 4.7 2.5 8 2.5zM2.5 4.5v7c0 1.1 2.2 2 5.5 2s5.5-.9 5.5-2v-7M2.5 8c0 1.1 2.2 2 5.5 2s5.5-.9 5.5-2"
            }
            Self::Down => "m4 6 4 4 4-4",
            Self::Download => "M8 2v8m0 0 3-3m-3 3L5 7M2.5 11v2.5h11V11",
            Self::EyeOff => {
                "M2.5 2.5l11 11M6.5 4.2A6.6 6.6 0 0 1 8 4c4 0 6.2 4 6.2 4a11 11 0 0 1-2 2.4M4 5.5A11 11 0 0 0 1.8 8s2.2 4 6.2 4c.9 0 1.7-.2 2.5-.5"
            }
            Self::Filter => "M2.5 3.5h11L9.5 8.5v4l-3 1v-5z",
            Self::Help => {
                "M6 6.2A2 2 0 1 1 8.9 8C8.2 8.4 8 8.8 8 9.5m0 2v.1M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z"
            }
            Self::Info => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.2v4m0-6.6V5",
            Self::Lock => "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
            Self::Minus => "M3.5 8h9",
            Self::Panel => "M2.5 3h11v10h-11zM6.3 3v10",
            Self::Pin => "M5.5 2.5h5l-.8 4 2.3 2.5H4l2.3-2.5zM8 9v5",
            Self::Plus => "M8 3.5v9M3.5 8h9",
            Self::Right => "m6 3.5 4.5 4.5L6 12.5",
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
            Self::Sigma => "M12 4V2.5H4L8 8l-4 5.5h8V12",
            Self::Stop => "M4 4h8v8H4z",
            Self::Table => "M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.5 3v10",
            Self::Theme => "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
            Self::Up => "m4 10 4-4 4 4",
            Self::Warning => "M8 2.3 1.8 13.3h12.4zM8 6.5v3.3m0 1.5v.2",
        }
    }

    /// The drawing.
    pub(crate) fn view(self) -> AnyView {
        self.drawn("icon")
    }

    /// The same, smaller: beside small text.
    pub(crate) fn small(self) -> AnyView {
        self.drawn("icon is-s")
    }

    fn drawn(self, class: &'static str) -> AnyView {
        view! {
            <svg class=class viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                <path d=self.path()></path>
            </svg>
        }
        .into_any()
    }
}

/// The mark of the product.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="7" fill="#1f6f54"></rect>
            <path
                d="M5 10.5c3.7-3 7.3-3 11 0s7.3 3 11 0M5 16.5c3.7-3 7.3-3 11 0s7.3 3 11 0M5 22.5c3.7-3 7.3-3 11 0s7.3 3 11 0"
                fill="none"
                stroke="#f3d58a"
                stroke-width="2.6"
                stroke-linecap="round"
            ></path>
        </svg>
    }
}
