//! Rows shared with users and teams: `GrantAccess`, `ModifyAccess`, `RevokeAccess` and the functions that read shares.
//!
//! Facts: "Sharing and assigning", and the reference pages of the actions and functions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::catalogue::Table;
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{encode, literal, row};
use crate::dataverse::shared::Afterwards;

mod read;
mod rights;

pub(in crate::dataverse) use read::{OwnerResult, ShareResult};
pub use rights::AccessRight;

/// A row of any table, and who looks at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// Logical name of the table.
    pub table: String,
    /// Its entity set.
    pub set: String,
    /// Its primary key.
    pub key: String,
    /// The row.
    pub id: Id,
    /// Entra object id of the user on whose behalf everything is done with the row. Personal views are reached by their
    /// owners alone.
    pub caller: Option<Id>,
}

impl Record {
    /// A row of `table`; `None` when the table has no entity set or primary key, as those without rows of their own.
    pub fn of(table: &Table, id: Id, caller: Option<Id>) -> Option<Record> {
        Some(Record {
            table: table.logical_name.clone(),
            set: table.entity_set_name.clone()?,
            key: table.primary_id.clone()?,
            id,
            caller,
        })
    }

    fn path(&self) -> String {
        row(&self.set, self.id)
    }

    fn reference(&self) -> Value {
        json!({ &self.key: self.id, "@odata.type": format!("Microsoft.Dynamics.CRM.{}", self.table) })
    }

    /// `?@target={'@odata.id':'accounts(..)'}`
    fn target(&self) -> String {
        format!("@target={}", encode(&format!("{{'@odata.id':{}}}", literal(&self.path()))))
    }
}

/// Whom a row is shared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// A user.
    User(Id),
    /// A team.
    Team(Id),
    /// Everybody in the organization.
    Organization(Id),
}

impl Principal {
    /// The id.
    pub fn id(self) -> Id {
        match self {
            Principal::User(id) | Principal::Team(id) | Principal::Organization(id) => id,
        }
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Principal::User(_) => ("systemusers", "systemuserid", "systemuser"),
            Principal::Team(_) => ("teams", "teamid", "team"),
            Principal::Organization(_) => ("organizations", "organizationid", "organization"),
        }
    }

    fn reference(self) -> Value {
        let (_, key, table) = self.names();
        json!({ key: self.id(), "@odata.type": format!("Microsoft.Dynamics.CRM.{table}") })
    }
}

/// A share of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// With whom.
    pub principal: Principal,
    /// What for.
    pub rights: BTreeSet<AccessRight>,
}

/// Operations on the access of users and teams to rows.
#[derive(Debug, Clone, Copy)]
pub struct RecordAccessTable<'a>(&'a Client);

impl Client {
    /// Operations on the access of users and teams to rows.
    pub fn record_access(&self) -> RecordAccessTable<'_> {
        RecordAccessTable(self)
    }
}

impl RecordAccessTable<'_> {
    /// Shares a row; rights that the principal has already by a share stay.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`](crate::dataverse::ErrorKind::Denied) when the caller lacks the right to share, or one that it
    /// would pass on.
    pub async fn grant(self, record: &Record, share: &Share) -> Result<(), Error> {
        self.act(record, "GrantAccess", access(record, share)).await
    }

    /// Makes `share` all rights of a principal that has some by a share.
    ///
    /// # Errors
    /// As [`RecordAccessTable::grant`].
    pub async fn modify(self, record: &Record, share: &Share) -> Result<(), Error> {
        self.act(record, "ModifyAccess", access(record, share)).await
    }

    /// Takes a share away.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn revoke(self, record: &Record, principal: Principal) -> Result<(), Error> {
        let body = json!({ "Target": record.reference(), "Revokee": principal.reference() });
        self.act(record, "RevokeAccess", body).await
    }

    async fn act(self, record: &Record, action: &str, body: Value) -> Result<(), Error> {
        let (client, touched) = (self.0.clone(), record.clone());
        let _changed = Afterwards(move || {
            let shares = &client.shared().shares;
            // Whoever reads the row on behalf of another user sees the same shares.
            shares.invalidate_keys(|key| key.table == touched.table && key.id == touched.id);
            shares.invalidate(&touched);
        });
        let request = Request::post(action, body).replayable().acting_as(record.caller);
        self.0.send(request).await.map(drop)
    }
}

fn access(record: &Record, share: &Share) -> Value {
    json!({
        "Target": record.reference(),
        "PrincipalAccess": {
            "AccessMask": rights::write(&share.rights),
            "Principal": share.principal.reference(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_addressed_by_reference_and_by_url() {
        let table = Table {
            logical_name: "account".into(),
            entity_set_name: Some("accounts".into()),
            primary_id: Some("accountid".into()),
            ..Table::default()
        };
        let record = Record::of(&table, Id::from_u128(1), None).unwrap();
        let id = "00000000-0000-0000-0000-000000000001";
        assert_eq!(
            record.reference(),
            json!({ "accountid": id, "@odata.type": "Microsoft.Dynamics.CRM.account" })
        );
        assert_eq!(record.target(), format!("@target=%7B'@odata.id':'accounts({id})'%7D"));
        assert!(Record::of(&Table::default(), Id::NIL, None).is_none());
    }
}
