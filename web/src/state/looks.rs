//! Which answers are still wanted: those to the window that is shown, and none that is older than what is shown.
//!
//! Looks go on beside each other, and the window may change while they do.
//! Invariant: once a look has ended, what is shown is of its window and no older than it, or is of another window.

/// A look under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    visit: u64,
    number: u64,
}

/// The looks of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looks {
    visit: u64,
    begun: u64,
    shown: u64,
    under_way: u64,
}

impl Looks {
    /// Another window is asked for, or the same one afresh: what was asked before is no longer wanted.
    pub fn visit(&mut self) {
        self.visit += 1;
    }

    /// A look begins.
    pub fn begin(&mut self) -> Asked {
        self.begun += 1;
        self.under_way += 1;
        Asked {
            visit: self.visit,
            number: self.begun,
        }
    }

    /// A look has been answered: whether to show it.
    pub fn end(&mut self, asked: Asked) -> bool {
        self.under_way -= 1;
        let is_wanted = asked.visit == self.visit && asked.number > self.shown;
        if is_wanted {
            self.shown = asked.number;
        }
        is_wanted
    }

    /// Whether a look is under way, so that one more would tell hardly more.
    pub fn is_under_way(&self) -> bool {
        self.under_way > 0
    }

    /// The look that is shown, for what is asked after it.
    pub fn shown(&self) -> Asked {
        Asked {
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
        let mut looks = Looks::default();
        looks.visit();
        let first = looks.begin();
        looks.visit();
        let second = looks.begin();
        assert!(!looks.end(first));
        assert!(looks.end(second));
    }

    #[test]
    fn an_answer_older_than_what_is_shown_is_not_shown() {
        let mut looks = Looks::default();
        let (first, second) = (looks.begin(), looks.begin());
        assert!(looks.end(second) && looks.is_under_way());
        assert!(!looks.end(first) && !looks.is_under_way());
        let (first, second) = (looks.begin(), looks.begin());
        assert!(looks.end(first) && looks.end(second));
    }

    #[test]
    fn what_follows_a_look_is_not_wanted_after_another_look_or_window() {
        let mut looks = Looks::default();
        let look = looks.begin();
        looks.end(look);
        let asked = looks.shown();
        assert_eq!(looks.shown(), asked);
        let look = looks.begin();
        looks.end(look);
        assert_ne!(looks.shown(), asked);
        let asked = looks.shown();
        looks.visit();
        assert_ne!(looks.shown(), asked);
    }
}
