//! Which provisional file shows which milliseconds, and which is not needed any more.
//!
//! Of several files that hold a stretch, the one with the most rows in it shows it, and the newest where they hold as many.
//! Invariant: a file goes only where claims own all of it, or sound files hold at least as many rows wherever no claim does.
//! Memory: a few encoded row groups. Rows are read only where files overlap in part, or where one may go.

use crate::catalog::scan_result::HeldPart;
use crate::maintain::repair::check_rows;
use crate::read::rows::RowGroups;
use crate::read::span::Span;
use std::collections::BTreeMap;
use windrow_model::{Coverage, TimeRange};
use windrow_store::BlobStore;

/// Disjoint ranges of `window` that no claim owns, in order, each with the number of the file that shows it. `files` are given newest first.
pub(super) async fn shown<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    files: &[HeldPart],
    claimed: &Coverage,
    window: TimeRange,
) -> Vec<(TimeRange, usize)> {
    let mut shown: Vec<(TimeRange, usize)> = Vec::new();
    for piece in pieces(files, claimed, window) {
        let holding = |(_, file): &(usize, &HeldPart)| file.range().contains(piece);
        let holding: Vec<_> = files.iter().enumerate().filter(holding).collect();
        let is_alone = holding.len() == 1;
        let mut best: Option<(usize, u64)> = None;
        for (number, file) in holding {
            let rows = if is_alone {
                0
            } else {
                // What cannot be read shows nothing while another file can be read.
                let located = Span::locate(store, groups, file.clone(), piece, true).await;
                located.map_or(0, |span| span.len())
            };
            if best.is_none_or(|(_, most)| rows > most) {
                best = Some((number, rows));
            }
        }
        let Some((number, _)) = best else { continue };
        match shown.last_mut() {
            Some((range, last)) if *last == number && range.end_ms() == piece.start_ms() => {
                *range = TimeRange::new(range.start_ms(), piece.end_ms()).unwrap_or(piece);
            }
            _ => shown.push((piece, number)),
        }
    }
    shown
}

/// What no claim owns, cut wherever a file begins or ends.
fn pieces(files: &[HeldPart], claimed: &Coverage, window: TimeRange) -> Vec<TimeRange> {
    let mut pieces = Vec::new();
    for free in claimed.gaps(window).ranges() {
        let bounds = files.iter().map(HeldPart::range);
        let bounds = bounds.flat_map(|range| [range.start_ms(), range.end_ms()]);
        let inside = bounds.filter(|ms| free.contains_ms(*ms));
        let mut cuts: Vec<i64> = inside.chain([free.start_ms(), free.end_ms()]).collect();
        cuts.sort_unstable();
        let pairs = cuts.iter().zip(cuts.iter().skip(1));
        pieces.extend(pairs.filter_map(|(from, to)| TimeRange::new(*from, *to).ok()));
    }
    pieces
}

/// The provisional files that can go.
pub(crate) async fn needless<'f, S: BlobStore>(
    store: &S,
    files: &'f [HeldPart],
    claimed: &Coverage,
) -> Vec<&'f HeldPart> {
    let hull = files.iter().map(HeldPart::range).reduce(|one, other| {
        let start_ms = one.start_ms().min(other.start_ms());
        TimeRange::new(start_ms, one.end_ms().max(other.end_ms())).unwrap_or(one)
    });
    let Some(hull) = hull else {
        return Vec::new();
    };
    let shown = shown(store, &RowGroups::default(), files, claimed, hull).await;
    let mut sound = BTreeMap::new();
    let mut needless = Vec::new();
    for (number, file) in files.iter().enumerate() {
        if claimed.contains(file.range()) {
            needless.push(file);
            continue;
        }
        if shown.iter().any(|(_, shows)| *shows == number) {
            continue;
        }
        let instead = shown
            .iter()
            .filter(|(range, _)| range.intersects(file.range()));
        let mut are_sound = true;
        for read in instead.map(|(_, number)| *number).chain([number]) {
            if let (false, Some(file)) = (sound.contains_key(&read), files.get(read)) {
                let checked = check_rows(store, file).await;
                sound.insert(read, matches!(checked, Ok(Ok(()))));
            }
            are_sound &= sound.get(&read).is_some_and(|is_sound| *is_sound);
        }
        if are_sound {
            needless.push(file);
        }
    }
    needless
}
