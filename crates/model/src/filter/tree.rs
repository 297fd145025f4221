//! What an expression is made of below its leaves: `not`, `and`, `or`.
//!
//! Invariant of trees made by [`Tree::and`] and [`Tree::or`]: an `And` or `Or` has two members or more,
//! and none of its own kind.

/// Leaves joined by `not`, `and` and `or`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree<T> {
    /// One leaf.
    Leaf(T),
    /// What it does not match.
    Not(Box<Tree<T>>),
    /// What all of them match.
    And(Vec<Tree<T>>),
    /// What any of them matches.
    Or(Vec<Tree<T>>),
}

impl<T> Tree<T> {
    /// All of `terms`, as one flat list; a single one is itself.
    pub fn and(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for term in terms {
            match term {
                Self::And(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        Self::single(all).unwrap_or_else(Self::And)
    }

    /// Any of `terms`, as one flat list; a single one is itself.
    pub fn or(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for term in terms {
            match term {
                Self::Or(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        Self::single(all).unwrap_or_else(Self::Or)
    }

    /// What it does not match.
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Calls `visit` with every leaf, in the order in which they are written.
    pub fn each<'a>(&'a self, visit: &mut impl FnMut(&'a T)) {
        match self {
            Self::Leaf(leaf) => visit(leaf),
            Self::Not(inner) => inner.each(visit),
            Self::And(terms) | Self::Or(terms) => terms.iter().for_each(|term| term.each(visit)),
        }
    }

    fn single(mut terms: Vec<Self>) -> Result<Self, Vec<Self>> {
        match terms.pop() {
            Some(only) if terms.is_empty() => Ok(only),
            Some(last) => {
                terms.push(last);
                Err(terms)
            }
            None => Err(terms),
        }
    }
}
