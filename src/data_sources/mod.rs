//! Data sources, sorted by name.

pub mod business_unit;
pub mod business_units;
pub mod environment;
pub mod security_role;
pub mod system_user;
pub mod table;
pub mod team;
pub mod teams;

use tf_provider::framework::{DataSourceEntry, data_source};

use crate::provider::Api;

/// All data sources.
pub fn all() -> Vec<Box<dyn DataSourceEntry<Api>>> {
    vec![
        data_source::<business_unit::BusinessUnitSource>(),
        data_source::<business_units::BusinessUnitsSource>(),
        data_source::<environment::EnvironmentSource>(),
        data_source::<security_role::SecurityRoleSource>(),
        data_source::<system_user::SystemUserSource>(),
        data_source::<table::TableSource>(),
        data_source::<team::TeamSource>(),
        data_source::<teams::TeamsSource>(),
    ]
}
