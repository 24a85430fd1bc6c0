//! Where requests meet the rules: at the door of the server, and inside of a batch.

use std::time::Duration;

use uuid::Uuid;

use super::{Facts, Fault, Hit, Refused, answer};
use crate::entra::named_client;
use crate::pipeline;
use crate::schema::TableId;
use crate::watch::LogEntry;
use crate::wire::{Answer, Request};
use crate::world::World;

/// The ids that the caller of a request is known by: client id and user id.
fn known_as(world: &World, request: &Request) -> Vec<Uuid> {
    let header = request.header("authorization").unwrap_or_default();
    let token = header.split_once(' ').map_or("", |(_, token)| token.trim());
    let client = match world.tokens.grant(token) {
        Some(grant) => Some(grant.client_id),
        None => named_client(request).and_then(|client| Uuid::parse_str(&client).ok()),
    };
    let Some(client) = client else { return Vec::new() };
    let users = world.store.rows_by(TableId::SystemUser, "applicationid", client);
    std::iter::once(client).chain(users.iter().map(|user| user.id)).collect()
}

impl World {
    /// The fault that a request of the server meets, if one.
    pub(crate) fn meet(&mut self, request: &Request) -> Option<Hit> {
        if self.faults.is_empty() {
            return None;
        }
        let callers = if self.faults.asks_for_caller() { known_as(self, request) } else { Vec::new() };
        self.decide(&Facts::of(request, false, callers))
    }

    /// The fault that a request inside of a batch of this user meets, if one.
    pub(crate) fn meet_part(&mut self, request: &Request, user: Uuid) -> Option<Hit> {
        if !self.faults.has_rules_for_parts() {
            return None;
        }
        let row = self.store.row(TableId::SystemUser, user);
        let client = row.and_then(|row| row.guid("applicationid"));
        self.decide(&Facts::of(request, true, std::iter::once(user).chain(client).collect()))
    }

    fn decide(&mut self, facts: &Facts<'_>) -> Option<Hit> {
        let hit = self.faults.decide(facts);
        self.watch.fired(hit.as_ref().map(|hit| hit.id.as_str()));
        hit
    }

    /// Answers a request inside of a batch that has met a fault.
    pub(crate) fn play_part(&mut self, hit: &Hit, request: &Request, origin: &str, user: Uuid) -> Answer {
        let answer = match answer(&hit.fault, request, origin) {
            Some(Refused::Answer(answer)) => {
                self.watch.note(LogEntry {
                    caller: Some(user.to_string()),
                    batch: true,
                    ..LogEntry::of(request, answer.status)
                });
                pipeline::dressed(answer)
            }
            _ => {
                let mark = self.store.mark();
                let answer = pipeline::answer(self, request, origin, Some(user));
                if let Fault::NotVisible { ms } = hit.fault {
                    self.store.hide_created(mark, Duration::from_millis(ms));
                }
                answer
            }
        };
        self.watch.mark(&hit.id, None);
        answer
    }
}
