//! Effective privileges of users and teams.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::arguments::Arguments;
use super::role_privileges::listed;
use crate::access::{Right, grants_of, roles_of};
use crate::call::{Call, guid_literal};
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code, missing_row};
use crate::odata::{JsonOut, parse_query, split_top};
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

fn collect(call: &Call<'_>, user: Uuid, own: bool, teams: bool) -> Held {
    let mut held = Held::new();
    for (role, through_team) in roles_of(call.store(), user) {
        if if through_team { !teams } else { !own } {
            continue;
        }
        let unit = role.guid("businessunitid").unwrap_or_default();
        for (position, depth) in grants_of(call.store(), &role).iter() {
            deepest(&mut held, *position, *depth, unit);
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
    let wanted = match name {
        "RetrieveUserPrivileges" => {
            // Privileges that come through a team are reported at Basic depth.
            let mut held = collect(call, user, true, false);
            let own = row.guid("businessunitid").unwrap_or_default();
            for position in collect(call, user, false, true).keys() {
                held.entry(*position).or_insert((Depth::Basic, own));
            }
            return Ok(answer(call, name, &held, None));
        }
        "RetrieveUsersPrivilegesThroughTeams" => {
            return Ok(answer(call, name, &collect(call, user, false, true), None));
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
    Ok(answer(call, name, &collect(call, user, true, true), Some(&wanted)))
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

/// `RetrieveAadUserRoles`: the roles a person of the directory has or would have.
pub(super) fn entra_user_roles(call: &Call<'_>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let id = arguments.guid("DirectoryObjectId")?;
    call.caller.need(call.store(), TableId::Role, Right::Read)?;
    let options: Vec<&str> = call.raw_query().split('&').filter(|part| !part.starts_with('@')).collect();
    let query = parse_query(&options.join("&"), Some(TableId::Role))?;
    let users = call.store().rows_by(TableId::SystemUser, "azureactivedirectoryobjectid", id);
    if users.is_empty() && call.world.directory.person(id).is_none() {
        return Err(missing_row("systemuser", id));
    }
    let rows = users.first().map_or_else(Vec::new, |user| {
        roles_of(call.store(), user.id).into_iter().map(|(role, _)| role).collect()
    });
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
