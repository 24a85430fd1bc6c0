//! The limit on non-interactive users, which Dataverse tells only when it is exceeded.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tf_provider::framework::Planning;

use super::{SystemUser, mode};
use crate::dataverse::Id;
use crate::dataverse::tables::system_user::AccessMode;
use crate::provider::Api;

/// An environment takes this many ("Create a non-interactive user account"); application users do not count.
const MOST: usize = 7;

/// Resources of this run that make a user non-interactive.
#[derive(Clone, Debug, Default)]
pub struct NonInteractive(Arc<Mutex<Run>>);

#[derive(Debug, Default)]
struct Run {
    /// Users that were there when the run began; an apply plans again while it creates the others.
    present: Option<usize>,
    claimants: BTreeSet<String>,
}

impl NonInteractive {
    /// Counts `claimant` among them. Returns how many users were there before the run, and how many it makes.
    fn with(&self, claimant: &str, present: usize) -> (usize, usize) {
        let mut run = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        run.claimants.insert(claimant.to_owned());
        (*run.present.get_or_insert(present), run.claimants.len())
    }
}

/// Refuses a plan that makes one non-interactive user too many.
pub(super) async fn plan(api: &Api, plan: &mut Planning<SystemUser>) {
    if mode(&plan.config.access_mode) != Some(AccessMode::NonInteractive) {
        return;
    }
    let known = match &plan.prior {
        Some(prior) => prior.id.text().and_then(|id| Id::parse(id).ok()),
        None => super::provision::find(api, &plan.config, false).await.ok().flatten().map(|user| user.id),
    };
    let present = match api.client.system_users().non_interactive().await {
        Ok(present) => present,
        Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
    };
    if known.is_some_and(|id| present.contains(&id)) {
        return;
    }
    let (present, planned) = api.non_interactive.with(&plan.claimant, present.len());
    if present + planned > MOST {
        plan.refuse(
            "access_mode",
            format!(
                "An environment takes {MOST} non-interactive users. {present} are there, and this run would make {planned} more. Use \
                 an application user (dataverse_application_user), which does not count, or give another user its access \
                 mode back first."
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_that_the_run_made_already_count_once() {
        let run = NonInteractive::default();
        assert_eq!(run.with("a", 3), (3, 1));
        assert_eq!(run.with("b", 4), (3, 2));
        assert_eq!(run.with("b", 5), (3, 2));
    }
}
