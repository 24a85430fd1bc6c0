//! Managed resources, sorted by name.

pub mod application_user;
mod guards;
mod moves;
mod principal_roles;
pub mod role_assignment;
mod role_guards;
pub mod role_privileges;
pub mod security_role;
pub mod system_user;
mod user_removal;

use tf_provider::framework::{ResourceEntry, resource};

pub use guards::Departing;
pub use system_user::NonInteractive;

use crate::provider::Api;

/// All resources.
pub fn all() -> Vec<Box<dyn ResourceEntry<Api>>> {
    vec![
        resource::<application_user::ApplicationUserResource>(),
        resource::<role_assignment::RoleAssignmentResource>(),
        resource::<role_privileges::RolePrivilegesResource>(),
        resource::<security_role::SecurityRoleResource>(),
        resource::<system_user::SystemUserResource>(),
    ]
}
