//! Playing the fault a request has met. The world is locked only while something is carried out, never while a
//! request waits.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;

use super::body::{Pace, huge, paced};
use super::link::{End, Link};
use super::service::{Shared, carry_out, response};
use crate::faults::{self, Fault, Hit, Refused};
use crate::pipeline::{dressed, is_api};
use crate::watch::LogEntry;
use crate::wire::{Answer, Request};

/// So long a released request still waits: a client that went away before the release is noticed by then.
const LAST_WORD: Duration = Duration::from_millis(50);

/// A request that has met a fault.
pub(super) struct Scene<'s> {
    pub(super) shared: &'s Shared,
    pub(super) link: &'s Link,
    pub(super) request: &'s Request,
    pub(super) host: &'s str,
}

/// Plays a fault; does not return when the connection ends.
pub(super) async fn play(scene: &Scene<'_>, mut hit: Hit, watched: &mut Unanswered) -> Response<Body> {
    let origin = format!("https://{}", scene.host);
    match faults::answer(&hit.fault, scene.request, &origin) {
        Some(Refused::Answer(answer)) => {
            if matches!(hit.fault, Fault::ExpiredToken { .. }) {
                scene.shared.lock().tokens.revoke(scene.request);
            }
            scene.note(&hit, answer.status);
            watched.settle();
            return scene.respond(if is_api(&scene.request.path) { dressed(answer) } else { answer });
        }
        Some(Refused::Replaced(answer)) => {
            scene.carry_out(&hit, Some(answer.status), watched);
            return scene.respond(dressed(answer));
        }
        None => {}
    }
    match hit.fault {
        Fault::Reset { carried_out } => {
            if carried_out {
                scene.carry_out(&hit, Some(0), watched);
            }
            scene.end(End::Reset, &hit.id).await
        }
        Fault::Stall { keep: None, ms } => {
            scene.carry_out(&hit, Some(0), watched);
            tokio::time::sleep(Duration::from_millis(ms)).await;
            scene.end(End::Closed, &hit.id).await
        }
        Fault::Stall { keep: Some(keep), ms } => {
            let answer = scene.carry_out(&hit, None, watched);
            scene.paced(answer, Pace::Broken { keep, silence: Duration::from_millis(ms) })
        }
        Fault::Truncate { keep } => {
            let answer = scene.carry_out(&hit, None, watched);
            scene.paced(answer, Pace::Broken { keep, silence: Duration::ZERO })
        }
        Fault::Trickle { ms } => {
            let answer = scene.carry_out(&hit, None, watched);
            scene.paced(answer, Pace::Slow(Duration::from_millis(ms)))
        }
        Fault::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            scene.respond(scene.carry_out(&hit, None, watched))
        }
        Fault::Hold { carried_out: false } => {
            hit.held().await;
            tokio::time::sleep(LAST_WORD).await;
            scene.respond(scene.carry_out(&hit, None, watched))
        }
        Fault::Hold { carried_out: true } => {
            let answer = scene.carry_out(&hit, None, watched);
            hit.held().await;
            scene.respond(answer)
        }
        Fault::BatchCut { keep_parts } => {
            scene.respond(faults::cut(scene.carry_out(&hit, None, watched), keep_parts))
        }
        Fault::BatchGap { part } => scene.respond(faults::gap(scene.carry_out(&hit, None, watched), part)),
        Fault::Refuse { ms } => {
            scene.shared.gate().shut(Duration::from_millis(ms), &hit.id);
            std::future::pending().await
        }
        Fault::Hostile { bytes: Some(bytes), .. } => {
            scene.carry_out(&hit, None, watched);
            huge(bytes)
        }
        Fault::Hostile { what, bytes: None } => {
            let answer = scene.carry_out(&hit, None, watched);
            scene.respond(faults::harm(what, answer, scene.request, &origin))
        }
        _ => scene.respond(scene.carry_out(&hit, None, watched)),
    }
}

impl Scene<'_> {
    /// Carries the request out; the log names the fault, and the status that the client saw if it is another one.
    fn carry_out(&self, hit: &Hit, status: Option<u16>, watched: &mut Unanswered) -> Answer {
        let mut world = self.shared.lock();
        let before = world.watch.noted();
        match hit.fault {
            Fault::NotVisible { ms } => world.store.hide_at_commit(Duration::from_millis(ms)),
            Fault::BatchFirstFailure { part } => world.failing_part = Some(part),
            _ => {}
        }
        let answer = carry_out(&mut world, self.request, self.host);
        // A request that came to nothing leaves this to nobody else.
        world.failing_part = None;
        if world.watch.noted() == before {
            world.watch.note(LogEntry::of(self.request, answer.status));
        }
        world.watch.mark(&hit.id, status);
        watched.settle();
        answer
    }

    fn note(&self, hit: &Hit, status: u16) {
        let mut world = self.shared.lock();
        world.watch.note(LogEntry::of(self.request, status));
        world.watch.mark(&hit.id, None);
        match status {
            401 => world.watch.counters.unauthorized += 1,
            429 => world.watch.counters.throttled += 1,
            _ => {}
        }
    }

    /// Ends the connection, with all requests on it, and waits for that to happen.
    async fn end(&self, how: End, rule: &str) -> Response<Body> {
        self.link.end(how, rule);
        std::future::pending().await
    }

    fn respond(&self, answer: Answer) -> Response<Body> {
        response(answer, self.request.method == "HEAD")
    }

    fn paced(&self, mut answer: Answer, pace: Pace) -> Response<Body> {
        let text = std::mem::take(&mut answer.body);
        if text.is_empty() {
            // There is no body to break: all that is left to break is the connection.
            return self.respond(answer);
        }
        paced(self.respond(answer), text, pace)
    }
}

/// Watches over a request until it is logged: when it is dropped before, because its connection has ended, it is
/// logged with status 0.
pub(super) struct Unanswered {
    shared: Shared,
    link: Link,
    entry: Option<LogEntry>,
    rule: Option<String>,
}

impl Unanswered {
    /// Watches a request; `rule` is the fault it has met.
    pub(super) fn new(shared: &Shared, link: &Link, request: &Request, rule: Option<&str>) -> Self {
        Self {
            shared: shared.clone(),
            link: link.clone(),
            entry: Some(LogEntry::of(request, 0)),
            rule: rule.map(str::to_owned),
        }
    }

    /// The request is logged.
    pub(super) fn settle(&mut self) {
        self.entry = None;
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        let ended_by = self.link.ended_by();
        let Some(rule) = self.rule.clone().or_else(|| ended_by.clone()) else { return };
        let mut world = self.shared.lock();
        world.watch.note(entry);
        world.watch.mark(&rule, None);
        if let Some(other) = ended_by.filter(|other| Some(other) != self.rule.as_ref()) {
            world.faults.also_hit(&other);
        }
    }
}
