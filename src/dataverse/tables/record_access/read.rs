//! Reading shares, owners and access.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{AccessRight, Principal, Record, RecordAccessTable, Share, rights};
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{encode, literal, row};
use crate::dataverse::shared::{Loaded, Wave};

/// Rows per batch.
const ROWS_PER_BATCH: usize = 100;

/// Shares of one row, or why they cannot be read.
pub(in crate::dataverse) type ShareResult = Result<Arc<Vec<Share>>, Error>;
/// Owner of one row, or why it cannot be read.
pub(in crate::dataverse) type OwnerResult = Result<Option<Id>, Error>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Shares {
    principal_accesses: Vec<PrincipalAccess>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrincipalAccess {
    access_mask: String,
    principal: PrincipalRow,
}

/// The id comes as `ownerid`, whatever the type.
#[derive(Deserialize)]
struct PrincipalRow {
    #[serde(rename = "@odata.type")]
    kind: String,
    ownerid: Option<Id>,
    systemuserid: Option<Id>,
    teamid: Option<Id>,
    organizationid: Option<Id>,
}

impl PrincipalAccess {
    fn share(self) -> Option<Share> {
        let row = self.principal;
        let id = row.ownerid.or(row.systemuserid).or(row.teamid).or(row.organizationid)?;
        let principal = match row.kind.rsplit('.').next()? {
            "systemuser" => Principal::User(id),
            "team" => Principal::Team(id),
            "organization" => Principal::Organization(id),
            _ => return None,
        };
        Some(Share { principal, rights: rights::read(&self.access_mask) })
    }
}

impl RecordAccessTable<'_> {
    /// The explicit shares of a row, or `None` when there is no such row. Rows asked for at the same time share one
    /// request; see [`shared`](crate::dataverse::shared).
    ///
    /// # Errors
    /// Those of a query; one row's failure is not another's.
    pub async fn shares(self, record: &Record) -> Result<Option<Arc<Vec<Share>>>, Error> {
        let found = self.0.shared().shares.get(record, |wave| self.load_shares(wave)).await?;
        found.map(|found| Result::clone(&found)).transpose()
    }

    /// As [`RecordAccessTable::shares`], but never from what was read before.
    ///
    /// # Errors
    /// As [`RecordAccessTable::shares`].
    pub async fn shares_fresh(self, record: &Record) -> Result<Option<Arc<Vec<Share>>>, Error> {
        self.0.shared().shares.invalidate(record);
        self.shares(record).await
    }

    /// The owner of a row, or `None` when there is no such row; the inner one is `None` for rows that nobody owns. Rows
    /// asked for at the same time share one request.
    ///
    /// # Errors
    /// As [`RecordAccessTable::shares`].
    pub async fn owner(self, record: &Record) -> Result<Option<Option<Id>>, Error> {
        let found = self.0.shared().owners.get(record, |wave| self.load_owners(wave)).await?;
        found.map(|found| Result::clone(&found)).transpose()
    }

    /// The rights that a principal has on a row, by whatever way.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn rights_of(
        self,
        record: &Record,
        principal: Principal,
    ) -> Result<BTreeSet<AccessRight>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            access_rights: String,
        }
        let path = format!(
            "{}/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@target)?{}",
            row(principal.names().0, principal.id()),
            record.target()
        );
        let answer: Answer =
            self.0.send(Request::get(path).strong().acting_as(record.caller)).await?.json()?;
        Ok(rights::read(&answer.access_rights))
    }

    /// Why a principal has access to a row, in prose of the service. It answers even where there is no access or no row.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn origin(self, record: &Record, principal: Principal) -> Result<String, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            response: String,
        }
        let path = format!(
            "RetrieveAccessOrigin(ObjectId=@o,LogicalName=@l,PrincipalId=@p)?@o={}&@l={}&@p={}",
            record.id,
            encode(&literal(&record.table)),
            principal.id()
        );
        let answer: Answer =
            self.0.send(Request::get(path).strong().acting_as(record.caller)).await?.json()?;
        Ok(answer.response)
    }

    async fn load_shares(self, wave: Wave<Record>) -> Result<Loaded<Record, ShareResult>, Error> {
        let path = |record: &Record| {
            format!("RetrieveSharedPrincipalsAndAccess(Target=@target)?{}", record.target())
        };
        self.load(wave, path, |answer: Shares| {
            Arc::new(answer.principal_accesses.into_iter().filter_map(PrincipalAccess::share).collect())
        })
        .await
    }

    async fn load_owners(self, wave: Wave<Record>) -> Result<Loaded<Record, OwnerResult>, Error> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(default)]
            _ownerid_value: Option<Id>,
        }
        let path = |record: &Record| format!("{}?$select=_ownerid_value", record.path());
        self.load(wave, path, |row: Row| row._ownerid_value).await
    }

    /// Reads something of each row of a wave, in one batch for each caller.
    async fn load<T: DeserializeOwned, V>(
        self,
        wave: Wave<Record>,
        path: impl Fn(&Record) -> String,
        read: impl Fn(T) -> V,
    ) -> Result<Loaded<Record, Result<V, Error>>, Error> {
        let mut by_caller: HashMap<Option<Id>, Vec<&Record>> = HashMap::new();
        for record in &wave.keys {
            by_caller.entry(record.caller).or_default().push(record);
        }
        let mut rows = HashMap::new();
        for (caller, records) in by_caller {
            for chunk in records.chunks(ROWS_PER_BATCH) {
                let requests = chunk
                    .iter()
                    .map(|record| Request::get(path(record)))
                    .map(|request| if wave.strong { request.strong() } else { request });
                let answers = self.0.read_all_as::<T>(caller, requests.collect()).await?;
                for (record, answer) in chunk.iter().zip(answers) {
                    match answer {
                        Err(error) if error.is_not_found() => {}
                        answer => {
                            rows.insert((*record).clone(), answer.map(&read));
                        }
                    }
                }
            }
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_as_documented() {
        let answer: Shares = serde_json::from_str(
            r##"{"@odata.context":"x","PrincipalAccesses":[{"AccessMask":"ReadAccess, AppendToAccess",
            "Principal":{"@odata.type":"#Microsoft.Dynamics.CRM.team","ownerid":"00000000-0000-0000-0000-000000000007"}}]}"##,
        )
        .unwrap();
        let shares: Vec<Share> =
            answer.principal_accesses.into_iter().filter_map(PrincipalAccess::share).collect();
        let rights = [AccessRight::Read, AccessRight::AppendTo].into();
        assert_eq!(shares, [Share { principal: Principal::Team(Id::from_u128(7)), rights }]);
    }
}
