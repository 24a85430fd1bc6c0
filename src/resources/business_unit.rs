//! `dataverse_business_unit`: one business unit.

mod checks;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Planning, Resource, Tf, Validator, Value, computed,
    optional_computed, required,
};

use crate::dataverse::tables::Changes;
use crate::dataverse::tables::business_unit::NewBusinessUnit;
use crate::dataverse::{Error, ErrorKind, Id};
use crate::faults;
use crate::provider::Api;
use crate::references::{self, Unresolved};
use crate::terms;

tf_provider::model! {
    /// Authoritative for one business unit: its name, its place in the tree, and the arguments that are given.
    ///
    /// Dataverse gives each unit a default team and a copy of every security role of the units above. Units, users, teams
    /// and roles of the same configuration can name a new unit by id or by name. Texts that are left out stay as they are;
    /// an empty one removes what is there.
    ///
    /// A destroy disables the unit and deletes it, for which it must hold no units, users and teams; its default team goes
    /// with it. The root unit can be imported and described, but not disabled, moved or destroyed.
    ///
    /// The deploying identity needs `prvCreateBusinessUnit`, `prvReadBusinessUnit`, `prvWriteBusinessUnit`,
    /// `prvDeleteBusinessUnit`, `prvAppendBusinessUnit`, `prvAppendToBusinessUnit`, `prvDisableBusinessUnit`, for a move
    /// `prvReparentBusinessUnit`, and for a destroy `prvReadUser` and `prvReadTeam`.
    pub struct BusinessUnit {
        /// Id of the unit.
        id: Tf<String> => computed().keep(),
        /// Name of the unit, unique below the unit above. The default team bears it too.
        name: Tf<String> => required().check(terms::name(160)),
        /// The unit above, by id or name. Another one moves the unit, with all below it. Default: the root unit for a new
        /// unit, afterwards it stays where it is.
        parent_business_unit_id: Tf<String> => optional_computed().keep().equivalent(terms::same_text),
        /// What the unit is for.
        description: Tf<String> => optional_computed().keep().check(Validator::length(0, 2000)),
        /// Whether the unit is enabled. Users and teams of a disabled unit, and of those below it, have no access. Default
        /// `true`.
        enabled: Tf<bool> => optional_computed().default(Value::Bool(true)),
        /// Division to which the unit belongs.
        division_name: Tf<String> => optional_computed().keep().check(Validator::length(0, 100)),
        /// Cost center.
        cost_center: Tf<String> => optional_computed().keep().check(Validator::length(0, 100)),
        /// E-mail address.
        email: Tf<String> => optional_computed().keep().check(Validator::length(0, 100)),
        /// Web site.
        website_url: Tf<String> => optional_computed().keep().check(Validator::length(0, 200)),
        /// First line of the address.
        address_line1: Tf<String> => optional_computed().keep().check(Validator::length(0, 250)),
        /// Second line of the address.
        address_line2: Tf<String> => optional_computed().keep().check(Validator::length(0, 250)),
        /// Third line of the address.
        address_line3: Tf<String> => optional_computed().keep().check(Validator::length(0, 250)),
        /// City.
        address_city: Tf<String> => optional_computed().keep().check(Validator::length(0, 80)),
        /// State or province.
        address_state_or_province: Tf<String> => optional_computed().keep().check(Validator::length(0, 50)),
        /// Postal code.
        address_postal_code: Tf<String> => optional_computed().keep().check(Validator::length(0, 20)),
        /// Country.
        address_country: Tf<String> => optional_computed().keep().check(Validator::length(0, 80)),
        /// Main telephone number.
        telephone: Tf<String> => optional_computed().keep().check(Validator::length(0, 50)),
        /// Fax number.
        fax: Tf<String> => optional_computed().keep().check(Validator::length(0, 50)),
    }
}

impl BusinessUnit {
    /// The texts, with the columns that hold them.
    fn texts(&self) -> [(&'static str, &Tf<String>); 14] {
        [
            ("description", &self.description),
            ("divisionname", &self.division_name),
            ("costcenter", &self.cost_center),
            ("emailaddress", &self.email),
            ("websiteurl", &self.website_url),
            ("address1_line1", &self.address_line1),
            ("address1_line2", &self.address_line2),
            ("address1_line3", &self.address_line3),
            ("address1_city", &self.address_city),
            ("address1_stateorprovince", &self.address_state_or_province),
            ("address1_postalcode", &self.address_postal_code),
            ("address1_country", &self.address_country),
            ("address1_telephone1", &self.telephone),
            ("address1_fax", &self.fax),
        ]
    }
}

/// The resource.
pub struct BusinessUnitResource;

impl Resource for BusinessUnitResource {
    const TYPE: &'static str = "dataverse_business_unit";
    type Api = Api;
    type Model = BusinessUnit;

    async fn plan(api: &Api, plan: &mut Planning<BusinessUnit>) {
        checks::plan(api, plan).await;
    }

    async fn plan_destroy(api: &Api, prior: BusinessUnit) -> Diagnostics {
        checks::plan_destroy(api, &prior).await
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: BusinessUnit,
        created: &Created<BusinessUnit>,
    ) -> Result<BusinessUnit, Fault> {
        let name = plan.name.text().unwrap_or_default().to_owned();
        let texts = plan.texts().into_iter().fold(Changes::new(), |changes, (column, text)| {
            changes.set_some(column, text.text().filter(|text| !text.is_empty()))
        });
        let new = NewBusinessUnit {
            id: Id::random(),
            name: name.clone(),
            parent_id: parent(api, &plan).await?,
            is_disabled: plan.enabled == Tf::Known(false),
            texts,
        };
        let unit = BusinessUnit { id: Tf::Known(new.id.to_string()), ..plan };
        created.announce(unit.clone());
        api.client.business_units().create(&new).await.map_err(|error| {
            faults::not_created(created, &error);
            refused(&error)
        })?;
        api.planned_units.add(&name, Some(new.id));
        Ok(unit)
    }

    async fn read(api: &Api, _: &Context, state: BusinessUnit) -> Result<BusinessUnit, Fault> {
        let id = references::id(&state.id, "id")?;
        let units = api.client.business_units().all_showing(id).await?;
        let unit = units.get(id).ok_or(Fault::Gone)?;
        let parent = match unit.parent_id {
            Some(parent) => references::respell(&state.parent_business_unit_id, parent, |text| {
                references::business_unit(&units, text).ok().map(|unit| unit.id)
            }),
            None => Tf::Null,
        };
        // Dataverse keeps no difference between an empty text and none.
        let text = |column: &str, state: &Tf<String>| match unit.text(column) {
            Some(text) => Tf::Known(text.to_owned()),
            None if state.text() == Some("") => Tf::Known(String::new()),
            None => Tf::Null,
        };
        Ok(BusinessUnit {
            id: Tf::Known(id.to_string()),
            name: Tf::Known(unit.name.clone()),
            parent_business_unit_id: parent,
            enabled: Tf::Known(unit.is_disabled != Some(true)),
            description: text("description", &state.description),
            division_name: text("divisionname", &state.division_name),
            cost_center: text("costcenter", &state.cost_center),
            email: text("emailaddress", &state.email),
            website_url: text("websiteurl", &state.website_url),
            address_line1: text("address1_line1", &state.address_line1),
            address_line2: text("address1_line2", &state.address_line2),
            address_line3: text("address1_line3", &state.address_line3),
            address_city: text("address1_city", &state.address_city),
            address_state_or_province: text("address1_stateorprovince", &state.address_state_or_province),
            address_postal_code: text("address1_postalcode", &state.address_postal_code),
            address_country: text("address1_country", &state.address_country),
            telephone: text("address1_telephone1", &state.telephone),
            fax: text("address1_fax", &state.fax),
        })
    }

    async fn update(
        api: &Api,
        _: &Context,
        prior: BusinessUnit,
        plan: BusinessUnit,
    ) -> Result<BusinessUnit, Fault> {
        let id = references::id(&plan.id, "id")?;
        let units = api.client.business_units().all().await?;
        let unit = units.get(id).ok_or(Fault::Gone)?;
        let mut changes = Changes::new();
        if let Some(name) = plan.name.text().filter(|name| *name != unit.name) {
            changes = changes.set("name", name);
        }
        if unit.parent_id.is_some() {
            let parent = parent(api, &plan).await?;
            if Some(parent) != unit.parent_id {
                changes = changes.lookup("parentbusinessunitid", "businessunits", Some(parent));
            }
        }
        for ((column, before), (_, after)) in prior.texts().into_iter().zip(plan.texts()) {
            if let Some(text) = after.text().filter(|_| before != after) {
                changes = changes.set(column, Some(text).filter(|text| !text.is_empty()));
            }
        }
        if prior.enabled != plan.enabled {
            changes = changes.set("isdisabled", plan.enabled == Tf::Known(false));
        }
        api.client.business_units().update(id, changes).await.map_err(|error| refused(&error))?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: BusinessUnit) -> Result<(), Fault> {
        let id = references::id(&state.id, "id")?;
        let table = api.client.business_units();
        let units = table.all().await?;
        let unit = units.get(id).ok_or(Fault::Gone)?;
        let occupants = table.occupants(id).await?;
        if let Some(why) = checks::occupied(&unit.name, &occupants) {
            return Err(Diagnostic::error(why).into());
        }
        let enabled = unit.is_disabled != Some(true);
        if enabled {
            table.set_disabled(id, true).await?;
        }
        let Err(error) = table.delete(id).await else { return Ok(()) };
        let mut faults = Diagnostics::from(faults::diagnostic(&error));
        if matches!(error.kind(), ErrorKind::InUse { .. }) {
            faults.push(Diagnostic::error(checks::in_use(&unit.name, &occupants)));
        }
        if enabled && let Err(error) = table.set_disabled(id, false).await {
            faults.push(Diagnostic::error(format!(
                "The unit was disabled for the deletion, and enabling it again failed: {error}."
            )));
        }
        Err(faults.into())
    }

    async fn import(api: &Api, text: &str) -> Result<BusinessUnit, Fault> {
        let units = api.client.business_units().all().await?;
        match references::business_unit(&units, text) {
            Ok(unit) => Ok(BusinessUnit { id: Tf::Known(unit.id.to_string()), ..BusinessUnit::default() }),
            Err(Unresolved::Missing(text)) => {
                Err(Diagnostic::error(format!("{text} Import a business unit by its id or name.")).into())
            }
            Err(unresolved) => Err(unresolved.into()),
        }
    }
}

/// The unit above that a plan names.
async fn parent(api: &Api, plan: &BusinessUnit) -> Result<Id, Fault> {
    let units = api.client.business_units().all().await?;
    let text = plan.parent_business_unit_id.text().unwrap_or_default();
    references::business_unit(&units, text)
        .map(|unit| unit.id)
        .map_err(|unresolved| Diagnostic::error(unresolved.text()).at("parent_business_unit_id").into())
}

/// The error at the attribute that it is about, where the kind tells.
fn refused(error: &Error) -> Fault {
    let attribute = match error.kind() {
        _ if error.is_not_found() => return Fault::Gone,
        _ if error.is_duplicate() => "name",
        ErrorKind::LastAdministrator { .. } => "enabled",
        _ => return faults::diagnostic(error).into(),
    };
    faults::diagnostic(error).at(attribute).into()
}
