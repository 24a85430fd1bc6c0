//! `dataverse_tables`: tables that roles can hold privileges on.

use std::collections::{BTreeMap, BTreeSet};

use tf_provider::framework::{DataSource, Diagnostic, Diagnostics, Fault, Tf, computed, optional};

use super::table::{privilege_names, right_levels};
use crate::dataverse::tables::catalogue::Table;
use crate::privileges;
use crate::provider::Api;

tf_provider::model! {
    /// A table.
    pub struct TableInfo {
        /// Logical name.
        logical_name: Tf<String> => computed(),
        /// Schema name.
        schema_name: Tf<String> => computed(),
        /// Name of the entity set.
        entity_set_name: Tf<String> => computed(),
        /// Who owns rows.
        ownership: Tf<String> => computed(),
        /// For each right, the levels that it allows.
        rights: Tf<BTreeMap<String, Tf<Vec<Tf<String>>>>> => computed(),
        /// For each right, the name of its privilege.
        privileges: Tf<BTreeMap<String, Tf<String>>> => computed(),
    }
}

tf_provider::model! {
    /// Reads the tables that roles can hold privileges on, all or some of them. Tables without privileges are left out.
    ///
    /// The deploying identity needs `prvReadEntity`.
    pub struct Tables {
        /// Logical names of the wanted tables; each must exist.
        logical_names: Tf<BTreeSet<Tf<String>>> => optional(),
        /// Start of the logical names of the wanted tables, for example the prefix of a publisher, `new_`.
        name_prefix: Tf<String> => optional(),
        /// Who owns rows: `UserOwned`, `OrganizationOwned`, `BusinessOwned` and the like.
        ownership: Tf<String> => optional(),
        /// The tables by logical name: `logical_name`, `schema_name`, `entity_set_name`, `ownership`; `rights` has for each
        /// right the levels that it allows, and `privileges` the name of its privilege.
        tables: Tf<Vec<Tf<TableInfo>>> => computed(),
    }
}

/// The data source.
pub struct TablesSource;

impl DataSource for TablesSource {
    const TYPE: &'static str = "dataverse_tables";
    type Api = Api;
    type Model = Tables;

    async fn read(api: &Api, config: Tables) -> Result<Tables, Fault> {
        let catalogue = api.client.catalogue().all().await?;
        let mut faults = Diagnostics::new();
        let mut names = BTreeSet::new();
        for name in config.logical_names.known().into_iter().flatten().filter_map(Tf::text) {
            match privileges::find_table(&catalogue, name) {
                Ok(table) => {
                    names.insert(table.logical_name.as_str());
                }
                Err(text) => faults.push(Diagnostic::error(text).at("logical_names")),
            }
        }
        if faults.has_errors() {
            return Err(faults.into());
        }
        let prefix = config.name_prefix.text().unwrap_or_default().to_lowercase();
        let owned = |table: &Table, wanted: &str| {
            table.ownership.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(wanted))
        };
        let wanted = |table: &&Table| {
            !(table.rights.is_empty() && table.other_privileges.is_empty())
                && (config.logical_names.is_null() || names.contains(table.logical_name.as_str()))
                && table.logical_name.starts_with(&prefix)
                && config.ownership.text().is_none_or(|wanted| owned(table, wanted))
        };
        let info = |table: &Table| {
            Tf::Known(TableInfo {
                logical_name: Tf::Known(table.logical_name.clone()),
                schema_name: table.schema_name.clone().into(),
                entity_set_name: table.entity_set_name.clone().into(),
                ownership: table.ownership.clone().into(),
                rights: right_levels(&catalogue, table),
                privileges: privilege_names(&catalogue, table),
            })
        };
        let tables = catalogue.tables().filter(wanted).map(info).collect();
        Ok(Tables { tables: Tf::Known(tables), ..config })
    }
}
