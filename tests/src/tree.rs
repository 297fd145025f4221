//! What lies under a directory: every file with its bytes.

use std::collections::BTreeMap;
use std::path::Path;

/// Paths below the directory, with `/`, and their bytes. A missing directory is empty.
pub fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(directory, "", &mut found);
    found
}

/// The paths of the parts.
pub fn parts(directory: &Path) -> Vec<String> {
    files(directory)
        .into_keys()
        .filter(|path| {
            path.rsplit('/')
                .next()
                .is_some_and(|name| name.starts_with("part-"))
        })
        .collect()
}

/// Writes files below a directory.
pub fn write(directory: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

fn collect(directory: &Path, below: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().expect("names are UTF-8");
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &path, found);
        } else {
            found.insert(path, std::fs::read(entry.path()).unwrap());
        }
    }
}
