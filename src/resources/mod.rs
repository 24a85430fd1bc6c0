//! Managed resources, sorted by name.

pub mod application_user;
pub mod business_unit;
mod guards;
mod moves;
mod principal_roles;
pub mod role_assignment;
mod role_guards;
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
        resource::<role_assignment::RoleAssignmentResource>(),
        resource::<role_privileges::RolePrivilegesResource>(),
        resource::<security_role::SecurityRoleResource>(),
        resource::<system_user::SystemUserResource>(),
        resource::<team::TeamResource>(),
        resource::<team_membership::TeamMembershipResource>(),
    ]
}
