//! The ways in which a configuration, a state and an id name a privilege of a role.

use tf_provider::framework::{Diagnostic, Fault, Path, Tf};

use super::RolePrivilege;
use crate::dataverse::tables::catalogue::{Catalogue, Privilege};
use crate::dataverse::tables::role::Role;
use crate::dataverse::tables::role_privileges::Grant;
use crate::dataverse::{Error, Id};
use crate::privileges;
use crate::provider::Api;
use crate::terms;

/// The model with what says which privilege it is: what is known stays in its spelling, the rest is filled in.
pub(super) fn spelled(
    mut model: RolePrivilege,
    name: &str,
    place: Option<(String, &'static str)>,
) -> RolePrivilege {
    let (table, right) = place.unzip();
    let fill = |field: &mut Tf<String>, value: Option<String>| {
        if field.known().is_none() {
            *field = value.into();
        }
    };
    fill(&mut model.privilege, Some(name.to_owned()));
    fill(&mut model.table, table);
    fill(&mut model.right, right.map(str::to_owned));
    model
}

/// The table under which a privilege is shown, and the right; nothing for one that belongs to no table.
pub(super) fn place(catalogue: &Catalogue, privilege: &Privilege) -> Option<(String, &'static str)> {
    let (table, right) = privileges::home(catalogue, privilege.id, &privilege.name)?;
    Some((table.clone(), terms::right_word(right)))
}

/// The privilege that a configuration names, or what is wrong with which argument.
pub(super) fn find<'c>(
    catalogue: &'c Catalogue,
    model: &RolePrivilege,
) -> Result<&'c Privilege, (&'static str, String)> {
    let named = match model.privilege.text() {
        Some(name) => Some(privileges::named(catalogue, name).map_err(|text| ("privilege", text))?),
        None => None,
    };
    if let (Some(named), None) = (named, model.table.known()) {
        return Ok(named);
    }
    let (table, right) = (model.table.text().unwrap_or_default(), model.right.text().unwrap_or_default());
    privileges::find_table(catalogue, table).map_err(|text| ("table", text))?;
    let found = privileges::on_table(catalogue, table, right).map_err(|text| ("right", text))?;
    match named.filter(|named| named.id != found.id) {
        None => Ok(found),
        Some(named) => Err((
            "privilege",
            format!(
                "privilege names {}, but table and right name {}. Leave one of the two out.",
                named.name, found.name
            ),
        )),
    }
}

/// The catalogue with the privilege that `model` names.
pub(super) async fn catalogue(api: &Api, model: &RolePrivilege) -> Result<std::sync::Arc<Catalogue>, Error> {
    api.client.catalogue().with_names(model.privilege.text()).await
}

/// The privilege at the level of a configuration.
pub(super) fn grant(privilege: &Privilege, level: &Tf<String>) -> Result<Grant, Fault> {
    let text = level.text().unwrap_or_default();
    let depth = terms::level(text)
        .ok_or_else(|| Diagnostic::error(terms::not_a_level(text)).at(Path::attribute("level")))?;
    Ok(Grant { privilege_id: privilege.id, privilege_name: privilege.name.clone(), depth })
}

/// Why a privilege that the role holds is not given.
pub(super) fn held_already(role: &Role, privilege: &str, held: &Grant) -> String {
    format!(
        "The role \"{}\" holds the privilege {privilege} already, at the level \"{}\". Import it with the id {}/{privilege}, or \
         remove it from the configuration if something else manages it.",
        role.name,
        terms::level_word(held.depth),
        role.id
    )
}

/// The id of a privilege of a role.
pub(super) fn join(role: Id, privilege: Id) -> String {
    format!("{role}/{privilege}")
}

/// Role and privilege of an id.
pub(super) fn ids(id: &Tf<String>) -> Option<(Id, Id)> {
    let (role, privilege) = id.text()?.split_once('/')?;
    Some((Id::parse(role).ok()?, Id::parse(privilege).ok()?))
}

/// Role and privilege of a state.
///
/// # Errors
/// When the id has another form.
pub(super) fn state_ids(state: &RolePrivilege) -> Result<(Id, Id), Fault> {
    ids(&state.id).ok_or_else(|| {
        let text = format!(
            "\"{}\" is not an id of a privilege of a role, which has the form <role id>/<privilege id>.",
            state.id.text().unwrap_or_default()
        );
        Diagnostic::error(text).at("id").into()
    })
}
