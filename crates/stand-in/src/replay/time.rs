//! The time of a log line, wherever near its start it is written.
//!
//! Recognised, in this order: a time field of a JSON object; an epoch number at the very start, in any unit; a date with a time of day
//! in one of the forms of `written`, first one that stands alone, else one inside a word, such as the name of a file.
//! Colours of a terminal are looked through.

use super::fields;
use super::written::Written;
use super::zone::Zone;
use std::borrow::Cow;

/// How far into a line a time is looked for.
const REACH_BYTES: usize = 128;

/// When a line says it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// Epoch milliseconds.
    At(i64),
    /// On this day of some year.
    Yearless(Written),
}

/// The time of a line, where it has one. Times without an offset are taken in `zone`.
pub(super) fn time_of(line: &str, zone: &Zone) -> Option<Time> {
    let line = line.trim_start_matches('\u{feff}');
    if line.trim_start().starts_with('{') {
        let mut times = fields::times(line).into_iter();
        let found =
            times.find_map(|text| in_text(&text.replace("\\/", "/"), zone).or_else(|| epoch(text)));
        if found.is_some() {
            return found;
        }
    }
    let line = without_colours(line);
    let head = line
        .get(..line.floor_char_boundary(REACH_BYTES))
        .unwrap_or_default();
    epoch_at_start(head).or_else(|| in_text(head, zone))
}

/// The first time that stands alone in `text`, else the first in a word.
fn in_text(text: &str, zone: &Zone) -> Option<Time> {
    let start = text.len() - text.trim_start_matches([' ', '\t', '[', '(']).len();
    let find = |alone: bool| {
        text.char_indices().find_map(|(at, _)| {
            let (before, rest) = text.split_at_checked(at)?;
            let before = before.chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || alone && "-_/.".contains(c)) {
                return None;
            }
            let (written, after) = Written::at_start(rest, at == start)?;
            let goes_on = after.starts_with(['_', '/'])
                || after
                    .strip_prefix(['.', '-'])
                    .is_some_and(|rest| rest.starts_with(char::is_alphabetic));
            (!alone || !goes_on).then_some(written)
        })
    };
    let written = find(true).or_else(|| find(false))?;
    match written.year {
        Some(year) => written.to_ms(zone, year).map(Time::At),
        None => Some(Time::Yearless(written)),
    }
}

/// A line without the escape sequences that colour it.
fn without_colours(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut pieces = line.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !(c.is_ascii_digit() || c == ';'));
        let after = end.and_then(|end| piece.get(end..)?.strip_prefix('m'));
        plain.push_str(after.unwrap_or(piece));
    }
    Cow::Owned(plain)
}

/// A number at the start of a line that can only be a time, also behind a dash as alerts have it, or in an audit record.
fn epoch_at_start(line: &str) -> Option<Time> {
    let line = line.trim_start_matches(['[', '(', ' ']);
    let line = line.strip_prefix("- ").unwrap_or(line);
    let line = match line.split_once("audit(") {
        Some((before, record)) if before.is_empty() || before.starts_with("type=") => record,
        _ => line,
    };
    let end = line.find(|c: char| !c.is_ascii_digit() && c != '.');
    let number = line.get(..end.unwrap_or(line.len()))?;
    let digits = number.split('.').next()?.len();
    matches!(digits, 10 | 13 | 16 | 19).then(|| epoch(number))?
}

/// Epoch seconds, milliseconds, microseconds or nanoseconds, by their size.
fn epoch(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    let ms = match number {
        100_000_000..100_000_000_000 => {
            let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
            number * 1_000 + thousandths.parse::<i64>().ok()?
        }
        100_000_000_000..100_000_000_000_000 => number,
        100_000_000_000_000..100_000_000_000_000_000 => number / 1_000,
        100_000_000_000_000_000.. => number / 1_000_000,
        _ => return None,
    };
    Some(Time::At(ms))
}
