use crate::support::*;
use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use std::sync::Arc;
use windrow_columnar::{ErrorKind, FooterError, PartMeta};
use windrow_model::Dataset;
use windrow_model::settings::Compression;

fn another(entry: Option<(&str, &str)>) -> Bytes {
    let column: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let batch = RecordBatch::try_from_iter([("number", column)]).unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    if let Some((key, value)) = entry {
        writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value.to_owned()));
    }
    writer.close().unwrap();
    file.into()
}

#[test]
fn a_sound_parquet_file_of_somebody_else_is_foreign() {
    for entry in [None, Some(("pandas", "{}")), Some(("format", "1"))] {
        let error = parse(&another(entry)).unwrap_err();
        assert!(matches!(error, FooterError::Foreign { .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::LeaveAlone);
    }
}

#[test]
fn our_entries_in_somebody_elses_file_prove_nothing() {
    for entry in [
        ("windrow.format", "1"),
        ("windrow.claim", "0..10"),
        ("windrow.format", "one"),
    ] {
        let error = parse(&another(Some(entry))).unwrap_err();
        assert!(matches!(error, FooterError::Damaged { .. }), "{error}");
    }
}

#[test]
fn a_newer_format_is_named_and_left_alone() {
    let error = parse(&another(Some(("windrow.format", "12")))).unwrap_err();
    assert_eq!(
        error,
        FooterError::NewerFormat {
            format: "12".into()
        }
    );
    let newer = forged(
        &small(),
        b"windrow.format\x18\x011",
        b"windrow.format\x18\x012",
    );
    let error = parse(&newer).unwrap_err();
    assert_eq!(error, FooterError::NewerFormat { format: "2".into() });
    assert_eq!(error.kind(), ErrorKind::LeaveAlone);
}

#[test]
fn a_file_with_an_encrypted_footer_is_foreign() {
    let mut file = small().to_vec();
    let end = file.len();
    file[end - 4..].copy_from_slice(b"PARE");
    assert!(matches!(
        parse(&file.into()),
        Err(FooterError::Foreign { .. })
    ));
}

#[test]
fn what_is_no_parquet_at_all_is_torn() {
    for file in [
        "",
        "PAR1",
        "PAR1PAR1",
        "a text that somebody left here",
        "PAR1 and then nothing",
    ] {
        assert_eq!(
            parse(&Bytes::from(file)).unwrap_err(),
            FooterError::Torn,
            "{file}"
        );
    }
}

#[test]
fn names_and_queries_that_look_like_metadata_change_nothing() {
    let text = "windrow.format\u{18}\u{1}9 windrow.footer_crc32c\u{18}\u{8}00000000 windrow.claim";
    let written = PartMeta {
        dataset: Dataset::new(text, text, text).unwrap(),
        producer: text.into(),
        ..meta(0, 10)
    };
    let file = part(&[batch(&[event(1, text)])], Compression::None, &written);
    assert_eq!(parse(&file).unwrap().meta(), &written);
    assert!(is_sound(&file));
}
