//! Files that were found by their path before, so that reading them again takes one step and not one a directory.
//!
//! A `File` is a snapshot of what its path named when it was got. Browsers refuse to read one whose file changed or went;
//! whoever is refused forgets it and looks the path up again.
//! Rebuildable files are written over in place and not kept.
//! Memory: a handle for each of at most [`MOST`] files.

use std::cell::RefCell;
use std::collections::HashMap;
use web_sys::File;

/// More parts than a window usually has. When there are more files, all are forgotten.
const MOST: usize = 4096;

/// Files by path.
#[derive(Debug, Default)]
pub(super) struct KeptFiles {
    by_path: RefCell<HashMap<String, File>>,
}

impl KeptFiles {
    pub(super) fn get(&self, path: &str) -> Option<File> {
        self.by_path.borrow().get(path).cloned()
    }

    pub(super) fn keep(&self, path: &str, file: &File) {
        if crate::path::check_replaceable(path).is_ok() {
            return;
        }
        let mut by_path = self.by_path.borrow_mut();
        if by_path.len() >= MOST {
            by_path.clear();
        }
        by_path.insert(path.to_owned(), file.clone());
    }

    pub(super) fn forget(&self, path: &str) {
        self.by_path.borrow_mut().remove(path);
    }
}
