//! A button for what cannot be undone: the first press arms it and says what will go, the second does it.
//!
//! One button is armed at a time, until the focus leaves it.

use super::el::{El, el, flag, shown, text};
use super::icon::{Icon, icon};
use super::page::Page;

/// A delete button. `what` tells it from all others; `label` is said of it before the first press, `confirm` after.
pub(crate) fn armed(
    page: Page,
    testid: &'static str,
    what: String,
    label: String,
    confirm: String,
    act: Box<dyn Fn()>,
) -> El {
    let (held, shown_of, titled) = (what.clone(), what.clone(), what.clone());
    let press = move |event: web_sys::Event| {
        event.stop_propagation();
        if page.armed.with_untracked(|armed| *armed == what) {
            page.armed.set(String::new());
            act();
        } else {
            page.armed.set(what.clone());
        }
    };
    let is_armed = move |what: &str| page.armed.with(|armed| armed == what);
    let title = label.clone();
    el("button type='button' class='quiet armed'")
        .toggle("is-armed", flag(move || is_armed(&held)))
        .attr("data-testid", testid)
        .attr("title", title)
        .attr(
            "aria-label",
            text(move || {
                if is_armed(&titled) {
                    confirm.clone()
                } else {
                    label.clone()
                }
            }),
        )
        .on("click", press)
        .on("blur", move |_| page.armed.set(String::new()))
        .child(icon(Icon::Delete))
        .child(shown(move || is_armed(&shown_of).then_some("Delete?")))
}
