//! Writing one file completely, where a write may accept fewer bytes than it was given.
//!
//! Shared by every store that writes to open files, and so tested on the simulated disk.
//! Invariant: a finished file is flushed and has the size that was appended; anything else is an error, and the file is to be abandoned.

use crate::error::StoreError;

/// A file opened for writing. Every error names the file.
pub(crate) trait OpenFile {
    /// Its path below the root of the store.
    fn path(&self) -> &str;

    /// Writes at least one byte of `bytes` at `at` and gives how many were accepted; none means that it is full.
    fn write_at(&self, bytes: &[u8], at: u64) -> Result<usize, StoreError>;

    /// Makes everything written durable.
    fn flush(&self) -> Result<(), StoreError>;

    /// Bytes in the file.
    fn size(&self) -> Result<u64, StoreError>;
}

/// Writes all of `bytes` at `at`: a short write is continued.
pub(crate) fn write_all(
    file: &impl OpenFile,
    mut bytes: &[u8],
    mut at: u64,
) -> Result<(), StoreError> {
    while !bytes.is_empty() {
        let written = file.write_at(bytes, at)?;
        bytes = match bytes.get(written..) {
            Some(rest) if written > 0 => rest,
            _ => {
                return Err(StoreError::Full {
                    path: file.path().to_owned(),
                    reason: "no more bytes are accepted".into(),
                });
            }
        };
        at += written as u64;
    }
    Ok(())
}

/// Makes what was appended durable, and checks that it is all there. A flush that failed is not tried again.
pub(crate) fn flush_and_check(file: &impl OpenFile, appended: u64) -> Result<u64, StoreError> {
    file.flush()?;
    let size = file.size()?;
    if size == appended {
        return Ok(size);
    }
    Err(StoreError::Io {
        path: file.path().to_owned(),
        action: "writing",
        reason: format!("{size} bytes of {appended} arrived"),
    })
}
