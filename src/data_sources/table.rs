//! `dataverse_table`: one table and the privileges that roles can hold on it.

use std::collections::BTreeMap;

use tf_provider::framework::{DataSource, Diagnostic, Fault, Tf, computed, required};

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
        let table = catalogue.table(name).ok_or_else(|| {
            let near = catalogue.similar_tables(name);
            let hint = match near.first() {
                Some(near) => format!(" Did you mean \"{near}\"?"),
                None => String::new(),
            };
            let text = format!("The environment has no table with the logical name \"{name}\".{hint}");
            Fault::from(Diagnostic::error(text).at("logical_name"))
        })?;
        let privileges = || {
            table.rights.iter().filter_map(|(right, id)| {
                Some((terms::right_word(*right).to_owned(), catalogue.privilege_by_id(*id)?))
            })
        };
        Ok(Table {
            schema_name: table.schema_name.clone().into(),
            entity_set_name: table.entity_set_name.clone().into(),
            ownership: table.ownership.clone().into(),
            rights: Tf::Known(
                privileges()
                    .map(|(right, privilege)| {
                        let levels =
                            privilege.depths.iter().map(|depth| terms::level_word(*depth).into()).collect();
                        (right, Tf::Known(levels))
                    })
                    .collect(),
            ),
            privileges: Tf::Known(
                privileges().map(|(right, privilege)| (right, Tf::Known(privilege.name.clone()))).collect(),
            ),
            logical_name: config.logical_name,
        })
    }
}
