//! What the last visit left, and the address a visit starts with.

use crate::platform::address::{self, Entry};
use crate::platform::storage::{self, Keep};
use crate::state::place::{Place, Remembered};

pub(crate) use crate::platform::clipboard::copy;
pub(crate) use crate::platform::document::{
    on_page_cache as on_leaving, set_theme, show_panic as say_it_ended,
};
pub(crate) use crate::platform::download::download;
pub(crate) use crate::platform::focus::{element, keep_focus};
pub(crate) use crate::platform::storage::{Quota, persist, quota};
pub(crate) use crate::platform::task::random_id as run_id;
pub(crate) use crate::platform::zone::offset_minutes as local_offset;

const REMEMBERED: &str = "windrow.remembered";
const TOKEN: &str = "windrow.token";

/// What the last visit left; nothing where it cannot be read.
pub(crate) fn remembered() -> Option<Remembered> {
    storage::read_json(Keep::Always, REMEMBERED)
}

/// Leaves it for the next visit.
pub(crate) fn remember(remembered: &Remembered) {
    storage::write_json(Keep::Always, REMEMBERED, remembered);
}

/// Reads the address, takes the token out of it, and gives it back; a reload finds it in this tab's memory.
pub(crate) fn arrive() -> Place {
    let mut place = Place::from_fragment(&address::fragment());
    if let Some(token) = &place.token {
        storage::write(Keep::Tab, TOKEN, token);
        show_place(&place);
    } else {
        place.token = storage::read(Keep::Tab, TOKEN);
    }
    place
}

/// Puts a place into the address, without the token.
pub(crate) fn show_place(place: &Place) {
    address::set_fragment(&place.fragment(), Entry::Replace);
}

/// A character in lower case, as [`Lower`](crate::state::escape::Lower) asks.
pub(crate) fn lower(character: char) -> String {
    character.to_lowercase().collect()
}
