//! The document as a whole: theme, title, life in the browser's page cache, marks for measurements, the last words.

use super::listen::listen_to_page;
use web_sys::{Document, PageTransitionEvent};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Sets the theme: `light`, `dark`, or the system's where empty.
pub fn set_theme(theme: &str) {
    let root = document().and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = if theme.is_empty() {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", theme)
        };
    }
}

/// Sets the title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Removes an element, if it is there.
pub fn remove(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        element.remove();
    }
}

/// Marks an instant for measurements, as `performance.mark`.
pub fn mark(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        let _ = performance.mark(name);
    }
}

/// Calls `left` when the page is put aside as it is, and `back` when it returns: a browser may keep it for Back.
///
/// Lasts as long as the page.
pub fn on_page_cache(left: impl Fn() + 'static, back: impl Fn() + 'static) {
    listen_to_page(
        &["pagehide", "pageshow"],
        move |event: PageTransitionEvent| match (event.persisted(), event.type_().as_str()) {
            (true, "pagehide") => left(),
            (true, _) => back(),
            (false, _) => {}
        },
    );
}

/// Says on top of the page that it has panicked; nothing of it responds any more.
pub fn show_panic(place: &str) {
    let show = || -> Option<()> {
        let document = document()?;
        let text = document.create_element("p").ok()?;
        text.set_class_name("boot-failed");
        text.set_attribute("role", "alert").ok()?;
        text.set_text_content(Some(&format!(
            "The page ended at {place}. Reload it. If it ends again, report this line."
        )));
        let body = document.body()?;
        body.insert_before(&text, body.first_child().as_ref())
            .ok()?;
        Some(())
    };
    // Without a document there is nobody to tell.
    let _ = show();
}
