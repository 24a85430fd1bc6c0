//! Business units that a configuration names.

use tf_provider::framework::{Diagnostic, Fault, Planning, Tf};

use super::{Unresolved, keep_spelling};
use crate::dataverse::Id;
use crate::dataverse::tables::business_unit::{BusinessUnit, BusinessUnits};
use crate::provider::Api;
use crate::terms::did_you_mean;

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
            let candidates: Vec<String> = found
                .iter()
                .map(|unit| match unit.parent_id.and_then(|parent| units.get(parent)) {
                    Some(parent) => format!("{} (below \"{}\")", unit.id, parent.name),
                    None => unit.id.to_string(),
                })
                .collect();
            Err(Unresolved::Ambiguous(format!(
                "Several business units are named \"{text}\". Use an id instead: {}.",
                candidates.join(", ")
            )))
        }
    }
}

/// The business unit that `text` will name after this run; `None` when this run creates it.
///
/// # Errors
/// As [`business_unit`].
pub fn planned_unit(api: &Api, units: &BusinessUnits, text: &str) -> Result<Option<Id>, Unresolved> {
    match (business_unit(units, text), api.planned_units.named(text)) {
        (Ok(unit), Some(None)) if Id::parse(text).is_err() => Err(Unresolved::Ambiguous(format!(
            "The business unit {} is named \"{text}\", and this run creates another one of that name. Use an id instead.",
            unit.id
        ))),
        (Ok(unit), _) => Ok(Some(unit.id)),
        (Err(Unresolved::Missing(_)), Some(planned)) => Ok(planned),
        (Err(Unresolved::Missing(text)), None) => Err(Unresolved::Missing(format!("{text} {REFER}"))),
        (Err(ambiguous), _) => Err(ambiguous),
    }
}

/// What to do about a unit that is not there.
const REFER: &str = "If this configuration creates the unit, refer to it, for example \
                     dataverse_business_unit.example.id, so that it is created first.";

/// The business unit that the optional argument `name` names, by id or name; nothing while it is null.
///
/// # Errors
/// At the argument, when there is no such unit; those of a query.
pub async fn optional_unit(api: &Api, field: &Tf<String>, name: &'static str) -> Result<Option<Id>, Fault> {
    let Some(text) = field.text() else { return Ok(None) };
    let units = api.client.business_units().all().await?;
    let unit = business_unit(&units, text);
    Ok(Some(unit.map_err(|unresolved| Diagnostic::error(unresolved.text()).at(name))?.id))
}

/// Completes `business_unit_id` of a plan: a name or id that must exist or be planned in this run, by default the root unit.
/// Returns the unit once its id is known.
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
    let prior = plan.prior.as_mut().and_then(|prior| {
        let text = field(prior).text()?;
        business_unit(&units, text).map_or_else(|_| api.planned_units.formerly(text), |unit| Some(unit.id))
    });
    match config {
        Tf::Unknown => None,
        Tf::Known(text) => match planned_unit(api, &units, &text) {
            Ok(unit) => {
                if unit.is_some() && unit == prior {
                    plan.in_place.push("business_unit_id".into());
                }
                // A name that the unit only gets in this run must reach the state.
                if business_unit(&units, &text).is_ok() {
                    keep_spelling(plan, field, |text| {
                        business_unit(&units, text).is_ok_and(|before| Some(before.id) == unit)
                    });
                }
                unit
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
