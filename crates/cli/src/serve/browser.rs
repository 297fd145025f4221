//! Opens the page in a browser, by way of a file that only this user can read: everybody on this machine can read
//! the arguments of a program, and the address holds the token.

use crate::context::Context;
use std::ffi::OsStr;
use std::future::pending;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::NamedTempFile;
use tokio::process::Command;

/// Where snapd keeps the entries of its applications.
const SNAPS: &str = "/var/lib/snapd/desktop/applications";

/// Asks a browser to open `url`, and says what to do where it shows no page. The file goes with this future, which never ends.
pub async fn open(url: &str, context: &Context) {
    let home = std::env::home_dir();
    let directory = directory(home, Path::new(SNAPS).is_dir());
    let opened = redirect(url, &directory).and_then(|file| Ok((launch(file.path())?, file)));
    match opened {
        Err(error) => context.note(&format!("no browser could be opened ({error}); open {url}")),
        Ok((mut program, _file)) => {
            context.note("opening a browser; if it shows no page, open the address above");
            if program.wait().await.is_ok_and(|status| !status.success()) {
                context.note(&format!("no browser could be opened; open {url}"));
            }
            pending::<()>().await;
        }
    }
}

/// Where the file is put: browsers that are snaps read nothing but what is not hidden in the home directory.
fn directory(home: Option<PathBuf>, has_snaps: bool) -> PathBuf {
    let home = home.filter(|home| has_snaps && home.is_dir());
    home.unwrap_or_else(std::env::temp_dir)
}

/// A page that leads on to `url`, in a file that goes with what is given back.
fn redirect(url: &str, directory: &Path) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix("windrow-")
        .suffix(".html")
        .tempfile_in(directory)?;
    write!(
        file,
        "<!doctype html><meta charset=utf-8><title>Windrow</title><meta http-equiv=refresh content=\"0;url={url}\"><a href=\"{url}\">Windrow</a>"
    )?;
    Ok(file)
}

fn launch(file: &Path) -> io::Result<tokio::process::Child> {
    let (program, before): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let words = before.iter().map(OsStr::new).chain([file.as_os_str()]);
    Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_lies_where_a_confined_browser_can_read_it() {
        let home = tempfile::tempdir().unwrap();
        let place = |has_snaps| directory(Some(home.path().to_owned()), has_snaps);
        assert_eq!(place(true), home.path());
        assert_eq!(place(false), std::env::temp_dir());
        assert_eq!(directory(None, true), std::env::temp_dir());
        let file = redirect("http://127.0.0.1:1/#token=t", home.path()).unwrap();
        let name = file.path().file_name().unwrap().to_str().unwrap();
        assert!(
            name.starts_with("windrow-") && name.ends_with(".html"),
            "{name}"
        );
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("0;url=http://127.0.0.1:1/#token=t"), "{text}");
    }
}
