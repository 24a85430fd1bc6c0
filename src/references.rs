//! What a configuration names by id or by name: business units and roles, found in what was read of them.

use tf_provider::framework::{Fault, Path, Planning, Tf};

mod roles;
mod units;

pub use roles::{Place, copies, copy, place, plan_roles, role};
pub use units::{business_unit, optional_unit, plan_business_unit, planned_unit};

use crate::dataverse::Id;
use crate::provider::Api;

/// Template of System Administrator, the same in every environment.
pub const SYSTEM_ADMINISTRATOR: Id = Id::from_u128(0x6270_90ff_40a3_4053_8790_584e_dc5b_e201);

/// Reads the roles and business units that the plan of a user or team is going to need, so that it can be done beside its first
/// question. What fails here is asked for again by who needs it, and said there.
pub async fn read_ahead(api: &Api) {
    let _ = tokio::join!(api.client.business_units().all(), api.client.roles().all());
}

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
