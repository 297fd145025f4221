//! A text that is read from the front, piece by piece.

use super::zone::offset_seconds;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// What is left of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a>(pub(super) &'a str);

impl Scan<'_> {
    /// A number of exactly so many digits.
    pub(super) fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let exact = head.bytes().all(|byte| byte.is_ascii_digit());
        let longer = rest.starts_with(|c: char| c.is_ascii_digit());
        if !exact || longer {
            return None;
        }
        self.0 = rest;
        head.parse().ok()
    }

    /// A number of one or two digits.
    pub(super) fn short_number(&mut self) -> Option<i64> {
        self.number(2).or_else(|| self.number(1))
    }

    pub(super) fn one_of(&mut self, choices: &str) -> Option<char> {
        let first = self.0.chars().next().filter(|c| choices.contains(*c))?;
        self.0 = self.0.get(first.len_utf8()..)?;
        Some(first)
    }

    pub(super) fn month(&mut self) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(3)?;
        let at = MONTHS
            .iter()
            .position(|name| head.eq_ignore_ascii_case(name))?;
        self.0 = rest;
        i64::try_from(at + 1).ok()
    }

    /// Nanoseconds behind a point or comma; 0 where there are none.
    pub(super) fn fraction(&mut self) -> i32 {
        let mut ahead = *self;
        if ahead.one_of(".,").is_none() {
            return 0;
        }
        let digits = ahead.0.bytes().take_while(u8::is_ascii_digit).count();
        let (head, rest) = ahead.0.split_at_checked(digits).unwrap_or_default();
        if digits == 0 {
            return 0;
        }
        self.0 = rest;
        let nine: String = head.chars().chain("000000000".chars()).take(9).collect();
        nine.parse().unwrap_or_default()
    }

    /// Whether it is after noon, where `AM` or `PM` says so, directly or behind one space.
    pub(super) fn half_of_day(&mut self) -> Option<bool> {
        let text = self.0.strip_prefix(' ').unwrap_or(self.0);
        let (word, rest) = text.split_at_checked(2)?;
        let is_pm = word.eq_ignore_ascii_case("pm");
        if !(is_pm || word.eq_ignore_ascii_case("am")) || begins_word(rest) {
            return None;
        }
        self.0 = rest;
        Some(is_pm)
    }

    /// Seconds of an offset or of `Z`, `UTC` or `GMT`, directly or behind one space. Other names mean several zones each.
    pub(super) fn offset(&mut self) -> Option<i32> {
        let text = self.0.strip_prefix(' ').unwrap_or(self.0);
        let is_glued = text.len() == self.0.len();
        let names = ["Z", "z", "UTC", "GMT"];
        let mut named = names.iter().filter_map(|name| text.strip_prefix(name));
        if let Some(rest) = named.find(|rest| !begins_word(rest)) {
            // `GMT+0100` is another zone than `GMT`.
            let Some((seconds, rest)) = number_offset(rest, true) else {
                self.0 = rest;
                return Some(0);
            };
            self.0 = rest;
            return Some(seconds);
        }
        let (seconds, rest) = number_offset(text, is_glued)?;
        self.0 = rest;
        Some(seconds)
    }
}

/// `+01:00`, `+0100` or `+01`, and what follows. Behind a space, two digits are an offset only where they end the word.
fn number_offset(text: &str, is_glued: bool) -> Option<(i32, &str)> {
    [6, 5, 3].into_iter().find_map(|length| {
        let (head, rest) = text.split_at_checked(length)?;
        let is_whole = is_glued || length > 3 || !rest.starts_with(|c: char| !c.is_whitespace());
        if !is_whole || begins_word(rest) || rest.starts_with('-') {
            return None;
        }
        Some((offset_seconds(head)?, rest))
    })
}

fn begins_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric())
}
