//! What this process changed lately, and the service may not know everywhere yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Method;
use tokio::time::Instant;

use super::request::{Body, Request};
use crate::dataverse::error::ErrorKind;
use crate::dataverse::id::Id;

/// The caches of the service for permissions and metadata are up to 30 s old ("Query data using the Web API", strong
/// consistency), and a new row may be missing for as long where it is read from a replica.
const LAG: Duration = Duration::from_secs(35);

/// Rows that were created and permissions that were changed.
#[derive(Default)]
pub(in crate::dataverse) struct Recent(Mutex<Changes>);

#[derive(Default)]
struct Changes {
    created: HashMap<Id, Instant>,
    permissions: Option<Instant>,
}

impl Recent {
    /// Notes a row that was created.
    pub(in crate::dataverse) fn created(&self, id: Id) {
        let mut changes = self.lock();
        changes.created.retain(|_, when| when.elapsed() < LAG);
        changes.created.insert(id, Instant::now());
    }

    /// Whether this process created the row a short while ago.
    pub(in crate::dataverse) fn is_created(&self, id: Id) -> bool {
        self.lock().created.get(&id).is_some_and(|when| when.elapsed() < LAG)
    }

    /// Notes a write that was carried out.
    pub(in crate::dataverse) fn written(&self, request: &Request) {
        let path = &request.path;
        if changes_permissions(path) {
            self.lock().permissions = Some(Instant::now());
        }
        if request.method == Method::DELETE && path.ends_with(')') {
            self.lock().created.retain(|id, _| !path.contains(&id.to_string()));
        }
    }

    /// Until when a refusal of `requests` may be due to a cache that does not show an own change yet: a permission that this
    /// process gave, a row that it created.
    pub(in crate::dataverse) fn explains(&self, kind: &ErrorKind, requests: &[Request]) -> Option<Instant> {
        let changes = self.lock();
        let when = match kind {
            ErrorKind::Denied { .. } | ErrorKind::PrincipalDenied { .. } | ErrorKind::NoRoles => {
                changes.permissions
            }
            ErrorKind::NotFound { .. } => {
                let mentioned = |id: &Id| {
                    let id = id.to_string();
                    requests.iter().any(|request| request.mentions(&id))
                };
                changes.created.iter().filter(|(id, _)| mentioned(id)).map(|(_, when)| *when).max()
            }
            _ => None,
        };
        when.map(|when| when + LAG).filter(|until| *until > Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Roles given to users and teams, privileges of roles, members of teams.
fn changes_permissions(path: &str) -> bool {
    ["roles_association", "PrivilegesRole", "PrivilegeRole", "MembersTeam", "teammembership_association"]
        .iter()
        .any(|part| path.contains(part))
}

impl Request {
    /// Whether an id stands in the path or the body.
    fn mentions(&self, id: &str) -> bool {
        self.path.contains(id)
            || match &self.body {
                Body::None => false,
                Body::Json(value) => value.to_string().contains(id),
                Body::Multipart { text, .. } => text.contains(id),
            }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn absent() -> ErrorKind {
        ErrorKind::NotFound { message: String::new() }
    }

    fn denied() -> ErrorKind {
        ErrorKind::Denied { privilege: None, message: String::new() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_row_of_our_own_may_be_missing_for_a_while_wherever_it_is_named() {
        let (recent, id) = (Recent::default(), Id::from_u128(7));
        recent.created(id);
        let named = [
            Request::get(format!("roles({id})")),
            Request::post("systemusers(1)/systemuserroles_association/$ref", json!({ "@odata.id": id })),
        ];
        for request in &named {
            assert!(recent.explains(&absent(), std::slice::from_ref(request)).is_some());
            assert!(recent.explains(&denied(), std::slice::from_ref(request)).is_none());
        }
        assert!(recent.explains(&absent(), &[Request::get("roles(1)")]).is_none());
        tokio::time::advance(LAG).await;
        assert!(recent.explains(&absent(), &named).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_row_that_we_deleted_is_gone() {
        let (recent, id) = (Recent::default(), Id::from_u128(7));
        recent.created(id);
        recent.written(&Request::delete(format!("roles({id})")));
        assert!(recent.explains(&absent(), &[Request::get(format!("roles({id})"))]).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_may_be_out_of_date_after_own_changes_of_permissions_only() {
        let recent = Recent::default();
        recent.written(&Request::patch("systemusers(1)", json!({})));
        assert!(recent.explains(&denied(), &[Request::get("accounts")]).is_none());
        recent.written(&Request::post("roles(1)/Microsoft.Dynamics.CRM.AddPrivilegesRole", json!({})));
        assert!(recent.explains(&denied(), &[Request::get("accounts")]).is_some());
        tokio::time::advance(LAG).await;
        assert!(recent.explains(&denied(), &[Request::get("accounts")]).is_none());
    }
}
