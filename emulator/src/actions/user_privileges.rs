//! Effective privileges of users and teams.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::arguments::Arguments;
use super::role_privileges::listed;
use crate::access::{HeldRole, Right, grants_of, roles_of};
use crate::call::{Call, guid_literal};
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code, missing_row};
use crate::odata::{JsonOut, parse_query, split_top};
use crate::rules::group_teams::is_group_team;
use crate::schema::TableId;
use crate::store::{Depth, PairKind};
use crate::wire::Answer;

type Held = BTreeMap<u16, (Depth, Uuid)>;

fn deepest(held: &mut Held, position: u16, depth: Depth, unit: Uuid) {
    let kept = held.entry(position).or_insert((depth, unit));
    if depth > kept.0 {
        *kept = (depth, unit);
    }
}

/// The privileges of the user's own roles, or of those that come through teams.
fn collect(call: &Call<'_>, user: Uuid, through_teams: bool) -> Held {
    let mut roles = roles_of(call.store(), user);
    roles.retain(|held| held.team.is_some() == through_teams);
    gathered(call, &roles, false)
}

/// The deepest depth of each privilege of some roles. `without_team_basic` leaves out Basic depth that is for
/// the rows of a team alone.
fn gathered(call: &Call<'_>, roles: &[HeldRole], without_team_basic: bool) -> Held {
    let mut held = Held::new();
    for known in roles {
        let unit = known.role.guid("businessunitid").unwrap_or_default();
        for (position, depth) in grants_of(call.store(), &known.role).iter() {
            if !(without_team_basic && *depth == Depth::Basic && !known.direct()) {
                deepest(&mut held, *position, *depth, unit);
            }
        }
    }
    held
}

fn answer(call: &Call<'_>, name: &str, held: &Held, wanted: Option<&[u16]>) -> Answer {
    let entries: Vec<_> = held
        .iter()
        .filter(|(position, _)| wanted.is_none_or(|wanted| wanted.contains(position)))
        .map(|(position, (depth, unit))| (*position, *depth, *unit))
        .collect();
    listed(call, name, &entries)
}

fn named(name: &str) -> Result<u16, ApiError> {
    let text = format!("Invalid privilege name: {name}.");
    catalogue().position_of(name).ok_or_else(|| Code::InvalidArgument.error(&[&text]))
}

fn items(text: &str) -> Vec<String> {
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
    split_top(inner, ',')
        .into_iter()
        .map(|part| part.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// The functions bound to a user.
pub(super) fn of_user(
    call: &Call<'_>,
    user: Uuid,
    name: &str,
    arguments: &Arguments,
) -> Result<Answer, ApiError> {
    let row = call.store().row(TableId::SystemUser, user).ok_or_else(|| missing_row("systemuser", user))?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    arguments.only(match name {
        "RetrieveUserPrivileges" => &[],
        "RetrieveUsersPrivilegesThroughTeams" => {
            &["ExcludeOrgDisabledPrivileges", "IncludeSetupUserFiltering"]
        }
        "RetrieveUserPrivilegeByPrivilegeName" => &["PrivilegeName", "ExcludeTeamBasic"],
        "RetrieveUserPrivilegeByPrivilegeId" => &["PrivilegeId", "ExcludeTeamBasic"],
        "RetrieveUserSetOfPrivilegesByNames" => &["PrivilegeNames", "ExcludeTeamBasic"],
        _ => &["PrivilegeIds", "ExcludeTeamBasic"],
    })?;
    let wanted = match name {
        "RetrieveUserPrivileges" => {
            // What comes through a team is reported at Basic depth, and only when its role inherits to members.
            let mut held = collect(call, user, false);
            let own = row.guid("businessunitid").unwrap_or_default();
            let mut inherited = roles_of(call.store(), user);
            inherited.retain(|known| known.team.is_some() && known.direct());
            for position in gathered(call, &inherited, false).keys() {
                held.entry(*position).or_insert((Depth::Basic, own));
            }
            return Ok(answer(call, name, &held, None));
        }
        "RetrieveUsersPrivilegesThroughTeams" => {
            return Ok(answer(call, name, &collect(call, user, true), None));
        }
        "RetrieveUserPrivilegeByPrivilegeName" => {
            vec![named(arguments.need("PrivilegeName")?.trim_matches('\''))?]
        }
        "RetrieveUserPrivilegeByPrivilegeId" => {
            let id = arguments.guid("PrivilegeId")?;
            vec![catalogue().position(id).ok_or_else(|| Code::InvalidPrivilegeId.error(&[&id]))?]
        }
        "RetrieveUserSetOfPrivilegesByNames" => items(arguments.need("PrivilegeNames")?)
            .iter()
            .map(|name| named(name))
            .collect::<Result<_, _>>()?,
        _ => items(arguments.need("PrivilegeIds")?)
            .iter()
            .map(|text| {
                guid_literal(text)
                    .and_then(|id| catalogue().position(id))
                    .ok_or_else(|| Code::InvalidPrivilegeId.error(&[text]))
            })
            .collect::<Result<_, _>>()?,
    };
    let without = match arguments.get("ExcludeTeamBasic") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            let text = format!("The value '{other}' of the parameter 'ExcludeTeamBasic' is no Edm.Boolean.");
            return Err(Code::Query.error(&[&text]));
        }
    };
    Ok(answer(call, name, &gathered(call, &roles_of(call.store(), user), without), Some(&wanted)))
}

/// `RetrieveTeamPrivileges`
pub(super) fn of_team(call: &Call<'_>, team: Uuid) -> Result<Answer, ApiError> {
    let row = call.store().row(TableId::Team, team).ok_or_else(|| missing_row("team", team))?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    let mut held = Held::new();
    for role in call.store().rights(PairKind::TeamRole, team) {
        let Some(role) = call.store().row(TableId::Role, role) else { continue };
        let unit = role.guid("businessunitid").unwrap_or_default();
        for (position, depth) in grants_of(call.store(), &role).iter() {
            deepest(&mut held, *position, *depth, unit);
        }
    }
    Ok(answer(call, "RetrieveTeamPrivileges", &held, None))
}

/// The roles a person of the directory has, or would have through the teams of its groups.
fn roles_of_person(call: &Call<'_>, object_id: Uuid) -> Result<Vec<HeldRole>, ApiError> {
    let store = call.store();
    let users = store.rows_by(TableId::SystemUser, "azureactivedirectoryobjectid", object_id);
    let directory = &call.world.directory;
    if users.is_empty() && directory.person(object_id).is_none() {
        return Err(missing_row("systemuser", object_id));
    }
    let mut roles = users.first().map_or_else(Vec::new, |user| roles_of(store, user.id));
    for team in store.rows(TableId::Team).filter(|team| is_group_team(team)) {
        let group = team.guid("azureactivedirectoryobjectid").unwrap_or_default();
        let known = roles.iter().any(|held| held.team == Some(team.id));
        if known || !directory.in_group(group, team.int("membershiptype").unwrap_or_default(), object_id) {
            continue;
        }
        let of_team = store.rights(PairKind::TeamRole, team.id).into_iter();
        roles.extend(of_team.filter_map(|role| {
            Some(HeldRole { role: store.row(TableId::Role, role)?, team: Some(team.id) })
        }));
    }
    Ok(roles)
}

/// `RetrieveAadUserPrivileges`
pub(super) fn of_entra_user(call: &Call<'_>, arguments: &Arguments) -> Result<Answer, ApiError> {
    call.caller.need(call.store(), TableId::SystemUser, Right::Read)?;
    let roles = roles_of_person(call, arguments.guid("DirectoryObjectId")?)?;
    Ok(answer(call, "RetrieveAadUserPrivileges", &gathered(call, &roles, false), None))
}

/// `RetrieveAadUserRoles`
pub(super) fn entra_user_roles(call: &Call<'_>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let id = arguments.guid("DirectoryObjectId")?;
    call.caller.need(call.store(), TableId::Role, Right::Read)?;
    let options: Vec<&str> = call.raw_query().split('&').filter(|part| !part.starts_with('@')).collect();
    let query = parse_query(&options.join("&"), Some(TableId::Role))?;
    let mut rows: Vec<_> = roles_of_person(call, id)?.into_iter().map(|held| held.role).collect();
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    let mut out = JsonOut::default();
    out.open('{');
    out.member("@odata.context", &call.context("roles"));
    out.name("value");
    out.open('[');
    for row in crate::render::filtered(call, rows, &query) {
        crate::render::row(&mut out, call, &row, &query, None)?;
    }
    out.close(']');
    out.close('}');
    Ok(Answer::odata(200, out.finish()))
}
