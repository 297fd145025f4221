//! Where a person is, as the address says it: log, window, query, filter, columns, screen, tab and row.
//!
//! Takes and gives the fragment of the address, which is never sent to a server.
//! Invariant: the address never holds a key or data; the token is taken out of it at once.

use windrow_model::TimeRange;

/// Which screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// A window, or the first visit where there is none.
    #[default]
    Review,
    /// What this browser keeps.
    Storage,
}

/// Which panel of a window is on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The table.
    #[default]
    Rows,
    /// The rows by the values of fields.
    Groups,
    /// The window in numbers.
    Summary,
    /// Segments and parts.
    Segments,
    /// The event log.
    Events,
}

impl Tab {
    /// In the order of the tabs.
    pub const ALL: [Self; 5] = [
        Self::Rows,
        Self::Groups,
        Self::Summary,
        Self::Segments,
        Self::Events,
    ];

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rows => "Rows",
            Self::Groups => "Groups",
            Self::Summary => "Summary",
            Self::Segments => "Segments",
            Self::Events => "Events",
        }
    }

    /// For the address.
    fn name(self) -> String {
        self.words().to_lowercase()
    }
}

/// How a change of the address is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A history entry of its own: Back returns from it.
    Push,
    /// In the place of the entry before.
    Replace,
    /// The address says so already.
    Stay,
}

/// What a fragment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The companion's token, only ever read.
    pub token: Option<String>,
    /// Which screen.
    pub screen: Screen,
    /// Which panel.
    pub tab: Tab,
    /// The row that is chosen, as the table names it; empty where there is none.
    pub row: String,
    /// Log id.
    pub log: String,
    /// Start, as typed or in epoch milliseconds.
    pub from: String,
    /// End.
    pub to: String,
    /// Query.
    pub query: String,
    /// The filter: an expression of all its conditions.
    pub q: String,
    /// Which of them are off.
    pub off: String,
    /// Which of them are pinned.
    pub pin: String,
    /// The range that is selected on the plot.
    pub sel: Option<TimeRange>,
    /// How rows are grouped: fields and what is added up.
    pub group: String,
    /// The fields that are columns, in order; none where it says nothing of them.
    pub cols: Vec<String>,
}

impl Address {
    /// Reads `#token=...&log=...&from=...&to=...&query=...`; what is unknown is passed over.
    pub fn from_fragment(fragment: &str) -> Self {
        let mut address = Self::default();
        for pair in fragment.trim_start_matches('#').split('&') {
            let (name, written) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(written);
            match name {
                "token" if !value.is_empty() => address.token = Some(value),
                "log" => address.log = value,
                "from" => address.from = value,
                "to" => address.to = value,
                "query" => address.query = value,
                "q" => address.q = value,
                "off" => address.off = value,
                "pin" => address.pin = value,
                "sel" => address.sel = range_of(&value),
                "group" => address.group = value,
                "cols" => address.cols = names_of(written),
                "tab" => {
                    let tab = Tab::ALL.into_iter().find(|tab| tab.name() == value);
                    address.tab = tab.unwrap_or_default();
                }
                "row" => address.row = value,
                "screen" if value == "storage" => address.screen = Screen::Storage,
                _ => {}
            }
        }
        address
    }

    /// The fragment without the token; empty where there is nothing to say.
    pub fn fragment(&self) -> String {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                text.push(if text.is_empty() { '#' } else { '&' });
                text.push_str(name);
                text.push('=');
                text.push_str(value);
            }
        };
        if !self.log.is_empty() {
            add("log", &encoded(&self.log));
            add("from", &encoded(&self.from));
            add("to", &encoded(&self.to));
            add("query", &encoded(&self.query));
            add("q", &encoded(&self.q));
            add("off", &encoded(&self.off));
            add("pin", &encoded(&self.pin));
            let sel = self
                .sel
                .map(|range| format!("{}..{}", range.start_ms(), range.end_ms()));
            add("sel", &encoded(&sel.unwrap_or_default()));
            add("group", &encoded(&self.group));
            let cols: Vec<String> = self.cols.iter().map(|name| encoded(name)).collect();
            add("cols", &cols.join(","));
            if self.tab != Tab::default() {
                add("tab", &encoded(&self.tab.name()));
            }
            add("row", &encoded(&self.row));
        }
        if self.screen == Screen::Storage {
            add("screen", "storage");
        }
        text
    }

    /// Whether both are of the same log, query and window.
    pub fn is_window_of(&self, other: &Self) -> bool {
        (&self.log, &self.from, &self.to, &self.query)
            == (&other.log, &other.from, &other.to, &other.query)
    }

    /// How the history keeps that this address takes the place of `before`: one entry a window and a screen.
    pub fn step_from(&self, before: &Self) -> Step {
        if self.fragment() == before.fragment() {
            Step::Stay
        } else if self.is_window_of(before) && self.screen == before.screen
            || before.fragment().is_empty()
        {
            Step::Replace
        } else {
            Step::Push
        }
    }
}

/// `srcip,dst%2Cport`: a comma within a name is written as an escape.
fn names_of(text: &str) -> Vec<String> {
    let names = text.split(',').map(decoded);
    names.filter(|name| !name.is_empty()).collect()
}

/// `1795437000000..1795440600000`; nothing where it makes no range.
fn range_of(text: &str) -> Option<TimeRange> {
    let (start, end) = text.split_once("..")?;
    TimeRange::new(start.parse().ok()?, end.parse().ok()?).ok()
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == b'%').then(|| {
            let mut ahead = rest.clone();
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        });
        match pair.flatten() {
            Some(value) => {
                bytes.push(value);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_token_is_read_and_never_written() {
        let address = Address::from_fragment("#token=abc%2F&log=a&from=1&to=2");
        assert_eq!(address.token.as_deref(), Some("abc/"));
        assert_eq!(address.fragment(), "#log=a&from=1&to=2");
        assert_eq!(Address::from_fragment("#token=abc").fragment(), "");
    }

    #[test]
    fn a_broken_escape_is_kept_as_it_is() {
        assert_eq!(Address::from_fragment("log=100%&from=%zz").log, "100%");
        assert_eq!(Address::from_fragment("log=100%&from=%zz").from, "%zz");
    }

    #[test]
    fn what_makes_no_range_selects_nothing() {
        for sel in ["", "1..", "..", "a..b", "5..4", "7"] {
            assert_eq!(
                Address::from_fragment(&format!("log=a&sel={sel}")).sel,
                None,
                "{sel}"
            );
        }
    }

    #[test]
    fn a_window_and_a_screen_have_an_entry_of_their_own_and_a_tab_and_a_row_have_none() {
        let of = Address::from_fragment;
        for (before, after, step) in [
            ("", "log=a&from=1&to=2", Step::Replace),
            ("log=a&from=1&to=2", "log=a&from=1&to=2", Step::Stay),
            ("log=a&from=1&to=2", "log=a&from=1&to=3", Step::Push),
            (
                "log=a&from=1&to=2",
                "log=a&from=1&to=2&tab=events&row=9",
                Step::Replace,
            ),
            (
                "log=a&from=1&to=2",
                "log=a&from=1&to=2&screen=storage",
                Step::Push,
            ),
        ] {
            assert_eq!(
                of(after).step_from(&of(before)),
                step,
                "{before} to {after}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_address_round_trips(
            log in "\\PC{1,20}", query in "\\PC{0,20}", row in "\\PC{0,20}", q in "\\PC{0,20}", off in "[0-9,]{0,5}", start_ms in 0_i64..4_000_000_000_000, len_ms in 0_i64..1_000_000, group in "[a-z,]{0,5}", tab in 0..5usize, is_storage: bool,
            cols in prop::collection::vec("\\PC{1,9}", 0..4),
        ) {
            let address = Address {
                token: None,
                screen: if is_storage { Screen::Storage } else { Screen::Review },
                tab: Tab::ALL[tab],
                row,
                log,
                from: "1".into(),
                to: "2026-11-23 09:00".into(),
                query,
                q,
                off,
                pin: "0".into(),
                sel: TimeRange::new(start_ms, start_ms + len_ms).ok(),
                group,
                cols,
            };
            prop_assert_eq!(Address::from_fragment(&address.fragment()), address);
        }
    }
}
