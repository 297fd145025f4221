//! Untrusted text made safe to look at: what must not be shown as it is becomes a visible escape.
//!
//! Takes text and a needle, gives pieces, each of which becomes one text node.
//! Invariant: the pieces in order say all of the text; nothing of it is interpreted.
//! Memory: at most [`MOST_PIECES`] pieces, whatever the text holds, since each may become an element.

use windrow_model::fold::Needle;
use windrow_model::unsafe_text::is_unsafe;

/// More pieces than this are not made: the rest of the text is one, without boxes and marks.
pub const MOST_PIECES: usize = 1000;

/// A run of characters shown the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What is shown.
    pub text: String,
    /// Whether it stands for characters that cannot be shown.
    pub escaped: bool,
    /// Whether it lies inside a match.
    pub hit: bool,
}

/// What becomes of the ends of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// They are shown as escapes in one line.
    Joined,
    /// They are shown as escapes and break the line.
    Broken,
    /// They break the line: they are ours, and none of the text's.
    Ours,
}

/// The escape of a character that must not be shown as it is.
fn escape_of(character: char) -> Option<String> {
    match character {
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        control if control.is_control() => Some(format!("\\x{:02x}", u32::from(control))),
        hidden if is_unsafe(hidden) => Some(format!("\\u{{{:x}}}", u32::from(hidden))),
        _ => None,
    }
}

/// The pieces of a text, with what matches marked.
pub fn pieces(text: &str, needle: &Needle, lines: Lines) -> Vec<Piece> {
    let mut hits = needle.ranges(text).peekable();
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, character) in text.char_indices() {
        while hits.next_if(|hit| hit.end <= at).is_some() {}
        let hit = hits.peek().is_some_and(|hit| hit.start <= at);
        let escape = escape_of(character).filter(|_| !(character == '\n' && lines == Lines::Ours));
        let is_break = character == '\n' && lines == Lines::Broken;
        let escaped = escape.is_some();
        let is_same = |piece: &&mut Piece| piece.hit == hit && piece.escaped == escaped;
        if pieces.last_mut().filter(is_same).is_none() {
            if pieces.len() + 3 > MOST_PIECES {
                let rest = text.get(at..).unwrap_or_default();
                pieces.push(text_piece(plain_of(rest, lines), false));
                break;
            }
            pieces.push(Piece {
                text: String::new(),
                escaped,
                hit,
            });
        }
        if let Some(piece) = pieces.last_mut() {
            match escape {
                Some(escape) => piece.text.push_str(&escape),
                None => piece.text.push(character),
            }
        }
        if is_break {
            pieces.push(text_piece("\n".to_owned(), hit));
        }
    }
    pieces
}

fn text_piece(text: String, hit: bool) -> Piece {
    Piece {
        text,
        escaped: false,
        hit,
    }
}

/// Where to begin showing a text whose first match would be out of view otherwise: a few characters before it.
pub fn start_of_view(text: &str, needle: &Needle) -> usize {
    const AHEAD: usize = 40;
    const BEFORE: usize = 16;
    let first = needle.ranges(text).next();
    let Some(ahead) = first.and_then(|hit| text.get(..hit.start)) else {
        return 0;
    };
    if ahead.chars().count() <= AHEAD {
        return 0;
    }
    ahead
        .char_indices()
        .nth_back(BEFORE - 1)
        .map_or(0, |(at, _)| at)
}

/// The same as plain text in one line, for attributes and labels.
pub fn plain(text: &str) -> String {
    plain_of(text, Lines::Joined)
}

fn plain_of(text: &str, lines: Lines) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match (escape_of(character), lines) {
            (Some(_), Lines::Ours) if character == '\n' => {}
            (Some(escape), _) => plain.push_str(&escape),
            (None, _) => plain.push(character),
        }
        if character == '\n' && lines != Lines::Joined {
            plain.push('\n');
        }
    }
    plain
}

/// The longest start of a text that has at most so many bytes and ends between two characters.
pub fn first_bytes(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, needle: &str) -> Vec<(String, bool, bool)> {
        pieces(text, &Needle::new(needle), Lines::Joined)
            .into_iter()
            .map(|piece| (piece.text, piece.escaped, piece.hit))
            .collect()
    }

    #[test]
    fn plain_text_is_one_piece() {
        assert_eq!(
            shown("status installed", ""),
            [("status installed".into(), false, false)]
        );
        assert_eq!(shown("", "x"), []);
    }

    #[test]
    fn terminal_and_bidirectional_controls_are_visible() {
        assert_eq!(plain("\u{1b}[31mred"), "\\x1b[31mred");
        assert_eq!(plain("user\u{202e}nimda"), "user\\u{202e}nimda");
        assert_eq!(plain("a\tb\nc\0"), "a\\tb\\nc\\x00");
        assert_eq!(
            plain("zero\u{200b}width \u{feff}"),
            "zero\\u{200b}width \\u{feff}"
        );
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(
            plain("<img src=x onerror=alert(1)>"),
            "<img src=x onerror=alert(1)>"
        );
    }

    #[test]
    fn every_match_is_marked_whatever_its_case() {
        assert_eq!(
            shown("Deny deny", "DENY"),
            [
                ("Deny".into(), false, true),
                (" ".into(), false, false),
                ("deny".into(), false, true)
            ]
        );
        assert!(
            shown("\u{c4}rger", "\u{e4}R")
                .iter()
                .any(|(_, _, hit)| *hit)
        );
    }

    #[test]
    fn a_match_far_into_a_line_is_brought_into_view() {
        let line = format!("{}needle", "\u{e4}".repeat(100));
        let start = start_of_view(&line, &Needle::new("NEEDLE"));
        assert_eq!(&line[start..], format!("{}needle", "\u{e4}".repeat(16)));
        assert_eq!(start_of_view("short needle", &Needle::new("needle")), 0);
        assert_eq!(start_of_view(&line, &Needle::new("absent")), 0);
    }

    #[test]
    fn a_match_over_an_escape_is_marked_whole() {
        assert_eq!(
            shown("a\nb", "a\nb"),
            [
                ("a".into(), false, true),
                ("\\n".into(), true, true),
                ("b".into(), false, true)
            ]
        );
    }

    #[test]
    fn a_blank_that_looks_like_nothing_is_visible_too() {
        assert_eq!(plain("pay\u{3164}load"), "pay\\u{3164}load");
        assert_eq!(
            plain("a\u{ffa0}b\u{34f}c\u{2800}d"),
            "a\\u{ffa0}b\\u{34f}c\\u{2800}d"
        );
    }

    #[test]
    fn what_is_found_is_what_is_marked() {
        let odos = "\u{39f}\u{394}\u{39f}\u{3a3}";
        assert_eq!(
            shown(&format!("city {odos}\u{391}"), odos),
            [
                ("city ".into(), false, false),
                (odos.into(), false, true),
                ("\u{391}".into(), false, false)
            ]
        );
    }

    #[test]
    fn a_line_of_escapes_alone_becomes_a_bounded_number_of_pieces() {
        let colours = "\u{1b}[31m".repeat(100_000);
        let pieces = pieces(&colours, &Needle::default(), Lines::Joined);
        assert!((MOST_PIECES - 2..=MOST_PIECES).contains(&pieces.len()));
        let joined: String = pieces.into_iter().map(|piece| piece.text).collect();
        assert_eq!(joined, plain(&colours));
    }

    #[test]
    fn lines_of_a_message_break_and_their_ends_stay_visible() {
        let trace = pieces("panic\r\n\tat main", &Needle::default(), Lines::Broken);
        let shown: Vec<(&str, bool)> = trace
            .iter()
            .map(|piece| (piece.text.as_str(), piece.escaped))
            .collect();
        assert_eq!(
            shown,
            [
                ("panic", false),
                ("\\r\\n", true),
                ("\n", false),
                ("\\t", true),
                ("at main", false)
            ]
        );
    }

    #[test]
    fn breaks_of_ours_are_no_escapes() {
        let laid_out = pieces("{\n  \"a\": 1\n}", &Needle::default(), Lines::Ours);
        assert_eq!(laid_out.len(), 1);
        assert_eq!(laid_out[0].text, "{\n  \"a\": 1\n}");
    }

    #[test]
    fn the_start_of_a_text_ends_between_characters() {
        assert_eq!(first_bytes("a\u{e4}b", 2), "a");
        assert_eq!(first_bytes("a\u{e4}b", 3), "a\u{e4}");
        assert_eq!(first_bytes("ab", 64), "ab");
    }

    proptest! {
        #[test]
        fn the_pieces_say_the_whole_text(text in "\\PC{0,60}", needle in "\\PC{0,3}") {
            let joined: String = pieces(&text, &Needle::new(&needle), Lines::Joined).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(joined, plain(&text));
        }
    }
}
