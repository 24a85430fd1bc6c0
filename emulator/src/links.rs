//! Associating and disassociating rows (`$ref`).

use uuid::Uuid;

use crate::access::Right;
use crate::call::Call;
use crate::column_security::is_administrator;
use crate::errors::{ApiError, Code, bad_payload, unknown_property};
use crate::odata::{Segment, parse_query};
use crate::payload;
use crate::router::{Address, address, method_not_allowed, row_reference};
use crate::rules::group_teams::is_group_team;
use crate::rules::guard::{elevation_by_role, is_admin_role, is_built_in, is_last_administrator};
use crate::schema::{Link, TableId};
use crate::seed::ADMIN_PROFILE;
use crate::store::{PairKind, Row};
use crate::wire::Answer;
use crate::{read, rules};

/// `POST`, `PUT` or `DELETE` on `set(key)/navigation/$ref`.
pub(crate) fn change(
    call: &mut Call<'_>,
    table: TableId,
    owner: &Address,
    navigation: &Segment,
) -> Result<Answer, ApiError> {
    let def = table.def();
    let method = call.request.method.clone();
    let targets = def.targets(&navigation.name);
    if let Some((column, _)) = targets.first().copied() {
        let id = match method.as_str() {
            "PUT" => {
                let (found, address) = reference(call, false)?;
                if !targets.iter().any(|(_, target)| *target == found) {
                    return Err(bad_payload(def.set, "The reference is of another type."));
                }
                Some(read::resolve(call, found, &address)?.id)
            }
            "DELETE" => None,
            other => return Err(method_not_allowed(other)),
        };
        let row = read::resolve(call, table, owner)?;
        rules::update(call, &row, &payload::lookup(table, column, id))?;
        return Ok(call.no_content(table, row.id));
    }
    let collection =
        def.collection(&navigation.name).ok_or_else(|| unknown_property(&navigation.name, def.logical))?;
    let add = match method.as_str() {
        "POST" => true,
        "DELETE" => false,
        other => return Err(method_not_allowed(other)),
    };
    let (target, address) = if add {
        reference(call, true)?
    } else if let Some(key) = &navigation.key {
        (collection.target, address(collection.target, key)?)
    } else {
        let query = parse_query(call.raw_query(), None)?;
        let url = query.id.ok_or_else(|| {
            Code::Query.error(&[&"DELETE on a collection of references needs a key or $id."])
        })?;
        row_reference(call, &url, false)?
    };
    if target != collection.target {
        return Err(bad_payload(
            def.set,
            &format!("'{}' does not hold rows of '{}'.", collection.name, target.def().set),
        ));
    }
    // The target is resolved before anything else is looked at.
    let resolve = if add { read::resolve_or_add } else { read::resolve };
    let other = resolve(call, target, &address)?;
    let own = resolve(call, table, owner)?;
    let (kind, left, right) = match collection.link {
        Link::UserRoles(own_left) => pair(PairKind::UserRole, own_left, &own, &other),
        Link::TeamMembers(own_left) => pair(PairKind::TeamMember, own_left, &own, &other),
        Link::TeamRoles(own_left) => pair(PairKind::TeamRole, own_left, &own, &other),
        Link::UserProfiles(own_left) => pair(PairKind::UserProfile, own_left, &own, &other),
        Link::TeamProfiles(own_left) => pair(PairKind::TeamProfile, own_left, &own, &other),
        Link::RolePrivileges(_) => {
            return Err(Code::MethodNotSupported.error(&[&"Associate", &"roleprivileges"]));
        }
        Link::Lookup(_) => return Err(ApiError::unsupported("$ref on a one-to-many collection")),
    };
    if add { associate(call, kind, left, right) } else { disassociate(call, kind, left, right) }
}

fn pair<'r>(kind: PairKind, own_left: bool, own: &'r Row, other: &'r Row) -> (PairKind, &'r Row, &'r Row) {
    if own_left { (kind, own, other) } else { (kind, other, own) }
}

fn reference(call: &Call<'_>, absolute: bool) -> Result<(TableId, Address), ApiError> {
    let body = call.json_body("$ref")?;
    let url = body.get("@odata.id").and_then(serde_json::Value::as_str);
    let url = url.ok_or_else(|| bad_payload("$ref", "The member '@odata.id' is missing."))?;
    row_reference(call, url, absolute)
}

fn may_change(call: &Call<'_>, kind: PairKind, left: &Row, right: &Row) -> Result<(), ApiError> {
    let store = call.store();
    match kind {
        PairKind::UserRole | PairKind::TeamRole => {
            call.caller.need_on(store, left, Right::Read)?;
            call.caller.need_on(store, right, Right::Read)?;
            call.caller.need_on(store, right, Right::Assign)
        }
        PairKind::UserProfile | PairKind::TeamProfile => {
            call.caller.need_on(store, left, Right::Read)?;
            call.caller.need_on(store, right, Right::Read)?;
            call.caller.need_on(store, right, Right::Append)
        }
        PairKind::TeamMember => {
            call.caller.need_on(store, right, Right::Read)?;
            call.caller.need_on(store, left, Right::Write)
        }
    }
}

/// Adds a pair after the checks of the relationship.
pub(crate) fn associate(
    call: &mut Call<'_>,
    kind: PairKind,
    left: &Row,
    right: &Row,
) -> Result<Answer, ApiError> {
    may_change(call, kind, left, right)?;
    let modern = call.world.setting_on("EnableOwnershipAcrossBusinessUnits");
    let unit = |row: &Row| row.guid("businessunitid").unwrap_or_else(Uuid::nil);
    let apart = unit(left) != unit(right) && !modern;
    match kind {
        PairKind::UserRole => {
            if is_built_in(left) {
                return Err(Code::BuiltInUser.error(&[]));
            }
            if left.flag("isdisabled") && !call.world.setting_on("AllowRoleAssignmentOnDisabledUsers") {
                return Err(Code::UserNotEnabled.error(&[&left.id]));
            }
            if apart {
                return Err(Code::UserInWrongBusiness.error(&[&unit(left), &unit(right)]));
            }
            elevation_by_role(call, right)?;
        }
        PairKind::TeamRole => {
            if left.int("teamtype") == Some(1) {
                return Err(Code::AccessTeamRoles.error(&[]));
            }
            let team_only = right.int("isinherited") == Some(0);
            if team_only && is_group_team(left) && call.world.switches.group_teams_refuse_team_only_roles {
                return Err(Code::GroupTeamRole.error(&[&left.id]));
            }
            if apart {
                return Err(Code::TeamInWrongBusiness.error(&[&unit(left), &unit(right)]));
            }
            elevation_by_role(call, right)?;
        }
        PairKind::TeamProfile => {
            if left.int("teamtype") == Some(1) {
                return Err(Code::AccessTeamRoles.error(&[]));
            }
        }
        PairKind::UserProfile => {}
        PairKind::TeamMember => {
            if left.flag("isdefault") {
                return Err(Code::DefaultTeamAdd.error(&[]));
            }
            by_hand(left)?;
        }
    }
    let new = call.store_mut().link(kind, left.id, right.id);
    if !new && !call.world.switches.duplicate_ref_is_ok {
        let mut error = Code::DuplicateRecord.error(&[]);
        error.message = "Cannot insert duplicate key.".to_owned();
        return Err(error);
    }
    Ok(Answer::empty(204))
}

/// Removes a pair after the checks of the relationship.
pub(crate) fn disassociate(
    call: &mut Call<'_>,
    kind: PairKind,
    left: &Row,
    right: &Row,
) -> Result<Answer, ApiError> {
    may_change(call, kind, left, right)?;
    let there = call.store().linked(kind, left.id, right.id);
    match kind {
        PairKind::UserRole if there => {
            if is_built_in(left) {
                return Err(Code::BuiltInUser.error(&[]));
            }
            if is_admin_role(right) {
                keep_administrator(call, left)?;
            }
            elevation_by_role(call, right)?;
        }
        PairKind::UserProfile if right.id == ADMIN_PROFILE && is_administrator(call.store(), left.id) => {
            return Err(Code::AdminProfileMember.error(&[]));
        }
        PairKind::TeamMember if left.flag("isdefault") => return Err(Code::DefaultTeamRemove.error(&[])),
        PairKind::TeamMember => by_hand(left)?,
        _ => {}
    }
    call.store_mut().unlink(kind, left.id, right.id);
    if !there && !call.world.switches.delete_missing_pair_is_ok {
        return Err(crate::errors::missing_row(right.table.def().logical, right.id));
    }
    Ok(Answer::empty(204))
}

/// The members of an Entra group's team follow from the group.
fn by_hand(team: &Row) -> Result<(), ApiError> {
    if is_group_team(team) {
        let why = "The members of the team come from its Entra group and cannot be changed by hand.";
        return Err(Code::InvalidArgument.error(&[&why]));
    }
    Ok(())
}

fn keep_administrator(call: &Call<'_>, user: &Row) -> Result<(), ApiError> {
    let person = user.guid("azureactivedirectoryobjectid").and_then(|id| call.world.directory.person(id));
    if person.is_some_and(|person| person.tenant_admin) {
        return Err(Code::TenantAdminRole.error(&[]));
    }
    if is_last_administrator(call.store(), user.id) {
        return Err(Code::RemoveLastAdmin.error(&[]));
    }
    Ok(())
}
