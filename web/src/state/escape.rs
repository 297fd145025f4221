//! Untrusted text made safe to look at: control and bidirectional characters become visible escapes.
//!
//! Takes text and a needle, gives pieces, each of which becomes one text node.
//! Pure: how a character is written small comes in as a [`Lower`]; what ASCII is needs none.
//! Invariant: the pieces in order say all of the text; nothing of it is interpreted.

/// A character beyond ASCII in lower case, which may be several characters.
/// The browser knows it; a table of it would be a twentieth of the page.
pub type Lower = fn(char) -> String;

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
        '\u{61c}'
        | '\u{ad}'
        | '\u{115f}'..='\u{1160}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some(format!("\\u{{{:x}}}", u32::from(character))),
        _ => None,
    }
}

/// The pieces of a text, with what matches `needle` in any case marked; an empty needle matches nothing.
pub fn pieces(text: &str, needle: &str, lower: Lower) -> Vec<Piece> {
    let hits = hits(text, needle, lower);
    let mut hits = hits.iter().peekable();
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, character) in text.char_indices() {
        while hits.peek().is_some_and(|(_, end)| *end <= at) {
            hits.next();
        }
        let hit = hits.peek().is_some_and(|(start, _)| *start <= at);
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
pub fn start_of_view(text: &str, needle: &str, lower: Lower) -> usize {
    const AHEAD: usize = 40;
    const BEFORE: usize = 16;
    let Some((start, _)) = hits(text, needle, lower).first().copied() else {
        return 0;
    };
    let before: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at < start)
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

/// Byte ranges of the matches, in order and disjoint, by the same folding as the find itself.
fn hits(text: &str, needle: &str, lower: Lower) -> Vec<(usize, usize)> {
    let sought: Vec<char> = needle.chars().flat_map(|c| folded(c, lower)).collect();
    if sought.is_empty() {
        return Vec::new();
    }
    let chars: Vec<(char, usize, usize)> = text
        .char_indices()
        .flat_map(|(at, c)| {
            let end = at + c.len_utf8();
            folded(c, lower).into_iter().map(move |low| (low, at, end))
        })
        .collect();
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(ahead) = chars.get(from..from + sought.len()) {
        let matches = ahead.iter().map(|(c, ..)| c).eq(&sought);
        if let (true, Some((_, start, _)), Some((.., end))) = (matches, ahead.first(), ahead.last())
        {
            hits.push((*start, *end));
            from += sought.len();
        } else {
            from += 1;
        }
    }
    hits
}

fn folded(character: char, lower: Lower) -> Vec<char> {
    if character.is_ascii() {
        vec![character.to_ascii_lowercase()]
    } else {
        lower(character).chars().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lower(character: char) -> String {
        character.to_lowercase().collect()
    }

    fn shown(text: &str, needle: &str) -> Vec<(String, bool, bool)> {
        pieces(text, needle, lower)
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
        let start = start_of_view(&line, "NEEDLE", lower);
        assert_eq!(&line[start..], format!("{}needle", "\u{e4}".repeat(16)));
        assert_eq!(start_of_view("short needle", "needle", lower), 0);
        assert_eq!(start_of_view(&line, "absent", lower), 0);
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
            let joined: String = pieces(&text, &needle, lower).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(joined, plain(&text));
        }
    }
}
