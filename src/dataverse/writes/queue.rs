//! Works that gather until it is time to send them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout};

use super::deliver::deliver;
use super::{Done, Work};
use crate::dataverse::bounds::{Bounds, interrupted};
use crate::dataverse::client::Client;
use crate::dataverse::error::{Context, Error, ErrorKind};

/// Works that travel together at most. The service carries them out one after the other, and a batch may have 1,000
/// operations.
const MOST: usize = 20;
/// How long a wave waits for another work, while it has fewer than are usual. Terraform takes some milliseconds to begin what
/// comes next, more on a busy machine; the service takes some hundred for a write.
const QUIET: Duration = Duration::from_millis(50);
/// How long a work waits for a batch on its way, whose answer brings others.
const HOLD: Duration = Duration::from_millis(250);
/// Works that are expected to be asked for at once before anything is known.
const USUAL: usize = 4;

/// A work and who waits for it.
pub(super) struct Item {
    number: u64,
    pub(super) work: Work,
    client: Client,
    waiting: oneshot::Sender<Done>,
}

impl Item {
    /// Tells what became of the work; nobody may be waiting any more.
    pub(super) fn answer(self, done: Done) {
        let _ = self.waiting.send(done);
    }
}

/// The works of a process.
pub(in crate::dataverse) struct Writes {
    queue: Mutex<Queue>,
    news: Notify,
}

struct Queue {
    items: VecDeque<Item>,
    next_number: u64,
    gathering: bool,
    on_their_way: usize,
    /// Works that were asked for and not answered, at most, since the last wave.
    peak: usize,
    /// The same of the waves before, of which the last counts most.
    usual: usize,
}

impl Default for Writes {
    fn default() -> Self {
        let queue = Queue {
            items: VecDeque::new(),
            next_number: 0,
            gathering: false,
            on_their_way: 0,
            peak: 0,
            usual: USUAL,
        };
        Writes { queue: Mutex::new(queue), news: Notify::new() }
    }
}

impl Writes {
    /// Sends a work with others and waits for what becomes of it. Who stops waiting before it is sent takes it back.
    pub(super) async fn submit(&self, client: &Client, work: Work) -> Done {
        if client.is_stopped() {
            return Done::failed(interrupted(work.context(), None));
        }
        let (waiting, answer) = oneshot::channel();
        let (number, begin) = {
            let mut queue = self.lock();
            queue.next_number += 1;
            let number = queue.next_number;
            queue.items.push_back(Item { number, work: work.clone(), client: client.clone(), waiting });
            queue.peak = queue.peak.max(queue.items.len() + queue.on_their_way);
            (number, !std::mem::replace(&mut queue.gathering, true))
        };
        let _taken_back = TakenBack { writes: self, number };
        if begin {
            tokio::spawn(gather(client.clone()));
        }
        self.news.notify_one();
        tokio::pin!(answer);
        let answered = tokio::select! {
            answered = &mut answer => answered,
            () = client.stopped() => {
                if self.take_back(number) {
                    return Done::failed(interrupted(work.context(), None));
                }
                answer.await
            }
        };
        answered.unwrap_or_else(|_| Done::failed(unanswered(&work)))
    }

    fn take_back(&self, number: u64) -> bool {
        let mut queue = self.lock();
        let before = queue.items.len();
        queue.items.retain(|item| item.number != number);
        queue.items.len() < before
    }

    /// Waits until those who come together are there.
    async fn assemble(&self) {
        let begin = Instant::now();
        loop {
            let (waiting, usual, on_their_way) = {
                let queue = self.lock();
                (queue.items.len(), queue.usual.max(queue.peak), queue.on_their_way)
            };
            if waiting >= MOST || (on_their_way == 0 && waiting >= usual) {
                return;
            }
            let patience = if on_their_way == 0 { QUIET } else { HOLD.saturating_sub(begin.elapsed()) };
            if timeout(patience, self.news.notified()).await.is_err() {
                return;
            }
        }
    }

    /// The next wave; none ends the gathering.
    fn next(&self) -> Option<Vec<Item>> {
        let mut queue = self.lock();
        let count = queue.items.len().min(MOST);
        if count == 0 {
            queue.gathering = false;
            return None;
        }
        queue.usual = if queue.peak >= queue.usual { queue.peak } else { queue.usual.midpoint(queue.peak) };
        queue.on_their_way += count;
        queue.peak = queue.on_their_way;
        Some(queue.items.drain(..count).collect())
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn gather(client: Client) {
    let writes = &client.inner().writes;
    loop {
        writes.assemble().await;
        let Some(items) = writes.next() else { return };
        // The time of the wave is that of the work that has most.
        let of_wave = client.bounded(Bounds::longest(items.iter().map(|item| item.client.bounds())));
        items.iter().for_each(|item| item.client.bounds().begin());
        of_wave.bounds().begin();
        tokio::spawn(async move {
            let landed = Landed { client: of_wave.clone(), works: items.len() };
            deliver(of_wave, items).await;
            drop(landed);
        });
    }
}

/// Takes a work back when nobody waits for it any more.
struct TakenBack<'a> {
    writes: &'a Writes,
    number: u64,
}

impl Drop for TakenBack<'_> {
    fn drop(&mut self) {
        self.writes.take_back(self.number);
    }
}

/// Notes that the works of a wave are no longer on their way.
struct Landed {
    client: Client,
    works: usize,
}

impl Drop for Landed {
    fn drop(&mut self) {
        let writes = &self.client.inner().writes;
        writes.lock().on_their_way -= self.works;
        writes.news.notify_one();
    }
}

/// A work whose task ended without an answer.
fn unanswered(work: &Work) -> Error {
    let context = Context { unclear: true, ..work.context() };
    let message = "the provider lost sight of the request".to_owned();
    Error::new(ErrorKind::Interrupted { message }, context)
}
