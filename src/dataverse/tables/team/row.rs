//! The row of a team.

use serde::Deserialize;

use crate::dataverse::id::Id;
use crate::dataverse::tables::changes::Changes;

/// What a team is for (`teamtype`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "i32")]
pub enum TeamType {
    /// 0: owns rows and holds roles.
    Owner,
    /// 1: rows are shared with it; holds no roles.
    Access,
    /// 2: of an Entra security group.
    SecurityGroup,
    /// 3: of a Microsoft 365 group.
    OfficeGroup,
    /// A number without a published name.
    Other(i32),
}

impl TeamType {
    /// The number in the column.
    pub fn value(self) -> i32 {
        match self {
            TeamType::Owner => 0,
            TeamType::Access => 1,
            TeamType::SecurityGroup => 2,
            TeamType::OfficeGroup => 3,
            TeamType::Other(value) => value,
        }
    }

    /// Whether the members come from a group in Entra.
    pub fn is_of_group(self) -> bool {
        matches!(self, TeamType::SecurityGroup | TeamType::OfficeGroup)
    }
}

impl From<i32> for TeamType {
    fn from(value: i32) -> TeamType {
        match value {
            0 => TeamType::Owner,
            1 => TeamType::Access,
            2 => TeamType::SecurityGroup,
            3 => TeamType::OfficeGroup,
            other => TeamType::Other(other),
        }
    }
}

/// Which people of an Entra group are members (`membershiptype`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "i32")]
pub enum MembershipType {
    /// 0
    MembersAndGuests,
    /// 1
    Members,
    /// 2
    Owners,
    /// 3
    Guests,
    /// A number without a published name.
    Other(i32),
}

impl MembershipType {
    /// The number in the column.
    pub fn value(self) -> i32 {
        match self {
            MembershipType::MembersAndGuests => 0,
            MembershipType::Members => 1,
            MembershipType::Owners => 2,
            MembershipType::Guests => 3,
            MembershipType::Other(value) => value,
        }
    }
}

impl From<i32> for MembershipType {
    fn from(value: i32) -> MembershipType {
        match value {
            0 => MembershipType::MembersAndGuests,
            1 => MembershipType::Members,
            2 => MembershipType::Owners,
            3 => MembershipType::Guests,
            other => MembershipType::Other(other),
        }
    }
}

/// A team with the ids of its roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Primary key.
    pub id: Id,
    /// Name.
    pub name: String,
    /// What the team is for.
    pub team_type: TeamType,
    /// Which people of the group are members.
    pub membership_type: MembershipType,
    /// Object id of the Entra group (`azureactivedirectoryobjectid`).
    pub entra_group_id: Option<Id>,
    /// Business unit.
    pub business_unit_id: Id,
    /// The user who administers the team.
    pub administrator_id: Option<Id>,
    /// Description.
    pub description: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it is the default team of its business unit, whose members are the users of the unit.
    pub is_default: bool,
    /// Ids of the role copies that the team holds. Sorted.
    pub role_ids: Vec<Id>,
}

/// Columns to select; the roles come by expansion.
pub(super) const COLUMNS: [&str; 10] = [
    "teamid",
    "name",
    "teamtype",
    "membershiptype",
    "azureactivedirectoryobjectid",
    "_businessunitid_value",
    "_administratorid_value",
    "description",
    "emailaddress",
    "isdefault",
];

/// Roles of each team, one level deep, whole.
pub(super) const ROLES: &str = "teamroles_association($select=roleid)";

#[derive(Deserialize)]
pub(super) struct Row {
    teamid: Id,
    name: Option<String>,
    teamtype: Option<TeamType>,
    membershiptype: Option<MembershipType>,
    azureactivedirectoryobjectid: Option<Id>,
    _businessunitid_value: Id,
    _administratorid_value: Option<Id>,
    description: Option<String>,
    emailaddress: Option<String>,
    isdefault: Option<bool>,
    #[serde(default)]
    teamroles_association: Vec<RoleRow>,
}

#[derive(Deserialize)]
struct RoleRow {
    roleid: Id,
}

impl From<Row> for Team {
    fn from(row: Row) -> Team {
        let mut role_ids: Vec<Id> = row.teamroles_association.into_iter().map(|role| role.roleid).collect();
        role_ids.sort_unstable();
        Team {
            id: row.teamid,
            name: row.name.unwrap_or_default(),
            team_type: row.teamtype.unwrap_or(TeamType::Owner),
            membership_type: row.membershiptype.unwrap_or(MembershipType::MembersAndGuests),
            entra_group_id: row.azureactivedirectoryobjectid,
            business_unit_id: row._businessunitid_value,
            administrator_id: row._administratorid_value,
            description: row.description.filter(|text| !text.is_empty()),
            email: row.emailaddress.filter(|text| !text.is_empty()),
            is_default: row.isdefault.unwrap_or_default(),
            role_ids,
        }
    }
}

/// A team to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTeam {
    /// Primary key, chosen by us ([`Id::random`]), so that a lost answer is recognised.
    pub id: Id,
    /// Name.
    pub name: String,
    /// What the team is for.
    pub team_type: TeamType,
    /// Which people of the group are members; for teams of groups.
    pub membership_type: MembershipType,
    /// Object id of the Entra group.
    pub entra_group_id: Option<Id>,
    /// Business unit.
    pub business_unit_id: Id,
    /// The user who administers the team; the caller when there is none.
    pub administrator_id: Option<Id>,
    /// Description.
    pub description: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

impl NewTeam {
    /// The row to post.
    pub(super) fn columns(&self) -> Changes {
        let changes = Changes::new()
            .set("teamid", self.id)
            .set("name", self.name.as_str())
            .set("teamtype", self.team_type.value())
            .set("membershiptype", self.membership_type.value())
            .lookup("businessunitid", "businessunits", Some(self.business_unit_id))
            .set_some("azureactivedirectoryobjectid", self.entra_group_id)
            .set_some("description", self.description.as_deref())
            .set_some("emailaddress", self.email.as_deref());
        match self.administrator_id {
            Some(_) => changes.lookup("administratorid", "systemusers", self.administrator_id),
            None => changes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_with_its_roles() {
        let row: Row = serde_json::from_str(
            r#"{"teamid":"00000000-0000-0000-0000-000000000001","name":"Approvers","teamtype":2,"membershiptype":1,
            "azureactivedirectoryobjectid":"00000000-0000-0000-0000-000000000002","isdefault":false,"description":"",
            "_businessunitid_value":"00000000-0000-0000-0000-000000000003",
            "teamroles_association":[{"roleid":"00000000-0000-0000-0000-000000000009"},
             {"roleid":"00000000-0000-0000-0000-000000000008"}]}"#,
        )
        .unwrap();
        let team = Team::from(row);
        assert_eq!(team.role_ids, [Id::from_u128(8), Id::from_u128(9)]);
        assert_eq!(
            (team.team_type, team.membership_type),
            (TeamType::SecurityGroup, MembershipType::Members)
        );
        assert!(team.team_type.is_of_group() && team.description.is_none() && !team.is_default);
    }

    #[test]
    fn numbers_without_a_name_stay_what_they_are() {
        for value in 0..6 {
            assert_eq!(TeamType::from(value).value(), value);
            assert_eq!(MembershipType::from(value).value(), value);
        }
    }
}
