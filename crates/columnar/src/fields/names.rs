//! The names of fields of messages, and their columns.
//!
//! Takes keys in the order of a message, gives the numbers of their columns.
//! Keys mostly come in the order of the message before, so the key that followed last time is tried first.
//! Memory: at most as many keys as asked for, of at most `MAX_NAME_BYTES` each; later keys have no column.

use ahash::RandomState;
use hashbrown::HashTable;
use std::collections::HashMap;
use windrow_model::json::begins_with;

/// The most distinct keys of a row group, including those of objects.
pub(super) const MAX_NODES: usize = 512;
/// The longest name, dots included.
const MAX_NAME_BYTES: usize = 128;
/// The message itself.
pub(super) const ROOT: u32 = 0;
const NO_COLUMN: u32 = u32::MAX;
/// Our own columns, and the directories that readers make columns of.
const TAKEN: [&str; 9] = [
    crate::schema::name::TIMESTAMP,
    crate::schema::name::SEQUENCE_NUMBER,
    crate::schema::name::EVENT_ID,
    crate::schema::name::LOG_ID,
    crate::schema::name::MESSAGE,
    crate::schema::name::LABELS,
    crate::schema::name::EXTRA,
    "from",
    "to",
];

/// The bytes of a key in a `key=value` pair.
pub(super) const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}

/// Whether a key needs no quotes in a `key=value` pair.
pub(super) fn is_bare(key: &[u8]) -> bool {
    key.first().is_some_and(|first| !first.is_ascii_digit()) && key.iter().all(|byte| is_key(*byte))
}

/// A key in an object.
struct Node {
    parent: u32,
    key: String,
    /// Whether it is written the same in every syntax, so that comparing bytes suffices.
    is_bare: bool,
    /// The keys of all objects around it and its own, with dots between them.
    path: String,
    column: u32,
    /// The key that followed it last time.
    next: u32,
}

/// All keys so far.
pub(super) struct Names {
    nodes: Vec<Node>,
    by_key: HashTable<u32>,
    hasher: RandomState,
    columns: Vec<String>,
    by_name: HashMap<String, u32>,
    last: u32,
    most: usize,
    /// Whether there were more.
    are_dropped: bool,
}

impl Names {
    /// For at most `most` keys.
    pub(super) fn new(most: usize) -> Self {
        Self {
            nodes: vec![Node {
                parent: ROOT,
                key: String::new(),
                is_bare: false,
                path: String::new(),
                column: NO_COLUMN,
                next: ROOT,
            }],
            by_key: HashTable::new(),
            hasher: RandomState::default(),
            columns: Vec::new(),
            by_name: HashMap::new(),
            last: ROOT,
            most,
            are_dropped: false,
        }
    }

    /// Starts another message.
    pub(super) fn restart(&mut self) {
        self.last = ROOT;
    }

    /// The key that followed last time and its length, if `rest` begins with it and it belongs to `parent`.
    #[inline]
    pub(super) fn guess(&mut self, parent: u32, rest: &[u8], end: &[u8]) -> Option<(u32, usize)> {
        let next = self.nodes.get(self.last as usize)?.next;
        let node = self.nodes.get(next as usize)?;
        let is_next = node.parent == parent
            && node.is_bare
            && begins_with(rest, node.key.as_bytes())
            && rest.get(node.key.len()..)?.starts_with(end);
        is_next.then(|| {
            self.last = next;
            (next, node.key.len())
        })
    }

    /// The key `key` of `parent`; none if it cannot become a column's name or there are too many.
    pub(super) fn key(&mut self, parent: u32, key: &str) -> Option<u32> {
        let hash = self.hasher.hash_one((parent, key));
        let is_it = |held: &u32| {
            self.nodes
                .get(*held as usize)
                .is_some_and(|node| node.parent == parent && node.key == key)
        };
        let known = self.by_key.find(hash, is_it).copied();
        let node = match known {
            Some(node) => node,
            None => self.add(parent, key, hash)?,
        };
        if let Some(last) = self.nodes.get_mut(self.last as usize) {
            last.next = node;
        }
        self.last = node;
        Some(node)
    }

    fn add(&mut self, parent: u32, key: &str, hash: u64) -> Option<u32> {
        let above = &self.nodes.get(parent as usize)?.path;
        let dots = usize::from(!above.is_empty());
        if key.is_empty()
            || above.len() + dots + key.len() > MAX_NAME_BYTES
            || key.contains(char::is_control)
        {
            return None;
        }
        if self.nodes.len() >= self.most {
            self.are_dropped = true;
            return None;
        }
        let mut path = above.clone();
        if dots > 0 {
            path.push('.');
        }
        path.push_str(key);
        let node = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.push(Node {
            parent,
            key: key.to_owned(),
            is_bare: is_bare(key.as_bytes()),
            path,
            column: NO_COLUMN,
            next: ROOT,
        });
        let (nodes, hasher) = (&self.nodes, &self.hasher);
        let hash_of = |node: &u32| {
            nodes
                .get(*node as usize)
                .map_or(0, |node| hasher.hash_one((node.parent, node.key.as_str())))
        };
        self.by_key.insert_unique(hash, node, hash_of);
        Some(node)
    }

    /// The column of a key that has a value. A flat key with dots and nested ones of the same name share theirs.
    #[inline]
    pub(super) fn column(&mut self, node: u32) -> Option<u32> {
        let node = self.nodes.get_mut(node as usize)?;
        if node.column == NO_COLUMN {
            let name = column_name(&node.path);
            let next = u32::try_from(self.columns.len()).ok()?;
            node.column = *self.by_name.entry(name.clone()).or_insert(next);
            if node.column == next {
                self.columns.push(name);
            }
        }
        Some(node.column)
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there were more keys than could be kept.
    pub(super) const fn are_dropped(&self) -> bool {
        self.are_dropped
    }

    /// The name of a column.
    pub(super) fn name(&self, column: u32) -> Option<&str> {
        self.columns.get(column as usize).map(String::as_str)
    }

    /// The names of all columns, by number.
    pub(super) fn into_columns(self) -> Vec<String> {
        self.columns
    }
}

/// A name that is taken gets one more `_`, and so does one that would then be equal to it: no two names become one.
fn column_name(path: &str) -> String {
    let bare = fold(path.trim_end_matches('_'));
    let is_taken = TAKEN.contains(&bare.as_str());
    [path, if is_taken { "_" } else { "" }].concat()
}

/// Equal for names that readers ignoring case cannot tell apart.
pub(super) fn fold(name: &str) -> String {
    name.to_lowercase()
}
