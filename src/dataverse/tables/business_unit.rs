//! `businessunits`: the tree that access levels refer to.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::Query;

/// One business unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BusinessUnit {
    /// Primary key.
    #[serde(rename = "businessunitid")]
    pub id: Id,
    /// Name; not unique in the environment.
    pub name: String,
    /// The unit above; `None` for the root.
    #[serde(rename = "_parentbusinessunitid_value", default)]
    pub parent_id: Option<Id>,
    /// Whether the unit is disabled.
    #[serde(rename = "isdisabled", default)]
    pub is_disabled: Option<bool>,
}

/// All business units of the environment.
#[derive(Debug, Clone, Default)]
pub struct BusinessUnits {
    rows: Vec<BusinessUnit>,
    by_id: HashMap<Id, usize>,
}

impl BusinessUnits {
    /// Indexes rows.
    pub fn new(rows: Vec<BusinessUnit>) -> BusinessUnits {
        let by_id = rows.iter().enumerate().map(|(index, row)| (row.id, index)).collect();
        BusinessUnits { rows, by_id }
    }

    /// The unit of this id.
    pub fn get(&self, id: Id) -> Option<&BusinessUnit> {
        self.by_id.get(&id).map(|index| &self.rows[*index])
    }

    /// All units of this name, whatever its case.
    pub fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a BusinessUnit> + use<'a> {
        let name = name.to_lowercase();
        self.rows.iter().filter(move |row| row.name.to_lowercase() == name)
    }

    /// The unit without a parent; `None` only if the caller may not read it.
    pub fn root(&self) -> Option<&BusinessUnit> {
        self.rows.iter().find(|row| row.parent_id.is_none())
    }

    /// All units below the one of this id, at any depth.
    pub fn below(&self, id: Id) -> Vec<&BusinessUnit> {
        let mut children: HashMap<Id, Vec<&BusinessUnit>> = HashMap::new();
        for unit in &self.rows {
            if let Some(parent) = unit.parent_id {
                children.entry(parent).or_default().push(unit);
            }
        }
        let (mut found, mut open) = (Vec::new(), vec![id]);
        while let Some(parent) = open.pop() {
            // Taken out, so that a loop of parents would end.
            for unit in children.remove(&parent).unwrap_or_default() {
                open.push(unit.id);
                found.push(unit);
            }
        }
        found
    }

    /// All units.
    pub fn iter(&self) -> impl Iterator<Item = &BusinessUnit> {
        self.rows.iter()
    }
}

/// Operations on business units.
#[derive(Debug, Clone, Copy)]
pub struct BusinessUnitTable<'a>(&'a Client);

impl Client {
    /// Operations on business units.
    pub fn business_units(&self) -> BusinessUnitTable<'_> {
        BusinessUnitTable(self)
    }
}

impl BusinessUnitTable<'_> {
    /// All business units; one query per process until a unit is written.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all(self) -> Result<Arc<BusinessUnits>, Error> {
        let load = |strong| async move {
            let query = Query::of("businessunits")
                .select(&["businessunitid", "name", "_parentbusinessunitid_value", "isdisabled"])
                .strong_if(strong);
            self.0.rows(&query).await.map(BusinessUnits::new)
        };
        self.0.shared().business_units.get(load).await
    }

    /// Marks the units as changed, and with them the roles, whose copies come and go with units.
    pub fn changed(self) {
        self.0.shared().business_units.invalidate();
        self.0.shared().roles.invalidate();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_below_are_found_at_any_depth_and_a_loop_ends() {
        let unit = |id, parent: Option<u128>| BusinessUnit {
            id: Id::from_u128(id),
            name: "Unit".into(),
            parent_id: parent.map(Id::from_u128),
            is_disabled: None,
        };
        let units = BusinessUnits::new(vec![
            unit(1, None),
            unit(2, Some(1)),
            unit(3, Some(2)),
            unit(4, Some(1)),
            unit(8, Some(9)),
            unit(9, Some(8)),
        ]);
        let below = |id| units.below(Id::from_u128(id)).len();
        assert_eq!([below(1), below(2), below(3), below(8)], [3, 1, 0, 2]);
    }
}
