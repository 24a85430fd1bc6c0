//! Rows of any table, and the users and teams that have access to them, as configurations name them.

use std::collections::BTreeSet;

use tf_provider::framework::{Diagnostic, Fault, Tf};

use crate::dataverse::Id;
use crate::dataverse::tables::catalogue::{Catalogue, Table};
use crate::dataverse::tables::record_access::{AccessRight, Principal, Record};
use crate::dataverse::tables::system_user::SystemUser;
use crate::dataverse::tables::{Depth, Right};
use crate::privileges;
use crate::provider::Api;
use crate::references;
use crate::terms;

/// Rights as configurations write them.
pub type RightWords = BTreeSet<Tf<String>>;

/// The row of `table` with this id.
///
/// # Errors
/// At `table`, when there is no such table or its rows have no address.
pub fn record(catalogue: &Catalogue, table: &str, id: Id, caller: Option<Id>) -> Result<Record, Fault> {
    let refuse = |text: String| Fault::from(Diagnostic::error(text).at("table"));
    let found = privileges::find_table(catalogue, table).map_err(refuse)?;
    Record::of(found, id, caller)
        .ok_or_else(|| refuse(format!("Rows of the table \"{table}\" have no address in the Web API.")))
}

/// The user that the argument `name` names by its id or by its Entra object id; nothing when it is null.
///
/// # Errors
/// At the argument, when there is no such user.
pub async fn user(api: &Api, field: &Tf<String>, name: &'static str) -> Result<Option<SystemUser>, Fault> {
    if field.text().is_none() {
        return Ok(None);
    }
    let id = references::id(field, name)?;
    let users = api.client.system_users();
    if let Some(user) = users.get(id).await? {
        return Ok(Some(SystemUser::clone(&user)));
    }
    users.by_entra_object(id).await?.map(Some).ok_or_else(|| {
        let text = format!("The environment has no user whose id or Entra object id is {id}.");
        Diagnostic::error(text).at(name).into()
    })
}

/// Whether the environment has the user that `field` names by its id or by its Entra object id.
///
/// # Errors
/// When the field is no id, or the service cannot be read.
pub async fn is_user(api: &Api, field: &Tf<String>) -> Result<bool, Fault> {
    let id = references::id(field, "acting_as")?;
    let users = api.client.system_users();
    Ok(users.get(id).await?.is_some() || users.by_entra_object(id).await?.is_some())
}

/// The Entra object id of the user that the argument `name` names by its id or by that; nothing when it is null, or names
/// the caller itself.
///
/// # Errors
/// At the argument, when there is no such user, or it is none of Entra.
pub async fn caller(api: &Api, field: &Tf<String>, name: &'static str) -> Result<Option<Id>, Fault> {
    let Some(user) = user(api, field, name).await? else { return Ok(None) };
    if api.client.environment().who_am_i().await?.user_id == user.id {
        return Ok(None);
    }
    user.entra_object_id.map(Some).ok_or_else(|| {
        let text = format!("The user {} has no Entra object id, so nobody can act on its behalf.", user.id);
        Diagnostic::error(text).at(name).into()
    })
}

/// The user or team that one of two arguments names; nothing when neither is known.
///
/// # Errors
/// At the argument that is no id.
pub fn principal(user_id: &Tf<String>, team_id: &Tf<String>) -> Result<Option<Principal>, Fault> {
    let read = |field: &Tf<String>, name: &'static str| {
        let id = field.text().map(Id::parse).transpose();
        id.map_err(|error| Fault::from(Diagnostic::error(format!("{error}.")).at(name)))
    };
    let user = read(user_id, "user_id")?.map(Principal::User);
    Ok(user.or(read(team_id, "team_id")?.map(Principal::Team)))
}

/// What both a resource and a data source refuse before any request: neither or both of `user_id` and `team_id`.
pub fn one_principal(user_id: &Tf<String>, team_id: &Tf<String>) -> Option<Diagnostic> {
    match (user_id, team_id) {
        (Tf::Null, Tf::Null) => Some(
            Diagnostic::error("Whose access? Set user_id or team_id.").titled("Missing value").at("table"),
        ),
        (Tf::Known(_), Tf::Known(_)) => Some(
            Diagnostic::error("Use either user_id or team_id, not both.")
                .titled("Conflicting values")
                .at("team_id"),
        ),
        _ => None,
    }
}

/// Rights in the words of configurations, each in the spelling of `prior` where that has it.
pub fn right_words(rights: &BTreeSet<AccessRight>, prior: &Tf<RightWords>) -> RightWords {
    let spelling = |right: AccessRight| {
        let mut known = prior.known().into_iter().flatten().filter_map(Tf::text);
        let word = known.find(|text| terms::access_right(text) == Some(right));
        word.unwrap_or_else(|| terms::access_right_word(right)).into()
    };
    rights.iter().map(|right| spelling(*right)).collect()
}

/// The rights that words stand for; those that are known.
pub fn rights(words: &Tf<RightWords>) -> BTreeSet<AccessRight> {
    let texts = words.known().into_iter().flatten().filter_map(Tf::text);
    texts.filter_map(terms::access_right).collect()
}

/// Whether the rows of a table are reached by their owners alone, as personal views are: no role reads more than own rows.
pub fn is_personal(catalogue: &Catalogue, table: &Table) -> bool {
    let read = catalogue.right(&table.logical_name, Right::Read);
    read.is_some_and(|read| read.depths.iter().all(|depth| *depth <= Depth::Basic))
}

/// Why a row is not found, in words.
pub fn no_row(catalogue: &Catalogue, record: &Record) -> String {
    let missing = format!("The table \"{}\" has no row with the id {}.", record.table, record.id);
    match catalogue.table(&record.table) {
        Some(table) if is_personal(catalogue, table) && record.caller.is_none() => format!(
            "{missing} Rows of this table are reached by their owners alone: set acting_as to the owner."
        ),
        _ => missing,
    }
}
