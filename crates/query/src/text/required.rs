//! Texts that whatever matches a regular expression contains: one is looked for first, in all rows at once.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter ones rule too little out.
const MIN_BYTES: usize = 2;

/// A text that every match contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Required {
    pub(super) text: String,
    /// Whether it may be in any case.
    pub(super) is_any_case: bool,
}

/// All such texts.
pub(super) fn required(hir: &Hir) -> Vec<Required> {
    let mut runs = Runs::default();
    runs.read(hir);
    runs.end();
    runs.all
}

/// The text itself, where the expression is nothing but a text in one case.
pub(super) fn literal(hir: &Hir) -> Option<&[u8]> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(&literal.0),
        HirKind::Capture(capture) => literal(&capture.sub),
        _ => None,
    }
}

/// Characters that follow each other in every match.
#[derive(Default)]
struct Runs {
    current: Required,
    all: Vec<Required>,
}

impl Runs {
    fn read(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => self.current.text.push_str(text),
                Err(_) => self.end(),
            },
            HirKind::Class(class) => match letter(class) {
                Some(letter) => {
                    self.current.text.push(letter);
                    self.current.is_any_case = true;
                }
                None => self.end(),
            },
            HirKind::Capture(capture) => self.read(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.read(part)),
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                self.read(&repetition.sub);
                self.end();
            }
            // They match nothing, between the characters.
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Repetition(_) | HirKind::Alternation(_) => self.end(),
        }
    }

    fn end(&mut self) {
        let run = std::mem::take(&mut self.current);
        if run.text.len() >= MIN_BYTES {
            self.all.push(run);
        }
    }
}

/// The letter of which a class is all cases.
fn letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let first = class.ranges().first()?.start();
    let mut all =
        regex_syntax::hir::ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(
            first, first,
        )]);
    all.try_case_fold_simple().ok()?;
    // A part of the cases is looked for in all of them.
    let is_within = class.ranges().iter().all(|range| {
        all.ranges()
            .iter()
            .any(|cases| cases.start() <= range.start() && range.end() <= cases.end())
    });
    is_within.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::required;

    #[test]
    fn what_every_match_contains_is_found() {
        for (pattern, expected) in [
            ("session(id)?=12[0-9]+x", vec!["session", "=12"]),
            ("ab(cd)+ef", vec!["abcd", "ef"]),
            ("(ab){2}", vec!["ab"]),
            ("ab(cd)*ef", vec!["ab", "ef"]),
            ("ab|cd", vec![]),
            ("a.b", vec![]),
            ("^ab\\b$", vec!["ab"]),
            ("(?i)Ab5", vec!["AB5"]),
            ("[Dd]eny", vec!["Deny"]),
            ("[de]ny", vec!["ny"]),
            ("x{2}y", vec![]),
            ("", vec![]),
        ] {
            let hir = regex_syntax::parse(pattern).unwrap();
            let texts: Vec<_> = required(&hir).into_iter().map(|run| run.text).collect();
            assert_eq!(texts, expected, "{pattern}");
        }
        let cases = required(&regex_syntax::parse("ab[0-9][Dd]eny").unwrap());
        let cases: Vec<_> = cases.iter().map(|run| run.is_any_case).collect();
        assert_eq!(cases, [false, true]);
    }
}
