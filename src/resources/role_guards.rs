//! What the grants of a plan may give away, and what they may take from the caller.

use std::collections::BTreeMap;

use tf_provider::framework::{Diagnostic, Planning};

use crate::dataverse::tables::Depth;
use crate::dataverse::tables::catalogue::Catalogue;
use crate::dataverse::tables::role::Role;
use crate::dataverse::{Error, Id};
use crate::provider::Api;
use crate::references::SYSTEM_ADMINISTRATOR;
use crate::terms;

/// Privileges of a role, with their levels.
type Grants = BTreeMap<Id, Depth>;

/// With it, a program does whatever it likes in the name of any other user.
const IMPERSONATION: &str = "prvActOnBehalfOfAnotherUser";

/// Without these the provider cannot manage roles any more.
const NEEDED: [&str; 4] = ["prvReadRole", "prvWriteRole", "prvAssignRole", "prvReadUser"];

/// Warns about what a plan newly grants, between `before` and `after`: impersonation, at the argument `at`, and what the
/// caller does not hold itself.
pub(super) async fn granted<M>(
    api: &Api,
    plan: &mut Planning<M>,
    catalogue: &Catalogue,
    at: &'static str,
    (before, after): (&Grants, &Grants),
) {
    let new: Grants = after
        .iter()
        .filter(|(id, depth)| before.get(id).is_none_or(|held| held < depth))
        .map(|(id, depth)| (*id, *depth))
        .collect();
    if new.keys().any(|id| catalogue.privilege_by_id(*id).is_some_and(|it| it.name == IMPERSONATION)) {
        plan.diagnostics.push(
            Diagnostic::warning(
                "The role lets its holders act as anybody",
                format!(
                    "{IMPERSONATION} lets who holds this role work in the name of any other user. Give the role to as few \
                     identities as you can."
                ),
            )
            .at(at),
        );
    }
    match exceeding(api, catalogue, &new).await {
        Ok(exceeding) if exceeding.is_empty() => {}
        Ok(exceeding) => plan.diagnostics.push(Diagnostic::warning(
            "The role holds more than the provider's user",
            format!(
                "Dataverse lets nobody give what they do not hold, as deep as they give it, so the apply will probably be \
                 refused. The provider's user lacks: {}.",
                exceeding.join(", ")
            ),
        )),
        Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
    }
}

/// What of `grants` the caller lacks, in words.
async fn exceeding(api: &Api, catalogue: &Catalogue, grants: &Grants) -> Result<Vec<String>, Error> {
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let held = api.client.user_privileges().of_caller().await?;
    let lacks = |held: &Grants, id: &Id, depth: &Depth| held.get(id).is_none_or(|held| held < depth);
    let missing: Vec<(&str, Id, Depth)> = grants
        .iter()
        .filter(|(id, depth)| lacks(&held, id, depth))
        .filter_map(|(id, depth)| Some((catalogue.privilege_by_id(*id)?.name.as_str(), *id, *depth)))
        .collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    // The caller may hold them through a team.
    let caller = api.client.environment().who_am_i().await?.user_id;
    let names: Vec<&str> = missing.iter().map(|(name, ..)| *name).collect();
    let through_teams = api.client.user_privileges().named(caller, &names).await?;
    let missing = missing.into_iter().filter(|(_, id, depth)| lacks(&through_teams, id, depth));
    Ok(missing.map(|(name, _, depth)| format!("{name} ({})", terms::level_word(depth))).collect())
}

/// Why the privileges `lost` may not be taken from the role: the caller holds it, manages security by one of them, and is no
/// System Administrator.
///
/// # Errors
/// Those of a query.
pub(super) async fn taken<'a>(
    api: &Api,
    catalogue: &Catalogue,
    role: &Role,
    lost: impl Iterator<Item = &'a Id>,
) -> Result<Option<String>, Error> {
    let lost: Vec<&str> = lost
        .filter_map(|id| catalogue.privilege_by_id(*id))
        .map(|privilege| privilege.name.as_str())
        .filter(|name| NEEDED.contains(name))
        .collect();
    if lost.is_empty() || !depends_on(api, role).await? {
        return Ok(None);
    }
    Ok(Some(format!(
        "The provider's own user holds the role \"{}\". Without {} it would be locked out of managing security. Let another \
         identity make this change.",
        role.name,
        lost.join(", ")
    )))
}

/// Why a copy of a role cannot be changed.
pub(super) fn is_copy(copy: Id, original: &Role) -> String {
    format!(
        "{copy} is the copy of the role \"{}\" in a business unit. Dataverse takes changes at the original alone, and brings \
         them to all copies. Use the original's id, {}, or the name.",
        original.name, original.id
    )
}

/// Whether the caller holds the role, and is no System Administrator beside.
async fn depends_on(api: &Api, role: &Role) -> Result<bool, Error> {
    let Some(caller) = api.client.environment().caller().await? else { return Ok(false) };
    let roles = api.client.roles().all().await?;
    let held: Vec<&Role> = caller.role_ids.iter().filter_map(|id| roles.root_of(*id)).collect();
    Ok(held.iter().any(|held| held.id == role.root_role_id)
        && !held.iter().any(|held| held.template_id == Some(SYSTEM_ADMINISTRATOR)))
}

/// Why the role must stay: the caller works with it and with no other.
///
/// # Errors
/// Those of a query.
pub(super) async fn only_role_of_caller(api: &Api, role: &Role) -> Result<Option<String>, Error> {
    let Some(caller) = api.client.environment().caller().await? else { return Ok(None) };
    let roles = api.client.roles().all().await?;
    let others = caller.role_ids.iter().filter_map(|id| roles.root_of(*id)).any(|held| held.id != role.id);
    let holds = caller.role_ids.iter().filter_map(|id| roles.root_of(*id)).any(|held| held.id == role.id);
    Ok((holds && !others).then(|| {
        format!(
            "The provider's own user holds the role \"{}\" and no other: without it, it would be locked out of the \
             environment. Let another identity make this change.",
            role.name
        )
    }))
}
