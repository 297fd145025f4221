//! How wide the window of the browser is, as the style sheet tells it apart.

use super::listen::listen;
use leptos::prelude::*;
use web_sys::MediaQueryListEvent;

/// Below this width nothing stands beside the rows; the style sheet says the same.
const NARROW: &str = "(max-width: 62.5rem)";

/// Whether there is room beside the rows.
pub(crate) fn is_narrow() -> ReadSignal<bool> {
    let query = web_sys::window().and_then(|window| window.match_media(NARROW).ok().flatten());
    let (narrow, set_narrow) = signal(query.as_ref().is_some_and(web_sys::MediaQueryList::matches));
    if let Some(query) = query {
        listen(&query, &["change"], move |event: MediaQueryListEvent| {
            set_narrow.set(event.matches());
        });
    }
    narrow
}
