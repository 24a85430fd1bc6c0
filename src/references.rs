//! What a configuration names by id or by name: business units and roles, found in what was read of them.

use std::collections::BTreeSet;

use tf_provider::framework::{Fault, Path, Planning, Tf};

use crate::dataverse::Id;
use crate::dataverse::tables::business_unit::{BusinessUnit, BusinessUnits};
use crate::dataverse::tables::role::{Role, Roles};
use crate::provider::Api;
use crate::terms::did_you_mean;

/// Template of System Administrator, the same in every environment.
pub const SYSTEM_ADMINISTRATOR: Id = Id::from_u128(0x6270_90ff_40a3_4053_8790_584e_dc5b_e201);

/// Why a reference finds nothing to refer to, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// Nothing of that name or id.
    Missing(String),
    /// Several of that name.
    Ambiguous(String),
}

impl Unresolved {
    /// The words.
    pub fn text(&self) -> &str {
        match self {
            Unresolved::Missing(text) | Unresolved::Ambiguous(text) => text,
        }
    }
}

/// The business unit that `text` names.
///
/// # Errors
/// When there is none, or several of that name.
pub fn business_unit<'a>(units: &'a BusinessUnits, text: &str) -> Result<&'a BusinessUnit, Unresolved> {
    if let Ok(id) = Id::parse(text) {
        let missing =
            || Unresolved::Missing(format!("The environment has no business unit with the id {id}."));
        return units.get(id).ok_or_else(missing);
    }
    let name = text.to_lowercase();
    let found: Vec<&BusinessUnit> = units.iter().filter(|unit| unit.name.to_lowercase() == name).collect();
    match found[..] {
        [unit] => Ok(unit),
        [] => {
            let hint = did_you_mean(text, units.iter().map(|unit| unit.name.as_str()));
            Err(Unresolved::Missing(format!("The environment has no business unit named \"{text}\".{hint}")))
        }
        _ => {
            let ids: Vec<String> = found.iter().map(|unit| unit.id.to_string()).collect();
            Err(Unresolved::Ambiguous(format!(
                "Several business units are named \"{text}\". Use an id instead: {}.",
                ids.join(", ")
            )))
        }
    }
}

/// The original of the role that `text` names: by the id of any copy, or by name. Where several business units have a role
/// of that name, the one with a copy in `within` is meant.
///
/// # Errors
/// When there is none, or several.
pub fn role<'a>(roles: &'a Roles, text: &str, within: Option<Id>) -> Result<&'a Role, Unresolved> {
    if let Ok(id) = Id::parse(text) {
        let missing =
            || Unresolved::Missing(format!("The environment has no security role with the id {id}."));
        return roles.root_of(id).ok_or_else(missing);
    }
    let named = roles.named(text);
    let reachable: Vec<&Role> = named
        .iter()
        .copied()
        .filter(|role| within.is_none_or(|unit| roles.copy_in(role.id, unit).is_some()))
        .collect();
    match (&named[..], &reachable[..]) {
        (_, [role]) | ([role], _) => Ok(role),
        ([], _) => {
            let hint = did_you_mean(text, roles.originals().map(|role| role.name.as_str()));
            Err(Unresolved::Missing(format!("The environment has no security role named \"{text}\".{hint}")))
        }
        _ => {
            let candidates: Vec<String> = named
                .iter()
                .map(|role| format!("{} (business unit {})", role.id, role.business_unit_id))
                .collect();
            Err(Unresolved::Ambiguous(format!(
                "Several security roles are named \"{text}\". Use an id instead: {}.",
                candidates.join(", ")
            )))
        }
    }
}

/// The copies, in the business unit `unit`, of the roles that `names` names.
///
/// # Errors
/// When a name finds no role, or the role has no copy there.
pub fn copies<'n>(
    roles: &Roles,
    names: impl IntoIterator<Item = &'n String>,
    unit: Id,
) -> Result<BTreeSet<Id>, Unresolved> {
    names
        .into_iter()
        .map(|name| {
            let original = role(roles, name, Some(unit))?;
            roles.copy_in(original.id, unit).map(|copy| copy.id).ok_or_else(|| {
                Unresolved::Missing(format!(
                    "The security role \"{name}\" belongs to the business unit {} and has no copy in {unit}, the unit of \
                     the user. Create the role in a unit above both.",
                    original.business_unit_id
                ))
            })
        })
        .collect()
}

/// Completes `business_unit_id` of a plan: a name or id that must exist, by default the root unit. Returns the unit once
/// it is known.
pub async fn plan_business_unit<M>(
    api: &Api,
    plan: &mut Planning<M>,
    config: Tf<String>,
    field: fn(&mut M) -> &mut Tf<String>,
) -> Option<Id> {
    let units = match api.client.business_units().all().await {
        Ok(units) => units,
        Err(error) => {
            plan.diagnostics.push(crate::faults::diagnostic(&error));
            return None;
        }
    };
    match config {
        Tf::Unknown => None,
        Tf::Known(text) => match business_unit(&units, &text) {
            Ok(unit) => {
                keep_spelling(plan, field, |text| {
                    business_unit(&units, text).is_ok_and(|before| before.id == unit.id)
                });
                Some(unit.id)
            }
            Err(unresolved) => {
                plan.refuse("business_unit_id", unresolved.text());
                None
            }
        },
        Tf::Null => {
            let field = field(&mut plan.planned);
            if let Some(unit) = field.text().and_then(|text| business_unit(&units, text).ok()) {
                return Some(unit.id);
            }
            let root = units.root()?.id;
            *field = Tf::Known(root.to_string());
            Some(root)
        }
    }
}

/// Plans no change of a field whose prior value names the same row in another way: an id and a name, say.
pub fn keep_spelling<M>(
    plan: &mut Planning<M>,
    field: fn(&mut M) -> &mut Tf<String>,
    same: impl FnOnce(&str) -> bool,
) {
    let Some(before) = plan.prior.as_mut().map(|prior| field(prior).clone()) else { return };
    if before.text().is_some_and(same) {
        *field(&mut plan.planned) = before;
    }
}

/// Checks the roles that a plan gives to a principal of `unit`: they must exist, or be planned in this run. Returns the
/// originals once all of them are known.
pub async fn plan_roles<M>(
    api: &Api,
    plan: &mut Planning<M>,
    path: Path,
    names: &Tf<BTreeSet<Tf<String>>>,
    unit: Option<Id>,
) -> Option<BTreeSet<Id>> {
    let names = names.known()?;
    let roles = match api.client.roles().all().await {
        Ok(roles) => roles,
        Err(error) => {
            plan.diagnostics.push(crate::faults::diagnostic(&error));
            return None;
        }
    };
    let mut found = std::collections::BTreeMap::new();
    for name in names.iter().filter_map(Tf::text) {
        let original = match role(&roles, name, unit) {
            Ok(original) => original,
            Err(Unresolved::Missing(_)) if api.planned_roles.contains(name) => continue,
            Err(unresolved) => {
                plan.refuse(path.clone(), format!("{} {REFER}", unresolved.text()));
                continue;
            }
        };
        if let Some(other) = found.insert(original.id, name) {
            plan.refuse(
                path.clone(),
                format!("\"{other}\" and \"{name}\" are the same security role. Name it once."),
            );
        }
        if let Some(unit) = unit
            && let Err(unresolved) = copies(&roles, [&name.to_owned()], unit)
        {
            plan.refuse(path.clone(), unresolved.text());
        }
    }
    (found.len() == names.len()).then(|| found.into_keys().collect())
}

/// What to do about a role that is not there.
const REFER: &str = "If this configuration creates the role, refer to it, for example \
                     dataverse_security_role.example.name, so that it is created first.";

/// The id in a field that the plan made sure of.
///
/// # Errors
/// When the field is not an id after all.
pub fn id(field: &Tf<String>, name: &str) -> Result<Id, Fault> {
    let text = field.text().unwrap_or_default();
    Id::parse(text).map_err(|error| {
        tf_provider::framework::Diagnostic::error(format!("{error}.")).at(Path::attribute(name)).into()
    })
}

impl From<Unresolved> for Fault {
    fn from(unresolved: Unresolved) -> Self {
        tf_provider::framework::Diagnostic::error(unresolved.text()).into()
    }
}

/// A field that holds `current`, in the spelling of `prior` if that names the same row.
pub fn respell(prior: &Tf<String>, current: Id, resolve: impl FnOnce(&str) -> Option<Id>) -> Tf<String> {
    match prior.text() {
        Some(text) if resolve(text) == Some(current) => Tf::Known(text.to_owned()),
        _ => Tf::Known(current.to_string()),
    }
}
