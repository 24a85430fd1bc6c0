//! What a user may do, from all its roles.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::access::Depth;
use super::role_privileges::RolePrivileges;
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Query, encode};

/// Privileges, each with the deepest level at which they are held.
pub type Held = BTreeMap<Id, Depth>;

/// Names per request: with about 50 encoded characters each, the URL stays far below the limit of 32,768.
const NAMES_PER_REQUEST: usize = 200;

/// Questions about the privileges of users.
#[derive(Debug, Clone, Copy)]
pub struct UserPrivilegeTable<'a>(&'a Client);

impl Client {
    /// Questions about the privileges of users.
    pub fn user_privileges(&self) -> UserPrivilegeTable<'_> {
        UserPrivilegeTable(self)
    }
}

impl UserPrivilegeTable<'_> {
    /// The caller's privileges, asked for once per process. What the caller holds through teams may be shown shallower
    /// than it is, or not at all ("RetrieveUserPrivileges function"): ask [`named`](Self::named) for those that are missing.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn of_caller(self) -> Result<Arc<Held>, Error> {
        let load = |_| async move {
            let caller = self.0.environment().who_am_i().await?.user_id;
            let path = format!("{}()", function(caller, "RetrieveUserPrivileges"));
            Ok(deepest([self.0.one::<RolePrivileges>(&Query::of(&path)).await?]))
        };
        self.0.shared().caller_privileges.get(load).await
    }

    /// Which of the privileges of these names the user holds, through teams as well.
    ///
    /// # Errors
    /// Those of a query; a name that does not exist is refused.
    pub async fn named(self, user: Id, names: &[&str]) -> Result<Held, Error> {
        let requests = names.chunks(NAMES_PER_REQUEST).map(|names| {
            let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            let list = encode(&format!("[{}]", names.join(",")));
            let function = function(user, "RetrieveUserSetOfPrivilegesByNames");
            Request::get(format!("{function}(PrivilegeNames=@p)?@p={list}"))
        });
        let answers: Vec<Result<RolePrivileges, Error>> = self.0.read_all(requests.collect()).await?;
        Ok(deepest(answers.into_iter().collect::<Result<Vec<_>, Error>>()?))
    }
}

fn function(user: Id, name: &str) -> String {
    format!("systemusers({user})/Microsoft.Dynamics.CRM.{name}")
}

fn deepest(answers: impl IntoIterator<Item = RolePrivileges>) -> Held {
    let mut held = Held::new();
    for grant in answers.into_iter().flat_map(Vec::from) {
        let depth = held.entry(grant.privilege_id).or_insert(grant.depth);
        *depth = (*depth).max(grant.depth);
    }
    held
}
