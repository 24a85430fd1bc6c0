//! `teams`: owner and access teams, and those of Entra groups.

mod list;
mod of_member;
mod read;
mod row;
mod write;

pub use list::TeamFilter;
pub use row::{MembershipType, NewTeam, Team, TeamType};
pub use write::Exchange;

use crate::dataverse::client::Client;

/// Operations on teams.
#[derive(Debug, Clone, Copy)]
pub struct TeamTable<'a>(pub(super) &'a Client);

impl Client {
    /// Operations on teams.
    pub fn teams(&self) -> TeamTable<'_> {
        TeamTable(self)
    }
}
