//! `dataverse_column_security_profile`: who may read and write secured columns.

mod permissions;
mod plan;

use std::collections::BTreeSet;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Planning, Resource, Tf, Validator, computed, optional,
    required,
};

use self::permissions::Permissions;
use crate::dataverse::Id;
use crate::dataverse::tables::column_security::{ADMINISTRATOR_PROFILE, NewProfile, Profile, ProfileChanges};
use crate::provider::Api;
use crate::references;
use crate::terms;

/// Ids of users or teams.
type Ids = BTreeSet<Tf<String>>;

tf_provider::model! {
    /// Authoritative for one column security profile: its name, and as far as they are given its permissions, users and teams.
    ///
    /// Secured columns are closed to everybody but System Administrators; a profile opens them to the users and teams that
    /// have it. Everything is written with one atomic request. Changes reach users within about half a minute.
    ///
    /// The built-in profile System Administrator cannot be changed.
    ///
    /// The deploying identity needs `prvCreateFieldSecurityProfile`, `prvReadFieldSecurityProfile`,
    /// `prvWriteFieldSecurityProfile`, `prvDeleteFieldSecurityProfile`, `prvAppendFieldSecurityProfile`, `prvReadEntity`,
    /// `prvReadAttribute`, `prvReadUser` and `prvReadTeam`.
    pub struct ColumnSecurityProfile {
        /// Id of the profile.
        id: Tf<String> => computed().keep(),
        /// Name of the profile.
        name: Tf<String> => required().check(terms::name(100)),
        /// What the profile is for.
        description: Tf<String> => optional().check(Validator::length(1, 2000)),
        /// What the profile allows: `<table>.<column>` by logical names, then `read`, `create` and `update`; what is left out is
        /// not allowed. The column must be secured. Null: not managed.
        permissions: Tf<Permissions> => optional().equivalent(permissions::same).check(permissions::rule()),
        /// Ids of the users who have the profile. Null: not managed.
        users: Tf<Ids> => optional().equivalent(terms::same_words).check(Validator::each(terms::guid())),
        /// Ids of the teams that have the profile. Null: not managed.
        teams: Tf<Ids> => optional().equivalent(terms::same_words).check(Validator::each(terms::guid())),
        /// Unmanaged solution to create the profile in. Used at creation only.
        solution_unique_name: Tf<String> => optional(),
        /// Whether a managed solution brought the profile.
        is_managed: Tf<bool> => computed().keep(),
    }
}

/// The resource.
pub struct ColumnSecurityProfileResource;

impl Resource for ColumnSecurityProfileResource {
    const TYPE: &'static str = "dataverse_column_security_profile";
    type Api = Api;
    type Model = ColumnSecurityProfile;

    async fn plan(api: &Api, plan: &mut Planning<ColumnSecurityProfile>) {
        if let Err(error) = plan::plan(api, plan).await {
            plan.diagnostics.push(crate::faults::diagnostic(&error));
        }
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: ColumnSecurityProfile,
        created: &Created<ColumnSecurityProfile>,
    ) -> Result<ColumnSecurityProfile, Fault> {
        let new = NewProfile {
            id: Id::random(),
            name: plan.name.text().unwrap_or_default().to_owned(),
            description: plan.description.known().cloned(),
            permissions: permissions::read(&plan.permissions),
            users: ids(&plan.users),
            teams: ids(&plan.teams),
            solution_unique_name: plan.solution_unique_name.known().cloned(),
        };
        let model =
            ColumnSecurityProfile { id: Tf::Known(new.id.to_string()), is_managed: Tf::Known(false), ..plan };
        created.announce(model.clone());
        let made = api.client.column_security().create(&new).await;
        made.inspect_err(|error| crate::faults::not_created(created, error))?;
        Ok(model)
    }

    async fn read(
        api: &Api,
        _: &Context,
        state: ColumnSecurityProfile,
    ) -> Result<ColumnSecurityProfile, Fault> {
        let id = references::id(&state.id, "id")?;
        let profiles = api.client.column_security().all_showing(id).await?;
        let profile = profiles.iter().find(|profile| profile.id == id).ok_or(Fault::Gone)?;
        let managed = |field: &Tf<Ids>, current: &BTreeSet<Id>| match field {
            Tf::Null => Tf::Null,
            prior => Tf::Known(spelled(prior, current)),
        };
        Ok(ColumnSecurityProfile {
            id: Tf::Known(id.to_string()),
            name: Tf::Known(profile.name.clone()),
            description: profile.description.clone().into(),
            permissions: match &state.permissions {
                Tf::Null => Tf::Null,
                prior => Tf::Known(permissions::write(prior, &profile.permissions)),
            },
            users: managed(&state.users, &profile.users),
            teams: managed(&state.teams, &profile.teams),
            solution_unique_name: state.solution_unique_name,
            is_managed: Tf::Known(profile.is_managed),
        })
    }

    async fn update(
        api: &Api,
        _: &Context,
        prior: ColumnSecurityProfile,
        plan: ColumnSecurityProfile,
    ) -> Result<ColumnSecurityProfile, Fault> {
        let id = references::id(&plan.id, "id")?;
        let table = api.client.column_security();
        let profiles = table.all_fresh().await?;
        let current = profiles.iter().find(|profile| profile.id == id).ok_or(Fault::Gone)?;
        let changes = ProfileChanges {
            name: (prior.name != plan.name).then(|| plan.name.text().unwrap_or_default().to_owned()),
            description: (prior.description != plan.description).then(|| plan.description.known().cloned()),
            permissions: plan.permissions.known().map(|_| permissions::read(&plan.permissions)),
            users: plan.users.known().map(|_| ids(&plan.users)),
            teams: plan.teams.known().map(|_| ids(&plan.teams)),
        };
        table.update(current, &changes).await?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: ColumnSecurityProfile) -> Result<(), Fault> {
        Ok(api.client.column_security().delete(references::id(&state.id, "id")?).await?)
    }

    async fn import(api: &Api, text: &str) -> Result<ColumnSecurityProfile, Fault> {
        let profiles = api.client.column_security().all().await?;
        let profile = find(&profiles, text).map_err(|text| Fault::from(Diagnostic::error(text)))?;
        if profile.id == ADMINISTRATOR_PROFILE {
            return Err(Diagnostic::error(built_in()).into());
        }
        Ok(ColumnSecurityProfile {
            id: Tf::Known(profile.id.to_string()),
            ..ColumnSecurityProfile::default()
        })
    }

    fn manage_all(model: &mut ColumnSecurityProfile) {
        model.permissions = Tf::Known(Permissions::new());
        (model.users, model.teams) = (Tf::Known(Ids::new()), Tf::Known(Ids::new()));
    }

    async fn plan_destroy(_: &Api, prior: ColumnSecurityProfile) -> Diagnostics {
        match prior.id.text() == Some(ADMINISTRATOR_PROFILE.to_string().as_str()) {
            true => Diagnostic::error(built_in()).into(),
            false => Diagnostics::new(),
        }
    }
}

/// The profile that `text` names, by id or by name.
fn find<'p>(profiles: &'p [Profile], text: &str) -> Result<&'p Profile, String> {
    if let Ok(id) = Id::parse(text) {
        let found = profiles.iter().find(|profile| profile.id == id);
        return found
            .ok_or_else(|| format!("The environment has no column security profile with the id {id}."));
    }
    let named: Vec<&Profile> =
        profiles.iter().filter(|profile| profile.name.to_lowercase() == text.to_lowercase()).collect();
    match named[..] {
        [profile] => Ok(profile),
        [] => {
            let hint = terms::did_you_mean(text, profiles.iter().map(|profile| profile.name.as_str()));
            Err(format!("The environment has no column security profile named \"{text}\".{hint}"))
        }
        _ => {
            let ids: Vec<String> = named.iter().map(|profile| profile.id.to_string()).collect();
            Err(format!(
                "Several column security profiles are named \"{text}\". Use an id instead: {}.",
                ids.join(", ")
            ))
        }
    }
}

fn built_in() -> String {
    "The column security profile System Administrator is built in: it opens every secured column, and Dataverse lets nobody \
     change it. Make a profile of your own."
        .to_owned()
}

fn ids(field: &Tf<Ids>) -> BTreeSet<Id> {
    let texts = field.known().into_iter().flatten().filter_map(Tf::text);
    texts.filter_map(|text| Id::parse(text).ok()).collect()
}

/// Ids, each in the spelling of `prior` where that has it.
fn spelled(prior: &Tf<Ids>, current: &BTreeSet<Id>) -> Ids {
    let spelling = |id: &Id| {
        let mut known = prior.known().into_iter().flatten().filter_map(Tf::text);
        known.find(|text| Id::parse(text) == Ok(*id)).map_or_else(|| id.to_string(), str::to_owned)
    };
    current.iter().map(|id| Tf::Known(spelling(id))).collect()
}
