//! `dataverse_role_privileges`: all privileges of a security role.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Path, Planning, Resource, Tf, Value, computed,
    optional, optional_computed, required,
};

use super::role_guards;
use super::role_plan::{self, Named};
use crate::claims::Extent;
use crate::dataverse::tables::Depth;
use crate::dataverse::tables::catalogue::Catalogue;
use crate::dataverse::tables::default_privileges::{is_default, survives_replace};
use crate::dataverse::tables::role::Role;
use crate::dataverse::tables::role_privileges::Grant;
use crate::dataverse::{Error, Id};
use crate::privileges::matrix::{self, Maps, Wish};
use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Authoritative for all privileges of one security role: what is not listed is taken away.
    ///
    /// Privileges of tables are written by table and right, others by name. Levels are `user`, `business_unit`,
    /// `parent_child_business_unit` and `organization`; the API's `Basic`, `Local`, `Deep` and `Global` mean the same.
    /// Each apply changes the role with one request. A destroy leaves the role with the privileges that every new role has.
    ///
    /// The deploying identity needs `prvReadRole`, `prvWriteRole`, `prvReadEntity` and every privilege that it gives.
    pub struct RolePrivileges {
        /// Id of the role.
        id: Tf<String> => computed().follows(&["role_id"]),
        /// The role, by id or name.
        role_id: Tf<String> => required().replaces().equivalent(terms::same_text),
        /// Privileges on tables: logical name of the table, then right, then level. Rights are `create`, `read`, `write`,
        /// `delete`, `append`, `append_to`, `assign` and `share`.
        tables: Tf<BTreeMap<String, Tf<BTreeMap<String, Tf<String>>>>> => optional()
            .equivalent(terms::same_levels)
            .check(matrix::rights()),
        /// Other privileges: name, then level.
        privileges: Tf<BTreeMap<String, Tf<String>>> => optional()
            .equivalent(terms::same_levels)
            .check(matrix::levels()),
        /// Leave alone the nine privileges that Dataverse gives to every new role, unless they are listed. Default `true`.
        /// With `false` they are taken away when not listed.
        include_default_privileges: Tf<bool> => optional_computed().default(Value::Bool(true)),
    }
}

impl RolePrivileges {
    fn maps(&self) -> Maps<'_> {
        (&self.tables, &self.privileges)
    }
}

/// The resource.
pub struct RolePrivilegesResource;

impl Resource for RolePrivilegesResource {
    const TYPE: &'static str = "dataverse_role_privileges";
    type Api = Api;
    type Model = RolePrivileges;

    async fn plan(api: &Api, plan: &mut Planning<RolePrivileges>) {
        let (catalogue, roles) = match (catalogue(api, &plan.planned).await, api.client.roles().all().await) {
            (Ok(catalogue), Ok(roles)) => (catalogue, roles),
            (Err(error), _) | (_, Err(error)) => {
                return plan.diagnostics.push(crate::faults::diagnostic(&error));
            }
        };
        let wish = Wish::read(&catalogue, plan.planned.maps(), &mut plan.diagnostics);
        let before = match &plan.prior {
            Some(prior) => Wish::read(&catalogue, prior.maps(), &mut Diagnostics::new()).grants,
            None => BTreeMap::new(),
        };
        role_guards::granted(api, plan, &catalogue, "privileges", (&before, &wish.grants)).await;
        let prior = plan.prior.as_ref().and_then(|prior| Id::parse(prior.id.text()?).ok());
        let role_id = plan.planned.role_id.clone();
        role_plan::claim(api, plan, &roles, &role_id, Extent::All);
        let role = match role_plan::named(api, &roles, &role_id, prior) {
            Ok(Named::Role(role)) => role,
            Ok(Named::Renamed(role)) => {
                plan.planned.id = Tf::Known(role.id.to_string());
                plan.in_place.push("role_id".into());
                return;
            }
            Ok(Named::Replaced) => {
                plan.planned.id = Tf::Unknown;
                plan.replace.push("id".into());
                return;
            }
            Ok(Named::Later) => return,
            Err(unresolved) => return plan.refuse("role_id", unresolved.text()),
        };
        references::keep_spelling(
            plan,
            |model| &mut model.role_id,
            |before| references::role(&roles, before, None).is_ok_and(|before| before.id == role.id),
        );
        keep_places(plan, &catalogue, &wish);
        if prior == Some(role.id) {
            plan.in_place.push("role_id".into());
        }
        if plan.planned.id.is_unknown() {
            plan.planned.id = Tf::Known(role.id.to_string());
        }
        role_plan::check_change(plan, role, &role_id);
        if !wish.is_incomplete {
            let lost = before.keys().filter(|id| !wish.grants.contains_key(id));
            match role_guards::taken(api, &catalogue, role, lost).await {
                Ok(None) => {}
                Ok(Some(text)) => plan.refuse("role_id", text),
                Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
            }
        }
        if plan.prior.is_none() && plan.diagnostics.is_empty() {
            match api.client.role_privileges().get(role.id).await {
                Ok(held) => plan_first(plan, role, &wish, held.as_deref().map_or(&[][..], Vec::as_slice)),
                Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
            }
        }
    }

    async fn plan_destroy(api: &Api, prior: RolePrivileges) -> Diagnostics {
        let refused = async {
            let catalogue = catalogue(api, &prior).await?;
            let roles = api.client.roles().all().await?;
            let role = prior.id.text().and_then(|id| roles.get(Id::parse(id).ok()?));
            let held = Wish::read(&catalogue, prior.maps(), &mut Diagnostics::new()).grants;
            match role {
                Some(role) => role_guards::taken(api, &catalogue, role, held.keys()).await,
                None => Ok(None),
            }
        };
        match refused.await {
            Ok(None) => Diagnostics::new(),
            Ok(Some(text)) => Diagnostic::error(text).into(),
            Err(error) => crate::faults::diagnostic(&error).into(),
        }
    }

    async fn create(
        api: &Api,
        context: &Context,
        plan: RolePrivileges,
        _: &Created<RolePrivileges>,
    ) -> Result<RolePrivileges, Fault> {
        let roles = api.client.roles().all().await?;
        let role = references::role(&roles, plan.role_id.text().unwrap_or_default(), None)?;
        let plan = RolePrivileges { id: Tf::Known(role.id.to_string()), ..plan };
        Self::update(api, context, RolePrivileges::default(), plan).await
    }

    async fn read(api: &Api, _: &Context, state: RolePrivileges) -> Result<RolePrivileges, Fault> {
        let id = references::id(&state.id, "id")?;
        let catalogue = catalogue(api, &state).await?;
        let held = api.client.role_privileges().get(id).await?.ok_or(Fault::Gone)?;
        let defaults = state.include_default_privileges != Tf::Known(false);
        let (tables, privileges) = matrix::write(&catalogue, state.maps(), &held, defaults);
        let role_id = if state.role_id.is_null() { Tf::Known(id.to_string()) } else { state.role_id };
        Ok(RolePrivileges {
            id: Tf::Known(id.to_string()),
            role_id,
            tables,
            privileges,
            include_default_privileges: Tf::Known(defaults),
        })
    }

    async fn update(
        api: &Api,
        _: &Context,
        _: RolePrivileges,
        plan: RolePrivileges,
    ) -> Result<RolePrivileges, Fault> {
        let id = references::id(&plan.id, "id")?;
        let catalogue = catalogue(api, &plan).await?;
        let mut faults = Diagnostics::new();
        let wish = Wish::read(&catalogue, plan.maps(), &mut faults);
        if faults.has_errors() {
            return Err(faults.into());
        }
        let defaults = plan.include_default_privileges != Tf::Known(false);
        set(api, id, &catalogue, wish.grants, defaults).await?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: RolePrivileges) -> Result<(), Fault> {
        let id = references::id(&state.id, "id")?;
        let catalogue = api.client.catalogue().all().await?;
        set(api, id, &catalogue, BTreeMap::new(), true).await
    }

    async fn import(api: &Api, text: &str) -> Result<RolePrivileges, Fault> {
        let roles = api.client.roles().all().await?;
        let id = Tf::Known(references::role(&roles, text, None)?.id.to_string());
        Ok(RolePrivileges { role_id: id.clone(), id, ..RolePrivileges::default() })
    }
}

/// The catalogue with every privilege that `model` names.
async fn catalogue(api: &Api, model: &RolePrivileges) -> Result<Arc<Catalogue>, Error> {
    let names = model.privileges.known().into_iter().flatten().map(|(name, _)| name.as_str());
    api.client.catalogue().with_names(names).await
}

/// The same privileges at other places, under `tables` or by name, are no change.
fn keep_places(plan: &mut Planning<RolePrivileges>, catalogue: &Catalogue, wish: &Wish) {
    let Some(prior) = &plan.prior else { return };
    let planned = &plan.planned;
    let nulls = |model: &RolePrivileges| (model.tables.is_null(), model.privileges.is_null());
    let before = Wish::read(catalogue, prior.maps(), &mut Diagnostics::new());
    if nulls(prior) == nulls(planned)
        && !wish.is_incomplete
        && before.grants == wish.grants
        && prior.include_default_privileges == planned.include_default_privileges
    {
        (plan.planned.tables, plan.planned.privileges) = (prior.tables.clone(), prior.privileges.clone());
    }
}

/// Says, before an existing role is managed for the first time, what it would lose.
fn plan_first(plan: &mut Planning<RolePrivileges>, role: &Role, wish: &Wish, held: &[Grant]) {
    let lost: BTreeSet<&str> = held
        .iter()
        .filter(|grant| !wish.grants.contains_key(&grant.privilege_id) && !is_default(grant.privilege_id))
        .map(|grant| grant.privilege_name.as_str())
        .collect();
    if lost.is_empty() || wish.is_incomplete {
        return;
    }
    let shown: Vec<&str> = lost.iter().copied().take(20).collect();
    let more = if lost.len() > shown.len() {
        format!(" and {} more", lost.len() - shown.len())
    } else {
        String::new()
    };
    plan.diagnostics.push(
        Diagnostic::warning(
            "Existing privileges will be removed",
            format!(
                "The role \"{}\" holds {} privileges that are not listed here, and will lose them: {}{more}. Import the role's \
                 privileges first to see them in the plan.",
                role.name,
                lost.len(),
                shown.join(", ")
            ),
        )
        .at(Path::attribute("role_id")),
    );
}

/// Makes `wish` the privileges of a role, with one request where the API allows: Add if nothing goes, else Replace.
///
/// The four SharePoint privileges survive Replace and come back with Add, so they are taken away one by one.
async fn set(
    api: &Api,
    role: Id,
    catalogue: &Catalogue,
    wish: BTreeMap<Id, Depth>,
    leave_defaults: bool,
) -> Result<(), Fault> {
    let table = api.client.role_privileges();
    let _turn = table.turn(role).await;
    let held: BTreeMap<Id, Depth> = table
        .get(role)
        .await?
        .ok_or(Fault::Gone)?
        .iter()
        .map(|grant| (grant.privilege_id, grant.depth))
        .collect();
    let mut target = wish;
    if leave_defaults {
        for (id, depth) in held.iter().filter(|(id, _)| is_default(**id)) {
            target.entry(*id).or_insert(*depth);
        }
    }
    let grant = |(id, depth): (&Id, &Depth)| Grant {
        privilege_id: *id,
        privilege_name: catalogue
            .privilege_by_id(*id)
            .map(|privilege| privilege.name.clone())
            .unwrap_or_default(),
        depth: *depth,
    };
    let missing: Vec<Grant> =
        target.iter().filter(|(id, depth)| held.get(*id) != Some(*depth)).map(grant).collect();
    let surplus: Vec<Id> = held.keys().copied().filter(|id| !target.contains_key(id)).collect();
    let replaces = surplus.iter().any(|id| !survives_replace(*id));
    let refused = |error: Error| crate::faults::located(&error, "tables");
    let mut last = None;
    if replaces {
        // An empty Replace is never sent, as what it does is not documented: one privilege stays and is taken away alone.
        let mut kept: Vec<Grant> = target.iter().map(grant).collect();
        if kept.is_empty() {
            last = held.iter().find(|(id, _)| !survives_replace(**id)).map(grant);
            kept.extend(last.clone());
        }
        table.replace(role, &kept).await.map_err(refused)?;
    } else if !missing.is_empty() {
        table.add(role, &missing).await.map_err(refused)?;
    }
    let last = last.map(|grant| grant.privilege_id);
    for id in surplus.into_iter().filter(|id| survives_replace(*id)).chain(last) {
        table.remove(role, id).await?;
    }
    if !leave_defaults && !missing.is_empty() && !replaces {
        // Add brought the four back.
        for id in
            crate::dataverse::tables::default_privileges::DEFAULT_PRIVILEGES.iter().map(|default| default.id)
        {
            if survives_replace(id) && !target.contains_key(&id) && !held.contains_key(&id) {
                table.remove(role, id).await?;
            }
        }
    }
    Ok(())
}
