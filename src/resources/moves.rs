//! State of Microsoft's Power Platform provider, taken over with `moved` blocks.
//!
//! Its attributes are those of its reference pages (`powerplatform_user`, `powerplatform_application_user`,
//! `powerplatform_security_role_assignment`, `powerplatform_role_assignment`). Ids there are keys of Dataverse rows.

use std::collections::BTreeSet;

use tf_provider::framework::{Diagnostic, MoveSource, Result, Tf};

use super::application_user::ApplicationUser;
use super::role_assignment::RoleAssignment;
use super::system_user::SystemUser;
use crate::dataverse::Id;

const PROVIDER: &str = "microsoft/power-platform";

/// A person's user, from `powerplatform_user`.
pub(super) fn system_user(source: &MoveSource<'_>) -> Option<Result<SystemUser>> {
    source.is(PROVIDER, "powerplatform_user").then(|| {
        // An empty set may mean that nobody manages the roles there.
        let roles = source.texts("security_roles").filter(|roles| !roles.is_empty());
        let roles = roles.map(|roles| roles.into_iter().map(Tf::from).collect::<BTreeSet<_>>());
        Ok(SystemUser {
            id: id(source, &["id"])?,
            entra_object_id: source.text("aad_id").map(ToOwned::to_owned).into(),
            security_roles: roles.into(),
            ..SystemUser::default()
        })
    })
}

/// An application user, from `powerplatform_application_user`, or from a `powerplatform_user` that is one.
pub(super) fn application_user(source: &MoveSource<'_>) -> Option<Result<ApplicationUser>> {
    if source.is(PROVIDER, "powerplatform_user") {
        return Some(system_user(source)?.map(|user| ApplicationUser {
            id: user.id,
            security_roles: user.security_roles,
            ..ApplicationUser::default()
        }));
    }
    source.is(PROVIDER, "powerplatform_application_user").then(|| {
        Ok(ApplicationUser {
            id: id(source, &["system_user_id", "id"])?,
            application_id: source.text("application_id").map(ToOwned::to_owned).into(),
            ..ApplicationUser::default()
        })
    })
}

/// A role on a user or team, from `powerplatform_security_role_assignment`.
pub(super) fn role_assignment(source: &MoveSource<'_>) -> Option<Result<RoleAssignment>> {
    let known = ["powerplatform_security_role_assignment", "powerplatform_role_assignment"];
    if !known.iter().any(|name| source.is(PROVIDER, name)) {
        return None;
    }
    Some(if source.text("system_user_id").is_some() {
        assignment(source, "system_user_id", "user")
    } else if source.text("team_id").is_some() {
        assignment(source, "team_id", "team")
    } else {
        Err(Diagnostic::error(
            "powerplatform_role_assignment gives a role of the Power Platform's administration, which is no security role of \
             an environment, so no resource of this provider stands for it. Remove the moved block. What gives a security role \
             to a user or team there is powerplatform_security_role_assignment.",
        )
        .into())
    })
}

/// The assignment to the `noun` (`user` or `team`) whose id is in `attribute`.
fn assignment(source: &MoveSource<'_>, attribute: &str, noun: &str) -> Result<RoleAssignment> {
    let (principal, role) = (id(source, &[attribute])?, id(source, &["security_role_id"])?);
    let name = source.text("security_role_name").map_or_else(|| role.clone(), Tf::from);
    let key = format!("{noun}/{}/{}", principal.text().unwrap_or_default(), role.text().unwrap_or_default());
    let (user_id, team_id) =
        if noun == "user" { (principal.clone(), Tf::Null) } else { (Tf::Null, principal.clone()) };
    Ok(RoleAssignment {
        id: Tf::Known(key),
        user_id,
        team_id,
        role: name,
        role_id: role,
        principal_id: principal,
        ..RoleAssignment::default()
    })
}

/// The id in the first of these attributes that holds anything.
fn id(source: &MoveSource<'_>, names: &[&str]) -> Result<Tf<String>> {
    let Some((name, text)) = names.iter().find_map(|name| Some((name, source.text(name)?))) else {
        let names = names.join(" or ");
        let text = format!("Its state has no {names}. Remove the moved block and import the object instead.");
        return Err(Diagnostic::error(text).into());
    };
    match Id::parse(text) {
        Ok(id) => Ok(Tf::Known(id.to_string())),
        Err(error) => {
            let text = format!(
                "Its {name} is no id: {error}. Remove the moved block and import the object instead."
            );
            Err(Diagnostic::error(text).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};
    use tf_provider::framework::Diagnostics;

    use super::*;

    const ONE: &str = "11111111-1111-1111-1111-111111111111";
    const TWO: &str = "22222222-2222-2222-2222-222222222222";

    fn source<'s>(type_name: &'s str, state: &'s Json) -> MoveSource<'s> {
        MoveSource {
            provider: "registry.terraform.io/microsoft/power-platform",
            type_name,
            schema_version: 0,
            state,
        }
    }

    fn text(refused: Option<Result<impl std::fmt::Debug>>) -> String {
        let refused: Diagnostics = refused.unwrap().unwrap_err();
        refused.iter().map(|diagnostic| diagnostic.detail.clone()).collect()
    }

    #[test]
    fn a_user_becomes_a_person_or_an_application_with_its_roles() {
        let state = json!({"id": ONE.to_uppercase(), "aad_id": TWO, "environment_id": TWO, "security_roles": [TWO],
            "disable_delete": true, "user_principal_name": "jo@contoso.com"});
        let person = system_user(&source("powerplatform_user", &state)).unwrap().unwrap();
        assert_eq!((person.id.text(), person.entra_object_id.text()), (Some(ONE), Some(TWO)));
        assert_eq!(person.security_roles, Tf::Known([Tf::from(TWO)].into()));
        let application = application_user(&source("powerplatform_user", &state)).unwrap().unwrap();
        assert_eq!((application.id.text(), application.application_id.is_null()), (Some(ONE), true));
        let bare = json!({"id": ONE, "security_roles": []});
        let person = system_user(&source("powerplatform_user", &bare)).unwrap().unwrap();
        assert!(person.security_roles.is_null());
        assert!(system_user(&source("powerplatform_application_user", &state)).is_none());
    }

    #[test]
    fn an_application_user_is_known_by_its_user_id() {
        let kind = "powerplatform_application_user";
        for state in [
            json!({"id": ONE, "application_id": TWO}),
            json!({"id": "x", "system_user_id": ONE, "application_id": TWO}),
        ] {
            let user = application_user(&source(kind, &state)).unwrap().unwrap();
            assert_eq!((user.id.text(), user.application_id.text()), (Some(ONE), Some(TWO)));
        }
        assert!(text(application_user(&source(kind, &json!({"id": "x"})))).contains("Its id is no id"));
        assert!(text(application_user(&source(kind, &json!({})))).contains("no system_user_id or id"));
    }

    #[test]
    fn an_assignment_of_a_security_role_can_be_moved_and_others_not() {
        let kind = "powerplatform_security_role_assignment";
        let mut state =
            json!({"id": "x", "system_user_id": ONE, "security_role_id": TWO, "security_role_name": "Sales"});
        let moved = role_assignment(&source(kind, &state)).unwrap().unwrap();
        assert_eq!((moved.user_id.text(), moved.role_id.text()), (Some(ONE), Some(TWO)));
        assert_eq!(
            (moved.role.text(), moved.id.text()),
            (Some("Sales"), Some(format!("user/{ONE}/{TWO}").as_str()))
        );
        state["security_role_name"] = Json::Null;
        assert_eq!(role_assignment(&source(kind, &state)).unwrap().unwrap().role.text(), Some(TWO));
        let team = json!({"team_id": ONE, "security_role_id": TWO, "system_user_id": null});
        let moved = role_assignment(&source(kind, &team)).unwrap().unwrap();
        assert_eq!((moved.team_id.text(), moved.user_id.is_null()), (Some(ONE), true));
        let admin = json!({"principal_id": ONE, "role_definition_id": TWO});
        let refused = text(role_assignment(&source("powerplatform_role_assignment", &admin)));
        assert!(refused.contains("no security role of an environment"), "{refused}");
        assert!(role_assignment(&source("powerplatform_user", &state)).is_none());
    }
}
