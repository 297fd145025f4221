//! What a path for output names, links followed.
//!
//! Standard output and standard error are not opened again under their names: that would write over the start of a file
//! that they were redirected to, and is refused where another user opened it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// As many links as a system follows.
const MAX_LINKS: usize = 40;

/// What output goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `-`, `/dev/stdout` and other names of descriptor 1.
    Stdout,
    /// The same of descriptor 2.
    Stderr,
    /// A device, a pipe or an inherited descriptor: written in place.
    Stream(PathBuf),
    /// A regular file, or none yet: the path that no link leads on from.
    File(PathBuf),
}

impl Target {
    /// What `path` names. Fails on a directory, and on links that lead in a circle.
    pub fn of(path: &Path) -> io::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        let mut place = path.to_owned();
        for _ in 0..MAX_LINKS {
            match descriptor(&place) {
                Some(1) => return Ok(Self::Stdout),
                Some(2) => return Ok(Self::Stderr),
                Some(_) => return Ok(Self::Stream(place)),
                None => {}
            }
            let Ok(next) = fs::read_link(&place) else {
                return Self::of_place(place);
            };
            place.pop();
            place.push(next);
        }
        Err(io::Error::other("its links lead in a circle"))
    }

    fn of_place(place: PathBuf) -> io::Result<Self> {
        if place.file_name().is_none() {
            return Err(io::Error::other("it names no file"));
        }
        match fs::metadata(&place) {
            Ok(found) if found.is_dir() => Err(io::Error::other("it is a directory")),
            Ok(found) if !found.is_file() => Ok(Self::Stream(place)),
            Ok(_) => Ok(Self::File(place)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::File(place)),
            Err(error) => Err(error),
        }
    }
}

/// The number of the descriptor of this process that a path names.
fn descriptor(path: &Path) -> Option<u32> {
    let own = format!("/proc/{}/fd", std::process::id());
    let dirs = ["/dev/fd", "/proc/self/fd", "/proc/thread-self/fd", &own];
    let dir = path.parent()?;
    if !dirs.iter().any(|known| dir == Path::new(known)) {
        return None;
    }
    path.file_name()?.to_str()?.parse().ok()
}
