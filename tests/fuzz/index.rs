//! Any bytes as an index of footers: read or refused in bounded memory, whatever its checksum says.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use windrow_columnar::Footer;
use windrow_engine::index::{Index, IndexBuilder};

fuzz_target!(|data: &[u8]| {
    read(data.to_vec().into());
    let crc = crc32c::crc32c(data).to_le_bytes();
    read([data, &crc].concat().into());
});

fn read(file: Bytes) {
    let Some(index) = Index::parse(file) else {
        return;
    };
    let mut builder = IndexBuilder::default();
    for entry in index.entries() {
        let _ = index.knows(&entry.name);
        let _ = Footer::parse(entry.footer.clone(), entry.size);
        builder.add(&entry);
    }
    let again = Index::parse(builder.finish()).expect("what is built is an index");
    assert!(again.entries().all(|entry| again.knows(&entry.name)));
}
