//! `dataverse_security_roles`: the security roles of an environment.

use tf_provider::framework::{DataSource, Fault, Tf, computed, optional};

use super::security_role::inheritance_word;
use crate::dataverse::tables::role::Role;
use crate::provider::Api;
use crate::references;

tf_provider::model! {
    /// A security role.
    pub struct RoleInfo {
        /// Id of the role, or of its copy in the business unit.
        id: Tf<String> => computed(),
        /// Name.
        name: Tf<String> => computed(),
        /// Id of the business unit.
        business_unit_id: Tf<String> => computed(),
        /// Id of the original.
        root_role_id: Tf<String> => computed(),
        /// Id of the template, the same in every environment.
        role_template_id: Tf<String> => computed(),
        /// What the role is for.
        description: Tf<String> => computed(),
        /// What members of a team get.
        member_privilege_inheritance: Tf<String> => computed(),
        /// Whether a managed solution brought it.
        is_managed: Tf<bool> => computed(),
        /// Whether the platform assigns it by licence.
        is_auto_assigned: Tf<bool> => computed(),
    }
}

tf_provider::model! {
    /// Reads the security roles of the environment, all or some of them.
    ///
    /// The deploying identity needs `prvReadRole`.
    pub struct SecurityRoles {
        /// Business unit, by id or name: all roles that its users can be given, as copies of this unit. Without it, the
        /// originals of all units.
        business_unit_id: Tf<String> => optional(),
        /// Start of the names of the wanted roles, in any case.
        name_prefix: Tf<String> => optional(),
        /// Only roles that a managed solution brought (`true`), or that were made here (`false`).
        is_managed: Tf<bool> => optional(),
        /// The roles by name: `id`, `name`, `business_unit_id`, `root_role_id`, `role_template_id`, `description`,
        /// `member_privilege_inheritance`, `is_managed` and `is_auto_assigned`.
        roles: Tf<Vec<Tf<RoleInfo>>> => computed(),
    }
}

/// The data source.
pub struct SecurityRolesSource;

impl DataSource for SecurityRolesSource {
    const TYPE: &'static str = "dataverse_security_roles";
    type Api = Api;
    type Model = SecurityRoles;

    async fn read(api: &Api, config: SecurityRoles) -> Result<SecurityRoles, Fault> {
        let roles = api.client.roles().all().await?;
        let unit = references::optional_unit(api, &config.business_unit_id, "business_unit_id").await?;
        let prefix = config.name_prefix.text().unwrap_or_default().to_lowercase();
        let wanted = |role: &&Role| {
            unit.map_or(role.is_original(), |unit| role.business_unit_id == unit)
                && role.name.to_lowercase().starts_with(&prefix)
                && config.is_managed.known().is_none_or(|managed| *managed == role.is_managed)
        };
        let mut found: Vec<&Role> = roles.iter().filter(wanted).collect();
        found.sort_by_key(|role| (role.name.to_lowercase(), role.id));
        let info = |role: &&Role| {
            Tf::Known(RoleInfo {
                id: Tf::Known(role.id.to_string()),
                name: Tf::Known(role.name.clone()),
                business_unit_id: Tf::Known(role.business_unit_id.to_string()),
                root_role_id: Tf::Known(role.root_role_id.to_string()),
                role_template_id: role.template_id.map(|id| id.to_string()).into(),
                description: role.description.clone().into(),
                member_privilege_inheritance: inheritance_word(role.inheritance).into(),
                is_managed: Tf::Known(role.is_managed),
                is_auto_assigned: Tf::Known(role.is_auto_assigned),
            })
        };
        Ok(SecurityRoles { roles: Tf::Known(found.iter().map(info).collect()), ..config })
    }
}
