//! Which answers are still wanted: those to the window that is shown, and none that is older than what is shown.
//!
//! Several openings go on beside each other, and the window may change while they do.
//! Invariant: once one has ended, what is shown is of its window and no older than it, or is of another window.

/// One opening under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenId {
    visit: u64,
    number: u64,
}

/// The openings of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opens {
    visit: u64,
    begun: u64,
    shown: u64,
    under_way: u64,
}

impl Opens {
    /// Another window is asked for, or the same one afresh: what was asked before is no longer wanted.
    pub fn visit(&mut self) {
        self.visit += 1;
    }

    /// One begins.
    pub fn begin(&mut self) -> OpenId {
        self.begun += 1;
        self.under_way += 1;
        OpenId {
            visit: self.visit,
            number: self.begun,
        }
    }

    /// One has been answered: whether to show it.
    pub fn end(&mut self, asked: OpenId) -> bool {
        self.under_way -= 1;
        let is_wanted = asked.visit == self.visit && asked.number > self.shown;
        if is_wanted {
            self.shown = asked.number;
        }
        is_wanted
    }

    /// Whether one is under way, so that one more would tell hardly more.
    pub fn is_under_way(&self) -> bool {
        self.under_way > 0
    }

    /// The one that is shown, for what is asked after it.
    pub fn shown(&self) -> OpenId {
        OpenId {
            visit: self.visit,
            number: self.shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_for_another_window_is_not_shown() {
        let mut opens = Opens::default();
        opens.visit();
        let first = opens.begin();
        opens.visit();
        let second = opens.begin();
        assert!(!opens.end(first));
        assert!(opens.end(second));
    }

    #[test]
    fn an_answer_older_than_what_is_shown_is_not_shown() {
        let mut opens = Opens::default();
        let (first, second) = (opens.begin(), opens.begin());
        assert!(opens.end(second) && opens.is_under_way());
        assert!(!opens.end(first) && !opens.is_under_way());
        let (first, second) = (opens.begin(), opens.begin());
        assert!(opens.end(first) && opens.end(second));
    }

    #[test]
    fn what_follows_a_look_is_not_wanted_after_another_look_or_window() {
        let mut opens = Opens::default();
        let look = opens.begin();
        opens.end(look);
        let asked = opens.shown();
        assert_eq!(opens.shown(), asked);
        let look = opens.begin();
        opens.end(look);
        assert_ne!(opens.shown(), asked);
        let asked = opens.shown();
        opens.visit();
        assert_ne!(opens.shown(), asked);
    }
}
