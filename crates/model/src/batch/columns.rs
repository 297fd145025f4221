//! The column shapes a batch is made of, laid out as Arrow lays them out: values beside offsets and presence.
//!
//! Presence is kept only once a value has been absent, so the usual column costs nothing for it.

use std::ops::Range;

/// Which entries are present; `None` while all are.
type Presence = Option<Vec<bool>>;

fn note(presence: &mut Presence, len_before: usize, present: bool) {
    if !present && presence.is_none() {
        *presence = Some(vec![true; len_before]);
    }
    if let Some(flags) = presence {
        flags.push(present);
    }
}

fn join(presence: &mut Presence, len: usize, other: Option<&[bool]>, other_len: usize) {
    if presence.is_none() && other.is_none() {
        return;
    }
    let flags = presence.get_or_insert_with(|| vec![true; len]);
    match other {
        Some(others) => flags.extend_from_slice(others),
        None => flags.resize(len + other_len, true),
    }
}

/// Appends offsets that start with 0 behind `base`.
fn shift(offsets: &mut Vec<i32>, base: i32, other: &[i32]) {
    offsets.extend(
        other
            .iter()
            .skip(1)
            .map(|offset| base.saturating_add(*offset)),
    );
}

fn is_present(presence: Option<&[bool]>, row: usize) -> bool {
    presence.is_none_or(|flags| flags.get(row).copied().unwrap_or(false))
}

fn cut(presence: &mut Presence, len: usize) {
    if let Some(flags) = presence {
        flags.truncate(len);
        if flags.iter().all(|present| *present) {
            *presence = None;
        }
    }
}

/// 64-bit integers, each present or absent; an absent one is stored as 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntColumn {
    values: Vec<i64>,
    presence: Presence,
}

impl IntColumn {
    /// Appends one entry.
    pub fn push(&mut self, value: Option<i64>) {
        note(&mut self.presence, self.values.len(), value.is_some());
        self.values.push(value.unwrap_or_default());
    }

    pub(super) fn append(&mut self, other: &Self) {
        let (len, others) = (self.values.len(), other.values.len());
        join(&mut self.presence, len, other.presence(), others);
        self.values.extend_from_slice(&other.values);
    }

    /// The entry at `row`, where present.
    pub fn get(&self, row: usize) -> Option<i64> {
        self.values
            .get(row)
            .copied()
            .filter(|_| is_present(self.presence.as_deref(), row))
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        self.values.reserve_exact(rows);
    }

    /// All values, 0 where absent.
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// One flag per entry, or `None` where all are present.
    pub fn presence(&self) -> Option<&[bool]> {
        self.presence.as_deref()
    }

    /// The buffers themselves: values and presence.
    pub fn into_parts(self) -> (Vec<i64>, Option<Vec<bool>>) {
        (self.values, self.presence)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        cut(&mut self.presence, len);
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.values.as_slice()) + self.presence.as_ref().map_or(0, |p| p.len() / 8)
    }
}

/// UTF-8 texts, each present or absent: `offsets` has one entry more than there are texts, starting with 0.
///
/// IMPORTANT: offsets are 32 bits wide, so one batch may hold at most `i32::MAX` bytes of one column.
/// The flush threshold and the cap on a page keep it far below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextColumn {
    offsets: Vec<i32>,
    text: String,
    presence: Presence,
}

impl Default for TextColumn {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            text: String::new(),
            presence: None,
        }
    }
}

/// A text from this size on is large.
const LARGE: usize = 1 << 20;

/// Makes room for `more` bytes. A text that is large grows by an eighth and not to its double, of which half would stay empty.
fn make_room(text: &mut String, more: usize) {
    if text.len() >= LARGE && text.capacity() - text.len() < more {
        text.reserve_exact(more.max(text.len() / 8));
    }
}

impl TextColumn {
    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends one entry.
    pub fn push(&mut self, value: Option<&str>) {
        self.push_with(|text| {
            if let Some(value) = value {
                make_room(text, value.len());
                text.push_str(value);
            }
            value.is_some()
        });
    }

    /// Appends one entry that `write` appends to the text; `write` says whether it is present, and writes nothing where it is not.
    pub fn push_with(&mut self, write: impl FnOnce(&mut String) -> bool) {
        let len = self.len();
        let present = write(&mut self.text);
        note(&mut self.presence, len, present);
        self.offsets
            .push(i32::try_from(self.text.len()).unwrap_or(i32::MAX));
    }

    pub(super) fn append(&mut self, other: &Self) {
        let (len, others) = (self.len(), other.len());
        join(&mut self.presence, len, other.presence.as_deref(), others);
        let base = i32::try_from(self.text.len()).unwrap_or(i32::MAX);
        shift(&mut self.offsets, base, &other.offsets);
        make_room(&mut self.text, other.text.len());
        self.text.push_str(&other.text);
    }

    /// The entry at `row`, where present.
    pub fn get(&self, row: usize) -> Option<&str> {
        let span = self.span(row)?;
        self.text
            .get(span)
            .filter(|_| is_present(self.presence.as_deref(), row))
    }

    fn span(&self, row: usize) -> Option<Range<usize>> {
        let start = usize::try_from(*self.offsets.get(row)?).ok()?;
        let end = usize::try_from(*self.offsets.get(row + 1)?).ok()?;
        Some(start..end)
    }

    /// The buffers themselves: offsets, bytes and presence.
    pub fn into_parts(self) -> (Vec<i32>, Vec<u8>, Option<Vec<bool>>) {
        (self.offsets, self.text.into_bytes(), self.presence)
    }

    /// All texts behind each other.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where in it each text begins, and where the last one ends.
    pub fn offsets(&self) -> &[i32] {
        &self.offsets
    }

    pub(super) fn text_bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn reserve(&mut self, rows: usize, bytes: usize) {
        self.offsets.reserve_exact(rows);
        self.text.reserve_exact(bytes);
    }

    /// Whether no entry is present.
    pub fn is_all_absent(&self) -> bool {
        match &self.presence {
            Some(flags) => flags.iter().all(|present| !present),
            None => self.is_empty(),
        }
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        let end = self.offsets.last().copied().unwrap_or_default();
        self.text.truncate(usize::try_from(end).unwrap_or_default());
        cut(&mut self.presence, len);
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.offsets.as_slice())
            + self.text.len()
            + self.presence.as_ref().map_or(0, |p| p.len() / 8)
    }
}

/// Texts of which few are distinct: a key per entry into a list of values. All are present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DictionaryColumn {
    keys: Vec<i32>,
    values: TextColumn,
}

impl DictionaryColumn {
    /// Appends one entry. Looks at the value of the entry before first, then at all values.
    pub fn push(&mut self, value: &str) {
        let last = self.keys.last().copied().unwrap_or_default();
        let same = usize::try_from(last)
            .ok()
            .and_then(|key| self.values.get(key))
            .is_some_and(|held| held == value);
        if same {
            self.keys.push(last);
            return;
        }
        let found = (0..self.values.len()).find(|key| self.values.get(*key) == Some(value));
        let key = found.unwrap_or_else(|| {
            self.values.push(Some(value));
            self.values.len() - 1
        });
        self.keys.push(i32::try_from(key).unwrap_or(i32::MAX));
    }

    pub(super) fn append(&mut self, other: &Self) {
        for row in 0..other.keys.len() {
            self.push(other.get(row).unwrap_or_default());
        }
    }

    /// The entry at `row`.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.values.get(usize::try_from(*self.keys.get(row)?).ok()?)
    }

    /// The buffers themselves: keys and values.
    pub fn into_parts(self) -> (Vec<i32>, TextColumn) {
        (self.keys, self.values)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.keys.truncate(len);
        // Values are numbered as they first appear, so those past the highest key are used no more.
        let used = self.keys.iter().max().map_or(0, |key| key + 1);
        self.values
            .truncate(usize::try_from(used).unwrap_or_default());
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.keys.as_slice()) + self.values.byte_size()
    }
}

/// A list of texts per entry, empty or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn {
    offsets: Vec<i32>,
    items: TextColumn,
}

impl Default for ListColumn {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            items: TextColumn::default(),
        }
    }
}

impl ListColumn {
    /// Appends one list.
    pub fn push<'a>(&mut self, items: impl IntoIterator<Item = &'a str>) {
        for item in items {
            self.items.push(Some(item));
        }
        self.offsets
            .push(i32::try_from(self.items.len()).unwrap_or(i32::MAX));
    }

    pub(super) fn append(&mut self, other: &Self) {
        let base = i32::try_from(self.items.len()).unwrap_or(i32::MAX);
        shift(&mut self.offsets, base, &other.offsets);
        self.items.append(&other.items);
    }

    /// The list at `row`, empty past the end.
    pub fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        let bound = |at: usize| {
            self.offsets
                .get(at)
                .and_then(|offset| usize::try_from(*offset).ok())
        };
        let span = match (bound(row), bound(row + 1)) {
            (Some(start), Some(end)) => start..end,
            _ => 0..0,
        };
        span.filter_map(|item| self.items.get(item))
    }

    /// The buffers themselves: list offsets and items.
    pub fn into_parts(self) -> (Vec<i32>, TextColumn) {
        (self.offsets, self.items)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        let end = self.offsets.last().copied().unwrap_or_default();
        self.items
            .truncate(usize::try_from(end).unwrap_or_default());
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.offsets.as_slice()) + self.items.byte_size()
    }
}
