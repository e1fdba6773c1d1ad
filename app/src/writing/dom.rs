//! Nodes made one by one. As views the same would cost three times the bytes (docs/adr/0621).

use leptos::prelude::document;
use web_sys::Element;

/// A new element at the end of another one.
pub fn add(parent: &Element, tag: &str, text: &str) -> Option<Element> {
    let element = document().create_element(tag).ok()?;
    say(&element, text);
    parent.append_child(&element).ok()?;
    Some(element)
}

/// A text at the end of an element.
pub fn say(element: &Element, text: &str) {
    // A text can always be appended.
    drop(element.append_with_str_1(text));
}

/// Sets attributes.
pub fn set(element: &Element, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        // Only a name that is none could fail.
        drop(element.set_attribute(name, value));
    }
}
