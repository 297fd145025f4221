//! The address bar: what the page shows is written into it, and Back, Forward and other addresses are read from it.
//!
//! One history entry a window and a screen ([`Address::step_from`]); a tab and a row replace the one they are in.
//! Invariant: the token is taken out of the address at once and kept for this tab alone.

use super::address::{Address, Step};
use crate::platform::address::{self, Entry};
use crate::platform::storage::{self, Keep};
use leptos::prelude::*;

const TOKEN: &str = "windrow.token";

/// The address as the page has left it.
#[derive(Clone, Copy)]
pub(crate) struct AddressBar(StoredValue<Address>);

impl AddressBar {
    /// Reads the address of the visit. The token comes with it, or was kept by this tab.
    pub(crate) fn arrive() -> (Self, Address) {
        let bar = Self(StoredValue::new(Address::default()));
        let address = bar.read();
        (bar, address)
    }

    fn read(self) -> Address {
        let mut address = Address::from_fragment(&address::fragment());
        if let Some(token) = &address.token {
            storage::write(Keep::Tab, TOKEN, token);
            address::set_fragment(&address.fragment(), Entry::Replace);
        } else {
            address.token = storage::read(Keep::Tab, TOKEN);
        }
        self.0.set_value(address.clone());
        address
    }

    /// What the address names is written like this, in its place.
    pub(crate) fn rewrite(self, address: Address) {
        if self.0.with_value(Address::fragment) != address.fragment() {
            address::set_fragment(&address.fragment(), Entry::Replace);
        }
        self.0.set_value(address);
    }

    /// The page shows this now.
    pub(crate) fn show(self, address: Address) {
        match self.0.with_value(|before| address.step_from(before)) {
            Step::Push => address::set_fragment(&address.fragment(), Entry::Push),
            Step::Replace => address::set_fragment(&address.fragment(), Entry::Replace),
            Step::Stay => {}
        }
        self.0.set_value(address);
    }

    /// Calls with every address that Back, Forward, a link or a person puts in.
    pub(crate) fn on_change(self, call: impl Fn(Address) + 'static) {
        address::on_change(move |fragment| {
            // The page's own writing calls nothing, so this is somebody else's.
            if fragment != self.0.with_value(Address::fragment) {
                call(self.read());
            }
        });
    }
}
