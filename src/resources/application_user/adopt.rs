//! An application user that is there already: taken over when the configuration says so, else refused.

use tf_provider::framework::{Context, Fault, Planning, Tf};

use super::{ApplicationUser, change};
use crate::dataverse::tables::system_user::SystemUser as Row;
use crate::dataverse::{Error, Id};
use crate::provider::Api;

/// The user that a plan changes: the one in the state, or one that is to be taken over.
pub(super) async fn present(api: &Api, plan: &mut Planning<ApplicationUser>) -> Option<Row> {
    match look(api, plan).await {
        Ok(row) => row,
        Err(error) => {
            plan.diagnostics.push(crate::faults::diagnostic(&error));
            None
        }
    }
}

async fn look(api: &Api, plan: &mut Planning<ApplicationUser>) -> Result<Option<Row>, Error> {
    let users = api.client.system_users();
    if let Some(prior) = &plan.prior {
        return match prior.id.text().and_then(|id| Id::parse(id).ok()) {
            Some(id) => Ok(users.get(id).await?.map(|row| Row::clone(&row))),
            None => Ok(None),
        };
    }
    let application = plan.planned.application_id.text().and_then(|id| Id::parse(id).ok());
    let Some(application) = application else { return Ok(None) };
    let Some(user) = users.by_application(application).await? else { return Ok(None) };
    if plan.replaces(&[&user.id.to_string()]) {
        return Ok(None);
    }
    if plan.config.adopt_existing == Tf::Known(true) {
        if plan.config.on_destroy.is_null() {
            plan.planned.on_destroy = "abandon".into();
        }
        return Ok(Some(user));
    }
    plan.refuse(
        "application_id",
        format!(
            "The environment has an application user for the application {application} already. Import it with the id \
             {application}, or set adopt_existing = true to take it over; its user id is {}.",
            user.id
        ),
    );
    Ok(None)
}

/// Whether it shows only in the apply whether there is a user to take over.
pub(super) fn is_open(plan: &Planning<ApplicationUser>, row: Option<&Row>) -> bool {
    let adopts = !plan.config.adopt_existing.is_null() && plan.config.adopt_existing != Tf::Known(false);
    plan.prior.is_none() && row.is_none() && adopts
}

/// What depends on whether a user is taken over is not promised.
pub(super) fn leave_open(plan: &mut Planning<ApplicationUser>) {
    if plan.config.on_destroy.is_null() {
        plan.planned.on_destroy = Tf::Unknown;
    }
    if plan.config.business_unit_id.is_null() {
        plan.planned.business_unit_id = Tf::Unknown;
    }
}

/// The plan of a user that is created, with what was left open.
///
/// # Errors
/// When the business units cannot be read.
pub(super) async fn settled(api: &Api, plan: ApplicationUser) -> Result<ApplicationUser, Fault> {
    let business_unit_id = match plan.business_unit_id {
        Tf::Unknown => api.client.business_units().all().await?.root().map(|unit| unit.id.to_string()).into(),
        known => known,
    };
    let on_destroy = if plan.on_destroy.is_unknown() { "delete".into() } else { plan.on_destroy };
    Ok(ApplicationUser { business_unit_id, on_destroy, ..plan })
}

/// Brings the user to what `plan` says.
///
/// # Errors
/// When the service refuses.
pub(super) async fn take_over(
    api: &Api,
    context: &Context,
    mut plan: ApplicationUser,
    user: &Row,
) -> Result<ApplicationUser, Fault> {
    if plan.business_unit_id.is_unknown() {
        plan.business_unit_id = Tf::Known(user.business_unit_id.to_string());
    }
    if plan.on_destroy.is_unknown() {
        plan.on_destroy = "abandon".into();
    }
    change(api, context, user.id, &plan).await?;
    Ok(ApplicationUser { id: Tf::Known(user.id.to_string()), ..plan })
}
