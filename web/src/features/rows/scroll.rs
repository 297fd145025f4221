//! Where a table of any length stands, though a browser caps how tall an element may be. Its rows are of one height.
//!
//! Takes scroll positions of an element of at most [`MAX_PX`], gives the first row and how far it is pushed up.
//! A wheel or a drag of a few screens moves by its own pixels; a jump moves in proportion to the whole.
//! Invariant: the ends of the element are the ends of the table.

use crate::ui::format::limited;

/// Height of a row in pixels; the style sheet says the same.
pub const ROW_PX: f64 = 26.0;

/// Taller than this no element is made: below the cap of every browser.
pub const MAX_PX: f64 = 15_000_000.0;

/// A table, how much of it fits, and where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    rows: u64,
    view_px: f64,
    /// How far the element is scrolled.
    top_px: f64,
    /// How far the table is scrolled, in pixels of a table without a cap.
    at_px: f64,
}

impl Scroll {
    fn at(mut self, at_px: f64) -> Self {
        self.at_px = limited(at_px, self.last_px());
        self
    }

    /// The same place in a table of another length.
    #[must_use]
    pub fn with_rows(mut self, rows: u64) -> Self {
        self.rows = rows;
        self.at(self.at_px)
    }

    /// The same place seen through another height.
    #[must_use]
    pub fn with_view(mut self, view_px: f64) -> Self {
        self.view_px = view_px.max(0.0);
        self.at(self.at_px)
    }

    /// The start of another table in the same element.
    #[must_use]
    pub fn at_start(self, rows: u64) -> Self {
        self.with_rows(rows).at(0.0)
    }

    /// The same table with a line so far below the top of the view.
    #[must_use]
    pub fn with_line_at(self, line: u64, offset_px: f64) -> Self {
        self.at(line as f64 * ROW_PX - offset_px)
    }

    /// So many pixels further down, or up.
    #[must_use]
    pub fn moved(self, px: f64) -> Self {
        self.at(self.at_px + px)
    }

    /// The same table at this share of the way from its start to its end.
    #[must_use]
    pub fn at_share(self, share: f64) -> Self {
        self.at(share * self.last_px())
    }

    /// The same table with the line at this share of all of them in the middle of the view.
    #[must_use]
    pub fn around(self, share: f64) -> Self {
        self.at(share * self.full_px() - self.view_px / 2.0)
    }

    /// How much of the way from its start to its end lies above.
    pub fn share(self) -> f64 {
        if self.last_px() <= 0.0 {
            0.0
        } else {
            self.at_px / self.last_px()
        }
    }

    /// How much of the table is in view.
    pub fn part(self) -> f64 {
        if self.full_px() <= self.view_px {
            1.0
        } else {
            self.view_px / self.full_px()
        }
    }

    /// The first row in view at the end of the table.
    pub fn last_first(self) -> u64 {
        self.at_share(1.0).first()
    }

    /// How far below the top of the view a line begins.
    pub fn offset_of(self, line: u64) -> f64 {
        line as f64 * ROW_PX - self.at_px
    }

    /// Whether any of a line is in view.
    pub fn shows(self, line: u64) -> bool {
        let offset_px = self.offset_of(line);
        offset_px > -ROW_PX && offset_px < self.view_px
    }

    /// Whether it stands at its very start, where nobody has begun to read.
    pub fn is_at_start(self) -> bool {
        self.at_px <= 0.0
    }

    fn full_px(self) -> f64 {
        self.rows as f64 * ROW_PX
    }

    /// The furthest the table can be scrolled.
    fn last_px(self) -> f64 {
        (self.full_px() - self.view_px).max(0.0)
    }

    /// How tall the element is.
    pub fn element_px(self) -> f64 {
        self.full_px().min(MAX_PX)
    }

    fn last_top(self) -> f64 {
        (self.element_px() - self.view_px).max(0.0)
    }

    fn top_of(self, at_px: f64) -> f64 {
        if self.last_px() <= 0.0 {
            0.0
        } else {
            (at_px / self.last_px() * self.last_top()).round()
        }
    }

    /// The element was scrolled to `top_px`.
    #[must_use]
    pub fn scrolled(mut self, top_px: f64) -> Self {
        let moved = top_px - self.top_px;
        if moved == 0.0 {
            // It was told of where it was put: at an end of a capped table that is less exact than where it stands.
            return self;
        }
        // The element has become shorter than where it stood, and the browser has moved it: nobody scrolled.
        let is_cut = self.top_px > self.last_top() + 1.0 && top_px >= self.last_top() - 1.0;
        self.top_px = top_px;
        if is_cut {
            return self;
        }
        let at_an_end = top_px <= 0.0 || top_px >= self.last_top() - 1.0;
        if moved.abs() <= self.view_px * 3.0 && !at_an_end {
            self.at(self.at_px + moved)
        } else if self.last_top() <= 0.0 {
            self.at(0.0)
        } else {
            self.at(top_px / self.last_top() * self.last_px())
        }
    }

    /// Where the element should be scrolled to so that element and table agree, if they do not: to be done when nothing moves.
    pub fn misplaced(self) -> Option<f64> {
        let wanted = self.top_of(self.at_px);
        ((wanted - self.top_px).abs() > 1.0).then_some(wanted)
    }

    /// The element's place after it was set to agree: one that is hidden, or not as tall yet, stays where it is.
    #[must_use]
    pub fn with_top(mut self, top_px: f64) -> Self {
        self.top_px = top_px;
        self
    }

    fn shows_all_of(self, row: u64) -> bool {
        let offset_px = self.offset_of(row);
        offset_px >= 0.0 && offset_px + ROW_PX <= self.view_px
    }

    /// Moves as little as needed to have a row in full view.
    #[must_use]
    pub fn revealing(self, row: u64) -> Self {
        if self.shows_all_of(row) {
            self
        } else if self.offset_of(row) < 0.0 {
            self.with_line_at(row, 0.0)
        } else {
            self.with_line_at(row, self.view_px - ROW_PX)
        }
    }

    /// Moves so that a row stands a third down, unless it is in view already.
    #[must_use]
    pub fn centred(self, row: u64) -> Self {
        if self.shows_all_of(row) {
            self
        } else {
            self.with_line_at(row, self.view_px / 3.0)
        }
    }

    /// The first row in view.
    pub fn first(self) -> u64 {
        (self.at_px / ROW_PX) as u64
    }

    /// How far the first row is pushed up, less than a row.
    pub fn pushed_px(self) -> f64 {
        (self.at_px - self.first() as f64 * ROW_PX).round()
    }

    /// Rows to draw from the first on.
    pub fn drawn(self) -> u64 {
        let fit = (self.view_px / ROW_PX).ceil() as u64 + 1;
        fit.min(self.rows.saturating_sub(self.first()))
    }

    /// Rows that fit wholly, for a page up or down; at least one.
    pub fn page(self) -> u64 {
        ((self.view_px / ROW_PX) as u64).saturating_sub(1).max(1)
    }

    /// How much of the table fits.
    pub fn view_px(self) -> f64 {
        self.view_px
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(rows: u64) -> Scroll {
        Scroll::default().with_view(520.0).with_rows(rows)
    }

    #[test]
    fn a_short_table_scrolls_pixel_by_pixel() {
        let table = table(1000).scrolled(130.0);
        assert_eq!((table.first(), table.pushed_px()), (5, 0.0));
        assert_eq!(table.scrolled(135.0).pushed_px(), 5.0);
        assert_eq!(table.misplaced(), None);
    }

    #[test]
    fn the_ends_of_ten_million_rows_are_reached() {
        let table = table(10_000_000);
        assert_eq!(table.element_px(), MAX_PX);
        let end = table.scrolled(MAX_PX - 520.0);
        assert_eq!(end.first() + 20, 10_000_000);
        assert_eq!(end.scrolled(0.0).first(), 0);
    }

    #[test]
    fn a_wheel_in_a_capped_table_moves_by_its_own_pixels() {
        let jumped = table(10_000_000).scrolled(7_000_000.0);
        let before = jumped.first();
        let after = jumped.scrolled(7_000_000.0 + 104.0).first();
        assert_eq!(after - before, 4);
    }

    #[test]
    fn a_wheel_after_rows_have_come_moves_by_its_own_pixels() {
        let standing = table(600_000).scrolled(7_500_000.0).with_rows(700_000);
        let wheeled = standing.scrolled(7_500_000.0 + 104.0);
        assert_eq!(wheeled.first() - standing.first(), 4);
    }

    #[test]
    fn a_row_is_revealed_with_the_least_movement() {
        let table = table(5_000_000);
        assert_eq!(table.revealing(3).first(), 0);
        assert_eq!(table.revealing(20).first(), 1);
        let far = table.revealing(4_999_999);
        assert_eq!(far.first() + 20, 5_000_000);
        assert_eq!(far.revealing(4_999_999), far);
    }

    #[test]
    fn a_line_is_put_at_a_pixel_and_stays_there_when_lines_come() {
        let standing = table(1000).with_line_at(500, 113.0);
        assert_eq!(standing.offset_of(500), 113.0);
        assert!(standing.shows(500) && standing.shows(495) && !standing.shows(494));
        let more = standing.with_rows(3000).with_line_at(2500, 113.0);
        assert_eq!(
            (more.offset_of(2500), more.pushed_px()),
            (113.0, standing.pushed_px())
        );
        assert!(table(1000).with_line_at(2, 260.0).is_at_start());
    }

    #[test]
    fn fewer_rows_than_fit_do_not_scroll() {
        let table = table(3);
        assert_eq!((table.drawn(), table.first()), (3, 0));
        assert_eq!(table.scrolled(50.0).first(), 0);
        assert_eq!(Scroll::default().drawn(), 0);
    }

    #[test]
    fn a_table_that_became_shorter_stays_where_it_is_when_the_browser_moves_its_element() {
        let standing = table(1000).scrolled(20_000.0);
        let shorter = standing.with_rows(100).with_line_at(40, 104.0);
        let told = shorter.scrolled(2080.0);
        assert_eq!((told.first(), told.misplaced()), (36, Some(936.0)));
        // From then on who scrolls to the end gets there.
        assert_eq!(told.with_top(936.0).scrolled(2080.0).first(), 80);
    }

    #[test]
    fn a_share_of_the_way_and_the_line_at_a_share_of_all_are_gone_to() {
        let table = table(1000);
        let half = table.at_share(0.5);
        assert_eq!((half.first(), half.share()), (490, 0.5));
        assert_eq!(half.moved(-ROW_PX).first(), 489);
        let around = table.around(0.5);
        assert_eq!(around.offset_of(500), 260.0);
        assert_eq!((table.around(0.0).first(), table.last_first()), (0, 980));
        assert_eq!(table.part(), 0.02);
        let short = Scroll::default().with_view(520.0).with_rows(3);
        assert_eq!(
            (short.part(), short.share(), short.last_first()),
            (1.0, 0.0, 0)
        );
        // In a capped table too.
        assert_eq!(
            self::table(10_000_000).at_share(1.0).first() + 20,
            10_000_000
        );
    }

    proptest! {
        #[test]
        fn whatever_is_scrolled_the_rows_drawn_exist(rows in 0u64..30_000_000, tops in prop::collection::vec(0.0f64..15_000_000.0, 1..20)) {
            let mut table = table(rows);
            for top in tops {
                table = table.scrolled(top.min(table.last_top()));
                prop_assert!(table.first() + table.drawn() <= rows);
                prop_assert!(rows == 0 || table.drawn() > 0);
                if let Some(wanted) = table.misplaced() {
                    prop_assert!(wanted >= 0.0 && wanted <= table.last_top() + 1.0);
                    let settled = table.with_top(wanted);
                    prop_assert_eq!((settled.first(), settled.misplaced()), (table.first(), None));
                }
            }
        }
    }
}
