//! Which characters of untrusted text must not be shown as they are: one table for page and command line.
//!
//! Terminal controls steer a terminal, bidirectional marks turn text around, and invisible or blank characters hide it.
//! How each is written instead is left to whoever shows it.

/// Whether a character could change how others look, or look like nothing at all.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            // Soft hyphen, grapheme joiner, Arabic letter mark.
            '\u{ad}' | '\u{34f}' | '\u{61c}'
            // Hangul fillers.
            | '\u{115f}'..='\u{1160}' | '\u{3164}' | '\u{ffa0}'
            // Khmer vowels without a shape, Mongolian separators.
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            // Zero width, bidirectional marks, line separators, invisible operators.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // The Braille pattern without a dot.
            | '\u{2800}'
            // Byte order mark, annotations, tags.
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::is_unsafe;

    #[test]
    fn what_steers_turns_or_hides_text_is_unsafe() {
        for character in [
            '\u{1b}',
            '\u{9b}',
            '\0',
            '\n',
            '\u{7f}',
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{feff}',
            '\u{34f}',
            '\u{115f}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{2800}',
            '\u{e0041}',
            '\u{180e}',
        ] {
            assert!(is_unsafe(character), "{character:?}");
        }
    }

    #[test]
    fn letters_of_any_script_spaces_and_emoji_are_safe() {
        for character in
            "aZ 9\u{e4}\u{3a3}\u{5d0}\u{65e5}\u{ac00}\u{1100}\u{1f33e}\u{fe0f}\u{a0}<".chars()
        {
            assert!(!is_unsafe(character), "{character:?}");
        }
    }
}
