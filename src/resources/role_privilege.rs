//! `dataverse_role_privilege`: one privilege of a security role.

mod naming;
mod plan;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Planning, Resource, Tf, Validator, computed,
    optional_computed, required,
};

use self::naming::{catalogue, find, grant, held_already, ids, join, place, spelled, state_ids};
use crate::dataverse::Id;
use crate::dataverse::tables::default_privileges::is_default;
use crate::privileges;
use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Additive: gives one privilege to one security role and leaves the role's other privileges alone.
    ///
    /// The privilege is named by `privilege`, or by `table` and `right`; where all three are set, they must agree. Do not use
    /// it for a role whose privileges are managed with `dataverse_role_privileges`, which takes away what it does not list.
    ///
    /// A privilege that the role holds already is not taken over; import it. The exception are the nine privileges that
    /// Dataverse gives to every new role: they are set to the level asked for. A destroy takes the privilege away, one of the
    /// nine as well.
    ///
    /// The deploying identity needs `prvReadRole`, `prvWriteRole`, `prvReadEntity` and the privilege that it gives.
    pub struct RolePrivilege {
        /// Id of the role and id of the privilege, `<role id>/<privilege id>`.
        id: Tf<String> => computed(),
        /// The role, by id or name.
        role_id: Tf<String> => required().replaces().equivalent(terms::same_text),
        /// Name of the privilege, for example `prvExportToExcel`. This, or `table` and `right`.
        privilege: Tf<String> => optional_computed().replaces().equivalent(terms::same_text),
        /// Logical name of the table, for example `account`. Null for a privilege that belongs to no table.
        table: Tf<String> => optional_computed().replaces().equivalent(terms::same_text),
        /// Right on the table: `create`, `read`, `write`, `delete`, `append`, `append_to`, `assign` or `share`.
        right: Tf<String> => optional_computed().replaces().equivalent(terms::same_text).check(right()),
        /// Access level: `user`, `business_unit`, `parent_child_business_unit` or `organization`; the API's `Basic`, `Local`,
        /// `Deep` and `Global` mean the same.
        level: Tf<String> => required().equivalent(terms::same_levels).check(level()),
    }
}

fn right() -> Validator {
    Validator::text("", |text| terms::right(text).map(|_| ()).ok_or_else(|| terms::not_a_right(text)))
}

fn level() -> Validator {
    Validator::text("", |text| terms::level(text).map(|_| ()).ok_or_else(|| terms::not_a_level(text)))
}

/// The resource.
pub struct RolePrivilegeResource;

impl Resource for RolePrivilegeResource {
    const TYPE: &'static str = "dataverse_role_privilege";
    type Api = Api;
    type Model = RolePrivilege;

    fn validate(config: &RolePrivilege) -> Diagnostics {
        if [&config.privilege, &config.table, &config.right].into_iter().any(Tf::is_unknown) {
            return Diagnostics::new();
        }
        let given = |field: &Tf<String>| !field.is_null();
        let refuse = |text: &str, path: &'static str| {
            Diagnostics::from(Diagnostic::error(text).titled("Missing value").at(path))
        };
        match (given(&config.privilege), given(&config.table), given(&config.right)) {
            (_, true, true) | (true, false, false) => Diagnostics::new(),
            (_, true, false) => refuse("Which right on the table? Set right, for example \"read\".", "table"),
            (_, false, true) => refuse("On which table? Set table, for example \"account\".", "right"),
            (false, false, false) => refuse("Which privilege? Set privilege, or table and right.", "role_id"),
        }
    }

    async fn plan(api: &Api, plan: &mut Planning<RolePrivilege>) {
        plan::plan(api, plan).await;
    }

    async fn plan_destroy(api: &Api, prior: RolePrivilege) -> Diagnostics {
        plan::lost_access(api, ids(&prior.id)).await.unwrap_or_default()
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: RolePrivilege,
        created: &Created<RolePrivilege>,
    ) -> Result<RolePrivilege, Fault> {
        let roles = api.client.roles().all().await?;
        let role = references::role(&roles, plan.role_id.text().unwrap_or_default(), None)
            .map_err(|unresolved| Diagnostic::error(unresolved.text()).at("role_id"))?;
        let catalogue = catalogue(api, &plan).await?;
        let privilege = find(&catalogue, &plan).map_err(|(path, text)| Diagnostic::error(text).at(path))?;
        let table = api.client.role_privileges();
        let _turn = table.turn(role.id).await;
        let held = table.get(role.id).await?.ok_or(Fault::Gone)?;
        if let Some(held) = held.iter().find(|held| held.privilege_id == privilege.id)
            && !is_default(held.privilege_id)
        {
            return Err(Diagnostic::error(held_already(role, &privilege.name, held)).into());
        }
        let grant = grant(privilege, &plan.level)?;
        let place = place(&catalogue, privilege);
        let model = spelled(
            RolePrivilege { id: Tf::Known(join(role.id, privilege.id)), ..plan },
            &privilege.name,
            place,
        );
        created.announce(model.clone());
        let added = table.add_only(role.id, grant, &held).await;
        added.map_err(|error| crate::faults::located(&error, "level"))?;
        Ok(model)
    }

    async fn read(api: &Api, _: &Context, state: RolePrivilege) -> Result<RolePrivilege, Fault> {
        let (role, privilege) = state_ids(&state)?;
        let held = api.client.role_privileges().get(role).await?.ok_or(Fault::Gone)?;
        let held = held.iter().find(|held| held.privilege_id == privilege).ok_or(Fault::Gone)?;
        let catalogue = api.client.catalogue().all().await?;
        let found = catalogue.privilege_by_id(privilege);
        let name = found.map_or(&held.privilege_name, |found| &found.name);
        let place = found.and_then(|found| place(&catalogue, found));
        let uses = catalogue.uses(privilege);
        let is_used = |table: &str, right: &str| {
            uses.iter().any(|(t, r)| t.eq_ignore_ascii_case(table) && Some(*r) == terms::right(right))
        };
        let same = state.level.text().and_then(terms::level) == Some(held.depth);
        let level = if same { state.level.clone() } else { terms::level_word(held.depth).into() };
        let role_id =
            if state.role_id.is_null() { Tf::Known(role.to_string()) } else { state.role_id.clone() };
        let id = Tf::Known(join(role, privilege));
        let keeps = matches!((state.table.text(), state.right.text()), (Some(t), Some(r)) if is_used(t, r));
        let blank =
            if keeps { state } else { RolePrivilege { table: Tf::Unknown, right: Tf::Unknown, ..state } };
        Ok(spelled(RolePrivilege { id, role_id, level, privilege: Tf::Unknown, ..blank }, name, place))
    }

    async fn update(
        api: &Api,
        _: &Context,
        _: RolePrivilege,
        plan: RolePrivilege,
    ) -> Result<RolePrivilege, Fault> {
        let (role, privilege) = state_ids(&plan)?;
        let catalogue = catalogue(api, &plan).await?;
        let table = api.client.role_privileges();
        let _turn = table.turn(role).await;
        let held = table.get(role).await?.ok_or(Fault::Gone)?;
        let found = catalogue.privilege_by_id(privilege).ok_or(Fault::Gone)?;
        let added = table.add_only(role, grant(found, &plan.level)?, &held).await;
        added.map_err(|error| crate::faults::located(&error, "level"))?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: RolePrivilege) -> Result<(), Fault> {
        let (role, privilege) = state_ids(&state)?;
        let table = api.client.role_privileges();
        let _turn = table.turn(role).await;
        Ok(table.remove(role, privilege).await?)
    }

    fn generate(model: &mut RolePrivilege) {
        // Table and right say it all where there are any.
        if !model.table.is_null() {
            model.privilege = Tf::Null;
        }
    }

    async fn import(api: &Api, text: &str) -> Result<RolePrivilege, Fault> {
        let Some((role, privilege)) = text.rsplit_once('/') else {
            let text = format!(
                "\"{text}\" is not an import id of a privilege of a role. Write <role name or id>/<privilege name or id>."
            );
            return Err(Diagnostic::error(text).into());
        };
        let roles = api.client.roles().all().await?;
        let role = references::role(&roles, role, None)?;
        let privilege = match Id::parse(privilege) {
            Ok(id) => id,
            Err(_) => {
                let catalogue = api.client.catalogue().with_names([privilege]).await?;
                privileges::named(&catalogue, privilege).map_err(Diagnostic::error)?.id
            }
        };
        Ok(RolePrivilege { id: Tf::Known(join(role.id, privilege)), ..RolePrivilege::default() })
    }
}
