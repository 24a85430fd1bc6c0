//! Creating and changing profiles, each with one atomic change set.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Allowed, Column, ColumnSecurityTable, Profile};
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::row;
use crate::dataverse::shared::Afterwards;
use crate::dataverse::tables::changes::Changes;

/// The value of `canread`, `cancreate` and `canupdate` for "Allowed".
pub(super) const ALLOWED: i32 = 4;
/// That for "Not Allowed".
const NOT_ALLOWED: i32 = 0;

const USERS: (&str, &str) = ("systemuserprofiles_association", "systemusers");
const TEAMS: (&str, &str) = ("teamprofiles_association", "teams");

/// A profile to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// Primary key, chosen by us ([`Id::random`]), so that a lost answer is recognised.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// What is allowed on which columns.
    pub permissions: BTreeMap<Column, Allowed>,
    /// Users to give it to.
    pub users: BTreeSet<Id>,
    /// Teams to give it to.
    pub teams: BTreeSet<Id>,
    /// Unmanaged solution to put the profile and its permissions into.
    pub solution_unique_name: Option<String>,
}

/// Changes of a profile: what is `None` stays; sets and maps are the whole wish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChanges {
    /// New name.
    pub name: Option<String>,
    /// New description; inner `None` clears it.
    pub description: Option<Option<String>>,
    /// All permissions.
    pub permissions: Option<BTreeMap<Column, Allowed>>,
    /// All users.
    pub users: Option<BTreeSet<Id>>,
    /// All teams.
    pub teams: Option<BTreeSet<Id>>,
}

/// How often a change is worked out anew after lost answers.
const RECOUNTS: u32 = 2;

impl ColumnSecurityTable<'_> {
    /// Creates a profile with its permissions, users and teams: all or nothing.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn create(self, profile: &NewProfile) -> Result<(), Error> {
        let columns = Changes::new()
            .set("fieldsecurityprofileid", profile.id)
            .set("name", profile.name.as_str())
            .set_some("description", profile.description.as_deref());
        let mut operations = vec![Request::post("fieldsecurityprofiles", columns.into_value()).replayable()];
        operations.extend(profile.permissions.iter().map(|it| permission(profile.id, it)));
        if let Some(solution) = &profile.solution_unique_name {
            operations = operations
                .into_iter()
                .map(|operation| operation.header("mscrm.solutionuniquename", solution.as_str()))
                .collect();
        }
        operations.extend(self.links(profile.id, USERS, &profile.users));
        operations.extend(self.links(profile.id, TEAMS, &profile.teams));
        let _changed = self.changing();
        let result = self.0.change_set(operations).await;
        self.0.settle_create(result, "fieldsecurityprofiles", "fieldsecurityprofileid", profile.id).await
    }

    /// Brings a profile from what it is, read afresh, to what is wanted: additions first, then removals, all or nothing.
    ///
    /// # Errors
    /// Those of a write; a profile that is gone is not found.
    pub async fn update(self, current: &Profile, changes: &ProfileChanges) -> Result<(), Error> {
        let _changed = self.changing();
        let mut result = self.0.change_set(self.operations(current, changes)).await;
        for _ in 0..RECOUNTS {
            match &result {
                // An answer was lost, and what is there twice or gone is most likely our own work: what is left to do shows.
                Err(error) if error.is_unclear() && (error.is_duplicate() || error.is_not_found()) => {}
                _ => break,
            }
            let profiles = self.all_fresh().await?;
            let Some(current) = profiles.iter().find(|profile| profile.id == current.id) else { break };
            result = self.0.change_set(self.operations(current, changes)).await;
        }
        result
    }

    /// What makes of a profile what is wanted.
    fn operations(self, current: &Profile, changes: &ProfileChanges) -> Vec<Request> {
        let columns = Changes::new()
            .set_some("name", changes.name.as_deref())
            .set_some("description", changes.description.clone());
        let mut operations = Vec::new();
        if !columns.is_empty() {
            let path = row("fieldsecurityprofiles", current.id);
            operations.push(Request::patch(path, columns.into_value()));
        }
        let mut removals = Vec::new();
        if let Some(wanted) = &changes.permissions {
            for (column, allowed) in wanted {
                match current.permissions.get(column) {
                    None => operations.push(permission(current.id, (column, allowed))),
                    Some(held) if held.allowed != *allowed => {
                        let body = rights(*allowed).into_value();
                        operations.push(Request::patch(row("fieldpermissions", held.id), body));
                    }
                    Some(_) => {}
                }
            }
            let surplus = current.permissions.iter().filter(|(column, _)| !wanted.contains_key(column));
            removals.extend(
                surplus.map(|(_, held)| Request::delete(row("fieldpermissions", held.id)).replayable()),
            );
        }
        for (relation, held, wanted) in
            [(USERS, &current.users, &changes.users), (TEAMS, &current.teams, &changes.teams)]
        {
            let Some(wanted) = wanted else { continue };
            operations.extend(self.links(current.id, relation, &(wanted - held)));
            removals.extend((held - wanted).iter().map(|id| {
                let path = row("fieldsecurityprofiles", current.id);
                Request::delete(format!("{path}/{}({id})/$ref", relation.0)).replayable()
            }));
        }
        operations.extend(removals);
        operations
    }

    fn links(self, profile: Id, (relation, set): (&str, &str), ids: &BTreeSet<Id>) -> Vec<Request> {
        let path = format!("{}/{relation}/$ref", row("fieldsecurityprofiles", profile));
        let target = |id: &Id| json!({ "@odata.id": self.0.address_of(&row(set, *id)) });
        ids.iter().map(|id| Request::post(path.as_str(), target(id)).replayable()).collect()
    }

    /// Marks the profiles as changed when it is dropped.
    pub(super) fn changing(self) -> impl Drop {
        let client = self.0.clone();
        Afterwards(move || client.shared().column_profiles.invalidate())
    }
}

fn rights(allowed: Allowed) -> Changes {
    let value = |allowed: bool| if allowed { ALLOWED } else { NOT_ALLOWED };
    Changes::new()
        .set("canread", value(allowed.read))
        .set("cancreate", value(allowed.create))
        .set("canupdate", value(allowed.update))
}

fn permission(profile: Id, (column, allowed): (&Column, &Allowed)) -> Request {
    let body = rights(*allowed)
        .set("fieldpermissionid", Id::random())
        .set("entityname", column.table.as_str())
        .set("attributelogicalname", column.column.as_str())
        .lookup("fieldsecurityprofileid", "fieldsecurityprofiles", Some(profile));
    Request::post("fieldpermissions", body.into_value()).replayable()
}
