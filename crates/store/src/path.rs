//! Which paths a store accepts, the same for all of them.
//!
//! Every operation of every store checks here first, so that a path that one store could not hold is refused by all.
//! Pure; fails only as [`StoreError::BadPath`].

use crate::error::StoreError;

/// The name under which a store keeps its own lock files: no blob, never listed.
pub const LOCK_NAME: &str = "_lock";

/// Checks the path of a blob.
pub fn check(path: &str) -> Result<(), StoreError> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if path.split('/').all(is_step) && name != LOCK_NAME && !is_staging(name) {
        Ok(())
    } else {
        Err(bad(path))
    }
}

/// Checks the path of a directory; `""` is the root.
pub fn check_directory(prefix: &str) -> Result<(), StoreError> {
    if prefix.is_empty() || prefix.split('/').all(is_step) {
        Ok(())
    } else {
        Err(bad(prefix))
    }
}

/// Checks that a path may be overwritten: only names that start with `_` are rebuildable.
pub fn check_replaceable(path: &str) -> Result<(), StoreError> {
    check(path)?;
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.starts_with('_') {
        Ok(())
    } else {
        Err(StoreError::NeverReplaced {
            path: path.to_owned(),
        })
    }
}

/// Whether `path` lies below the directory `prefix`.
pub fn is_below(path: &str, prefix: &str) -> bool {
    prefix.is_empty()
        || path
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file of this name is an unfinished upload, `name#1`: no blob, never listed.
pub fn is_staging(name: &str) -> bool {
    name.split_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_step(step: &str) -> bool {
    !matches!(step, "" | "." | "..")
        && !step
            .chars()
            .any(|c| c.is_control() || matches!(c, '\\' | ':'))
}

fn bad(path: &str) -> StoreError {
    StoreError::BadPath {
        path: path.escape_debug().to_string(),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_root_or_name_nothing_are_refused() {
        for path in [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\\b", "c:/a",
            "a\nb", "a\0", "a/_lock", "a#1",
        ] {
            assert!(
                matches!(check(path), Err(StoreError::BadPath { .. })),
                "{path:?}"
            );
        }
        for path in ["a", "a/b", "%2E%2E/~h", "...", "a#b", "from=1/to=2/x"] {
            assert!(check(path).is_ok(), "{path:?}");
        }
    }

    #[test]
    fn below_means_by_directory() {
        assert!(is_below("a/b", "a") && is_below("a/b", ""));
        assert!(!is_below("ab/c", "a") && !is_below("a", "a"));
    }
}
