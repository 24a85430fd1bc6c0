//! What is known of a change of a business unit before it is made.

use std::collections::BTreeSet;

use tf_provider::framework::{Diagnostic, Diagnostics, Planning, Tf};

use super::BusinessUnit;
use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::Id;
use crate::dataverse::tables::business_unit::{BusinessUnits, Occupants};
use crate::provider::Api;
use crate::references;

/// Completes and checks a plan.
pub(super) async fn plan(api: &Api, plan: &mut Planning<BusinessUnit>) {
    let units = match api.client.business_units().all().await {
        Ok(units) => units,
        Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
    };
    let own = plan.prior.as_ref().and_then(|prior| Id::parse(prior.id.text()?).ok());
    let is_root = own.is_some() && own == units.root().map(|root| root.id);
    let parent = if is_root { plan_root(plan) } else { plan_parent(api, plan, &units, own) };
    if let (Some(own), Some(parent)) = (own, parent) {
        plan_move(api, plan, &units, own, parent).await;
    }
    plan_name(api, plan, &units, own, parent);
    let was_enabled = plan.prior.as_ref().is_none_or(|prior| prior.enabled != Tf::Known(false));
    if plan.planned.enabled == Tf::Known(false) && was_enabled {
        plan_disabling(api, plan, &units, own, is_root).await;
    }
}

/// The root unit stays where it is.
fn plan_root(plan: &mut Planning<BusinessUnit>) -> Option<Id> {
    if !plan.config.parent_business_unit_id.is_null() {
        plan.refuse(
            "parent_business_unit_id",
            "This is the root business unit, which Dataverse does not let anybody move below another. Leave the argument out.",
        );
    }
    None
}

fn plan_parent(
    api: &Api,
    plan: &mut Planning<BusinessUnit>,
    units: &BusinessUnits,
    own: Option<Id>,
) -> Option<Id> {
    let prior = plan.prior.as_ref().and_then(|prior| {
        references::business_unit(units, prior.parent_business_unit_id.text()?).ok().map(|unit| unit.id)
    });
    match plan.config.parent_business_unit_id.clone() {
        Tf::Unknown => None,
        Tf::Null if own.is_some() => prior,
        Tf::Null => {
            let root = units.root()?.id;
            plan.planned.parent_business_unit_id = Tf::Known(root.to_string());
            Some(root)
        }
        Tf::Known(text) => match references::planned_unit(api, units, &text) {
            Ok(unit) => {
                // A name that the unit above only gets in this run must reach the state.
                if references::business_unit(units, &text).is_ok() {
                    references::keep_spelling(
                        plan,
                        |unit| &mut unit.parent_business_unit_id,
                        |text| {
                            references::business_unit(units, text).is_ok_and(|before| Some(before.id) == unit)
                        },
                    );
                }
                unit
            }
            Err(unresolved) => {
                plan.refuse("parent_business_unit_id", unresolved.text());
                None
            }
        },
    }
}

/// Refuses a loop, also one that other moves of this run make, and tells which roles a move costs.
async fn plan_move(api: &Api, plan: &mut Planning<BusinessUnit>, units: &BusinessUnits, own: Id, parent: Id) {
    let current = units.get(own).and_then(|unit| unit.parent_id);
    if current == Some(parent) {
        return;
    }
    let above = above(api, units, parent);
    let name = |id: Id| units.get(id).map_or_else(|| id.to_string(), |unit| format!("\"{}\"", unit.name));
    if above.contains(&own) {
        let text = if parent == own {
            "A business unit cannot be below itself.".to_owned()
        } else {
            format!(
                "{} is below this unit, so the units would form a loop. Move {} elsewhere first; if this configuration does so, \
                 refer to that unit, so that it is moved first.",
                name(parent),
                name(parent)
            )
        };
        return plan.refuse("parent_business_unit_id", text);
    }
    api.planned_units.put_below(own, parent);
    let Ok(roles) = api.client.roles().all().await else { return };
    let left: BTreeSet<Id> = current
        .into_iter()
        .flat_map(|current| units.path_up(current))
        .map(|unit| unit.id)
        .filter(|unit| !above.contains(unit))
        .collect();
    let lost: Vec<String> = roles
        .originals()
        .filter(|role| left.contains(&role.business_unit_id))
        .map(|role| format!("\"{}\"", role.name))
        .collect();
    if !lost.is_empty() {
        plan.diagnostics.push(
            Diagnostic::warning(
                "Security roles lost in a move",
                format!(
                    "These security roles belong to business units that will not be above this one any more. Its users and \
                     teams, and those below, lose them: {}.",
                    lost.join(", ")
                ),
            )
            .at("parent_business_unit_id"),
        );
    }
}

/// `unit` and the units above it after this run.
fn above(api: &Api, units: &BusinessUnits, unit: Id) -> BTreeSet<Id> {
    let mut found = BTreeSet::new();
    let mut next = Some(unit);
    while let Some(unit) = next.filter(|unit| found.insert(*unit)) {
        let current = || units.get(unit).and_then(|unit| unit.parent_id);
        next = api.planned_units.parent_of(unit).or_else(current);
    }
    found
}

/// Refuses a name that a unit beside this one has, and says that this one will have it.
fn plan_name(
    api: &Api,
    plan: &mut Planning<BusinessUnit>,
    units: &BusinessUnits,
    own: Option<Id>,
    parent: Option<Id>,
) {
    let Some(name) = plan.planned.name.text().map(ToOwned::to_owned) else { return };
    let shown = match (own, parent) {
        (Some(own), _) => format!("the business unit {own}"),
        (None, Some(parent)) => format!("the business unit \"{name}\" below {parent}"),
        (None, None) => String::new(),
    };
    if !shown.is_empty() {
        claim(api, plan, "name", (Aspect::Object, &shown, Extent::All), &shown);
    }
    let taken =
        units.named(&name).find(|unit| parent.is_some() && unit.parent_id == parent && Some(unit.id) != own);
    match taken {
        Some(unit) if !plan.replaces(&[&unit.id.to_string()]) => plan.refuse(
            "name",
            format!(
                "There is a business unit named \"{name}\" at this place already, with the id {}. Choose another name, or \
                 import that unit.",
                unit.id
            ),
        ),
        Some(_) => {}
        None => {
            let before = plan.prior.as_ref().and_then(|prior| prior.name.text());
            if let (Some(own), Some(before)) = (own, before.filter(|before| *before != name)) {
                api.planned_units.rename(before, own);
            }
            api.planned_units.add(&name, own);
        }
    }
}

/// Refuses what would lock everybody, or the provider, out.
async fn plan_disabling(
    api: &Api,
    plan: &mut Planning<BusinessUnit>,
    units: &BusinessUnits,
    own: Option<Id>,
    is_root: bool,
) {
    if is_root {
        let text = "This is the root business unit, which Dataverse does not let anybody disable. Leave the argument out.";
        return plan.refuse("enabled", text);
    }
    match own {
        Some(own) if holds_caller(api, units, own).await => plan.refuse(
            "enabled",
            "The provider's own user belongs to this unit or to one below it, and would have no access any more. Move it to \
             another business unit first.",
        ),
        _ => {}
    }
}

/// Whether the provider's user is in `unit` or below it.
async fn holds_caller(api: &Api, units: &BusinessUnits, unit: Id) -> bool {
    let Ok(identity) = api.client.environment().who_am_i().await else { return false };
    units.path_up(identity.business_unit_id).iter().any(|above| above.id == unit)
}

/// Refuses a destroy that cannot succeed.
pub(super) async fn plan_destroy(api: &Api, prior: &BusinessUnit) -> Diagnostics {
    let Some(id) = prior.id.text().and_then(|text| Id::parse(text).ok()) else { return Diagnostics::new() };
    let units = match api.client.business_units().all().await {
        Ok(units) => units,
        Err(error) => return crate::faults::diagnostic(&error).into(),
    };
    let Some(unit) = units.get(id) else { return Diagnostics::new() };
    if unit.parent_id.is_none() {
        return Diagnostic::error(format!(
            "\"{}\" is the root business unit, which lasts as long as the environment. Remove it from the state instead \
             (`terraform state rm`, or a `removed` block).",
            unit.name
        ))
        .into();
    }
    if holds_caller(api, &units, id).await {
        return Diagnostic::error(format!(
            "The provider's own user belongs to the business unit \"{}\" or to one below it. Move it to another business unit \
             first.",
            unit.name
        ))
        .into();
    }
    Diagnostics::new()
}

/// Why a unit cannot be deleted yet, and what to do.
pub(super) fn occupied(unit: &str, occupants: &Occupants) -> Option<String> {
    let list = |what: &str, names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
    };
    let found: Vec<String> = [
        list("the business units", &occupants.units),
        list("the users", &occupants.users),
        list("the teams", &occupants.teams),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!found.is_empty()).then(|| {
        format!(
            "Dataverse deletes only empty business units, and \"{unit}\" holds {}. Move them to another unit or delete them, \
             then run again. Nothing was changed.",
            found.join("; ")
        )
    })
}

/// What may still be in a unit that the service does not delete.
pub(super) fn in_use(unit: &str, occupants: &Occupants) -> String {
    if occupants.deleted_users.is_empty() {
        return format!(
            "The default team of \"{unit}\" may own rows: give them to another owner, then run again."
        );
    }
    format!(
        "Rows of deleted users are left in \"{unit}\": {}. Delete them for good in the Power Platform admin center, then run \
         again.",
        occupants.deleted_users.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_way_is_named_with_what_to_do() {
        assert_eq!(occupied("North", &Occupants::default()), None);
        let occupants = Occupants {
            users: vec!["Jo".into()],
            teams: vec!["A".into(), "B".into()],
            ..Occupants::default()
        };
        let text = occupied("North", &occupants).unwrap();
        assert!(text.contains("\"North\" holds the users \"Jo\"; the teams \"A\", \"B\"."), "{text}");
        assert!(text.contains("Move them to another unit or delete them"), "{text}");
    }
}
