//! Where a person's user row comes from: found, waited for, or created.

use std::time::Duration;

use tf_provider::framework::{Context, Created, Diagnostic, Fault, Planning, Tf};

use super::{SystemUser, is, mode};
use crate::claims::{Aspect, Extent, claim, claim_new};
use crate::dataverse::tables::system_user::{AccessMode, NewUser, SystemUser as Row};
use crate::dataverse::{Error, Id};
use crate::provider::Api;
use crate::references;
use crate::resources::guards::{self, After};
use crate::resources::principal_roles;

/// How often to look for a person that Dataverse does not have yet: the first sync takes tens of seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The user of the person that `model` names.
pub(super) async fn find(api: &Api, model: &SystemUser, fresh: bool) -> Result<Option<Row>, Fault> {
    let users = api.client.system_users();
    if let Some(id) = model.entra_object_id.text() {
        let id = Id::parse(id)
            .map_err(|error| Fault::from(Diagnostic::error(format!("{error}.")).at("entra_object_id")))?;
        let found =
            if fresh { users.by_entra_object_fresh(id).await? } else { users.by_entra_object(id).await? };
        return Ok(found);
    }
    let name = model.domain_name.text().unwrap_or_default();
    let mut found =
        if fresh { users.by_domain_name_fresh(name).await? } else { users.by_domain_name(name).await? };
    if found.len() > 1 {
        let text =
            format!("{} users have the domain name \"{name}\". Use entra_object_id instead.", found.len());
        return Err(Diagnostic::error(text).at("domain_name").into());
    }
    Ok(found.pop())
}

/// Completes and checks a plan.
pub(super) async fn plan(api: &Api, plan: &mut Planning<SystemUser>) {
    let named = !plan.config.entra_object_id.is_unknown() && !plan.config.domain_name.is_unknown();
    let found = match &plan.prior {
        Some(prior) => match prior.id.text().and_then(|text| Id::parse(text).ok()) {
            Some(id) => api.client.system_users().get(id).await.map(|row| row.map(|row| Row::clone(&row))),
            None => Ok(None),
        }
        .map_err(Fault::from),
        None if named => find(api, &plan.config, false).await,
        None => Ok(None),
    };
    let found = match found {
        Ok(found) => found,
        Err(Fault::Failed(faults)) => return plan.diagnostics.extend(faults),
        Err(Fault::Gone) => None,
    };
    let creates = is(&plan.planned, "create") && !found.as_ref().is_some_and(is_left);
    if plan.prior.is_none() {
        plan_first(plan, found.as_ref(), creates);
    }
    plan_name(api, plan, found.as_ref()).await;
    let adopts_elsewhere = plan.prior.is_none() && !creates && plan.config.business_unit_id.is_null();
    let unit = if adopts_elsewhere {
        let unit = found.as_ref().map(|user| user.business_unit_id);
        plan.planned.business_unit_id = unit.map_or(Tf::Unknown, |unit| Tf::Known(unit.to_string()));
        unit
    } else {
        let wish = plan.config.business_unit_id.clone();
        references::plan_business_unit(api, plan, wish, |user| &mut user.business_unit_id).await
    };
    principal_roles::plan(api, plan, |user| &mut user.security_roles, unit, found.as_ref().map(Into::into))
        .await;
    if let Some(user) = found {
        let (key, shown) = (user.id.to_string(), format!("the user {}", user.id));
        claim(api, plan, "entra_object_id", (Aspect::Object, &key, Extent::All), &shown);
        principal_roles::claim(api, plan, |user| &user.security_roles, ("user", user.id));
        let roles = plan.planned.security_roles.clone();
        let after = After { enabled: plan.planned.enabled != Tf::Known(false), unit, roles: &roles };
        guards::user(api, plan, &user, after).await;
    }
}

/// Checks a plan that takes a user over or creates it.
fn plan_first(plan: &mut Planning<SystemUser>, found: Option<&Row>, creates: bool) {
    if plan.config.enabled.is_null() {
        plan.planned.enabled = Tf::Known(true);
    }
    match found {
        Some(user) if user.application_id.is_some() => plan.refuse("entra_object_id", NO_PERSON),
        Some(user) if creates && !plan.replaces(&[&user.id.to_string()]) => plan.refuse(
            "provisioning",
            format!(
                "The environment has this user already, with the id {}. Import it, or adopt it: provisioning = \"adopt\".",
                user.id
            ),
        ),
        // Somebody may have disabled the person for a reason.
        Some(user) if is(&plan.config, "create") && is_left(user) && !plan.replaces(&[&user.id.to_string()]) => {
            plan.diagnostics.push(
                Diagnostic::warning(
                    "A disabled user is taken up",
                    format!(
                        "The environment has a disabled user of this person, with the id {}, as a destroy leaves it. It becomes what \
                         this resource says instead of being made anew.",
                        user.id
                    ),
                )
                .at("provisioning"),
            );
        }
        _ => {}
    }
}

const NO_PERSON: &str = "This is an application user and no person. Use dataverse_application_user.";

/// A name is no key beside the object id: another name than the user's is a mistake, and no other user.
async fn plan_name(api: &Api, plan: &mut Planning<SystemUser>, found: Option<&Row>) {
    let (Some(name), Some(user)) = (plan.config.domain_name.text().map(ToOwned::to_owned), found) else {
        return;
    };
    let current = user.domain_name.clone().unwrap_or_default();
    if current.to_lowercase() == name.to_lowercase() {
        return;
    }
    let elsewhere = if plan.config.entra_object_id.is_null() {
        api.client
            .system_users()
            .by_domain_name(&name)
            .await
            .is_ok_and(|users| users.iter().any(|other| other.id != user.id))
    } else {
        false
    };
    if !elsewhere {
        let text = format!(
            "The user's name is \"{current}\" and not \"{name}\". Names change in Entra: write the present one, or leave it out \
             and name the person by entra_object_id."
        );
        plan.refuse("domain_name", text);
    }
}

/// The user of the person, as soon as Dataverse has it.
pub(super) async fn wait_for(api: &Api, context: &Context, plan: &SystemUser) -> Result<Row, Fault> {
    let mut fresh = false;
    loop {
        match find(api, plan, fresh).await? {
            Some(user) if user.application_id.is_some() => {
                return Err(Diagnostic::error(NO_PERSON).at("entra_object_id").into());
            }
            Some(user) => return Ok(user),
            None => {}
        }
        fresh = true;
        tracing::info!("waiting until Dataverse has the user");
        if let Err(fault) = context.wait(LOOK_AGAIN).await {
            return Err(not_there(context, plan, fault));
        }
    }
}

fn not_there(context: &Context, plan: &SystemUser, fault: Fault) -> Fault {
    if context.stop.is_requested() {
        return fault;
    }
    let (attribute, who) = match plan.entra_object_id.text() {
        Some(id) => ("entra_object_id", id),
        None => ("domain_name", plan.domain_name.text().unwrap_or_default()),
    };
    Diagnostic::error(format!(
            "The environment has no user for the person {who}. The person needs a licence and, where the environment has a \
             security group, membership in it; Dataverse then adds the user by itself, or an administrator does in the \
             Power Platform admin center. Raise timeouts.create if it only takes longer."
        ))
        .at(attribute)
        .into()
}

/// Claims all roles of a user that was not known to the plan, where they are managed.
pub(super) fn claim_roles(api: &Api, context: &Context, user: &SystemUser, id: Id) {
    if !user.security_roles.is_null() {
        claim_new(api, context, Aspect::Roles, &id.to_string());
    }
}

/// Whether a user is what a destroy with `on_destroy = "disable"` leaves: it is taken up again instead of made anew.
fn is_left(user: &Row) -> bool {
    user.is_disabled && user.application_id.is_none()
}

/// Whether the person has a user that [is left](is_left).
///
/// # Errors
/// Those of a query.
pub(super) async fn is_there(api: &Api, plan: &SystemUser) -> Result<bool, Fault> {
    Ok(find(api, plan, false).await?.as_ref().is_some_and(is_left))
}

/// Makes the row.
pub(super) async fn create(
    api: &Api,
    context: &Context,
    plan: SystemUser,
    created: &Created<SystemUser>,
) -> Result<SystemUser, Fault> {
    let units = api.client.business_units().all().await?;
    let unit = references::business_unit(&units, plan.business_unit_id.text().unwrap_or_default())?.id;
    let copies = principal_roles::wanted(api, unit, &plan.security_roles).await?;
    let text = |field: &Tf<String>| field.text().map(ToOwned::to_owned);
    let id = |field: &Tf<String>| field.text().and_then(|text| Id::parse(text).ok());
    let new = NewUser {
        id: Id::random(),
        business_unit_id: unit,
        access_mode: mode(&plan.access_mode).unwrap_or(AccessMode::ReadWrite),
        is_disabled: plan.enabled == Tf::Known(false),
        application_id: None,
        domain_name: text(&plan.domain_name),
        entra_object_id: id(&plan.entra_object_id),
        email: text(&plan.email).or_else(|| text(&plan.domain_name)),
        first_name: text(&plan.first_name),
        last_name: text(&plan.last_name),
        title: text(&plan.title),
        manager_id: id(&plan.manager_id),
    };
    let user = SystemUser { id: Tf::Known(new.id.to_string()), ..plan };
    claim_roles(api, context, &user, new.id);
    created.announce(user.clone());
    api.client.system_users().create(&new, &copies).await.map_err(|error| {
        crate::faults::not_created(created, &error);
        refused(&error)
    })?;
    Ok(user)
}

fn refused(error: &Error) -> Fault {
    if !error.is_duplicate() {
        return crate::faults::located(error, "security_roles");
    }
    let text = "The environment has this user already. Import it, or adopt it: provisioning = \"adopt\".";
    Diagnostic::error(text).at("provisioning").into()
}

/// The user that an import id names: a user id, an Entra object id or a UPN.
pub(super) async fn find_for_import(api: &Api, text: &str) -> Result<Id, Fault> {
    let users = api.client.system_users();
    if let Ok(id) = Id::parse(text) {
        if let Some(user) = users.get(id).await? {
            return Ok(user.id);
        }
        return users.by_entra_object(id).await?.map(|user| user.id).ok_or(Fault::Gone);
    }
    let model = SystemUser { domain_name: text.into(), ..SystemUser::default() };
    find(api, &model, false).await?.map(|user| user.id).ok_or_else(|| {
        let text =
            format!("No user has the name \"{text}\". Import a user by user id, UPN or Entra object id.");
        Diagnostic::error(text).into()
    })
}
