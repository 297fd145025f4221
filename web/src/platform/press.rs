//! A key as it was pressed.

/// The key, and what decides whom it is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Press<'a> {
    /// Its name, or the character it gives.
    pub key: &'a str,
    /// Whether Shift is held.
    pub shift: bool,
    /// Whether Ctrl, Alt or Meta is held: then it is a command of the browser or the system.
    pub is_command: bool,
    /// Whether it goes into a field, or a sheet is in front of the page.
    pub is_taken: bool,
}
