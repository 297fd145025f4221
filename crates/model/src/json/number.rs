//! Numbers: integers exactly, everything else only checked.

/// Reads the number at `at`: its value where it is an integer that fits, and where it ends. `Err` is the offset of what makes it no number.
#[inline]
pub(super) fn integer(bytes: &[u8], at: usize) -> Result<(Option<i64>, usize), usize> {
    let mut at = at;
    let negative = bytes.get(at) == Some(&b'-');
    at += usize::from(negative);
    let first = at;
    let mut value: u64 = 0;
    // Values may wrap: more than 19 digits are not taken below.
    while let Some(eight) = bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk::<8>)
        .and_then(eight_digits)
    {
        value = value.wrapping_mul(100_000_000).wrapping_add(eight);
        at += 8;
    }
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')) {
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let digits = at - first;
    if digits == 0 || (digits > 1 && bytes.get(first) == Some(&b'0')) {
        return Err(at);
    }
    if matches!(bytes.get(at), Some(b'.' | b'e' | b'E')) {
        return fraction(bytes, at).map(|end| (None, end));
    }
    // Nineteen digits always fit 64 bits without a sign.
    let exact = if digits > 19 {
        None
    } else if negative {
        0_i64.checked_sub_unsigned(value)
    } else {
        i64::try_from(value).ok()
    };
    Ok((exact, at))
}

/// The value of eight digits at once, if that is what they are: in pairs, then in fours, then all.
#[inline]
const fn eight_digits(chunk: &[u8; 8]) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const UPPER: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let word = u64::from_le_bytes(*chunk);
    let all = word & UPPER == ZEROS && word.wrapping_add(0x0606_0606_0606_0606) & UPPER == ZEROS;
    if !all {
        return None;
    }
    let pairs = ((word & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(2_561) >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(6_553_601) >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(42_949_672_960_001) >> 32)
}

/// The end of a fraction or exponent that starts at `at`.
fn fraction(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let digits = |from: usize| {
        let count = bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if count == 0 {
            Err(from)
        } else {
            Ok(from + count)
        }
    };
    let mut at = at;
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = digits(at)?;
    }
    Ok(at)
}

/// A count written as any JSON number: `17`, `17.0` or `1.7E1`, which is how a server may print it.
///
/// A count is not an id: it goes through a double, and is refused where that would not be exact.
pub fn decimal_count(raw: &str) -> Option<u64> {
    if let Ok(exact) = raw.parse() {
        return Some(exact);
    }
    let value: f64 = raw.parse().ok()?;
    let exact = value >= 0.0 && value.fract() == 0.0 && value < 9_007_199_254_740_992.0;
    exact.then_some(value as u64)
}
