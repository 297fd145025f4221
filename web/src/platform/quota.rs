//! What the browser grants this site for files.

use crate::ui::format::bytes;

/// What this site may keep, and whether it is kept under pressure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub allowed: u64,
    /// Whether the browser may not clear it by itself; nothing where it does not say.
    pub persisted: Option<bool>,
}

impl Quota {
    /// How much of it is used, in percent.
    pub fn share(&self) -> f64 {
        if self.allowed == 0 {
            return 0.0;
        }
        (self.used as f64 / self.allowed as f64 * 100.0).clamp(0.0, 100.0)
    }

    /// `(3.9 of 4.0 GB used)`, where that explains that no space is left: a browser may promise more than the disk has.
    pub fn explains_full(&self) -> Option<String> {
        (self.used > self.allowed / 5 * 4)
            .then(|| format!(" ({} of {} used)", bytes(self.used), bytes(self.allowed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_explains_a_full_disk_only_where_it_is_nearly_used_up() {
        let quota = |used| Quota {
            used,
            allowed: 4_000_000_000,
            persisted: None,
        };
        assert_eq!(quota(1_000_000_000).explains_full(), None);
        let said = quota(3_900_000_000).explains_full();
        assert_eq!(said.as_deref(), Some(" (3.90 GB of 4.00 GB used)"));
        assert!((quota(1_000_000_000).share() - 25.0).abs() < 1e-9);
    }
}
