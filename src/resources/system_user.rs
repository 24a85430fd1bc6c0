//! `dataverse_system_user`: the user row of a person.

mod provision;
mod quota;
mod synchronize;

use std::collections::BTreeSet;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, MoveSource, Planning, Resource, Tf, Validator, Value,
    computed, optional, optional_computed,
};
use tokio::try_join;

pub use quota::NonInteractive;

use super::guards;
use super::moves;
use super::principal_roles::{self, RoleNames};
use super::user_removal;
use crate::dataverse::Id;
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::business_unit::BusinessUnits;
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::system_user::{AccessMode, SystemUser as Row};
use crate::provider::Api;
use crate::references;
use crate::terms;

const ACCESS_MODES: [(&str, AccessMode); 6] = [
    ("read_write", AccessMode::ReadWrite),
    ("administrative", AccessMode::Administrative),
    ("read", AccessMode::Read),
    ("support_user", AccessMode::SupportUser),
    ("non_interactive", AccessMode::NonInteractive),
    ("delegated_admin", AccessMode::DelegatedAdmin),
];

tf_provider::model! {
    /// Authoritative for one person's user row, and with `security_roles` for all its direct roles.
    ///
    /// By default the resource adopts the user that Dataverse makes of a person in Entra; arguments that are left out stay
    /// as they are. A destroy disables the user: Dataverse deletes a person only after Entra did.
    ///
    /// A `moved` block takes over a `powerplatform_user` of the provider `microsoft/power-platform`, with its roles if it
    /// lists any (Terraform 1.8, OpenTofu 1.10).
    ///
    /// The deploying identity needs `prvReadUser`, `prvWriteUser`, `prvDisableUser`, `prvReadRole`, `prvAssignRole`, for
    /// `provisioning = "create"` also `prvCreateUser`, and every privilege of the roles that it gives. For
    /// `provisioning = "sync"` it must be a Power Platform administrator, or an application that was registered as one
    /// (`New-PowerAppManagementApp`).
    pub struct SystemUser {
        /// Id of the user.
        id: Tf<String> => computed().keep(),
        /// Object id of the person in Entra. One of `entra_object_id` and `domain_name` is needed.
        entra_object_id: Tf<String> => optional_computed()
            .keep()
            .replaces()
            .equivalent(terms::same_text)
            .check(terms::guid()),
        /// User principal name of the person, for example `jo@contoso.com`. Names change: prefer `entra_object_id`.
        domain_name: Tf<String> => optional_computed().keep().replaces().equivalent(terms::same_text),
        /// Business unit of the user, by id or name. A move takes all roles away; the managed ones are given back in the
        /// same request. Default: stays where it is, the root unit for a new user.
        business_unit_id: Tf<String> => optional_computed().keep().equivalent(terms::same_text),
        /// How the user may use the environment. `non_interactive` is for programs; an environment allows seven.
        access_mode: Tf<String> => optional_computed()
            .keep()
            .equivalent(terms::same_text)
            .check(Validator::one_of(&[
                "read_write", "administrative", "read", "support_user", "non_interactive", "delegated_admin",
            ])),
        /// Primary e-mail address.
        email: Tf<String> => optional_computed().keep().check(Validator::length(1, 100)),
        /// Id of the user's manager. Default: stays as it is.
        manager_id: Tf<String> => optional_computed().keep().equivalent(terms::same_text).check(terms::guid()),
        /// Title.
        title: Tf<String> => optional_computed().keep().check(Validator::length(1, 128)),
        /// First name. Entra overwrites it for persons that it synchronises; leave it out for those.
        first_name: Tf<String> => optional_computed().keep().check(Validator::length(1, 256)),
        /// Last name. Entra overwrites it for persons that it synchronises; leave it out for those.
        last_name: Tf<String> => optional_computed().keep().check(Validator::length(1, 256)),
        /// Whether the user may sign in. Default: `true` when the resource takes the user over, afterwards as it is.
        enabled: Tf<bool> => optional_computed().keep(),
        /// All direct roles of the user, by name or id; an empty set means none. Left out: not managed. Roles that the
        /// platform assigns by licence are left alone. With record ownership across business units, roles of other business
        /// units appear by the id of their copy, and that id means that very copy.
        security_roles: RoleNames => optional(),
        /// Where the user comes from: `adopt` waits until Dataverse has it (`timeouts.create`), `sync` asks the Power
        /// Platform admin API to bring the person in and waits for the licence, `create` makes the row. All but `create`
        /// take over a user that is there; `create` only one that is disabled, as a destroy leaves it. Default `adopt`.
        provisioning: Tf<String> => optional_computed()
            .default(Value::String("adopt".into()))
            .equivalent(terms::same_text)
            .check(Validator::one_of(&["adopt", "sync", "create"])),
        /// What a destroy does: `disable` the user, `abandon` it as it is, or `delete` it, which Dataverse allows only for
        /// persons that Entra no longer has. Default `disable`.
        on_destroy: Tf<String> => optional_computed()
            .default(Value::String("disable".into()))
            .equivalent(terms::same_text)
            .check(Validator::one_of(&["disable", "abandon", "delete"])),
        /// Name of the user as shown.
        full_name: Tf<String> => computed().follows(&["first_name", "last_name"]),
        /// Whether Dataverse found a licence for the user.
        is_licensed: Tf<bool> => computed().keep(),
    }
}

/// The resource.
pub struct SystemUserResource;

impl Resource for SystemUserResource {
    const TYPE: &'static str = "dataverse_system_user";
    type Api = Api;
    type Model = SystemUser;

    fn validate(config: &SystemUser) -> Diagnostics {
        if is(config, "sync") && config.entra_object_id.is_null() {
            return Diagnostic::error(
                "The admin API knows persons by their object id alone. Set entra_object_id for provisioning = \"sync\".",
            )
            .titled("Missing value")
            .at("entra_object_id")
            .into();
        }
        if is(config, "create") && config.domain_name.is_null() {
            return Diagnostic::error(
                "Dataverse makes no user without a name. Set domain_name for provisioning = \"create\".",
            )
            .titled("Missing value")
            .at("domain_name")
            .into();
        }
        if config.entra_object_id.is_null() && config.domain_name.is_null() {
            return Diagnostic::error("Which person? Set entra_object_id or domain_name.")
                .titled("Missing value")
                .at("entra_object_id")
                .into();
        }
        Diagnostics::new()
    }

    async fn plan(api: &Api, plan: &mut Planning<SystemUser>) {
        provision::plan(api, plan).await;
        let other = |before: &Tf<String>, after: &Tf<String>| {
            before.text().zip(after.text()).is_some_and(|(before, after)| !before.eq_ignore_ascii_case(after))
        };
        if let Some(prior) = &plan.prior
            && other(&prior.entra_object_id, &plan.planned.entra_object_id)
        {
            // Another person makes another user; the one that goes is guarded like one that is destroyed.
            let refused = guards::destroyed_user(api, &prior.id, &prior.on_destroy).await;
            plan.diagnostics.extend(refused);
        }
        quota::plan(api, plan).await;
    }

    async fn plan_destroy(api: &Api, prior: SystemUser) -> Diagnostics {
        guards::destroyed_user(api, &prior.id, &prior.on_destroy).await
    }

    async fn create(
        api: &Api,
        context: &Context,
        plan: SystemUser,
        created: &Created<SystemUser>,
    ) -> Result<SystemUser, Fault> {
        if is(&plan, "create") && !provision::is_there(api, &plan).await? {
            return provision::create(api, context, plan, created).await;
        }
        if is(&plan, "sync") {
            synchronize::bring_in(api, context, &plan).await?;
        }
        let user = provision::wait_for(api, context, &plan).await?;
        provision::claim_roles(api, context, &plan, user.id);
        apply(api, context, &user, &plan).await?;
        Ok(SystemUser { id: Tf::Known(user.id.to_string()), ..plan })
    }

    async fn read(api: &Api, _: &Context, state: SystemUser) -> Result<SystemUser, Fault> {
        let id = references::id(&state.id, "id")?;
        let client = &api.client;
        let (user, units, roles) =
            try_join!(client.system_users().get(id), client.business_units().all(), client.roles().all())?;
        let user = user.filter(|user| !user.is_deleted()).ok_or(Fault::Gone)?;
        if user.application_id.is_some() {
            let text =
                format!("The user {id} is an application user. Use dataverse_application_user for it.");
            return Err(Diagnostic::error(text).into());
        }
        let across =
            principal_roles::across_units(api, &roles, (&*user).into(), &state.security_roles).await?;
        Ok(described(&user, &units, (&roles, across), state))
    }

    async fn update(
        api: &Api,
        context: &Context,
        _: SystemUser,
        plan: SystemUser,
    ) -> Result<SystemUser, Fault> {
        let id = references::id(&plan.id, "id")?;
        let user = api.client.system_users().get_fresh(id).await?.ok_or(Fault::Gone)?;
        apply(api, context, &user, &plan).await?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: SystemUser) -> Result<(), Fault> {
        user_removal::remove(api, references::id(&state.id, "id")?, &state.on_destroy, "disable").await
    }

    async fn import(api: &Api, text: &str) -> Result<SystemUser, Fault> {
        let id = provision::find_for_import(api, text).await?;
        Ok(SystemUser { id: Tf::Known(id.to_string()), ..SystemUser::default() })
    }

    fn move_from(source: &MoveSource<'_>) -> Option<Result<SystemUser, Diagnostics>> {
        moves::system_user(source)
    }

    fn generate(user: &mut SystemUser) {
        // Entra decides names, and the object id says who it is better than a name.
        if !user.entra_object_id.is_null() {
            (user.domain_name, user.first_name, user.last_name) = (Tf::Null, Tf::Null, Tf::Null);
        }
    }

    fn manage_all(user: &mut SystemUser) {
        user.security_roles = Tf::Known(BTreeSet::new());
    }
}

/// The row as the resource shows it, in the spelling of `state` where that means the same.
fn described(
    user: &Row,
    units: &BusinessUnits,
    (roles, across): (&Roles, bool),
    state: SystemUser,
) -> SystemUser {
    let guid = |prior: &Tf<String>, current: Option<Id>| match current {
        Some(current) => references::respell(prior, current, |text| Id::parse(text).ok()),
        None => Tf::Null,
    };
    SystemUser {
        id: Tf::Known(user.id.to_string()),
        entra_object_id: guid(&state.entra_object_id, user.entra_object_id),
        domain_name: user.domain_name.clone().into(),
        business_unit_id: references::respell(&state.business_unit_id, user.business_unit_id, |text| {
            references::business_unit(units, text).ok().map(|unit| unit.id)
        }),
        access_mode: Tf::Known(mode_word(user.access_mode)),
        email: user.email.clone().into(),
        manager_id: guid(&state.manager_id, user.manager_id),
        title: user.title.clone().into(),
        first_name: user.first_name.clone().into(),
        last_name: user.last_name.clone().into(),
        enabled: Tf::Known(!user.is_disabled),
        security_roles: principal_roles::held(roles, user.into(), &state.security_roles, across),
        provisioning: if state.provisioning.is_null() { "adopt".into() } else { state.provisioning },
        on_destroy: if state.on_destroy.is_null() { "disable".into() } else { state.on_destroy },
        full_name: user.full_name.clone().into(),
        is_licensed: Tf::Known(user.is_licensed),
    }
}

/// Brings an existing user to what `plan` says; what `plan` leaves open stays.
async fn apply(api: &Api, context: &Context, user: &Row, plan: &SystemUser) -> Result<(), Fault> {
    let units = api.client.business_units().all().await?;
    let unit = match plan.business_unit_id.text() {
        Some(text) => references::business_unit(&units, text)?.id,
        None => user.business_unit_id,
    };
    let difference =
        principal_roles::difference(api, context, user.into(), unit, &plan.security_roles).await?;
    let mut changes = Changes::new();
    if unit != user.business_unit_id {
        changes = changes.lookup("businessunitid", "businessunits", Some(unit));
    }
    let texts = [
        ("internalemailaddress", &plan.email, &user.email),
        ("title", &plan.title, &user.title),
        ("firstname", &plan.first_name, &user.first_name),
        ("lastname", &plan.last_name, &user.last_name),
    ];
    for (column, wish, current) in texts {
        if let Some(text) = wish.text().filter(|text| current.as_deref() != Some(text)) {
            changes = changes.set(column, text);
        }
    }
    let manager = plan.manager_id.text().map(Id::parse).transpose();
    let manager =
        manager.map_err(|error| Fault::from(Diagnostic::error(error.to_string()).at("manager_id")))?;
    if !plan.manager_id.is_unknown() && manager != user.manager_id {
        changes = changes.lookup("parentsystemuserid", "systemusers", manager);
    }
    if let Some(mode) = mode(&plan.access_mode).filter(|mode| *mode != user.access_mode) {
        changes = changes.set("accessmode", mode.value());
    }
    if let Some(enabled) = plan.enabled.known().filter(|enabled| **enabled == user.is_disabled) {
        changes = changes.set("isdisabled", !enabled);
    }
    if changes.is_empty() && difference == principal_roles::Difference::default() {
        return Ok(());
    }
    let updated =
        api.client.system_users().update(user.id, changes, &difference.add, &difference.remove).await;
    updated.map_err(|error| crate::faults::located(&error, "security_roles"))
}

/// Whether `provisioning` says `word`.
fn is(user: &SystemUser, word: &str) -> bool {
    user.provisioning.text().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

fn mode(word: &Tf<String>) -> Option<AccessMode> {
    let text = word.text()?;
    ACCESS_MODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(text)).map(|found| found.1)
}

fn mode_word(mode: AccessMode) -> String {
    let known = ACCESS_MODES.iter().find(|(_, known)| *known == mode);
    known.map_or_else(|| mode.value().to_string(), |(word, _)| (*word).to_owned())
}
