//! `dataverse_team`: one team, with its roles and members.

mod checks;
mod members;

use std::collections::BTreeSet;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Planning, Resource, Tf, Validator, Value, computed,
    optional, optional_computed, required,
};
use tokio::try_join;

pub(super) use self::checks::warn_of_team_only;
use self::members::Members;
use super::principal_roles::{self, RoleNames};
use crate::claims::{Aspect, claim_new};
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::team::{Exchange, MembershipType, NewTeam, TeamType};
use crate::dataverse::{Error, ErrorKind, Id};
use crate::faults;
use crate::provider::Api;
use crate::references;
use crate::terms;

/// The words for what a team is for.
pub(crate) const TEAM_TYPES: [(&str, TeamType); 4] = [
    ("owner", TeamType::Owner),
    ("access", TeamType::Access),
    ("entra_security_group", TeamType::SecurityGroup),
    ("entra_office_group", TeamType::OfficeGroup),
];

const MEMBERSHIP_TYPES: [(&str, MembershipType); 4] = [
    ("members_and_guests", MembershipType::MembersAndGuests),
    ("members", MembershipType::Members),
    ("owners", MembershipType::Owners),
    ("guests", MembershipType::Guests),
];

tf_provider::model! {
    /// Authoritative for one team, with `security_roles` for all its roles, and with `members` for all its members.
    ///
    /// The team, its roles and its members come in one request, so it is never there without them. Texts that are left out
    /// stay as they are; an empty one removes what is there.
    ///
    /// The default team that Dataverse gives to each business unit can be imported and given roles. It bears the name of its
    /// unit, its members are the users of the unit, and it goes only with the unit: a destroy leaves it as it is.
    ///
    /// The deploying identity needs `prvCreateTeam`, `prvReadTeam`, `prvWriteTeam`, `prvDeleteTeam`, `prvReadBusinessUnit`,
    /// `prvReadUser`, `prvReadRole`, `prvAssignRole`, for a move `prvReparentTeam` and `prvReadOrganization`, which roles of
    /// other business units need too, and every privilege of the roles that it gives.
    pub struct Team {
        /// Id of the team.
        id: Tf<String> => computed().keep(),
        /// Name of the team, unique in its business unit.
        name: Tf<String> => required().check(terms::name(160)),
        /// What the team is for: `owner` teams own rows and hold roles, `access` teams have rows shared with them and hold no
        /// roles, the others take their members from a group in Entra. Default `owner`.
        team_type: Tf<String> => optional_computed()
            .default(Value::String("owner".into()))
            .replaces()
            .equivalent(terms::same_text)
            .check(Validator::one_of(&["owner", "access", "entra_security_group", "entra_office_group"])),
        /// Object id of the group in Entra; for the two types of group teams, which need it.
        entra_group_id: Tf<String> => optional()
            .replaces()
            .equivalent(terms::same_text)
            .check(terms::guid()),
        /// Which people of the group in Entra are members. A group can have one team for each. Default
        /// `members_and_guests` for a group team; null for others.
        membership_type: Tf<String> => optional_computed()
            .keep()
            .replaces()
            .equivalent(terms::same_text)
            .check(Validator::one_of(&["members_and_guests", "members", "owners", "guests"])),
        /// Business unit of the team, by id or name. A move takes all roles away; the managed ones are given back in the
        /// same request. Default: the root unit.
        business_unit_id: Tf<String> => optional_computed().keep().equivalent(terms::same_text),
        /// Id of the user who administers the team. Default: the provider's own user for a new team, afterwards as it is.
        administrator_id: Tf<String> => optional_computed()
            .keep()
            .equivalent(terms::same_text)
            .check(terms::guid()),
        /// What the team is for, in words.
        description: Tf<String> => optional_computed().keep().check(Validator::length(0, 2000)),
        /// E-mail address.
        email: Tf<String> => optional_computed().keep().check(Validator::length(0, 100)),
        /// All roles of the team, by name or id; an empty set means none. Left out: not managed. With record ownership across
        /// business units, roles of other business units appear by the id of their copy, and that id means that very copy.
        security_roles: RoleNames => optional(),
        /// Ids of all members of the team; an empty set means none. Left out: not managed, as it must be for group teams and
        /// default teams, whose members follow from the group or the business unit.
        members: Members => optional().check(Validator::each(terms::guid())),
        /// Whether this is the default team of its business unit.
        is_default: Tf<bool> => computed().keep(),
    }
}

/// The resource.
pub struct TeamResource;

impl Resource for TeamResource {
    const TYPE: &'static str = "dataverse_team";
    type Api = Api;
    type Model = Team;

    fn validate(config: &Team) -> Diagnostics {
        checks::validate(config)
    }

    async fn plan(api: &Api, plan: &mut Planning<Team>) {
        checks::plan(api, plan).await;
    }

    async fn plan_destroy(_: &Api, prior: Team) -> Diagnostics {
        if prior.is_default != Tf::Known(true) {
            return Diagnostics::new();
        }
        Diagnostic::warning(
            "A default team is not destroyed",
            format!(
                "\"{}\" is the default team of its business unit, which lasts as long as the unit. It is removed from the state \
                 and stays as it is, with the roles that it holds.",
                prior.name.text().unwrap_or_default()
            ),
        )
        .into()
    }

    async fn create(
        api: &Api,
        context: &Context,
        plan: Team,
        created: &Created<Team>,
    ) -> Result<Team, Fault> {
        let unit = unit(api, &plan).await?;
        let roles = principal_roles::wanted(api, unit, &plan.security_roles).await?;
        let members: Vec<Id> = members::ids(&plan.members).into_iter().collect();
        let text = |field: &Tf<String>| field.text().filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        let id = |field: &Tf<String>| field.text().and_then(|text| Id::parse(text).ok());
        let new = NewTeam {
            id: Id::random(),
            name: text(&plan.name).unwrap_or_default(),
            team_type: team_type(&plan.team_type),
            membership_type: membership_type(&plan.membership_type),
            entra_group_id: id(&plan.entra_group_id),
            business_unit_id: unit,
            administrator_id: id(&plan.administrator_id),
            description: text(&plan.description),
            email: text(&plan.email),
        };
        let team = Team { id: Tf::Known(new.id.to_string()), ..plan };
        let (id, unmanaged) = (new.id.to_string(), [team.security_roles.is_null(), team.members.is_null()]);
        for (aspect, unmanaged) in [Aspect::Roles, Aspect::Members].into_iter().zip(unmanaged) {
            if !unmanaged {
                claim_new(api, context, aspect, &id);
            }
        }
        created.announce(team.clone());
        api.client.teams().create(&new, &roles, &members).await.map_err(|error| {
            faults::not_created(created, &error);
            refused(&error)
        })?;
        Ok(team)
    }

    async fn read(api: &Api, _: &Context, state: Team) -> Result<Team, Fault> {
        let id = references::id(&state.id, "id")?;
        let client = &api.client;
        let (team, units, roles) =
            try_join!(client.teams().get(id), client.business_units().all(), client.roles().all())?;
        let team = team.ok_or(Fault::Gone)?;
        let guid = |prior: &Tf<String>, current: Option<Id>| match current {
            Some(current) => references::respell(prior, current, |text| Id::parse(text).ok()),
            None => Tf::Null,
        };
        // Dataverse keeps no difference between an empty text and none.
        let text = |prior: &Tf<String>, current: &Option<String>| match current {
            None if prior.text() == Some("") => Tf::Known(String::new()),
            current => current.clone().into(),
        };
        let across =
            principal_roles::across_units(api, &roles, (&*team).into(), &state.security_roles).await?;
        let of_group = team.team_type.is_of_group();
        // What cannot be managed is null, also after an import, which asks for all.
        let access = team.team_type == TeamType::Access && state.security_roles == Tf::Known(BTreeSet::new());
        let members = if of_group || team.is_default || state.members.is_null() {
            Tf::Null
        } else {
            members::spelled(&*api.client.teams().members(id).await?, &state.members)
        };
        Ok(Team {
            id: Tf::Known(id.to_string()),
            name: Tf::Known(team.name.clone()),
            team_type: type_word(team.team_type),
            entra_group_id: guid(&state.entra_group_id, team.entra_group_id),
            membership_type: if of_group { membership_word(team.membership_type) } else { Tf::Null },
            business_unit_id: references::respell(&state.business_unit_id, team.business_unit_id, |text| {
                references::business_unit(&units, text).ok().map(|unit| unit.id)
            }),
            administrator_id: guid(&state.administrator_id, team.administrator_id),
            description: text(&state.description, &team.description),
            email: text(&state.email, &team.email),
            security_roles: if access {
                Tf::Null
            } else {
                principal_roles::held(&roles, (&*team).into(), &state.security_roles, across)
            },
            members,
            is_default: Tf::Known(team.is_default),
        })
    }

    async fn update(api: &Api, context: &Context, _: Team, plan: Team) -> Result<Team, Fault> {
        let id = references::id(&plan.id, "id")?;
        let teams = api.client.teams();
        let team = teams.get_fresh(id).await?.ok_or(Fault::Gone)?;
        let unit = unit(api, &plan).await?;
        let roles =
            principal_roles::difference(api, context, (&*team).into(), unit, &plan.security_roles).await?;
        let (join, leave) = match plan.members.known() {
            Some(_) => members::difference(&*teams.members_fresh(id).await?, &plan.members),
            None => Default::default(),
        };
        let mut changes = Changes::new();
        if unit != team.business_unit_id {
            changes = changes.lookup("businessunitid", "businessunits", Some(unit));
        }
        let name = Some(team.name.clone());
        for (column, wish, current) in [
            ("name", &plan.name, &name),
            ("description", &plan.description, &team.description),
            ("emailaddress", &plan.email, &team.email),
        ] {
            if let Some(text) = wish.text().filter(|text| current.as_deref().unwrap_or_default() != *text) {
                changes = changes.set(column, Some(text).filter(|text| !text.is_empty()));
            }
        }
        let administrator = plan.administrator_id.text().and_then(|text| Id::parse(text).ok());
        if administrator.is_some() && administrator != team.administrator_id {
            changes = changes.lookup("administratorid", "systemusers", administrator);
        }
        let roles = Exchange { add: &roles.add, remove: &roles.remove };
        let members = Exchange { add: &join, remove: &leave };
        teams.update(id, changes, roles, members).await.map_err(|error| refused(&error))?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: Team) -> Result<(), Fault> {
        if state.is_default == Tf::Known(true) {
            return Ok(());
        }
        let id = references::id(&state.id, "id")?;
        let Err(error) = api.client.teams().delete(id).await else { return Ok(()) };
        let mut faults = Diagnostics::from(faults::diagnostic(&error));
        if matches!(error.kind(), ErrorKind::InUse { .. }) {
            faults.push(Diagnostic::error(
                "A team that owns rows cannot be deleted. Give its rows to another owner, then run again.",
            ));
        }
        Err(faults.into())
    }

    async fn import(api: &Api, text: &str) -> Result<Team, Fault> {
        let id = checks::find_for_import(api, text).await?;
        Ok(Team { id: Tf::Known(id.to_string()), ..Team::default() })
    }

    fn manage_all(team: &mut Team) {
        team.security_roles = Tf::Known(BTreeSet::new());
        team.members = Tf::Known(BTreeSet::new());
    }
}

async fn unit(api: &Api, team: &Team) -> Result<Id, Fault> {
    let units = api.client.business_units().all().await?;
    Ok(references::business_unit(&units, team.business_unit_id.text().unwrap_or_default())?.id)
}

/// The error at the attribute that it is about, where the kind tells.
fn refused(error: &Error) -> Fault {
    if error.is_duplicate() {
        let text = "The business unit has a team of that name already, or the group in Entra a team of that membership type. \
                    Choose another name, or import that team.";
        let mut faults = Diagnostics::from(faults::diagnostic(error).at("name"));
        faults.push(Diagnostic::error(text).at("name"));
        return faults.into();
    }
    faults::located(error, "security_roles")
}

/// The type that a configuration names.
pub(super) fn team_type(word: &Tf<String>) -> TeamType {
    let text = word.text().unwrap_or_default();
    let found = TEAM_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(text));
    found.map_or(TeamType::Owner, |found| found.1)
}

/// The word for a type.
pub(crate) fn type_word(team_type: TeamType) -> Tf<String> {
    let known = TEAM_TYPES.iter().find(|(_, known)| *known == team_type);
    Tf::Known(known.map_or_else(|| team_type.value().to_string(), |(word, _)| (*word).to_owned()))
}

fn membership_type(word: &Tf<String>) -> MembershipType {
    let text = word.text().unwrap_or_default();
    let found = MEMBERSHIP_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(text));
    found.map_or(MembershipType::MembersAndGuests, |found| found.1)
}

/// The word for a membership type.
pub(crate) fn membership_word(membership: MembershipType) -> Tf<String> {
    let known = MEMBERSHIP_TYPES.iter().find(|(_, known)| *known == membership);
    Tf::Known(known.map_or_else(|| membership.value().to_string(), |(word, _)| (*word).to_owned()))
}
