//! What the data sources of several users share: which users are wanted.

use std::collections::BTreeSet;
use std::sync::Arc;

use tf_provider::framework::{Diagnostic, Fault, Tf};

use crate::dataverse::pages::NameFilter;
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::system_user::{SystemUser, UserFilter, UserKind};
use crate::provider::Api;
use crate::references;

/// Which users a configuration asks for.
pub(super) struct Wanted<'c> {
    pub(super) kind: UserKind,
    pub(super) name_prefix: &'c Tf<String>,
    pub(super) name_contains: &'c Tf<String>,
    pub(super) business_unit_id: &'c Tf<String>,
    pub(super) enabled: &'c Tf<bool>,
    pub(super) security_role: &'c Tf<String>,
}

/// The users that a configuration asks for, by name, with all roles to name theirs from.
///
/// # Errors
/// Those of the queries; at `business_unit_id` or `security_role` when there is no such unit or role.
pub(super) async fn find(api: &Api, wanted: Wanted<'_>) -> Result<(Vec<SystemUser>, Arc<Roles>), Fault> {
    let roles = api.client.roles().all().await?;
    let unit = references::optional_unit(api, wanted.business_unit_id, "business_unit_id").await?;
    let role = match wanted.security_role.text() {
        Some(text) => {
            let role = references::role(&roles, text, unit);
            Some(role.map_err(|unresolved| Diagnostic::error(unresolved.text()).at("security_role"))?.id)
        }
        None => None,
    };
    let filter = UserFilter {
        kind: wanted.kind,
        name: NameFilter {
            prefix: wanted.name_prefix.known().cloned(),
            part: wanted.name_contains.known().cloned(),
        },
        business_unit_id: unit,
        enabled: wanted.enabled.known().copied(),
    };
    let mut users = api.client.system_users().all_matching(&filter).await?;
    if let Some(role) = role {
        let holds = |user: &SystemUser| {
            user.role_ids.iter().any(|id| roles.root_of(*id).is_some_and(|held| held.id == role))
        };
        users.retain(holds);
    }
    users.sort_by_key(|user| (user.full_name.clone().map(|name| name.to_lowercase()), user.id));
    Ok((users, roles))
}

/// The names of the direct roles of a user.
pub(super) fn role_names(roles: &Roles, user: &SystemUser) -> Tf<BTreeSet<Tf<String>>> {
    let held = user.role_ids.iter().filter_map(|id| roles.root_of(*id));
    Tf::Known(held.map(|role| Tf::Known(role.name.clone())).collect())
}
