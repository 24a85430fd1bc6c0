//! What is shared with whom, and who has which rights from where.

use serde_json::json;
use uuid::Uuid;

use super::arguments::Arguments;
use super::principal::target_argument;
use super::sharing::{ORDER, names};
use crate::access::{Effective, Right};
use crate::call::Call;
use crate::errors::{ApiError, Code, missing_row};
use crate::ownership::{Identity, direct, may, shared};
use crate::rules::owners::share;
use crate::schema::TableId;
use crate::store::{Row, Store};
use crate::wire::Answer;

/// `RetrieveSharedPrincipalsAndAccess`: the explicit shares of a row.
pub(super) fn principals(call: &Call<'_>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let row = target_argument(call, arguments)?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    let list: Vec<_> = call
        .store()
        .rows_by(TableId::Share, "objectid", row.id)
        .iter()
        .map(|share| {
            let kind = share.text("principaltypecode").unwrap_or_default();
            json!({
                "AccessMask": names(share.int("accessrightsmask").unwrap_or_default()),
                "Principal": {
                    "@odata.type": format!("#Microsoft.Dynamics.CRM.{kind}"),
                    "ownerid": share.guid("principalid"),
                },
            })
        })
        .collect();
    let body = json!({
        "@odata.context": call.context("Microsoft.Dynamics.CRM.RetrieveSharedPrincipalsAndAccessResponse"),
        "PrincipalAccesses": list,
    });
    Ok(Answer::odata(200, body.to_string()))
}

/// The privileges of a principal, and whom it acts as; the organization has no privileges of its own.
fn sets(store: &Store, principal: &Row) -> (Vec<Effective>, Identity) {
    match principal.table {
        TableId::SystemUser => {
            (vec![Effective::of(store, principal)], Identity::of_user(store, principal.id))
        }
        TableId::Team => (vec![Effective::of(store, principal)], Identity::alone(principal.id)),
        _ => (Vec::new(), Identity::alone(principal.id)),
    }
}

/// `RetrievePrincipalAccess`: the rights of a principal on a row, from wherever they come.
pub(super) fn access(
    call: &Call<'_>,
    table: TableId,
    id: Uuid,
    arguments: &Arguments,
) -> Result<Answer, ApiError> {
    let row = target_argument(call, arguments)?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    let store = call.store();
    let principal = store.row(table, id).ok_or_else(|| missing_row(table.def().logical, id))?;
    let (sets, who) = sets(store, &principal);
    let mask = if table == TableId::Organization {
        direct(store, row.id, &who)
    } else {
        ORDER
            .into_iter()
            .filter(|right| crate::ownership::privilege(row.table, *right).is_some())
            .filter(|right| may(store, &sets, &who, &row, *right))
            .fold(0, |mask, right| mask | right.mask())
    };
    let body = json!({
        "@odata.context": call.context("Microsoft.Dynamics.CRM.RetrievePrincipalAccessResponse"),
        "AccessRights": names(mask),
    });
    Ok(Answer::odata(200, body.to_string()))
}

/// `RetrieveAccessOrigin`: one sentence, 200 even when there is no such row or no access.
pub(super) fn origin(call: &Call<'_>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let (object, principal) = (arguments.guid("ObjectId")?, arguments.guid("PrincipalId")?);
    let logical = arguments.need("LogicalName")?.trim_matches(['\'', '"']);
    let table = TableId::by_logical(logical).filter(|table| table.is_owned());
    let Some(table) = table else {
        if crate::catalogue::catalogue().tables.iter().any(|known| known.fields[0] == logical) {
            return Err(ApiError::unsupported(format!("RetrieveAccessOrigin on {logical}")));
        }
        return Err(Code::UnknownTable.error(&[&logical]));
    };
    let body = json!({
        "@odata.context": call.context("Microsoft.Dynamics.CRM.RetrieveAccessOriginResponse"),
        "Response": sentence(call.store(), table, object, principal),
    });
    Ok(Answer::odata(200, body.to_string()))
}

fn sentence(store: &Store, table: TableId, object: Uuid, principal: Uuid) -> String {
    let Some(row) = store.row(table, object) else {
        return format!("The object ({object}) does not exist");
    };
    let owner = row.guid("ownerid").unwrap_or_default();
    if owner == principal {
        return format!("PrincipalId is object owner ({principal})");
    }
    let row_of = |table: TableId| store.row(table, principal);
    let Some(found) = row_of(TableId::SystemUser).or_else(|| row_of(TableId::Team)) else {
        return format!("The principal ({principal}) does not exist");
    };
    let (sets, who) = sets(store, &found);
    if who.teams.contains(&owner) {
        return format!("PrincipalId is member of team ({owner}) who is object owner");
    }
    if share(store, object, principal).is_some() {
        return "PrincipalId has direct poa access to object".to_owned();
    }
    if let Some(team) = who.teams.iter().find(|team| share(store, object, **team).is_some()) {
        return format!("PrincipalId is member of team ({team}) who has poa access to object");
    }
    if direct(store, object, &who) != 0 {
        return "PrincipalId has poa access to object through the organization".to_owned();
    }
    if shared(store, &row, &who) != 0 {
        return "PrincipalId has poa access to a parent of object".to_owned();
    }
    if may(store, &sets, &who, &row, Right::Read) {
        return format!("PrincipalId has access to object through roles (business unit {})", sets[0].unit);
    }
    "PrincipalId does not have access to object".to_owned()
}
