//! What the resources of a run manage, so that two that would undo each other are found before either writes.
//!
//! Terraform does not tell a provider the addresses of resources; a message stands at the resource that came second, and
//! names the object that both manage.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tf_provider::framework::{Context, Path, Planning};

use crate::provider::Api;

/// What of an object a resource manages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The members of a team.
    Members,
    /// The object itself.
    Object,
    /// The privileges of a security role.
    Privileges,
    /// The security roles of a user or team.
    Roles,
}

impl Aspect {
    fn words(self) -> &'static str {
        match self {
            Aspect::Members => "the members of",
            Aspect::Object => "",
            Aspect::Privileges => "the privileges of",
            Aspect::Roles => "the security roles of",
        }
    }
}

/// How much of an aspect a resource manages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: what is not listed is taken away.
    All,
    /// The one element of this key, beside others.
    One(String),
}

/// By aspect, and key of the object in lower case.
type ByObject = BTreeMap<(Aspect, String), Vec<Claim>>;

#[derive(Debug)]
struct Claim {
    claimant: String,
    extent: Extent,
}

/// The claims of a run.
#[derive(Clone, Debug, Default)]
pub struct Claims(Arc<Mutex<ByObject>>);

impl Claims {
    fn lock(&self) -> MutexGuard<'_, ByObject> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that `claimant` manages this, in the place of what it claimed of the object before. Returns what another one
    /// manages that clashes with it.
    pub fn add(&self, claimant: &str, aspect: Aspect, object: &str, extent: Extent) -> Option<Extent> {
        let mut claims = self.lock();
        let claims = claims.entry((aspect, object.to_lowercase())).or_default();
        claims.retain(|claim| claim.claimant != claimant);
        let clash = claims.iter().find(|claim| match (&claim.extent, &extent) {
            (Extent::One(one), Extent::One(other)) => one.eq_ignore_ascii_case(other),
            _ => true,
        });
        let clash = clash.map(|claim| claim.extent.clone());
        claims.push(Claim { claimant: claimant.to_owned(), extent });
        clash
    }
}

/// Claims all of an aspect of an object that `context`'s resource is about to create, for the plans that follow in the apply.
pub fn claim_new(api: &Api, context: &Context, aspect: Aspect, object: &str) {
    // Nobody else can know the key yet.
    let _ = api.claims.add(&context.claimant, aspect, object, Extent::All);
}

/// Claims an aspect of an object in a plan. `object` is its key, `shown` what a user calls it. The plan is refused at `path`
/// when another resource of the run manages the same; returns whether it was not.
pub fn claim<M>(
    api: &Api,
    plan: &mut Planning<M>,
    path: impl Into<Path>,
    (aspect, object, extent): (Aspect, &str, Extent),
    shown: &str,
) -> bool {
    let all = extent == Extent::All;
    let Some(other) = api.claims.add(&plan.claimant, aspect, object, extent) else { return true };
    let what = format!("{} {shown}", aspect.words());
    let what = what.trim_start();
    plan.refuse(
        path,
        match (all, other) {
            (true, Extent::All) => {
                format!("Another resource of this configuration manages {what} too. Keep one of the two.")
            }
            (true, Extent::One(_)) => format!(
                "Another resource of this configuration adds to {what}, all of which this resource manages: each run would \
                 undo the other's work. List everything here, or manage all of it one by one."
            ),
            (false, Extent::All) => format!(
                "Another resource of this configuration manages all of {what}: each run would undo the other's work. List \
                 it there, or manage all of it one by one."
            ),
            (false, Extent::One(_)) => {
                format!("Another resource of this configuration adds the same to {what}. Keep one of the two.")
            }
        },
    );
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(key: &str) -> Extent {
        Extent::One(key.to_owned())
    }

    #[test]
    fn all_clashes_with_anything_and_one_only_with_the_same() {
        let claims = Claims::default();
        let add = |who: &str, extent| claims.add(who, Aspect::Roles, "U", extent);
        assert_eq!(add("a", one("r1")), None);
        assert_eq!(add("b", one("r2")), None);
        assert_eq!(add("c", one("R1")), Some(one("r1")));
        assert_eq!(add("d", Extent::All), Some(one("r1")));
        assert_eq!(claims.add("d", Aspect::Privileges, "u", Extent::All), None);
    }

    #[test]
    fn a_resource_that_is_planned_again_does_not_clash_with_itself() {
        let claims = Claims::default();
        for _ in 0..2 {
            assert_eq!(claims.add("a", Aspect::Privileges, "r", Extent::All), None);
        }
        assert_eq!(claims.add("b", Aspect::Privileges, "R", Extent::All), Some(Extent::All));
    }
}
