//! Small drawings, in the colour of the text around them.

use leptos::prelude::*;
use leptos::svg::{path, svg};
use leptos::tachys::html::attribute::custom::custom_attribute;

/// A drawing of 16 by 16.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Icon {
    /// Rows raked into a line.
    Windrow,
    /// An arrow down into a tray.
    Download,
    /// Two sheets.
    Copy,
    /// A bin.
    Delete,
    /// To the left.
    Previous,
    /// To the right.
    Next,
    /// A cross.
    Close,
    /// Something is wrong.
    Warning,
    /// Something is known.
    Info,
    /// A tick.
    Done,
    /// An arrow around.
    Again,
    /// A lens.
    Search,
    /// Half sun, half moon.
    Theme,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Windrow => {
                "M1.5 4.5c2-1.6 4.4-1.6 6.5 0s4.5 1.6 6.5 0M1.5 8.5c2-1.6 4.4-1.6 6.5 0s4.5 1.6 6.5 0M1.5 12.5c2-1.6 4.4-1.6 6.5 0s4.5 1.6 6.5 0"
            }
            Self::Download => "M8 2v8m0 0 3-3m-3 3L5 7M2.5 11v2.5h11V11",
            Self::Copy => "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z",
            Self::Delete => "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4M6.7 6.5v4.5m2.6-4.5v4.5",
            Self::Previous => "M10 3 5 8l5 5",
            Self::Next => "m6 3 5 5-5 5",
            Self::Close => "m3.5 3.5 9 9m0-9-9 9",
            Self::Warning => "M8 2 1.5 13.5h13zM8 6.5v3.5m0 1.6v.4",
            Self::Info => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.2v4m0-6.6V5",
            Self::Done => "m2.5 8.5 3.5 3.5 7.5-8",
            Self::Again => "M13.2 6A5.6 5.6 0 1 0 13.5 9.500M13.5 2.500V6H10",
            Self::Search => {
                "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300 14 14"
            }
            Self::Theme => "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
        }
    }
}

/// The drawing; what it means is said by the text beside it or by its button's label.
pub(crate) fn icon(icon: Icon) -> AnyView {
    // Drawings are of another namespace than elements of the page.
    svg()
        .add_any_attr(custom_attribute("class", "icon"))
        .add_any_attr(custom_attribute("viewBox", "0 0 16 16"))
        .add_any_attr(custom_attribute("aria-hidden", "true"))
        .add_any_attr(custom_attribute("focusable", "false"))
        .child(path().add_any_attr(custom_attribute("d", icon.path())))
        .into_any()
}
