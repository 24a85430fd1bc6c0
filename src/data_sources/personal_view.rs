//! `dataverse_personal_view`: one personal view of a user.

use tf_provider::framework::{
    DataSource, Diagnostic, Diagnostics, Fault, Tf, computed, optional_computed, required,
};

use super::business_unit::one_key;
use crate::dataverse::Id;
use crate::dataverse::tables::personal_view::{PersonalView as Row, PersonalViewKey};
use crate::provider::Api;
use crate::records;
use crate::terms;

tf_provider::model! {
    /// Reads one personal view, by its owner and its name or id. It is read on behalf of the owner, who alone sees it.
    ///
    /// The deploying identity needs `prvReadUser`, and `prvActOnBehalfOfAnotherUser` unless it owns the view itself; the owner
    /// needs `prvReadUserQuery`.
    pub struct PersonalView {
        /// Owner of the view: id of the user, or its Entra object id.
        owner_id: Tf<String> => required().check(terms::guid()),
        /// Id of the view.
        id: Tf<String> => optional_computed().check(terms::guid()),
        /// Name of the view.
        name: Tf<String> => optional_computed(),
        /// Logical name of the table that the view lists. Set it where the owner has views of one name for several tables.
        table: Tf<String> => optional_computed(),
        /// What the view is for.
        description: Tf<String> => computed(),
        /// The query, in FetchXML.
        fetch_xml: Tf<String> => computed(),
        /// The columns, in the XML of grids.
        layout_xml: Tf<String> => computed(),
    }
}

/// The data source.
pub struct PersonalViewSource;

impl DataSource for PersonalViewSource {
    const TYPE: &'static str = "dataverse_personal_view";
    type Api = Api;
    type Model = PersonalView;

    fn validate(config: &PersonalView) -> Diagnostics {
        if config.id.is_null() && config.name.is_null() {
            let text = "Which view? Set name or id.";
            return Diagnostic::error(text).titled("Missing value").at("owner_id").into();
        }
        one_key(&[("id", &config.id), ("name", &config.name)])
    }

    async fn read(api: &Api, config: PersonalView) -> Result<PersonalView, Fault> {
        let owner = records::user(api, &config.owner_id, "owner_id").await?.ok_or(Fault::Gone)?;
        let caller = records::caller(api, &config.owner_id, "owner_id").await?;
        let id = config.id.text().and_then(|id| Id::parse(id).ok());
        let (attribute, key) = match id {
            Some(id) => ("id", PersonalViewKey::Id(id)),
            None => ("name", PersonalViewKey::Name(config.name.text().unwrap_or_default())),
        };
        let refuse = |text: String| Fault::from(Diagnostic::error(text).at(attribute));
        let found = api.client.personal_views().of_owner(owner.id, caller, &key).await?;
        let table = config.table.text();
        let found: Vec<Row> =
            found.into_iter().filter(|view| table.is_none_or(|table| is_of(view, table))).collect();
        let shown = config.id.text().or(config.name.text()).unwrap_or_default();
        let who = owner.full_name.clone().unwrap_or_else(|| owner.id.to_string());
        match &found[..] {
            [view] => Ok(PersonalView {
                owner_id: config.owner_id,
                id: Tf::Known(view.id.to_string()),
                name: Tf::Known(view.name.clone()),
                table: view.table.clone().into(),
                description: view.description.clone().into(),
                fetch_xml: view.fetch_xml.clone().into(),
                layout_xml: view.layout_xml.clone().into(),
            }),
            [] => {
                let of = table.map(|table| format!(" of the table \"{table}\"")).unwrap_or_default();
                Err(refuse(format!("The user \"{who}\" has no personal view \"{shown}\"{of}.")))
            }
            several => {
                let list: Vec<String> = several
                    .iter()
                    .map(|view| format!("{} ({})", view.id, view.table.as_deref().unwrap_or("no table")))
                    .collect();
                Err(refuse(format!(
                    "The user \"{who}\" has {} personal views named \"{shown}\". Set table, or use an id instead: {}.",
                    several.len(),
                    list.join(", ")
                )))
            }
        }
    }
}

fn is_of(view: &Row, table: &str) -> bool {
    view.table.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(table))
}
