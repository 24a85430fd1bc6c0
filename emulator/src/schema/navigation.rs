//! Collection-valued navigation properties.

use super::TableId;

/// How the rows of a collection are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// One-to-many: rows of the target whose lookup column holds this row.
    Lookup(&'static str),
    /// Many-to-many over `systemuserrolescollection`, this row being the user (`true`) or the role.
    UserRoles(bool),
    /// Many-to-many over `teammemberships`, this row being the team (`true`) or the user.
    TeamMembers(bool),
    /// Many-to-many over `teamrolescollection`, this row being the team (`true`) or the role.
    TeamRoles(bool),
    /// Many-to-many over `systemuserprofilescollection`, this row being the user (`true`) or the profile.
    UserProfiles(bool),
    /// Many-to-many over `teamprofilescollection`, this row being the team (`true`) or the profile.
    TeamProfiles(bool),
    /// Many-to-many over `roleprivilegescollection`, this row being the role (`true`) or the privilege.
    RolePrivileges(bool),
}

/// A collection-valued navigation property of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Collection {
    /// The name of the navigation property.
    pub(crate) name: &'static str,
    /// The table of its rows.
    pub(crate) target: TableId,
    /// How the rows are found.
    pub(crate) link: Link,
}

impl Collection {
    /// A collection of `target`.
    pub(super) const fn new(name: &'static str, target: TableId, link: Link) -> Self {
        Self { name, target, link }
    }
}
