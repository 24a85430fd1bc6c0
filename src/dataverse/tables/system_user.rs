//! `systemusers`: people and application users.

mod list;
mod read;
mod row;
mod write;

pub use list::{UserFilter, UserKind};
pub use row::{AccessMode, NewUser, SystemUser};

use crate::dataverse::client::Client;

/// Operations on users.
#[derive(Debug, Clone, Copy)]
pub struct SystemUserTable<'a>(pub(super) &'a Client);

impl Client {
    /// Operations on users.
    pub fn system_users(&self) -> SystemUserTable<'_> {
        SystemUserTable(self)
    }
}
