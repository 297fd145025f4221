//! The structured events of this tab's runs, newest last.
//!
//! Memory: the last [`KEPT`] lines; how many went before is counted and said.

use std::collections::VecDeque;
use windrow_protocol::EventLine;

/// Lines kept.
pub const KEPT: usize = 5000;

/// Lines drawn at most; all that are held are copied and downloaded.
const DRAWN: u64 = 300;

/// Lines that leave what is drawn at once.
const STEP: u64 = 100;

/// An event of the page itself, as of now.
#[cfg(target_arch = "wasm32")]
pub(crate) fn line(level: &str, event: &str, reason: &str) -> EventLine {
    let ts = js_sys::Date::new_0().to_iso_string();
    let ts = ts.as_string().unwrap_or_default();
    let reason = serde_json::Value::from(reason);
    let json = format!(
        "{{\"ts\":\"{ts}\",\"level\":\"{level}\",\"event\":\"{event}\",\"reason\":{reason}}}"
    );
    EventLine {
        ts,
        level: level.to_owned(),
        event: event.to_owned(),
        json,
    }
}

/// The last events.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    lines: VecDeque<EventLine>,
    dropped: u64,
}

impl Journal {
    /// Appends an event.
    pub fn push(&mut self, line: EventLine) {
        self.lines.push_back(line);
        if self.lines.len() > KEPT {
            self.lines.pop_front();
            self.dropped += 1;
        }
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &EventLine> {
        self.lines.iter()
    }

    /// The newest lines, oldest first, as they are drawn. They begin in steps, so that each keeps its place while others come.
    pub fn drawn(&self) -> impl ExactSizeIterator<Item = &EventLine> {
        let skipped = self.first_drawn().saturating_sub(self.dropped) as usize;
        self.lines.iter().skip(skipped)
    }

    /// The number of the first line drawn, of all there were.
    pub fn first_drawn(&self) -> u64 {
        let all = self.dropped + self.lines.len() as u64;
        let first = all.saturating_sub(DRAWN).div_ceil(STEP) * STEP;
        first.max(self.dropped)
    }

    /// How many are held.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many went before the ones held.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// All of it as JSON lines.
    pub fn text(&self) -> String {
        self.lines.iter().fold(String::new(), |mut text, line| {
            text.push_str(&line.json);
            text.push('\n');
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_drawn_keeps_its_place_while_a_hundred_others_come_and_the_newest_is_always_drawn() {
        let mut journal = Journal::default();
        let mut places = std::collections::BTreeSet::new();
        for at in 0..2 * KEPT {
            journal.push(EventLine {
                ts: at.to_string(),
                level: "INFO".into(),
                event: "cache_hit".into(),
                json: String::new(),
            });
            let drawn = journal.drawn().len();
            assert!(drawn <= 300 && drawn >= at.min(200), "{at}: {drawn}");
            assert_eq!(journal.drawn().last().unwrap().ts, at.to_string());
            places.insert(journal.drawn().next().unwrap().ts.clone());
        }
        assert_eq!(places.len(), 2 * KEPT / 100 - 2);
    }

    #[test]
    fn the_oldest_lines_go_and_are_counted() {
        let mut journal = Journal::default();
        for at in 0..KEPT + 3 {
            journal.push(EventLine {
                ts: String::new(),
                level: "INFO".into(),
                event: "cache_hit".into(),
                json: format!("{{\"n\":{at}}}"),
            });
        }
        assert_eq!((journal.len(), journal.dropped()), (KEPT, 3));
        assert!(journal.text().starts_with("{\"n\":3}\n"));
        assert_eq!(journal.text().lines().count(), KEPT);
    }
}
