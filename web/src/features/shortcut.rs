//! Single keys that work wherever nothing is typed.
//!
//! Takes a key as it was pressed, gives what it asks for. They can be switched off (WCAG 2.1.4).

use crate::platform::press::Press;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Choose another log.
    Log,
    /// Choose another window of time.
    Time,
    /// Type what is to be found.
    Find,
    /// Fetch what is missing.
    Fetch,
    /// Go to the window right before.
    Earlier,
    /// Go to the window right after.
    Later,
    /// Turn all filters off, or on.
    Filters,
    /// Take the last narrowing back.
    Undo,
    /// Show what is around a row, or the rows that the filter selects again.
    Around,
    /// Show or hide the plot.
    Plot,
    /// Show or hide the field list.
    Fields,
    /// Show what is selected on the plot as a window of its own.
    ZoomIn,
    /// Show the window that was zoomed out of.
    ZoomOut,
    /// Show what can be pressed.
    Help,
}

impl Shortcut {
    /// What a press asks for, if anything.
    pub fn of(press: Press<'_>) -> Option<Self> {
        if press.is_taken || press.is_command {
            return None;
        }
        // With Shift a letter is another key; signs need it on some keyboards.
        match press.key.to_ascii_lowercase().as_str() {
            "l" if !press.shift => Some(Self::Log),
            "t" if !press.shift => Some(Self::Time),
            "f" if !press.shift => Some(Self::Fetch),
            "f" => Some(Self::Filters),
            "backspace" => Some(Self::Undo),
            "c" if !press.shift => Some(Self::Around),
            "h" if !press.shift => Some(Self::Plot),
            "b" if !press.shift => Some(Self::Fields),
            "z" if press.shift => Some(Self::ZoomOut),
            "z" => Some(Self::ZoomIn),
            "/" => Some(Self::Find),
            "[" => Some(Self::Earlier),
            "]" => Some(Self::Later),
            "?" => Some(Self::Help),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_asks_for_what_the_sheet_says() {
        for (key, shift, asked) in [
            ("l", false, Some(Shortcut::Log)),
            // Caps Lock is on.
            ("T", false, Some(Shortcut::Time)),
            ("f", false, Some(Shortcut::Fetch)),
            ("F", true, Some(Shortcut::Filters)),
            ("Backspace", false, Some(Shortcut::Undo)),
            ("c", false, Some(Shortcut::Around)),
            ("h", false, Some(Shortcut::Plot)),
            ("b", false, Some(Shortcut::Fields)),
            ("z", false, Some(Shortcut::ZoomIn)),
            ("Z", true, Some(Shortcut::ZoomOut)),
            ("/", false, Some(Shortcut::Find)),
            // A German keyboard.
            ("/", true, Some(Shortcut::Find)),
            ("[", false, Some(Shortcut::Earlier)),
            ("]", false, Some(Shortcut::Later)),
            ("?", true, Some(Shortcut::Help)),
            ("Enter", false, None),
            ("x", false, None),
        ] {
            let press = Press {
                key,
                shift,
                ..Press::default()
            };
            assert_eq!(Shortcut::of(press), asked, "{key}");
        }
    }

    #[test]
    fn what_is_typed_and_commands_of_the_browser_ask_for_nothing() {
        let key = "/";
        let typed = Press {
            key,
            is_taken: true,
            ..Press::default()
        };
        let command = Press {
            key,
            is_command: true,
            ..Press::default()
        };
        assert_eq!(Shortcut::of(typed), None);
        assert_eq!(Shortcut::of(command), None);
    }
}
