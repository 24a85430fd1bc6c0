//! The Entra directory behind the environment: people, groups and service principals.

mod group;
mod principal;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::DERIVED;
use crate::seed_ids::{
    ADMIN_UPN, DEPLOYER_CLIENT_ID, FIRST_PARTY_APPLICATIONS, GROUPS, PEOPLE, SERVICE_PRINCIPALS,
};

pub(crate) use group::{Group, GroupKind};
pub(crate) use principal::{Machine, ServicePrincipal};

/// Whether a person exists in Entra (`azurestate`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Existence {
    /// Exists.
    #[default]
    Exists,
    /// Deleted, can be restored.
    SoftDeleted,
    /// Gone for good.
    HardDeleted,
}

/// A person in Entra.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) object_id: Uuid,
    pub(crate) user_principal_name: String,
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) given_name: Option<String>,
    #[serde(default)]
    pub(crate) surname: Option<String>,
    #[serde(default)]
    pub(crate) mail: Option<String>,
    #[serde(default = "yes")]
    pub(crate) licensed: bool,
    #[serde(default)]
    pub(crate) tenant_admin: bool,
    /// A guest of the tenant, which counts for the membership type of group teams.
    #[serde(default)]
    pub(crate) guest: bool,
    #[serde(default)]
    pub(crate) state: Existence,
}

fn yes() -> bool {
    true
}

/// The directory, also the format of a directory file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Directory {
    #[serde(default)]
    pub(crate) people: Vec<Person>,
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    #[serde(default)]
    pub(crate) service_principals: Vec<ServicePrincipal>,
    /// The machine whose managed identities can sign in.
    #[serde(default)]
    pub(crate) machine: Machine,
}

impl Directory {
    /// The directory of [`crate::seed_ids`].
    pub(crate) fn built_in() -> Self {
        let people = PEOPLE.iter().map(|person| Person {
            object_id: parse(person.object_id),
            user_principal_name: person.user_principal_name.to_owned(),
            display_name: Some(format!("{} {}", person.given_name, person.surname)),
            given_name: Some(person.given_name.to_owned()),
            surname: Some(person.surname.to_owned()),
            mail: Some(person.user_principal_name.to_owned()),
            licensed: person.licensed,
            tenant_admin: person.user_principal_name == ADMIN_UPN,
            guest: false,
            state: Existence::Exists,
        });
        let own = SERVICE_PRINCIPALS.iter().map(|principal| ServicePrincipal {
            client_id: parse(principal.client_id),
            object_id: parse(principal.object_id),
            display_name: principal.display_name.to_owned(),
            secret: principal.secret.map(str::to_owned),
            management: principal.client_id == DEPLOYER_CLIENT_ID,
            secret_expired: false,
            certificates: Vec::new(),
            federated_credentials: Vec::new(),
        });
        let first_party = FIRST_PARTY_APPLICATIONS.iter().map(|(client_id, name)| ServicePrincipal {
            client_id: parse(client_id),
            object_id: Uuid::new_v5(&DERIVED, client_id.as_bytes()),
            display_name: (*name).to_owned(),
            secret: None,
            management: false,
            secret_expired: false,
            certificates: Vec::new(),
            federated_credentials: Vec::new(),
        });
        let ids = |positions: &[usize]| {
            positions.iter().filter_map(|at| PEOPLE.get(*at)).map(|person| parse(person.object_id)).collect()
        };
        let groups = GROUPS.iter().map(|group| Group {
            object_id: parse(group.object_id),
            display_name: group.display_name.to_owned(),
            kind: if group.office { GroupKind::Office } else { GroupKind::Security },
            members: ids(group.members),
            owners: ids(group.owners),
        });
        Self {
            people: people.collect(),
            groups: groups.collect(),
            service_principals: own.chain(first_party).collect(),
            machine: Machine::default(),
        }
    }

    /// Adds or replaces: people and groups by object id, service principals by client id; the
    /// machine when it has an identity.
    pub(crate) fn merge(&mut self, other: Self) {
        replace_or_add(&mut self.people, other.people, |person| person.object_id);
        replace_or_add(&mut self.groups, other.groups, |group| group.object_id);
        replace_or_add(&mut self.service_principals, other.service_principals, |principal| {
            principal.client_id
        });
        if other.machine != Machine::default() {
            self.machine = other.machine;
        }
    }

    /// A person by object id.
    pub(crate) fn person(&self, object_id: Uuid) -> Option<&Person> {
        self.people.iter().find(|person| person.object_id == object_id)
    }

    /// A person by object id or user principal name, to change.
    pub(crate) fn person_mut(&mut self, name: &str) -> Option<&mut Person> {
        let id = Uuid::parse_str(name).ok();
        self.people.iter_mut().find(|person| {
            Some(person.object_id) == id || person.user_principal_name.eq_ignore_ascii_case(name)
        })
    }

    /// A person by user principal name, without regard to case.
    pub(crate) fn person_named(&self, upn: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.user_principal_name.eq_ignore_ascii_case(upn))
    }

    /// A group by object id.
    pub(crate) fn group(&self, object_id: Uuid) -> Option<&Group> {
        self.groups.iter().find(|group| group.object_id == object_id)
    }

    /// Whether a person or service principal counts as a member of a group for a `membershiptype`.
    pub(crate) fn in_group(&self, group: Uuid, membership: i64, object_id: Uuid) -> bool {
        let guest = self.person(object_id).is_some_and(|person| person.guest);
        self.group(group).is_some_and(|group| group.holds(membership, object_id, guest))
    }

    /// A service principal by client id in text form.
    pub(crate) fn named(&self, client_id: &str) -> Option<&ServicePrincipal> {
        Uuid::parse_str(client_id).ok().and_then(|id| self.application(id))
    }

    /// A service principal by client id.
    pub(crate) fn application(&self, client_id: Uuid) -> Option<&ServicePrincipal> {
        self.service_principals.iter().find(|principal| principal.client_id == client_id)
    }
}

/// The constants of `seed_ids` are GUIDs; anything else reads as the nil GUID.
pub(crate) fn parse(id: &str) -> Uuid {
    Uuid::parse_str(id).unwrap_or_default()
}

/// Adds entries at the end, in place of known ones with their id; the last of several with one id counts.
fn replace_or_add<T>(known: &mut Vec<T>, added: Vec<T>, id: impl Fn(&T) -> Uuid) {
    let mut ids = HashSet::new();
    let mut last: Vec<T> = added.into_iter().rev().filter(|entry| ids.insert(id(entry))).collect();
    last.reverse();
    known.retain(|entry| !ids.contains(&id(entry)));
    known.append(&mut last);
}
