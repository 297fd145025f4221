//! A JSON number as it is written, and how such numbers compare: exactly, digit by digit, whatever their size.
//!
//! Nothing is copied and nothing goes through a float.

use std::cmp::Ordering;

/// A JSON number as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// None where `text` is no JSON number.
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text).map(|_| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How two JSON numbers compare; none where one of the texts is none.
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    Some(Decimal::parse(a)?.compare(&Decimal::parse(b)?))
}

/// A number in pieces. Exponents past 18 digits are the same.
#[derive(Clone, Copy, Debug)]
pub struct Decimal<'a> {
    is_negative: bool,
    /// Its digits from the first that is not 0, on both sides of the point; both empty for zero.
    whole: &'a [u8],
    fraction: &'a [u8],
    /// The power of ten of its first digit.
    power: i64,
}

impl<'a> Decimal<'a> {
    /// None where `text` is no JSON number.
    pub fn parse(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (is_negative, rest) = match bytes.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, bytes),
        };
        let (whole, rest) = digits(rest);
        if whole.is_empty() || whole.len() > 1 && whole.first() == Some(&b'0') {
            return None;
        }
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => {
                let (fraction, rest) = digits(rest);
                if fraction.is_empty() {
                    return None;
                }
                (fraction, rest)
            }
            _ => (&[][..], rest),
        };
        let exponent = match rest.split_first() {
            None => 0,
            Some((b'e' | b'E', rest)) => exponent(rest)?,
            Some(_) => return None,
        };
        let whole = leading(whole);
        let significant = leading(fraction);
        let (fraction, first) = if whole.is_empty() {
            (significant, -1 - signed(fraction.len() - significant.len()))
        } else {
            (fraction, signed(whole.len()) - 1)
        };
        Some(Self {
            is_negative,
            whole,
            fraction,
            power: exponent.saturating_add(first),
        })
    }

    /// How it compares with another.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (0, 0) => Ordering::Equal,
            (1, 1) => self.compare_size(other),
            (-1, -1) => other.compare_size(self),
            (mine, theirs) => mine.cmp(&theirs),
        }
    }

    fn sign(&self) -> i8 {
        match (self.digits().all(|digit| digit == b'0'), self.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn digits(&self) -> impl Iterator<Item = u8> + 'a {
        self.whole.iter().chain(self.fraction).copied()
    }

    fn padded(&self, len: usize) -> impl Iterator<Item = u8> + 'a {
        self.digits().chain(std::iter::repeat(b'0')).take(len)
    }

    /// Neither is zero.
    fn compare_size(&self, other: &Self) -> Ordering {
        let len = |number: &Self| number.whole.len() + number.fraction.len();
        let longest = len(self).max(len(other));
        self.power
            .cmp(&other.power)
            .then_with(|| self.padded(longest).cmp(other.padded(longest)))
    }
}

fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let len = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    bytes.split_at_checked(len).unwrap_or((bytes, &[]))
}

fn leading(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

fn exponent(bytes: &[u8]) -> Option<i64> {
    const MOST: i64 = 1_000_000_000_000_000_000;
    let (is_negative, rest) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    };
    let (digits, rest) = digits(rest);
    if digits.is_empty() || !rest.is_empty() {
        return None;
    }
    let size = digits.iter().fold(0_i64, |size, digit| {
        let next = size
            .saturating_mul(10)
            .saturating_add(i64::from(*digit - b'0'));
        next.min(MOST)
    });
    Some(if is_negative { -size } else { size })
}

fn signed(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Number, compare};
    use proptest::prelude::*;
    use std::cmp::Ordering;

    #[test]
    fn only_json_numbers_are_numbers() {
        for text in [
            "0",
            "-0",
            "5",
            "-5.50",
            "1e5",
            "1E+5",
            "0.0e-7",
            "10",
            "123456789012345678901234567890",
        ] {
            assert!(Number::parse(text).is_some(), "{text}");
        }
        for text in [
            "", "-", "+5", "007", "1.", ".5", "1e", "1e+", "5 ", " 5", "0x5", "1.1.1", "NaN",
            "1_000", "--5",
        ] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_compare_exactly() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("500", "500.0", Equal),
            ("5e2", "500", Equal),
            ("0.005e5", "500", Equal),
            ("-0", "0.00e9", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("0.1", "0.10000000000000000001", Less),
            ("-2", "-10", Greater),
            ("-1", "0", Less),
            ("1e400", "1e399", Greater),
            ("1e-400", "0", Greater),
            ("10", "9", Greater),
            ("0.09", "0.1", Less),
            ("1e999999999999999999999", "1", Greater),
        ] {
            assert_eq!(compare(a, b), Some(expected), "{a} {b}");
            assert_eq!(compare(b, a), Some(expected.reverse()), "{b} {a}");
        }
        assert_eq!(compare("x", "1"), None);
    }

    proptest! {
        #[test]
        fn numbers_compare_as_integers_do(a: i64, b: i64, zeros in 0_usize..4) {
            prop_assume!(a != 0);
            let scaled = format!("{a}{}e-{zeros}", "0".repeat(zeros));
            prop_assert_eq!(compare(&scaled, &b.to_string()), Some(a.cmp(&b)));
            let shifted = format!("{a}.{}", "0".repeat(zeros + 1));
            prop_assert_eq!(compare(&shifted, &b.to_string()), Some(a.cmp(&b)));
        }

        #[test]
        fn fractions_compare_as_scaled_integers_do(a in 0_u32..2000, b in 0_u32..2000, negative: bool) {
            let sign = if negative { "-" } else { "" };
            let written = |n: u32| format!("{sign}{}.{:03}", n / 1000, n % 1000);
            let expected = if negative { b.cmp(&a) } else { a.cmp(&b) };
            prop_assert_eq!(compare(&written(a), &written(b)), Some(expected));
        }
    }
}
