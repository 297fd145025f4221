//! A JSON object read and written by name: what the page remembers, and what the companion says.
//!
//! The browser's own JSON does the work. What is not there, or is something else, has its default.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A JSON object.
pub(crate) struct Record(JsValue);

impl Record {
    /// Without any member.
    pub(crate) fn new() -> Self {
        Self(Object::new().into())
    }

    /// Of its text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::of(JSON::parse(text).ok()?)
    }

    /// Of a value, where it is one.
    pub(crate) fn of(value: JsValue) -> Option<Self> {
        value.is_object().then_some(Self(value))
    }

    fn member(&self, name: &str) -> JsValue {
        // Only what is no object at all refuses, and that has no member either.
        Reflect::get(&self.0, &name.into()).unwrap_or_default()
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> String {
        self.member(name).as_string().unwrap_or_default()
    }

    /// A whole number below four thousand million; 0 where there is none.
    pub(crate) fn number(&self, name: &str) -> u32 {
        self.member(name).as_f64().map_or(0, |number| number as u32)
    }

    /// Whether something holds.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.member(name).is_truthy()
    }

    /// Objects in order.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let list: Array = self.member(name).dyn_into().unwrap_or_default();
        list.iter().map(Self).collect()
    }

    /// With one more member.
    #[must_use]
    pub(crate) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // A plain object takes any member.
        let _ = Reflect::set(&self.0, &name.into(), &value.into());
        self
    }

    /// With objects in order.
    #[must_use]
    pub(crate) fn with_list(self, name: &str, list: impl Iterator<Item = Self>) -> Self {
        let list: Array = list.map(|record| record.0).collect();
        self.with(name, list)
    }

    /// As text.
    pub(crate) fn to_text(&self) -> Option<String> {
        JSON::stringify(&self.0).ok()?.as_string()
    }
}
