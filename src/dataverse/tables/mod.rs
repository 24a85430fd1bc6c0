//! Tables: rows and operations.

pub mod access;
pub mod business_unit;
pub mod catalogue;
mod changes;
mod create;
pub mod default_privileges;
pub mod environment;
mod pairs;
pub mod role;
pub mod role_privileges;
pub mod system_user;
pub mod team;
pub mod user_privileges;
mod whole;

pub use access::{Depth, Right};
pub use changes::Changes;
