//! Where the pieces of a window are drawn on a bar, and where an instant lies on it.
//!
//! A piece is at least [`LEAST_PX`] wide; where there are too many for that, neighbours are drawn as one in the worst of their states.

use super::pieces::Piece;

/// No piece is narrower.
pub const LEAST_PX: f64 = 4.0;

/// A piece with its place on the bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// What.
    pub piece: Piece,
    /// From the left end.
    pub left_px: f64,
    /// How wide.
    pub width_px: f64,
}

/// Puts pieces on a bar of `width_px`: in proportion, and none narrower than [`LEAST_PX`].
pub fn place(pieces: &[Piece], width_px: f64) -> Vec<Placed> {
    let total: f64 = pieces
        .iter()
        .map(|piece| piece.range.duration_ms() as f64)
        .sum();
    if total <= 0.0 || width_px < LEAST_PX {
        return Vec::new();
    }
    let pieces = grouped(pieces, total / width_px * LEAST_PX * 2.0, width_px);
    let natural: Vec<f64> = pieces
        .iter()
        .map(|piece| piece.range.duration_ms() as f64 / total * width_px)
        .collect();
    let mut scale = 1.0;
    // Widening the narrow ones narrows the rest, which may make more of them narrow; each round fixes at least one more.
    for _ in 0..natural.len() {
        let (narrow, wide) = natural.iter().fold((0.0, 0.0), |(narrow, wide), width| {
            if width * scale < LEAST_PX {
                (narrow + LEAST_PX, wide)
            } else {
                (narrow, wide + width)
            }
        });
        let next = if wide > 0.0 {
            ((width_px - narrow) / wide).max(0.0)
        } else {
            0.0
        };
        if (next - scale).abs() < 1e-9 {
            break;
        }
        scale = next;
    }
    let mut left_px = 0.0;
    pieces
        .into_iter()
        .zip(natural)
        .map(|(piece, width)| {
            let width_px = (width * scale).max(LEAST_PX);
            let placed = Placed {
                piece,
                left_px,
                width_px,
            };
            left_px += width_px;
            placed
        })
        .collect()
}

/// Where an instant lies on a bar.
pub fn x_of(placed: &[Placed], ms: i64) -> Option<f64> {
    let at = placed
        .iter()
        .find(|placed| placed.piece.range.contains_ms(ms))?;
    let into = ms.abs_diff(at.piece.range.start_ms()) as f64;
    let share = into / at.piece.range.duration_ms().max(1) as f64;
    Some(at.left_px + share * at.width_px)
}

/// Joins neighbours until each is `least_ms` long, where there are more pieces than fit.
fn grouped(pieces: &[Piece], least_ms: f64, width_px: f64) -> Vec<Piece> {
    if pieces.len() as f64 * LEAST_PX <= width_px {
        return pieces.to_vec();
    }
    let mut groups: Vec<Piece> = Vec::new();
    let mut is_open = false;
    for piece in pieces {
        let is_long = piece.range.duration_ms() as f64 >= least_ms;
        match groups.last_mut() {
            Some(last) if is_open && !is_long => {
                last.join(piece.clone());
                last.stretches += 1;
            }
            _ => groups.push(piece.clone()),
        }
        is_open = !is_long
            && groups
                .last()
                .is_some_and(|last| (last.range.duration_ms() as f64) < least_ms);
    }
    groups
}
