//! Reading the catalogue.

use std::sync::Arc;

use serde::Deserialize;

use super::model::{Catalogue, Privilege, Table};
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::Query;
use crate::dataverse::tables::access::Depth;

/// Reads of tables and privileges.
#[derive(Debug, Clone, Copy)]
pub struct CatalogueTable<'a>(&'a Client);

impl Client {
    /// Reads of tables and privileges.
    pub fn catalogue(&self) -> CatalogueTable<'_> {
        CatalogueTable(self)
    }
}

impl CatalogueTable<'_> {
    /// All tables, their privileges, and those privileges that belong to no table; two requests per process.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all(self) -> Result<Arc<Catalogue>, Error> {
        let load = |_| async move {
            let tables = Query::of("EntityDefinitions").select(&[
                "LogicalName",
                "SchemaName",
                "EntitySetName",
                "PrimaryIdAttribute",
                "OwnershipType",
                "ObjectTypeCode",
                "Privileges",
            ]);
            let definitions: Vec<Definition> = self.0.rows(&tables).await?;
            let mut privileges = self.privileges("accessright eq 0").await?;
            let mut tables = Vec::with_capacity(definitions.len());
            for definition in definitions {
                tables.push(definition.read(&mut privileges));
            }
            Ok(Catalogue::new(tables, privileges))
        };
        self.0.shared().catalogue.get(load).await
    }

    /// The catalogue with all privileges of these names, as far as they exist. A privilege that is neither of a table
    /// nor miscellaneous (left behind by a removed table, say) is looked for among all, once per process.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn with_names(self, names: impl IntoIterator<Item = &str>) -> Result<Arc<Catalogue>, Error> {
        let catalogue = self.all().await?;
        if names.into_iter().all(|name| catalogue.privilege(name).is_some()) {
            return Ok(catalogue);
        }
        let load = |_| async move { self.privileges("").await };
        let all = self.0.shared().all_privileges.get(load).await?;
        let mut catalogue = Catalogue::clone(&catalogue);
        catalogue.extend(all.iter().cloned());
        Ok(Arc::new(catalogue))
    }

    /// Forgets the tables, after a table was created or changed.
    pub fn changed(self) {
        self.0.shared().catalogue.invalidate();
        self.0.shared().all_privileges.invalidate();
    }

    async fn privileges(self, filter: &str) -> Result<Vec<Privilege>, Error> {
        let columns = ["privilegeid", "name", "canbebasic", "canbelocal", "canbedeep", "canbeglobal"];
        let mut query = Query::of("privileges").select(&columns);
        if !filter.is_empty() {
            query = query.filter(filter);
        }
        let rows: Vec<PrivilegeRow> = self.0.rows(&query).await?;
        Ok(rows.into_iter().map(Privilege::from).collect())
    }
}

#[derive(Deserialize)]
struct PrivilegeRow {
    privilegeid: Id,
    name: String,
    canbebasic: Option<bool>,
    canbelocal: Option<bool>,
    canbedeep: Option<bool>,
    canbeglobal: Option<bool>,
}

impl From<PrivilegeRow> for Privilege {
    fn from(row: PrivilegeRow) -> Privilege {
        let allowed = [None, row.canbebasic, row.canbelocal, row.canbedeep, row.canbeglobal];
        Privilege { id: row.privilegeid, name: row.name, depths: depths(allowed) }
    }
}

/// The depths marked in `allowed`, which has the order of [`Depth::ALL`].
fn depths(allowed: [Option<bool>; 5]) -> Vec<Depth> {
    Depth::ALL
        .into_iter()
        .zip(allowed)
        .filter(|(_, allowed)| *allowed == Some(true))
        .map(|(depth, _)| depth)
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    logical_name: String,
    schema_name: Option<String>,
    entity_set_name: Option<String>,
    primary_id_attribute: Option<String>,
    ownership_type: Option<String>,
    object_type_code: Option<i32>,
    #[serde(default)]
    privileges: Option<Vec<DefinitionPrivilege>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DefinitionPrivilege {
    name: String,
    privilege_id: Id,
    privilege_type: String,
    can_be_basic: Option<bool>,
    can_be_local: Option<bool>,
    can_be_deep: Option<bool>,
    can_be_global: Option<bool>,
    can_be_record_filter: Option<bool>,
}

impl Definition {
    /// The table; its privileges go to `privileges`.
    fn read(self, privileges: &mut Vec<Privilege>) -> Table {
        let mut table = Table {
            logical_name: self.logical_name,
            schema_name: self.schema_name,
            entity_set_name: self.entity_set_name,
            primary_id: self.primary_id_attribute,
            ownership: self.ownership_type,
            object_type_code: self.object_type_code,
            ..Table::default()
        };
        for row in self.privileges.unwrap_or_default() {
            match row.privilege_type.parse() {
                Ok(right) => {
                    table.rights.insert(right, row.privilege_id);
                }
                Err(_) => table.other_privileges.push(row.privilege_id),
            }
            let allowed = [
                row.can_be_record_filter,
                row.can_be_basic,
                row.can_be_local,
                row.can_be_deep,
                row.can_be_global,
            ];
            privileges.push(Privilege { id: row.privilege_id, name: row.name, depths: depths(allowed) });
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataverse::tables::access::Right;

    #[test]
    fn a_definition_is_read_as_recorded() {
        let definition: Definition = serde_json::from_str(
            r#"{"LogicalName":"team","OwnershipType":"BusinessOwned","ObjectTypeCode":9,"MetadataId":"x","Privileges":[
            {"CanBeBasic":false,"CanBeDeep":true,"CanBeGlobal":true,"CanBeLocal":true,"CanBeEntityReference":false,
             "Name":"prvReadTeam","PrivilegeId":"663d1920-56e1-4166-89f0-47f3330923a8","PrivilegeType":"Read"},
            {"CanBeGlobal":true,"Name":"prvReparentTeam","PrivilegeId":"00000000-0000-0000-0000-000000000002","PrivilegeType":"None"}]}"#,
        )
        .unwrap();
        let mut privileges = Vec::new();
        let table = definition.read(&mut privileges);
        assert_eq!(table.rights.keys().copied().collect::<Vec<_>>(), [Right::Read]);
        assert_eq!(table.other_privileges, [Id::from_u128(2)]);
        assert_eq!(privileges[0].depths, [Depth::Local, Depth::Deep, Depth::Global]);
        assert_eq!(privileges[1].depths, [Depth::Global]);
    }
}
