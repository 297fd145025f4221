//! What a cursor of Log Search holds: the page's own link, and behind `#` what the link does not say.
//!
//! The fragment is never sent. It holds the log id, for events that carry none, and `!` once an answer of the chain
//! has said that the range lies beyond the source's retention: the last page must not forget it.

use crate::port::Cursor;

/// A cursor taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CursorState {
    pub(super) url: String,
    pub(super) log_id: String,
    pub(super) beyond_retention: bool,
}

impl CursorState {
    pub(super) fn to_cursor(&self) -> Cursor {
        let flag = if self.beyond_retention { "!" } else { "." };
        Cursor(format!("{}#{flag}{}", self.url, self.log_id))
    }

    /// `None` for a text that is no cursor of this source.
    pub(super) fn of(cursor: &Cursor) -> Option<Self> {
        let (url, rest) = cursor.0.split_once('#')?;
        let beyond_retention = rest.starts_with('!');
        let log_id = rest.strip_prefix(['!', '.'])?;
        Some(Self {
            url: url.to_owned(),
            log_id: log_id.to_owned(),
            beyond_retention,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_back_what_was_put_in() {
        for (log_id, beyond_retention) in [("a#!b", true), ("", false), ("!x", false)] {
            let state = CursorState {
                url: "https://h/query/logs/a%23?from=1".to_owned(),
                log_id: log_id.to_owned(),
                beyond_retention,
            };
            assert_eq!(CursorState::of(&state.to_cursor()), Some(state));
        }
        assert_eq!(CursorState::of(&Cursor("https://h/".to_owned())), None);
    }
}
