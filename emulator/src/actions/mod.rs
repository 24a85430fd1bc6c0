//! Functions and actions.

mod arguments;
mod identity;
mod organization;
mod principal;
mod role_privileges;
mod share_reads;
mod sharing;
mod team_members;
mod team_moves;
mod user_privileges;

use uuid::Uuid;

use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::odata::Segment;
use crate::router::{CRM, method_not_allowed};
use crate::schema::TableId;
use crate::wire::Answer;

use arguments::Arguments;

fn not_found(name: &str) -> ApiError {
    Code::SegmentNotFound.error(&[&name])
}

/// Runs an unbound function or action.
pub(crate) fn unbound(call: &mut Call<'_>, segment: &Segment, tail: &[Segment]) -> Result<Answer, ApiError> {
    let name = segment.name.strip_prefix(CRM).unwrap_or(&segment.name);
    let get = call.request.method == "GET";
    let known: &[(&str, bool)] = &[
        ("WhoAmI", true),
        ("RetrieveVersion", true),
        ("RetrieveCurrentOrganization", true),
        ("RetrieveOrganizationInfo", true),
        ("RetrieveSettingList", true),
        ("RetrieveRolePrivilegesRole", true),
        ("RetrievePrivilegeSet", true),
        ("RetrieveAadUserRoles", true),
        ("RetrieveAadUserPrivileges", true),
        ("GetOrgDbOrgSetting", false),
        ("GrantAccess", false),
        ("PublishAllXml", false),
        ("PublishXml", false),
        ("ModifyAccess", false),
        ("RevokeAccess", false),
        ("RetrieveSharedPrincipalsAndAccess", true),
        ("RetrieveAccessOrigin", true),
    ];
    let Some((_, function)) = known.iter().find(|(known, _)| *known == name) else {
        return Err(unknown(call, name));
    };
    if *function != get {
        return Err(method_not_allowed(&call.request.method));
    }
    if !tail.is_empty() {
        return Err(not_found(&tail[0].name));
    }
    count(call, name, get);
    let arguments = Arguments::read(call, segment)?;
    match name {
        "WhoAmI" => identity::who_am_i(call),
        "RetrieveVersion" => Ok(organization::version(call)),
        "RetrieveCurrentOrganization" => organization::current(call),
        "RetrieveOrganizationInfo" => Ok(organization::info(call)),
        "RetrieveSettingList" => Ok(organization::setting_list(call)),
        "GetOrgDbOrgSetting" => organization::orgdb_setting(call),
        "RetrieveRolePrivilegesRole" => role_privileges::retrieve(call, &arguments),
        "RetrievePrivilegeSet" => role_privileges::privilege_set(call),
        "RetrieveAadUserPrivileges" => user_privileges::of_entra_user(call, &arguments),
        "GrantAccess" | "ModifyAccess" => sharing::give(call, name),
        "PublishAllXml" | "PublishXml" => organization::publish(call, name),
        "RevokeAccess" => sharing::revoke(call),
        "RetrieveSharedPrincipalsAndAccess" => share_reads::principals(call, &arguments),
        "RetrieveAccessOrigin" => share_reads::origin(call, &arguments),
        _ => user_privileges::entra_user_roles(call, &arguments),
    }
}

fn count(call: &mut Call<'_>, name: &str, get: bool) {
    let counters = &mut call.world.watch.counters;
    let map = if get { &mut counters.functions } else { &mut counters.actions };
    *map.entry(name.to_owned()).or_default() += 1;
}

/// Names of the real service that the emulator has not learned are told apart from names nobody knows.
fn unknown(call: &mut Call<'_>, name: &str) -> ApiError {
    if name.starts_with("Retrieve")
        || name.starts_with("Get")
        || name.ends_with("Access")
        || call.request.method == "POST"
    {
        return ApiError::unsupported(format!("{} {name}", call.request.method));
    }
    let known = crate::metadata::rows().iter().any(|row| row.text("EntitySetName") == Some(name));
    if known { ApiError::unsupported(format!("the entity set {name}")) } else { not_found(name) }
}

/// Runs a function or action bound to a row.
pub(crate) fn bound(
    call: &mut Call<'_>,
    table: TableId,
    id: Uuid,
    segment: &Segment,
) -> Result<Answer, ApiError> {
    let name = segment.name.strip_prefix(CRM).unwrap_or(&segment.name);
    let get = call.request.method == "GET";
    let known: &[(&str, TableId, bool)] = &[
        ("AddPrivilegesRole", TableId::Role, false),
        ("ReplacePrivilegesRole", TableId::Role, false),
        ("RemovePrivilegeRole", TableId::Role, false),
        ("RetrieveUserPrivileges", TableId::SystemUser, true),
        ("RetrieveUserPrivilegeByPrivilegeName", TableId::SystemUser, true),
        ("RetrieveUserPrivilegeByPrivilegeId", TableId::SystemUser, true),
        ("RetrieveUserSetOfPrivilegesByNames", TableId::SystemUser, true),
        ("RetrieveUserSetOfPrivilegesByIds", TableId::SystemUser, true),
        ("RetrieveUsersPrivilegesThroughTeams", TableId::SystemUser, true),
        ("RetrieveTeamPrivileges", TableId::Team, true),
        ("SetBusinessSystemUser", TableId::SystemUser, false),
        ("ReassignObjectsSystemUser", TableId::SystemUser, false),
        ("AddMembersTeam", TableId::Team, false),
        ("RemoveMembersTeam", TableId::Team, false),
        ("SetParentTeam", TableId::Team, false),
        ("ConvertOwnerTeamToAccessTeam", TableId::Team, false),
        ("SyncGroupMembersToTeam", TableId::Team, false),
        ("RetrievePrincipalAccess", TableId::SystemUser, true),
        ("RetrievePrincipalAccess", TableId::Team, true),
        ("RetrievePrincipalAccess", TableId::Organization, true),
    ];
    let Some((_, _, function)) = known.iter().find(|(known, on, _)| *known == name && *on == table) else {
        return Err(ApiError::unsupported(format!(
            "{} {CRM}{name} on {}",
            call.request.method,
            table.def().logical
        )));
    };
    if *function != get {
        return Err(method_not_allowed(&call.request.method));
    }
    count(call, name, get);
    let arguments = Arguments::read(call, segment)?;
    match name {
        "AddPrivilegesRole" => role_privileges::add(call, id),
        "ReplacePrivilegesRole" => role_privileges::replace(call, id),
        "RemovePrivilegeRole" => role_privileges::remove(call, id),
        "SetBusinessSystemUser" => identity::set_business(call, id),
        "ReassignObjectsSystemUser" => identity::reassign_objects(call, id),
        "SetParentTeam" => team_moves::set_parent(call, id),
        "ConvertOwnerTeamToAccessTeam" => team_moves::convert(call, id),
        "SyncGroupMembersToTeam" => team_moves::sync(call, id),
        "AddMembersTeam" => team_members::change(call, id, true),
        "RemoveMembersTeam" => team_members::change(call, id, false),
        "RetrievePrincipalAccess" => share_reads::access(call, table, id, &arguments),
        "RetrieveTeamPrivileges" => user_privileges::of_team(call, id),
        _ => user_privileges::of_user(call, id, name, &arguments),
    }
}

/// Runs a function bound to a collection.
pub(crate) fn on_collection(
    call: &mut Call<'_>,
    table: TableId,
    segment: &Segment,
) -> Result<Answer, ApiError> {
    let name = segment.name.strip_prefix(CRM).unwrap_or(&segment.name);
    if table == TableId::Privilege && name == "RetrievePrivilegeSet" && call.request.method == "GET" {
        count(call, name, true);
        return role_privileges::privilege_set(call);
    }
    Err(ApiError::unsupported(format!("{} {CRM}{name} on {}", call.request.method, table.def().set)))
}
