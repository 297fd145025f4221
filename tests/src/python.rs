//! Two readers of Parquet that share no code with Windrow: pyarrow and DuckDB.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs a script, the directory as its only argument, and gives the one JSON document it prints.
pub fn ask(script: &str, directory: &Path) -> Value {
    let python = std::env::var_os("WINDROW_PYTHON")
        .expect("WINDROW_PYTHON names a Python with pyarrow and duckdb: run `cargo xtask test`");
    let output = Command::new(python)
        .args(["-c", script])
        .arg(directory)
        .output()
        .expect("python can be started");
    assert!(
        output.status.success(),
        "the script failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("the script prints one JSON document")
}
