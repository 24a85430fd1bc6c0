//! `dataverse_record_share`: the rights of one user or team on one row.

mod plan;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Planning, Resource, Tf, Validator, Value, computed,
    optional, required,
};

use crate::dataverse::Id;
use crate::dataverse::tables::Right;
use crate::dataverse::tables::record_access::{Principal, Record, Share};
use crate::provider::Api;
use crate::records::{self, RightWords};
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Authoritative for the rights that one user or team has on one row by a share.
    ///
    /// Other shares of the row stay as they are, and so does what the user or team may do by ownership or roles. A share gives
    /// nothing to who holds no privilege on the table at any level; the plan warns about that.
    ///
    /// Personal views (table `userquery`), charts and dashboards are reached by their owners alone: set `acting_as` to the
    /// owner.
    ///
    /// The deploying identity needs the right to share the row, every right that it gives, `prvReadUser` and `prvReadTeam`;
    /// with `acting_as` it needs `prvActOnBehalfOfAnotherUser`, and the owner needs the rest as well.
    pub struct RecordShare {
        /// Id of the share, `<table>/<row id>/<user or team id>`.
        id: Tf<String> => computed(),
        /// Logical name of the table, for example `account`.
        table: Tf<String> => required().replaces().equivalent(terms::same_text),
        /// Id of the row.
        record_id: Tf<String> => required().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// Id of the user. Either this or `team_id`.
        user_id: Tf<String> => optional().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// Id of the team. Either this or `user_id`.
        team_id: Tf<String> => optional().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// Id of the user or team.
        principal_id: Tf<String> => computed(),
        /// The rights: `read`, `write`, `append`, `append_to`, `delete`, `share` and `assign`.
        access_rights: Tf<RightWords> => required().equivalent(terms::same_words).check(rights()),
        /// User on whose behalf the row is shared: id of the user, or its Entra object id. Null: the deploying identity
        /// itself.
        acting_as: Tf<String> => optional().equivalent(terms::same_text).check(terms::guid()),
    }
}

/// At least one right, each of which there is.
fn rights() -> Validator {
    Validator::new("", |value, path, diagnostics| {
        let Value::Set(elements) = value else { return };
        if elements.is_empty() {
            let text = "A share without rights is none. Name a right, or remove the resource.";
            diagnostics.push(Diagnostic::error(text).titled("Invalid value").at(path.clone()));
        }
        for text in elements.iter().filter_map(Value::as_str) {
            let fault = match terms::right(text) {
                None => terms::not_a_right(text),
                Some(Right::Create) => {
                    "Who may create rows is said by privileges alone: a row that can be shared is there \
                                        already. Remove \"create\"."
                        .to_owned()
                }
                Some(_) => continue,
            };
            diagnostics.push(Diagnostic::error(fault).titled("Invalid value").at(path.clone()));
        }
    })
}

/// The resource.
pub struct RecordShareResource;

impl Resource for RecordShareResource {
    const TYPE: &'static str = "dataverse_record_share";
    const IDENTITY: &'static [&'static str] = &["principal_id", "record_id", "table"];
    type Api = Api;
    type Model = RecordShare;

    fn validate(config: &RecordShare) -> Diagnostics {
        records::one_principal(&config.user_id, &config.team_id).map(Diagnostics::from).unwrap_or_default()
    }

    async fn plan(api: &Api, plan: &mut Planning<RecordShare>) {
        if let Err(fault) = plan::plan(api, plan).await {
            plan.diagnostics.extend(match fault {
                Fault::Failed(faults) => faults,
                Fault::Gone => Diagnostic::error("What the share refers to does not exist.").into(),
            });
        }
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: RecordShare,
        created: &Created<RecordShare>,
    ) -> Result<RecordShare, Fault> {
        let (record, principal) = place(api, &plan).await?;
        let table = api.client.record_access();
        let shares = table.shares_fresh(&record).await?.ok_or_else(|| {
            let text = format!("The table \"{}\" has no row with the id {}.", record.table, record.id);
            Diagnostic::error(text).at("record_id")
        })?;
        if let Some(share) = shares.iter().find(|share| share.principal.id() == principal.id()) {
            return Err(Diagnostic::error(shared_already(&record, share, &plan.acting_as)).into());
        }
        let model = located(&record, principal, plan);
        created.announce(model.clone());
        let share = Share { principal, rights: records::rights(&model.access_rights) };
        let granted = table.grant(&record, &share).await;
        granted.map_err(|error| crate::faults::diagnostic(&error).at("access_rights"))?;
        Ok(model)
    }

    async fn read(api: &Api, _: &Context, state: RecordShare) -> Result<RecordShare, Fault> {
        let record = record(api, &state).await?.ok_or(Fault::Gone)?;
        let principal = references::id(&state.principal_id, "principal_id")?;
        let shares = api.client.record_access().shares(&record).await?.ok_or(Fault::Gone)?;
        let share = shares.iter().find(|share| share.principal.id() == principal).ok_or(Fault::Gone)?;
        let access_rights = Tf::Known(records::right_words(&share.rights, &state.access_rights));
        let mut model = located(&record, share.principal, RecordShare { access_rights, ..state });
        if model.user_id.is_null() && model.team_id.is_null() {
            let id = Tf::Known(principal.to_string());
            match share.principal {
                Principal::Team(_) => model.team_id = id,
                _ => model.user_id = id,
            }
        }
        Ok(model)
    }

    async fn update(
        api: &Api,
        _: &Context,
        prior: RecordShare,
        plan: RecordShare,
    ) -> Result<RecordShare, Fault> {
        let rights = records::rights(&plan.access_rights);
        if rights != records::rights(&prior.access_rights) {
            let (record, principal) = place(api, &plan).await?;
            let modified = api.client.record_access().modify(&record, &Share { principal, rights }).await;
            modified.map_err(|error| crate::faults::diagnostic(&error).at("access_rights"))?;
        }
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: RecordShare) -> Result<(), Fault> {
        let Some(record) = record(api, &state).await? else { return Err(Fault::Gone) };
        let principal = records::principal(&state.user_id, &state.team_id)?.ok_or(Fault::Gone)?;
        Ok(api.client.record_access().revoke(&record, principal).await?)
    }

    async fn import(api: &Api, id: &str) -> Result<RecordShare, Fault> {
        let parts: Vec<&str> = id.split('/').collect();
        let (table, row, principal, acting_as) = match parts[..] {
            [table, row, principal] => (table, row, principal, None),
            [table, row, principal, acting_as] => (table, row, principal, Some(acting_as)),
            _ => {
                let text = format!(
                    "\"{id}\" is not an import id of a share. Write <table>/<row id>/<user or team id>, and for a row that \
                     only its owner reaches /<id of the owner> after that."
                );
                return Err(Diagnostic::error(text).into());
            }
        };
        let parse =
            |text: &str| Id::parse(text).map_err(|error| Fault::from(Diagnostic::error(format!("{error}."))));
        let (row, principal) = (parse(row)?, parse(principal)?);
        let found = if api.client.system_users().get(principal).await?.is_some() {
            Principal::User(principal)
        } else if api.client.teams().get(principal).await?.is_some() {
            Principal::Team(principal)
        } else {
            let text = format!("The environment has no user and no team with the id {principal}.");
            return Err(Diagnostic::error(text).into());
        };
        let acting_as: Tf<String> = acting_as.map(str::to_owned).into();
        let caller = records::caller(api, &acting_as, "acting_as").await?;
        let catalogue = api.client.catalogue().all().await?;
        let record = records::record(&catalogue, table, row, caller)?;
        let (user_id, team_id) = match found {
            Principal::Team(id) => (Tf::Null, Tf::Known(id.to_string())),
            other => (Tf::Known(other.id().to_string()), Tf::Null),
        };
        let model = RecordShare {
            table: Tf::Known(record.table.clone()),
            record_id: Tf::Known(row.to_string()),
            user_id,
            team_id,
            acting_as,
            ..RecordShare::default()
        };
        Ok(located(&record, found, model))
    }
}

/// The row of a state; nothing when its table is gone.
async fn record(api: &Api, state: &RecordShare) -> Result<Option<Record>, Fault> {
    let catalogue = api.client.catalogue().all().await?;
    let table = state.table.text().unwrap_or_default();
    if catalogue.table(table).is_none() {
        return Ok(None);
    }
    let id = references::id(&state.record_id, "record_id")?;
    // Personal views go with their owner; so does what was shared on the owner's behalf.
    if !state.acting_as.is_null() && !records::is_user(api, &state.acting_as).await? {
        return Ok(None);
    }
    let caller = records::caller(api, &state.acting_as, "acting_as").await?;
    records::record(&catalogue, table, id, caller).map(Some)
}

/// The row and the user or team of a plan whose values are all known.
async fn place(api: &Api, plan: &RecordShare) -> Result<(Record, Principal), Fault> {
    let catalogue = api.client.catalogue().all().await?;
    let caller = records::caller(api, &plan.acting_as, "acting_as").await?;
    let id = references::id(&plan.record_id, "record_id")?;
    let record = records::record(&catalogue, plan.table.text().unwrap_or_default(), id, caller)?;
    let principal = records::principal(&plan.user_id, &plan.team_id)?.ok_or(Fault::Gone)?;
    Ok((record, principal))
}

/// The model with the computed ids.
fn located(record: &Record, principal: Principal, model: RecordShare) -> RecordShare {
    RecordShare {
        id: Tf::Known(format!("{}/{}/{}", record.table, record.id, principal.id())),
        principal_id: Tf::Known(principal.id().to_string()),
        ..model
    }
}

fn shared_already(record: &Record, share: &Share, acting_as: &Tf<String>) -> String {
    let words: Vec<&str> = share.rights.iter().map(|right| terms::access_right_word(*right)).collect();
    let owner = acting_as.text().map(|owner| format!("/{owner}")).unwrap_or_default();
    format!(
        "The row is shared with {} already, with the rights {}. Import the share with the id {}/{}/{}{owner}, or remove it from \
         the configuration if something else manages it.",
        share.principal.id(),
        words.join(", "),
        record.table,
        record.id,
        share.principal.id()
    )
}
