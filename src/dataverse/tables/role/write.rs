//! Creating, changing and deleting roles.

use super::{COLUMNS, Inheritance, NewRole, Role, RoleChanges, RoleTable, Roles, Row};
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Query, row};
use crate::dataverse::tables::changes::Changes;

impl RoleTable<'_> {
    /// Creates a role. It starts with the privileges of
    /// [`DEFAULT_PRIVILEGES`](crate::dataverse::tables::default_privileges::DEFAULT_PRIVILEGES).
    ///
    /// # Errors
    /// [`ErrorKind::RoleNameTaken`](crate::dataverse::ErrorKind::RoleNameTaken) when the business unit has that name.
    pub async fn create(self, role: &NewRole) -> Result<(), Error> {
        let body = Changes::new()
            .set("roleid", role.id)
            .set("name", role.name.as_str())
            .lookup("businessunitid", "businessunits", Some(role.business_unit_id))
            .set("isinherited", role.inheritance.value())
            .set_some("description", role.description.as_deref())
            .set_some("appliesto", role.applies_to.as_deref());
        let mut request = Request::post("roles", body.into_value()).replayable();
        if let Some(solution) = &role.solution_unique_name {
            request = request.header("mscrm.solutionuniquename", solution.as_str());
        }
        let written = Written::to(self.0);
        let result = self.0.send(request).await.map(drop);
        let answered = result.is_ok();
        self.0.settle_create(result, "roles", "roleid", role.id).await?;
        let texts = [Some(&role.name), role.description.as_ref(), role.applies_to.as_ref()];
        match self.copies_below(role.business_unit_id) {
            Some(0) if answered && kept_as_sent(texts) => {
                written.show(|roles| roles.with(vec![original(role)]));
            }
            Some(copies) if answered => written.read_again(role.id, copies + 1).await,
            _ => {}
        }
        Ok(())
    }

    /// Changes a role; `id` must be the original.
    ///
    /// # Errors
    /// [`ErrorKind::InheritedRole`](crate::dataverse::ErrorKind::InheritedRole) for a copy.
    pub async fn update(self, id: Id, changes: &RoleChanges) -> Result<(), Error> {
        let body = Changes::new()
            .set_some("name", changes.name.as_deref())
            .set_some("description", changes.description.clone())
            .set_some("appliesto", changes.applies_to.clone())
            .set_some("isinherited", changes.inheritance.map(Inheritance::value));
        if body.is_empty() {
            return Ok(());
        }
        let written = Written::to(self.0);
        self.0.send(Request::patch(row("roles", id), body.into_value())).await?;
        let (description, applies_to) = (changes.description.as_ref(), changes.applies_to.as_ref());
        let texts = [
            changes.name.as_ref(),
            description.and_then(Option::as_ref),
            applies_to.and_then(Option::as_ref),
        ];
        if kept_as_sent(texts) {
            written.show(|roles| roles.with_changes(id, changes));
        }
        Ok(())
    }

    /// Deletes a role with its copies. A role that is gone is a success.
    ///
    /// # Errors
    /// [`ErrorKind::ProtectedRole`](crate::dataverse::ErrorKind::ProtectedRole) for roles of the platform.
    pub async fn delete(self, id: Id) -> Result<(), Error> {
        let written = Written::to(self.0);
        self.0.shared().role_privileges.invalidate(&id);
        match self.0.send(Request::delete(row("roles", id)).replayable()).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => {
                written.show(|roles| roles.without(id));
                Ok(())
            }
        }
    }

    /// Business units below this one, each of which has a copy of its roles; `None` when that is not known.
    fn copies_below(self, unit: Id) -> Option<usize> {
        let units = self.0.shared().business_units.peek()?;
        units.get(unit)?;
        Some(units.below(unit).len())
    }
}

/// A write of a role: when it is dropped, all roles are marked as changed, unless its outcome was put into what is
/// known of them.
struct Written {
    client: Client,
    settled: bool,
}

impl Written {
    fn to(client: &Client) -> Written {
        Written { client: client.clone(), settled: false }
    }

    /// Puts the outcome into what is known; `change` gives `None` when it does not fit there.
    fn show(mut self, change: impl FnOnce(&Roles) -> Option<Roles>) {
        self.client.shared().roles.change(change);
        self.settled = true;
    }

    /// Reads the role with its copies, of which there must be `wanted`, and puts them into what is known.
    async fn read_again(self, root: Id, wanted: usize) {
        if self.client.shared().roles.peek().is_none() {
            return;
        }
        let filter = format!("_parentrootroleid_value eq {root} and componentstate eq 0");
        let query = Query::of("roles").select(&COLUMNS).filter(filter).strong_if(true);
        // A failure leaves the roles marked, and the next reading meets it again if it lasts.
        if let Ok(rows) = self.client.rows::<Row>(&query).await
            && rows.len() == wanted
        {
            self.show(|roles| roles.with(rows.into_iter().map(Role::from).collect()));
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.settled {
            self.client.shared().roles.invalidate();
        }
    }
}

/// Whether the service keeps these texts as they are. It makes null of an empty one, and may trim others.
fn kept_as_sent(texts: [Option<&String>; 3]) -> bool {
    let kept = |text: &&String| !text.is_empty() && text.trim() == *text && !text.contains('\r');
    texts.iter().flatten().all(kept)
}

/// The row that creates `role` without copies leaves.
fn original(role: &NewRole) -> Role {
    Role {
        id: role.id,
        name: role.name.clone(),
        business_unit_id: role.business_unit_id,
        parent_role_id: None,
        root_role_id: role.id,
        description: role.description.clone(),
        applies_to: role.applies_to.clone(),
        inheritance: role.inheritance,
        is_managed: false,
        is_customizable: true,
        can_be_deleted: true,
        is_auto_assigned: false,
        template_id: None,
    }
}
