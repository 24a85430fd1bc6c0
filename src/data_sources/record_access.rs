//! `dataverse_record_access`: what a user or team may do with one row.

use tf_provider::framework::{DataSource, Diagnostic, Diagnostics, Fault, Tf, computed, optional, required};

use crate::dataverse::tables::record_access::Principal;
use crate::provider::Api;
use crate::records::{self, RightWords};
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Reads what a user or team may do with one row, by ownership, roles, teams and shares together.
    ///
    /// The deploying identity needs to read the row, `prvReadUser` and `prvReadTeam`; with `acting_as` it needs
    /// `prvActOnBehalfOfAnotherUser`, and the owner needs the rest as well.
    pub struct RecordAccess {
        /// Logical name of the table, for example `account`.
        table: Tf<String> => required(),
        /// Id of the row.
        record_id: Tf<String> => required().check(terms::guid()),
        /// Id of the user. Either this or `team_id`.
        user_id: Tf<String> => optional().check(terms::guid()),
        /// Id of the team. Either this or `user_id`.
        team_id: Tf<String> => optional().check(terms::guid()),
        /// User on whose behalf the question is asked: id of the user, or its Entra object id. Rows that only their owners
        /// reach, such as personal views, need it.
        acting_as: Tf<String> => optional().check(terms::guid()),
        /// The rights: any of `read`, `write`, `append`, `append_to`, `create`, `delete`, `share` and `assign`.
        access_rights: Tf<RightWords> => computed(),
        /// Where the access comes from, in the words of Dataverse. For people; the words may change.
        origin: Tf<String> => computed(),
    }
}

/// The data source.
pub struct RecordAccessSource;

impl DataSource for RecordAccessSource {
    const TYPE: &'static str = "dataverse_record_access";
    type Api = Api;
    type Model = RecordAccess;

    fn validate(config: &RecordAccess) -> Diagnostics {
        records::one_principal(&config.user_id, &config.team_id).map(Diagnostics::from).unwrap_or_default()
    }

    async fn read(api: &Api, config: RecordAccess) -> Result<RecordAccess, Fault> {
        let catalogue = api.client.catalogue().all().await?;
        let caller = records::caller(api, &config.acting_as, "acting_as").await?;
        let id = references::id(&config.record_id, "record_id")?;
        let record = records::record(&catalogue, config.table.text().unwrap_or_default(), id, caller)?;
        let principal = records::principal(&config.user_id, &config.team_id)?.ok_or(Fault::Gone)?;
        let refuse =
            |attribute: &'static str, text: String| Fault::from(Diagnostic::error(text).at(attribute));
        let (attribute, exists) = match principal {
            Principal::Team(id) => ("team_id", api.client.teams().get(id).await?.is_some()),
            other => ("user_id", api.client.system_users().get(other.id()).await?.is_some()),
        };
        if !exists {
            let text = format!("The environment has no user or team with the id {}.", principal.id());
            return Err(refuse(attribute, text));
        }
        let table = api.client.record_access();
        let rights = match table.rights_of(&record, principal).await {
            Err(error) if error.is_not_found() => {
                return Err(refuse("record_id", records::no_row(&catalogue, &record)));
            }
            rights => rights.map_err(|error| crate::faults::diagnostic(&error).at("record_id"))?,
        };
        Ok(RecordAccess {
            access_rights: Tf::Known(records::right_words(&rights, &Tf::Null)),
            origin: Tf::Known(table.origin(&record, principal).await?),
            ..config
        })
    }
}
