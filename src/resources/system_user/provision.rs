//! Where a person's user row comes from: found, waited for, or created.

use std::time::Duration;

use tf_provider::framework::{Context, Created, Diagnostic, Fault, Planning, Tf};

use super::{SystemUser, mode};
use crate::dataverse::tables::system_user::{AccessMode, NewUser, SystemUser as Row};
use crate::dataverse::{Error, Id};
use crate::provider::Api;
use crate::references;
use crate::resources::principal_roles;

/// How often to look for a person that Dataverse does not have yet: the first sync takes tens of seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The user of the person that `model` names.
async fn find(api: &Api, model: &SystemUser, fresh: bool) -> Result<Option<Row>, Fault> {
    let users = api.client.system_users();
    if let Some(id) = model.entra_object_id.text() {
        let id = Id::parse(id)
            .map_err(|error| Fault::from(Diagnostic::error(format!("{error}.")).at("entra_object_id")))?;
        let found =
            if fresh { users.by_entra_object_fresh(id).await? } else { users.by_entra_object(id).await? };
        return Ok(found);
    }
    let name = model.domain_name.text().unwrap_or_default();
    let mut found = users.by_domain_name(name).await?;
    if found.len() > 1 {
        let text =
            format!("{} users have the domain name \"{name}\". Use entra_object_id instead.", found.len());
        return Err(Diagnostic::error(text).at("domain_name").into());
    }
    Ok(found.pop())
}

/// Completes and checks a plan.
pub(super) async fn plan(api: &Api, plan: &mut Planning<SystemUser>) {
    let creates = plan.planned.provisioning.text().is_some_and(|word| word.eq_ignore_ascii_case("create"));
    let named = !plan.config.entra_object_id.is_unknown() && !plan.config.domain_name.is_unknown();
    let found = if plan.prior.is_none() && named {
        match find(api, &plan.config, false).await {
            Ok(found) => found,
            Err(Fault::Failed(faults)) => return plan.diagnostics.extend(faults),
            Err(Fault::Gone) => None,
        }
    } else {
        None
    };
    match &found {
        Some(user) if creates => plan.refuse(
            "provisioning",
            format!(
                "The environment has this user already, with the id {}. Adopt it: provisioning = \"adopt\".",
                user.id
            ),
        ),
        Some(user) if user.application_id.is_some() => plan.refuse(
            "entra_object_id",
            "This is an application user and no person. Use dataverse_application_user.".to_owned(),
        ),
        _ => {}
    }
    let adopts_elsewhere = plan.prior.is_none() && !creates && plan.config.business_unit_id.is_null();
    let unit = if adopts_elsewhere {
        let unit = found.as_ref().map(|user| user.business_unit_id);
        plan.planned.business_unit_id = unit.map_or(Tf::Unknown, |unit| Tf::Known(unit.to_string()));
        unit
    } else {
        let wish = plan.config.business_unit_id.clone();
        references::plan_business_unit(api, plan, wish, |user| &mut user.business_unit_id).await
    };
    let roles = plan.planned.security_roles.clone();
    references::plan_roles(api, plan, "security_roles".into(), &roles, unit).await;
}

/// The user of the person, as soon as Dataverse has it.
pub(super) async fn wait_for(api: &Api, context: &Context, plan: &SystemUser) -> Result<Row, Fault> {
    let mut fresh = false;
    loop {
        if let Some(user) = find(api, plan, fresh).await? {
            return Ok(user);
        }
        fresh = true;
        tracing::info!("waiting until Dataverse has the user");
        if let Err(fault) = context.wait(LOOK_AGAIN).await {
            return Err(not_there(plan, fault));
        }
    }
}

fn not_there(plan: &SystemUser, fault: Fault) -> Fault {
    let Fault::Failed(mut faults) = fault else { return fault };
    let (attribute, who) = match plan.entra_object_id.text() {
        Some(id) => ("entra_object_id", id),
        None => ("domain_name", plan.domain_name.text().unwrap_or_default()),
    };
    faults.push(
        Diagnostic::error(format!(
            "The environment has no user for the person {who}. The person needs a licence and, where the environment has a \
             security group, membership in it; Dataverse then adds the user by itself, or an administrator does in the \
             Power Platform admin center. Raise timeouts.create if it only takes longer."
        ))
        .at(attribute),
    );
    faults.into()
}

/// Makes the row.
pub(super) async fn create(
    api: &Api,
    plan: SystemUser,
    created: &Created<SystemUser>,
) -> Result<SystemUser, Fault> {
    let units = api.client.business_units().all().await?;
    let unit = references::business_unit(&units, plan.business_unit_id.text().unwrap_or_default())?.id;
    let roles = api.client.roles().all().await?;
    let copies: Vec<Id> = references::copies(&roles, &principal_roles::names(&plan.security_roles), unit)?
        .into_iter()
        .collect();
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
    created.expect(user.clone());
    api.client.system_users().create(&new, &copies).await.map_err(refused)?;
    Ok(user)
}

fn refused(error: Error) -> Fault {
    if error.is_duplicate() {
        let text = "The environment has this user already. Adopt it: provisioning = \"adopt\".";
        return Diagnostic::error(text).at("provisioning").into();
    }
    error.into()
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
