//! Creating, changing and deleting users.

use serde::Deserialize;
use serde_json::Value;

use super::SystemUserTable;
use super::read::{name_key, users};
use super::row::{NewUser, Row, SystemUser};
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Query, row};
use crate::dataverse::shared::{Afterwards, Moment};
use crate::dataverse::tables::changes::Changes;
use crate::dataverse::tables::pairs::{is_settled, unpairing};

/// Attempts at a deletion whose answer was lost; each is preceded by a look at the row.
const DELETE_ATTEMPTS: u32 = 3;

impl SystemUserTable<'_> {
    /// Creates a user with its roles: all or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::UserExists`](crate::dataverse::ErrorKind::UserExists),
    /// [`ErrorKind::ApplicationUnknown`](crate::dataverse::ErrorKind::ApplicationUnknown),
    /// [`ErrorKind::WrongBusinessUnit`](crate::dataverse::ErrorKind::WrongBusinessUnit) and others.
    pub async fn create(self, user: &NewUser, roles: &[Id]) -> Result<(), Error> {
        // A disabled user cannot be given roles, so it is disabled at the end.
        let disable_last = user.is_disabled && !roles.is_empty();
        let columns = user.columns(user.is_disabled && !disable_last);
        let mut operations = vec![Request::post("systemusers", columns.into_value()).replayable()];
        operations.extend(roles.iter().map(|role| self.assignment(user.id, *role)));
        if disable_last {
            let last = switched(true, user.application_id);
            operations.push(Request::patch(row("systemusers", user.id), last.into_value()));
        }
        let touched = Touched {
            application_id: user.application_id,
            entra_object_id: user.entra_object_id,
            domain_name: user.domain_name.as_deref().map(name_key),
        };
        let mut changing = self.changing(user.id, touched);
        let shown = users().key(user.id);
        let (result, row) = self.0.change_set_reading::<Row>(operations, &shown).await;
        if let Some(row) = row {
            changing.shows(row.into());
        }
        // The service fills in Entra id and name of an application user, so any that was absent may be the new one's.
        self.0.shared().users_by_entra_object.invalidate_absent();
        self.0.shared().users_by_domain_name.invalidate_absent();
        self.0.settle_create(result, "systemusers", "systemuserid", user.id).await
    }

    /// Changes columns, then adds roles, then removes roles: all or nothing, so that the user is never without a role
    /// in between. A change of business unit takes all roles away before the new ones are added.
    ///
    /// Roles that are there already, or gone already, are no error. A disabled user takes roles only where a setting of
    /// the organization allows it; elsewhere it is enabled first and disabled at the end.
    ///
    /// # Errors
    /// [`ErrorKind::WrongBusinessUnit`](crate::dataverse::ErrorKind::WrongBusinessUnit),
    /// [`ErrorKind::LastAdministrator`](crate::dataverse::ErrorKind::LastAdministrator) and others.
    pub async fn update(self, id: Id, mut changes: Changes, add: &[Id], remove: &[Id]) -> Result<(), Error> {
        let domain_name = changes.0.get("domainname").and_then(Value::as_str).map(name_key);
        let switches = changes.0.contains_key("isdisabled");
        let user = if switches || !add.is_empty() { self.get(id).await? } else { None };
        let application_id = user.as_ref().and_then(|user| user.application_id);
        if let (true, Some(application_id)) = (switches, application_id) {
            // An application user is enabled and disabled only when its application id goes along.
            changes = changes.set("applicationid", application_id);
        }
        let mut last = disabling(&mut changes, application_id, !add.is_empty());
        let is_disabled = user.is_some_and(|user| user.is_disabled) && !changes.0.contains_key("isdisabled");
        let opens = is_disabled && !add.is_empty() && !self.takes_roles_while_disabled().await;
        let mut first = Changes::new();
        if opens {
            first = switched(false, application_id);
            last = switched(true, application_id);
        }
        let patch = |changes: Changes| {
            (!changes.is_empty()).then(|| Request::patch(row("systemusers", id), changes.into_value()))
        };
        let mut operations: Vec<Request> = patch(first).into_iter().chain(patch(changes)).collect();
        operations.extend(add.iter().map(|role| self.assignment(id, *role)));
        operations.extend(remove.iter().map(|role| unassignment(id, *role)));
        operations.extend(patch(last));
        let _changed = self.changing(id, Touched { application_id, domain_name, ..Touched::default() });
        match self.0.change_set(operations.clone()).await {
            // A pair that was there or gone fails the whole set; one by one it does not matter.
            Err(error) if (error.is_duplicate() || error.is_not_found()) && operations.len() > 1 => {
                // Who was enabled for this only is disabled again, whatever fails in between.
                let closing = if opens { operations.pop() } else { None };
                let result = self.0.send_settled(operations).await;
                let closed = self.0.send_settled(closing.into_iter().collect()).await;
                result.and(closed)
            }
            Err(error) if is_settled(&error, &operations) => Ok(()),
            result => result,
        }
    }

    /// Gives a user a role (the id of the copy). A role that is there already is a success.
    ///
    /// # Errors
    /// [`ErrorKind::WrongBusinessUnit`](crate::dataverse::ErrorKind::WrongBusinessUnit),
    /// [`ErrorKind::ElevationRefused`](crate::dataverse::ErrorKind::ElevationRefused) and others.
    pub async fn assign_role(self, user: Id, role: Id) -> Result<(), Error> {
        let _changed = self.changing(user, Touched::default());
        self.0.send_settled(vec![self.assignment(user, role)]).await
    }

    /// Takes a role (the id of the copy) away from a user. A role that is gone already is a success.
    ///
    /// # Errors
    /// [`ErrorKind::LastAdministrator`](crate::dataverse::ErrorKind::LastAdministrator) and others.
    pub async fn unassign_role(self, user: Id, role: Id) -> Result<(), Error> {
        let _changed = self.changing(user, Touched::default());
        self.0.send_settled(vec![unassignment(user, role)]).await
    }

    /// Disables a user and removes it for good, all or nothing in one request. Returns whether that was done: who cannot be
    /// removed so can be [disabled](SystemUserTable::update), [deleted](SystemUserTable::delete) and
    /// [purged](SystemUserTable::purge) step by step, with a better message when one of the steps is refused.
    ///
    /// # Errors
    /// That the user interrupted.
    pub async fn remove(self, user: &SystemUser) -> Result<bool, Error> {
        let _changed = self.changing(user.id, Touched::default());
        let _left = self.leaving(user.id);
        let path = row("systemusers", user.id);
        let disabled = switched(true, user.application_id);
        let disable = (!user.is_disabled && !user.is_deleted())
            .then(|| Request::patch(path.clone(), disabled.into_value()));
        let times = if user.is_deleted() { 1 } else { 2 };
        let deletes = std::iter::repeat_n(Request::delete(path).replayable(), times);
        match self.0.change_set(disable.into_iter().chain(deletes).collect()).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_interruption() => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// Deletes a user once: the row stays as a deleted one, disabled and without roles. A user that is gone is a
    /// success. An application user must be disabled first.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn delete(self, id: Id) -> Result<(), Error> {
        self.delete_until(id, |state| state != Some(0)).await
    }

    /// Removes a deleted row for good, which frees its application id. A row that is gone is a success.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn purge(self, id: Id) -> Result<(), Error> {
        self.delete_until(id, |state| state.is_none()).await
    }

    /// Deletes, and looks at the row when an answer was lost: a second DELETE means something else than the first.
    async fn delete_until(self, id: Id, done: impl Fn(Option<i32>) -> bool) -> Result<(), Error> {
        let _changed = self.changing(id, Touched::default());
        let _left = self.leaving(id);
        let mut attempt = 1;
        loop {
            let error = match self.0.send(Request::delete(row("systemusers", id))).await {
                Ok(_) => return Ok(()),
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) => error,
            };
            if !error.is_unclear() || attempt >= DELETE_ATTEMPTS {
                return Err(error);
            }
            if done(self.deleted_state(id).await?) {
                return Ok(());
            }
            attempt += 1;
        }
    }

    async fn deleted_state(self, id: Id) -> Result<Option<i32>, Error> {
        #[derive(Deserialize)]
        struct State {
            deletedstate: Option<i32>,
        }
        let query =
            Query::of(row("systemusers", id)).select(&["systemuserid", "deletedstate"]).strong_if(true);
        Ok(self.0.find::<State>(&query).await?.map(|state| state.deletedstate.unwrap_or_default()))
    }

    /// Whether a setting lets disabled users be given roles; a setting that cannot be read is off, as by default.
    async fn takes_roles_while_disabled(self) -> bool {
        self.0.environment().settings().await.is_ok_and(|settings| settings.roles_for_disabled_users)
    }

    fn assignment(self, user: Id, role: Id) -> Request {
        self.0.role_pairing(&roles_of(user), role)
    }

    /// A user under removal: when that ends, the teams that it was in are marked as changed.
    fn leaving(self, id: Id) -> impl Drop {
        let client = self.0.clone();
        Afterwards(move || {
            client.shared().team_members.invalidate_where(|members| members.contains(&id));
        })
    }

    fn changing(self, id: Id, touched: Touched) -> Changing {
        let began = self.0.shared().users.moment();
        Changing { client: self.0.clone(), id, touched, began, shown: false }
    }
}

/// A write under way: when it ends, however it ends, all that shows the user is marked as changed.
struct Changing {
    client: Client,
    id: Id,
    touched: Touched,
    began: Moment,
    shown: bool,
}

impl Changing {
    /// Puts in the row as it was read right after the write.
    fn shows(&mut self, row: SystemUser) {
        self.client.shared().users.learn(self.id, row, self.began);
        self.shown = true;
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        let (shared, touched) = (self.client.shared(), &self.touched);
        shared.user_changed(self.id);
        if !self.shown {
            shared.users.invalidate(&self.id);
        }
        if let Some(id) = touched.application_id {
            shared.users_by_application.invalidate(&id);
        }
        if let Some(id) = touched.entra_object_id {
            shared.users_by_entra_object.invalidate(&id);
        }
        if let Some(name) = &touched.domain_name {
            shared.users_by_domain_name.invalidate(name);
        }
    }
}

/// Keys under which a write may have made a user appear, besides those under which it is known.
#[derive(Default)]
struct Touched {
    application_id: Option<Id>,
    entra_object_id: Option<Id>,
    domain_name: Option<String>,
}

fn roles_of(user: Id) -> String {
    format!("systemusers({user})/systemuserroles_association")
}

fn unassignment(user: Id, role: Id) -> Request {
    unpairing(&roles_of(user), role)
}

/// Parts off what disables the user, if roles are to be added, since a disabled user takes none.
fn disabling(changes: &mut Changes, application_id: Option<Id>, adds_roles: bool) -> Changes {
    if !adds_roles || changes.0.get("isdisabled") != Some(&Value::Bool(true)) {
        return Changes::new();
    }
    changes.0.remove("isdisabled");
    changes.0.remove("applicationid");
    switched(true, application_id)
}

/// Enables or disables a user; an application user only follows when its application id goes along.
fn switched(is_disabled: bool, application_id: Option<Id>) -> Changes {
    Changes::new().set("isdisabled", is_disabled).set_some("applicationid", application_id)
}
