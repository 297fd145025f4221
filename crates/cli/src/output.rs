//! A file that is there whole or not at all.
//!
//! Written beside its place under a name of its own, made durable, then renamed. Dropped without that, it is removed.

use crate::error::CliError;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file being written.
#[derive(Debug)]
pub struct WholeFile {
    place: PathBuf,
    draft: PathBuf,
    writer: Option<BufWriter<File>>,
}

impl WholeFile {
    /// Starts a file. Fails where nothing can be written, which is better known before a long fetch than after.
    pub fn create(place: &Path, run_id: &str) -> Result<Self, CliError> {
        let Some(name) = place.file_name() else {
            return Err(unwritable(place, &io::Error::other("it names no file")));
        };
        if place.is_dir() {
            return Err(unwritable(place, &io::Error::other("it is a directory")));
        }
        let mut draft_name = std::ffi::OsString::from(".");
        draft_name.push(name);
        draft_name.push(format!(".{run_id}"));
        let draft = place.with_file_name(draft_name);
        let file = File::create_new(&draft).map_err(|error| unwritable(place, &error))?;
        Ok(Self {
            place: place.to_owned(),
            draft,
            writer: Some(BufWriter::new(file)),
        })
    }

    /// Puts the file in its place, over an earlier one.
    pub fn finish(mut self) -> Result<(), CliError> {
        self.settle()
            .map_err(|error| unwritable(&self.place, &error))
    }

    fn settle(&mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let file = writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
        }
        fs::rename(&self.draft, &self.place)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::Error::other("the file is finished")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        // Not there after a rename. A draft that cannot be removed is not the file that was asked for, either.
        let _ = fs::remove_file(&self.draft);
    }
}

pub(crate) fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::File {
        path: path.display().to_string(),
        action: "written",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing_and_the_old_one_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("rows.ndjson");
        fs::write(&place, "old").unwrap();
        let mut file = WholeFile::create(&place, "00000000").unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(names(dir.path()), ["rows.ndjson"]);
        assert_eq!(fs::read(&place).unwrap(), b"old");
    }

    #[test]
    fn a_finished_file_is_whole_and_alone() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("rows.ndjson");
        let mut file = WholeFile::create(&place, "00000000").unwrap();
        file.write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!(names(dir.path()), ["rows.ndjson"]);
        assert_eq!(fs::read(&place).unwrap(), b"whole");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_known_at_once() {
        let dir = tempfile::tempdir().unwrap();
        assert!(WholeFile::create(dir.path(), "00000000").is_err());
        assert!(WholeFile::create(&dir.path().join("no/such/dir"), "00000000").is_err());
    }
}
