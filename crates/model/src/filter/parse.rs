//! From the text of an expression to its tree.
//!
//! By recursive descent, a method a rule. Depth is counted, so deep input is an error and costs no stack.

use super::cidr::Cidr;
use super::cursor::{Cursor, Operator};
use super::field_name::{FieldName, bare_len};
use super::known::NamedField;
use super::mistake::{FilterError, Hint, HintKind, Mistake};
use super::number::Number;
use super::pattern::Pattern;
use super::term::{Bound, Order, Term, Value};
use super::tree::Tree;
use super::{Filter, MAX_BYTES, MAX_DEPTH, Parsed};
use crate::instant::parse_instant_ms;

type Result<T> = std::result::Result<T, FilterError>;

/// Reads an expression.
///
/// # Errors
/// With the place of the first mistake and what would be right.
pub fn parse(text: &str) -> Result<Parsed> {
    let mut parser = Parser {
        cursor: Cursor::new(text),
        depth: 0,
        last: Last::Other,
        hints: Vec::new(),
        fields: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        return parser
            .cursor
            .error(text.floor_char_boundary(MAX_BYTES), Mistake::TooLong);
    }
    parser.cursor.blanks();
    let filter = if parser.cursor.peek().is_none() {
        Tree::Leaf(Term::All)
    } else {
        parser.or()?
    };
    if parser.cursor.peek().is_some() {
        return parser
            .cursor
            .error(parser.cursor.at, Mistake::StrayParenthesis);
    }
    Ok(Parsed {
        filter,
        hints: parser.hints,
        fields: parser.fields,
    })
}

/// The last term, for hints.
#[derive(Clone, Copy)]
enum Last {
    /// A field and a value without quotes.
    FieldWord {
        field: usize,
        value: usize,
    },
    Word {
        start: usize,
    },
    Other,
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: u32,
    last: Last,
    hints: Vec<Hint>,
    fields: Vec<NamedField>,
}

impl<'a> Parser<'a> {
    /// Leaves the cursor before a `)` or at the end.
    fn or(&mut self) -> Result<Filter> {
        let mut terms = vec![self.and()?];
        while let Some(word) = self.cursor.take_keyword("or") {
            self.expect_term(word)?;
            terms.push(self.and()?);
        }
        Ok(Tree::or(terms))
    }

    /// Leaves the cursor before an `or`, a `)` or at the end.
    fn and(&mut self) -> Result<Filter> {
        let mut terms = vec![self.not()?];
        loop {
            self.cursor.blanks();
            let keyword = self.cursor.keyword();
            let is_or = keyword.is_some_and(|word| word.eq_ignore_ascii_case("or"));
            if is_or || matches!(self.cursor.peek(), None | Some(')')) {
                return Ok(Tree::and(terms));
            }
            if let Some(word) = self.cursor.take_keyword("and") {
                self.expect_term(word)?;
                terms.push(self.not()?);
            } else {
                let (before, start) = (self.last, self.cursor.at);
                terms.push(self.not()?);
                self.hint_quotes(before, start);
            }
        }
    }

    fn not(&mut self) -> Result<Filter> {
        self.cursor.blanks();
        let start = self.cursor.at;
        if let Some(word) = self.cursor.take_keyword("not") {
            self.expect_term(word)?;
            return self.deeper(start, Self::not).map(Tree::negated);
        }
        if !self.cursor.take('-') {
            return self.term();
        }
        match self.cursor.peek() {
            None | Some('-' | ')' | ':' | '=' | '<' | '>') => {
                return self.cursor.error(start, Mistake::StrayMinus);
            }
            Some(next) if next.is_whitespace() => {
                return self.cursor.error(start, Mistake::StrayMinus);
            }
            Some(next) if next.is_ascii_digit() => self.hint(start, HintKind::MinusBeforeDigit),
            Some(_) => {}
        }
        self.deeper(start, Self::term).map(Tree::negated)
    }

    fn term(&mut self) -> Result<Filter> {
        let start = self.cursor.at;
        self.last = Last::Other;
        match self.cursor.peek() {
            Some('(') => return self.group(),
            Some(')') => return self.cursor.error(start, Mistake::StrayParenthesis),
            Some('!') => return self.cursor.error(start, Mistake::Exclamation),
            Some('"') => {
                let text = self.cursor.quoted()?;
                if text.is_empty() {
                    return self.cursor.error(start, Mistake::EmptyText);
                }
                return match self.cursor.operator() {
                    Some(operator) => self.test(start, FieldName::exact(text), operator),
                    None => Ok(Tree::Leaf(Term::Text(Pattern::literal(text)))),
                };
            }
            _ => {}
        }
        if let Some(word) = self.cursor.keyword() {
            let word = word.to_owned();
            return self.cursor.error(start, Mistake::StrayKeyword { word });
        }
        if let Some((name, operator)) = self.cursor.field() {
            return self.test(start, name, operator);
        }
        if let Some(regex) = self.cursor.regex() {
            let pattern = regex.pattern();
            if pattern
                .chars()
                .all(|character| character.is_alphanumeric() || "_-.".contains(character))
            {
                let pattern = pattern.to_owned();
                self.hint(start, HintKind::RegularExpression { pattern });
            }
            return Ok(Tree::Leaf(Term::Regex(regex)));
        }
        let word = self.cursor.word();
        self.last = Last::Word { start };
        if let Some((name, _)) = word.raw.split_once(':')
            && (name.contains('*') || name.starts_with('{'))
        {
            self.hint(start, HintKind::NoWildcardInName);
        }
        if let Some((written, right)) = other_language(word.raw, self.cursor.rest()) {
            let written = written.to_owned();
            self.hint(start, HintKind::OtherLanguage { written, right });
            self.last = Last::Other;
        }
        Ok(Tree::Leaf(word.pattern.map_or(Term::All, Term::Text)))
    }

    fn group(&mut self) -> Result<Filter> {
        let start = self.open()?;
        let filter = self.deeper(start, Self::or)?;
        self.close(start)?;
        self.last = Last::Other;
        Ok(filter)
    }

    /// What follows a field and its operator.
    fn test(&mut self, field: usize, name: FieldName, operator: Operator) -> Result<Filter> {
        self.fields.push(NamedField {
            place: self.cursor.place(field),
            name: name.clone(),
        });
        let is_touching = !self.cursor.rest().starts_with(char::is_whitespace);
        self.cursor.blanks();
        let start = self.cursor.at;
        let is_keyword = !is_touching && self.cursor.keyword().is_some();
        if is_keyword || matches!(self.cursor.peek(), None | Some(')')) {
            let mistake = Mistake::MissingValue {
                field: name.as_str().to_owned(),
                operator: operator.as_str(),
            };
            return self.cursor.error(start, mistake);
        }
        match operator {
            Operator::Order(order) => {
                let bound = self.bound(&name, order)?;
                Ok(Tree::Leaf(Term::Compare { name, order, bound }))
            }
            Operator::Is(_) => {
                let is_word = !matches!(self.cursor.peek(), Some('(' | '"' | '/'));
                let values = self.value()?;
                if is_word {
                    self.last = Last::FieldWord {
                        field,
                        value: start,
                    };
                }
                Ok(Tree::Leaf(Term::Field { name, values }))
            }
            Operator::IsNot => {
                let values = self.deeper(field, Self::value)?;
                Ok(Tree::Leaf(Term::Field { name, values }).negated())
            }
        }
    }

    fn bound(&mut self, name: &FieldName, order: Order) -> Result<Bound> {
        let start = self.cursor.at;
        let text = match self.cursor.peek() {
            Some('"') => self.cursor.quoted()?,
            Some('(') => String::new(),
            _ => self.cursor.word().raw.to_owned(),
        };
        if let Some(number) = Number::parse(&text) {
            return Ok(Bound::Number(number));
        }
        if name.matches("timestamp")
            && let Ok(ms) = parse_instant_ms(&text)
        {
            return Ok(Bound::Time(ms));
        }
        let operator = order.as_str();
        self.cursor.error(start, Mistake::NoBound { operator })
    }

    /// One value, or a list in parentheses.
    fn value(&mut self) -> Result<Tree<Value>> {
        let value = match self.cursor.peek() {
            Some('(') => return self.list(),
            Some('"') => Value::Text(Pattern::literal(self.cursor.quoted()?)),
            _ => match self.cursor.regex() {
                Some(regex) => Value::Regex(regex),
                None => self.word_value(),
            },
        };
        Ok(Tree::Leaf(value))
    }

    fn word_value(&mut self) -> Value {
        let word = self.cursor.word();
        let network = Cidr::parse(word.raw).filter(|_| !word.has_escapes);
        match (network, word.pattern) {
            (Some(network), _) => Value::Cidr(network),
            (None, Some(pattern)) => Value::Text(pattern),
            (None, None) => Value::Any,
        }
    }

    fn list(&mut self) -> Result<Tree<Value>> {
        let start = self.open()?;
        let values = self.deeper(start, Self::list_or)?;
        self.close(start)?;
        Ok(values)
    }

    fn list_or(&mut self) -> Result<Tree<Value>> {
        let mut values = vec![self.list_and()?];
        loop {
            self.cursor.blanks();
            if let Some(word) = self.cursor.take_keyword("or") {
                self.expect_term(word)?;
                values.push(self.list_and()?);
            } else if matches!(self.cursor.peek(), None | Some(')')) {
                return Ok(Tree::or(values));
            } else {
                return self.cursor.error(self.cursor.at, Mistake::ListWithoutOr);
            }
        }
    }

    fn list_and(&mut self) -> Result<Tree<Value>> {
        let mut values = vec![self.list_not()?];
        loop {
            self.cursor.blanks();
            let Some(word) = self.cursor.take_keyword("and") else {
                return Ok(Tree::and(values));
            };
            self.expect_term(word)?;
            values.push(self.list_not()?);
        }
    }

    fn list_not(&mut self) -> Result<Tree<Value>> {
        self.cursor.blanks();
        let start = self.cursor.at;
        if let Some(word) = self.cursor.take_keyword("not") {
            self.expect_term(word)?;
            if self.cursor.keyword().is_none() {
                return self.deeper(start, Self::value).map(Tree::negated);
            }
        }
        match self.cursor.keyword() {
            Some(word) => {
                let word = word.to_owned();
                self.cursor
                    .error(self.cursor.at, Mistake::StrayKeyword { word })
            }
            None => self.value(),
        }
    }

    /// Passes over a `(`, which must not be closed at once. Gives where it stood.
    fn open(&mut self) -> Result<usize> {
        let start = self.cursor.at;
        self.cursor.take('(');
        self.cursor.blanks();
        match self.cursor.peek() {
            Some(')') => self.cursor.error(start, Mistake::EmptyParentheses),
            None => self.cursor.error(start, Mistake::OpenParenthesis),
            Some(_) => Ok(start),
        }
    }

    fn close(&mut self, start: usize) -> Result<()> {
        if self.cursor.take(')') {
            return Ok(());
        }
        self.cursor.error(start, Mistake::OpenParenthesis)
    }

    /// Passes over blanks after a keyword, behind which something must follow.
    fn expect_term(&mut self, word: &'a str) -> Result<()> {
        let start = self.cursor.at - word.len();
        self.cursor.blanks();
        if matches!(self.cursor.peek(), None | Some(')')) {
            let word = word.to_owned();
            return self.cursor.error(start, Mistake::MissingTerm { word });
        }
        Ok(())
    }

    fn deeper<T>(&mut self, start: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return self.cursor.error(start, Mistake::TooDeep);
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn hint(&mut self, offset: usize, kind: HintKind) {
        let place = self.cursor.place(offset);
        self.hints.push(Hint { place, kind });
    }

    /// For a word that follows a field's value with nothing between them.
    fn hint_quotes(&mut self, before: Last, start: usize) {
        if let (Last::FieldWord { field, value }, Last::Word { start: word }) = (before, self.last)
            && word == start
        {
            let all = self.cursor.since(field);
            if let Some((name, values)) = all.split_at_checked(value - field) {
                let quoted = format!("{name}{}", super::print::Quoted(values));
                self.hint(start, HintKind::WordAfterValue { quoted });
            }
        }
    }
}

/// What of a word is an operator in other languages, and what it is in this one.
fn other_language<'a>(word: &'a str, behind: &str) -> Option<(&'a str, &'static str)> {
    let is_compared = |(name, value): (&str, &str)| {
        let is_name = name.is_empty() || bare_len(name) == Some(name.len());
        // Base64 ends so.
        is_name && (name.is_empty() == value.is_empty())
    };
    match word {
        "&&" => Some((word, "`and`")),
        "||" => Some((word, "`or`")),
        _ if word.eq_ignore_ascii_case("in") && behind.trim_start().starts_with('(') => {
            Some((word, "a list as field:(a or b)"))
        }
        _ if word.split_once("==").is_some_and(is_compared) => {
            Some(("==", "`=` or `:` between a field and its value"))
        }
        _ => None,
    }
}
