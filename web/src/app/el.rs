//! Elements of the page, all of one type.
//!
//! A thin layer over the builder of Leptos. Its `view!` gives every element and closure a type of its own,
//! and the compiler makes the machinery of views anew for each of them: that made the page three times as large.
//! Here an element is a tag, attributes and children whose types are erased at once, so the machinery is there once.

use crate::state::tag;
use leptos::ev;
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::class::class;
use leptos::tachys::html::element::Custom;
use leptos::tachys::html::event::on;
use leptos::tachys::html::node_ref::node_ref;
use leptos::tachys::html::property::prop;
use leptos::tachys::html::style::style;
use leptos::tachys::view::iterators::StaticVec;
use std::borrow::Cow;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};
use windrow_model::TimeRange;

/// A part of a view that is drawn anew when what it reads changes.
pub(crate) type Shown = Box<dyn FnMut() -> AnyView + Send>;
/// A text that follows what it reads.
pub(crate) type Text = Box<dyn FnMut() -> String + Send>;
/// A condition that follows what it reads.
pub(crate) type Flag = Box<dyn FnMut() -> bool + Send>;

/// Handle on an element once it is in the document.
pub(crate) type Node = NodeRef<Custom<String>>;

/// Draws anew when what `draw` reads changes.
pub(crate) fn shown<V: Child>(draw: impl Fn() -> V + Send + 'static) -> Shown {
    Box::new(move || draw().view())
}

/// Follows what `read` reads.
pub(crate) fn text<T: Into<String>>(read: impl Fn() -> T + Send + 'static) -> Text {
    Box::new(move || read().into())
}

/// Follows what `read` reads.
pub(crate) fn flag(read: impl Fn() -> bool + Send + 'static) -> Flag {
    Box::new(read)
}

/// An element that is being described.
#[must_use]
pub(crate) struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element of this HTML tag, with the attributes that never change: `button type='button' class='quiet'`.
pub(crate) fn el(tag: &'static str) -> El {
    let (tag, attributes) = tag::parts(tag);
    El(Box::new(Parts {
        tag,
        attributes: attributes.into_iter().map(still).collect(),
        children: Vec::new(),
    }))
}

/// An attribute that never changes.
fn still((name, value): (&'static str, &'static str)) -> AnyAttribute {
    custom_attribute(name, Cow::Borrowed(value)).into_any_attr()
}

impl El {
    /// An attribute. `None` leaves it out.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Value) -> Self {
        self.0.attributes.extend(value.named(name));
        self
    }

    /// The class attribute.
    pub(crate) fn class(self, names: impl Value) -> Self {
        self.attr("class", names)
    }

    /// The range that it is of, for tests and scripts to read.
    pub(crate) fn of_range(self, range: TimeRange) -> Self {
        self.attr("data-from", range.start_ms().to_string())
            .attr("data-to", range.end_ms().to_string())
    }

    /// A class that is there while `is_on`. The class attribute beside it must not change.
    pub(crate) fn toggle(mut self, name: &'static str, is_on: Flag) -> Self {
        self.0.attributes.push(class((name, is_on)).into_any_attr());
        self
    }

    /// A CSS property, set as the content security policy allows it.
    pub(crate) fn style(mut self, name: &'static str, value: Text) -> Self {
        self.0.attributes.push(style((name, value)).into_any_attr());
        self
    }

    /// What a field holds.
    pub(crate) fn value(mut self, value: Text) -> Self {
        self.0.attributes.push(prop("value", value).into_any_attr());
        self
    }

    /// A property that holds or does not: `hidden`, `checked`.
    pub(crate) fn prop(mut self, name: &'static str, value: Flag) -> Self {
        self.0.attributes.push(prop(name, value).into_any_attr());
        self
    }

    /// What an event does.
    pub(crate) fn on(mut self, name: &'static str, act: impl Fn(Event) + 'static) -> Self {
        let act: Box<dyn FnMut(Event)> = Box::new(act);
        let listener = on(ev::Custom::<Event>::new(name), act);
        self.0.attributes.push(listener.into_any_attr());
        self
    }

    /// What a press does, but while `is_off`: then it does nothing, and keeps the focus, which a button that is disabled would lose.
    pub(crate) fn press(
        self,
        is_off: impl Fn() -> bool + Clone + Send + 'static,
        act: impl Fn(Event) + 'static,
    ) -> Self {
        let is_off_now = is_off.clone();
        self.attr("aria-disabled", text(move || is_off().to_string()))
            .on("click", move |event| {
                if !untrack(&is_off_now) {
                    act(event);
                }
            })
    }

    /// What pressing a key does.
    pub(crate) fn on_key(self, act: impl Fn(KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| act(event.unchecked_into()))
    }

    /// Lets `node` hold the element.
    pub(crate) fn node(mut self, node: Node) -> Self {
        self.0.attributes.push(node_ref(node).into_any_attr());
        self
    }

    /// One more child.
    pub(crate) fn child(mut self, child: impl Child) -> Self {
        self.0.children.push(child.view());
        self
    }

    /// The view.
    pub(crate) fn into_any(self) -> AnyView {
        // In capitals as the document has it, so that an element drawn anew is kept and keeps the focus.
        let Parts {
            tag,
            attributes,
            children,
        } = *self.0;
        custom(tag.to_ascii_uppercase())
            .add_any_attr(attributes)
            .child(StaticVec::from(children))
            .into_any()
    }
}

/// Views side by side.
pub(crate) fn many(children: Vec<AnyView>) -> AnyView {
    StaticVec::from(children).into_any()
}

/// What can stand inside an element.
pub(crate) trait Child {
    /// As a view.
    fn view(self) -> AnyView;
}

impl Child for El {
    fn view(self) -> AnyView {
        self.into_any()
    }
}

impl Child for AnyView {
    fn view(self) -> AnyView {
        self
    }
}

impl Child for Shown {
    fn view(self) -> AnyView {
        self.into_any()
    }
}

impl Child for Text {
    fn view(self) -> AnyView {
        self.into_any()
    }
}

impl Child for String {
    fn view(self) -> AnyView {
        self.into_any()
    }
}

impl Child for &'static str {
    fn view(self) -> AnyView {
        self.to_owned().into_any()
    }
}

impl<T: Child> Child for Option<T> {
    fn view(self) -> AnyView {
        self.map_or_else(|| ().into_any(), Child::view)
    }
}

impl<T: Child> Child for Vec<T> {
    fn view(self) -> AnyView {
        let views: Vec<AnyView> = self.into_iter().map(Child::view).collect();
        views.into_any()
    }
}

/// What an attribute can be set to.
pub(crate) trait Value {
    /// As an attribute; `None` where it is to be left out.
    fn named(self, name: &'static str) -> Option<AnyAttribute>;
}

impl Value for String {
    fn named(self, name: &'static str) -> Option<AnyAttribute> {
        let value: Cow<'static, str> = self.into();
        Some(custom_attribute(name, value).into_any_attr())
    }
}

impl Value for &'static str {
    fn named(self, name: &'static str) -> Option<AnyAttribute> {
        Some(still((name, self)))
    }
}

impl Value for Text {
    fn named(self, name: &'static str) -> Option<AnyAttribute> {
        Some(custom_attribute(name, self).into_any_attr())
    }
}

impl Value for Flag {
    fn named(self, name: &'static str) -> Option<AnyAttribute> {
        Some(custom_attribute(name, self).into_any_attr())
    }
}

impl Value for bool {
    fn named(self, name: &'static str) -> Option<AnyAttribute> {
        self.then(|| still((name, "")))
    }
}

impl<T: Value> Value for Option<T> {
    fn named(self, name: &'static str) -> Option<AnyAttribute> {
        self?.named(name)
    }
}
