//! `dataverse_system_user`: one user, person or application.

use std::collections::BTreeSet;

use tf_provider::framework::{DataSource, Diagnostic, Diagnostics, Fault, Tf, computed, optional_computed};

use super::business_unit::one_key;
use crate::dataverse::Id;
use crate::dataverse::tables::system_user::SystemUser as Row;
use crate::provider::Api;
use crate::terms;

tf_provider::model! {
    /// Reads one user, person or application, by one of `id`, `entra_object_id`, `domain_name` and `application_id`.
    pub struct SystemUser {
        /// Id of the user.
        id: Tf<String> => optional_computed().check(terms::guid()),
        /// Object id of the person or service principal in Entra.
        entra_object_id: Tf<String> => optional_computed().check(terms::guid()),
        /// User principal name.
        domain_name: Tf<String> => optional_computed(),
        /// Application (client) id; null for persons.
        application_id: Tf<String> => optional_computed().check(terms::guid()),
        /// Name as shown.
        full_name: Tf<String> => computed(),
        /// Primary e-mail address.
        email: Tf<String> => computed(),
        /// Title.
        title: Tf<String> => computed(),
        /// Id of the business unit.
        business_unit_id: Tf<String> => computed(),
        /// Id of the manager.
        manager_id: Tf<String> => computed(),
        /// Whether the user may sign in.
        enabled: Tf<bool> => computed(),
        /// Whether Dataverse found a licence for the user.
        is_licensed: Tf<bool> => computed(),
        /// Names of the direct roles.
        security_roles: Tf<BTreeSet<Tf<String>>> => computed(),
    }
}

/// The data source.
pub struct SystemUserSource;

impl DataSource for SystemUserSource {
    const TYPE: &'static str = "dataverse_system_user";
    type Api = Api;
    type Model = SystemUser;

    fn validate(config: &SystemUser) -> Diagnostics {
        let keys = [
            ("id", &config.id),
            ("entra_object_id", &config.entra_object_id),
            ("domain_name", &config.domain_name),
            ("application_id", &config.application_id),
        ];
        if keys.iter().all(|key| key.1.is_null()) {
            let text = "Which user? Set one of id, entra_object_id, domain_name and application_id.";
            return Diagnostic::error(text).titled("Missing value").at("id").into();
        }
        one_key(&keys)
    }

    async fn read(api: &Api, config: SystemUser) -> Result<SystemUser, Fault> {
        let user = find(api, &config).await?;
        let roles = api.client.roles().all().await?;
        let names =
            user.role_ids.iter().filter_map(|id| roles.root_of(*id)).map(|role| Tf::Known(role.name.clone()));
        let id = |id: Option<Id>| -> Tf<String> { id.map(|id| id.to_string()).into() };
        Ok(SystemUser {
            id: id(Some(user.id)),
            entra_object_id: id(user.entra_object_id),
            domain_name: user.domain_name.clone().into(),
            application_id: id(user.application_id),
            full_name: user.full_name.clone().into(),
            email: user.email.clone().into(),
            title: user.title.clone().into(),
            business_unit_id: id(Some(user.business_unit_id)),
            manager_id: id(user.manager_id),
            enabled: Tf::Known(!user.is_disabled),
            is_licensed: Tf::Known(user.is_licensed),
            security_roles: Tf::Known(names.collect()),
        })
    }
}

async fn find(api: &Api, config: &SystemUser) -> Result<Row, Fault> {
    let users = api.client.system_users();
    let guid = |field: &Tf<String>| field.text().and_then(|text| Id::parse(text).ok());
    let (attribute, found) = if let Some(id) = guid(&config.id) {
        ("id", users.get(id).await?.map(|user| Row::clone(&user)))
    } else if let Some(id) = guid(&config.entra_object_id) {
        ("entra_object_id", users.by_entra_object(id).await?)
    } else if let Some(id) = guid(&config.application_id) {
        ("application_id", users.by_application(id).await?)
    } else {
        let name = config.domain_name.text().unwrap_or_default();
        let mut found = users.by_domain_name(name).await?;
        if found.len() > 1 {
            let text =
                format!("{} users have the domain name \"{name}\". Use another argument.", found.len());
            return Err(Diagnostic::error(text).at("domain_name").into());
        }
        ("domain_name", found.pop())
    };
    found
        .filter(|user| !user.is_deleted())
        .ok_or_else(|| Diagnostic::error("The environment has no such user.").at(attribute).into())
}
