//! The store: reads, writes and the undo log that makes a request or a change set atomic.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::pairs::Pairs;
use super::{Grants, PairKind, Row, Val};
use crate::schema::TableId;

/// The rows of one table with the indexes of its lookup columns.
#[derive(Debug, Default, Clone)]
struct Table {
    rows: BTreeMap<Uuid, Arc<Row>>,
    index: HashMap<(usize, Uuid), BTreeSet<Uuid>>,
}

/// What one write replaced.
#[derive(Debug, Clone)]
enum Undo {
    Row(TableId, Uuid, Option<Arc<Row>>),
    Grants(Uuid, Option<Arc<Grants>>),
    Pair(PairKind, Uuid, Uuid, Option<Uuid>),
}

/// A point of the undo log to return to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(usize);

/// Everything the environment holds.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    tables: Vec<Table>,
    grants: BTreeMap<Uuid, Arc<Grants>>,
    pairs: [Pairs; 5],
    pub(super) version: u64,
    undo: Vec<Undo>,
    /// Rows that reads do not see yet, and until when.
    hidden: HashMap<Uuid, Instant>,
    /// Rows to hide from the next commit on.
    to_hide: Vec<(Uuid, Duration)>,
    /// For how long reads shall not see what is created before the next commit.
    hiding: Option<Duration>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            tables: vec![Table::default(); TableId::COUNT],
            grants: BTreeMap::new(),
            pairs: Default::default(),
            version: 1_000_000,
            undo: Vec::new(),
            hidden: HashMap::new(),
            to_hide: Vec::new(),
            hiding: None,
        }
    }
}

impl Store {
    /// The current point of the undo log.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    /// Takes back every write since the mark.
    pub(crate) fn roll_back(&mut self, mark: Mark) {
        while self.undo.len() > mark.0 {
            match self.undo.pop() {
                Some(Undo::Row(table, id, row)) => {
                    self.replace(table, id, row.as_ref());
                }
                Some(Undo::Grants(role, grants)) => {
                    self.replace_grants(role, grants);
                }
                Some(Undo::Pair(kind, left, right, id)) => {
                    self.pairs[kind as usize].put(left, right, id);
                }
                None => return,
            }
        }
    }

    /// Forgets how to take back what was written.
    pub(crate) fn commit(&mut self) {
        if let Some(time) = self.hiding.take() {
            self.hide_created(Mark(0), time);
        }
        let now = Instant::now();
        self.hidden.retain(|_, until| now < *until);
        self.hidden.extend(self.to_hide.drain(..).map(|(id, time)| (id, now + time)));
        self.undo.clear();
    }

    /// Hides what is created before the next commit from reads for a while.
    pub(crate) fn hide_at_commit(&mut self, time: Duration) {
        self.hiding = Some(time);
    }

    /// Hides what was created since the mark from reads for a while, from the next commit on: what else is carried out with
    /// it sees it.
    pub(crate) fn hide_created(&mut self, mark: Mark, time: Duration) {
        for undo in self.undo.get(mark.0..).unwrap_or_default() {
            if let Undo::Row(_, id, None) = undo {
                self.to_hide.push((*id, time));
            }
        }
    }

    /// Whether any row was hidden.
    pub(crate) fn hides(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Whether reads see a row, apart from what the caller may see.
    pub(crate) fn shows(&self, id: Uuid) -> bool {
        !self.hides() || self.hidden.get(&id).is_none_or(|until| *until <= Instant::now())
    }

    fn replace(&mut self, table: TableId, id: Uuid, row: Option<&Arc<Row>>) -> Option<Arc<Row>> {
        let kept = &mut self.tables[table as usize];
        let columns = table.def().columns;
        let old = match row {
            Some(row) => kept.rows.insert(id, row.clone()),
            None => kept.rows.remove(&id),
        };
        for (position, _) in columns.iter().enumerate().filter(|(_, column)| column.indexed) {
            let before = old.as_ref().and_then(|row| row.values[position].as_guid());
            let after = row.as_ref().and_then(|row| row.values[position].as_guid());
            if before == after {
                continue;
            }
            if let Some(value) = before
                && let Some(ids) = kept.index.get_mut(&(position, value))
            {
                ids.remove(&id);
            }
            if let Some(value) = after {
                kept.index.entry((position, value)).or_default().insert(id);
            }
        }
        old
    }

    fn replace_grants(&mut self, role: Uuid, grants: Option<Arc<Grants>>) -> Option<Arc<Grants>> {
        match grants {
            Some(grants) => self.grants.insert(role, grants),
            None => self.grants.remove(&role),
        }
    }

    /// The row of a key.
    pub(crate) fn row(&self, table: TableId, id: Uuid) -> Option<Arc<Row>> {
        self.tables[table as usize].rows.get(&id).cloned()
    }

    /// Every row of a table that is kept as rows, by key.
    pub(crate) fn rows(&self, table: TableId) -> impl Iterator<Item = &Arc<Row>> {
        self.tables[table as usize].rows.values()
    }

    /// The rows whose indexed column holds a GUID, by key.
    pub(crate) fn rows_by(&self, table: TableId, column: &str, value: Uuid) -> Vec<Arc<Row>> {
        let Some(position) = table.def().position(column) else { return Vec::new() };
        let kept = &self.tables[table as usize];
        match kept.index.get(&(position, value)) {
            Some(ids) => ids.iter().filter_map(|id| kept.rows.get(id).cloned()).collect(),
            None => Vec::new(),
        }
    }

    /// Writes a row with a new version.
    pub(crate) fn put(&mut self, mut row: Row) -> Arc<Row> {
        self.version += 1;
        row.version = self.version;
        row.set("versionnumber", Val::Int(i64::try_from(self.version).unwrap_or(i64::MAX)));
        self.put_as_is(row)
    }

    /// Writes a row with the version it carries.
    pub(super) fn put_as_is(&mut self, row: Row) -> Arc<Row> {
        let row = Arc::new(row);
        let old = self.replace(row.table, row.id, Some(&row));
        self.undo.push(Undo::Row(row.table, row.id, old));
        row
    }

    /// Removes a row, the shares of it and with it, and its pairs of column security.
    pub(crate) fn remove(&mut self, table: TableId, id: Uuid) {
        let old = self.replace(table, id, None);
        self.undo.push(Undo::Row(table, id, old));
        for shares in [TableId::Share, TableId::ColumnShare] {
            for column in ["objectid", "principalid"] {
                for share in self.rows_by(shares, column, id) {
                    self.remove(shares, share.id);
                }
            }
        }
        for kind in [PairKind::UserProfile, PairKind::TeamProfile] {
            for profile in self.rights(kind, id) {
                self.unlink(kind, id, profile);
            }
            for member in self.lefts(kind, id) {
                self.unlink(kind, member, id);
            }
        }
    }

    /// The privileges of a root copy of a role.
    pub(crate) fn grants(&self, root_role: Uuid) -> Arc<Grants> {
        self.grants.get(&root_role).cloned().unwrap_or_default()
    }

    /// Every root role with its privileges.
    pub(crate) fn all_grants(&self) -> impl Iterator<Item = (Uuid, &Arc<Grants>)> {
        self.grants.iter().map(|(role, grants)| (*role, grants))
    }

    /// Sets or removes the privileges of a root copy of a role.
    pub(crate) fn set_grants(&mut self, root_role: Uuid, grants: Option<Grants>) {
        let old = self.replace_grants(root_role, grants.map(Arc::new));
        self.undo.push(Undo::Grants(root_role, old));
    }

    /// Adds a pair; false when it existed.
    pub(crate) fn link(&mut self, kind: PairKind, left: Uuid, right: Uuid) -> bool {
        if self.pairs[kind as usize].has(left, right) {
            return false;
        }
        self.put_pair(kind, left, right, Some(Uuid::new_v4()));
        true
    }

    /// Removes a pair; false when it did not exist.
    pub(crate) fn unlink(&mut self, kind: PairKind, left: Uuid, right: Uuid) -> bool {
        let there = self.pairs[kind as usize].has(left, right);
        if there {
            self.put_pair(kind, left, right, None);
        }
        there
    }

    /// Sets a pair with a given key.
    pub(crate) fn put_pair(&mut self, kind: PairKind, left: Uuid, right: Uuid, id: Option<Uuid>) {
        let old = self.pairs[kind as usize].put(left, right, id);
        self.undo.push(Undo::Pair(kind, left, right, old));
    }

    /// Whether a pair exists.
    pub(crate) fn linked(&self, kind: PairKind, left: Uuid, right: Uuid) -> bool {
        self.pairs[kind as usize].has(left, right)
    }

    /// The key of a pair.
    pub(crate) fn pair_key(&self, kind: PairKind, left: Uuid, right: Uuid) -> Option<Uuid> {
        self.pairs[kind as usize].key(left, right)
    }

    /// The right sides of a left row.
    pub(crate) fn rights(&self, kind: PairKind, left: Uuid) -> Vec<Uuid> {
        self.pairs[kind as usize].rights(left)
    }

    /// The left sides of a right row.
    pub(crate) fn lefts(&self, kind: PairKind, right: Uuid) -> Vec<Uuid> {
        self.pairs[kind as usize].lefts(right)
    }

    /// Every pair of a relationship: left, right, key.
    pub(crate) fn pairs(&self, kind: PairKind) -> impl Iterator<Item = (Uuid, Uuid, Uuid)> {
        self.pairs[kind as usize].iter()
    }
}
