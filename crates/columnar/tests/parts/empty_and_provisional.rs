use crate::support::*;
use windrow_columnar::{Holds, PartMeta};
use windrow_model::settings::Compression;
use windrow_model::{EventBatch, TimeRange};

#[test]
fn an_empty_range_is_a_part_without_rows() {
    for batches in [&[][..], &[EventBatch::new()]] {
        let written = meta(1_000, 2_000);
        let file = part(batches, Compression::Zstd, &written);
        let footer = parse(&file).unwrap();
        assert_eq!(footer.meta(), &written);
        assert_eq!((footer.row_count(), footer.row_groups().len()), (0, 0));
        assert_eq!(footer.columns().len(), 7);
        assert!(is_sound(&file));
    }
}

#[test]
fn provisional_rows_claim_nothing() {
    let shown = TimeRange::new(1_000, 2_000).unwrap();
    let written = PartMeta {
        holds: Holds::Provisional(shown),
        ..meta(0, 1)
    };
    let file = part(
        &[batch(&[event(1_500, "seen")])],
        Compression::Zstd,
        &written,
    );
    let footer = parse(&file).unwrap();
    assert_eq!(footer.meta().holds, Holds::Provisional(shown));
    assert_eq!(footer.meta().range(), shown);
    assert_eq!(read(&file)[0].message, "seen");
}
