//! `dataverse_system_users`: people of an environment.

use std::collections::BTreeSet;

use tf_provider::framework::{DataSource, Fault, Tf, computed, optional};

use super::users::{self, Wanted};
use crate::dataverse::tables::system_user::{SystemUser, UserKind};
use crate::provider::Api;

tf_provider::model! {
    /// A person.
    pub struct Person {
        /// Id of the user.
        id: Tf<String> => computed(),
        /// Name as shown.
        full_name: Tf<String> => computed(),
        /// User principal name.
        domain_name: Tf<String> => computed(),
        /// Object id in Entra.
        entra_object_id: Tf<String> => computed(),
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
        /// Whether Dataverse found a licence.
        is_licensed: Tf<bool> => computed(),
        /// Names of the direct roles.
        security_roles: Tf<BTreeSet<Tf<String>>> => computed(),
    }
}

tf_provider::model! {
    /// Reads the people who are users of the environment, all or some of them. Application users have a data source of their
    /// own, `dataverse_application_users`; users that the platform made for itself and for its support are left out.
    ///
    /// The deploying identity needs `prvReadUser` and `prvReadRole`.
    pub struct SystemUsers {
        /// What the name as shown begins with, whatever its case.
        name_prefix: Tf<String> => optional(),
        /// What stands in the name as shown, whatever its case.
        name_contains: Tf<String> => optional(),
        /// Business unit whose users are wanted, by id or name. Units below it do not count.
        business_unit_id: Tf<String> => optional(),
        /// Only users who may sign in (`true`), or may not (`false`).
        enabled: Tf<bool> => optional(),
        /// Only users who hold this role themselves, by name or by the id of any of its copies. Roles of teams do not count.
        security_role: Tf<String> => optional(),
        /// The users by name: `id`, `full_name`, `domain_name`, `entra_object_id`, `email`, `title`, `business_unit_id`,
        /// `manager_id`, `enabled`, `is_licensed`, and the names of their direct roles, `security_roles`.
        users: Tf<Vec<Tf<Person>>> => computed(),
    }
}

/// The data source.
pub struct SystemUsersSource;

impl DataSource for SystemUsersSource {
    const TYPE: &'static str = "dataverse_system_users";
    type Api = Api;
    type Model = SystemUsers;

    async fn read(api: &Api, config: SystemUsers) -> Result<SystemUsers, Fault> {
        let wanted = Wanted {
            kind: UserKind::Person,
            name_prefix: &config.name_prefix,
            name_contains: &config.name_contains,
            business_unit_id: &config.business_unit_id,
            enabled: &config.enabled,
            security_role: &config.security_role,
        };
        let (found, roles) = users::find(api, wanted).await?;
        let person = |user: &SystemUser| Person {
            id: Tf::Known(user.id.to_string()),
            full_name: user.full_name.clone().into(),
            domain_name: user.domain_name.clone().into(),
            entra_object_id: user.entra_object_id.map(|id| id.to_string()).into(),
            email: user.email.clone().into(),
            title: user.title.clone().into(),
            business_unit_id: Tf::Known(user.business_unit_id.to_string()),
            manager_id: user.manager_id.map(|id| id.to_string()).into(),
            enabled: Tf::Known(!user.is_disabled),
            is_licensed: Tf::Known(user.is_licensed),
            security_roles: users::role_names(&roles, user),
        };
        let users = found.iter().map(|user| Tf::Known(person(user))).collect();
        Ok(SystemUsers { users: Tf::Known(users), ..config })
    }
}
