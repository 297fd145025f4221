//! What a person does to a page with keys and a pointer.
//!
//! An element is named by its selector. It is waited for until it can be used, and what hides it is opened first.

use super::{Browser, Kind};
use crate::binary::LIMIT;
use serde_json::{Value, json};
use std::time::Instant;

/// The name under which WebDriver hands over elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The Enter key, as WebDriver writes it.
pub const ENTER: &str = "\u{e007}";

/// The Escape key.
pub const ESCAPE: &str = "\u{e00c}";

/// The Tab key.
pub const TAB: &str = "\u{e004}";

/// The arrow key down.
pub const DOWN: &str = "\u{e015}";

/// The arrow key to the right.
pub const RIGHT: &str = "\u{e014}";

/// The arrow key to the left.
pub const LEFT: &str = "\u{e012}";

/// The End key.
pub const END: &str = "\u{e010}";

/// Control and A.
const SELECT_ALL: &str = "\u{e009}a\u{e009}";

/// The Delete key.
const DELETE: &str = "\u{e017}";

/// An element, once it can be used; or the button that shows the outermost panel or page which hides it.
const USABLE: &str = "
    const element = document.querySelector(args), around = [];
    for (let at = element; at; at = at.parentElement) around.push(at);
    const hider = around.findLast(at => at.hidden || at.popover && !at.matches(':popover-open'));
    if (hider) {
      const shows = hider.popover ? `[popovertarget=${hider.id}]` : `[aria-controls=${hider.id}]`;
      const button = [...document.querySelectorAll(shows)].find(button => button.checkVisibility());
      return button && { button };
    }
    const is_ready = element && !element.disabled && element.getAttribute('aria-disabled') !== 'true';
    return is_ready && element.getClientRects().length > 0 && { element };";

impl Browser {
    /// Clicks an element as a person would.
    pub fn click(&self, selector: &str) {
        self.act(selector, "click", &json!({}));
    }

    /// Replaces what stands in a field: all of it is selected, and the text pasted or, where a driver cannot paste, typed.
    pub fn fill(&self, selector: &str, text: &str) {
        let keys = match self.kind() {
            _ if text.is_empty() => DELETE,
            Kind::Chromium => "",
            Kind::Firefox => text,
        };
        let body = json!({"text": format!("{SELECT_ALL}{keys}")});
        self.act(selector, "value", &body);
        if keys.is_empty() {
            self.debug("Input.insertText", &json!({"text": text}));
        }
    }

    /// The same, and then Enter.
    pub fn enter(&self, selector: &str, text: &str) {
        self.fill(selector, text);
        self.keys(ENTER);
    }

    /// Does something to an element, once what hides it was opened, as by a person who looks for it.
    /// One that was drawn anew since it was found, or is covered while others move, is found again.
    fn act(&self, selector: &str, what: &str, body: &Value) {
        let until = Instant::now() + LIMIT;
        loop {
            let found = self.usable(selector);
            if let Some(button) = found["button"][ELEMENT].as_str() {
                // It may be drawn anew meanwhile, or be open already: then that shows the next time.
                let pressed = self.try_post(&format!("/element/{button}/click"), &json!({}));
                assert!(
                    Instant::now() < until,
                    "{selector} stays hidden: {pressed:?}"
                );
                continue;
            }
            let element = found["element"][ELEMENT].as_str().unwrap();
            let refused = self.try_post(&format!("/element/{element}/{what}"), body);
            let Err(refused) = refused else {
                return;
            };
            let passes = [
                "stale element reference",
                "no such element",
                "element click intercepted",
                "element not interactable",
            ];
            let passes = passes.iter().any(|error| refused["error"] == *error);
            // Escape closes a panel that lies over it.
            let close = "document.querySelectorAll(':popover-open').forEach(panel => panel.contains(document.querySelector(args)) || panel.hidePopover()); return true";
            self.run(close, &json!(selector));
            assert!(
                passes && Instant::now() < until,
                "{what} {selector}: {refused}"
            );
        }
    }

    /// Presses keys one after the other, wherever the focus is.
    pub fn keys(&self, keys: &str) {
        let presses: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({"type": "keyDown", "value": key.to_string()}),
                    json!({"type": "keyUp", "value": key.to_string()}),
                ]
            })
            .collect();
        let actions = json!([{"type": "key", "id": "keys", "actions": presses}]);
        self.post("/actions", &json!({"actions": actions}));
    }

    /// Drags the pointer over an element, from its left to so many pixels to the right.
    pub fn drag(&self, selector: &str, pixels: i64) {
        self.usable(selector);
        let from = self.run(
            "const box = document.querySelector(args).getBoundingClientRect();
             return {x: Math.round(box.left) + 4, y: Math.round(box.top + box.height / 2)}",
            &json!(selector),
        );
        let x = from["x"].as_i64().unwrap();
        let to = |x: i64| json!({"type": "pointerMove", "duration": 60, "x": x, "y": from["y"]});
        let actions = json!([
            to(x),
            {"type": "pointerDown", "button": 0},
            to(x + pixels / 2),
            to(x + pixels),
            {"type": "pointerUp", "button": 0},
        ]);
        let pointer = json!({"type": "pointer", "id": "mouse", "actions": actions});
        self.post("/actions", &json!({"actions": [pointer]}));
    }

    /// Waits for an element as [`USABLE`] does.
    fn usable(&self, selector: &str) -> Value {
        let what = format!("{selector} to be there and ready");
        self.until(&what, USABLE, &json!(selector))
    }
}
