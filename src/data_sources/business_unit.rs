//! `dataverse_business_unit`: one business unit, by default the root.

use tf_provider::framework::{DataSource, Diagnostic, Diagnostics, Fault, Tf, computed, optional_computed};

use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Reads one business unit: by id, by name, or the root unit when neither is given.
    pub struct BusinessUnit {
        /// Id of the unit.
        id: Tf<String> => optional_computed().check(terms::guid()),
        /// Name of the unit. Names may repeat; then an id is needed.
        name: Tf<String> => optional_computed(),
        /// Id of the unit above; null for the root unit.
        parent_business_unit_id: Tf<String> => computed(),
        /// Whether the unit is disabled.
        disabled: Tf<bool> => computed(),
        /// Whether this is the root unit.
        is_root: Tf<bool> => computed(),
        /// Ids of the units directly below.
        child_business_unit_ids: Tf<Vec<Tf<String>>> => computed(),
    }
}

/// The data source.
pub struct BusinessUnitSource;

/// Two keys would leave open which one is meant. One that is not known yet may still be null, as those of a module may that
/// takes either.
pub(super) fn one_key(keys: &[(&'static str, &Tf<String>)]) -> Diagnostics {
    let given: Vec<&str> = keys.iter().filter(|key| key.1.known().is_some()).map(|key| key.0).collect();
    match given[..] {
        [_, second, ..] => Diagnostic::error(format!("{} are given; use one of them.", given.join(" and ")))
            .titled("Conflicting arguments")
            .at(second)
            .into(),
        _ => Diagnostics::new(),
    }
}

impl DataSource for BusinessUnitSource {
    const TYPE: &'static str = "dataverse_business_unit";
    type Api = Api;
    type Model = BusinessUnit;

    fn validate(config: &BusinessUnit) -> Diagnostics {
        one_key(&[("id", &config.id), ("name", &config.name)])
    }

    async fn read(api: &Api, config: BusinessUnit) -> Result<BusinessUnit, Fault> {
        let units = api.client.business_units().all().await?;
        let (attribute, key) = match (config.id.text(), config.name.text()) {
            (Some(id), _) => ("id", Some(id)),
            (_, name) => ("name", name),
        };
        let unit = match key {
            Some(key) => references::business_unit(&units, key)
                .map_err(|unresolved| Fault::from(Diagnostic::error(unresolved.text()).at(attribute)))?,
            None => units.root().ok_or(Fault::Gone)?,
        };
        let mut children: Vec<String> = units
            .iter()
            .filter(|child| child.parent_id == Some(unit.id))
            .map(|child| child.id.to_string())
            .collect();
        children.sort();
        Ok(BusinessUnit {
            id: Tf::Known(unit.id.to_string()),
            name: Tf::Known(unit.name.clone()),
            parent_business_unit_id: unit.parent_id.map(|id| id.to_string()).into(),
            disabled: Tf::Known(unit.is_disabled == Some(true)),
            is_root: Tf::Known(unit.parent_id.is_none()),
            child_business_unit_ids: Tf::Known(children.into_iter().map(Tf::Known).collect()),
        })
    }
}
