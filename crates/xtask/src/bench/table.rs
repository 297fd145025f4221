//! The table of a bench: name, ours, peer, ratio, target, verdict.

/// What a ratio or a figure is held to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// It must not exceed this.
    AtMost(f64),
    /// It must reach this.
    AtLeast(f64),
}

/// One measured promise.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) name: String,
    /// Our figure, with its unit.
    pub(crate) ours: String,
    /// The peer's, with its name and unit; empty for an absolute figure.
    pub(crate) peer: String,
    /// What is compared with the target.
    pub(crate) ratio: f64,
    /// The promise.
    pub(crate) target: Target,
}

impl Row {
    fn met(&self) -> bool {
        match self.target {
            Target::AtMost(most) => self.ratio <= most,
            Target::AtLeast(least) => self.ratio >= least,
        }
    }

    fn cells(&self) -> [String; 6] {
        let target = match self.target {
            Target::AtMost(most) => format!("<= {most:.2}"),
            Target::AtLeast(least) => format!(">= {least:.2}"),
        };
        [
            self.name.clone(),
            self.ours.clone(),
            self.peer.clone(),
            format!("{:.2}", self.ratio),
            target,
            if self.met() { "met" } else { "MISSED" }.to_owned(),
        ]
    }
}

/// Prints all rows as a Markdown table and gives how many missed their target.
pub(crate) fn print(rows: &[Row]) -> usize {
    let head = ["name", "ours", "peer", "ratio", "target", "verdict"].map(str::to_owned);
    let mut lines = vec![head];
    lines.extend(rows.iter().map(Row::cells));
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    println!();
    for (number, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        println!("| {} |", cells.join(" | "));
        if number == 0 {
            println!("| {} |", widths.map(|width| "-".repeat(width)).join(" | "));
        }
    }
    rows.iter().filter(|row| !row.met()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_on_its_target_is_met_and_one_past_it_is_not() {
        let row = |ratio, target: fn(f64) -> Target| Row {
            name: "a".into(),
            ours: "2 s".into(),
            peer: "1 s".into(),
            ratio,
            target: target(2.0),
        };
        let (most, least) = (Target::AtMost, Target::AtLeast);
        assert!(row(2.0, most).met() && row(2.0, least).met());
        let rows = [row(2.1, most), row(1.9, least), row(1.0, most)];
        assert_eq!(print(&rows), 2);
    }
}
