//! Which texts are paths below the cache.

use crate::error::StoreError;

/// Refuses what is not a relative path of plain steps.
pub(crate) fn check(path: &str) -> Result<(), StoreError> {
    let plain = path
        .split('/')
        .all(|step| !matches!(step, "" | "." | "..") && !step.contains(['\\', '\0']));
    if plain {
        Ok(())
    } else {
        Err(StoreError::BadPath {
            path: path.to_owned(),
        })
    }
}

/// Refuses what is not the path of a blob that can be made anew.
pub(crate) fn check_rebuildable(path: &str) -> Result<(), StoreError> {
    check(path)?;
    match path.rsplit('/').next() {
        Some(name) if name.starts_with('_') => Ok(()),
        _ => Err(StoreError::BadPath {
            path: path.to_owned(),
        }),
    }
}
