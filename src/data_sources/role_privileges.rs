//! `dataverse_role_privileges`: all privileges of one security role.

use std::collections::BTreeMap;

use tf_provider::framework::{DataSource, Diagnostic, Fault, Tf, computed, required};

use crate::privileges::matrix;
use crate::provider::Api;
use crate::references;

tf_provider::model! {
    /// Reads all privileges of one security role, in the form that the resource `dataverse_role_privileges` takes, so that a
    /// role is copied by passing them on.
    ///
    /// The nine privileges that every new role has are listed like all others; with `include_default_privileges = false` the
    /// copy has those of them that the role has. A privilege whose level is a record filter has the level `record_filter`,
    /// which no role can be given here.
    ///
    /// The deploying identity needs `prvReadRole` and `prvReadEntity`.
    pub struct RolePrivileges {
        /// The role, by id or name. Copies in business units have the privileges of their original.
        role_id: Tf<String> => required(),
        /// Id of the original of the role.
        id: Tf<String> => computed(),
        /// Privileges on tables: logical name of the table, then right, then level. A privilege that several tables share is
        /// listed with one of them.
        tables: Tf<BTreeMap<String, Tf<BTreeMap<String, Tf<String>>>>> => computed(),
        /// Other privileges: name, then level.
        privileges: Tf<BTreeMap<String, Tf<String>>> => computed(),
    }
}

/// The data source.
pub struct RolePrivilegesSource;

impl DataSource for RolePrivilegesSource {
    const TYPE: &'static str = "dataverse_role_privileges";
    type Api = Api;
    type Model = RolePrivileges;

    async fn read(api: &Api, config: RolePrivileges) -> Result<RolePrivileges, Fault> {
        let roles = api.client.roles().all().await?;
        let role = references::role(&roles, config.role_id.text().unwrap_or_default(), None)
            .map_err(|unresolved| Diagnostic::error(unresolved.text()).at("role_id"))?;
        let catalogue = api.client.catalogue().all().await?;
        let held = api.client.role_privileges().get(role.id).await?.ok_or(Fault::Gone)?;
        let (tables, privileges) = matrix::write(&catalogue, (&Tf::Null, &Tf::Null), &held, false);
        Ok(RolePrivileges {
            role_id: config.role_id,
            id: Tf::Known(role.id.to_string()),
            tables: Tf::Known(tables.into_known().unwrap_or_default()),
            privileges: Tf::Known(privileges.into_known().unwrap_or_default()),
        })
    }
}
