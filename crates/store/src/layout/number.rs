//! Numbers in names: one spelling each.

/// Epoch milliseconds in canonical decimals, without sign or leading zero.
pub(super) fn decimal_ms(digits: &str) -> Option<i64> {
    i64::try_from(padded(digits, 1)?).ok()
}

/// A number padded with zeros to `width` digits, longer only where it must be.
pub(super) fn padded(digits: &str, width: usize) -> Option<u64> {
    let is_canonical = digits.len() == width || (digits.len() > width && !digits.starts_with('0'));
    if !is_canonical || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
