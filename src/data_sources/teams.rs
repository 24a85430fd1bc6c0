//! `dataverse_teams`: the teams of the environment, or of one business unit.

use std::collections::BTreeSet;

use tf_provider::framework::{DataSource, Diagnostic, Fault, Tf, Validator, computed, optional};

use super::team::{membership, role_names};
use crate::dataverse::Id;
use crate::provider::Api;
use crate::references;
use crate::resources::team::type_word;

tf_provider::model! {
    /// Reads the teams of the environment, or some of them. Access teams, which Dataverse also makes by itself for rows that
    /// are shared, are left out unless `team_type` asks for them.
    pub struct Teams {
        /// Only teams of this business unit, by id or name.
        business_unit_id: Tf<String> => optional(),
        /// Only teams of this type.
        team_type: Tf<String> => optional()
            .check(Validator::one_of(&["owner", "access", "entra_security_group", "entra_office_group"])),
        /// Whether to list the default teams of business units (`true`) or the others (`false`) only. Default: both.
        is_default: Tf<bool> => optional(),
        /// The teams, sorted by name: each with `id`, `name`, `team_type`, `entra_group_id`, `membership_type`,
        /// `business_unit_id`, `administrator_id`, `description`, `is_default`, and `security_roles` (names).
        teams: Tf<Vec<Item>> => computed(),
    }
}

tf_provider::model! {
    /// One of the teams.
    pub struct Item {
        /// Id of the team.
        id: Tf<String> => computed(),
        /// Name of the team.
        name: Tf<String> => computed(),
        /// What the team is for.
        team_type: Tf<String> => computed(),
        /// Object id of the group in Entra.
        entra_group_id: Tf<String> => computed(),
        /// Which people of the group are members.
        membership_type: Tf<String> => computed(),
        /// Id of the business unit.
        business_unit_id: Tf<String> => computed(),
        /// Id of the user who administers the team.
        administrator_id: Tf<String> => computed(),
        /// What the team is for, in words.
        description: Tf<String> => computed(),
        /// Whether this is the default team of its business unit.
        is_default: Tf<bool> => computed(),
        /// Names of the roles.
        security_roles: Tf<BTreeSet<Tf<String>>> => computed(),
    }
}

/// The data source.
pub struct TeamsSource;

impl DataSource for TeamsSource {
    const TYPE: &'static str = "dataverse_teams";
    type Api = Api;
    type Model = Teams;

    async fn read(api: &Api, config: Teams) -> Result<Teams, Fault> {
        let units = api.client.business_units().all().await?;
        let wish = config.team_type.text().unwrap_or_default();
        let mut found = if wish.eq_ignore_ascii_case("access") {
            api.client.teams().access().await?
        } else {
            api.client.teams().all().await?
        };
        if !wish.is_empty() {
            found.retain(|team| {
                type_word(team.team_type).text().is_some_and(|word| word.eq_ignore_ascii_case(wish))
            });
        }
        if let Some(text) = config.business_unit_id.text() {
            let unit = references::business_unit(&units, text).map_err(|unresolved| {
                Fault::from(Diagnostic::error(unresolved.text()).at("business_unit_id"))
            })?;
            found.retain(|team| team.business_unit_id == unit.id);
        }
        if let Some(is_default) = config.is_default.known() {
            found.retain(|team| team.is_default == *is_default);
        }
        found.sort_by_key(|team| (team.name.to_lowercase(), team.id));
        let roles = api.client.roles().all().await?;
        let id = |id: Option<Id>| -> Tf<String> { id.map(|id| id.to_string()).into() };
        let shown = found.iter().map(|team| Item {
            id: id(Some(team.id)),
            name: Tf::Known(team.name.clone()),
            team_type: type_word(team.team_type),
            entra_group_id: id(team.entra_group_id),
            membership_type: membership(team),
            business_unit_id: id(Some(team.business_unit_id)),
            administrator_id: id(team.administrator_id),
            description: team.description.clone().into(),
            is_default: Tf::Known(team.is_default),
            security_roles: Tf::Known(role_names(&roles, team)),
        });
        Ok(Teams { teams: Tf::Known(shown.collect()), ..config })
    }
}
