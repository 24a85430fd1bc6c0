//! `dataverse_security_role`: one security role.

use tf_provider::framework::{DataSource, Diagnostic, Diagnostics, Fault, Tf, computed, optional_computed};

use super::business_unit::one_key;
use crate::dataverse::Id;
use crate::dataverse::tables::role::Inheritance;
use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Reads one security role, by name or id, or its copy in a business unit.
    pub struct SecurityRole {
        /// Id of the role, or of its copy in `business_unit_id`.
        id: Tf<String> => optional_computed().check(terms::guid()),
        /// Name of the role.
        name: Tf<String> => optional_computed(),
        /// Business unit whose copy of the role is wanted, by id or name. Left out: the original.
        business_unit_id: Tf<String> => optional_computed(),
        /// Id of the original of the role.
        root_role_id: Tf<String> => computed(),
        /// Id of the template, the same in every environment; null for roles that no template made.
        role_template_id: Tf<String> => computed(),
        /// What the role is for.
        description: Tf<String> => computed(),
        /// For whom the role is.
        applies_to: Tf<String> => computed(),
        /// What members of a team get from the role: `direct_user_and_team` or `team_only`.
        member_privilege_inheritance: Tf<String> => computed(),
        /// Whether a managed solution brought the role.
        is_managed: Tf<bool> => computed(),
        /// Whether the platform assigns the role by licence.
        is_auto_assigned: Tf<bool> => computed(),
    }
}

/// The data source.
pub struct SecurityRoleSource;

impl DataSource for SecurityRoleSource {
    const TYPE: &'static str = "dataverse_security_role";
    type Api = Api;
    type Model = SecurityRole;

    fn validate(config: &SecurityRole) -> Diagnostics {
        if config.id.is_null() && config.name.is_null() {
            return Diagnostic::error("Which role? Set name or id.")
                .titled("Missing value")
                .at("name")
                .into();
        }
        one_key(&[("id", &config.id), ("name", &config.name)])
    }

    async fn read(api: &Api, config: SecurityRole) -> Result<SecurityRole, Fault> {
        let refuse = |attribute: &'static str, text: &str| Fault::from(Diagnostic::error(text).at(attribute));
        let roles = api.client.roles().all().await?;
        let unit: Option<Id> = match config.business_unit_id.text() {
            Some(text) => {
                let units = api.client.business_units().all().await?;
                let unit = references::business_unit(&units, text);
                Some(unit.map_err(|unresolved| refuse("business_unit_id", unresolved.text()))?.id)
            }
            None => None,
        };
        let (attribute, key) = match config.id.text() {
            Some(id) => ("id", id),
            None => ("name", config.name.text().unwrap_or_default()),
        };
        let original =
            references::role(&roles, key, unit).map_err(|unresolved| refuse(attribute, unresolved.text()))?;
        let role = match unit {
            Some(unit) => roles.copy_in(original.id, unit).ok_or_else(|| {
                refuse(
                    "business_unit_id",
                    &format!("The role \"{}\" has no copy in this business unit.", original.name),
                )
            })?,
            None => original,
        };
        Ok(SecurityRole {
            id: Tf::Known(role.id.to_string()),
            name: Tf::Known(role.name.clone()),
            business_unit_id: Tf::Known(role.business_unit_id.to_string()),
            root_role_id: Tf::Known(original.id.to_string()),
            role_template_id: original.template_id.map(|id| id.to_string()).into(),
            description: original.description.clone().into(),
            applies_to: original.applies_to.clone().into(),
            member_privilege_inheritance: inheritance_word(role.inheritance).into(),
            is_managed: Tf::Known(role.is_managed),
            is_auto_assigned: Tf::Known(role.is_auto_assigned),
        })
    }
}

/// The word for what members of a team get from a role.
pub(super) fn inheritance_word(inheritance: Inheritance) -> &'static str {
    match inheritance {
        Inheritance::TeamOnly => "team_only",
        Inheritance::DirectUserAndTeam => "direct_user_and_team",
    }
}
