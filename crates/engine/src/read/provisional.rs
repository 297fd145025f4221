//! Which provisional file gives the rows of which milliseconds, and which file is superseded.
//!
//! Of several files that hold the same milliseconds, the one with the most rows in them gives them, and the newest where they hold as many.
//! Invariant: a file is superseded only where claims own all of it, or sound files hold at least as many rows wherever no claim does.
//! Memory: a few encoded row groups. Rows are read only where files overlap in part, or where one may be superseded.

use crate::catalog::scan_result::HeldPart;
use crate::read::row_groups::{RowGroups, check_part};
use crate::read::span::Span;
use std::collections::{BTreeMap, BTreeSet};
use windrow_model::{Coverage, TimeRange};
use windrow_store::BlobStore;

/// Disjoint ranges of `window` that no claim owns, in order, each with the number of the file that gives its rows. `files` are given newest first.
pub(super) async fn resolve<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    files: &[HeldPart],
    claimed: &Coverage,
    window: TimeRange,
) -> Vec<(TimeRange, usize)> {
    let mut resolved: Vec<(TimeRange, usize)> = Vec::new();
    for (piece, holding) in pieces(files, claimed, window) {
        let is_alone = holding.len() == 1;
        let mut best: Option<(usize, u64)> = None;
        for number in holding {
            let Some(file) = files.get(number) else {
                continue;
            };
            let rows = if is_alone {
                0
            } else {
                // What cannot be read gives nothing while another file can be read.
                let located = Span::locate(store, groups, file.clone(), piece, true).await;
                located.map_or(0, |span| span.len())
            };
            if best.is_none_or(|(_, most)| rows > most) {
                best = Some((number, rows));
            }
        }
        let Some((number, _)) = best else { continue };
        match resolved.last_mut() {
            Some((range, last)) if *last == number && range.end_ms() == piece.start_ms() => {
                *range = range.hull(piece);
            }
            _ => resolved.push((piece, number)),
        }
    }
    resolved
}

/// What no claim owns, cut wherever a file begins or ends, each piece with the files that hold it.
fn pieces(
    files: &[HeldPart],
    claimed: &Coverage,
    window: TimeRange,
) -> Vec<(TimeRange, BTreeSet<usize>)> {
    let mut bounds: Vec<(i64, Option<(usize, bool)>)> = Vec::new();
    for free in claimed.gaps(window).ranges() {
        bounds.push((free.start_ms(), None));
        bounds.push((free.end_ms(), None));
    }
    for (number, file) in files.iter().enumerate() {
        bounds.push((file.range().start_ms(), Some((number, true))));
        bounds.push((file.range().end_ms(), Some((number, false))));
    }
    bounds.sort_unstable();
    let mut pieces = Vec::new();
    let mut open = BTreeSet::new();
    let (mut from_ms, mut is_free) = (i64::MIN, false);
    for (at_ms, file) in bounds {
        if is_free
            && !open.is_empty()
            && let Ok(piece) = TimeRange::new(from_ms, at_ms)
        {
            pieces.push((piece, open.clone()));
        }
        from_ms = at_ms;
        match file {
            None => is_free = !is_free,
            Some((number, true)) => _ = open.insert(number),
            Some((number, false)) => _ = open.remove(&number),
        }
    }
    pieces
}

/// The provisional files that can be removed.
pub(crate) async fn superseded<'f, S: BlobStore>(
    store: &S,
    files: &'f [HeldPart],
    claimed: &Coverage,
) -> Vec<&'f HeldPart> {
    let Some(hull) = files.iter().map(HeldPart::range).reduce(TimeRange::hull) else {
        return Vec::new();
    };
    let resolved = resolve(store, &RowGroups::default(), files, claimed, hull).await;
    let giving: BTreeSet<usize> = resolved.iter().map(|(_, number)| *number).collect();
    let mut sound = BTreeMap::new();
    let mut superseded = Vec::new();
    for (number, file) in files.iter().enumerate() {
        if claimed.contains(file.range()) {
            superseded.push(file);
            continue;
        }
        if giving.contains(&number) {
            continue;
        }
        let first =
            resolved.partition_point(|(range, _)| range.end_ms() <= file.range().start_ms());
        let instead = resolved
            .iter()
            .skip(first)
            .take_while(|(range, _)| range.intersects(file.range()));
        let mut are_sound = true;
        for read in instead.map(|(_, number)| *number).chain([number]) {
            if let (false, Some(file)) = (sound.contains_key(&read), files.get(read)) {
                let checked = check_part(store, file).await;
                sound.insert(read, matches!(checked, Ok(Ok(()))));
            }
            are_sound &= sound.get(&read).is_some_and(|is_sound| *is_sound);
        }
        if are_sound {
            superseded.push(file);
        }
    }
    superseded
}
