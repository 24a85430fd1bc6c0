//! `dataverse_business_units`: all business units, or those below one.

use tf_provider::framework::{DataSource, Diagnostic, Fault, Tf, computed, optional};

use crate::dataverse::tables::business_unit::BusinessUnit as Row;
use crate::provider::Api;
use crate::references;

tf_provider::model! {
    /// Reads all business units of the environment, or those below one.
    pub struct BusinessUnits {
        /// Only units below this one, at any depth, by id or name.
        below: Tf<String> => optional(),
        /// Whether to list disabled units (`true`) or enabled ones (`false`) only. Default: both.
        disabled: Tf<bool> => optional(),
        /// The units, sorted by name: each with `id`, `name`, `parent_business_unit_id` (null for the root), `description`,
        /// and `disabled`.
        business_units: Tf<Vec<Unit>> => computed(),
    }
}

tf_provider::model! {
    /// One of the units.
    pub struct Unit {
        /// Id of the unit.
        id: Tf<String> => computed(),
        /// Name of the unit.
        name: Tf<String> => computed(),
        /// Id of the unit above; null for the root unit.
        parent_business_unit_id: Tf<String> => computed(),
        /// What the unit is for.
        description: Tf<String> => computed(),
        /// Whether the unit is disabled.
        disabled: Tf<bool> => computed(),
    }
}

/// The data source.
pub struct BusinessUnitsSource;

impl DataSource for BusinessUnitsSource {
    const TYPE: &'static str = "dataverse_business_units";
    type Api = Api;
    type Model = BusinessUnits;

    async fn read(api: &Api, config: BusinessUnits) -> Result<BusinessUnits, Fault> {
        let units = api.client.business_units().all().await?;
        let mut found: Vec<&Row> = match config.below.text() {
            Some(text) => {
                let top = references::business_unit(&units, text)
                    .map_err(|unresolved| Fault::from(Diagnostic::error(unresolved.text()).at("below")))?;
                units.below(top.id)
            }
            None => units.iter().collect(),
        };
        let is_disabled = |unit: &Row| unit.is_disabled == Some(true);
        if let Some(wish) = config.disabled.known() {
            found.retain(|unit| is_disabled(unit) == *wish);
        }
        found.sort_by_key(|unit| (unit.name.to_lowercase(), unit.id));
        let shown = found.into_iter().map(|unit| Unit {
            id: Tf::Known(unit.id.to_string()),
            name: Tf::Known(unit.name.clone()),
            parent_business_unit_id: unit.parent_id.map(|id| id.to_string()).into(),
            description: unit.text("description").map(ToOwned::to_owned).into(),
            disabled: Tf::Known(is_disabled(unit)),
        });
        Ok(BusinessUnits { business_units: Tf::Known(shown.collect()), ..config })
    }
}
