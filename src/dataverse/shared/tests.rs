use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{join_all, pending};

use super::*;
use crate::dataverse::error::{Context, Error, ErrorKind};

fn failure() -> Error {
    Error::new(ErrorKind::NotMember, Context::default())
}

/// Answers each key with its double and counts queries.
#[derive(Default)]
struct Doubles {
    cache: Keyed<u32, u32>,
    queries: AtomicUsize,
}

impl Doubles {
    async fn get(&self, key: u32) -> Option<u32> {
        let load = |wave: Wave<u32>| async move {
            self.queries.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(rows(wave.keys.iter().map(|key| (*key, key * 2))))
        };
        self.cache.get(&key, load).await.unwrap().map(|value| *value)
    }
}

fn rows(rows: impl IntoIterator<Item = (u32, u32)>) -> Loaded<u32, u32> {
    Loaded { rows: rows.into_iter().collect(), whole: false, whole_refused: false }
}

#[tokio::test]
async fn a_snapshot_is_loaded_once_for_all_who_wait() {
    let (snapshot, loads) = (Snapshot::default(), AtomicUsize::new(0));
    let load = |_| async {
        tokio::task::yield_now().await;
        Ok(loads.fetch_add(1, Ordering::SeqCst))
    };
    let values = join_all((0..50).map(|_| snapshot.get(load))).await;
    assert!(values.iter().all(|value| **value.as_ref().unwrap() == 0));
    snapshot.invalidate();
    assert_eq!(*snapshot.get(load).await.unwrap(), 1);
}

#[tokio::test]
async fn a_failed_load_is_shared_by_those_who_waited_and_tried_again_by_the_next() {
    let (snapshot, loads) = (Snapshot::<u32>::default(), AtomicUsize::new(0));
    let load = |_| async {
        loads.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Err(failure())
    };
    let results = join_all((0..20).map(|_| snapshot.get(load))).await;
    assert!(results.iter().all(Result::is_err));
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    assert_eq!(*snapshot.get(|_| async { Ok(5) }).await.unwrap(), 5);
}

#[tokio::test]
async fn a_load_that_began_before_a_write_is_not_kept() {
    let snapshot = Snapshot::default();
    let before = snapshot.get(|_| async {
        snapshot.invalidate();
        Ok("before")
    });
    assert_eq!(*before.await.unwrap(), "before");
    let after = snapshot.get(|strong| async move {
        assert!(strong);
        Ok("after")
    });
    assert_eq!(*after.await.unwrap(), "after");
}

#[tokio::test]
async fn an_own_write_is_put_into_a_snapshot_and_outlives_a_load_that_began_before_it() {
    let snapshot = Snapshot::default();
    let before = snapshot.get(|_| async {
        snapshot.change(|_: &u32| panic!("nothing is known yet"));
        Ok(1)
    });
    assert_eq!(*before.await.unwrap(), 1);
    assert_eq!(snapshot.peek(), None);
    assert_eq!(*snapshot.get(|_| async { Ok(2) }).await.unwrap(), 2);
    snapshot.change(|value| Some(value + 1));
    assert_eq!(*snapshot.get(|_| async { Err(failure()) }).await.unwrap(), 3);
    snapshot.change(|_| None);
    assert_eq!(snapshot.peek(), None);
}

#[tokio::test]
async fn a_dropped_load_leaves_nothing_behind() {
    let doubles = Doubles::default();
    let hanging = doubles.cache.get(&1, |_| pending());
    assert!(tokio::time::timeout(WINDOW * 4, hanging).await.is_err());
    assert_eq!(doubles.get(1).await, Some(2));
}

#[tokio::test]
async fn keys_asked_for_together_are_one_query() {
    let doubles = Doubles::default();
    let values = join_all((0..50).map(|key| doubles.get(key))).await;
    assert_eq!(values, (0..50).map(|key| Some(key * 2)).collect::<Vec<_>>());
    assert_eq!(doubles.queries.load(Ordering::SeqCst), 1);
    doubles.get(7).await;
    assert_eq!(doubles.queries.load(Ordering::SeqCst), 1);
    doubles.cache.invalidate(&7);
    doubles.get(7).await;
    assert_eq!(doubles.queries.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_row_read_before_a_write_is_not_kept_but_others_are() {
    let cache = Keyed::default();
    let first = cache.get(&1, |_| async {
        cache.invalidate(&1);
        Ok(rows([(1, 10), (2, 20)]))
    });
    assert_eq!(*first.await.unwrap().unwrap(), 10);
    let again = cache.get(&1, |wave: Wave<u32>| async move {
        assert!(wave.strong);
        Ok(rows([(1, 11)]))
    });
    assert_eq!(*again.await.unwrap().unwrap(), 11);
    let other = cache.get(&2, |_| async { Err(failure()) });
    assert_eq!(*other.await.unwrap().unwrap(), 20);
}

#[tokio::test]
async fn a_whole_table_answers_for_all_but_what_was_written_since() {
    let cache = Keyed::default();
    let whole =
        |_| async { Ok(Loaded { rows: HashMap::from([(1, 10)]), whole: true, whole_refused: false }) };
    assert_eq!(cache.get(&1, whole).await.unwrap().as_deref(), Some(&10));
    assert_eq!(cache.get(&9, |_| async { Err(failure()) }).await.unwrap(), None);
    cache.invalidate(&9);
    assert_eq!(cache.get(&9, |_| async { Ok(rows([(9, 90)])) }).await.unwrap().as_deref(), Some(&90));
    assert_eq!(cache.get_fresh(&1, |_| async { Ok(rows([])) }).await.unwrap(), None);
}

#[tokio::test]
async fn a_failed_wave_is_shared_and_not_kept() {
    let (cache, queries) = (Keyed::<u32, u32>::default(), AtomicUsize::new(0));
    let fail = |_| async {
        queries.fetch_add(1, Ordering::SeqCst);
        Err(failure())
    };
    let results = join_all((0..20).map(|key| {
        let cache = &cache;
        async move { cache.get(&key, fail).await }
    }))
    .await;
    assert!(results.iter().all(Result::is_err));
    assert_eq!(queries.load(Ordering::SeqCst), 1);
    assert_eq!(cache.get(&1, |_| async { Ok(rows([(1, 2)])) }).await.unwrap().as_deref(), Some(&2));
}

#[test]
fn reading_ahead_needs_evidence() {
    let wave = |number, asked, whole_refused_at| Wave {
        keys: vec![1],
        strong: false,
        number,
        asked,
        known: HashSet::new(),
        whole: false,
        dirty: 0,
        whole_refused_at,
    };
    assert!(!wave(1, 1, None).reads_ahead());
    assert!(!wave(2, 2, None).reads_ahead());
    assert!(wave(3, 3, None).reads_ahead());
    assert!(wave(1, 10, None).tries_whole());
    assert!(!wave(7, 7, None).tries_whole());
    assert!(!wave(4, 39, Some(10)).tries_whole());
    assert!(wave(9, 40, Some(10)).tries_whole());
}

#[test]
fn a_table_that_was_loaded_is_loaded_again_only_after_many_writes() {
    let wave = |dirty, rows, whole_refused_at| Wave {
        keys: vec![1],
        strong: true,
        number: 30,
        asked: 200,
        known: (0..rows).collect(),
        whole: true,
        dirty,
        whole_refused_at,
    };
    assert!(!wave(1, 4, None).tries_whole());
    assert!(!wave(49, 0, None).tries_whole());
    assert!(wave(50, 200, None).tries_whole());
    assert!(!wave(50, 201, None).tries_whole());
    assert!(!wave(50, 200, Some(51)).tries_whole());
}
