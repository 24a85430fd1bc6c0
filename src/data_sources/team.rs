//! `dataverse_team`: one team.

use std::collections::BTreeSet;

use tf_provider::framework::{
    DataSource, Diagnostic, Diagnostics, Fault, Tf, Validator, computed, optional_computed,
};

use super::business_unit::one_key;
use crate::dataverse::Id;
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::team::Team as Row;
use crate::provider::Api;
use crate::references;
use crate::resources::team::{membership_word, type_word};
use crate::terms;

tf_provider::model! {
    /// Reads one team with its members, by one of `id`, `name` and `entra_group_id`.
    pub struct Team {
        /// Id of the team.
        id: Tf<String> => optional_computed().check(terms::guid()),
        /// Name of the team. Where several business units have a team of that name, give `business_unit_id` too.
        name: Tf<String> => optional_computed(),
        /// Object id of the group in Entra; null for other teams. Where the group has several teams, give
        /// `membership_type` too.
        entra_group_id: Tf<String> => optional_computed().check(terms::guid()),
        /// Business unit of the team; an id or name narrows the search.
        business_unit_id: Tf<String> => optional_computed(),
        /// Which people of the group are members; null for other teams. A word narrows the search.
        membership_type: Tf<String> => optional_computed()
            .check(Validator::one_of(&["members_and_guests", "members", "owners", "guests"])),
        /// What the team is for: `owner`, `access`, `entra_security_group` or `entra_office_group`.
        team_type: Tf<String> => computed(),
        /// Id of the user who administers the team.
        administrator_id: Tf<String> => computed(),
        /// What the team is for, in words.
        description: Tf<String> => computed(),
        /// E-mail address.
        email: Tf<String> => computed(),
        /// Whether this is the default team of its business unit.
        is_default: Tf<bool> => computed(),
        /// Names of the roles.
        security_roles: Tf<BTreeSet<Tf<String>>> => computed(),
        /// Ids of the members.
        members: Tf<BTreeSet<Tf<String>>> => computed(),
    }
}

/// The data source.
pub struct TeamSource;

impl DataSource for TeamSource {
    const TYPE: &'static str = "dataverse_team";
    type Api = Api;
    type Model = Team;

    fn validate(config: &Team) -> Diagnostics {
        let keys = [("id", &config.id), ("name", &config.name), ("entra_group_id", &config.entra_group_id)];
        if keys.iter().all(|key| key.1.is_null()) {
            let text = "Which team? Set one of id, name and entra_group_id.";
            return Diagnostic::error(text).titled("Missing value").at("name").into();
        }
        one_key(&keys)
    }

    async fn read(api: &Api, config: Team) -> Result<Team, Fault> {
        let team = find(api, &config).await?;
        let roles = api.client.roles().all().await?;
        let members = api.client.teams().members(team.id).await?;
        let id = |id: Option<Id>| -> Tf<String> { id.map(|id| id.to_string()).into() };
        Ok(Team {
            id: id(Some(team.id)),
            name: Tf::Known(team.name.clone()),
            entra_group_id: id(team.entra_group_id),
            business_unit_id: id(Some(team.business_unit_id)),
            membership_type: membership(&team),
            team_type: type_word(team.team_type),
            administrator_id: id(team.administrator_id),
            description: team.description.clone().into(),
            email: team.email.clone().into(),
            is_default: Tf::Known(team.is_default),
            security_roles: Tf::Known(role_names(&roles, &team)),
            members: Tf::Known(members.iter().map(|id| Tf::Known(id.to_string())).collect()),
        })
    }
}

/// Names of the roles that a team holds.
pub(super) fn role_names(roles: &Roles, team: &Row) -> BTreeSet<Tf<String>> {
    team.role_ids.iter().filter_map(|id| roles.get(*id)).map(|role| Tf::Known(role.name.clone())).collect()
}

/// The membership type, for teams of groups.
pub(super) fn membership(team: &Row) -> Tf<String> {
    if team.team_type.is_of_group() { membership_word(team.membership_type) } else { Tf::Null }
}

async fn find(api: &Api, config: &Team) -> Result<Row, Fault> {
    let teams = api.client.teams();
    let guid = |field: &Tf<String>| field.text().and_then(|text| Id::parse(text).ok());
    let (attribute, mut found) = if let Some(id) = guid(&config.id) {
        ("id", teams.get(id).await?.map(|team| Row::clone(&team)).into_iter().collect())
    } else if let Some(group) = guid(&config.entra_group_id) {
        ("entra_group_id", teams.of_entra_group(group).await?)
    } else {
        ("name", teams.named(config.name.text().unwrap_or_default()).await?)
    };
    let units = api.client.business_units().all().await?;
    if let Some(text) = config.business_unit_id.text() {
        let unit = references::business_unit(&units, text)
            .map_err(|unresolved| Fault::from(Diagnostic::error(unresolved.text()).at("business_unit_id")))?;
        found.retain(|team: &Row| team.business_unit_id == unit.id);
    }
    if let Some(word) = config.membership_type.text() {
        found.retain(|team| membership(team).text().is_some_and(|known| known.eq_ignore_ascii_case(word)));
    }
    if found.len() > 1 {
        let place =
            |id: Id| units.get(id).map_or_else(|| id.to_string(), |unit| format!("\"{}\"", unit.name));
        let candidates: Vec<String> = found
            .iter()
            .map(|team| {
                format!("{} (\"{}\", business unit {})", team.id, team.name, place(team.business_unit_id))
            })
            .collect();
        let text =
            format!("Several teams are meant: {}. Use an id, or narrow the search.", candidates.join(", "));
        return Err(Diagnostic::error(text).at(attribute).into());
    }
    found.pop().ok_or_else(|| Diagnostic::error("The environment has no such team.").at(attribute).into())
}
