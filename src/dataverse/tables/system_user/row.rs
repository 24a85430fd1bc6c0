//! The row of a user.

use serde::Deserialize;

use crate::dataverse::id::Id;
use crate::dataverse::tables::changes::Changes;

/// How a user may use the environment (`accessmode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "i32")]
pub enum AccessMode {
    /// 0
    ReadWrite,
    /// 1: administration only, no data, no licence.
    Administrative,
    /// 2
    Read,
    /// 3: Microsoft's support.
    SupportUser,
    /// 4: for programs; application users have it.
    NonInteractive,
    /// 5: a partner's administrator.
    DelegatedAdmin,
    /// A number without a published name.
    Other(i32),
}

impl AccessMode {
    /// The number in the column.
    pub fn value(self) -> i32 {
        match self {
            AccessMode::ReadWrite => 0,
            AccessMode::Administrative => 1,
            AccessMode::Read => 2,
            AccessMode::SupportUser => 3,
            AccessMode::NonInteractive => 4,
            AccessMode::DelegatedAdmin => 5,
            AccessMode::Other(value) => value,
        }
    }
}

impl From<i32> for AccessMode {
    fn from(value: i32) -> AccessMode {
        match value {
            0 => AccessMode::ReadWrite,
            1 => AccessMode::Administrative,
            2 => AccessMode::Read,
            3 => AccessMode::SupportUser,
            4 => AccessMode::NonInteractive,
            5 => AccessMode::DelegatedAdmin,
            other => AccessMode::Other(other),
        }
    }
}

/// A user with the ids of its direct roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemUser {
    /// Primary key.
    pub id: Id,
    /// User principal name; filled by the service for application users.
    pub domain_name: Option<String>,
    /// Name as shown; `# name` for application users.
    pub full_name: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Primary e-mail address (`internalemailaddress`).
    pub email: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Client id of the Entra application; `None` for people.
    pub application_id: Option<Id>,
    /// Entra object id (`azureactivedirectoryobjectid`).
    pub entra_object_id: Option<Id>,
    /// Business unit.
    pub business_unit_id: Id,
    /// Access mode.
    pub access_mode: AccessMode,
    /// Whether the user is disabled.
    pub is_disabled: bool,
    /// Whether a licence was found.
    pub is_licensed: bool,
    /// 1 for a row that was deleted once and still blocks its application id (`deletedstate`).
    pub deleted_state: i32,
    /// Manager.
    pub manager_id: Option<Id>,
    /// Ids of the role copies that the user holds itself, not through teams. Sorted.
    pub role_ids: Vec<Id>,
}

impl SystemUser {
    /// Whether the row was deleted and only waits to be purged.
    pub fn is_deleted(&self) -> bool {
        self.deleted_state != 0
    }
}

/// Columns to select; the roles come by expansion.
pub(super) const COLUMNS: [&str; 15] = [
    "systemuserid",
    "domainname",
    "fullname",
    "firstname",
    "lastname",
    "internalemailaddress",
    "title",
    "applicationid",
    "azureactivedirectoryobjectid",
    "_businessunitid_value",
    "accessmode",
    "isdisabled",
    "islicensed",
    "deletedstate",
    "_parentsystemuserid_value",
];

/// Roles of each user, one level deep, whole.
pub(super) const ROLES: &str = "systemuserroles_association($select=roleid)";

#[derive(Deserialize)]
pub(super) struct Row {
    systemuserid: Id,
    domainname: Option<String>,
    fullname: Option<String>,
    firstname: Option<String>,
    lastname: Option<String>,
    internalemailaddress: Option<String>,
    title: Option<String>,
    applicationid: Option<Id>,
    azureactivedirectoryobjectid: Option<Id>,
    _businessunitid_value: Id,
    accessmode: Option<AccessMode>,
    isdisabled: Option<bool>,
    islicensed: Option<bool>,
    deletedstate: Option<i32>,
    _parentsystemuserid_value: Option<Id>,
    #[serde(default)]
    systemuserroles_association: Vec<RoleRow>,
}

#[derive(Deserialize)]
struct RoleRow {
    roleid: Id,
}

impl From<Row> for SystemUser {
    fn from(row: Row) -> SystemUser {
        let mut role_ids: Vec<Id> =
            row.systemuserroles_association.into_iter().map(|role| role.roleid).collect();
        role_ids.sort_unstable();
        SystemUser {
            id: row.systemuserid,
            domain_name: row.domainname,
            full_name: row.fullname,
            first_name: row.firstname,
            last_name: row.lastname,
            email: row.internalemailaddress,
            title: row.title,
            application_id: row.applicationid,
            entra_object_id: row.azureactivedirectoryobjectid,
            business_unit_id: row._businessunitid_value,
            access_mode: row.accessmode.unwrap_or(AccessMode::ReadWrite),
            is_disabled: row.isdisabled.unwrap_or_default(),
            is_licensed: row.islicensed.unwrap_or_default(),
            deleted_state: row.deletedstate.unwrap_or_default(),
            manager_id: row._parentsystemuserid_value,
            role_ids,
        }
    }
}

/// A user to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Primary key, chosen by us ([`Id::random`]), so that a lost answer is recognised.
    pub id: Id,
    /// Business unit.
    pub business_unit_id: Id,
    /// Access mode; application users have [`AccessMode::NonInteractive`].
    pub access_mode: AccessMode,
    /// Whether the user is to be disabled.
    pub is_disabled: bool,
    /// Client id of the Entra application; makes it an application user.
    pub application_id: Option<Id>,
    /// User principal name of a person.
    pub domain_name: Option<String>,
    /// Entra object id of a person.
    pub entra_object_id: Option<Id>,
    /// Primary e-mail address.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Manager.
    pub manager_id: Option<Id>,
}

impl NewUser {
    /// An enabled application user.
    pub fn application(application_id: Id, business_unit_id: Id) -> NewUser {
        NewUser {
            id: Id::random(),
            business_unit_id,
            access_mode: AccessMode::NonInteractive,
            is_disabled: false,
            application_id: Some(application_id),
            domain_name: None,
            entra_object_id: None,
            email: None,
            first_name: None,
            last_name: None,
            title: None,
            manager_id: None,
        }
    }

    /// The row to post, enabled or not.
    pub(super) fn columns(&self, is_disabled: bool) -> Changes {
        let changes = Changes::new()
            .set("systemuserid", self.id)
            .set("accessmode", self.access_mode.value())
            .set("isdisabled", is_disabled)
            .lookup("businessunitid", "businessunits", Some(self.business_unit_id))
            .set_some("applicationid", self.application_id)
            .set_some("domainname", self.domain_name.as_deref())
            .set_some("azureactivedirectoryobjectid", self.entra_object_id)
            .set_some("internalemailaddress", self.email.as_deref())
            .set_some("firstname", self.first_name.as_deref())
            .set_some("lastname", self.last_name.as_deref())
            .set_some("title", self.title.as_deref());
        match self.manager_id {
            Some(_) => changes.lookup("parentsystemuserid", "systemusers", self.manager_id),
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
            r#"{"systemuserid":"00000000-0000-0000-0000-000000000001","fullname":"\u0023 app","accessmode":4,
            "isdisabled":false,"deletedstate":0,"applicationid":"00000000-0000-0000-0000-000000000002",
            "_businessunitid_value":"00000000-0000-0000-0000-000000000003","title":null,
            "systemuserroles_association":[{"roleid":"00000000-0000-0000-0000-000000000009"},
             {"roleid":"00000000-0000-0000-0000-000000000008"}],
            "systemuserroles_association@odata.nextLink":"https://x"}"#,
        )
        .unwrap();
        let user = SystemUser::from(row);
        assert_eq!(user.role_ids, [Id::from_u128(8), Id::from_u128(9)]);
        assert_eq!(user.access_mode, AccessMode::NonInteractive);
        assert!(!user.is_deleted() && user.manager_id.is_none());
    }
}
