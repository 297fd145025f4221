//! Untrusted text made safe to look at: characters that steer, turn or hide text become visible escapes.
//!
//! Takes text and what is sought in it, gives pieces, each of which becomes one text node.
//! Which characters are unsafe and how case is folded is the model's, the same as on the command line and in the search itself.
//! Invariant: the pieces in order say all of the text; nothing of it is interpreted.

use windrow_model::fold::Needle;
use windrow_model::unsafe_text::is_unsafe;

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

/// The escape of a character that must not be shown as it is.
fn escape_of(character: char) -> Option<String> {
    match character {
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some(format!("\\x{:02x}", u32::from(character))),
        _ => is_unsafe(character).then(|| format!("\\u{{{:x}}}", u32::from(character))),
    }
}

/// The pieces of a text, with what matches `needle` in any case marked; an empty needle matches nothing.
pub fn pieces(text: &str, needle: &str) -> Vec<Piece> {
    let needle = Needle::new(needle);
    let mut hits = needle.ranges(text).peekable();
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, character) in text.char_indices() {
        while hits.peek().is_some_and(|hit| hit.end <= at) {
            hits.next();
        }
        let hit = hits.peek().is_some_and(|hit| hit.start <= at);
        let escape = escape_of(character);
        let escaped = escape.is_some();
        let same = |piece: &&mut Piece| piece.hit == hit && piece.escaped == escaped;
        match (pieces.last_mut().filter(same), escape) {
            (Some(piece), Some(escape)) => piece.text.push_str(&escape),
            (Some(piece), None) => piece.text.push(character),
            (None, escape) => pieces.push(Piece {
                text: escape.unwrap_or_else(|| character.to_string()),
                escaped,
                hit,
            }),
        }
    }
    pieces
}

/// Where to begin showing a text whose first match would be out of view otherwise: a few characters before it.
pub fn start_of_view(text: &str, needle: &str) -> usize {
    const AHEAD: usize = 40;
    const BEFORE: usize = 16;
    let Some(first) = Needle::new(needle).ranges(text).next() else {
        return 0;
    };
    let before: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at < first.start)
        .collect();
    if before.len() <= AHEAD {
        return 0;
    }
    before.get(before.len() - BEFORE).copied().unwrap_or(0)
}

/// The same as plain text, for attributes and labels.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|character| escape_of(character).unwrap_or_else(|| character.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, needle: &str) -> Vec<(String, bool, bool)> {
        pieces(text, needle)
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
    fn greek_words_are_marked_where_the_search_finds_them() {
        for (text, needle) in [
            (
                "city \u{39f}\u{394}\u{39f}\u{3a3}\u{391}",
                "\u{39f}\u{394}\u{39f}\u{3a3}",
            ),
            (
                "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
                "\u{3a3}\u{38a}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}",
            ),
        ] {
            assert!(
                shown(text, needle).iter().any(|(_, _, hit)| *hit),
                "{needle}"
            );
        }
    }

    #[test]
    fn blank_characters_that_hide_text_are_visible() {
        for blank in ['\u{3164}', '\u{ffa0}', '\u{34f}', '\u{2800}', '\u{200b}'] {
            let shown = plain(&format!("pay{blank}load"));
            assert_eq!(shown, format!("pay\\u{{{:x}}}load", u32::from(blank)));
        }
    }

    #[test]
    fn a_match_far_into_a_line_is_brought_into_view() {
        let line = format!("{}needle", "\u{e4}".repeat(100));
        let start = start_of_view(&line, "NEEDLE");
        assert_eq!(&line[start..], format!("{}needle", "\u{e4}".repeat(16)));
        assert_eq!(start_of_view("short needle", "needle"), 0);
        assert_eq!(start_of_view(&line, "absent"), 0);
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

    proptest! {
        #[test]
        fn the_pieces_say_the_whole_text(text in "\\PC{0,60}", needle in "\\PC{0,3}") {
            let joined: String = pieces(&text, &needle).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(joined, plain(&text));
        }
    }
}
