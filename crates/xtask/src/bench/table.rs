//! The table of a bench: name, ours, peer, ratio, target, verdict.

/// Which side of the target is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    /// The ratio or figure must not exceed the target.
    AtMost,
    /// It must reach the target.
    AtLeast,
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
    pub(crate) target: f64,
    /// Its direction.
    pub(crate) better: Better,
}

impl Row {
    fn met(&self) -> bool {
        match self.better {
            Better::AtMost => self.ratio <= self.target,
            Better::AtLeast => self.ratio >= self.target,
        }
    }

    fn cells(&self) -> [String; 6] {
        let sign = match self.better {
            Better::AtMost => "<=",
            Better::AtLeast => ">=",
        };
        [
            self.name.clone(),
            self.ours.clone(),
            self.peer.clone(),
            format!("{:.2}", self.ratio),
            format!("{sign} {:.2}", self.target),
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
        let row = |ratio, better| Row {
            name: "a".into(),
            ours: "2 s".into(),
            peer: "1 s".into(),
            ratio,
            target: 2.0,
            better,
        };
        assert!(row(2.0, Better::AtMost).met() && row(2.0, Better::AtLeast).met());
        assert_eq!(
            print(&[
                row(2.1, Better::AtMost),
                row(1.9, Better::AtLeast),
                row(1.0, Better::AtMost)
            ]),
            2
        );
    }
}
