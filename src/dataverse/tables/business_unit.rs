//! `businessunits`: the tree that access levels refer to.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::Query;

mod list;
mod write;

pub use list::BusinessUnitFilter;
pub use write::{NewBusinessUnit, Occupants};

/// Columns that hold text: what the unit is for, and how to reach it.
pub const TEXTS: [&str; 14] = [
    "description",
    "divisionname",
    "costcenter",
    "emailaddress",
    "websiteurl",
    "address1_line1",
    "address1_line2",
    "address1_line3",
    "address1_city",
    "address1_stateorprovince",
    "address1_postalcode",
    "address1_country",
    "address1_telephone1",
    "address1_fax",
];

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
    /// The columns of [`TEXTS`] that were sent, and whatever else was.
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

impl BusinessUnit {
    /// The text in a column of [`TEXTS`]; `None` when there is none.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.others.get(column)?.as_str().filter(|text| !text.is_empty())
    }
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

    /// The unit of this id and those above it, the nearest first. A loop of parents ends before its second round.
    pub fn path_up(&self, id: Id) -> Vec<&BusinessUnit> {
        let mut path: Vec<&BusinessUnit> = Vec::new();
        let mut next = self.get(id);
        while let Some(unit) = next.filter(|unit| !path.iter().any(|known| known.id == unit.id)) {
            path.push(unit);
            next = unit.parent_id.and_then(|parent| self.get(parent));
        }
        path
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
            let columns =
                [&["businessunitid", "name", "_parentbusinessunitid_value", "isdisabled"][..], &TEXTS]
                    .concat();
            let query = Query::of("businessunits").select(&columns).strong_if(strong);
            self.0.rows(&query).await.map(BusinessUnits::new)
        };
        self.0.shared().business_units.get(load).await
    }

    /// As [`BusinessUnitTable::all`]; when the unit `id` is missing that this process has just created, the next one to ask reads
    /// them afresh.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all_showing(self, id: Id) -> Result<Arc<BusinessUnits>, Error> {
        let units = self.all().await?;
        if units.get(id).is_none() && self.0.inner().recent.is_created(id) {
            self.0.shared().business_units.invalidate();
        }
        Ok(units)
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
            others: HashMap::new(),
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
        let up = |id| units.path_up(Id::from_u128(id)).len();
        assert_eq!([up(1), up(3), up(8), up(7)], [1, 3, 2, 0]);
    }
}
