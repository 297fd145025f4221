//! Serves directories as the companion serves its page, each under a port of its own, until standard input ends.
//! Prints one JSON object a line: `{"directory": ..., "url": ...}`. Run by `cargo xtask bench page`.

use std::io::Read;
use std::path::Path;
use windrow_cli::serve::{Companion, CompanionSettings, RelayLimits, Site, Upstreams};
use windrow_model::settings::FlushSettings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        for directory in std::env::args().skip(1) {
            let companion = Companion::bind(CompanionSettings {
                bind: ([127, 0, 0, 1], 0).into(),
                site: site(Path::new(&directory))?,
                upstreams: Upstreams::parse("eu")?,
                key: None,
                demo: false,
                proxy: None,
                flush: FlushSettings::default(),
                limits: RelayLimits::default(),
            })
            .await?;
            let line = serde_json::json!({"directory": directory, "url": companion.url()});
            println!("{line}");
            tokio::spawn(companion.serve());
        }
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        ended.await??;
        Ok(())
    })
}

fn site(directory: &Path) -> std::io::Result<Site> {
    let mut files = Vec::new();
    for entry in directory.read_dir()? {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.push((name.into_owned(), std::fs::read(&path)?.into()));
        }
    }
    Ok(Site::from_files(files))
}
