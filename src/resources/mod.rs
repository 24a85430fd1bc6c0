//! Managed resources, sorted by name.

pub mod application_user;
pub mod business_unit;
pub mod column_security_profile;
mod guards;
mod moves;
mod principal_roles;
pub mod record_share;
pub mod role_assignment;
mod role_guards;
mod role_plan;
pub mod role_privilege;
pub mod role_privileges;
pub mod security_role;
pub mod system_user;
pub mod team;
pub mod team_membership;
mod user_removal;

use tf_provider::framework::{ResourceEntry, resource};

pub use guards::Departing;
pub use system_user::NonInteractive;

use crate::provider::Api;

/// All resources.
pub fn all() -> Vec<Box<dyn ResourceEntry<Api>>> {
    vec![
        resource::<application_user::ApplicationUserResource>(),
        resource::<business_unit::BusinessUnitResource>(),
        resource::<column_security_profile::ColumnSecurityProfileResource>(),
        resource::<record_share::RecordShareResource>(),
        resource::<role_assignment::RoleAssignmentResource>(),
        resource::<role_privilege::RolePrivilegeResource>(),
        resource::<role_privileges::RolePrivilegesResource>(),
        resource::<security_role::SecurityRoleResource>(),
        resource::<system_user::SystemUserResource>(),
        resource::<team::TeamResource>(),
        resource::<team_membership::TeamMembershipResource>(),
    ]
}
