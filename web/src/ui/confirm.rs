//! Two presses for what cannot be undone: the first arms it, a later one does it.
//!
//! A double click and a key that is held down are one press: neither confirms.
//! One thing is armed at a time; leaving it disarms it.

/// Presses that follow each other this closely are one.
pub const GUARD_MS: i64 = 600;

/// What a press did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// It armed what the next press does.
    Armed,
    /// It came too soon after the one before, or is the same key still held down.
    Ignored,
    /// It is confirmed.
    Confirmed,
}

/// What is armed, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirm {
    armed: Option<(String, i64)>,
}

impl Confirm {
    /// A press of the button named `what`; `is_held` says that its key is still down from the press before.
    pub fn press(&mut self, what: &str, now_ms: i64, is_held: bool) -> Press {
        match &mut self.armed {
            Some((armed, last_ms)) if armed == what => {
                let is_same = is_held || now_ms - *last_ms < GUARD_MS;
                *last_ms = now_ms;
                if is_same {
                    return Press::Ignored;
                }
                self.armed = None;
                Press::Confirmed
            }
            _ if is_held => Press::Ignored,
            _ => {
                self.armed = Some((what.to_owned(), now_ms));
                Press::Armed
            }
        }
    }

    /// Whether the button is armed.
    pub fn is_armed(&self, what: &str) -> bool {
        self.armed.as_ref().is_some_and(|(armed, _)| armed == what)
    }

    /// Whether a press of it would confirm now.
    pub fn is_ready(&self, what: &str, now_ms: i64) -> bool {
        self.armed
            .as_ref()
            .is_some_and(|(armed, last_ms)| armed == what && now_ms - last_ms >= GUARD_MS)
    }

    /// The focus has left it.
    pub fn disarm(&mut self) {
        self.armed = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_presses_confirm_once_they_are_apart() {
        let mut confirm = Confirm::default();
        assert_eq!(confirm.press("a", 1000, false), Press::Armed);
        assert!(confirm.is_armed("a") && !confirm.is_ready("a", 1000 + GUARD_MS - 1));
        assert!(confirm.is_ready("a", 1000 + GUARD_MS));
        assert_eq!(confirm.press("a", 1000 + GUARD_MS, false), Press::Confirmed);
        assert!(!confirm.is_armed("a"));
    }

    #[test]
    fn a_double_click_and_a_held_key_do_not_confirm() {
        let mut confirm = Confirm::default();
        confirm.press("a", 0, false);
        assert_eq!(confirm.press("a", 200, false), Press::Ignored);
        // Each further press of a fast series starts the guard anew.
        assert_eq!(confirm.press("a", 700, false), Press::Ignored);
        assert_eq!(confirm.press("a", 5000, true), Press::Ignored);
        assert!(confirm.is_armed("a"));
        assert_eq!(confirm.press("a", 5000 + GUARD_MS, false), Press::Confirmed);
        assert_eq!(confirm.press("a", 6000, true), Press::Ignored);
        assert!(
            !confirm.is_armed("a"),
            "a held key does not arm what takes its place"
        );
    }

    #[test]
    fn another_button_arms_itself_only() {
        let mut confirm = Confirm::default();
        confirm.press("a", 0, false);
        assert_eq!(confirm.press("b", 5000, false), Press::Armed);
        assert!(!confirm.is_armed("a"));
        confirm.disarm();
        assert_eq!(confirm.press("b", 9000, false), Press::Armed);
    }
}
