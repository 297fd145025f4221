//! Names of runs and secrets of sessions, from the system's random numbers.

use crate::error::CliError;
use std::fmt::Write;

/// Eight lower-case hex digits, new for every run.
pub fn new_run_id() -> Result<String, CliError> {
    hex::<4>()
}

/// 64 hex digits that nobody can guess.
pub fn new_token() -> Result<String, CliError> {
    hex::<32>()
}

fn hex<const N: usize>() -> Result<String, CliError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| CliError::Failed {
        message: format!("the system gives no random numbers: {error}"),
        remedy: "report it".into(),
    })?;
    let mut text = String::with_capacity(N * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_is_eight_hex_digits_and_new_each_time() {
        let (one, other) = (new_run_id().unwrap(), new_run_id().unwrap());
        assert_eq!(one.len(), 8);
        assert!(one.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        assert_ne!(one, other);
        assert_eq!(new_token().unwrap().len(), 64);
    }
}
