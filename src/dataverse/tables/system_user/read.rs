//! Finding users.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::SystemUserTable;
use super::row::{COLUMNS, ROLES, Row, SystemUser};
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{IDS_PER_QUERY, Query, are_one_of_texts, is_one_of};
use crate::dataverse::shared::{Loaded, Wave};
use crate::dataverse::tables::whole::whole;

impl SystemUserTable<'_> {
    /// The user of this id with its roles, or `None` when there is none or it was deleted. Users asked for at the same
    /// time share one request; see [`shared`](crate::dataverse::shared).
    ///
    /// # Errors
    /// Those of a query.
    pub async fn get(self, id: Id) -> Result<Option<Arc<SystemUser>>, Error> {
        self.0.shared().users.get(&id, |wave| self.load(wave)).await
    }

    /// As [`SystemUserTable::get`], but never from what was read before.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn get_fresh(self, id: Id) -> Result<Option<Arc<SystemUser>>, Error> {
        self.0.shared().users.get_fresh(&id, |wave| self.load(wave)).await
    }

    /// The application user of an Entra application; at most one is not deleted.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn by_application(self, application_id: Id) -> Result<Option<SystemUser>, Error> {
        Ok(self.of_application(application_id).await?.into_iter().find(|user| !user.is_deleted()))
    }

    /// The deleted row of an application, which blocks its re-creation until it is
    /// [purged](SystemUserTable::purge).
    ///
    /// # Errors
    /// Those of a query.
    pub async fn deleted_by_application(self, application_id: Id) -> Result<Option<SystemUser>, Error> {
        Ok(self.of_application(application_id).await?.into_iter().find(SystemUser::is_deleted))
    }

    /// The user of a person or application in Entra. Asks by `$filter`: the alternate key would add the person to the
    /// environment.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn by_entra_object(self, entra_object_id: Id) -> Result<Option<SystemUser>, Error> {
        let load = |wave| self.load_by(wave, "azureactivedirectoryobjectid", |user| user.entra_object_id);
        let rows = self.0.shared().users_by_entra_object.get(&entra_object_id, load).await?;
        Ok(rows.and_then(|rows| rows.iter().find(|user| !user.is_deleted()).cloned()))
    }

    /// As [`SystemUserTable::by_entra_object`], but never from what was read before: for those who wait for a person
    /// to appear.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn by_entra_object_fresh(self, entra_object_id: Id) -> Result<Option<SystemUser>, Error> {
        self.0.shared().users_by_entra_object.invalidate(&entra_object_id);
        let found = self.by_entra_object(entra_object_id).await?;
        self.appeared(found.as_slice());
        Ok(found)
    }

    /// All users of a domain name (UPN), whatever its case, that are not deleted. The name is mutable and no identity.
    /// Names asked for at the same time share one request; see [`shared`](crate::dataverse::shared).
    ///
    /// # Errors
    /// Those of a query.
    pub async fn by_domain_name(self, domain_name: &str) -> Result<Vec<SystemUser>, Error> {
        let load = |wave: Wave<String>| async move {
            let filters = are_one_of_texts("domainname", &wave.keys);
            let filters = filters.iter().map(|filter| format!("({filter}) and deletedstate eq 0")).collect();
            self.load_all(filters, wave.strong, |user| user.domain_name.as_deref().map(name_key)).await
        };
        let rows = self.0.shared().users_by_domain_name.get(&name_key(domain_name), load).await?;
        Ok(rows.map(|rows| rows.to_vec()).unwrap_or_default())
    }

    /// As [`SystemUserTable::by_domain_name`], but never from what was read before: for those who wait for a person
    /// to appear.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn by_domain_name_fresh(self, domain_name: &str) -> Result<Vec<SystemUser>, Error> {
        self.0.shared().users_by_domain_name.invalidate(&name_key(domain_name));
        let found = self.by_domain_name(domain_name).await?;
        self.appeared(&found);
        Ok(found)
    }

    /// Marks users that may have come after the whole table was read, which would vouch for their absence.
    fn appeared(self, users: &[SystemUser]) {
        for user in users {
            self.0.shared().users.invalidate(&user.id);
        }
    }

    /// The enabled people whose access mode is non-interactive, asked for once per process; an environment limits their
    /// number.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn non_interactive(self) -> Result<Arc<Vec<Id>>, Error> {
        let load = |strong| async move {
            let filter =
                "accessmode eq 4 and applicationid eq null and isdisabled eq false and deletedstate eq 0";
            let rows = self.rows(&users().filter(filter).strong_if(strong)).await?;
            Ok(rows.into_iter().map(|user| user.id).collect())
        };
        self.0.shared().non_interactive.get(load).await
    }

    /// All users that are not deleted, people and applications.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all(self) -> Result<Vec<SystemUser>, Error> {
        self.rows(&users().filter("deletedstate eq 0")).await
    }

    async fn of_application(self, application_id: Id) -> Result<Vec<SystemUser>, Error> {
        let load = |wave: Wave<Id>| async move {
            if wave.tries_whole() {
                let trial = self.whole("applicationid ne null", &wave).await?;
                if trial.whole {
                    return Ok(Loaded {
                        rows: grouped(trial.rows.into_values(), |user| user.application_id),
                        whole: true,
                        whole_refused: false,
                    });
                }
                let keyed = self.load_by(wave, "applicationid", |user| user.application_id).await?;
                return Ok(Loaded { whole_refused: true, ..keyed });
            }
            self.load_by(wave, "applicationid", |user| user.application_id).await
        };
        let rows = self.0.shared().users_by_application.get(&application_id, load).await?;
        Ok(rows.map(|rows| rows.to_vec()).unwrap_or_default())
    }

    async fn load(self, wave: Wave<Id>) -> Result<Loaded<Id, SystemUser>, Error> {
        let mut loaded = Loaded { rows: HashMap::new(), whole: false, whole_refused: false };
        if wave.tries_whole() {
            loaded = self.whole("deletedstate eq 0", &wave).await?;
        }
        if loaded.whole {
            return Ok(loaded);
        }
        let missing: Vec<Id> = wave.keys.iter().filter(|id| !loaded.rows.contains_key(id)).copied().collect();
        for chunk in missing.chunks(IDS_PER_QUERY) {
            let filter = format!("{} and deletedstate eq 0", is_one_of("systemuserid", chunk));
            let rows = self.rows(&users().filter(filter).strong_if(wave.strong)).await?;
            loaded.rows.extend(rows.into_iter().map(|user| (user.id, user)));
        }
        Ok(loaded)
    }

    async fn whole(self, filter: &str, wave: &Wave<Id>) -> Result<Loaded<Id, SystemUser>, Error> {
        let query = users().filter(filter).strong_if(wave.strong);
        let trial = whole::<_, Row>(self.0, query, wave).await?;
        let rows = trial.rows.into_iter().map(SystemUser::from).map(|user| (user.id, user)).collect();
        Ok(Loaded { rows, whole: trial.whole, whole_refused: !trial.whole })
    }

    async fn load_by(
        self,
        wave: Wave<Id>,
        column: &str,
        key: impl Fn(&SystemUser) -> Option<Id>,
    ) -> Result<Loaded<Id, Vec<SystemUser>>, Error> {
        let filters = wave.keys.chunks(IDS_PER_QUERY).map(|chunk| is_one_of(column, chunk)).collect();
        self.load_all(filters, wave.strong, key).await
    }

    /// The users of all filters, by key.
    async fn load_all<K: Eq + Hash>(
        self,
        filters: Vec<String>,
        strong: bool,
        key: impl Fn(&SystemUser) -> Option<K>,
    ) -> Result<Loaded<K, Vec<SystemUser>>, Error> {
        let mut rows = Vec::new();
        for filter in filters {
            rows.extend(self.rows(&users().filter(filter).strong_if(strong)).await?);
        }
        Ok(Loaded { rows: grouped(rows, key), whole: false, whole_refused: false })
    }

    async fn rows(self, query: &Query) -> Result<Vec<SystemUser>, Error> {
        let rows: Vec<Row> = self.0.rows(query).await?;
        Ok(rows.into_iter().map(SystemUser::from).collect())
    }
}

/// All users, with what a [`SystemUser`] is made of.
pub(super) fn users() -> Query {
    Query::of("systemusers").select(&COLUMNS).expand(ROLES)
}

/// What the service takes for the same name: it passes over case and spaces at the end.
pub(super) fn name_key(domain_name: &str) -> String {
    domain_name.trim_end().to_lowercase()
}

fn grouped<K: Eq + Hash>(
    users: impl IntoIterator<Item = SystemUser>,
    key: impl Fn(&SystemUser) -> Option<K>,
) -> HashMap<K, Vec<SystemUser>> {
    let mut groups: HashMap<K, Vec<SystemUser>> = HashMap::new();
    for user in users {
        if let Some(key) = key(&user) {
            groups.entry(key).or_default().push(user);
        }
    }
    groups
}
