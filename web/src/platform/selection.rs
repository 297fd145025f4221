//! The text that a person has selected.

/// Whether none is.
pub fn is_empty() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_none_or(|selection| selection.is_collapsed())
}
