//! `dataverse_table`: one table and the privileges that roles can hold on it.

use std::collections::BTreeMap;

use tf_provider::framework::{DataSource, Diagnostic, Fault, Tf, computed, required};

use crate::dataverse::tables::catalogue::{Catalogue, Privilege, Table as Row};
use crate::privileges;
use crate::provider::Api;
use crate::terms;

tf_provider::model! {
    /// Reads one table: its names, and for each right the levels at which a role can hold it.
    pub struct Table {
        /// Logical name, for example `account`.
        logical_name: Tf<String> => required(),
        /// Schema name, for example `Account`.
        schema_name: Tf<String> => computed(),
        /// Name of the entity set, for example `accounts`.
        entity_set_name: Tf<String> => computed(),
        /// Who owns rows: `UserOwned`, `OrganizationOwned`, `BusinessOwned` or `None`.
        ownership: Tf<String> => computed(),
        /// For each right that the table has, the levels that it allows, the narrowest first.
        rights: Tf<BTreeMap<String, Tf<Vec<Tf<String>>>>> => computed(),
        /// For each right that the table has, the name of its privilege.
        privileges: Tf<BTreeMap<String, Tf<String>>> => computed(),
    }
}

/// The data source.
pub struct TableSource;

impl DataSource for TableSource {
    const TYPE: &'static str = "dataverse_table";
    type Api = Api;
    type Model = Table;

    async fn read(api: &Api, config: Table) -> Result<Table, Fault> {
        let catalogue = api.client.catalogue().all().await?;
        let name = config.logical_name.text().unwrap_or_default();
        let table = privileges::find_table(&catalogue, name)
            .map_err(|text| Diagnostic::error(text).at("logical_name"))?;
        Ok(Table {
            schema_name: table.schema_name.clone().into(),
            entity_set_name: table.entity_set_name.clone().into(),
            ownership: table.ownership.clone().into(),
            rights: right_levels(&catalogue, table),
            privileges: privilege_names(&catalogue, table),
            logical_name: config.logical_name,
        })
    }
}

/// For each right that the table has, the levels that it allows, the narrowest first.
pub(super) fn right_levels(catalogue: &Catalogue, table: &Row) -> Tf<BTreeMap<String, Tf<Vec<Tf<String>>>>> {
    let levels = |privilege: &Privilege| {
        Tf::Known(privilege.depths.iter().map(|depth| terms::level_word(*depth).into()).collect())
    };
    Tf::Known(rights(catalogue, table).map(|(right, privilege)| (right, levels(privilege))).collect())
}

/// For each right that the table has, the name of its privilege.
pub(super) fn privilege_names(catalogue: &Catalogue, table: &Row) -> Tf<BTreeMap<String, Tf<String>>> {
    let names = rights(catalogue, table).map(|(right, privilege)| (right, Tf::Known(privilege.name.clone())));
    Tf::Known(names.collect())
}

fn rights<'c>(catalogue: &'c Catalogue, table: &'c Row) -> impl Iterator<Item = (String, &'c Privilege)> {
    table.rights.iter().filter_map(|(right, id)| {
        Some((terms::right_word(*right).to_owned(), catalogue.privilege_by_id(*id)?))
    })
}
