//! Tables: rows and operations.

pub mod access;
pub mod business_unit;
pub mod catalogue;
mod changes;
pub mod column_security;
mod create;
pub mod default_privileges;
pub mod environment;
mod pairs;
pub mod personal_view;
pub mod record_access;
pub mod role;
pub mod role_privileges;
pub mod system_user;
pub mod team;
pub mod user_privileges;
mod whole;

pub use access::{Depth, Right};
pub use changes::Changes;
