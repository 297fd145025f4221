//! Which entries of a column are valid and which are null.
//!
//! Kept only once a column has a null, so the usual column costs nothing for it.

/// One flag per entry, or `None` while no entry is null.
pub(super) type Validity = Option<Vec<bool>>;

/// Appends the flag of one entry.
pub(super) fn push_validity(validity: &mut Validity, len_before: usize, is_valid: bool) {
    if !is_valid && validity.is_none() {
        *validity = Some(vec![true; len_before]);
    }
    if let Some(flags) = validity {
        flags.push(is_valid);
    }
}

/// Appends the flags of another column.
pub(super) fn append_validity(
    validity: &mut Validity,
    len: usize,
    other: Option<&[bool]>,
    other_len: usize,
) {
    if validity.is_none() && other.is_none() {
        return;
    }
    let flags = validity.get_or_insert_with(|| vec![true; len]);
    match other {
        Some(others) => flags.extend_from_slice(others),
        None => flags.resize(len + other_len, true),
    }
}

/// Keeps the first `len` flags.
pub(super) fn truncate_validity(validity: &mut Validity, len: usize) {
    if let Some(flags) = validity {
        flags.truncate(len);
        if flags.iter().all(|is_valid| *is_valid) {
            *validity = None;
        }
    }
}

/// Whether the entry at `row` is valid.
pub(super) fn is_valid(validity: Option<&[bool]>, row: usize) -> bool {
    validity.is_none_or(|flags| flags.get(row).copied().unwrap_or(false))
}
