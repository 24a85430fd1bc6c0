//! Data sources, sorted by name.

pub mod application_users;
pub mod business_unit;
pub mod business_units;
pub mod effective_privileges;
pub mod environment;
pub mod personal_view;
pub mod record_access;
pub mod role_privileges;
pub mod security_role;
pub mod security_roles;
pub mod system_user;
pub mod system_users;
pub mod table;
pub mod tables;
pub mod team;
pub mod teams;
mod users;

use tf_provider::framework::{DataSourceEntry, data_source};

use crate::provider::Api;

/// All data sources.
pub fn all() -> Vec<Box<dyn DataSourceEntry<Api>>> {
    vec![
        data_source::<application_users::ApplicationUsersSource>(),
        data_source::<business_unit::BusinessUnitSource>(),
        data_source::<business_units::BusinessUnitsSource>(),
        data_source::<effective_privileges::EffectivePrivilegesSource>(),
        data_source::<environment::EnvironmentSource>(),
        data_source::<personal_view::PersonalViewSource>(),
        data_source::<record_access::RecordAccessSource>(),
        data_source::<role_privileges::RolePrivilegesSource>(),
        data_source::<security_role::SecurityRoleSource>(),
        data_source::<security_roles::SecurityRolesSource>(),
        data_source::<system_user::SystemUserSource>(),
        data_source::<system_users::SystemUsersSource>(),
        data_source::<table::TableSource>(),
        data_source::<tables::TablesSource>(),
        data_source::<team::TeamSource>(),
        data_source::<teams::TeamsSource>(),
    ]
}
