//! Rows by key, asked for in waves.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;
use tokio::time::sleep;

use crate::dataverse::error::Error;

/// How long the first of a wave waits for others. Terraform's own calls take about as long.
pub const WINDOW: Duration = Duration::from_millis(5);

/// Different keys after which reading ahead begins.
const MANY: usize = 8;
/// Marked keys below which a table that was loaded whole is not loaded again.
const MANY_DIRTY: usize = 50;
/// The part of the known rows that must be marked besides: one in so many.
const FAIR_PART: usize = 4;

/// Rows by key; see the [module](super) for the policy.
pub struct Keyed<K, V> {
    state: Mutex<State<K, V>>,
    flight: AsyncMutex<()>,
}

struct State<K, V> {
    /// What is known; `None` is a row that does not exist.
    rows: HashMap<K, Option<Arc<V>>>,
    /// Whether a load brought the whole table: what is not in `rows` and not `dirty` does not exist.
    whole: bool,
    /// Keys touched by own writes, with the time of the write as counted by `clock`.
    dirty: HashMap<K, u64>,
    clock: u64,
    wanted: HashSet<K>,
    asked: HashSet<K>,
    waves: u32,
    /// Keys asked for when the whole table was found too large.
    refused_at: Option<usize>,
    failure: Option<(u32, HashSet<K>, Error)>,
}

/// A point in the order of own writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// One query to be made for several who asked.
#[derive(Debug)]
pub struct Wave<K> {
    /// What was asked for; never empty.
    pub keys: Vec<K>,
    /// Pass over the caches of the service, because of own writes.
    pub strong: bool,
    /// Counts waves from 1.
    pub number: u32,
    /// Different keys asked for so far, those of this wave included.
    pub asked: usize,
    /// Keys that need not be read.
    pub known: HashSet<K>,
    /// The whole table was loaded before, and the keys were touched by own writes since.
    pub(super) whole: bool,
    /// Keys touched by own writes, asked for or not.
    pub(super) dirty: usize,
    pub(super) whole_refused_at: Option<usize>,
}

impl<K> Wave<K> {
    /// Whether there is evidence of many readers.
    pub fn reads_ahead(&self) -> bool {
        self.asked >= MANY || self.number >= 3
    }

    /// Whether loading the whole table is worth a try: from eight different keys on, and again after it was found too
    /// large only when four times as many keys were asked for. A table that was loaded before is loaded again only when
    /// own writes touched many rows and a fair part of all, so that a run of writes does not read it after each.
    pub fn tries_whole(&self) -> bool {
        let evidence = if self.whole {
            self.dirty >= MANY_DIRTY && self.dirty * FAIR_PART >= self.known.len()
        } else {
            self.asked >= MANY
        };
        evidence && self.whole_refused_at.is_none_or(|asked| self.asked >= 4 * asked)
    }
}

/// What a query brought.
#[derive(Debug)]
pub struct Loaded<K, V> {
    /// The rows; keys of the wave that are missing here do not exist.
    pub rows: HashMap<K, V>,
    /// The rows are the whole table.
    pub whole: bool,
    /// The whole table was tried and found too large.
    pub whole_refused: bool,
}

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        let state = State {
            rows: HashMap::new(),
            whole: false,
            dirty: HashMap::new(),
            clock: 0,
            wanted: HashSet::new(),
            asked: HashSet::new(),
            waves: 0,
            refused_at: None,
            failure: None,
        };
        Keyed { state: Mutex::new(state), flight: AsyncMutex::default() }
    }
}

impl<K: Eq + Hash + Ord + Clone, V> Keyed<K, V> {
    /// The row of `key`, or `None` if it does not exist. One of those who wait makes the query, with its `load`.
    ///
    /// # Errors
    /// That of the query, also when it was somebody else's.
    pub async fn get<F, Fut>(&self, key: &K, load: F) -> Result<Option<Arc<V>>, Error>
    where
        F: FnOnce(Wave<K>) -> Fut,
        Fut: Future<Output = Result<Loaded<K, V>, Error>>,
    {
        let waves = {
            let mut state = self.lock();
            if let Some(known) = state.known(key) {
                return Ok(known);
            }
            state.wanted.insert(key.clone());
            state.waves
        };
        let _flight = self.flight.lock().await;
        {
            let state = self.lock();
            if let Some(known) = state.known(key) {
                return Ok(known);
            }
            if let Some((when, keys, error)) = &state.failure
                && *when > waves
                && keys.contains(key)
                && !error.is_interruption()
            {
                return Err(error.clone());
            }
        }
        sleep(WINDOW).await;
        let (wave, clock) = self.lock().next_wave(key);
        let keys = wave.keys.clone();
        let result = load(wave).await;
        let mut state = self.lock();
        match result {
            Ok(loaded) => Ok(state.keep(&keys, loaded, clock, key)),
            Err(error) => {
                state.failure = Some((state.waves, keys.into_iter().collect(), error.clone()));
                Err(error)
            }
        }
    }

    /// As [`Keyed::get`], but never from what was read before.
    ///
    /// # Errors
    /// As [`Keyed::get`].
    pub async fn get_fresh<F, Fut>(&self, key: &K, load: F) -> Result<Option<Arc<V>>, Error>
    where
        F: FnOnce(Wave<K>) -> Fut,
        Fut: Future<Output = Result<Loaded<K, V>, Error>>,
    {
        self.invalidate(key);
        self.get(key, load).await
    }

    /// Puts in what a write read of its own row right after it. `since` is the [moment](Keyed::moment) before the write began:
    /// what others wrote since then is not known.
    pub fn learn(&self, key: K, row: V, since: Moment) {
        let mut state = self.lock();
        if state.dirty.get(&key).is_none_or(|written| *written <= since.0) {
            state.dirty.remove(&key);
            state.rows.insert(key, Some(Arc::new(row)));
        }
    }

    /// Now, as writes are counted.
    pub fn moment(&self) -> Moment {
        Moment(self.lock().clock)
    }

    /// Marks one key as changed.
    pub fn invalidate(&self, key: &K) {
        let mut state = self.lock();
        state.mark(key.clone());
    }

    /// Marks the keys of all rows for which `changed` holds.
    pub fn invalidate_where(&self, changed: impl Fn(&V) -> bool) {
        self.lock().mark_where(|row| row.is_some_and(&changed));
    }

    /// Marks the keys for which `changed` holds.
    pub fn invalidate_keys(&self, changed: impl Fn(&K) -> bool) {
        let mut state = self.lock();
        let keys: Vec<K> = state.rows.keys().filter(|key| changed(key)).cloned().collect();
        keys.into_iter().for_each(|key| state.mark(key));
    }

    /// Forgets that the whole table is known, because rows may have come by themselves.
    pub fn forget_absence(&self) {
        let mut state = self.lock();
        state.mark_where(|row| row.is_none());
        state.whole = false;
    }

    /// Marks all keys that had no row.
    pub fn invalidate_absent(&self) {
        self.lock().mark_where(|row| row.is_none());
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Ord + Clone, V> State<K, V> {
    fn known(&self, key: &K) -> Option<Option<Arc<V>>> {
        match self.rows.get(key) {
            Some(row) => Some(row.clone()),
            None if self.whole && !self.dirty.contains_key(key) => Some(None),
            None => None,
        }
    }

    fn mark(&mut self, key: K) {
        self.clock += 1;
        self.rows.remove(&key);
        self.dirty.insert(key, self.clock);
    }

    fn mark_where(&mut self, changed: impl Fn(Option<&V>) -> bool) {
        let rows = self.rows.iter().filter(|(_, row)| changed(row.as_deref()));
        let keys: Vec<K> = rows.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.mark(key);
        }
    }

    /// All keys that wait, `own` among them, and the time at which the query begins.
    fn next_wave(&mut self, own: &K) -> (Wave<K>, u64) {
        self.wanted.insert(own.clone());
        let mut keys: Vec<K> = std::mem::take(&mut self.wanted).into_iter().collect();
        keys.retain(|key| self.known(key).is_none());
        keys.sort();
        self.asked.extend(keys.iter().cloned());
        self.waves += 1;
        let wave = Wave {
            strong: keys.iter().any(|key| self.dirty.contains_key(key)),
            keys,
            number: self.waves,
            asked: self.asked.len(),
            known: self.rows.keys().cloned().collect(),
            whole: self.whole,
            dirty: self.dirty.len(),
            whole_refused_at: self.refused_at,
        };
        (wave, self.clock)
    }

    /// Keeps what no write has touched since `begun`; returns the row of `own` as it was read.
    fn keep(&mut self, keys: &[K], loaded: Loaded<K, V>, begun: u64, own: &K) -> Option<Arc<V>> {
        let Loaded { rows, whole, whole_refused } = loaded;
        let mut rows: HashMap<K, Option<Arc<V>>> =
            rows.into_iter().map(|(key, row)| (key, Some(Arc::new(row)))).collect();
        for key in keys {
            rows.entry(key.clone()).or_insert(None);
        }
        let result = rows.get(own).cloned().flatten();
        if whole {
            self.dirty.retain(|_, written| *written > begun);
        }
        for (key, row) in rows {
            match self.dirty.get(&key) {
                Some(written) if *written > begun => {}
                // A row of our own that does not show yet; who waits for it asks again.
                Some(_) if row.is_none() => {}
                _ => {
                    self.dirty.remove(&key);
                    self.rows.insert(key, row);
                }
            }
        }
        self.whole |= whole;
        if whole_refused {
            self.refused_at = Some(self.asked.len());
        }
        self.failure = None;
        result
    }
}
